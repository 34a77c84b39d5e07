"""What Slack refuses, refused here too: each rule shown by a block just inside and one just outside."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models import blocks as sdk
from slack_sdk.models.views import View

from bot.workspace.limits import Surface, faults, length, view_faults

Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def section(**more: Any) -> Block:
    return {"type": "section", "text": mrkdwn("hello"), **more}


def button(**more: Any) -> Block:
    return {"type": "button", "text": plain("Go"), "action_id": "go", **more}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def option(value: str = "a", text: str = "A") -> Block:
    return {"text": plain(text), "value": value}


def select(count: int, **more: Any) -> Block:
    return {"type": "static_select", "options": [option(str(i)) for i in range(count)], **more}


def rich(*parts: Block) -> Block:
    return {"type": "rich_text", "elements": list(parts)}


def rich_section(*leaves: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(leaves)}


def chart(count: int, **more: Any) -> Block:
    labels = [f"c{i}" for i in range(count)]
    data = [{"label": label, "value": 1} for label in labels]
    line = {"type": "line", "series": [{"name": "401", "data": data}], "axis_config": {"categories": labels}}
    return {"type": "data_visualization", "title": "401 a minute", "chart": line, **more}


def table(rows: int, columns: int) -> Block:
    cell = {"type": "raw_text", "text": "x"}
    return {"type": "table", "rows": [[cell] * columns] * rows}


FEEDBACK = {
    "type": "context_actions",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "fb",
            "positive_button": {"text": plain("Good"), "value": "up"},
            "negative_button": {"text": plain("Bad"), "value": "down"},
        }
    ],
}

INSIDE: list[Block] = [
    section(text=mrkdwn("x" * 3000)),
    section(fields=[plain("x" * 2000)] * 10),
    section(accessory=button(style="danger", value="x" * 2000)),
    section(accessory={"type": "overflow", "options": [option(str(i)) for i in range(5)]}),
    {"type": "header", "text": plain("x" * 150)},
    {"type": "context", "elements": [mrkdwn("x")] * 10},
    {"type": "divider", "block_id": "x" * 255},
    actions(*[button(action_id=str(i), text=plain("x" * 75)) for i in range(25)]),
    actions(select(100, placeholder=plain("x" * 150))),
    actions(select(2, initial_option=option("1"))),
    {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "x" * 2000},
    {"type": "markdown", "text": "x" * 12_000},
    rich(rich_section({"type": "text", "text": "hi", "style": {"bold": True, "code": True}})),
    rich(
        rich_section({"type": "link", "url": "https://example.com", "text": "here"}, {"type": "user", "user_id": "U1"})
    ),
    rich({"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "GET /"}], "border": 0}),
    rich({"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [rich_section()]}),
    rich({"type": "rich_text_quote", "elements": [{"type": "emoji", "name": "wave"}]}),
    table(100, 20),
    chart(20),
    FEEDBACK,
]


@pytest.mark.parametrize("block", INSIDE, ids=lambda b: b["type"])
def test_a_block_inside_the_limits_passes(block: Block) -> None:
    assert faults([block], "message") == []


OUTSIDE: list[tuple[Block, str]] = [
    (section(text=mrkdwn("x" * 3001)), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    (section(text=mrkdwn("")), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ({"type": "section"}, "must define either `text` or `fields` [json-pointer:/blocks/0]"),
    (section(fields=[plain("x")] * 11), "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
    (section(fields=[plain("x" * 2001)]), "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]"),
    (section(colour="red"), "invalid additional property: colour [json-pointer:/blocks/0]"),
    (section(text="hello"), "must provide an object [json-pointer:/blocks/0/text]"),
    ({"type": "header", "text": mrkdwn("x")}, "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"),
    ({"type": "header", "text": plain("x" * 151)}, "must be less than 151 characters"),
    ({"type": "header"}, "missing required field: text [json-pointer:/blocks/0]"),
    ({"type": "heading"}, "unsupported type: heading [json-pointer:/blocks/0/type]"),
    ({"text": plain("x")}, "missing required field: type [json-pointer:/blocks/0]"),
    ({"type": "context", "elements": [mrkdwn("x")] * 11}, "no more than 10 items allowed"),
    ({"type": "context", "elements": []}, "no fewer than 1 items allowed"),
    ({"type": "divider", "block_id": "x" * 256}, "must be less than 256 characters [json-pointer:/blocks/0/block_id]"),
    (actions(*[button(action_id=str(i)) for i in range(26)]), "no more than 25 items allowed"),
    (actions(button(text=mrkdwn("x"))), "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/text/type]"),
    (actions(button(text=plain("x" * 76))), "must be less than 76 characters"),
    (actions(button(value="x" * 2001)), "must be less than 2001 characters"),
    (actions(button(action_id="x" * 256)), "must be less than 256 characters"),
    (actions(button(style="green")), "must be one of: primary, danger"),
    (actions(button(url="nowhere")), "must be a valid URL"),
    (actions(button(), button()), '`action_id` "go" already exists for another element'),
    (actions(select(101)), "no more than 100 items allowed"),
    (actions(select(0)), "no fewer than 1 items allowed"),
    (actions(select(2, initial_option=option("9"))), "initial option is not among the options"),
    (actions({"type": "static_select"}), "must define exactly one of `options` or `option_groups`"),
    (actions({"type": "overflow", "options": [option(str(i)) for i in range(6)]}), "no more than 5 items allowed"),
    (actions({"type": "radio_buttons", "options": [option(), option()]}), "option values must be unique"),
    (actions({"type": "plain_text_input"}), "unsupported type: plain_text_input"),
    (actions({"type": "datepicker", "initial_date": "tomorrow"}), "must be a date as YYYY-MM-DD"),
    ({"type": "image", "image_url": "https://example.com/a.png"}, "missing required field: alt_text"),
    ({"type": "image", "alt_text": "x"}, "must define exactly one of `image_url` or `slack_file`"),
    ({"type": "markdown", "text": "x" * 12_001}, "must be less than 12001 characters"),
    (rich({"type": "text", "text": "x"}), "unsupported type: text [json-pointer:/blocks/0/elements/0/type]"),
    (rich(rich_section({"type": "text", "text": ""})), "must be more than 0 characters"),
    (rich(rich_section({"type": "text", "text": "x", "style": {"bold": 1}})), "must provide a boolean"),
    (rich(rich_section({"type": "text", "text": "x", "style": {"big": True}})), "invalid additional property: big"),
    (
        rich({"type": "rich_text_list", "style": "dots", "elements": [rich_section()]}),
        "must be one of: bullet, ordered",
    ),
    (rich({"type": "rich_text_preformatted", "elements": [{"type": "emoji", "name": "x"}]}), "unsupported type: emoji"),
    (table(101, 1), "no more than 100 items allowed"),
    (table(1, 21), "no more than 20 items allowed"),
    (chart(21), "no more than 20 items allowed"),
    (chart(2, title="x" * 51), "must be less than 51 characters"),
    (
        {
            "type": "data_visualization",
            "title": "x",
            "chart": {
                "type": "bar",
                "series": [{"name": "a", "data": [{"label": "b", "value": 1}]}],
                "axis_config": {"categories": ["c"]},
            },
        },
        "data labels must match axis_config.categories",
    ),
    (
        {
            "type": "data_visualization",
            "title": "x",
            "chart": {"type": "pie", "segments": [{"label": "a", "value": 0}]},
        },
        "must be more than 0",
    ),
    ({"type": "alert", "text": plain("x")}, "unsupported type: alert"),
]


@pytest.mark.parametrize(("block", "expected"), OUTSIDE, ids=[e for _, e in OUTSIDE])
def test_a_block_outside_the_limits_is_named(block: Block, expected: str) -> None:
    found = faults([block], "message")
    assert [f for f in found if expected in f], found


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_the_number_of_blocks(surface: Surface, most: int) -> None:
    assert faults([{"type": "divider"}] * most, surface) == []
    assert f"no more than {most} items allowed" in faults([{"type": "divider"}] * (most + 1), surface)[0]


def test_block_ids_are_unique_and_action_ids_within_a_block() -> None:
    assert faults([actions(button()), actions(button())], "message") == []
    twice = faults([section(block_id="a"), section(block_id="a")], "message")
    assert twice == ['`block_id` "a" already exists for another block [json-pointer:/blocks/1/block_id]']


def test_totals_over_a_whole_message() -> None:
    half = {"type": "markdown", "text": "x" * 6_001}
    assert "12001 characters in all" in faults([half, half], "message")[0]
    assert "data_visualization" in faults([chart(1)] * 3, "message")[0]
    assert length([section(), rich(rich_section({"type": "text", "text": "abc"}))]) == len("hello") + 3


def test_blocks_for_messages_only() -> None:
    for block in (FEEDBACK, chart(2), table(1, 1), {"type": "markdown", "text": "x"}):
        assert faults([block], "message") == []
        assert "unsupported type" in faults([block], "modal")[0]
        assert "unsupported type" in faults([block], "home")[0]


def entry(**more: Any) -> Block:
    element = {"type": "plain_text_input", "action_id": "url", **more}
    return {"type": "input", "block_id": "url", "label": plain("Address"), "element": element}


def modal(**more: Any) -> Block:
    return {"type": "modal", "title": plain("Diagnose this 401"), "blocks": [section()], **more}


def test_modals() -> None:
    assert view_faults(modal(submit=plain("Go"), close=plain("Cancel"), blocks=[entry()])) == []
    assert "submit" in view_faults(modal(blocks=[entry()]))[0]
    assert "25 characters" in view_faults(modal(title=plain("x" * 25)))[0]
    assert "3001 characters" in view_faults(modal(private_metadata="x" * 3001))[0]
    assert (
        "/view/blocks/0/element/max_length" in view_faults(modal(submit=plain("Go"), blocks=[entry(max_length=0)]))[0]
    )
    assert "missing required field: blocks" in view_faults({"type": "home"})[0]
    assert "unsupported type: popup" in view_faults({"type": "popup", "blocks": []})[0]
    assert "invalid additional property: title" in view_faults({"type": "home", "title": plain("x"), "blocks": []})[0]


def test_what_the_sdk_builds_passes() -> None:
    built = [
        sdk.HeaderBlock(text="Signature has expired"),
        sdk.SectionBlock(text="*hello*", fields=["a", "b"]),
        sdk.ActionsBlock(elements=[sdk.ButtonElement(text="Go", action_id="go", value="1", style="primary")]),
        sdk.ContextBlock(elements=[sdk.MarkdownTextObject(text="x")]),
    ]
    assert faults([b.to_dict() for b in built], "message") == []
    view = View(type="modal", title="Hello", submit="Go", callback_id="c", blocks=[b.to_dict() for b in built])
    assert view_faults(view.to_dict()) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "text", "elements", "x"]), inner)
    ),
    max_leaves=8,
)
TYPES = st.sampled_from([b["type"] for b in INSIDE] + ["input", "video", "plan", "task_card", "data_table"])


@settings(max_examples=150, deadline=None)
@given(kind=TYPES, rest=st.dictionaries(st.sampled_from(["text", "elements", "rows", "chart", "element"]), JSON))
def test_any_json_gets_an_answer(kind: str, rest: Block) -> None:
    for surface in ("message", "modal", "home"):
        assert all("json-pointer:" in f for f in faults([{"type": kind, **rest}], surface))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(INSIDE), JSON)
def test_an_unknown_key_anywhere_on_top_is_a_fault(block: Block, value: Any) -> None:
    assert faults([{**block, "surprise": value}], "message") == [
        "invalid additional property: surprise [json-pointer:/blocks/0]"
    ]
