"""Logs that are larger than they look: reading ends, and what was found is told."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

from bot.logs.files import find
from bot.logs.interface import LogQuery
from bot.logs.lookup import MOST_HITS

AT = datetime(2026, 11, 21, 0, 20, tzinfo=UTC)
LINE = (
    b'203.0.113.9 - - [21/Nov/2026:00:20:00 +0000] "GET /v2/orders HTTP/1.1" 401 44 "-" "curl/8.5.0" rid=7f3c2a90bd\n'
)


def asked(*ids: str) -> LogQuery:
    return LogQuery(posted_at=AT, at=AT, precision_s=1.0, path="/v2/orders", ids=ids)


def bomb(folder: Path, count: int = 100) -> str:
    """By default two hundred million bytes in less than one."""
    with gzip.open(folder / "access.log.gz", "wb", compresslevel=1) as packed:
        for _ in range(count):
            packed.write(LINE * 20_000)
    return str(folder)


def test_a_packed_file_that_never_ends_is_given_up_with_a_note(tmp_path: Path) -> None:
    place = bomb(tmp_path)
    for query in (asked(), asked("0b86c23e5c")):
        found = find(query, [place], seconds=0.0)
        assert not found.request
        assert "was not read to its end" in " ".join(found.notes)


def test_an_id_that_stands_in_every_line_brings_the_nearest_only(tmp_path: Path) -> None:
    found = find(asked("7f3c2a90bd"), [bomb(tmp_path, 1)])
    assert 0 < len(found.request) <= MOST_HITS
