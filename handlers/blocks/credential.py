"""A credential taken apart: what tells nothing about a person, judged, and what to do if it still works."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from bot import wording
from bot.model import Finding, Presented, Report, TokenFacts
from handlers.blocks.message import Block, Message
from handlers.blocks.text import Piece, bold, context, fallback, fit, items, piece, quiet, rich, section
from handlers.blocks.warning import expired, warning

_SHOWN = 5
_KINDS = {"jwt": "JSON Web Token"}


def credential_page(report: Report, found: Iterable[Finding], *, service: str, posted: bool) -> Message:
    """Each credential's facts and what is wrong with it. `posted`: whoever asks has just pasted it."""
    shown = report.presented[:_SHOWN]
    told = [finding.text for finding in found]
    against = (
        f"Judged against what services.yaml says of {service}"
        if service
        else "Judged by itself: no service is known for it"
    )
    parts: list[tuple[int, Block | None]] = [
        (0, warning(report) if posted else None),
        *((1, _facts(one)) for one in shown),
        (0, rich(section(bold("What I see")), *items([piece(text, 300)] for text in told[:15])) if told else None),
        (2, expired(report) if posted else None),
        (2, context(against, "Values that tell about a person are left out.")),
    ]
    head = _named(shown[0]) if shown else "A credential"
    return Message(fallback(head, *told[:3]), fit(parts))


def _named(one: Presented) -> str:
    place = "pasted by itself" if one.place == "loose" else f"in {one.name or one.place}"
    kind = one.vendor or _KINDS.get(one.kind, one.kind)
    return " ".join(filter(None, (one.scheme, kind, place)))


def _facts(one: Presented) -> Block:
    lines: list[Sequence[Piece]] = []
    if one.faults:
        lines.append([bold("faults: "), piece(", ".join(one.faults).replace("_", " "))])
    if one.token:
        lines += _token(one.token)
    return rich(section(bold(_named(one), 200)), *items(lines))


def _token(token: TokenFacts) -> list[list[Piece]]:
    times = {"exp": token.exp, "nbf": token.nbf, "iat": token.iat}
    facts = {"alg": token.alg, "kid": token.kid, "typ": token.typ, "iss": token.iss, "aud": ", ".join(token.aud[:5])}
    facts |= {name: _moment(value) for name, value in times.items()}
    facts |= {"scope": " ".join(token.scopes[:20]), **dict(token.claims), "bound by": token.binding}
    facts |= {"signature": token.signature.replace("_", " "), "fault": token.fault}
    lines = [[piece(name, code=True), piece(f" {value}", 300)] for name, value in facts.items() if value]
    known = {"exp", "nbf", "iat", "iss", "aud", "scope", "scp", *dict(token.claims)}
    if hidden := [name for name in token.claim_names if name not in known]:
        lines.append([quiet(f"not shown: {', '.join(hidden[:30])}", 300)])
    return lines


def _moment(seconds: int | None) -> str:
    if seconds is None:
        return ""
    try:
        return f"{seconds} · {wording.moment(datetime.fromtimestamp(seconds, UTC))}"
    except (ValueError, OverflowError, OSError):
        return f"{seconds}, which no calendar holds"
