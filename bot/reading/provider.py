"""The identity provider's own words on a refusal of which the service tells only that the token endpoint said 401.

The provider knows the caller by its client id, at another path and address than the failing request's: nothing joins
the two lines but that one call asked, the other answered, at the same moment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.model import Entry
from bot.reading.scene import Scene
from knowledge.lexicon import meanings
from knowledge.messages import match

PATH = r"/(?:oauth2?|openid-connect|connect|protocol|as|idp)\b[\w./-]{0,80}/token\b|/token/?(?=[\s\"'?,]|$)"
TOKEN_CALL = re.compile(
    r"(?i)token (?:endpoint|url|request|call)|client[_ ]credentials"
    r"|(?:get|fetch|obtain|acquire|request)\w* (?:a |an |the |our )?(?:new |access )?token"
    rf"|{PATH}"
)
"""What a line says of a call to a token endpoint (RFC 6749 section 3.2)."""
REFUSED = re.compile(
    r"(?i)(?<![\w.:/-])40[013](?![\w.%/-]| ?ms\b)|invalid_client|unauthori[sz]ed|\b(?:refus|reject|denied|fail)\w*"
)
OF_CLIENT = re.compile(r"(?i)(?<![\w.])(?:client|app|application|relying[ _-]party|consumer)(?:[ _-]?id)?(?![\w-])")
BESIDE_S = 2.0
LONGEST = 2_000
"""Characters of a line that are looked at."""


def asked(scene: Scene) -> bool:
    """Whether the request's own lines say that a token endpoint refused the service, and are of no request to one."""
    if re.search(PATH, scene.path or ""):
        return False
    return any(TOKEN_CALL.search(e.text[:LONGEST]) and REFUSED.search(e.text[:LONGEST]) for e in scene.found.request)


def answers(scene: Scene) -> Iterator[tuple[Entry, str]]:
    """The lines of other files that refuse a client at that moment, with what they say."""
    if not asked(scene):
        return
    calls = [e for e in scene.found.request if TOKEN_CALL.search(e.text[:LONGEST])]
    own = {scene.anchor.file} if scene.anchor else {e.file for e in calls}
    for entry in scene.found.around:
        text = entry.text[:LONGEST]
        if entry.file not in own and scene.near(entry, BESIDE_S) and OF_CLIENT.search(text) and _refuses(entry):
            yield entry, entry.message or text


def _refuses(entry: Entry) -> bool:
    """Whether a line refuses a client, for another reason than that a sign-in could not be renewed."""
    known = {hit.finding for hit in match(entry.text, "log")}
    told = known or {m.finding for m in meanings(entry.message or entry.text, entry.fields, entry.time)}
    refused = bool(told) or REFUSED.search(entry.text[:LONGEST]) is not None
    return refused and entry.status in {None, 400, 401} and "says.refresh_refused" not in told
