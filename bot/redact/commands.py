"""Credentials by where they stand: in URLs, command lines, netrc files, code, and after a scheme's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from bot.redact.fits import fits
from bot.redact.harmless import common, harmless, opaque
from bot.redact.headers import cookies, credentials, decoded_pair
from bot.redact.model import NAMED, SCHEME, Span
from bot.redact.names import named
from bot.redact.scan import Scan

QUOTED = r"(?:'(?P<single>[^'\n]*+)'|\"(?P<double>(?:[^\"\\\n]|\\.)*+)\"|(?P<plain>[^\s'\"`<>|]++))"

LOOSE_SCHEMES = (
    "bearer",
    "basic",
    "dpop",
    "ssws",
    "apikey",
    "api-key",
    "negotiate",
    "ntlm",
    "sharedkey",
    "splunk",
    "geniekey",
    "pveapitoken",
)
"""Schemes that are known without their header."""

REACH = 100
"""Characters before a literal in which stands what it is joined to."""
WHOLE_HEADERS = {"authorization", "cookies"}

PATTERNS = {
    # RFC 3986 section 3.2.1. A password may hold an @ that should have been encoded.
    "userinfo": r"://(?P<user>[^\s/?#@:\"'<>|\\]{0,256}+):(?P<password>[^\s\"'<>|/\\]{1,256})@(?=[\w\[.$‹{-])",
    "lone_user": r"://(?P<user>[^\s/?#@:\"'<>|\\]{12,512}+)@(?=[\w\[])",
    "user": rf"(?<![\w\-])(?:-u|--user|--proxy-user|-U|-a|--auth|--creds?)(?:[ \t]{{0,4}}|=){QUOTED}",
    "oauth2": rf"--oauth2-bearer(?:[ \t]{{1,4}}|=){QUOTED}",
    "cookie": rf"(?<![\w\-])(?:-b|--cookie)(?:[ \t]{{0,4}}|=){QUOTED}",
    "certificate": (
        r"(?<![\w\-])(?:-E|--cert|--proxy-cert)(?:[ \t]{1,4}|=)['\"]?[^\s:'\"]{1,200}+:(?P<plain>[^\s'\"]{1,200}+)"
    ),
    "flag": rf"(?<![\w\-])--?(?P<name>(?:[A-Za-z][\w]*-?){{1,8}})[ \t]{{1,4}}(?!-){QUOTED}",
    "sshpass": rf"\bsshpass[ \t]+-p[ \t]{{0,4}}{QUOTED}",
    "mysql": r"\bmysql(?:dump|admin)?\b[^\n]{0,200}?[ \t]-p(?P<plain>[^\s'\"]{1,200}+)",
    "netrc": (
        r"\b(?:login|machine)[ \t]{1,9}\S{1,200}+\s{1,9}(?:login[ \t]{1,9}\S{1,200}+\s{1,9})?"
        r"password[ \t]{1,9}(?P<plain>\S{1,500}+)"
    ),
    "directive": (
        r"(?<![^\s>])(?:requirepass|masterauth|AUTH|PASS|PASSWORD)[ \t]{1,9}(?P<plain>\S{1,500}+)"
        r"[ \t]{0,9}+(?=\r?\n|\Z)"
    ),
    "tuple": (
        r"(?i)(?:auth\s{0,2}[=:]\s{0,2}|BasicAuth|HTTPDigestAuth|basic_auth|(?<=\.)auth)\s{0,2}[\[(]\s{0,4}"
        r"(['\"])[^'\"\n]{0,200}+\1\s{0,4},\s{0,4}(['\"])(?P<plain>[^'\"\n]{1,500}+)\2"
    ),
    "joined": r"[+.][ \t]{0,3}(['\"])(?P<plain>[^'\"\n@/:\s][^'\"\n]{3,200}+)\1",
    "joined_to": r"(?:['\"][^'\"\n]{0,80}:['\"]|(?i:passw|pwd|contrase|secret)\w{0,20})[ \t]{0,3}\Z",
    "scheme": (
        rf"(?i)(?<![\w\-])(?P<scheme>{'|'.join(LOOSE_SCHEMES)})"
        r"(?:[ \t]{1,4}|[ \t]{0,9}\r?\n[ \t]{1,40}|\+|:[ \t]?)(?=\S)"
    ),
    "token_scheme": r"(?<![\w\-])(?:[Aa]uthorization|AUTHORIZATION|[Aa]uth)\W{1,6}(?P<scheme>[Tt]oken)[ \t]+(?=\S)",
    "windows": r"[A-Za-z]:\\|\d{1,6}:\d{1,6}$",
}


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(PATTERNS[name])


def urls(scan: Scan) -> Iterator[Span]:
    """The password, or the token instead of a user, in front of a URL's host."""
    text = scan.text
    if "://" not in text or "@" not in text:
        return
    for match in _pattern("userinfo").finditer(text):
        if not harmless(match["password"], words=False):
            yield Span(*match.span("password"), "password in a URL", NAMED)
        if opaque(match["user"]) and len(match["user"]) >= 16:
            yield Span(*match.span("user"), "token in a URL", NAMED)
    for match in _pattern("lone_user").finditer(text):
        if opaque(match["user"]) and not harmless(match["user"]):
            yield Span(*match.span("user"), "token in a URL", NAMED)


