"""What an earlier request of the same caller met that lasts."""

from typing import Any

import pytest

from bot.model import Entry
from tests.reading.scenes import entry, ids, reading

MINE: dict[str, Any] = {"status": 401, "client": "203.0.113.9", "user_agent": "Firefox/140.0"}
OTHER: dict[str, Any] = {"status": 200, "client": "203.0.113.5", "user_agent": "axios/1.7"}
WARNING = "WARNING: Can't verify CSRF token authenticity"
CSRF = "says.csrf_failed"


def sign_in(second: float, text: str, **known: Any) -> Entry:
    return entry(second, **{**MINE, "method": "POST", "path": "/sign_in", "status": 201, "text": text, **known})


def found(*before: Entry, **known: Any) -> set[str]:
    return ids(reading(entry(0, **{**MINE, **known}), [entry(-40, **OTHER), entry(-20, **OTHER), *before]))


@pytest.mark.parametrize("second", [-5, -600])
def test_a_session_that_an_earlier_request_lost_explains_the_refusal(second: float) -> None:
    assert CSRF in found(sign_in(second, WARNING))


def test_the_account_that_was_locked_before_is_told_of_its_user_alone() -> None:
    locked = sign_in(-30, "", status=403, path="/other", user="u12", message="login refused, account locked")
    assert "says.account_blocked" in found(locked, user="u12")
    assert "says.account_blocked" not in found(locked)
    assert "says.account_blocked" not in found(locked, user="u13")


@pytest.mark.parametrize(
    "before",
    [
        [sign_in(-5, WARNING, client="203.0.113.77")],
        [sign_in(-1200, WARNING)],
        [sign_in(-60, WARNING), entry(-40, **{**MINE, "status": 200}), entry(-30, **{**MINE, "status": 200})],
        [sign_in(-5, "signed in, verified the CSRF token")],
        [sign_in(5, WARNING)],
    ],
)
def test_others_and_what_was_mended_since_tell_nothing(before: list[Entry]) -> None:
    assert CSRF not in found(*before)


def test_a_sign_in_that_warned_did_not_go_well() -> None:
    assert "log.signed_in_before" in found(sign_in(-5, "created"))
    assert "log.signed_in_before" not in found(sign_in(-5, WARNING))
