"""What the endpoint says to a made-up credential."""

import pytest

from bot.model import Exchange
from bot.reading.says import in_probes

BODY = "Your client does not have permission to get this URL from this server."


@pytest.mark.parametrize(("status", "challenge", "tells"), [(401, "Digest realm=x", False), (403, "", True)])
def test_who_asks_who_is_there_has_not_told_yet_what_they_may(status: int, challenge: str, tells: bool) -> None:
    headers = (("WWW-Authenticate", challenge),) if challenge else ()
    answer = Exchange(status=status, response_headers=headers, body=BODY)
    found = in_probes([("made_up", answer)]).findings
    assert ("says.forbidden" in {f.id for f in found}) == tells
