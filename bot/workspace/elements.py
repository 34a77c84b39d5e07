"""Block Kit's composition objects and interactive elements, with their limits.

Source: docs.slack.dev/reference/block-kit/composition-objects and .../block-elements.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.workspace.schema import (
    Check,
    anything,
    boolean,
    both,
    fault,
    items,
    one_of,
    pattern,
    record,
    tagged,
    text,
    typed,
    whole,
)

ID = text(255)
URL = both(text(3000), pattern(r"(?s)[a-zA-Z][a-zA-Z0-9+.-]*:.+", "a valid URL"))


def plain(maximum: int, minimum: int = 1) -> Check:
    """A text object that must be `plain_text`."""
    return tagged({"plain_text": typed({"text": text(maximum, minimum)}, {"emoji": boolean})})


def words(maximum: int, minimum: int = 1) -> Check:
    """A text object, `plain_text` or `mrkdwn`."""
    return tagged(
        {
            "plain_text": typed({"text": text(maximum, minimum)}, {"emoji": boolean}),
            "mrkdwn": typed({"text": text(maximum, minimum)}, {"verbatim": boolean}),
        }
    )


def image_source(value: Any, pointer: str) -> Iterator[str]:
    """An image names its source once: by address or as a file in Slack."""
    if ("image_url" in value) == ("slack_file" in value):
        yield fault("must define exactly one of `image_url` or `slack_file`", pointer)


SLACK_FILE = record({}, {"id": ID, "url": URL})
IMAGE = both(typed({"alt_text": text(2000)}, {"image_url": URL, "slack_file": SLACK_FILE}), image_source)
CONFIRM = record(
    {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
FILTER = record({}, {"include": anything, "exclude_external_shared_channels": boolean, "exclude_bot_users": boolean})
DISPATCH = record({}, {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)})
COMMON: Mapping[str, Check] = {"action_id": ID, "confirm": CONFIRM}
INPUT: Mapping[str, Check] = {"action_id": ID, "focus_on_load": boolean}
TYPING: Mapping[str, Check] = {**INPUT, "placeholder": plain(150), "dispatch_action_config": DISPATCH}
PICKING: Mapping[str, Check] = {**COMMON, "focus_on_load": boolean, "placeholder": plain(150)}

BUTTON = typed(
    {"text": plain(75)},
    {
        **COMMON,
        "url": URL,
        "value": text(2000, 0),
        "style": one_of("primary", "danger"),
        "accessibility_label": text(75),
    },
)
OPTION = record({"text": plain(75), "value": text(150)}, {"description": plain(75)})
MARKED_OPTION = record({"text": words(75), "value": text(150)}, {"description": words(75)})
LINKED_OPTION = record({"text": plain(75), "value": text(150)}, {"description": plain(75), "url": URL})
GROUP = record({"label": plain(75), "options": items(OPTION, 100)})
FEEDBACK = record({"text": plain(75), "value": text(2000)}, {"accessibility_label": text(75)})


def choices(value: Any, pointer: str) -> Iterator[str]:
    """A static menu offers options or groups of them, and starts on what it offers."""
    if ("options" in value) == ("option_groups" in value):
        yield fault("must define exactly one of `options` or `option_groups`", pointer)


def starts_on_offer(value: Any, pointer: str) -> Iterator[str]:
    """An initial option must be one of the options, exactly."""
    groups = value.get("option_groups")
    nested = [g.get("options") for g in groups if isinstance(g, dict)] if isinstance(groups, list) else []
    offered = [o for part in [value.get("options"), *nested] if isinstance(part, list) for o in part]
    given = value.get("initial_options", [value["initial_option"]] if "initial_option" in value else [])
    if isinstance(given, list) and any(option not in offered for option in given):
        yield fault("initial option is not among the options", pointer)


def no_repeats(value: Any, pointer: str) -> Iterator[str]:
    """Option values are told apart by their value."""
    options = value.get("options")
    values = [o.get("value") for o in options if isinstance(o, dict)] if isinstance(options, list) else []
    if any(v in values[:i] for i, v in enumerate(values)):
        yield fault("option values must be unique", f"{pointer}/options")


def _static(initial: Mapping[str, Check]) -> Check:
    offer = {"options": items(OPTION, 100), "option_groups": items(GROUP, 100)}
    return both(typed({}, {**PICKING, **offer, **initial}), choices, starts_on_offer, no_repeats)


def _listed(initial: Mapping[str, Check]) -> Check:
    offer = typed({"options": items(MARKED_OPTION, 10)}, {**COMMON, "focus_on_load": boolean, **initial})
    return both(offer, starts_on_offer, no_repeats)


DATE = pattern(r"\d{4}-\d{2}-\d{2}", "a date as YYYY-MM-DD")
TIME = pattern(r"[0-2]\d:[0-5]\d", "a time as HH:mm")
MOST = {"max_selected_items": whole(1, 1000)}
RESPONSE = {"response_url_enabled": boolean}

SINGLE_MENUS: Mapping[str, Check] = {
    "static_select": _static({"initial_option": OPTION}),
    "external_select": typed({}, {**PICKING, "initial_option": OPTION, "min_query_length": whole(0, 1000)}),
    "users_select": typed({}, {**PICKING, "initial_user": ID}),
    "channels_select": typed({}, {**PICKING, **RESPONSE, "initial_channel": ID}),
    "conversations_select": typed(
        {},
        {
            **PICKING,
            **RESPONSE,
            "initial_conversation": ID,
            "default_to_current_conversation": boolean,
            "filter": FILTER,
        },
    ),
}
MULTI_MENUS: Mapping[str, Check] = {
    "multi_static_select": _static({**MOST, "initial_options": items(OPTION, 100)}),
    "multi_users_select": typed({}, {**PICKING, **MOST, "initial_users": items(ID, 100)}),
    "multi_channels_select": typed({}, {**PICKING, **MOST, "initial_channels": items(ID, 100)}),
    "multi_conversations_select": typed(
        {},
        {
            **PICKING,
            **MOST,
            "initial_conversations": items(ID, 100),
            "default_to_current_conversation": boolean,
            "filter": FILTER,
        },
    ),
}
CLOCKS: Mapping[str, Check] = {
    "datepicker": typed({}, {**PICKING, "initial_date": DATE}),
    "timepicker": typed({}, {**PICKING, "initial_time": TIME, "timezone": text(100)}),
}
MOMENT: Mapping[str, Check] = {
    "datetimepicker": typed({}, {**COMMON, "focus_on_load": boolean, "initial_date_time": whole(10**9, 10**10 - 1)})
}
LISTS: Mapping[str, Check] = {
    "checkboxes": _listed({"initial_options": items(MARKED_OPTION, 10)}),
    "radio_buttons": _listed({"initial_option": MARKED_OPTION}),
}
BUTTONS: Mapping[str, Check] = {
    "button": BUTTON,
    "overflow": both(typed({"options": items(LINKED_OPTION, 5)}, COMMON), no_repeats),
    "workflow_button": typed({"text": plain(75), "workflow": anything}, {"action_id": ID, "style": anything}),
}
TYPED: Mapping[str, Check] = {
    "plain_text_input": typed(
        {},
        {
            **TYPING,
            "initial_value": text(3000, 0),
            "multiline": boolean,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        },
    ),
    "email_text_input": typed({}, {**TYPING, "initial_value": text(3000, 0)}),
    "url_text_input": typed({}, {**TYPING, "initial_value": text(3000, 0)}),
    "number_input": typed(
        {"is_decimal_allowed": boolean},
        {**TYPING, "initial_value": text(100), "min_value": text(100), "max_value": text(100)},
    ),
    "rich_text_input": typed({}, {**TYPING, "initial_value": anything}),
    "file_input": typed({}, {"action_id": ID, "filetypes": items(text(20), 100), "max_files": whole(1, 10)}),
}
CONTEXT_ACTIONS: Mapping[str, Check] = {
    "feedback_buttons": typed({"positive_button": FEEDBACK, "negative_button": FEEDBACK}, {"action_id": ID}),
    "icon_button": typed(
        {"icon": text(75), "text": plain(75)},
        {**COMMON, "value": text(2000), "accessibility_label": text(75), "visible_to_user_ids": items(ID, 1000)},
    ),
}
