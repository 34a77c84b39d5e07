"""A credential as it stood in a request -> `Presented`: everything about it except the secret."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Literal

from bot.intake.interface import COMPUTED, RawCredential
from bot.intake.vendors import vendor_of
from bot.model import Presented, TokenFacts
from bot.tokens.unsigned_copy import unsigned_copy

LITERAL = re.compile(
    r"(?:undefined|null|none|nil|nan|true|false|\[object \w+\]|\(null\)|<null>|<nil>"
    r"|\$\{\{?[^{}]*\}?\}|\{\{[^{}]*\}\}|\$\([^()]*\)|\$[A-Za-z_]\w*|%[A-Za-z_]\w*%|#\{[^{}]*\}|\{[a-z_]\w*\}|"
    r"<%=?.*%>)$",
    re.IGNORECASE,
)
ELIDED = re.compile(
    r"\*{3,}|\.{3,}|…|•{2,}|(?<=[\w.-])[(\[<](?:[^\W\d_]| ){2,31}[)\]>]$"
    r"|(?:[xX]{4,}|EXAMPLE|CUT|SNIP|SHORTENED|TRUNCATED)[_-]*$"
)
"""Marks that something was left out: also in the middle of a token, which is none for that, and remarks at its end,
`eyJhbGciOi(cut)`."""
MASKED = re.compile(
    r"\*{3,}|\.{3,}|…|•{2,}|█|(?i:redacted|masked|removed|hidden|censored|filtered|scrubbed|\bsnip)|(?i:x{4,}$)"
)
TYPED_MASK = re.compile(
    r"(?i)(?:<[^<>]{0,60}>|\[[a-z _-]{0,40}\]|(?:access_?|api_?|my_?|the_?|bearer_?|jwt_?|id_?)?(?:token|key|jwt|"
    r"secret|password)|x{3,}|abc|foo|y{3,}|\.\.)$"
)
PLACEHOLDER = re.compile(
    r"(?i)(?:your|add|put|insert|enter|paste|replace|change)[-_ ]?(?:me|it|this|with|in|your|the|api|own|actual|real|"
    r"here|access|secret|token|key)"
    r"|change_?me|placeholder|dummy|sample[-_]?(?:key|token)|\bexample|EXAMPLE|<(?:your|token|api|access|key|insert|"
    r"add)[^<>]*>"
    r"|(?:token|key|secret)[-_ ]?(?:goes[-_ ])?here|^(?:x{3,}|todo|tbd|foo|foobar|12345678?9?0?|test-?key|abc123|"
    r"secret|token|string)$"
)
PREFIX = re.compile(r"(?:[A-Za-z]{1,10}\d?[_-]){1,3}(?=[\w.*…-]{6})")
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,30}(?::)?$")
KNOWN_SCHEMES = {
    *("basic", "bearer", "digest", "dpop", "hoba", "mutual", "negotiate", "ntlm", "oauth", "privatetoken", "token"),
    *(
        "apikey",
        "api-key",
        "key",
        "jwt",
        "aws4-hmac-sha256",
        "aws",
        "sharedkey",
        "sharedkeylite",
        "hmac",
        "signature",
        "hawk",
    ),
    *(
        "gnap",
        "vapid",
        "splunk",
        "genie",
        "bot",
        "genie-key",
        "genie_key",
        "concealed",
        "scram-sha-256",
        "awscredentials",
    ),
}
LOGIN_SCHEMES = {"Digest": "Digest", "NTLM": "NTLM", "Negotiate": "Negotiate", "any": None}
"""What a client was told to send a login as, where that is not Basic; None: as whatever is offered."""
KEY_SCHEMES = {"apikey", "api-key", "key", "token", "geniekey", "genie-key", "splunk", "bot"}
SIGNED_SCHEMES = {
    "aws4-hmac-sha256",
    "aws",
    "sharedkey",
    "sharedkeylite",
    "hmac",
    "signature",
    "hawk",
    "aws4-ecdsa-p256-sha256",
}
QUOTES = "\"'`<>[]{}“”‘’"
JWT = re.compile(r"eyJ[\w+/=-]{4,}(?:\.[\w+/=-]*)*$")

RETYPED = {"masked", "literal", "placeholder"}
"""Where the writer put something in the credential's place, the colon before it may be the writer's too."""

Kind = Literal[
    "jwt", "jwe", "opaque", "basic", "api_key", "digest", "sigv4", "empty", "placeholder", "literal", "masked"
]
ReadToken = Callable[[str], TokenFacts]


def presented(raw: RawCredential, read_token: ReadToken) -> Presented:
    """The credential without its secret. The faults are those that `Presented.faults` lists."""
    value = raw.value
    faults: list[str] = []
    if raw.place == "userinfo":
        scheme = LOGIN_SCHEMES.get(raw.name, "Basic")
        return Presented(place="authorization", name="Authorization", scheme=scheme, kind=_user_kind(value))
    scheme = None
    if raw.place == "authorization":
        scheme, value, faults = _scheme(value)
    value, more = _trimmed(value)
    faults += more
    if (copy := unsigned_copy(value)) is not None:
        value = copy
    kind = _kind(raw, scheme, value)
    if scheme and "no_scheme" in faults and kind not in RETYPED:
        faults[faults.index("no_scheme")] = "glued_scheme"
    if kind == "basic":
        faults += _basic_faults(value)
    if kind in ("empty", "literal"):
        faults.append(kind)
    if COMPUTED in raw.value:
        faults.append("computed")
    token = read_token(value) if kind in ("jwt", "jwe") else None
    return Presented(
        place=raw.place,
        name=raw.name,
        scheme=scheme,
        kind=kind,
        vendor=vendor_of(value),
        prefix=_prefix(value) if kind in ("api_key", "opaque", "masked") else "",
        faults=tuple(dict.fromkeys(faults)),
        token=token,
        dpop_nonce="nonce" in token.claim_names if token and raw.name.lower() == "dpop" else None,
    )


def _prefix(value: str) -> str:
    """The words before the secret part of a key, as vendors put them there for people and scanners to see."""
    found = PREFIX.match(value)
    return found[0] if found else ""


def _scheme(value: str) -> tuple[str | None, str, list[str]]:
    """(scheme, the rest, faults) of an Authorization value (RFC 9110 section 11.4)."""
    faults = ["whitespace"] if value != value.strip(" ") or "\n" in value.strip("\n") or "\t" in value else []
    bare = value.strip()
    if bare[:1] in ('"', "'", "`"):
        faults.append("quoted")
        bare = bare.strip("\"'`")
    first, space, rest = bare.partition(" ")
    if not space:
        return _one_word(first, faults)
    if not SCHEME.match(first) or JWT.match(first):
        return None, bare, [*faults, "no_scheme"]
    faults += ["no_scheme"] if first.endswith(":") else []
    faults += ["whitespace"] if rest != rest.lstrip(" ") else []
    return _doubled(first, rest.strip(), faults)


def _one_word(word: str, faults: list[str]) -> tuple[str | None, str, list[str]]:
    """A value without a space: a scheme alone, a credential alone, or both glued together."""
    if MASKED.search(word) or TYPED_MASK.match(word):
        return None, word, faults
    if word.lower().rstrip(":") in KNOWN_SCHEMES or not word:
        return word.rstrip(":") or None, "", faults
    lower = word.lower()
    glued = next((s for s in ("bearer", "basic", "token") if lower.startswith(s) and len(word) > len(s) + 6), None)
    return (word[: len(glued)] if glued else None), word, [*faults, "no_scheme"]


def _doubled(scheme: str, rest: str, faults: list[str]) -> tuple[str, str, list[str]]:
    """`Bearer Bearer x` and `Bearer Basic x`; a token that happens to be called so stands alone."""
    second, _, third = rest.partition(" ")
    again = second.lower().rstrip(":")
    if again in (scheme.lower(), "bearer", "basic", "token") and (third.strip() or again == scheme.lower() != "token"):
        return scheme, third.strip(), [*faults, "doubled_scheme"]
    return scheme, rest, faults


def _trimmed(value: str) -> tuple[str, list[str]]:
    faults = []
    if value != value.strip() or (JWT.match(re.sub(r"\s", "", value)) and re.search(r"\s", value.strip())):
        faults.append("whitespace")
    value = value.strip()
    if len(value) > 2 and value[0] in "\"'`“‘" and not LITERAL.match(value):
        faults.append("quoted")
        value = value.strip(QUOTES)
    elif len(value) > 20 and value[0] in "<[{" and value[-1] in ">]}" and JWT.match(value[1:-1]):
        faults.append("quoted")
        value = value[1:-1]
    elif len(value) > 2 and value[-1] in "\"'" and value.count(value[-1]) % 2:
        faults.append("quoted")
        value = value.rstrip("\"'")
    if JWT.match(re.sub(r"\s", "", value)):
        value = re.sub(r"\s", "", value)
    return value, faults


def _kind(raw: RawCredential, scheme: str | None, value: str) -> Kind:
    """The first kind whose test the value passes: a word that stands for a secret before any secret."""
    lower = (scheme or "").lower()
    tests: tuple[tuple[Kind, bool], ...] = (
        ("empty", value in ("", '""', "''")),
        ("masked", ELIDED.search(value) is not None),
        ("jwe", JWT.match(value) is not None and value.count(".") == 4),
        ("jwt", JWT.match(value) is not None),
        ("literal", LITERAL.match(value) is not None),
        ("masked", MASKED.search(value) is not None or (not raw.recorded and TYPED_MASK.match(value) is not None)),
        ("sigv4", lower in SIGNED_SCHEMES),
        ("digest", lower == "digest"),
        ("placeholder", len(value) < 120 and PLACEHOLDER.search(value) is not None),
        ("basic", lower == "basic"),
        ("api_key", lower in KEY_SCHEMES or raw.place in ("header", "query")),
    )
    return next((kind for kind, passed in tests if passed), "opaque")


def _basic_faults(value: str) -> list[str]:
    """Basic is base64 of `name:password` (RFC 7617 section 2)."""
    try:
        plain = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return ["bad_base64"]
    if b":" not in plain:
        return ["no_colon"]
    if plain in (b":", b":\n"):
        return ["empty"]
    return ["line_end"] if plain.endswith((b"\n", b"\r")) else ["whitespace"] if plain.endswith(b" ") else []


def user_of(raw: RawCredential) -> str | None:
    """The user name of Basic credentials, which is no secret."""
    if raw.place == "userinfo":
        name = raw.value.partition(":")[0]
    elif raw.place == "authorization" and raw.value[:6].lower() == "basic ":
        try:
            name = base64.b64decode(raw.value[6:].strip(), validate=True).decode("utf-8").partition(":")[0]
        except (binascii.Error, ValueError):
            return None
    else:
        return None
    return name if re.fullmatch(r"[\w.@+-]{1,64}", name) and not MASKED.search(name) else None


def _user_kind(value: str) -> Kind:
    name, _, password = value.partition(":")
    if not name and not password:
        return "empty"
    return "masked" if not password or MASKED.search(value) or TYPED_MASK.match(password) else "basic"
