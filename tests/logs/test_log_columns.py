"""W3C columns: by the line that names them, by the file's own head, and by what is usual."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.logs.files import find
from bot.logs.formats import parse, read
from bot.logs.interface import LogQuery

REFERENCE = datetime(2026, 11, 30, 8, tzinfo=UTC)
HEAD = "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2026-11-30 06:00:00\n"
FIELDS = "#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(X-Request-ID) cs(User-Agent)\n"
LINE = "2026-11-30 06:17:31 203.0.113.9 GET /private/orders 401 7f3ad9c251b04e6f orders-cli/2.1+(beta)"


def test_the_header_names_the_columns_and_may_change() -> None:
    lines = [*HEAD.splitlines(), *FIELDS.splitlines(), LINE, "#Fields: date time cs-uri-stem sc-status"]
    lines.append("2026-11-30 06:17:32 /x 403")
    first, second = parse(enumerate(lines), file="x.log", reference=REFERENCE)
    assert (first.status, first.ids, first.user_agent) == (401, ("7f3ad9c251b04e6f",), "orders-cli/2.1 (beta)")
    assert (second.status, second.path, second.offset) == (403, "/x", 6)


@pytest.mark.parametrize("packed", [False, True])
def test_a_line_from_the_middle_is_read_by_the_head_of_its_file(tmp_path: Path, packed: bool) -> None:
    log = tmp_path / ("u_ex.log.gz" if packed else "u_ex.log")
    with gzip.open(log, "wt") if packed else log.open("w") as file:
        file.write(HEAD + FIELDS + (LINE.replace("401", "200").replace("7f3a", "8f3a") + "\n") * 3 + LINE + "\n")
    found = find(
        LogQuery(posted_at=REFERENCE, at=datetime(2026, 11, 30, 6, 17, 31, tzinfo=UTC), path="/private/orders"),
        [str(log)],
    )
    assert [(e.format, e.status, e.client) for e in found.request] == [("w3c", 401, "203.0.113.9")]


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-30 06:17:31 some words that are no columns at all but of the same number as usual x y",
        "2026-11-30 06:17:31 10.0.0.4 GET /private/orders",
        "2026-11-30T06:17:31 10.0.0.4 GET /x",
    ],
)
def test_other_dated_lines_are_no_columns(line: str) -> None:
    draft = read(line, REFERENCE)
    assert draft is not None
    assert draft["format"] == "plain"
