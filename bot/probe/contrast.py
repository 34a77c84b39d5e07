"""Contrasts: how this service answers nothing and a made-up credential, and which the reporter's answer is like."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import TRUST, Collected, Exchange
from bot.probe.seen import WEAK, Seen, challenges, found, plain_body, short, told

AKIN = 0.3
"""Trust where two answers share an error code and no more."""

_CHANGING = frozenset({"nonce", "opaque", "cnonce", "trace_id", "timestamp"})
_REPORTER = ("probe.reporter_like_without", "probe.reporter_like_made_up", "probe.reporter_unlike_any")


def alike(seen: Seen) -> Collected:
    """Whether a made-up credential makes a difference."""
    without, made_up = seen.last, seen.answers.get("made_up")
    if made_up is None or without.status != 401 or made_up.status != 401:
        return Collected()
    looked = frozenset({"probe.made_up_taken_alike"})
    if not same(without, made_up):
        return Collected(looked_for=looked)
    offered = {c.scheme.lower() for c in challenges(without)}
    # A service of another scheme has no reason to look at a bearer token.
    trust = TRUST["probe"] if "bearer" in offered else 0.3 if not offered else WEAK
    text = f"{told('made_up', made_up)}, the same as without credentials"
    return Collected((found("probe.made_up_taken_alike", text, made_up, trust),), looked)


def reporter(seen: Seen) -> Collected:
    """Which of our answers the reporter's own is like (only what was pasted can be compared)."""
    pasted = _pasted(seen)
    if pasted is None or not (pasted.body or pasted.response_headers):
        return Collected()
    without, taken = seen.last, [seen.answers[k] for k in ("own_place", "made_up", "other_scheme") if k in seen.answers]
    telling = [e for e in taken if not same(without, e)]
    like_without = like(pasted, without)
    like_taken = next((e for e in telling if like(pasted, e)), None)
    if telling and like_without and not like_taken:
        text = f"The reporter's answer is the one to {without.method} {short(without.url)} without credentials"
        return Collected((found(_REPORTER[0], text, without),), frozenset(_REPORTER))
    if like_taken and not like_without:
        text = f"The reporter's answer is the one that a made-up credential gets: {told('made_up', like_taken)}"
        return Collected((found(_REPORTER[1], text, like_taken),), frozenset(_REPORTER))
    errors = _errors(pasted) - _errors(without)
    akin = next((e for e in telling if errors & _errors(e)), None)
    if akin and not like_without:
        text = f"The reporter's answer names the error that a made-up credential gets: {', '.join(sorted(errors))}"
        return Collected((found(_REPORTER[1], text, akin, AKIN),), frozenset(_REPORTER))
    strange = None if like_without or like_taken else _other_tier(pasted, [seen.first, without, *taken])
    if strange:
        return Collected((found(_REPORTER[2], strange, seen.first),), frozenset(_REPORTER))
    return Collected(looked_for=frozenset(_REPORTER if telling else _REPORTER[2:]))


def _pasted(seen: Seen) -> Exchange | None:
    refused = [e for e in seen.report.exchanges if e.status in (401, 403, 407)]
    wanted = short(seen.report.url)
    return next((e for e in reversed(refused) if e.url and short(e.url) == wanted), refused[-1] if refused else None)


def same(one: Exchange, other: Exchange) -> bool:
    """Whether two whole answers say the same, but for what changes each time."""
    return one.status == other.status and _offer(one) == _offer(other) and plain_body(one) == plain_body(other)


def like(pasted: Exchange, answer: Exchange) -> bool:
    """Whether a pasted answer, which may be in parts, is like a whole one in all that it shows."""
    return pasted.status == answer.status and all(_agreements(pasted, answer))


def _agreements(pasted: Exchange, answer: Exchange) -> Iterator[bool]:
    if pasted.response_headers and (_offer(pasted) or len(pasted.response_headers) >= 3):
        yield _offer(pasted) == _offer(answer)
    if pasted.body.strip():
        mine, theirs = plain_body(pasted), plain_body(answer)
        yield mine == theirs or (len(mine) >= 12 and mine in theirs)


def _offer(exchange: Exchange) -> frozenset[tuple[str, frozenset[tuple[str, str]]]]:
    return frozenset(
        (c.scheme.lower(), frozenset((k.lower(), v) for k, v in c.params if k.lower() not in _CHANGING))
        for c in challenges(exchange)
    )


def _other_tier(pasted: Exchange, answers: list[Exchange]) -> str | None:
    """How the reporter's answer betrays another sender than all of ours, if it does."""
    theirs = {(c.scheme.lower(), c.get("realm")) for c in challenges(pasted)}
    ours = {(c.scheme.lower(), c.get("realm")) for e in answers for c in challenges(e)}
    kin = any(s == t and (r == q or None in (r, q)) for s, r in theirs for t, q in ours)
    if theirs and ours and not kin:
        return f"The reporter's challenge ({_names(theirs)}) is none that the service gives ({_names(ours)})"
    server, servers = _server(pasted), {_server(e) for e in answers} - {""}
    if server and servers and server not in servers:
        return f"The reporter's answer came from {server}, ours from {', '.join(sorted(servers))}"
    return None


def _errors(exchange: Exchange) -> set[str]:
    """The error codes of the challenges (RFC 6750 section 3.1), whatever their descriptions."""
    return {error for c in challenges(exchange) if (error := c.get("error"))}


def _names(offers: set[tuple[str, str | None]]) -> str:
    return ", ".join(sorted(f"{scheme} realm {realm[:60]!r}" if realm else scheme for scheme, realm in offers))


def _server(exchange: Exchange) -> str:
    return (exchange.header("server") or "").partition("/")[0].strip()[:40]
