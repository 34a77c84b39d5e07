"""A line that misses its header and lists those that came: one of them carries what belongs into the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.model import Entry, Finding
from knowledge.lexicon import meanings

EVERYDAY = re.compile(
    r"(?i)(?<![\w-])(?:accept(?:-encoding|-language)?|user-agent|x-forwarded-for|content-type|connection|host)(?![\w-])"
)
"""A header of any request: where it is listed, so are the others."""
CARRIER = re.compile(
    r"(?i)(?<=[, (\[\"'])"
    r"(x-[a-z-]{0,30}(?:key|token|auth|secret)[a-z-]{0,30}|[a-z]{0,20}-?api-?key|authorization)(?=[, )\]\"']|$)"
)
OTHERWISE = re.compile(r"(?i)csrf|xsrf|dpop|signature|digest|hmac|nonce|cookie|timestamp")
"""What may be missing beside a credential that came."""
MISSES = re.compile(
    r"(?i)\bheader (?:is |was )?(?:absent|missing|empty|not (?:set|sent|present|found|there))"
    r"|\b(?:no|without|missing)(?: \w+)? header\b"
)
TRUST = 0.7


def elsewhere(lines: Iterable[Entry]) -> Iterator[Finding]:
    """The credential of the failing request in a header that is not the one which is read."""
    for line in lines:
        carriers = CARRIER.findall(line.message or line.text)
        if carriers and EVERYDAY.search(line.text) and not OTHERWISE.search(line.text) and _misses(line):
            text = f"The service misses the header that it reads; the request has {carriers[0]}"
            yield Finding(id="request.other_header_wanted", source="log", text=text, trust=TRUST, at=line.time)
            return


def _misses(line: Entry) -> bool:
    return bool(MISSES.search(line.text)) or any(
        m.finding == "says.no_credentials" for m in meanings(line.message or line.text, line.fields)
    )
