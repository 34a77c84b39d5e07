"""What Authorization and Cookie headers hold: the scheme, the parameters and the cookie names stay."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from functools import cache

from bot.redact.harmless import LITERALS, common, harmless, opaque
from bot.redact.model import NAMED, SCHEME, Span

_SCHEMES = """
basic bearer token digest negotiate ntlm apikey api-key api_key key jwt dpop mac hawk hmac sharedkey
sharedkeylite aws aws4-hmac-sha256 splunk ssws bot geniekey api-token access-token oauth gnap privatetoken vapid
webpush googlelogin scram-sha-256 mutual hoba knox session signature zoho-oauthtoken pve-api-token pveapitoken
klaviyo-api-key
"""
SCHEMES = frozenset(_SCHEMES.split())
"""Registered schemes (RFC 9110 section 11.1) and those that vendors made up."""

_PUBLIC_PARAMETERS = """
realm username uri nonce opaque algorithm qop nc cnonce userhash credential signedheaders headers keyid id ts
ext app dlg oauth_consumer_key oauth_nonce oauth_timestamp oauth_signature_method oauth_version created expires
charset error error_description scope hash method path version client key_id kid t
"""
PUBLIC_PARAMETERS = frozenset(_PUBLIC_PARAMETERS.split())
"""Parameters of credentials that identify but do not prove (RFC 7616, RFC 5849, SigV4, Hawk)."""

_PLAIN_COOKIES = """
lang locale language theme tz timezone currency country region consent cookieconsent cookie_consent i18n
dark_mode path domain expires max-age samesite priority version secure httponly partitioned
"""
PLAIN_COOKIES = frozenset(_PLAIN_COOKIES.split())
"""Cookies that say nothing secret, and the attributes of Set-Cookie (RFC 6265bis section 4.1)."""

PATTERNS = {
    "bracketed": r"\[[^\[\]\r\n]{1,60}\]",
    "scheme": r"[ \t]*(?:b?['\"])?([A-Za-z][\w\-]{1,40})(?:[ \t+]{1,8}|[ \t]*\r?\n[ \t]+)(?=\S)",
    "run": r"[^\s\"'<>|\\]+(?:\\(?![nrt\"'])[^\s\"'<>|\\]*)*",
    "parameter": r"([A-Za-z][\w\-]{0,40})[ \t]{0,2}=[ \t]{0,2}(\"[^\"\r\n]*+\"?|[^\s,;\"']+)",
    "cookie": (
        # Only from the beginning of a word on, so that each is walked once.
        r"(?<![^\s=;,\"'{}\[\]<>])([^\s=;,\"'{}\[\]<>]++)=(\"[^\"\r\n;]*+\"?|[^;\s\"'\\,]*+)"
    ),
}


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(PATTERNS[name])


def authorization(text: str, start: int, end: int) -> Iterator[Span]:
    """The secrets of an Authorization value at text[start:end]."""
    place, scheme = start, ""
    while (match := _pattern("scheme").match(text, place, end)) and match[1].lower() in SCHEMES:
        place, scheme = match.end(), match[1].lower()
    run = _pattern("run").search(text, place, end)
    if run is None or run.start() > place + 8:
        return
    unknown = _pattern("scheme").match(text, place, end) if not scheme else None
    if (parameters := _parameters(text, place, end)) is not None:
        yield from parameters
    elif unknown and not common(unknown[1]) and not any(c.isdigit() for c in unknown[1]) and len(unknown[1]) < 24:
        yield from credentials(text, unknown.end(), end, "custom")
    elif scheme or not common(run[0].strip(".,;:!?()")):
        yield from credentials(text, run.start(), end, scheme)


def credentials(text: str, start: int, end: int, scheme: str) -> Iterator[Span]:
    """The one secret after a scheme; nothing where words about it stand."""
    run = _pattern("run").match(text, _unquoted(text, start), end)
    if run is None or _pattern("bracketed").match(text, run.start(), end):
        return
    value = trimmed(run[0])
    begin = run.start()
    if scheme in {"aws", "sharedkey", "sharedkeylite"}:
        if ":" not in value:
            return
        begin += value.index(":") + 1
        value = value.partition(":")[2]
    if not value or value.lower() in SCHEMES or harmless(value) or common(value):
        return
    if scheme in {"", "custom"} and value.isalpha() and value.islower() and not opaque(value):
        return
    pair = decoded_pair(value)
    kind = "Basic credentials" if scheme == "basic" or (pair and not scheme) else KINDS.get(scheme, "credentials")
    yield Span(begin, begin + len(value), kind, SCHEME, pair)


KINDS = {
    "bearer": "bearer token",
    "token": "token",
    "dpop": "access token",
    "negotiate": "Kerberos ticket",
    "ntlm": "NTLM message",
    "apikey": "API key",
    "api-key": "API key",
    "api_key": "API key",
    "key": "API key",
    "aws": "signature",
    "sharedkey": "signature",
    "sharedkeylite": "signature",
}


def trimmed(run: str) -> str:
    """A run of characters without the punctuation of the sentence; dots that stand for what was left out stay."""
    bare = run.rstrip(".,;:!?)]}`*~'")
    return run if run.endswith(("...", "…", "**")) else bare


def _unquoted(text: str, place: int) -> int:
    while text[place : place + 1] in {'"', "'", "`", " "}:
        place += 1
    return place


def _parameters(text: str, start: int, end: int) -> list[Span] | None:
    """None where the value is no list of parameters (RFC 9110 section 11.4)."""
    matches = list(_pattern("parameter").finditer(text, start, end))
    if not matches or matches[0].start() > start + 1 or matches[0][2].strip("=") == "":
        return None
    return [
        Span(m.start(2) + quoted, m.end(2) - (quoted and m[2].endswith('"')), _parameter_kind(m[1]), NAMED)
        for m in matches
        if m[1].lower() not in PUBLIC_PARAMETERS and _proves(m[1].lower())
        for quoted in (m[2].startswith('"'),)
        if len(m[2]) > 4 and not harmless(m[2])
    ]


def _proves(name: str) -> bool:
    return any(
        part in name for part in ("token", "sig", "mac", "response", "pass", "secret", "assertion", "proof", "key")
    )


def _parameter_kind(name: str) -> str:
    lowered = name.lower()
    if "token" in lowered:
        return "token"
    return "password" if "pass" in lowered else "signature"


def decoded_pair(value: str) -> tuple[str, ...]:
    """`user:password` and the password, where a value is the base64 of one (RFC 7617); else nothing."""
    try:
        pair = base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ()
    password = pair.partition(":")[2]
    return (pair, password) if ":" in pair and pair.isprintable() else ()


def cookies(text: str, start: int, end: int) -> Iterator[Span]:
    """The cookie values at text[start:end], except those that are plainly no secret."""
    for match in _pattern("cookie").finditer(text[start:end]):
        name, value = match[1].lstrip("[({").lower(), match[2]
        quoted = value.startswith('"')
        inner = value.strip('"').rstrip("]})" if "[" not in value else "")
        if name in PLAIN_COOKIES or harmless(inner) or inner.lower() in LITERALS or len(inner) < 2:
            continue
        begin = start + match.start(2) + quoted
        yield Span(begin, begin + len(inner), "session cookie" if _session(name) else "cookie", SCHEME)


def _session(name: str) -> bool:
    return any(part in name for part in ("sess", "sid", "auth", "token", "jwt", "remember", "login"))
