"""Everything that is known of a case, for support engineers only: log lines, claims and weights are in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot import wording
from bot.model import Cause, Diagnosis, Entry, Evidence, Exchange, Presented
from handlers.blocks.message import Block, Message
from handlers.blocks.question import choices
from handlers.blocks.text import (
    BREAK,
    VIEW_LIMIT,
    Piece,
    bold,
    context,
    fallback,
    fit,
    header,
    items,
    piece,
    pieces,
    plain,
    preformatted,
    quiet,
    rich,
    section,
)
from knowledge.causes import causes

Part = tuple[int, Block | None]
_CAUSES, _FINDINGS, _LINES, _PROBES, _RULED_OUT, _NOTES = 5, 8, 60, 10, 45, 15
_LINE, _FILE = 500, 8_000
_TELLING = ("www-authenticate", "proxy-authenticate", "location", "date", "server", "cache-control", "age", "via")
_OF_SERVER = {"date", "server", "via"}


CORRECT = "case_correct"
"""The menu by which an engineer says what it was; its block's id ends with the case."""
OF_CASE = "correct:"


def evidence_modal(case_id: str, diagnosis: Diagnosis, *, noted: str = "") -> dict[str, Any]:
    """The view behind "Show evidence"; who may see it is for the caller to check, on every click.

    `noted`: what was just taken in of the engineer who looks at it, in a sentence.
    """
    first, *rest = _parts(case_id, diagnosis)
    parts = [
        first,
        (0, context(noted) if noted else None),
        *choices(case_id, diagnosis),
        *rest,
        (1, _was_it_else(case_id)),
    ]
    return _modal(fit(parts, VIEW_LIMIT, 100))


def evidence_message(case_id: str, diagnosis: Diagnosis) -> Message:
    """The same as far as a message holds it, for one engineer."""
    return Message(fallback(wording.sentence(diagnosis), case_id=case_id), fit(_parts(case_id, diagnosis)))


def evidence_loading() -> dict[str, Any]:
    """Opened at once, while it is asked who may see the evidence: it holds nothing yet."""
    return _modal([rich(section(piece("Looking up whether you may see this…")))])


def evidence_refused(told: str) -> dict[str, Any]:
    """In the evidence's place."""
    return _modal([rich(section(piece(told)))])


def _modal(blocks: list[Block]) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "case_evidence_view",
        "title": plain("Evidence", 24),
        "close": plain("Close", 24),
        "blocks": blocks,
    }


def _was_it_else(case_id: str) -> Block:
    known = sorted(causes().values(), key=lambda cause: cause.title)[:100]
    menu = {
        "type": "static_select",
        "action_id": CORRECT,
        "placeholder": plain("Was it something else?", 150),
        "options": [{"text": plain(cause.title, 75), "value": cause.id} for cause in known],
    }
    return {"type": "actions", "block_id": f"{OF_CASE}{case_id[:200]}", "elements": [menu]}


def _parts(case_id: str, diagnosis: Diagnosis) -> list[Part]:
    return [
        (0, rich(section(bold(wording.sentence(diagnosis), 700)))),
        *_causes(diagnosis.causes),
        *_lines(diagnosis.log_lines),
        *_listed(3, "Asked now", probe_lines(diagnosis.probes), _PROBES),
        *_listed(4, "Credentials seen", map(_credential, diagnosis.report.presented), 5),
        *_listed(6, "Ruled out", map(_ruled_out, diagnosis.ruled_out), _RULED_OUT),
        *_steps(diagnosis),
        *_listed(5, "Notes", ([piece(note, 300)] for note in diagnosis.notes), _NOTES),
        (1, context(f"Case {case_id} · weights are natural logarithms of likelihood ratios")),
    ]


def _causes(ranked: Sequence[Cause]) -> Iterator[Part]:
    for rank, cause in enumerate(ranked[:_CAUSES]):
        title = f"{wording.percent(cause.confidence)} · "
        lines = [section(bold(title), bold(cause.title, 150), quiet(f" ({cause.id}, owner: {cause.owner})"))]
        lines += items(map(_evidence, _capped(cause.evidence, cause.against)))
        lines += _more(len(cause.evidence) + len(cause.against) - 2 * _FINDINGS)
        yield rank + 1, rich(*lines)
    rest = ranked[_CAUSES:][:40]
    if rest:
        told = ", ".join(f"{cause.title} {wording.percent(cause.confidence)}" for cause in rest)
        yield 6, rich(section(piece(f"Less likely: {told}", 1500)))


