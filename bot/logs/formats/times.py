"""Timestamps as logs write them, to aware UTC datetimes.

A stamp without a zone is read on the clock of the reference, UTC mostly; one without a year, day or order of day and
month is read as the latest moment that does not lie after the report was posted.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

Convert = Callable[[re.Match[str], datetime], datetime]

NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS = {name: number for number, name in enumerate(NAMES, start=1)}
ZONES = {"CET": 1, "CEST": 2, "BST": 1, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "PDT": -7, "PST": -8}
"""Hours ahead of UTC of the abbreviations that databases and Java print; anything else is UTC."""
LEEWAY = timedelta(days=1)
"""How far after the report a guessed date may lie (zones, clocks)."""
HOUR_CLOCK = r"(\d\d?):(\d\d):(\d\d)(?:[.,](\d+))?"
CLOCK = r"(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?"


def _micro(fraction: str | None) -> int:
    return int(fraction[:6].ljust(6, "0")) if fraction else 0


def _zoned(moment: datetime, zone: str | None, reference: datetime) -> datetime:
    if not zone:
        return _placed(moment, reference)
    if "/" in zone:
        return moment.replace(tzinfo=_place(zone)).astimezone(UTC)
    if zone[0] not in "+-":
        return (moment - timedelta(hours=ZONES.get(zone, 0))).replace(tzinfo=UTC)
    shift = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
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


def _latest(candidates: list[datetime], reference: datetime) -> datetime:
    past = [c for c in candidates if c <= reference + LEEWAY]
    return max(past) if past else min(candidates)


def _make(year: int, month: int, day: int, clock: tuple[str | None, ...]) -> datetime:
    hour, minute, second, fraction = clock
    return datetime(year, month, day, int(hour or 0), int(minute or 0), min(int(second or 0), 59), _micro(fraction))


def _iso(m: re.Match[str], reference: datetime) -> datetime:
    moment = datetime.fromisoformat(f"{m[1]}T{m[2].replace('.', ':', 2) if m[3] == '.' else m[2]}")
    return moment.replace(tzinfo=UTC) if m[4] in {"Z", "UTC"} else _zoned(moment, m[4], reference)


def _slashed(m: re.Match[str], reference: datetime) -> datetime:
    return _placed(_make(int(m[1]), int(m[2]), int(m[3]), m.groups()[3:7]), reference)


def _named_month(m: re.Match[str], reference: datetime) -> datetime:
    return _zoned(_make(int(m[3]), MONTHS[m[2]], int(m[1]), m.groups()[3:7]), m[8], reference)


def _ctime(m: re.Match[str], reference: datetime) -> datetime:
    return _placed(_make(int(m[7]), MONTHS[m[1]], int(m[2]), m.groups()[2:6]), reference)


def _yearless(month: int, day: int, clock: tuple[str | None, ...], reference: datetime) -> datetime:
    candidates = []
    for year in range(reference.year - 1, reference.year + 2):
        try:
            candidates.append(_placed(_make(year, month, day, clock), reference))
        except ValueError:  # 29 February outside a leap year
            continue
    if not candidates:
        raise ValueError("no such day in any near year")
    return _latest(candidates, reference)


def _syslog(m: re.Match[str], reference: datetime) -> datetime:
    return _yearless(MONTHS[m[1]], int(m[2]), m.groups()[2:6], reference)


def _day_first(m: re.Match[str], reference: datetime) -> datetime:
    return _yearless(MONTHS[m[2]], int(m[1]), m.groups()[2:6], reference)


def _klog(m: re.Match[str], reference: datetime) -> datetime:
    return _yearless(int(m[1]), int(m[2]), m.groups()[2:6], reference)


def _two_digit_year(m: re.Match[str], reference: datetime) -> datetime:
    return _placed(_make(2000 + int(m[1]), int(m[2]), int(m[3]), m.groups()[3:7]), reference)


def _numeric(m: re.Match[str], reference: datetime) -> datetime:
    """Day first or month first: both are tried, the calendar and the report's date decide."""
    first, second, half = int(m[1]), int(m[2]), timedelta()
    hour = int(m[4])
    if m[8]:
        half = timedelta(hours=(hour % 12 + (12 if m[8] == "PM" else 0)) - hour)
    candidates = []
    for day, month in {(first, second), (second, first)}:
        if 1 <= month <= 12:
            candidates.append(_placed(_make(int(m[3]), month, day, m.groups()[3:7]) + half, reference))
    if not candidates:
        raise ValueError("no such date")
    return _latest(candidates, reference)


def _day_and_month(m: re.Match[str], reference: datetime) -> datetime:
    """As `_numeric`, without a year."""
    candidates = [
        _yearless(month, day, m.groups()[2:6], reference)
        for day, month in {(int(m[1]), int(m[2])), (int(m[2]), int(m[1]))}
        if 1 <= month <= 12
    ]
    if not candidates:
        raise ValueError("no such date")
    return _latest(candidates, reference)


def _short_year(m: re.Match[str], reference: datetime) -> datetime:
    """Two digits each, the year first or last: the calendar and the report's date decide."""
    one, two, three = (int(part) for part in m.groups()[:3])
    candidates = []
    for year, month, day in ((one, two, three), (three, two, one), (three, one, two)):
        if 1 <= month <= 12 and 1 <= day <= monthrange(2000 + year, month)[1]:
            candidates.append(_placed(_make(2000 + year, month, day, m.groups()[3:7]), reference))
    if not candidates:
        raise ValueError("no such date")
    return _latest(candidates, reference)


