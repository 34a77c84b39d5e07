"""Finding the interactive element that was used, and what Slack tells a bot of its use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bot.workspace.messages import Json
from bot.workspace.state import SlackError


def with_ids(blocks: Iterable[Json]) -> tuple[Json, ...]:
    """Blocks as Slack stores them: every block and interactive element has an id."""
    named = []
    for index, block in enumerate(blocks):
        block_id = block.get("block_id") or f"b{index}"
        filled = {**block, "block_id": block_id}
        for key in ("elements", "accessory", "element"):
            if key in block and block["type"] in {"actions", "section", "input", "context_actions"}:
                filled[key] = _named(block[key], block_id)
        named.append(filled)
    return tuple(named)


def _named(part: Any, prefix: str) -> Any:
    if isinstance(part, list):
        return [_named(each, f"{prefix}-{i}") for i, each in enumerate(part)]
    passive = not isinstance(part, dict) or part.get("type") == "image" or "action_id" in part
    return part if passive else {**part, "action_id": f"{prefix}-a"}


def interactive(blocks: Iterable[Json]) -> Iterator[tuple[str, Json]]:
    """(block id, element) of everything that can be used in blocks."""
    for block in blocks:
        parts = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        for part in parts:
            if isinstance(part, dict) and "action_id" in part:
                yield block["block_id"], part


def element_of(blocks: Iterable[Json], action_id: str, value: Any) -> tuple[str, Json]:
    """The element with that action id; of several the one with that value. Raises SlackError `action_not_found`."""
    found = [(block, part) for block, part in interactive(blocks) if part["action_id"] == action_id]
    if not found:
        raise SlackError("action_not_found")
    same = [pair for pair in found if value is not None and value in _values(pair[1])]
    return (same or found)[0]


def _values(element: Json) -> list[Any]:
    sides = [element.get(side, {}).get("value") for side in ("positive_button", "negative_button")]
    return [element.get("value"), *sides, *(o["value"] for o in options(element))]


def options(element: Json) -> list[Json]:
    """Every option that a menu offers."""
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(o for group in groups for o in group["options"])]


def action_of(block_id: str, element: Json, value: Any, now: str) -> Json:
    """The entry in `actions` of a block_actions payload."""
    base: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id, "action_ts": now}
    if element["type"] == "button":
        return base | {k: element[k] for k in ("text", "value", "style", "url") if k in element}
    return base | state_of(element, value)


def state_of(element: Json, value: Any) -> Json:
    """What an element holds, in the shape that its kind has in `state.values`. An empty one holds None."""
    kind = element["type"]
    chosen = {o["value"]: o for o in options(element)}
    if kind in {"static_select", "radio_buttons", "overflow", "external_select"}:
        return {"type": kind, "selected_option": chosen.get(value)}
    if kind in {"checkboxes", "multi_static_select"}:
        return {"type": kind, "selected_options": [chosen[v] for v in value or () if v in chosen]}
    if kind == "feedback_buttons":
        sides = (element["positive_button"], element["negative_button"])
        side = next((s for s in sides if s["value"] == value), sides[0])
        return {"type": kind, "value": side["value"], "text": side["text"]}
    field = FIELDS.get(kind)
    if field is None:
        return {"type": kind, "value": value or None}
    return {"type": kind, field: value or ([] if kind.startswith("multi_") else None)}


FIELDS = {
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
    "file_input": "files",
}