def _capped(evidence: Sequence[Evidence], against: Sequence[Evidence]) -> list[Evidence]:
    return [*evidence[:_FINDINGS], *against[:_FINDINGS]]


def _evidence(evidence: Evidence) -> list[Piece]:
    source = wording.source(evidence)
    weight = f"{evidence.weight:+.1f}".replace("-", "−")
    return [
        piece(weight, code=True),
        piece(f" {evidence.text}", 300),
        quiet(f" ({source}, {evidence.finding})"),
    ]


def _lines(entries: Sequence[Entry]) -> Iterator[Part]:
    """The log lines of the request, one block a file."""
    shown = entries[:_LINES]
    if shown:
        yield 2, header("Log lines of this request")
    for file in dict.fromkeys(entry.file for entry in shown):
        text = "\n".join(entry.text.replace("\n", "\n  ")[:_LINE] for entry in shown if entry.file == file)
        yield 2, rich(section(bold(file, 200)), preformatted(text, _FILE))
    if len(entries) > len(shown):
        yield 2, context(f"{len(entries) - len(shown)} more lines are not shown")


def probe_lines(probes: Iterable[Exchange]) -> list[list[Piece]]:
    """Each probe: what was asked, what came, and the headers that tell something.

    What a server says of itself is told once, and its clock once: answers of a few seconds tell no more.
    """
    told: set[tuple[str, ...]] = set()
    return [_probe(probe, told) for probe in probes]


def _probe(probe: Exchange, told: set[tuple[str, ...]]) -> list[Piece]:
    method, url = probe.method or "GET", probe.url or "?"
    lines = [piece(f"{method} {url}", 300, code=True), piece(f" → {probe.status or 'no answer'}")]
    host, headers = url.partition("://")[2].partition("/")[0], []
    for name, value in probe.response_headers or ():
        once = (host, name.lower(), "" if name.lower() == "date" else value)
        if name.lower() in _TELLING and once not in told:
            headers.append(f"{name}: {value}")
            if name.lower() in _OF_SERVER:
                told.add(once)
    return [*lines, *(part for line in headers[:5] for part in (BREAK, quiet(line, 200)))]


def _credential(shown: Presented) -> list[Piece]:
    """How a credential was presented and, of a token, only what tells nothing about a person."""
    place = " ".join(filter(None, (shown.scheme, shown.vendor or shown.kind, "in", shown.name or shown.place)))
    told = [piece(place, 200)]
    if shown.faults:
        told.append(piece(f"; faults: {', '.join(shown.faults)}"))
    if token := shown.token:
        facts = {"alg": token.alg, "kid": token.kid, "iss": token.iss, "aud": ", ".join(token.aud[:5])}
        end = wording.expiry(token)
        facts |= {
            "exp": wording.moment(end) if end else "",
            "scope": " ".join(token.scopes[:20]),
            "signature": token.signature,
        }
        told += [BREAK, quiet(" · ".join(f"{name} {value}" for name, value in facts.items() if value), 600)]
    return told


def _ruled_out(pair: tuple[str, str]) -> list[Piece]:
    cause_id, why = pair
    return [piece(f"{wording.title(cause_id)}: ", 150), quiet(why, 200)]


def _steps(diagnosis: Diagnosis) -> Iterator[Part]:
    """The first cause's steps for everybody who can do something."""
    for audience, steps in diagnosis.causes[0].fix if diagnosis.causes else ():
        whom = wording.AUDIENCES.get(audience, audience)
        yield 4, rich(section(bold(f"Steps for {whom}")), *items(map(pieces, steps[:10]), numbered=True))


def _listed(rank: int, heading: str, lines: Iterable[Sequence[Piece]], most: int) -> Iterator[Part]:
    every = list(lines)
    if every:
        yield rank, rich(section(bold(heading)), *items(every[:most]), *_more(len(every) - most))


def _more(number: int) -> list[Piece]:
    return [section(quiet(f"{number} more"))] if number > 0 else []
