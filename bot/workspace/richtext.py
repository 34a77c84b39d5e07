"""Rich text, tables and charts: the blocks with an inner structure of their own.

Source: docs.slack.dev/reference/block-kit/blocks/rich-text-block, .../table-block, .../data-visualization-block.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.workspace.elements import ID, URL
from bot.workspace.schema import (
    Check,
    anything,
    boolean,
    both,
    fault,
    items,
    number,
    one_of,
    pattern,
    record,
    tagged,
    text,
    typed,
    whole,
)

FLAGS = dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean)
MENTION_FLAGS = dict.fromkeys(("bold", "italic", "strike", "highlight", "client_highlight", "unlink"), boolean)
STYLE = {"style": record({}, FLAGS)}
MENTION_STYLE = {"style": record({}, MENTION_FLAGS)}
BORDER = {"border": whole(0, 1)}
MANY = 10_000

WORDS: Mapping[str, Check] = {
    "text": typed({"text": text(12_000)}, STYLE),
    "link": typed({"url": URL}, {**STYLE, "text": text(12_000, 0), "unsafe": boolean}),
}
LEAVES: Mapping[str, Check] = {
    **WORDS,
    "user": typed({"user_id": ID}, MENTION_STYLE),
    "usergroup": typed({"usergroup_id": ID}, MENTION_STYLE),
    "channel": typed({"channel_id": ID}, MENTION_STYLE),
    "team": typed({"team_id": ID}, MENTION_STYLE),
    "emoji": typed({"name": text(255)}, {"unicode": text(255), "skin_tone": whole(1, 6), **STYLE}),
    "broadcast": typed({"range": one_of("here", "channel", "everyone")}, STYLE),
    "date": typed({"timestamp": whole(0, 10**11), "format": text(1000)}, {"url": URL, "fallback": text(1000), **STYLE}),
    "color": typed({"value": pattern(r"#[0-9a-fA-F]{6}", "a colour as #RRGGBB")}, STYLE),
}
SECTION = typed({"elements": items(tagged(LEAVES), MANY, 0)})
PARTS: Mapping[str, Check] = {
    "rich_text_section": SECTION,
    "rich_text_quote": typed({"elements": items(tagged(LEAVES), MANY, 0)}, BORDER),
    "rich_text_preformatted": typed({"elements": items(tagged(WORDS), MANY, 0)}, BORDER),
    "rich_text_list": typed(
        {"style": one_of("bullet", "ordered"), "elements": items(tagged({"rich_text_section": SECTION}), MANY)},
        {**BORDER, "indent": whole(0, 8), "offset": whole(0, 10_000)},
    ),
}
RICH_TEXT = typed({"elements": items(tagged(PARTS), MANY)}, {"block_id": ID})

CELL = tagged(
    {
        "raw_text": typed({"text": text(3000)}),
        "raw_number": typed({"value": number}, {"text": text(3000)}),
        "rich_text": typed({"elements": items(tagged(PARTS), MANY)}, {"block_id": ID}),
    }
)
COLUMN = record({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})


def _column(value: Any, pointer: str) -> Iterator[str]:
    return iter(()) if value is None else COLUMN(value, pointer)


TABLE = typed({"rows": items(items(CELL, 20), 100)}, {"block_id": ID, "column_settings": items(_column, 20)})
DATA_TABLE = typed(
    {"rows": items(items(tagged(dict.fromkeys(("raw_text", "raw_number", "rich_text", "action"), anything)), 20), 101)},
    {"block_id": ID, "caption": text(2000), "page_size": whole(1, 100), "row_header_column_index": whole(0, 19)},
)

LABEL = text(20)


def _positive(value: Any, pointer: str) -> Iterator[str]:
    yield from number(value, pointer)
    if isinstance(value, (int, float)) and not value > 0:
        yield fault("must be more than 0", pointer)


def _lines_up(value: Any, pointer: str) -> Iterator[str]:
    """Every series has its own name and one point for each category, in their order."""
    axis, series = value.get("axis_config"), value.get("series")
    if not isinstance(axis, dict) or not isinstance(series, list):
        return
    rows = [s for s in series if isinstance(s, dict)]
    names = [s.get("name") for s in rows]
    if any(name in names[:i] for i, name in enumerate(names)):
        yield fault("series names must be unique", f"{pointer}/series")
    for index, row in enumerate(rows):
        data = row.get("data")
        labels = [p.get("label") for p in data if isinstance(p, dict)] if isinstance(data, list) else []
        if labels != axis.get("categories"):
            yield fault("data labels must match axis_config.categories", f"{pointer}/series/{index}/data")


POINT = record({"label": LABEL, "value": number})
SERIES = record({"name": LABEL, "data": items(POINT, 20)})
AXIS = record({"categories": items(LABEL, 20)}, {"x_label": text(50), "y_label": text(50)})
XY = both(typed({"series": items(SERIES, 6), "axis_config": AXIS}), _lines_up)
PIE = typed({"segments": items(record({"label": LABEL, "value": _positive}), 12)})
CHART = typed({"title": text(50), "chart": tagged({"pie": PIE, "line": XY, "bar": XY, "area": XY})}, {"block_id": ID})
