"""What a decoder stumbled over where a credential was to be base64: it tells what was sent instead.

`Illegal base64 character 3a` is a colon: a name and its secret were sent as they are. What decoders say of tokens,
whose parts are base64 too, and of the service's own secrets tells nothing of the header.
"""

from __future__ import annotations

import re

CHARACTER = re.compile(
    r"(?i)\b(?:illegal|invalid|non-?|bad|unexpected) ?base-?64(?:url)? (?:character|char|digit|symbol|byte)s?"
    r"[: ]{1,2}(?:0x(?P<prefixed>[0-9a-f]{1,2})\b|(?P<hex>[0-9a-f]{1,2})(?![\w.])|['\"](?P<plain>[^'\"\n]|['\"])['\"])"
)
"""With the character's code, as Java's decoder writes it, or the character itself."""
FAILED = re.compile(
    r"(?i)\billegal base64 data at input byte \d{1,6}|\bincorrect padding\b|\binvalid base-?64-encoded string"
    r"|\bnot a valid base-?64 string|\binput byte(?: array|\[\]) "
    r"(?:has (?:wrong 4-byte ending unit|incorrect ending byte)|should at least have 2 bytes)"
    r"|\blast unit does not have enough valid bits|\binvalid base64 \(argumenterror\)"
)
"""What the decoders of Go, Python, .NET, Java and Ruby say."""
SAID_OF = re.compile(r"(?i)\b(?:basic|authorization|authenticat\w{1,5}|api[-_ ]?keys?|credentials?|log-?in)\b")
NOT_OF = re.compile(
    r"(?i)\b(?:jw[tskea]\w{0,3}|bearer|(?:access |id |refresh )?tokens?|signatures?|signing|segments?|payload|cookies?"
    r"|saml|secrets?|private|public|pem|config\w*|propert\w{1,4}|salt|hash\w*)\b"
)
INSTEAD = {
    ":": "a colon: a name and its secret were sent as they are, without base64",
    " ": "a space amid the credential",
    "\n": "a line break amid the credential",
    "\r": "a line break amid the credential",
    "\t": "a tab amid the credential",
    '"': "a quotation mark around the credential",
    "'": "a quotation mark around the credential",
    "{": "a brace: a template was sent unfilled, or JSON",
    "}": "a brace: a template was sent unfilled, or JSON",
    "$": "a dollar sign: a variable was sent unfilled",
    "<": "a pointed bracket: a template was sent unfilled",
    ">": "a pointed bracket: a template was sent unfilled",
    "%": "a percent sign: the credential was encoded for a URL",
    ",": "a comma: two credentials in one header",
}
"""What no base64 holds -> what it tells of the credential."""


def malformed(text: str) -> str | None:
    """What is wrong with the credential in the header, in words; None where no decoder speaks of one."""
    if not SAID_OF.search(text) or NOT_OF.search(text):
        return None
    if (met := CHARACTER.search(text)) is not None:
        code = met["prefixed"] or met["hex"]
        told = INSTEAD.get(met["plain"] or chr(int(code, 16)))
        return f"{met[0]} is {told}" if told else None
    failed = FAILED.search(text)
    return f"{failed[0]}: the credential is not base64" if failed else None
