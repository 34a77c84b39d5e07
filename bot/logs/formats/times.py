"""Timestamps as logs write them, to aware UTC datetimes.

A stamp without a zone is read on the clock of the reference, UTC mostly; one without a year, day or order of day and
month is read as the latest moment that does not lie after the report was posted.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

Convert = Callable[[re.Match[str], datetime], datetime]
Parts = Mapping[str, str | None]
"""The named groups of a stamp: hour, minute, second, fraction, half of the day and zone, those that it has."""

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan ene gen janv januar january", "feb fév fev lut févr februar february",
            "mar mär mrz mrt mars märz march", "apr avr abr kwi avril april", "may mai mag maj mei",
            "jun juin giu cze june", "jul juil lug lip july juillet", "aug ago août sie august",
            "sep set sept wrz september",
            "oct okt ott out paź october oktober", "nov lis november", "dec dez déc dic des gru december dezember",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
"""Months as programs name them in the language of their machine -> their number."""
ZONES = {"CET": 1, "CEST": 2, "BST": 1, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "PDT": -7, "PST": -8}
"""Hours ahead of UTC of the abbreviations that databases and Java print; anything else is UTC."""
AT_UTC = frozenset({"Z", "UTC", "GMT", "+0000", "+00:00", "+00"})
"""How most stamps with a zone name UTC."""
LEEWAY = timedelta(days=1)
"""How far after the report a guessed date may lie (zones, clocks)."""


def _micro(fraction: str | None) -> int:
    return int(fraction[:6].ljust(6, "0")) if fraction else 0


def _zoned(moment: datetime, zone: str | None, reference: datetime) -> datetime:
    if not zone:
        return _placed(moment, reference)
    if zone in AT_UTC:
        return moment.replace(tzinfo=UTC)
    if "/" in zone:
        return moment.replace(tzinfo=_place(zone)).astimezone(UTC)
    if zone[0] not in "+-":
        return (moment - timedelta(hours=ZONES.get(zone, 0))).replace(tzinfo=UTC)
    shift = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:].lstrip(":") or 0))
    return (moment - shift if zone[0] == "+" else moment + shift).replace(tzinfo=UTC)


def _placed(moment: datetime, reference: datetime) -> datetime:
    return moment.replace(tzinfo=reference.tzinfo or UTC).astimezone(UTC)


def _place(name: str) -> tzinfo:
    """The zone of a place (`Europe/Berlin`), as PHP writes it; UTC where no such zone is known."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # few logs name a place

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _latest(candidates: Iterable[datetime | None], reference: datetime) -> datetime:
    """The latest that does not lie after the report, of those that the calendar has."""
    known = [c for c in candidates if c is not None]
    if not known:
        raise ValueError("no such date")
    return max((c for c in known if c <= reference + LEEWAY), default=min(known))


def _made(year: int, month: int, day: int, part: Parts, reference: datetime) -> datetime:
    hour, half = int(part["hour"] or 0), part.get("half")
    if half:
        hour = hour % 12 + (12 if half[0] in "Pp" else 0)
    clock = hour, int(part["minute"] or 0), min(int(part.get("second") or 0), 59), _micro(part.get("fraction"))
    return _zoned(datetime(year, month, day, *clock), part.get("zone"), reference)


def _if_any(year: int, month: int, day: int, part: Parts, reference: datetime) -> datetime | None:
    """The moment where the calendar has such a day."""
    there = 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
    return _made(year, month, day, part, reference) if there else None


def _month(text: str) -> int:
    return int(text) if text.isdecimal() else MONTHS.get(text.lower(), 0)


def _iso(m: re.Match[str], reference: datetime) -> datetime:
    clock = m[2].replace(".", ":", 2) if m[3] == "." else m[2]
    moment = datetime.fromisoformat(f"{m[1]}T{clock if clock[2] == ':' else '0' + clock}")
    return _zoned(moment, m[4], reference)


def _dated(m: re.Match[str], reference: datetime) -> datetime:
    """A stamp that says which of its numbers is what."""
    part, year = m.groupdict(), int(m["year"])
    return _made(year if year > 99 else 2000 + year, _month(m["month"]), int(m["day"]), part, reference)


def _yearless(m: re.Match[str], reference: datetime) -> datetime:
    return _in_some_year(_month(m["month"]), int(m["day"]), m.groupdict(), reference)


def _month_first(m: re.Match[str], reference: datetime) -> datetime:
    """The year before the time of day, behind it, or nowhere."""
    if not (year := m["year"] or m["last"]):
        return _yearless(m, reference)
    return _made(int(year), _month(m["month"]), int(m["day"]), m.groupdict(), reference)


