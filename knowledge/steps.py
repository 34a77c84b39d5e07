"""Steps of a fix: general words for the page, and words made for one case where enough is known of it.

A step is a plain string, or a mapping:

    - text: "Ask for a token for this API."                        # what the page says
      known: "Ask for a token for `{audience_wanted}`."            # instead, where every {fact} is known
      of: nginx                                                    # left out where another one is known

`of` names the one proxy, or the one kind of proof, that a step is for.

Several wordings under `known` are tried in order. A step without `text` is shown in a case only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.errors import KnowledgeError
from knowledge.reading import Located, demand

FACT = re.compile(r"\{([a-z][a-z_]*)\}")

FACTS: Mapping[str, str] = {
    "algorithm_sent": "the algorithm that the token is signed with",
    "algorithms_allowed": "the algorithms that the service accepts",
    "asked_url": "the address that was asked, without its query",
    "audience_sent": "the audience in the token",
    "audience_wanted": "the audience that the service wants, where the token's is another",
    "claims_missing": "the claims that the service requires and the token lacks",
    "clock_off": "how far the server's clock is off, and which way",
    "cookie_limit": "the attribute that keeps the cookie from being sent, as the server set it",
    "cookie_mended": "that attribute as it should be",
    "cookie_name": "the name of that cookie",
    "curl": "a curl command that sends the credential the way the service wants it",
    "curl_bare": "a curl command that sends no credential",
    "curl_head": "a curl command that shows the answer's headers and follows no redirect",
    "curl_preflight": "a curl command that asks as a browser's preflight does",
    "curl_redirect": "a curl command that shows the redirect",
    "curl_sent": "a curl command that sends the credential as it was sent",
    "expired_at": "when the token expired",
    "expired_before": "how long before the request the token expired",
    "final_url": "where the redirects end",
    "header": "the header to send, the secret left open",
    "header_fault": "what is wrong with the form of the credential",
    "header_sent": "the header as it was sent, the secret left open",
    "header_underscore": "the name of the header that was sent, where it holds an underscore",
    "https_url": "the address by https, where the client sends no password without it",
    "issuer_sent": "the issuer in the token",
    "issuer_wanted": "the issuer that the service trusts, where the token's is another",
    "key_kind": "what stood in the key's place",
    "key_prefix": "how the service's API keys begin",
    "key_sent": "the id of the key that the token is signed with",
    "keys_known": "the ids of the keys that the service knows",
    "lifetime": "how long the token was to live",
    "link_expired_at": "when the signed link expired",
    "link_expired_before": "how long before the request the link expired",
    "link_lifetime": "how long the link was to live",
    "link_missing": "the parameter that the signed link lacks",
    "origin": "the origin of the page that called",
    "place_sent": "where the credential stood",
    "scheme_sent": "the authentication scheme that was used, where it is not one that is asked for",
    "proof_wanted": "the proof that the service wants with each request",
    "redirecting_url": "the address that redirects",
    "request_id": "the id of the failing request",
    "schemes_offered": "the authentication schemes that the service asks for",
    "scope_sent": "the scopes in the token",
    "scope_wanted": "the scopes that are asked for and missing",
    "token_ahead": "how far the token's dates lie after the request",
    "token_length": "how many characters the token has",
    "token_kind": "what kind of token was sent, where it is no access token",
    "when": "when the request failed",
}
"""What may be known of a case and put into a step: name, meaning."""

PROXIES = ("apache", "caddy", "envoy", "haproxy", "nginx", "traefik")
PROOFS = ("digest", "dpop", "mtls")
"""What a step can be for alone."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a fix."""

    text: str
    """For everybody; empty where it is for a case only."""
    known: tuple[str, ...] = ()
    """Wordings with `{facts}`, the first of which every fact is known is said instead of `text`."""
    of: str | None = None
    """The proxy or proof that it is for alone."""


def steps(path: Path, data: Located, who: str) -> tuple[Step, ...]:
    """The steps for one audience; raises KnowledgeError with file and line."""
    return tuple(_step(path, entry, data.lines[who]) for entry in data[who])


def _step(path: Path, entry: Any, line: int) -> Step:
    if isinstance(entry, str):
        return Step(entry)
    if not isinstance(entry, Located):
        raise KnowledgeError(f"{path}:{line}: a step is a text, or a mapping with 'text' and 'known'")
    demand(path, entry, frozenset(), frozenset({"text", "known", "of"}))
    of = entry.get("of")
    if of is not None and of not in PROXIES + PROOFS:
        raise KnowledgeError(f"{path}:{entry.lines['of']}: '{of}' is not one of {', '.join(PROXIES + PROOFS)}")
    known = tuple(_wordings(path, entry))
    if not entry.get("text") and not known:
        raise KnowledgeError(f"{path}:{entry.line}: the step says nothing; give it a 'text'")
    return Step(entry.get("text", ""), known, of)


def _wordings(path: Path, entry: Located) -> Iterator[str]:
    given = entry.get("known", ())
    for wording in (given,) if isinstance(given, str) else given:
        names = FACT.findall(wording)
        for name in names:
            if name not in FACTS:
                raise KnowledgeError(f"{path}:{entry.lines['known']}: there is no fact '{name}' for a step")
        if not names:
            raise KnowledgeError(f"{path}:{entry.lines['known']}: names no fact; say it under 'text'")
        yield wording
