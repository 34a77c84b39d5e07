"""A case is handed over: the bundle for the service's owners, and what the thread is told of it."""

from __future__ import annotations

from collections.abc import Sequence

from bot import bundle, wording
from bot.cases import Case
from bot.model import Cause, Diagnosis, Entry
from handlers.blocks.evidence import probe_lines
from handlers.blocks.mentions import called, mention, person
from handlers.blocks.message import Block, Message
from handlers.blocks.text import (
    BREAK,
    Piece,
    actions,
    bold,
    button,
    context,
    fallback,
    fit,
    items,
    piece,
    pieces,
    preformatted,
    quiet,
    rich,
    section,
)

_REASONS, _STEPS, _PROBES, _LINES, _LINE, _LOG = 4, 6, 6, 20, 300, 3_000


def handover(case_id: str, diagnosis: Diagnosis | None, owners: Sequence[str], user: str) -> Message:
    """Calls the owners into the thread, with what is known in one sentence."""
    told = wording.sentence(diagnosis, "owner") if diagnosis else "Nothing is known yet."
    line = section(
        *called(owners), bold("Please take over. "), piece(told, 700), piece(" Handed over by "), *person(user)
    )
    return Message(mention(owners) + fallback("Please take over.", told), [rich(line), context(f"Case {case_id}")])


def handed_over(case_id: str, channel: str, service: str, user: str) -> Message:
    """Tells the thread who has the case now."""
    told = f"The owners of {service} have this now"
    where: list[Piece] = [{"type": "channel", "channel_id": channel}]
    line = section(bold(f"{told}, "), piece("in "), *where, piece(". Handed over by "), *person(user))
    return Message(fallback(f"{told}.", case_id=case_id), [rich(line), context(f"Case {case_id}")])


def not_paged(case_id: str, kind: str) -> Message:
    """Tells the thread that people on call have not heard of it by the way that was meant for it."""
    told = f"I could not tell {PAGERS.get(kind, kind)} of this. Please reach the people on call another way."
    return Message(fallback(told, case_id=case_id), [rich(section(bold(told))), context(f"Case {case_id}")])


PAGERS = {"pagerduty": "PagerDuty", "opsgenie": "Opsgenie", "webhook": "the system that was set up for it"}


def owners(case: Case, owners: Sequence[str], user: str, *, link: str, inside: bool) -> Message:
    """The evidence bundle for the owners' channel. `inside`: nobody of another organisation reads there.

    Elsewhere it holds the conclusion only; "Show evidence" asks who presses it.
    """
    diagnosis = case.diagnosis
    told = wording.sentence(diagnosis, "owner") if diagnosis else "Nothing is known yet."
    head = [*called(owners), bold("Please take over. "), piece(told, 700), piece(" Handed over by "), *person(user)]
    parts: list[tuple[int, Block | None]] = [(0, rich(section(*head)))]
    if inside:
        parts += _bundle(case)
    parts += _end(case, link)
    return Message(mention(owners) + fallback("Please take over.", told, case_id=case.id), fit(parts))


def owners_told(case: Case, *, link: str) -> Message:
    """What became of the case, in the place of the bundle: as the thread has it, so fit for everybody."""
    if case.state == "solved":
        told, said = "✓ Solved.", f"{case.proof or 'It is said to work now; nothing has proved it here yet'}."
    elif case.state == "closed":
        told, said = "Closed.", "Nobody said anything more."
    else:
        told, said = "Open again.", "Its thread says why."
    about = wording.sentence(case.diagnosis) if case.diagnosis else ""
    line = section(bold(f"{told} "), piece(said, 700), *([BREAK, quiet(about, 700)] if about else []))
    parts: list[tuple[int, Block | None]] = [(0, rich(line)), *_end(case, link)]
    return Message(fallback(told, said, case_id=case.id), fit(parts))


def _end(case: Case, link: str) -> list[tuple[int, Block | None]]:
    """The way to the thread and to the evidence, and which case it is."""
    row = [button("Show evidence", "case_evidence", case.id)]
    if link:
        row.insert(0, {**button("Open the thread", "case_thread", case.id), "url": link})
    return [(0, actions(*row)), (1, context(*filter(None, (f"Case {case.id}", case.service))))]


def _bundle(case: Case) -> list[tuple[int, Block | None]]:
    diagnosis = case.diagnosis
    who = [piece(" Reported by "), *person(case.reporter)]
    command = bundle.reproduction(case.report)
    parts: list[tuple[int, Block | None]] = [(1, rich(section(piece(bundle.story(case), 1_500), *who)))]
    if diagnosis:
        parts += [
            (2, _causes(bundle.probable(diagnosis))),
            (3, _steps(diagnosis.causes)),
            (5, _listed("Asked by me", probe_lines(diagnosis.probes[:_PROBES]))),
            (4, _lines(diagnosis.log_lines)),
        ]
    parts.append((2, rich(section(bold("To see it happen")), preformatted(command, 1_000)) if command else None))
    return parts


def _causes(causes: Sequence[Cause]) -> Block | None:
    elements = [
        element
        for cause in causes
        for element in (
            section(bold(f"{wording.percent(cause.confidence)} · {cause.title}", 200)),
            *items([_reason(e.text, e.source) for e in cause.evidence[:_REASONS]]),
        )
    ]
    return rich(section(bold("Probable causes")), *elements) if elements else None


def _reason(text: str, source: str) -> list[Piece]:
    return [piece(text, 240), quiet(f" ({wording.SOURCES.get(source, source)})")]


def _steps(causes: Sequence[Cause]) -> Block | None:
    steps = dict(causes[0].fix).get(causes[0].owner, ()) if causes else ()
    whom = wording.AUDIENCES.get(causes[0].owner, causes[0].owner) if causes else ""
    told = items(map(pieces, steps[:_STEPS]), numbered=len(steps) > 1)
    return rich(section(bold(f"What to do (for {whom})")), *told) if steps else None


def _lines(lines: Sequence[Entry]) -> Block | None:
    if not lines:
        return None
    text = "\n".join(line.text.replace("\n", "\n  ")[:_LINE] for line in lines[:_LINES])
    more = [section(quiet(f"{len(lines) - _LINES} more behind “Show evidence”"))] if len(lines) > _LINES else []
    return rich(section(bold("The log lines of the request")), preformatted(text, _LOG), *more)


def _listed(heading: str, lines: Sequence[Sequence[Piece]]) -> Block | None:
    return rich(section(bold(heading)), *items(lines)) if lines else None