def _in_some_year(month: int, day: int, part: Parts, reference: datetime) -> datetime:
    years = range(reference.year - 1, reference.year + 2)
    return _latest((_if_any(year, month, day, part, reference) for year in years), reference)


def _numeric(m: re.Match[str], reference: datetime) -> datetime:
    """Day first or month first: both are tried, the calendar and the report's date decide."""
    orders = {(int(m["one"]), int(m["two"])), (int(m["two"]), int(m["one"]))}
    part, year = m.groupdict(), int(m["year"])
    return _latest((_if_any(year, month, day, part, reference) for day, month in orders), reference)


def _day_and_month(m: re.Match[str], reference: datetime) -> datetime:
    """As `_numeric`, without a year."""
    orders = {(int(m["one"]), int(m["two"])), (int(m["two"]), int(m["one"]))}
    part = m.groupdict()
    return _latest((_in_some_year(month, day, part, reference) for day, month in orders if month <= 12), reference)


def _short_year(m: re.Match[str], reference: datetime) -> datetime:
    """Two digits each, the year first or last: the calendar and the report's date decide."""
    one, two, three = int(m["one"]), int(m["two"]), int(m["three"])
    orders = {(one, two, three), (three, two, one), (three, one, two)}
    part = m.groupdict()
    return _latest((_if_any(2000 + year, month, day, part, reference) for year, month, day in orders), reference)


def _clock_only(m: re.Match[str], reference: datetime) -> datetime:
    today = _made(reference.year, reference.month, reference.day, m.groupdict(), reference)
    return today if today <= reference + timedelta(hours=1) else today - timedelta(days=1)


