"""When something happened, as people write it. `clock.py` says which moment they mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import tzinfo
from itertools import islice

from bot.intake.east_asian import east_asian
from bot.intake.mention import Mention
from bot.intake.spoken import languages, part_of_day, ranges, spoken, spoken_days
from bot.intake.time_lists import on_dial, together
from bot.intake.time_patterns import (
    ABOUT,
    AFTER_DATE,
    AGO,
    BACK,
    BASIC,
    CLF,
    CLOCK,
    DATE,
    DAY_WORD,
    EPOCH,
    LAST,
    LAST_ONE,
    NOW,
    SINCE,
    SINCE_HOUR,
    SINCE_THEN,
    WEEKDAY,
)
from bot.intake.time_words import DAY_WORDS, MONTHS, NUMBERS, UNITS, WEEKDAYS, meaning
from bot.intake.zones import AFTER, ZONED, meant, placed

MOST = 200
"""Times of one kind that are read of one text."""

LIFETIME = re.compile(r"(?im)(?:^[<> \t]*(?:expires|last-modified|if-(?:un)?modified-since)[ \t]*:|\bexpires=)[^\n;]*")
"""Headers whose dates tell of a copy's or a cookie's age, not of a request (RFC 9110, RFC 9111)."""
_ARROW = r"[ ]{0,2}(?:-+>|=>|→|➜)"
VERSION_BEFORE = re.compile(
    rf"(?i)(?:{_ARROW}[ ]{{0,2}}|\b(?:versions?|release|build|app|ios|android|python|node(?:\.js)?|java|jdk|php|ruby"
    r"|perl|golang|django|server|client|agent|plugin|add-?on|extension|sdk|cli|library|module|package|image|chart|operator"
    r"|driver|framework|firmware|kernel|broker|gateway|collector|runner"
    r"|(?:up|down)grad\w+(?:[ ][\w.-]{1,20}){0,3}[ ](?:to|from|auf|von|vers|de|a|à|al?))[ ])$"
)
VERSION_AFTER = re.compile(_ARROW)
"""What makes a dotted number beside it one of a version."""
DOTTED = re.compile(r"\d\d?\.\d\d?\.(\d\d)?")
"""A date of three numbers without a whole year."""


def mentions(text: str) -> list[Mention]:
    """Every time in the text, in its order; of overlapping readings the longer one."""
    text = LIFETIME.sub(lambda header: " " * len(header[0]), text)
    found: list[Mention] = []
    taken: list[tuple[int, int]] = []
    for finder in (
        _basic,
        _dated,
        _epochs,
        east_asian,
        ranges,
        _clocks,
        spoken,
        spoken_days,
        _relative,
        _since_hour,
        _day_words,
    ):
        for mention in islice(finder(text), MOST):
            if not any(mention.start < end and start < mention.end for start, end in taken):
                taken.append((mention.start, mention.end))
                found.append(_qualified(text, mention))
    return together(text, sorted(found, key=lambda m: m.start))


def _basic(text: str) -> Iterator[Mention]:
    for match in BASIC.finditer(text):
        yield _built(match.start(), match.end() + 1, match, date=_date(match), zones=("Z",))


def _dated(text: str) -> Iterator[Mention]:
    for pattern in DATE:
        for match in pattern.finditer(text):
            date, other = _date(match), _other(match)
            if date is None or match[0].startswith("may ") or (DOTTED.fullmatch(match[0]) and _version(text, match)):
                continue  # "it may 2 ..." is no date, and "app 5.1.13" none either
            clock = _first(AFTER_DATE, text, match.end()) or CLF.match(text, match.end())
            if clock is None:
                before = _clock_before(text, match.start())
                if before is None and date[0] is None and "month_name" not in match.groupdict():
                    continue  # 1.2. alone is a version or a chapter
                yield _built(
                    before.start() if before else match.start(), match.end(), before, date=date, other=other, text=text
                )
            else:
                yield _built(match.start(), clock.end(), clock, date=date, other=other, text=text)


def _clock_before(text: str, at: int) -> re.Match[str] | None:
    """`14:05 UTC on 20 Nov`: the clock that stands right before a date."""
    start = max(0, at - 24)
    matches = list(CLOCK[0].finditer(text, start, at))
    if not matches:
        return None
    between = text[matches[-1].end() : at]
    return (
        matches[-1]
        if re.fullmatch(rf"(?:{AFTER})?\)?[ ]?(?:,|on|am|le|el|-)?[ ]?(?:\w{{2,9}},?[ ])?", between)
        else None
    )


def _epochs(text: str) -> Iterator[Mention]:
    for match in EPOCH.finditer(text):
        value = float(match["seconds"]) + float(f"0.{match['ms'] or match['fraction'] or 0}")
        yield Mention(start=match.start(), end=match.end(), epoch=value, seconds=True)


def _clocks(text: str) -> Iterator[Mention]:
    for pattern in CLOCK:
        for match in pattern.finditer(text):
            if re.fullmatch(r"\d+\.\d+", match[0]) and _version(text, match):
                continue
            yield _built(match.start(), match.end(), match, text=text)


def _version(text: str, number: re.Match[str]) -> bool:
    before = text[max(0, number.start() - 60) : number.start()]
    return bool(VERSION_BEFORE.search(before) or VERSION_AFTER.match(text, number.end()))


def _since_hour(text: str) -> Iterator[Mention]:
    """`since 10`, `seit 10`, `from 9 on`."""
    for match in SINCE_HOUR.finditer(text):
        yield replace(_built(match.start("hour"), match.end(), match, text=text), since=True)


def _relative(text: str) -> Iterator[Mention]:
    for pattern in (AGO, BACK, LAST):
        for match in pattern.finditer(text):
            seconds = _amount(match["amount"]) * meaning(UNITS, match["unit"])
            word = match.groupdict().get("word", "").lower()
            if word in {"for", "in", "within", "over"} and not 60 <= seconds <= 86400 * 3:
                continue
            since = pattern is not AGO and word not in {"vor", "il y a", "hace", "há", "faz"}
            yield Mention(start=match.start(), end=match.end(), back=seconds, since=since, about=True)
    for match in LAST_ONE.finditer(text):
        yield Mention(start=match.start(), end=match.end(), back=meaning(UNITS, match["unit"]), since=True, about=True)
    for match in NOW.finditer(text):
        zone = ZONED.match(text, match.end())
        named = meant(zone) if zone and placed(zone, text) else ()
        yield Mention(start=match.start(), end=match.end(), back=60, about=True, zones=named)


def _day_words(text: str) -> Iterator[Mention]:
    language = languages(text)[0].code
    for match in DAY_WORD.finditer(text):
        if match["word"].lower() == "hier" and language in ("de", "nl"):
            continue  # "here" to Germans and Dutch
        back, hours = meaning(DAY_WORDS, match["word"])
        yield Mention(start=match.start(), end=match.end(), days_back=back, hours=hours)
    for match in WEEKDAY.finditer(text):
        yield Mention(start=match.start(), end=match.end(), weekday=meaning(WEEKDAYS, match["word"]))


def _amount(text: str) -> float:
    return float(text.replace(",", ".")) if text[0].isdigit() else meaning(NUMBERS, text)


def _first(patterns: list[re.Pattern[str]], text: str, at: int) -> re.Match[str] | None:
    return next((match for pattern in patterns if (match := pattern.match(text, at))), None)


def _date(match: re.Match[str]) -> tuple[int | None, int, int] | None:
    groups = match.groupdict()
    year = int(groups["year"]) if groups.get("year") else None
    if year is not None and year < 100:
        year += 2000
    if groups.get("first"):
        first, other = int(groups["first"]), int(groups["other"])
        return (year, other, first) if other <= 12 else (year, first, other) if first <= 12 else None
    month = meaning(MONTHS, groups["month_name"]) if groups.get("month_name") else int(groups["month"])
    return year, month, int(groups["day"])


def _other(match: re.Match[str]) -> tuple[int | None, int, int] | None:
    groups = match.groupdict()
    if not groups.get("first"):
        return None
    year, first, other = int(groups["year"] or 0), int(groups["first"]), int(groups["other"])
    return (year + 2000 if 0 < year < 100 else year or None, first, other) if max(first, other) <= 12 else None


def _built(
    start: int,
    end: int,
    clock: re.Match[str] | None,
    *,
    date: tuple[int | None, int, int] | None = None,
    other: tuple[int | None, int, int] | None = None,
    zones: tuple[str, ...] = (),
    text: str = "",
) -> Mention:
    named: tuple[tzinfo, ...] = ()
    if zones or (clock and text):
        zone = ZONED.match("Z") if zones else ZONED.match(text, clock.end() if clock else end)
        if zone and placed(zone, text):
            named, end = meant(zone), end if zones else max(end, zone.end())
    parts = clock.groupdict() if clock else {}
    return Mention(
        start=start,
        end=end,
        date=date,
        other_date=other,
        clock=_clock(parts) if clock else None,
        twelve=bool(parts.get("half")) or (parts.get("hour") or "0")[0] == "0" or int(parts["hour"] or 0) > 12,
        seconds=bool(parts.get("second")),
        zones=named,
    )


def _clock(parts: dict[str, str | None]) -> tuple[int, int, float]:
    hour = int(parts["hour"] or 0)
    half = (parts.get("half") or "")[:1].lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    second = float(f"{parts.get('second') or 0}.{parts.get('fraction') or 0}")
    return hour, int(parts.get("minute") or 0), min(second, 59.999999)


def _qualified(text: str, mention: Mention) -> Mention:
    before = text[max(0, mention.start - 60) : mention.start]
    about = mention.about or ABOUT.search(before) is not None or text[mention.end : mention.end + 3] == "ish"
    since = SINCE.search(before) is not None or SINCE_THEN.match(text, mention.end) is not None
    part = part_of_day(text, mention) if mention.clock is not None and not mention.seconds else None
    placed_ = on_dial(mention, part) if part else mention
    return replace(placed_, about=about, since=mention.since or since)
