"""The text as a reader or a parser would see it: escapes undone, each place mapped back to the original."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cache

from bot.redact.model import Span

MARKUP_LIMIT = 100_000
"""Slack's formatting stands in messages (at most 40,000 characters), not in log files."""

LONG, AROUND = 20_000, 300
"""Of texts longer than this only what lies around a rewritten place is looked at again."""

ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "#39": "'", "#x27": "'", "#34": '"', "#38": "&"}
TYPED = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"}
CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": " "}

CLEAN = (
    "[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]+"  # invisible
    "|[\u00a0\u2000-\u200a\u202f\u205f\u3000]"  # spaces that are no space
    "|[“”„‘’]"
    r"|&(?:amp;){0,3}(?P<entity>amp|lt|gt|quot|apos|#39|#x27|#34|#38);"
    r"|(?P<joined>\\\r?\n)"
)
PERCENT = r"%(?:25)*(?P<hex>[0-9A-Fa-f]{2})"
MARKS = (
    r"<(?:https?|mailto|tel|ftp|wss?):[^|<>\s]{1,2000}+\|"
    r"|<(?=(?:https?|mailto|tel|ftp|wss?):)|>"
    r"|(?<!\*)\*(?!\*)|(?<!~)~(?!~)|`+|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"
)
ESCAPES = (
    # Possessive, and from the first backslash only: a run of them that escapes nothing is walked once.
    r"(?<!\\)\\++(?:u(?P<hex>[0-9a-fA-F]{4})|x(?P<byte>[0-9a-fA-F]{2})|(?P<control>[nrtbf])|(?P<itself>[\"'/`&=]))"
)


class View:
    """A rewritten text that knows where each of its characters came from."""

    def __init__(self, text: str, at: list[int], origins: list[tuple[int, int, bool]], under: View | None) -> None:
        self.text = text
        self._at = at
        self._origins = origins
        self._under = under

    def original(self, span: Span) -> Span:
        """The same span in the text that was given."""
        view: View | None = self
        start, end = span.start, span.end
        while view is not None and view._at:
            start, end, view = view._place(start)[0], view._place(end - 1)[1], view._under
        return span._replace(start=start, end=end)

    def _place(self, position: int) -> tuple[int, int]:
        index = bisect_right(self._at, position) - 1
        start, end, copied = self._origins[index]
        if not copied:
            return start, end
        place = start + position - self._at[index]
        return place, place + 1


def views(text: str) -> Iterator[View]:
    """The text without what no eye sees; then percent-decoded, unformatted and unescaped, where that differs."""
    given = View(text, [], [], None)
    plain = text.isascii() and "&" not in text and "\\" not in text
    clean = given if plain else _rewrite(given, CLEAN, _clean, whole=True) or given
    yield clean
    for pattern, meaning, present in (
        (PERCENT, _percent, "%" in clean.text),
        (MARKS, _nothing, len(text) <= MARKUP_LIMIT),
        (ESCAPES, _unescape, "\\" in clean.text),
    ):
        if present and (view := _rewrite(clean, pattern, meaning, whole=False)) is not None:
            yield view


def _rewrite(under: View, pattern: str, meaning: Callable[[re.Match[str]], str], *, whole: bool) -> View | None:
    """The rewritten text; unless `whole`, of a long text only the lines that change, each with its neighbours."""
    text = under.text
    pieces: list[str] = []
    at: list[int] = []
    origins: list[tuple[int, int, bool]] = []
    length = done = 0

    def add(piece: str, begin: int, finish: int, *, copied: bool) -> None:
        nonlocal length
        if piece:
            at.append(length)
            origins.append((begin, finish, copied))
            pieces.append(piece)
            length += len(piece)

    sparse = not whole and len(text) > LONG
    for match in _compiled(pattern).finditer(text):
        start, end = match.span()
        if sparse and start - done > 4 * AROUND:
            kept = _line_end(text, done + AROUND, done + 2 * AROUND)
            resumed = _line_end(text, start - 2 * AROUND, start - AROUND)
            add(text[done:kept], done, kept, copied=True)
            add("\n\n", kept, resumed, copied=False)
            done = resumed
        add(text[done:start], done, start, copied=True)
        add(meaning(match), start, end, copied=False)
        done = end
    if not done:
        return None
    last = _line_end(text, done + AROUND, done + 2 * AROUND) if sparse else len(text)
    add(text[done:last], done, last, copied=True)
    return View("".join(pieces), at, origins, under)


def _line_end(text: str, place: int, limit: int) -> int:
    end = text.find("\n", place, limit)
    return min(limit, len(text)) if end < 0 else end


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _clean(match: re.Match[str]) -> str:
    if match["joined"]:
        return ""
    if match["entity"]:
        return ENTITIES[match["entity"]]
    return TYPED.get(match[0]) or (" " if match[0] in "\u00a0\u202f\u205f\u3000" or match[0].isspace() else "")


def _percent(match: re.Match[str]) -> str:
    return chr(int(match["hex"], 16))


def _nothing(match: re.Match[str]) -> str:
    return ""


def _unescape(match: re.Match[str]) -> str:
    code = match["hex"] or match["byte"]
    if code:
        return chr(int(code, 16))
    return CONTROLS[match["control"]] if match["control"] else str(match["itself"])
