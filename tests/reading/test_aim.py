"""The address that a log shows, where a report names a base address or a command."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.aim import aimed
from bot.model import Report, Tie
from bot.reading.summary import below
from tests.reading.scenes import NOON, entry

PUSH = entry(1, method="POST", path="/v2/team/app/blobs/uploads/", status=401)


def told(url: str, under: str | None, path: str | None = None) -> Report:
    return Report(text="401", posted_at=NOON + timedelta(minutes=5), url=url, path=path, under=under)


def test_what_a_command_names_is_asked_where_the_log_has_it() -> None:
    found = aimed(told("https://r.test/v2/team/app/manifests/1", "/v2/team/app"), (PUSH,), Tie(0.95))
    assert (found.method, found.url, found.under) == ("POST", "https://r.test/v2/team/app/blobs/uploads/", None)


@pytest.mark.parametrize(
    ("under", "share"), [("/v2/team/other", 0.95), ("/v2/team/ap", 0.95), ("/v2/team/app", 0.5), (None, 0.95)]
)
def test_a_line_elsewhere_or_of_somebody_else_moves_nothing(under: str | None, share: float) -> None:
    report = told("https://r.test/v2/team/app/manifests/1", under)
    assert aimed(report, (PUSH,), Tie(share)) is report


def test_lines_are_looked_for_below_a_base_address() -> None:
    assert below(told("https://r.test/", "/", "/")) is None
    assert below(told("https://r.test/api/", "/api/", "/api/")) == "/api"
    assert below(told("https://r.test/api", None, "/api")) == "/api"


def line(text: str, second: float = 0, **known: object) -> object:
    return entry(second, **{"format": "plain", "file": "job.log", "text": text, "path": None, "method": None, **known})


def test_where_nothing_but_the_host_is_told_the_line_tells_the_path() -> None:
    me = entry(1, path="/rest/api/2/myself", status=401)
    report = Report(text="401", posted_at=NOON, url="https://r.test", host="r.test")
    assert aimed(report, (me,), Tie(0.95)).url == "https://r.test/rest/api/2/myself"
    assert aimed(report, (entry(1, path="/login", status=302),), Tie(0.95)) is report
    assert aimed(report, (entry(1, path="/x", status=401, host="other.test"),), Tie(0.95)) is report


def test_a_program_that_logs_its_calls_tells_the_whole_address() -> None:
    report = Report(text="401", posted_at=NOON)
    asked = line("http request PUT https://npm.r.test/thing")
    refused = line("http 401 https://npm.r.test/thing", 1, status=401)
    found = aimed(report, (asked, refused), Tie(0.95))  # type: ignore[arg-type]
    assert (found.url, found.method, found.host) == ("https://npm.r.test/thing", "PUT", "npm.r.test")
    assert aimed(report, (PUSH,), Tie(0.95)) is report
    assert aimed(report, (asked, refused), Tie(0.5)) is report  # type: ignore[arg-type]
