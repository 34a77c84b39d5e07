"""Chat text to plain text: Slack's own markup, entities, smart quotes, invisible characters."""

from __future__ import annotations

import re

SLACK = re.compile(r"<(?:https?://|@[UW][A-Z0-9]|#C[A-Z0-9]|![a-z]|mailto:)")
LINK = re.compile(
    r"<((?:https?|wss?|mailto|ftp|slack)://?[^\s<>|]{1,4000}|mailto:[^\s<>|]{1,300})(?:\|([^<>\n]{0,4000}))?>"
)
MENTION = re.compile(r"<([@#!])([A-Za-z0-9_^.-]{1,80})(?:\|([^<>\n]{0,200}))?>")
MARKDOWN = re.compile(r"\[([^\[\]\n]{0,300})\]\((https?://[^\s()]{1,3000})\)")
ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
SAME_LENGTH = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "\u00a0": " ", "\u202f": " "}
    | {"\u2007": " ", "\u2009": " ", "\u2011": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-"}
)
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")


def plain(text: str) -> str:
    """The text as its writer saw it.

    Slack escapes `&`, `<` and `>` once in every message (docs.slack.dev, "Formatting text for app surfaces"). Elsewhere
    an `&amp;` in a link is what the writer has, and is kept, for it may be the fault.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    from_slack = SLACK.search(text) is not None
    if from_slack:
        text = MENTION.sub(_mention, LINK.sub(_link, text))
    text = MARKDOWN.sub(r"\1 \2", text)
    for escape, character in ESCAPES if from_slack else ESCAPES[:2]:
        text = text.replace(escape, character)
    return INVISIBLE.sub("", text.translate(SAME_LENGTH))


def _link(match: re.Match[str]) -> str:
    target, label = match[1], match[2]
    if target.startswith("mailto:"):
        return label or target[7:]
    if not label or label in target or target.removeprefix("http://") == label:
        # Slack puts http:// before a bare host that was typed; the writer's own words say less, and what they said.
        return label if label and target == f"http://{label}" else target
    return f"{label} {target}"


def _mention(match: re.Match[str]) -> str:
    return f"{match[1]}{match[3] or match[2]}"