def _hex_epoch(m: re.Match[str], _: datetime) -> datetime:
    """OpenLDAP's debug stamps: seconds in hexadecimal, from 2.5 on with nanoseconds as well."""
    return from_epoch(int(m[1], 16)) + timedelta(microseconds=int(m[2] or "0", 16) // 1000)


def _epoch(m: re.Match[str], _: datetime) -> datetime:
    return from_epoch(float(m[1]))


MONTH = r"(?P<month>[^\W\d_]{3,9})\.?"
BETWEEN = r"(?:T|[\])\"']?[\s,;|:_/-]{1,3}(?:time=)?[\[(\"']?|\]\[|\.,? )"
"""What stands between a day and the time of day: a letter, a blank, a mark, or the brackets and quotes of each."""
CLOCK = r"(?P<hour>\d\d?):(?P<minute>\d\d):(?P<second>\d\d)(?:(?:[.:]|,(?=\d{3,9}(?![\d.])))(?P<fraction>\d{1,9}))?"
HALF = r"(?:[ \u202f]?(?P<half>[AaPp][Mm])\b)?"
OFFSETS = (
    r"[+-]\d\d:?\d\d(?![\d:])|(?<=\d)[+-]\d\d(?![\d:])|(?:UTC|GMT|" + "|".join(ZONES) + r")\b"
    r"|[A-Z][a-z]+/[A-Z][\w+-]+(?:/[A-Z][\w+-]+)?"
)
ZONE = rf"(?: ?(?P<zone>Z\b|{OFFSETS}))?"
BEFORE = r"^(?:<\d{1,3}>(?:1 )?)?[*.]?(?:\[?[A-Z]{4,8}\]?:? {1,4})?(?:\w{1,12}=)?[\[({<\"']?"
"""What may stand before a stamp that would be taken for other numbers elsewhere: a level, a name, a bracket."""
CLF = re.compile(rf"(?<!\d)(?P<day>\d\d?)/{MONTH}/(?P<year>\d{{4}})[: ]{CLOCK}{ZONE}")
Stamps = tuple[tuple[str, re.Pattern[str], Convert], ...]
STAMPS: Stamps = (
    (
        "iso",
        re.compile(
            rf"(?<!\d)(?<!\w-)(\d{{4}}-\d\d-\d\d){BETWEEN}(\d\d?([:.])\d\d\3\d\d(?:\.\d+|,\d{{3,9}}(?![\d.]))?)"
            rf"(?: ?(Z\b|{OFFSETS}))?"
        ),
        _iso,
    ),
    ("clf", CLF, _dated),
    (
        "slashed",
        re.compile(rf"(?<!\d)(?P<year>\d{{4}})[/.](?P<month>\d\d)[/.](?P<day>\d\d){BETWEEN}{CLOCK}{ZONE}"),
        _dated,
    ),
    (
        "numeric",
        re.compile(rf"(?<!\d)(?P<one>\d\d?)[/.-](?P<two>\d\d?)[/.-](?P<year>\d{{4}}){BETWEEN}{CLOCK}{HALF}{ZONE}"),
        _numeric,
    ),
    (
        "named",
        re.compile(
            rf"(?<![\d:])(?P<day>\d\d?)[ /.-]{{0,2}}{MONTH}[ /.-]{{0,2}}(?P<year>\d{{4}}|\d\d)"
            rf"{BETWEEN}{CLOCK}{HALF}{ZONE}"
        ),
        _dated,
    ),
    (
        "month-first",
        re.compile(
            rf"(?<![\w/-]){MONTH}[ /]{{1,2}}(?P<day>\d\d?)(?:(?:[,/]|,? )(?P<year>\d{{4}})(?:{BETWEEN}|,? at )| )"
            rf"{CLOCK}\b{HALF}{ZONE}(?: (?P<last>\d{{4}})\b)?"
        ),
        _month_first,
    ),
)
"""(name, pattern, how its groups are read): the kinds that are a date wherever they stand, the commonest first.

The first group of each begins where the stamp does.
"""
FIRST: Stamps = (
    ("syslog", re.compile(rf"^(?:<\d{{1,3}}>)?{MONTH} {{1,2}}(?P<day>\d\d?) {CLOCK}\b(?! \d{{4}}\b)"), _yearless),
    ("epoch", re.compile(rf"{BEFORE}(1\d{{9}}(?:\d{{3}}){{0,3}}(?:\.\d+)?)(?![\w.])"), _epoch),
)
"""What carriers put before lines that may hold a stamp of their own: tried before all else."""
LEADING: Stamps = (
    (
        "slapd",
        re.compile(r"([4-9a-f][0-9a-f]{7})(?:\.([0-9a-f]{8}))?(?= 0x[0-9a-f]{6,16} | conn=\d)"),
        _hex_epoch,
    ),
    ("day-first", re.compile(rf"{BEFORE}(?:[A-Z][a-z]{{2}},? )?(?P<day>\d\d?) {MONTH} {CLOCK}\b"), _yearless),
    ("day-and-month", re.compile(rf"{BEFORE}(?P<one>\d\d?)[/.-](?P<two>\d\d?)\.?[ |]{CLOCK}\b"), _day_and_month),
    (
        "short-year",
        re.compile(rf"{BEFORE}(?P<one>\d\d?)([-/.])(?P<two>\d\d?)\2(?P<three>\d\d){BETWEEN}{CLOCK}\b{HALF}{ZONE}"),
        _short_year,
    ),
    (
        "compact",
        re.compile(
            r"(?:\[[DIWEC] |\[|[DIWEFV]| {0,6}\d{1,7}:)?(?P<year>20\d\d|\d\d)(?P<month>\d\d)(?P<day>\d\d)"
            r"(?:[T_/: -] ?|(?<=20\d{6}))(?P<hour>\d\d?):?(?P<minute>\d\d):?(?P<second>\d\d)"
            rf"(?:[.,](?P<fraction>\d{{1,9}}))?{ZONE}(?!\w)"
        ),
        _dated,
    ),
    (
        "klog",
        re.compile(
            r"(?:[IWEF](?=.{4} )|\[(?:\d+:){0,2}(?=.{4}/))(?P<month>\d\d)(?P<day>\d\d)[ /]"
            r"(?P<hour>\d\d):?(?P<minute>\d\d):?(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?(?!\d)"
        ),
        _yearless,
    ),
    (
        "minutes",
        re.compile(
            rf"{BEFORE}(?P<year>\d{{4}})[/.-](?P<month>\d\d)[/.-](?P<day>\d\d)[ T]"
            rf"(?P<hour>\d\d?):(?P<minute>\d\d){HALF}{ZONE}(?![\w:])"
        ),
        _dated,
    ),
    (
        "minutes",
        re.compile(
            rf"{BEFORE}(?P<day>\d\d)[.](?P<month>\d\d)[.](?P<year>\d{{4}})[ -]"
            r"(?P<hour>\d\d):(?P<minute>\d\d)(?![\w:])"
        ),
        _dated,
    ),
    ("clock", re.compile(rf"^[\[(]?{CLOCK}{HALF}(?P<zone>Z)?(?=[\s\]),|]|$)"), _clock_only),
    ("kitchen", re.compile(r"^[\[(]?(?P<hour>\d\d?):(?P<minute>\d\d) ?(?P<half>[AP]M)(?=[\s\]),|]|$)"), _clock_only),
)
"""The kinds that only the start of a line tells from other numbers; last the times of day that name no day."""
CLOCKED = re.compile(r"\d[:.]\d\d[:.]\d\d")
"""What every stamp has that may stand anywhere: a time of day; a day in numbers looks like one as well."""
PERHAPS = re.compile(r"\d:\d\d|\d{6}|^[0-9a-f]{8}\b")
"""What the others have."""
OPENING = re.compile(r"<\d{1,3}>|[\[(]?[^\W\d_]{2,10}\.?,? ")
"""What may stand before the stamp in a value that states a time: syslog's priority, the day of the week."""
LONGEST_DAY = 40
"""Characters of a stamp before its time of day, at most."""
FIRST_YEAR, LAST_YEAR = 1900, 9900
"""Before and after, a stamp stands for none (.NET's `0001-01-01`), and no window fits around it in the calendar."""
NEAR = 40
"""A stamp that begins this early is the line's own: no other kind is tried."""
FURTHEST = timedelta(hours=14)
"""No clock is further from UTC (IANA time zone database)."""
OFFSET = re.compile(
    r"(?<=[:.,\d]\d\d) ?(?:(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)(?![\d:])"
    r"|(?P<name>Z|UTC|" + "|".join(ZONES) + r")\b)"
)
"""The zone behind a time of day."""
EARLY = 96
"""Most stamps end before here: the rest of a line is searched only where none did."""
REACH = 400
"""Characters of a line in which its stamp is looked for."""


def likely(time: datetime) -> datetime:
    """The time itself; raises ValueError where it stands for none, or no window fits around it."""
    if not FIRST_YEAR <= time.year <= LAST_YEAR:
        raise ValueError("stands for no time")
    return time


def from_epoch(number: float) -> datetime:
    """Seconds, or milli-, micro- or nanoseconds, since 1970. Raises ValueError beyond the calendar."""
    for unit in (1e9, 1e6, 1e3):
        if abs(number) >= 1e9 * unit:
            number /= unit
            break
    try:
        return likely(datetime.fromtimestamp(number, UTC))
    except (OverflowError, OSError) as error:
        raise ValueError("no such time") from error


@lru_cache(maxsize=1024)
def clf(text: str) -> datetime | None:
    """The time of a whole `31/Dec/2026:23:59:59 +0000`, None where there is no such; lines of one second share it."""
    match = CLF.match(text)
    try:
        return likely(_dated(match, datetime.max.replace(tzinfo=UTC))) if match else None
    except (ValueError, OverflowError):
        return None


def find(text: str, reference: datetime) -> tuple[datetime, int, int] | None:
    """The first stamp near the start of a line: (time, where it begins, where it ends)."""
    clock = CLOCKED.search(text, 0, REACH)
    if clock is None and not PERHAPS.search(text, 0, EARLY):
        return None
    found = _first(text, reference, clock.start() if clock else EARLY, EARLY)
    if found is not None and found[2] < EARLY:
        return found
    return _first(text, reference, clock.start(), REACH) if clock and len(text) > EARLY else found


def _first(text: str, reference: datetime, clock: int, reach: int) -> tuple[datetime, int, int] | None:
    """The first stamp of a line whose first time of day stands at `clock`, as far as it reaches."""
    for _, pattern, convert in FIRST:
        if found := _earlier(None, pattern.match(text, 0, reach), convert, reference):
            return found
    best: tuple[datetime, int, int] | None = None
    for _, pattern, convert in STAMPS if clock < reach else ():
        best = _earlier(best, pattern.search(text, max(clock - LONGEST_DAY, 0), reach), convert, reference)
        if best is not None and best[1] < NEAR:
            return best
    for _, pattern, convert in LEADING:
        best = _earlier(best, pattern.match(text, 0, reach), convert, reference)
    return best


def _earlier(
    best: tuple[datetime, int, int] | None, match: re.Match[str] | None, convert: Convert, reference: datetime
) -> tuple[datetime, int, int] | None:
    """What the match states where it begins before the best so far, else that."""
    if match is None or (best is not None and match.start(1) >= best[1]):
        return best
    try:
        return likely(convert(match, reference)), match.start(1), match.end()
    except (ValueError, OverflowError):  # 31 February, hour 25
        return best


def value(text: str, reference: datetime) -> datetime | None:
    """The time that a field's whole value states: any stamp, or a number since 1970."""
    found = find(text, reference)
    if found and (found[1] < 3 or OPENING.fullmatch(text, 0, found[1])):
        return found[0]
    try:
        number = float(text)
        return from_epoch(number) if 1e8 < number < 1e20 else None
    except ValueError:
        return None


def ahead(text: str) -> timedelta | None:
    """How far ahead of UTC the clock is that a text's first zoned time was read from; None where none names a zone."""
    found = OFFSET.search(text)
    if found is None:
        return None
    if found["name"]:
        return timedelta(hours=ZONES.get(found["name"], 0))
    shift = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
    if shift > FURTHEST:
        return None
    return -shift if found["sign"] == "-" else shift
