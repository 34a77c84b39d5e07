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
