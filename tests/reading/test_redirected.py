"""A redirect right before the refusal, in whatever log it stands."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reading.scenes import entry, ids, reading

MINE: dict[str, Any] = {"status": 401, "path": "/v1/items/", "client": "203.0.113.5", "user_agent": "app/1"}


@pytest.mark.parametrize(
    "redirect",
    [
        {"client": "203.0.113.5", "user_agent": "app/1"},
        {"client": "203.0.113.5", "user_agent": None},
        {"client": None, "file": "front.log"},
    ],
)
def test_it_is_the_same_callers(redirect: dict[str, Any]) -> None:
    before = entry(-1, status=308, path="/v1/items", **redirect)
    assert "log.redirected_before" in ids(reading(entry(0, **MINE), [before]))


@pytest.mark.parametrize(
    "other",
    [
        {"client": "203.0.113.6", "user_agent": "app/1"},
        {"client": "203.0.113.5", "user_agent": "curl/8"},
        {"client": None, "file": "front.log", "path": "/v1/orders"},
    ],
)
def test_anothers_redirect_is_not(other: dict[str, Any]) -> None:
    before = entry(-1, **{"status": 308, "path": "/v1/items", **other})
    assert "log.redirected_before" not in ids(reading(entry(0, **MINE), [before]))


@pytest.mark.parametrize(("offset", "seen"), [(100, True), (5000, False)])
def test_in_a_log_without_times_it_is_the_line_before(offset: int, seen: bool) -> None:
    before = entry(0, time=None, offset=0, status=307, path="/v1/items", client="203.0.113.5")
    mine = entry(0, **{**MINE, "user_agent": None}, time=None, offset=offset)
    assert ("log.redirected_before" in ids(reading(mine, [before]))) is seen
