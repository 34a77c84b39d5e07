"""Server logs among what was posted. They are handed on as logs: the requests in them are mostly other people's."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import groupby

from bot.intake import lines
from bot.logs.formats import parse, read
from bot.logs.formats.fields import Draft

FEWEST = 4
"""Fewer records in a row are quoted to show something: they are read as words."""
MOSTLY = 0.8
"""The share of a file's lines from which on all of it is a log."""
SAMPLE = 400
"""Lines of a file by which it is judged."""
MOST_READ = 200_000
"""Characters of a text that is no log as a whole, among which runs of log lines are looked for."""
MOST_REFUSED = 5_000
CONTINUED = re.compile(r"[ \t]|Caused by: |Traceback \(|\w[\w.]{2,80}(?:Error|Exception)\b|\s*$")
"""Lines that a stack trace puts behind its record."""


def parted(text: str, reference: datetime, *, file: bool) -> tuple[str, str]:
    """(the text with its logs left out, line for line; the logs). A file that is mostly a log is one as a whole."""
    if file and _mostly(text.split("\n", SAMPLE)[:SAMPLE], reference):
        return "", text
    cut = text.rfind("\n", 0, MOST_READ) + 1 if len(text) > MOST_READ else len(text)
    listed = text[:cut].split("\n")
    kinds = [_kind(line, reference) for line in listed]
    words, log, at = list[str](), list[str](), 0
    for inside, group in groupby(kinds, key=bool):
        size = len(list(group))
        block, kind = listed[at : at + size], kinds[at : at + size]
        is_log = inside and kind.count("record") >= FEWEST and not _calls(block)
        words += [""] * size if is_log else block
        log += block if is_log else []
        at += size
    return "\n".join(words) + text[cut:], "\n".join(log).replace("```", "")


def refused_path(log: str, reference: datetime) -> str | None:
    """The path that every refusal of a log was on; None where there is not just one."""
    records = parse(enumerate(log.split("\n", MOST_REFUSED)[:MOST_REFUSED]), file="", reference=reference)
    paths = {e.path for e in records if e.status in (401, 403, 407) and e.path}
    return paths.pop() if len(paths) == 1 else None


def _mostly(listed: list[str], reference: datetime) -> bool:
    kinds = [_kind(line, reference) for line in listed if line.strip()]
    enough = kinds.count("record") >= FEWEST and len(kinds) - kinds.count("") >= MOSTLY * len(kinds)
    return enough and not _calls(listed)


def _kind(line: str, reference: datetime) -> str:
    """`record`, `more` for what may go on with one, or nothing."""
    draft = read(line.strip("`"), reference) if line.strip() else None
    return "record" if draft and _served(draft) else "more" if CONTINUED.match(line) else ""


def _served(draft: Draft) -> bool:
    """A server's record: an answered request, or a dated line with a level or of a known shape."""
    if draft["format"] == "plain":
        return draft.get("time") is not None and draft.get("level") is not None
    return draft.get("time") is not None or draft.get("status") is not None


def _calls(block: list[str]) -> bool:
    """The lines are those of a caller: they tell of requests to whole addresses and how these were answered."""
    return any(e.failed and e.url for line in block[:SAMPLE] for e in lines.told(line))
