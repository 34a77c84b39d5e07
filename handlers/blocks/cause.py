"""A cause explained, for `/401 explain`."""

from __future__ import annotations

from collections.abc import Iterable

from bot import wording
from handlers.blocks.message import Block, Message
from handlers.blocks.text import (
    BREAK,
    Piece,
    bold,
    context,
    fallback,
    fit,
    items,
    pieces,
    plain,
    preformatted,
    rich,
    section,
)
from knowledge.causes import KnownCause


def explain(cause: KnownCause) -> Message:
    """What a cause means, why it happens, how to be sure, what to do, how to prevent it, where to read on."""
    lead = rich(section(*pieces(cause.means, 800), *_paragraph("Why it happens", cause.why)))
    parts: list[tuple[int, Block | None]] = [
        (0, {"type": "header", "text": plain(cause.title, 150)}),
        (0, lead),
        (3, rich(section(bold("For example: "), *pieces(cause.example, 1000))) if cause.example else None),
        (2, _list("How to be sure", cause.sure)),
        *(
            (1, _list(f"What {wording.AUDIENCES[whom]} does", steps, numbered=True))
            for whom, steps in (*cause.fix, *cause.for_users)
        ),
        (3, _list("So that it stays away", cause.prevent)),
        (4, _references(cause)),
        (5, context(f"{cause.id} · mended by {wording.AUDIENCES[cause.owner]}")),
    ]
    return Message(fallback(f"{cause.title}: {cause.means}"), fit(parts))


def overview(causes: Iterable[KnownCause]) -> Message:
    """All causes by name, for `/401 explain` without one."""
    listed = "\n".join(f"{cause.id}: {cause.title}" for cause in causes)
    lead = "Say which one: /401 explain token_expired"
    return Message(fallback(lead), [rich(section(bold(lead))), rich(preformatted(listed, 5000))])


def _paragraph(heading: str, text: str) -> list[Piece]:
    return [BREAK, BREAK, bold(f"{heading}: "), *pieces(text, 1200)] if text else []


def _list(heading: str, lines: tuple[str, ...], *, numbered: bool = False) -> Block | None:
    shown = items(map(pieces, lines[:10]), numbered=numbered and len(lines) > 1)
    return rich(section(bold(heading)), *shown) if shown else None


def _references(cause: KnownCause) -> Block | None:
    links = [[_link(title, url)] for title, url in cause.references[:10]]
    return rich(section(bold("Read on")), *items(links)) if links else None


def _link(title: str, url: str) -> Piece:
    return {"type": "link", "url": url[:3000], "text": plain(title, 200)["text"]}
