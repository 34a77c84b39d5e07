"""What Slack accepts of blocks and views, so that a bot's output can be held against it without Slack.

Every fault is worded as Slack words it in `response_metadata.messages`, with a JSON pointer.
Source: docs.slack.dev/reference/block-kit and the limits that slack_sdk's models carry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from bot.workspace.elements import (
    BUTTONS,
    CLOCKS,
    CONTEXT_ACTIONS,
    ID,
    IMAGE,
    LISTS,
    MOMENT,
    MULTI_MENUS,
    SINGLE_MENUS,
    SLACK_FILE,
    TYPED,
    URL,
    image_source,
    plain,
    words,
)
from bot.workspace.richtext import CHART, DATA_TABLE, RICH_TEXT, TABLE
from bot.workspace.schema import Check, anything, boolean, both, fault, items, one_of, tagged, text, typed

Surface = Literal["message", "modal", "home"]
MOST_BLOCKS: Mapping[Surface, int] = {"message": 50, "modal": 100, "home": 100}
MESSAGE_TEXT = 40_000
UPDATED_TEXT = 4_000
MESSAGE_BLOCKS = 13_200
"""Characters in all blocks of a message; more can fail with `msg_blocks_too_long`."""
MARKDOWN = 12_000
CHARTS = 2

MENUS = {**SINGLE_MENUS, **MULTI_MENUS}
ACCESSORY = tagged({**BUTTONS, **MENUS, **CLOCKS, **LISTS, "image": IMAGE})
ACTION = tagged({**BUTTONS, **MENUS, **CLOCKS, **MOMENT, **LISTS})
ENTRY = tagged({**MENUS, **CLOCKS, **MOMENT, **LISTS, **TYPED})
CONTEXT = tagged(
    {
        "image": IMAGE,
        "plain_text": typed({"text": text(2000)}, {"emoji": boolean}),
        "mrkdwn": typed({"text": text(2000)}, {"verbatim": boolean}),
    }
)


def _says_something(value: Any, pointer: str) -> Iterator[str]:
    if not {"text", "fields"} & value.keys():
        yield fault("must define either `text` or `fields`", pointer)


B: Mapping[str, Check] = {"block_id": ID}
EVERYWHERE: Mapping[str, Check] = {
    "actions": typed({"elements": items(ACTION, 25)}, B),
    "context": typed({"elements": items(CONTEXT, 10)}, B),
    "divider": typed({}, B),
    "header": typed({"text": plain(150)}, B),
    "image": both(
        typed({"alt_text": text(2000)}, {**B, "image_url": URL, "slack_file": SLACK_FILE, "title": plain(2000)}),
        image_source,
    ),
    "input": typed(
        {"label": plain(2000), "element": ENTRY},
        {**B, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": RICH_TEXT,
    "section": both(
        typed(
            {}, {**B, "text": words(3000), "fields": items(words(2000), 10), "accessory": ACCESSORY, "expand": boolean}
        ),
        _says_something,
    ),
    "video": typed(
        {"alt_text": text(2000), "title": plain(200), "thumbnail_url": URL, "video_url": URL},
        {
            **B,
            **dict.fromkeys(
                ("title_url", "description", "provider_icon_url", "provider_name", "author_name"), anything
            ),
        },
    ),
}
TASK: Mapping[str, Check] = {
    "task_id": ID,
    "title": text(255),
    "status": one_of("pending", "in_progress", "complete", "error"),
}
DETAIL = tagged({"rich_text": RICH_TEXT})
TASK_CARD = typed(TASK, {**B, "details": DETAIL, "output": DETAIL, "sources": items(anything, 100)})
MESSAGE_ONLY: Mapping[str, Check] = {
    "context_actions": typed({"elements": items(tagged(CONTEXT_ACTIONS), 5)}, B),
    "data_table": DATA_TABLE,
    "data_visualization": CHART,
    "markdown": typed({"text": text(MARKDOWN)}, B),
    "plan": typed({"title": text(255)}, {**B, "tasks": items(tagged({"task_card": TASK_CARD}), 50, 0)}),
    "table": TABLE,
    "task_card": TASK_CARD,
}
MODAL_ONLY: Mapping[str, Check] = {
    "alert": typed({"text": words(3000)}, {**B, "level": one_of("default", "info", "warning", "error", "success")})
}
KINDS: Mapping[Surface, Mapping[str, Check]] = {
    "message": {**EVERYWHERE, **MESSAGE_ONLY},
    "modal": {**EVERYWHERE, **MODAL_ONLY},
    "home": EVERYWHERE,
}
VIEW: Mapping[str, Check] = {
    "blocks": anything,
    "callback_id": text(255, 0),
    "external_id": text(255, 0),
    "private_metadata": text(3000, 0),
}
VIEWS: Mapping[str, Check] = {
    "modal": typed(
        {"title": plain(24)},
        {
            **VIEW,
            "submit": plain(24),
            "close": plain(24),
            **dict.fromkeys(("clear_on_close", "notify_on_close", "submit_disabled"), boolean),
        },
    ),
    "home": typed({}, VIEW),
}


def faults(blocks: Any, surface: Surface) -> list[str]:
    """What Slack would refuse in these blocks on that surface; empty when it would take them."""
    root = "/blocks" if surface == "message" else "/view/blocks"
    if not isinstance(blocks, list):
        return [fault("must provide an array", root)]
    found = list(items(tagged(KINDS[surface]), MOST_BLOCKS[surface], 0)(blocks, root))
    good = [b for b in blocks if isinstance(b, dict)]
    return [*found, *_unique_blocks(good, root), *_unique_actions(blocks, root), *_totals(good, root)]


def view_faults(view: Any) -> list[str]:
    """What Slack would refuse in this modal or Home view: title, buttons, metadata and blocks."""
    if not isinstance(view, dict):
        return [fault("must provide an object", "/view")]
    found = list(tagged(VIEWS)(view, "/view"))
    if view.get("type") not in VIEWS:
        return found
    if "blocks" not in view:
        return [*found, fault("missing required field: blocks", "/view")]
    blocks = view["blocks"]
    inputs = isinstance(blocks, list) and any(isinstance(b, dict) and b.get("type") == "input" for b in blocks)
    if view["type"] == "modal" and inputs and not view.get("submit"):
        found.append(fault("missing required field: submit (a modal with input blocks needs one)", "/view"))
    return [*found, *faults(blocks, view["type"])]


def length(value: Any) -> int:
    """Characters that people would read in blocks: every `text`, label and title, however deep."""
    if isinstance(value, list):
        return sum(map(length, value))
    if not isinstance(value, dict):
        return 0
    own = sum(len(v) for k, v in value.items() if k in {"text", "title", "alt_text", "label"} and isinstance(v, str))
    return own + sum(length(v) for v in value.values())


def _unique_blocks(blocks: list[dict[str, Any]], root: str) -> Iterator[str]:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        if isinstance(given := block.get("block_id"), str):
            if given in seen:
                yield fault(f'`block_id` "{given}" already exists for another block', f"{root}/{index}/block_id")
            seen.add(given)


def _unique_actions(blocks: Sequence[Any], root: str) -> Iterator[str]:
    """An `action_id` names one element of its block; other blocks may use it again."""
    for index, block in enumerate(blocks):
        elements = block.get("elements") if isinstance(block, dict) else None
        seen: set[str] = set()
        for place, element in enumerate(elements if isinstance(elements, list) else []):
            given = element.get("action_id") if isinstance(element, dict) else None
            if isinstance(given, str):
                if given in seen:
                    where = f"{root}/{index}/elements/{place}/action_id"
                    yield fault(f'`action_id` "{given}" already exists for another element', where)
                seen.add(given)


def _totals(blocks: list[dict[str, Any]], root: str) -> Iterator[str]:
    written = sum(len(t) for b in blocks if b.get("type") == "markdown" and isinstance(t := b.get("text"), str))
    if written > MARKDOWN:
        yield fault(f"markdown blocks must be less than {MARKDOWN + 1} characters in all", root)
    if sum(b.get("type") == "data_visualization" for b in blocks) > CHARTS:
        yield fault(f"no more than {CHARTS} data_visualization blocks allowed", root)
