"""The same path at the neighbouring addresses: with or without `www.`, with https."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from bot.model import Collected, Exchange
from bot.probe.seen import Hop, Seen, found, origin_of, short

SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})
"""Below a country's name, these are no site's own (co.uk, com.au)."""

WRONG_HOST = re.compile(
    r"default backend|no such (app|host|site|domain)\b|\b(unknown|unrecogni[sz]ed) (host|domain)\b|"
    r"\b(host|domain|site|hostname)( name)?( is| was)? not (found|configured|recogni[sz]ed)|"
    r"isn't a GitHub Pages site|<title>Welcome to nginx!|Apache2? \w+ Default Page",
    re.IGNORECASE,
)
"""What hosts say that were not meant: ingress controllers, hosting platforms, the pages of a fresh web server."""


def addresses(first: Exchange, hops: tuple[Hop, ...]) -> dict[str, str]:
    """By label, the neighbours worth asking after this first answer; those that the walk came through are left out."""
    if not _astray(first):
        return {}
    parts = urlsplit(first.url or "")
    neighbours: dict[str, str] = {}
    other = toggled(parts.hostname or "")
    if other:
        port = f":{parts.port}" if parts.port else ""
        neighbours["www"] = urlunsplit(parts._replace(netloc=f"{other}{port}"))
    if parts.scheme == "http" and parts.port in (None, 80) and not first.header("location"):
        neighbours["https"] = urlunsplit(parts._replace(scheme="https", netloc=parts.hostname or ""))
    passed = {origin_of(hop.to) for hop in hops}
    return {label: to for label, to in neighbours.items() if origin_of(to) not in passed}


def _astray(first: Exchange) -> bool:
    """Whether the answer is one that a neighbouring address may not give (421: RFC 9110 section 15.5.20)."""
    status = first.status or 0
    return 300 <= status < 400 or status in (404, 421) or (status != 401 and bool(WRONG_HOST.search(first.body)))


def toggled(host: str) -> str | None:
    """A site's name with `www.` for one without, and the other way round; None for a host inside a site."""
    labels = host.split(".")
    if labels[0] == "www":
        return ".".join(labels[1:]) if len(labels) > 2 else None
    if ":" in host or labels[-1].isdigit():
        return None
    short_suffix = len(labels) == 3 and len(labels[2]) == 2 and labels[1] in SECOND_LEVEL
    return f"www.{host}" if len(labels) == 2 or short_suffix else None


def differ(seen: Seen) -> Collected:
    """Whether a neighbouring address is the one that answers."""
    asked = seen.first
    other = toggled(urlsplit(asked.url or "").hostname or "")
    looked = frozenset({"probe.www_variant_differs"})
    hop = next((hop for hop in seen.hops if other and origin_of(hop.to)[1] == other), None)
    if hop:
        text = f"{short(hop.source)} answers {hop.status} to {short(hop.to)}: the site is at {other}"
        return Collected((found("probe.www_variant_differs", text, asked),), looked)
    variants = [seen.aside[label] for label in ("www", "https") if label in seen.aside]
    for variant in variants:
        if not _astray(variant) and (variant.status or 0) < 500:
            text = f"{short(asked.url)} answers {asked.status}, {short(variant.url)} answers {variant.status}"
            return Collected((found("probe.www_variant_differs", text, variant),), looked)
    return Collected(looked_for=looked if variants else frozenset())
