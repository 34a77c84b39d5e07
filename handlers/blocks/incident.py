"""An incident for the people on call: what is hit, why, after what, who has it, and the buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot import wording
from bot.incidents.chart import buckets
from bot.incidents.record import Record
from bot.incidents.told import Noticed, Part, Told
from bot.spikes.model import Change
from bot.spikes.wording import clock, part
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
    quiet,
    rich,
    section,
)

CATEGORIES = 20
"""Slack draws no more points a series."""
CHART = "data_visualization"


def incident(record: Record, on_call: Sequence[str], *, drawn: bool = False, inside: bool = True) -> Message:
    """The one message; the first posting of it notifies those on call.

    `inside`: nobody of another organisation reads it. Networks, changes and other people's cases are for ours.
    """
    told = record.told
    parts: list[tuple[int, Block | None]] = [
        (0, rich(section(*_mark(record), bold(told.first_line, 400)))),
        (4, chart(told) if drawn else None),
        (1, _cause(record)),
        (2, _contributors(told) if inside else None),
        (3, _changes(told.changes) if inside else None),
        (1, _belonging(record) if inside else None),
        (1, _who(record, on_call)),
        (0, _buttons(record)),
        (1, context(f"Incident {record.id}", told.service, f"as of {clock(told.at)}")),
    ]
    told_to = mention(on_call) if record.ts is None else ""
    return Message(told_to + fallback(_state(record), told.first_line, f"Incident {record.id}"), fit(parts))


def noticed(noticed: Noticed) -> Message:
    """Logs are missing, or come again: not an incident, and worth a look."""
    mark = "✓" if noticed.notice.kind == "back" else "⚠️"
    told = f"{noticed.service}: {noticed.notice.text}"
    return Message(
        fallback(told), [rich(section(piece(f"{mark} {told}", 500))), context(f"Seen {clock(noticed.notice.at)}")]
    )


def incident_moved(record: Record) -> Message:
    """The thread hears of it when something else turns out to be hit."""
    told = f"Now it looks like this: {record.told.first_line}"
    return Message(fallback(told), [rich(section(piece(told, 700)))])


def incident_calls(record: Record, on_call: Sequence[str]) -> Message:
    """Calls those on call again."""
    told = f"Nobody has acknowledged this, and it goes on: {record.told.first_line}"
    return Message(mention(on_call) + fallback(told), [rich(section(*called(on_call), piece(told, 700)))])


def chart(told: Told) -> dict[str, Any]:
    """The 401s a minute against the usual ones: Slack's data_visualization block."""
    points = buckets(told.series, CATEGORIES)
    labels = [clock(point.minute).removesuffix(" UTC") for point in points]
    drawn = {
        "401s a minute": [float(point.unauthorized) for point in points],
        "usual": [round(point.expected, 2) for point in points],
        "usual at most": [round(point.high, 2) for point in points],
    }
    series = [
        {"name": name, "data": [{"label": label, "value": v} for label, v in zip(labels, values, strict=True)]}
        for name, values in drawn.items()
    ]
    shown = {"type": "line", "series": series, "axis_config": {"categories": labels, "x_label": "UTC"}}
    return {"type": CHART, "title": "401s a minute, the last hours", "chart": shown}


def _state(record: Record) -> str:
    if record.state == "open":
        return "Acknowledged." if record.acknowledged_by else ""
    return "Over." if record.state == "over" else "Resolved."


def _mark(record: Record) -> list[Piece]:
    if record.state == "open":
        return [{"type": "emoji", "name": "red_circle"}, piece(" ")]
    return [piece(f"✓ {_state(record)} ")]


def _cause(record: Record) -> Block | None:
    if record.diagnosis is None or not record.diagnosis.known or not record.diagnosis.causes:
        return None
    top = record.diagnosis.causes[0]
    line = [bold("Likely cause: "), piece(top.title, 200)]
    line += [quiet(f" ({wording.percent(top.confidence)}, from a sample of the failing requests)")]
    reasons = sorted((e for e in top.evidence if e.weight > 0), key=lambda e: -e.weight)[:3]
    return rich(section(*line), *items([[piece(wording.public(e), 240)] for e in reasons]))


def _contributors(told: Told) -> Block | None:
    lines = [_contributor(one) for one in told.contributors[:5]]
    return rich(section(bold("Most of it")), *items(lines)) if lines else None


def _contributor(one: Part) -> list[Piece]:
    return [piece(part(one.node), 200), quiet(f" {one.observed} vs {one.expected:.1f} expected")]


def _changes(changes: tuple[Change, ...]) -> Block | None:
    lines = [_change(change) for change in changes[:5]]
    return rich(section(bold("Changed lately")), *items(lines)) if lines else None


def _change(change: Change) -> list[Piece]:
    target = "" if change.target == (None, None, None) else f" on {part(change.target)}"
    return [piece(f"{clock(change.at)} {change.kind.replace('_', ' ')}{target}", 240)]


def _belonging(record: Record) -> Block | None:
    if not record.cases:
        return None
    many = "1 open case belongs" if len(record.cases) == 1 else f"{len(record.cases)} open cases belong"
    return rich(section(bold(f"{many} to it: "), piece(", ".join(record.cases[:20]), 200)))


def _who(record: Record, on_call: Sequence[str]) -> Block:
    line: list[Piece] = []
    if record.acknowledged_by:
        line += [bold("Has it: "), *person(record.acknowledged_by)]
    elif record.state == "open":
        line += [bold("On call: "), *(called(on_call) or [piece("nobody is named in services.yaml")])]
    if record.snoozed_until and record.state == "open":
        line += [BREAK, piece(f"Snoozed until {record.snoozed_until:%H:%M} UTC")]
    if record.state == "resolved":
        line += [*([BREAK] if line else []), bold("Resolved by "), *person(record.resolved_by)]
    if record.ended is not None:
        line += [*([BREAK] if line else []), piece(f"Ended {record.ended:%H:%M} UTC")]
    if record.useless:
        line += [BREAK, quiet("Marked as not useful")]
    return rich(section(*line))


def _buttons(record: Record) -> Block | None:
    made: list[Piece] = []
    if record.state == "open":
        if not record.acknowledged_by:
            made.append(_button("Acknowledge", "acknowledge", record, "primary"))
        made += [_button("Snooze 1 h", "snooze_1h", record), _button("Snooze 4 h", "snooze_4h", record)]
        made.append(_button("Resolve", "resolve", record))
    if not record.useless:
        made.append(_button("Not useful", "useless", record))
    return actions(*made) if made else None


def _button(label: str, action: str, record: Record, style: str | None = None) -> Piece:
    return button(label, f"incident_{action}", record.id, style)
