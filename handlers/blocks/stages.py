"""The work while it is done: as a plan that fills in Slack's streamed messages, and as a list in any other message.

Source: docs.slack.dev/reference/methods/chat.startStream (chunks).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.display import cut, one_line, scrubbed
from bot.model import Report
from bot.stages import Stage
from handlers.blocks.message import Block, Message
from handlers.blocks.text import Piece, bold, context, fallback, fit, items, piece, quiet, rich, section
from handlers.blocks.warning import warned, warning

SHOWN = 10
LIMIT = 255
"""Slack takes 256 characters in each text of a task."""
LOOKING = "Looking…"


def looking(case_id: str, stages: Sequence[Stage], report: Report) -> Message:
    """While the work is done. Whoever posted a secret is warned now, and not when the work is done."""
    body = rich(section(bold(LOOKING)), *items([_line(stage) for stage in stages[-SHOWN:]]))
    blocks = fit([(0, warning(report)), (0, body), (0, context(f"Case {case_id}"))])
    now = next((stage.title for stage in reversed(stages) if stage.state == "in_progress"), "")
    return Message(fallback(LOOKING, now, warned(report), case_id=case_id), blocks)


def opening(case_id: str, mark: str, stages: Sequence[Stage], report: Report) -> list[Block]:
    """The chunks that a streamed message begins with. It is found again by its text, and by the `mark` in its tasks."""
    told = warning(report)
    return [
        {"type": "markdown_text", "text": f"{LOOKING} · case {case_id}"},
        *([{"type": "blocks", "blocks": [told]}] if told else []),
        {"type": "plan_update", "title": "Steps"},
        *changed(mark, {}, stages),
    ]


def changed(mark: str, before: Mapping[str, Stage], stages: Sequence[Stage]) -> list[Block]:
    """The chunks that tell what is new since the stages `before`, which are held by id.

    Later titles and states replace earlier ones; what came of a stage is told once, since Slack adds it to what it has.
    """
    return [_task(mark, stage, before.get(stage.id)) for stage in stages if stage != before.get(stage.id)]


def _task(mark: str, stage: Stage, before: Stage | None) -> Block:
    task = {"type": "task_update", "id": f"{mark}:{stage.id}", "title": _said(stage.title), "status": stage.state}
    told = stage.detail if before is None or stage.detail != before.detail else ""
    return task | ({"details": _said(told)} if told else {})


def _said(text: str) -> str:
    shown = cut(one_line(scrubbed(text)), LIMIT) or "–"
    return shown[:1].upper() + shown[1:]


def _line(stage: Stage) -> list[Piece]:
    if stage.state == "complete":
        return [piece(f"{stage.title} ✓"), *([quiet(f" {stage.detail}")] if stage.detail else [])]
    return [bold(f"{stage.title} …") if stage.state == "in_progress" else piece(stage.title)]
