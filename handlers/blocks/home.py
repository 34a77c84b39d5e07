"""The bot's Home tab."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.status import ServiceStatus
from handlers.blocks.form import open_button
from handlers.blocks.message import Block
from handlers.blocks.text import (
    VIEW_LIMIT,
    actions,
    bold,
    button,
    context,
    fit,
    header,
    items,
    piece,
    plain,
    rich,
    section,
)

SHOWN = 20
_SERVICES = 20
_MARKS = {"ok": "✓", "warning": "⚠️", "bad": "✗", "unknown": "·"}
Part = tuple[int, Block | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """A case as one person may see it."""

    id: str
    title: str
    address: str
    state: str
    link: str = ""
    """Where its thread is; empty where that is not known."""
    inside: bool = False
    """Whether they may see its evidence."""


def home(
    open_cases: Sequence[OpenCase], total: int, *, engineer: bool, services: Sequence[ServiceStatus] = ()
) -> dict[str, Any]:
    """The open cases, of which there are `total`; for engineers how their services are."""
    parts: list[Part] = [(1, _how()), (0, actions(open_button())), *_services(services)]
    parts.append((0, header("Open cases" if engineer else "Your open cases")))
    if not open_cases:
        parts.append((0, rich(section(piece("Nothing is open. All doors are unlocked.")))))
    for rank, case in enumerate(open_cases, 3):
        parts += [(rank, {"type": "divider"}), (rank, _case(case)), (rank, _buttons(case))]
    if total > len(open_cases):
        parts.append((1, context(f"{total - len(open_cases)} more")))
    return {"type": "home", "blocks": fit(parts, VIEW_LIMIT, 100)}


def _services(services: Sequence[ServiceStatus]) -> Iterator[Part]:
    """One line a service: the share of its requests that are answered 401, by day and now, and what is going on."""
    if not services:
        return
    yield 1, header("401s of the last day")
    lines = []
    for service in services[:_SERVICES]:
        share = next(row for row in service.rows if row.id == "share")
        mark = "✗" if service.incidents else _MARKS[share.level]
        lines.append([piece(f"{mark} "), bold(service.name, 100), piece(f": {share.text}", 200)])
        lines += [[piece("Open incident: "), piece(one.first_line, 300)] for one in service.incidents[:3]]
    yield 1, rich(*items(lines))
    if len(services) > _SERVICES:
        yield 2, context(f"{len(services) - _SERVICES} more services")


def _case(case: OpenCase) -> Block:
    words = " · ".join(filter(None, (case.id, case.address[:300], case.state)))
    told = plain(case.title, 200)["text"] + "\n" + plain(words, 500)["text"]
    return {"type": "section", "text": {"type": "plain_text", "text": told, "emoji": False}}


def _buttons(case: OpenCase) -> Block:
    shown = [button("It works now", "case_works", case.id)]
    if case.link:
        shown.insert(0, button("Open the thread", "case_open", case.id) | {"url": case.link[:3000]})
    if case.inside:
        shown.append(button("Show evidence", "case_evidence", case.id))
    return actions(*shown)


def _how() -> Block:
    told = "Tell me here, or mention me in a support channel: the address that answered 401, when, and the request id."
    return rich(section(bold("Locked out? "), piece(told)))
