"""A draft of a file for knowledge/messages/ out of a proposal: what can be told from the lines, the rest to fill in."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from bot.proposals.store import Proposal
from bot.proposals.template import HOLE
from knowledge import lexicon
from knowledge.errors import KnowledgeError
from knowledge.findings import findings
from knowledge.messages.reader import read

FILL_IN = "FILL IN"
_HOLE = r".{1,200}?"
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Draft:
    """The YAML of a file, and what keeps it from being one of knowledge's."""

    text: str
    faults: tuple[str, ...]
    """One line each, as the reader of knowledge/messages tells them."""


def draft(proposal: Proposal) -> Draft:
    """The file. Its finding is what the words mean by knowledge/lexicon, where they mean something there."""
    software = _slug(proposal.service) or "own"
    meant = next((m.finding for sample in proposal.samples for m in lexicon.meanings(sample)), FILL_IN)
    pieces = [piece for piece in proposal.template.split(HOLE) if piece.strip()]
    lines = [
        f"# {proposal.lines} line{'' if proposal.lines == 1 else 's'} said this and no pattern knew it.",
        f"software: {software}",
        f"title: {_quoted(proposal.service or 'The service')}",
        f"source: {_quoted(f'log lines of {proposal.service or software}')}",
        "patterns:",
        f"  - id: {_slug(' '.join(pieces))[:40].strip('-').replace('-', '_') or 'refused'}",
        f"    finding: {meant if meant != FILL_IN else _quoted(FILL_IN)}  # one of knowledge/findings/says.yaml",
        f"    needle: {_quoted(max(pieces, key=len).strip().lower())}",
        *([f"    match: {_quoted(_expression(proposal.template))}"] if HOLE in proposal.template else []),
        f"    sample: {_quoted(proposal.samples[0])}",
        f"    near: [{_quoted(FILL_IN)}]  # lines that look like it and mean something else",
    ]
    text = "\n".join(lines) + "\n"
    return Draft(text, faults(text))


def faults(text: str) -> tuple[str, ...]:
    """What is wrong with the text of a file for knowledge/messages/, `FILL IN` included."""
    known = {kind.id: kind.text for kind in findings().values()}
    try:
        read(Path("draft.yaml"), text, known)
    except KnowledgeError as error:
        found = str(error).splitlines()
    else:
        found = []
    numbered = enumerate(text.splitlines(), 1)
    open_ = [
        f"draft.yaml:{at}: fill in {line.split(':')[0].strip(' -') or 'it'}" for at, line in numbered if FILL_IN in line
    ]
    return (*(fault for fault in found if FILL_IN not in fault), *open_)


def _expression(form: str) -> str:
    """What stands at either end varies, and need not be matched."""
    inner = form.removeprefix(HOLE).removesuffix(HOLE).strip()
    return _HOLE.join(re.escape(piece).replace(r"\ ", " ") for piece in inner.split(HOLE))


def _slug(text: str) -> str:
    return _SLUG.sub("-", text.lower()).strip("-")


def _quoted(text: str) -> str:
    """A double-quoted YAML scalar, which JSON's strings are."""
    return json.dumps(text, ensure_ascii=False)
