"""Secrets that a refusal sets against each other: `client secret: got hunter2 want s3cret`, `pin 1234 != 4321`.

No sign of equality joins them to their name; what they are values of stands a few words before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.redact.fits import fits
from bot.redact.harmless import common
from bot.redact.model import NAMED, OPEN, Span
from bot.redact.names import ANY, Named, named
from bot.redact.scan import Scan

LITERALS = ("want", "expect", "actual", "got", "received", "!=", "<>", "≠")
"""One of these stands in every comparison."""
LONGEST = 400
"""Characters of a line around a comparison that are looked at."""
REACH = 60
"""Characters between a credential's name and the first of its values."""
CREDENTIAL = re.compile(
    r"(?i)(?<![A-Za-z0-9])(?P<name>(?:(?:client|consumer|api|access|refresh|shared|signing|webhook|session|csrf|xsrf"
    r"|service|app|auth|id|bearer|hmac|private)[ _.-]?)?"
    r"(?:secret|password|passwd|passwort|kennwort|passphrase|passcode|pwd|pin|token|key|signature|hmac|sig|jwt|otp"
    r"|verifier|sid|session))(?![A-Za-z0-9])"
)
ASIDE = re.compile(
    r"(?i)(?<![a-z])(?:length|len|type|kind|use|ids?|version|count|age|size|format|alg\w*|name|issuer|audience|iss|aud"
    r"|kid|scopes?|exp|expir\w*|nbf|iat|sub\w*|tenant|claims?|attempts?|policy|status|code|parts|segments|ip|address|host"
    r"|realm|role|user\w*|method|path)(?![a-z])"
)
"""What else of a credential may be compared, and is no secret."""
VALUE = r"[\"'`]?(?P<value>[^\s\"'`,;()\[\]{}<>]{1,200})"
SIDE = re.compile(
    r"(?i)(?<![\w.-])(?:got|received|actual(?:ly)?|given|presented|sent|computed|calculated|but (?:was|is|got)"
    r"|(?P<wanted>want(?:s|ed)?|expect(?:s|ed|ing)?|need(?:s|ed)?|stored))(?![\w-])"
    rf"(?:[ ]?[:=][ ]?|[ ](?:to be |is |was |value |(?:the )?(?:secret|password|token|key|signature) )?){VALUE}"
)
UNEQUAL = re.compile(rf"(?:!=|!==|<>|≠|does not equal|is not equal to)[ ]?{VALUE}")
BEFORE_UNEQUAL = re.compile(rf"(?<![^\s\"'`,;()\[\]{{}}<>:=]){VALUE}[\"'`]?[ ]?(?=!=|<>|≠)")
MADE = re.compile(r"(?=.*\d)|(?=.*[^\w.-])|(?=.*[a-z][A-Z])")
"""What is no word: it has a digit, a sign, or a capital amid small letters."""
SAID = re.compile(r"\d+[A-Za-z]{0,7}$|\d{1,4}[-./:]\d|v?\d+(?:\.\d+)+|/|HTTP")
"""Numbers, dates, versions and paths: where nothing is set against them they are no secret, as in `got 401s`."""
PINS = frozenset({"pin", "passcode", "otp"})


def compared(scan: Scan) -> Iterator[Span]:
    """The values of credentials that a line compares."""
    done = -1
    for place in sorted(scan.at(*LITERALS)):
        if place < done:
            continue
        start = max(scan.text.rfind("\n", 0, place) + 1, place - LONGEST // 2)
        end = scan.text.find("\n", place, place + LONGEST)
        done = end if end >= 0 else min(len(scan.text), place + LONGEST)
        for span in in_line(scan.text[start:done]):
            yield span._replace(start=span.start + start, end=span.end + start)


def in_line(line: str) -> Iterator[Span]:
    """The same of one line."""
    told = list(SIDE.finditer(line))
    unequal = [m for pattern in (UNEQUAL, BEFORE_UNEQUAL) for m in pattern.finditer(line)]
    sides = sorted({m.span("value") for m in (*told, *unequal)})
    both = bool(unequal) or len({bool(m["wanted"]) for m in told}) > 1
    for start, end in sides:
        name = _name(line, start, sides[0][0])
        value = line[start:end].rstrip(".:")
        if name is not None and _secret(value, name, both=both):
            yield Span(start, start + len(value), name.kind, NAMED)


def _name(line: str, start: int, first: int) -> Named | None:
    """What the compared values are: the credential whose name stands last before them."""
    names = list(CREDENTIAL.finditer(line, 0, start))
    if not names or first - names[-1].end() > REACH or ASIDE.search(line, names[-1].end(), first):
        return None
    spelled = re.sub(r"[ .-]", "_", names[-1]["name"])
    if spelled.lower() in PINS:
        return Named("one-time code" if spelled.lower() == "otp" else "password", ANY)
    return named(spelled) or named(f"api_{spelled}")


def _secret(value: str, name: Named, *, both: bool) -> bool:
    """Whether it is a value and no word on one (`got expired`, `want valid`); of passwords two words are two values."""
    if OPEN in value or common(value) or value.lower() in PINS or len(value) < 4:
        return False
    told = name.needs == ANY or MADE.match(value) if both else MADE.match(value) and not SAID.match(value)
    return bool(told) and fits(value, Named(name.kind, ANY), structured=True)
