"""Whether a cache gave the answer, or may keep it (RFC 9111, RFC 9211)."""

from __future__ import annotations

import re

from bot.model import Collected, Exchange, Finding
from bot.probe.seen import Seen, found, plain_body, told

HITS = (
    ("x-cache", re.compile(r"\bhit\b", re.IGNORECASE)),
    ("x-cache-status", re.compile(r"\bhit\b|stale", re.IGNORECASE)),
    ("x-proxy-cache", re.compile(r"\bhit\b", re.IGNORECASE)),
    ("cf-cache-status", re.compile(r"^(hit|stale|updating|revalidated)$", re.IGNORECASE)),
    ("cdn-cache", re.compile(r"\bhit\b", re.IGNORECASE)),
    ("x-vercel-cache", re.compile(r"^(hit|stale)$", re.IGNORECASE)),
    ("x-cache-hits", re.compile(r"[1-9]")),
    # apicache (Express) writes it only on what it kept.
    ("apicache-store", re.compile(r"\w")),
    ("cache-status", re.compile(r";\s*hit\b", re.IGNORECASE)),
    # Varnish names two transactions when the second was answered from the first.
    ("x-varnish", re.compile(r"\d+\s+\d+")),
)
SUSPECTS = frozenset({"age", "via", *(name for name, _ in HITS)})


def suspected(exchange: Exchange) -> bool:
    """Whether a cache had a hand in this answer, hit or not."""
    return any(name.lower() in SUSPECTS for name, _ in exchange.response_headers or ())


def hit(exchange: Exchange) -> str | None:
    """The header by which an answer shows that it came from a cache, as `Name: value`."""
    age = (exchange.header("age") or "").strip()
    if age.isascii() and age.isdigit() and int(age[:9]) > 0:
        return f"Age: {age[:9]}"
    for name, pattern in HITS:
        value = next((v for v in exchange.all(name) if pattern.search(v)), None)
        if value:
            return f"{name}: {value[:80]}"
    return None


def cached(seen: Seen) -> Collected:
    """Findings on the 401s of the reported address."""
    refused = {
        k: e for k, e in seen.answers.items() if e.status in (401, 403) and k in ("without", "made_up", "redirect")
    }
    if not refused:
        return Collected()
    findings: list[Finding] = []
    label, mark = next(((k, m) for k, e in refused.items() if (m := hit(e))), ("", None))
    if mark:
        findings.append(found("probe.cache_hit", f"{told(label, refused[label])}, {mark}", refused[label]))
    label, rule = next(((k, r) for k, e in refused.items() if (r := cacheable(e))), ("", None))
    if rule:
        text = f"The 401 says Cache-Control: {rule}{_vary(refused[label])}"
        findings.append(found("probe.cacheable", text, refused[label]))
    return Collected(tuple(findings), frozenset({"probe.cache_hit", "probe.cacheable"}))


def _vary(exchange: Exchange) -> str:
    """What tells requests with credentials from those without, in a cache (RFC 9110 section 12.5.5)."""
    names = {name.strip().lower() for value in exchange.all("vary") for name in value.split(",")}
    return "" if names & {"*", "authorization", "cookie"} else ", and no Vary names Authorization"


def cacheable(exchange: Exchange) -> str | None:
    """The Cache-Control of an answer when it lets shared caches store it (RFC 9111 section 3)."""
    whole = ", ".join(exchange.all("cache-control")).lower()
    directives = {k.strip(): v.strip('" ') for k, _, v in (d.partition("=") for d in whole.split(","))}
    if {"no-store", "private", "no-cache"} & directives.keys():
        return None
    lives = directives.get("s-maxage", directives.get("max-age", ""))
    if lives in ("", "0"):
        return whole[:120] if "public" in directives and not lives else None
    return whole[:120]


def query(seen: Seen) -> Collected:
    """Whether a query string that no cache has seen changes the answer."""
    fresh = seen.answers.get("query")
    if fresh is None:
        return Collected()
    looked = frozenset({"probe.query_changes_answer"})
    moved = fresh.status != seen.last.status
    if moved or (hit(seen.last) and not hit(fresh) and plain_body(fresh) != plain_body(seen.last)):
        text = f"With a new query string the same path answers {fresh.status}, without it {seen.last.status}"
        return Collected((found("probe.query_changes_answer", text, fresh),), looked)
    return Collected(looked_for=looked)