def flags(scan: Scan) -> Iterator[Span]:
    """Passwords, cookies and tokens on a command line (curl, wget, HTTPie, sshpass, mysql, ...)."""
    text = scan.text
    if " -" not in text and "\n-" not in text and not text.startswith("-"):
        return
    for match in scan.matches(_pattern("user"), "-u", "--user", "--proxy-user", "-a", "--auth", "--cred"):
        yield from _user(text, match)
    for match in scan.matches(_pattern("cookie"), "-b", "--cookie"):
        yield from cookies(text, *_value(match))
    for name, (kind, literals) in ALONE.items():
        for match in scan.matches(_pattern(name), *literals):
            start, end = _value(match)
            if not harmless(text[start:end]):
                yield Span(start, end, kind, NAMED)
    for match in scan.matches(_pattern("flag"), "--"):
        yield from _flag(text, match)


ALONE = {
    "oauth2": ("bearer token", ("--oauth2-bearer",)),
    "certificate": ("password", ("-e", "--cert", "--proxy-cert")),
    "sshpass": ("password", ("sshpass",)),
    "mysql": ("password", ("mysql",)),
}


def _flag(text: str, match: re.Match[str]) -> Iterator[Span]:
    meaning = named(match["name"])
    start, end = _value(match)
    value = text[start:end]
    if meaning and meaning.kind not in WHOLE_HEADERS and fits(value, meaning, structured=True) and not common(value):
        yield Span(start, end, meaning.kind, NAMED)


def _user(text: str, match: re.Match[str]) -> Iterator[Span]:
    start, end = _value(match)
    value = text[start:end]
    user, colon, password = value.partition(":")
    attached = match[0][2:3] not in {" ", "\t", "=", "'", '"'} and not match[0].startswith("--")
    if not colon or password.startswith("//") or _pattern("windows").match(value):
        return
    if attached and "curl" not in text[max(0, match.start() - 400) : match.start()]:
        return
    if not harmless(password, words=False):
        yield Span(start + len(user) + 1, end, "password", SCHEME)
    if len(user) >= 16 and any(c.isdigit() for c in user) and opaque(user) and not user.isupper():
        yield Span(start, start + len(user), "token", NAMED)


def _value(match: re.Match[str]) -> tuple[int, int]:
    groups = match.re.groupindex
    name = next(g for g in ("single", "double", "plain") if g in groups and match[g] is not None)
    return match.span(name)


def places(scan: Scan) -> Iterator[Span]:
    """netrc lines, server directives, user and password as code passes them, and credentials after a scheme's name."""
    text = scan.text
    for name, literals in PLACES.items():
        for match in scan.matches(_pattern(name), *literals):
            if not harmless(match["plain"]) and not common(match["plain"]):
                yield Span(*match.span("plain"), "password", NAMED)
    for match in scan.matches(_pattern("scheme"), *LOOSE_SCHEMES):
        yield from _presented(text, match)
    for match in scan.matches(_pattern("token_scheme"), "auth"):
        yield from _presented(text, match)


def joined(scan: Scan) -> Iterator[Span]:
    """A literal that code joins to a name and a colon, or to what it calls a password: `user + ':' + 'hunter2Zq'`."""
    for match in scan.matches(_pattern("joined"), "+ '", '+ "', "+'", '+"', ". '", '. "'):
        before = scan.text[max(0, match.start() - REACH) : match.start()]
        telling = any(c.isdigit() for c in match["plain"]) and not match["plain"].isdigit()
        if telling and _pattern("joined_to").search(before) and not harmless(match["plain"]):
            yield Span(*match.span("plain"), "password", NAMED)


PLACES = {
    "netrc": ("login", "machine"),
    "directive": ("requirepass", "masterauth", "auth ", "pass ", "password "),
    "tuple": ("auth", "basicauth", "httpdigestauth", "basic_auth"),
}


def _presented(text: str, match: re.Match[str]) -> Iterator[Span]:
    """In running text a word after "Basic" or "Bearer" is a credential only if it looks like one."""
    scheme = match["scheme"].lower()
    for span in credentials(text, match.end(), min(len(text), match.end() + 20_000), scheme):
        value = text[span.start : span.end]
        if scheme == "basic":
            likely = bool(decoded_pair(value)) or (
                opaque(value) and len(value) >= 12 and any(c.isdigit() for c in value)
            )
        else:
            likely = opaque(value) and "=" not in value.rstrip("=") and not value.endswith(":")
        if likely:
            yield span
