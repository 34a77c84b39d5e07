"""What pasted code or settings of a service say that it wants of a token, to be held against it as services.yaml is.

Whatever checks tokens names issuer, audience, algorithms and keys much alike: `issuer-uri`, `ValidIssuer`,
`issuer=`, `.withIssuer("…")`. Settings of a client do so too: a text counts only where it checks tokens and makes none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.address import split
from bot.model import Report, TokenFacts
from bot.services import Service
from knowledge.settings import pattern

LITERAL = r"\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'|`[^`\n]{0,300}`"
SETTING = re.compile(
    r"(?m)(?<![\w.])[\"'`]?(?P<name>(?:[A-Za-z_][\w.:-]{0,80})?"
    r"(?i:issuers?(?:[-_]?ur[il])?|iss|audiences?|aud|algorithms?|algs?|methods))"
    rf"[\"'`]?[ \t]*(?:=>|:=|[:=](?![:=]))[ \t]*"
    rf"(?P<value>(?:new\b[^\n{{]{{0,60}}|\[\]string)?[\[{{(][^\]}})]{{1,600}}[\]}})]|{LITERAL}"
    r"|(?:\n[ \t]+-[ \t][^\n]{1,300})+|[^\s,;#\"'`\[{(][^\s,;]{0,300})"
)
CALLED = re.compile(
    r"(?i)\b[\w.]{0,40}(?P<name>issuers?|audiences?|valid_?methods|algorithms?|jwk_?set_?uri)\((?P<value>[^()\n]{1,300})\)"
)
PROVIDER = re.compile(
    r"(?im)^[^\n#]{0,80}?(?:issuer|authority|auth[-_.]?server|oidc|openid|keycloak)[\w.:-]{0,40}[\"'`]?\s{0,3}[:=(]\s{0,3}"
    r"[\"'`]?(?P<url>https?://[^\s\"'`,;()<>]{1,300})"
)
"""Where settings of either side name the provider of tokens."""
VALUE = re.compile(rf"{LITERAL}|[^\s,\[\]{{}}()\"'`]+")
ALGORITHM = re.compile(
    r"(?i)\b(?P<kind>[HREP]S|RSA|HMAC|ECDSA)(?:_?SHA_?)?(?P<size>256|384|512)\b|\b(?P<whole>ES256K|EdDSA)\b"
)
BUILT = re.compile(r"\bAlgorithm\.(?P<value>\w+)\(")
SHORT = {"RSA": "RS", "HMAC": "HS", "ECDSA": "ES"}
"""What libraries call the algorithms of RFC 7518 section 3.1."""
ASYMMETRIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
NAMES = (
    ("issuer", re.compile(r"issuers?(?:ur[il])?$|^iss$|(?:valid|trusted|expected)issuers?$")),
    ("audience", re.compile(r"audiences?$|^aud$")),
    ("algorithms", re.compile(r"(?:algorithms?|validmethods|^algs?)$")),
)
"""What a setting is, by its name in small letters and without the rest."""
PART = re.compile(r"(?m)^--- \S[^\n]{0,200}$")
"""The head of a file in the words of a report."""
MOST = 100_000


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What one text wants of a token."""

    issuer: tuple[str, ...]
    audience: tuple[str, ...]
    algorithms: tuple[str, ...]


def configured(report: Report, service: Service | None) -> Service | None:
    """The service with what pasted settings add to what its operator told; these go before."""
    tokens = [p.token for p in report.presented if p.token and p.token.claim_names]
    texts = PART.split(report.text[:MOST]) if tokens else []
    known = service or Service(name="the posted configuration", hosts=())
    wanted = next((w for text in texts if (w := _read(text)) is not None), None)
    if wanted is None:
        other = None if known.issuer else _other_origin(report.text, tokens)
        return replace(known, issuer=other) if other else service
    own = next((i for i in wanted.issuer if any(t.iss == i for t in tokens)), next(iter(wanted.issuer), None))
    return replace(
        known,
        issuer=known.issuer or own,
        audience=known.audience or wanted.audience,
        algorithms=known.algorithms or (() if known.jwks else wanted.algorithms),
    )


def _other_origin(text: str, tokens: Iterable[TokenFacts]) -> str | None:
    """The provider's address that settings name, where a token's issuer is that address on another scheme or host."""
    named = [found["url"].rstrip("/") for found in PROVIDER.finditer(text[:MOST])]
    issued = [token.iss.rstrip("/") for token in tokens if token.iss]
    if set(named) & set(issued):
        return None
    return next((url for url in named if any(_path(url) == _path(iss) != "" for iss in issued)), None)


def _path(url: str) -> str:
    return split(url).path


def _read(text: str) -> _Wanted | None:
    """What a text wants of tokens; None where it checks none, or tells nothing."""
    if not pattern("{checks}").search(text) or pattern("{makes}").search(text):
        return None
    told: dict[str, list[str]] = {name: [] for name, _ in NAMES}
    for name, value in _settings(text):
        told[name] += _algorithms(value) if name == "algorithms" else _values(value)
    public = pattern("{public_keys}").search(text) and not pattern("{shared_keys}").search(text)
    keys = ASYMMETRIC if public else ()
    found = _Wanted(*map(_each, (told["issuer"], told["audience"], told["algorithms"] or keys)))
    return found if found.issuer or found.audience or found.algorithms else None


def _settings(text: str) -> Iterator[tuple[str, str]]:
    for match in (*SETTING.finditer(text), *CALLED.finditer(text)):
        plain = re.sub(r"[^a-z]", "", re.split(r"[.:]", match["name"])[-1].lower())
        yield from ((name, match["value"]) for name, pattern in NAMES if pattern.search(plain))
    yield from (("algorithms", match["value"]) for match in BUILT.finditer(text))


def _algorithms(value: str) -> Iterator[str]:
    for found in ALGORITHM.finditer(value):
        kind = (found["kind"] or "").upper()
        yield found["whole"] or SHORT.get(kind, kind) + found["size"]


def _values(value: str) -> Iterator[str]:
    computed = pattern("{computed}")
    if computed.search(value):
        return
    for found in VALUE.findall(value):
        text = found.strip("\"'`")
        if len(text) > 1 and not computed.search(text):
            yield text


def _each(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
