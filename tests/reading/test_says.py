"""What the endpoint says to a made-up credential."""

import pytest

from bot.model import Exchange
from bot.reading.says import in_probes
from tests.reading.scenes import entry, ids, reading

BODY = "Your client does not have permission to get this URL from this server."


@pytest.mark.parametrize(("status", "challenge", "tells"), [(401, "Digest realm=x", False), (403, "", True)])
def test_who_asks_who_is_there_has_not_told_yet_what_they_may(status: int, challenge: str, tells: bool) -> None:
    headers = (("WWW-Authenticate", challenge),) if challenge else ()
    answer = Exchange(status=status, response_headers=headers, body=BODY)
    found = in_probes([("made_up", answer)]).findings
    assert ("says.forbidden" in {f.id for f in found}) == tells


def test_a_wording_for_any_session_says_no_more_by_its_single_words() -> None:
    words = "Invalid or expired session, please login again"
    catch_all = entry(0, status=None, level="error", message=words, text=f"session_expired_error: {words}")
    assert "says.session_expired" not in ids(reading(catch_all, []))
    plain = entry(0, status=None, level="error", message="", text="your session has expired")
    assert "says.session_expired" in ids(reading(plain, []))


def test_the_reason_beside_a_wording_for_any_session_is_told() -> None:
    text = "Invalid or expired session, please login again. detail: appears to be a CSRF attempt"
    line = entry(0, status=None, level="error", message=text, text=text)
    assert {"says.csrf_failed", "says.session_not_found"} <= ids(reading(line, []))
