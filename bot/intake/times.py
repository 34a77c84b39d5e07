"""A small grammar of the ways people write when something happened. `clock.py` says which moment they mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import tzinfo
from itertools import islice

from bot.intake.mention import Mention
from bot.intake.spoken import spoken
from bot.intake.time_words import DAY_WORDS, MONTHS, NUMBERS, UNITS, WEEKDAYS, joined
from bot.intake.zones import AFTER, ZONED, meant, placed

_MONTH = rf"(?P<month_name>(?i:{joined(MONTHS)}))\.?"
_CLOCK = (
    r"(?P<hour>[01]?\d|2[0-4])(?:(?::|(?<=\d)[h.](?=\d\d(?:[ ]?(?:Uhr|uhr)|h)?\b)|(?<=\d)h)(?P<minute>[0-5]\d)"
    r"(?:(?::|\.(?=\d\d[ ]Uhr))(?P<second>[0-5]\d|60)(?:[.,](?P<fraction>\d{1,9}))?)?)"
    r"(?:[ ]?(?P<half>[aApP]\.?[mM]\.?)(?!\w))?(?:[ ]?(?:Uhr|uhr|h|hrs|o'clock)(?!\w))?"
)
_BARE_HOUR = r"(?P<hour>1?\d|2[0-3])[ ]?(?:(?P<half>[aApP]\.?[mM]\.?)(?!\w)|(?:Uhr|uhr|o'clock)(?!\w))"
_COMPACT = r"(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?(?=[ ]?(?:UTC|GMT|Z|utc)\b)"
_GAP = r"(?:[ ]*,?[ ]*(?:at|um|à|a las|gegen|around|about|circa|~)?[ ]*|[T_])"
_YEAR = r"(?P<year>20\d\d)"
_DATES = (
    rf"{_YEAR}[-/.](?P<month>1[0-2]|0?[1-9])[-/.](?P<day>[12]\d|3[01]|0?[1-9])(?!\d)",
    r"(?P<day>[12]\d|3[01]|0?[1-9])\.[ ]?(?P<month>1[0-2]|0?[1-9])\.(?:[ ]?(?P<year>20\d\d|\d\d)(?!\d|:))?",
    r"(?P<first>[12]\d|3[01]|0?[1-9])[/-](?P<other>[12]\d|3[01]|0?[1-9])[/-](?P<year>20\d\d|\d\d)(?!\d)",
    r"(?P<first>[12]\d|3[01]|0?[1-9])/(?P<other>[12]\d|3[01]|0?[1-9])(?P<year>)(?![\d/])",
    rf"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th|\.|er)?[ ]?(?:of |de )?[ /-]?{_MONTH}(?![a-zäé])(?:[ ,/:-]{{0,"
    rf"2}}(?:de )?{_YEAR}(?!\d))?",
    rf"{_MONTH}[ ](?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![\d:])(?:,?[ ]{_YEAR}(?!\d))?",
)
_START = r"(?<![\w:./=@%$€£+-])"
_END = r"(?!(?!Z\b)[\w%]|[./]\d|:\w|-\d(?!\d?:))"

DATE = [re.compile(_START + date) for date in _DATES]
BASIC = re.compile(
    r"(?<![\w=])(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])T(?P<hour>[01]\d|2[0-3])"
    r"(?P<minute>[0-5]\d)(?P<second>[0-5]\d)(?=Z)"
)
_BEFORE = r"(?:(?<![\w:./=%$€£+-])|(?<=:\d\d-))"
CLOCK = [re.compile(f"{_BEFORE}(?:{clock}){_END}") for clock in (_CLOCK, _BARE_HOUR, _COMPACT)]
AFTER_DATE = [re.compile(_GAP + "(?:" + clock + ")") for clock in (_CLOCK, _BARE_HOUR)]
CLF = re.compile(r":(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d):(?P<second>[0-5]\d)")
EPOCH = re.compile(
    r"(?<![\w=&/.:-])(?P<seconds>1[5-9]\d{8}|2[0-4]\d{8})(?P<ms>\d{3})?(?:\.(?P<fraction>\d{1,6}))?(?![\w-])"
)
DAY_WORD = re.compile(rf"(?<!\w)(?P<word>{joined(DAY_WORDS)})(?!\w)", re.IGNORECASE)
WEEKDAY = re.compile(rf"(?<!\w)(?P<word>{joined(WEEKDAYS)})(?!\w)", re.IGNORECASE)
_AMOUNT = rf"(?P<amount>\d{{1,3}}(?:[.,]5)?|{joined(NUMBERS)})[ ]?(?P<unit>{joined(UNITS)})(?![\w:])"
AGO = re.compile(
    rf"(?<!\w)(?:(?:about|around|ca\.?|roughly|some)[ ])?{_AMOUNT}[ ](?:ago|back|earlier|fa|atrás|geleden|temu)(?!\w)",
    re.IGNORECASE,
)
BACK = re.compile(
    r"(?<!\w)(?P<word>since|for|in|over|within|vor|seit|depuis|il y a|hace|desde hace|há|faz|fa|da|sinds"
    r"|al)[ ](?:about |around |etwa |"
    r"ca\.? |environ |like )?"
    rf"(?:the (?:last|past) |den letzten |les )?{_AMOUNT}(?:[ ]now)?",
    re.IGNORECASE,
)
LAST = re.compile(rf"(?<!\w)(?:the )?(?:last|past)[ ]{_AMOUNT}", re.IGNORECASE)
LAST_ONE = re.compile(
    r"(?<!\w)(?:in |for |since |within )?(?:the )?(?:last|past) (?P<unit>hour|minute)(?!\w)", re.IGNORECASE
)
NOW = re.compile(
    r"(?<!\w)(?:just now|right now|now-ish|this (?:minute|second|very moment)|a (?:moment|second|sec) ago|just "
    r"(?:tried|happened|got|failed|started)|"
    r"gerade(?: eben)?|soeben|à l'instant|ahora mismo|poco fa)(?!\w)",
    re.IGNORECASE,
)
ABOUT = re.compile(
    r"(?:~|≈|(?<!\w)(?:around|about|approx\.?|approximately|roughly|ca\.?|circa|gegen|etwa|ungefähr|vers|environ|"
    r"hacia|sobre|some ?time (?:around|near)|near|like|must have been))[ ]?(?:at )?$",
    re.IGNORECASE,
)
SINCE = re.compile(
    r"(?<!\w)(?:since|from|after|starting|started|began|begins|beginning|seit|ab|depuis|desde|dopo|a partir de)(?:[ "
    r"](?:at|around|about|ca\.?|etwa|gegen|roughly|just))*[ ~]*$",
    re.IGNORECASE,
)

SINCE_THEN = re.compile(
    r"[^.!?;\n\w]{0,4}(?:and )?(?:since then|ever since|seitdem|seither|depuis(?! \d| [a-z])|desde entonces"
    r"|desde então|da allora)(?!\w)",
    re.IGNORECASE,
)
"""What follows the moment at which a lasting failure began."""


def mentions(text: str) -> list[Mention]:
    """Every time in the text, in its order; of overlapping readings the longer one."""
    found: list[Mention] = []
    taken: list[tuple[int, int]] = []
    for finder in (_basic, _dated, _epochs, _clocks, spoken, _relative, _day_words):
        for mention in islice(finder(text), MOST):
            if not any(mention.start < end and start < mention.end for start, end in taken):
                taken.append((mention.start, mention.end))
                found.append(_qualified(text, mention))
    return _joined(text, sorted(found, key=lambda m: m.start))


def _basic(text: str) -> Iterator[Mention]:
    for match in BASIC.finditer(text):
        yield _built(match.start(), match.end() + 1, match, date=_date(match), zones=("Z",))


def _dated(text: str) -> Iterator[Mention]:
    for pattern in DATE:
        for match in pattern.finditer(text):
            date, other = _date(match), _other(match)
            if date is None or match[0].startswith("may "):
                continue  # "it may 2 ..." is no date
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
            yield _built(match.start(), match.end(), match, text=text)


def _relative(text: str) -> Iterator[Mention]:
    for pattern in (AGO, BACK, LAST):
        for match in pattern.finditer(text):
            seconds = _amount(match["amount"]) * UNITS[match["unit"].lower()]
            word = match.groupdict().get("word", "").lower()
            if word in {"for", "in", "within", "over"} and not 60 <= seconds <= 86400 * 3:
                continue
            since = pattern is not AGO and word not in {"vor", "il y a", "hace", "há", "faz"}
            yield Mention(start=match.start(), end=match.end(), back=seconds, since=since, about=True)
    for match in LAST_ONE.finditer(text):
        yield Mention(start=match.start(), end=match.end(), back=UNITS[match["unit"].lower()], since=True, about=True)
    for match in NOW.finditer(text):
        zone = ZONED.match(text, match.end())
        named = meant(zone) if zone and placed(zone, text) else ()
        yield Mention(start=match.start(), end=match.end(), back=60, about=True, zones=named)


def _day_words(text: str) -> Iterator[Mention]:
    for match in DAY_WORD.finditer(text):
        back, hours = DAY_WORDS[match["word"].lower()]
        yield Mention(start=match.start(), end=match.end(), days_back=back, hours=hours)
    for match in WEEKDAY.finditer(text):
        yield Mention(start=match.start(), end=match.end(), weekday=WEEKDAYS[match["word"].lower()])


def _amount(text: str) -> float:
    word = text.lower()
    return NUMBERS[word] if word in NUMBERS else float(word.replace(",", "."))


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
    month = MONTHS[groups["month_name"].lower()] if groups.get("month_name") else int(groups["month"])
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
    before = text[max(0, mention.start - 30) : mention.start]
    about = mention.about or ABOUT.search(before) is not None or text[mention.end : mention.end + 3] == "ish"
    since = SINCE.search(before) is not None or SINCE_THEN.match(text, mention.end) is not None
    return replace(mention, about=about, since=mention.since or since)


LIST = re.compile(
    r"[ ]{0,2}(?:,|/|&|\+|-|and|und|et|y|to|bis|till|until|or|,? then|, and)[ ]{1,2}|[ ]?[/-][ ]?|[ ]{1,2}"
)
RANGE = re.compile(r"[ ]?(?:-|to|bis|till|until)[ ]?")
MOST = 200
"""Times of one kind that are read of one text."""
BETWEEN = re.compile(r"(?<!\w)(?:between|zwischen|entre)[ ](?:about |around |etwa |~)?$")
DAY_BEFORE = re.compile(
    r"[ ,]{1,2}(?:at|around|about|gegen|um|vers|à|ca\.?|~|the|so|roughly|evening|morning|night|afternoon|abend|früh|"
    r"morgen|soir|matin|\()*[ ~]{0,2}(?:around |about |at |um |gegen |vers |à |a las )?"
)


def _joined(text: str, found: list[Mention]) -> list[Mention]:
    """`22:00:20, 22:00:41 and 22:02:57 (UTC)` are all UTC; `yesterday around 14:10` is one time."""
    out: list[Mention] = []
    for mention in reversed(found):
        following = out[-1] if out else None
        if following is not None and (both := _both(text, mention, following)) is not None:
            out[-1] = both
        else:
            out.append(_listed(text, mention, following) if following else mention)
    return out[::-1]


def _both(text: str, one: Mention, other: Mention) -> Mention | None:
    """The one time that a day and a clock make, or the range that two times make; None where each is its own."""
    between = text[one.end : other.start]
    if DAY_BEFORE.fullmatch(between):
        if _plain_day(one) and other.clock and not other.date:
            since = other.since or one.since
            return replace(other, start=one.start, days_back=one.days_back, weekday=one.weekday, since=since)
        if _plain_day(other) and one.clock and not one.date:
            return replace(one, end=other.end, days_back=other.days_back, weekday=other.weekday)
    if one.clock and LIST.fullmatch(between) and between.strip():
        before = text[max(0, one.start - 30) : one.start]
        if other.back is not None or RANGE.fullmatch(between) or BETWEEN.search(before):
            return replace(one, end=other.end, until=other, zones=one.zones or other.zones)
    return None


def _listed(text: str, one: Mention, other: Mention) -> Mention:
    """A zone behind the last of a list is the zone of all."""
    listed = one.clock is not None and other.clock is not None and LIST.fullmatch(text[one.end : other.start])
    return replace(one, zones=one.zones or other.zones) if listed else one


def _plain_day(mention: Mention) -> bool:
    return mention.clock is None and mention.date is None and (mention.days_back, mention.weekday) != (None, None)