def _clock_only(m: re.Match[str], reference: datetime) -> datetime:
    today = _placed(_make(reference.year, reference.month, reference.day, m.groups()[0:4]), reference)
    return today if today <= reference + timedelta(hours=1) else today - timedelta(days=1)


def _hex_epoch(m: re.Match[str], _: datetime) -> datetime:
    """OpenLDAP's debug stamps: seconds in hexadecimal, from 2.5 on with nanoseconds as well."""
    return from_epoch(int(m[1], 16)) + timedelta(microseconds=int(m[2] or "0", 16) // 1000)


def _epoch(m: re.Match[str], _: datetime) -> datetime:
    return from_epoch(float(m[1]))


MONTH = "(" + "|".join(MONTHS) + ")"
CLF = re.compile(rf"(?<!\d)(\d\d?)/{MONTH}/(\d{{4}})[: ]{CLOCK}(?: ([+-]\d{{4}}))?")
STAMPS: tuple[tuple[str, re.Pattern[str], Convert], ...] = (
    (
        "iso",
        re.compile(
            r"(?<![\d-])(\d{4}-\d\d-\d\d)(?:[T\t]| {1,2})(\d\d([:.])\d\d\3\d\d(?:[.,]\d+)?)"
            r"(?: ?(Z\b|[+-]\d\d:?\d\d(?![\d:])|UTC\b|" + "|".join(rf"{z}\b" for z in ZONES) + "))?"
        ),
        _iso,
    ),
    ("clf", CLF, _named_month),
    ("slashed", re.compile(rf"(?<!\d)(\d{{4}})[/.](\d\d)[/.](\d\d)(?: -)? {CLOCK}"), _slashed),
    ("ctime", re.compile(rf"\b[A-Z][a-z][a-z] {MONTH} +(\d\d?) {CLOCK} (\d{{4}})\b"), _ctime),
    (
        "dashed",
        re.compile(rf"(?<!\d)(\d\d?)-{MONTH}-(\d{{4}}) {CLOCK}(?: ([A-Z][A-Za-z]+(?:/[\w+-]+)*))?"),
        _named_month,
    ),
    ("syslog", re.compile(rf"^(?:<\d{{1,3}}>)?{MONTH} +(\d\d?) {CLOCK}\b"), _syslog),
    ("day-first", re.compile(rf"^\[?(?:[A-Z][a-z]{{2}},? )?(\d\d?) {MONTH} {CLOCK}\b"), _day_first),
    ("tornado", re.compile(rf"^\[[DIWEC] (\d\d)(\d\d)(\d\d) {CLOCK}(?= [\w.]+:\d+\])"), _two_digit_year),
    ("klog", re.compile(rf"^[IWEF](\d\d)(\d\d) {CLOCK}"), _klog),
    (
        "numeric",
        re.compile(rf"(?<!\d)(\d\d?)[/.-](\d\d?)[/.-](\d{{4}}),? {HOUR_CLOCK}(?:[ \u202f]([AP]M)\b)?"),
        _numeric,
    ),
    ("epoch", re.compile(r"^\[?(1\d{9}(?:\d{3})?(?:\.\d+)?)(?![\w.])"), _epoch),
    (
        "slapd",
        re.compile(r"^([4-9a-f][0-9a-f]{7})(?:\.([0-9a-f]{8}))?(?= 0x[0-9a-f]{6,16} | conn=\d)"),
        _hex_epoch,
    ),
    ("day-and-month", re.compile(rf"^\[?(\d\d?)[/.-](\d\d?)\.? {CLOCK}\b"), _day_and_month),
    ("short-year", re.compile(rf"^\[?(\d\d)[-/.](\d\d)[-/.](\d\d) {CLOCK}\b"), _short_year),
    ("clock", re.compile(rf"^\[?{CLOCK}(?= )"), _clock_only),
)
"""(name, pattern, how its groups are read): the kinds of stamps, the commonest first."""
FIRST_YEAR, LAST_YEAR = 1900, 9900
"""Before and after, a stamp stands for none (.NET's `0001-01-01`), and no window fits around it in the calendar."""
NEAR = 40
"""A stamp that begins this early is the line's own: no other kind is tried."""
FURTHEST = timedelta(hours=14)
"""No clock is further from UTC (IANA time zone database)."""
OFFSET = re.compile(
    r"(?<=\d[:.]\d\d) ?(?:(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)(?![\d:])"
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
        return likely(_named_month(match, datetime.max.replace(tzinfo=UTC))) if match else None
    except (ValueError, KeyError, OverflowError):
        return None


def find(text: str, reference: datetime) -> tuple[datetime, int, int] | None:
    """The first stamp near the start of a line: (time, where it begins, where it ends)."""
    found = _first(text, reference, EARLY)
    if found is not None and found[2] < EARLY:
        return found
    return _first(text, reference, REACH) if len(text) > EARLY else found


def _first(text: str, reference: datetime, reach: int) -> tuple[datetime, int, int] | None:
    best: tuple[datetime, int, int] | None = None
    for _, pattern, convert in STAMPS:
        match = pattern.search(text, 0, reach)
        if match is None or (best is not None and match.start() >= best[1]):
            continue
        try:
            best = likely(convert(match, reference)), match.start(), match.end()
        except (ValueError, OverflowError):  # 31 February, hour 25
            continue
        if best[1] < NEAR:
            break
    return best


def value(text: str, reference: datetime) -> datetime | None:
    """The time that a field's whole value states: any stamp, or a number since 1970."""
    found = find(text, reference)
    if found and found[1] < 3:
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
