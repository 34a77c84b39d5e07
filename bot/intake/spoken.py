"""Times told in words, in the languages of a text: `ten past three`, `halb vier`, `wpół do dziesiątej`, `dün akşam`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache

from bot.intake.hours import NOON_S, joined, told_by_hours
from bot.intake.mention import Mention
from bot.intake.zones import zones_at
from knowledge.times import Tongue, folded, tongues

LONGEST = 12_000
"""Characters that are read for times in words: files behind them are machines'."""
WORD = re.compile(r"[^\W\d_][\w'’]*")
TENS = re.compile(r"(?<![\w:./])(?P<hour>[01]?\d|2[0-3]):(?P<tens>[0-5])[xX](?!\w)")
"""`08:1x`: which ten minutes it was."""
NO_AGE = 3 * 86400
PART_BEFORE, PART_AFTER = 40, 24
LUNCH = (11.5, 13.5)


@lru_cache(maxsize=32)
def languages(text: str) -> tuple[Tongue, ...]:
    """Those whose own words stand in a text, the one with the most first; English always, as the last."""
    words = set(WORD.findall(folded(text[:LONGEST])))
    here = [tongue for tongue in tongues() if not tongue.marks or words & tongue.marks]
    return tuple(sorted(here, key=lambda tongue: -len(words & tongue.marks)))


def spoken(text: str) -> Iterator[Mention]:
    """Every time told from an hour, from noon or midnight; of overlapping readings the longest."""
    head = text[:LONGEST]
    plain = folded(head)
    found = [m for t in languages(text) for m in (*told_by_hours(plain, head, t), *_by_the_sun(plain, t))]
    yield from (replace(m, zones=zones_at(text, m.end)) for m in _longest(found))
    for match in TENS.finditer(text):
        clock = (int(match["hour"]), int(match["tens"]) * 10 + 5, 0.0)
        yield Mention(start=match.start(), end=match.end(), clock=clock, twelve=match["hour"][0] == "0", about=True)


def ranges(text: str) -> Iterator[Mention]:
    """`between 9 and 10 Uhr`: read before the hour alone is."""
    yield from (m for m in spoken(text) if m.until is not None)


def spoken_days(text: str) -> Iterator[Mention]:
    """Days and their parts, and how long ago, in the words of the text's languages."""
    plain = folded(text[:LONGEST])
    found = [m for t in languages(text) for m in (*_days(plain, t), *_ages(plain, t))]
    yield from _longest(found)


def part_of_day(text: str, mention: Mention) -> tuple[float, float] | None:
    """The hours of the part of the day that is named right before or behind a clock: `9 del mattino`, `sabah 9'da`."""
    before = folded(text[max(0, mention.start - PART_BEFORE) : mention.start])
    after = folded(text[mention.end : mention.end + PART_AFTER])
    for tongue in languages(text):
        behind, ahead = _parts(tongue)
        if match := behind.match(after) or ahead.search(before):
            return tongue.parts[match["part"]]
    return None


def told(clause: str) -> str:
    """`worked` or `failed`, as a clause says it in another language than English; empty where it says neither."""
    plain = folded(clause)
    return next((tone for tone, pattern in _tones().items() if pattern.search(plain)), "")


def _longest(found: list[Mention]) -> Iterator[Mention]:
    taken: list[tuple[int, int]] = []
    for mention in sorted(found, key=lambda m: m.start - m.end):
        if not any(mention.start < end and start < mention.end for start, end in taken):
            taken.append((mention.start, mention.end))
            yield mention


def _by_the_sun(text: str, tongue: Tongue) -> Iterator[Mention]:
    for name, pattern in _suns(tongue).items():
        for match in pattern.finditer(text):
            start, end = match.span()
            if name == "lunch":
                yield Mention(start=start, end=end, days_back=0, hours=LUNCH)
            else:
                hour = 12 if name == "noon" else 0
                yield Mention(start=start, end=end, clock=(hour, 0, 0.0), twelve=True, about=True, slack_s=NOON_S)


def _days(text: str, tongue: Tongue) -> Iterator[Mention]:
    for match in _day_words(tongue).finditer(text):
        back, hours = tongue.days[match[0]]
        yield Mention(start=match.start(), end=match.end(), days_back=back, hours=hours)


def _ages(text: str, tongue: Tongue) -> Iterator[Mention]:
    for since, pattern in _age_patterns(tongue):
        for match in pattern.finditer(text):
            seconds = _seconds(match, tongue)
            if 0 < seconds <= NO_AGE:
                yield Mention(start=match.start(), end=match.end(), back=seconds, since=since, about=True)


def _seconds(match: re.Match[str], tongue: Tongue) -> float:
    if match["whole"]:
        return tongue.wholes[match["whole"]]
    number = match["n"]
    amount = tongue.amounts[number] if number in tongue.amounts else float(number.replace(",", "."))
    return amount * tongue.units[match["u"]]


@cache
def _parts(tongue: Tongue) -> tuple[re.Pattern[str], re.Pattern[str]]:
    part = rf"(?P<part>{joined(tongue.parts)})(?!\w)"
    return re.compile(rf"[ ,]{{1,2}}{part}"), re.compile(rf"(?<!\w){part}[ ,]{{1,2}}(?:[^\W\d]{{1,8}}\.?[ ]){{0,1}}$")


@cache
def _suns(tongue: Tongue) -> dict[str, re.Pattern[str]]:
    return {
        name: re.compile(rf"(?<![\w-])(?:{'|'.join(patterns)})(?![\w-])")
        for name, patterns in tongue.sun.items()
        if patterns
    }


@cache
def _day_words(tongue: Tongue) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{joined(tongue.days)})(?!\w)")


@cache
def _age_patterns(tongue: Tongue) -> tuple[tuple[bool, re.Pattern[str]], ...]:
    if not tongue.units:
        return ()
    amount = (
        rf"(?:(?P<whole>{joined(tongue.wholes)})|(?P<n>\d{{1,3}}(?:[.,]5)?|{joined(tongue.amounts)})[ ]?"
        rf"(?P<u>{joined(tongue.units)}))(?!\w)"
    )
    listed = [(False, p) for p in tongue.ago] + [(True, p) for p in tongue.lasting]
    return tuple((since, re.compile(rf"(?<![\w.:]){p.replace('{a}', amount)}(?!\w)")) for since, p in listed)


@cache
def _tones() -> dict[str, re.Pattern[str]]:
    """Each tone's words of all languages, those of failing first: `no longer works` holds one of working."""
    words = {"failed": [w for t in tongues() for w in t.failed], "worked": [w for t in tongues() for w in t.worked]}
    return {tone: re.compile(rf"(?<!\w)(?:{joined(listed)})(?!\w)") for tone, listed in words.items()}
