"""Application lines without a known shape: a time, perhaps a level, a logger and an id, then words."""

from __future__ import annotations

import re
from datetime import datetime

from bot.logs.formats import cells, fields, times, tokens, words

WORD = r"[\w./@*,:+#=$\\\[\](){}<>\"'|-]"
HEAD = re.compile(
    rf"(?!# )(?:<\d{{1,3}}>(?:1 )?)?(?:{WORD}{{1,70}}[ \t]+){{0,5}}"
    rf"(?:{WORD}{{0,70}}[\[({{<@|#\"'=*.-]|[A-Z]|\[?(?:\d+:){{1,2}})?$"
)
"""What may stand before the time of a record: not the words of a continued message."""
MARKED = re.compile(r"\s\[(?:[A-Z][a-z]{2},? )?$")
"""What stands before a time in brackets of its own, however much that is."""
INDENTED = re.compile(
    r" {1,20}(?=[\w.-]{1,60} +\| )| {1,6}(?=\d{1,7}:\d{8}:\d{6}|\d{4}-\d\d-\d\d[T ][\d:.]{8,}\S* +[A-Z]{4,5} )"
)
"""How lines begin that are a record's first in spite of blanks: names and process ids that are filled up (docker
compose, Zabbix), the pretty form of Rust's tracing."""
LEVEL = re.compile(r"^[\s|:\[\](<>-]*([A-Za-z]{3,11}|[VDIWEF](?![A-Za-z]))[\]|>:)!]*(?:/(?=[A-Z]\w)|(?=[\s:|\]\[-]|$))")
LEVEL_INSIDE = re.compile(
    r"(?:^|[\s\[|(<{/.:-])(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|CRITICAL|FATAL|DBG|INF|WRN|ERR|CRIT)(?=[\s\]|:)>},/-])"
    r"|(?<!#)[\[(<]((?i:trace|debug|info|notice|warn|warning|err|error|crit|critical|fatal)|[VDIWEF])[\])>]"
    r"|\b(?:kern|user|mail|daemon|auth|authpriv|syslog|cron|local[0-7])\.(debug|info|notice|warn|err|crit|alert|emerg)\b"
    r"|(?:^|\s)([VDIWEF])(?:/[\w.-]+ *\(| [\w.-]+ *: )"
)
"""Further on: in capitals or brackets, behind syslog's facility (OpenWrt), before Android's tag.

What a runner marks in the log of a job (`##[debug]`) is no server's level.
"""
LEVEL_BEFORE = re.compile(r"(?<![\w.@/-])(?:[A-Za-z]{3,11}(?![\w.@/-])|[VDIWEF](?=[\])>\s]|$|\b))")
"""A level among what stands before the time: a word of its own, a letter only where nothing else is."""
BEGUN = re.compile(
    r"(?:\[[\w.:-]{1,64}\] ){0,3}Started [A-Z]{3,9} \"[^\"\n]{1,2000}\" for [0-9A-Fa-f.:]{2,45} at (?=\d)"
)
"""How Rails begins the lines of a request where no logger puts a time before them."""
PROCESS = re.compile(r"[\[#](\d{2,7})\]|\bpid[=: ](\d+)")
LEAD = "] |:-\t"


def read(line: str, reference: datetime) -> fields.Draft | None:
    """A dated line in plain words; None when it has no time of its own and so continues the record before."""
    found = stamp(line, reference)
    if found is None:
        return None
    before, rest = line[: found[1]], line[found[2] :]
    if cells.holds(line, found[1], found[2]):
        rest = before + rest  # the columns before the time are as much the record's as those behind it
    return after(before, rest, reference) | {"time": found[0]}


def stamp(line: str, reference: datetime) -> tuple[datetime, int, int] | None:
    """The time that a line begins a record with: (time, where it begins, where it ends)."""
    if begun := BEGUN.match(line):
        told = times.find(line[begun.end() :], reference)
        return (told[0], told[1] + begun.end(), told[2] + begun.end()) if told else None
    if line[:1] in " \t" and not INDENTED.match(line):
        return None
    found = times.find(line, reference)
    if found is None:
        return cells.stamp(line, reference)
    before = line[: found[1]]
    begins = (
        MARKED.search(before) or (found[1] <= 80 and _heads(before.lstrip())) or cells.holds(line, found[1], found[2])
    )
    return found if begins else None


def _heads(before: str) -> bool:
    if not before:
        return True
    names = [w[:-1] for w in before.split() if w.endswith(":")]
    return all(n.isdecimal() or tokens.level(n) for n in names) and HEAD.match(before) is not None


def after(before: str, rest: str, reference: datetime) -> fields.Draft:
    """The draft of what stands around a time: level, process, message."""
    rest = rest.lstrip(LEAD)
    level = next((found for w in LEVEL_BEFORE.findall(before) if (found := tokens.level(w))), None)
    if (match := LEVEL.match(rest)) and (found := tokens.level(match[1])):
        level, rest = found, rest[match.end() :].lstrip(LEAD)
    elif level is None and (inside := LEVEL_INSIDE.search(rest[:80])):
        level = tokens.level(next(filter(None, inside.groups())))
    draft = words.pick(rest, reference)
    draft |= {"format": "plain", "level": draft.get("level") or level}
    _who(before, rest, draft)
    if not draft.get("pid") and (process := PROCESS.search(rest[:80])):
        draft["pid"] = process[1] or process[2]
    if not draft["ids"] and level:
        _id_after_level(rest, draft)
    return draft


def _who(before: str, rest: str, draft: fields.Draft) -> None:
    """Who stands before the time as in Common Log Format (`10.4.4.9:5123 - - ada [`), or right behind it."""
    told = before.split()
    client = (tokens.address(told[0]) if told else None) or words.only_address(before)
    if client or (client := tokens.address(rest.lstrip("-[ ").partition(" ")[0].rstrip("]:"))):
        draft["client"] = draft.get("client") or client
    if len(told) > 3 and told[1] == "-" and told[-1] == "[" and told[-2] not in tokens.ABSENT:
        draft["user"] = draft.get("user") or told[-2]


def _id_after_level(rest: str, draft: fields.Draft) -> None:
    """An id in brackets within the first words: `[main] [7c9e6679e4] ...`."""
    for word in rest[:120].split()[:4]:
        bare = word.strip("[](),:")
        if word[0] in "[(" and tokens.ID.match(bare):
            draft["ids"] = (bare,)
            return
