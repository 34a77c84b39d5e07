"""Which moment a written time means, given when it was posted and whose clock the writer lives by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from bot.intake.hours import NOON_S
from bot.intake.mention import Mention

SLACK_S = 150.0
"""How far after the message a time may lie and still be meant: clocks differ."""
HALF_DAY_S = 6 * 3600.0
"""How far back a time without am or pm may lie when its hour has to be turned round for it: further is a wrong zone."""
ODD_S = 12 * 3600.0
"""A bare time of day further back than this was read by the wrong clock: people report within the day."""
HALF_DAY = timedelta(hours=12)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment and how well it is known."""

    at: datetime
    """UTC."""
    precision_s: float
    mention: Mention | None = None


def moment(mention: Mention, posted_at: datetime, tz: tzinfo, home: tzinfo | None = None) -> Moment | None:
    """The moment that is meant, None where the parts name none (31 February) or one outside all reason.

    `home` is the zone that the writer seems to live by where `tz` is none that was told.
    """
    try:
        at = _at(mention, posted_at, tz, home)
    except (ValueError, OverflowError):
        return None
    if at is None or not -400 * 86400 < (at - posted_at).total_seconds() < 2 * 86400:
        return None
    precision = _precision(mention, at, posted_at)
    last = moment(mention.until, posted_at, tz, home) if mention.until else None
    if last and 0 < (last.at - at).total_seconds() < 86400:
        half = (last.at - at) / 2
        at, precision = at + half, half.total_seconds() + 60
    return Moment(at=at.astimezone(UTC), precision_s=precision, mention=mention)


def _at(mention: Mention, posted_at: datetime, tz: tzinfo, home: tzinfo | None) -> datetime | None:
    if mention.epoch is not None:
        return datetime.fromtimestamp(mention.epoch, UTC)
    if mention.back is not None:
        return posted_at - timedelta(seconds=mention.back)
    if mention.clock is not None:
        if mention.local:
            return _clock_at(mention, posted_at, (home or tz,))
        at = _clock_at(mention, posted_at, (home,)) if home and not mention.zones and not mention.seconds else None
        if at is not None and -SLACK_S <= (posted_at - at).total_seconds() <= ODD_S:
            return at
        return _clock_at(mention, posted_at, (tz, UTC))
    return _day_part(mention, posted_at, tz)


def _clock_at(mention: Mention, posted_at: datetime, zones: tuple[tzinfo, ...]) -> datetime | None:
    read = _readings(mention, posted_at, mention.zones or zones)
    return _nearest([*read, *_other_half(mention, posted_at, zones[0])], posted_at, mention)


def _lone(mention: Mention) -> bool:
    return not mention.date and mention.days_back is None and mention.weekday is None and not mention.zones


def _readings(mention: Mention, posted_at: datetime, zones: tuple[tzinfo, ...]) -> Iterator[datetime]:
    """The moments that the words can mean, the likelier zone first."""
    assert mention.clock is not None
    hour, minute, second = mention.clock
    for zone in zones:
        local = posted_at.astimezone(zone)
        for day in _days(mention, local):
            whole = datetime(*day, 0, minute, int(second), int(second % 1 * 1_000_000), tzinfo=zone)
            at = whole.replace(hour=hour) if hour < 24 else whole + timedelta(days=1)
            yield at


def _other_half(mention: Mention, posted_at: datetime, tz: tzinfo) -> Iterator[datetime]:
    """The same on the other half of the day, where the words leave it open and it is not long past."""
    open_ = mention.spoken or (_lone(mention) and not mention.twelve and not mention.seconds)
    if mention.clock is None or not open_ or mention.clock[0] > 12:
        return
    for at in _readings(mention, posted_at, mention.zones or (tz,)):
        turned = at + HALF_DAY if mention.clock[0] < 12 else at - HALF_DAY
        if (posted_at - turned).total_seconds() <= HALF_DAY_S:
            yield turned


def _days(mention: Mention, local: datetime) -> Iterator[tuple[int, int, int]]:
    if mention.date:
        for year, month, day in filter(None, (mention.date, mention.other_date)):
            for candidate in (year,) if year else (local.year, local.year - 1):
                yield candidate, month, day
        return
    if mention.days_back is not None or mention.weekday is not None:
        back = mention.days_back if mention.days_back is not None else (local.weekday() - (mention.weekday or 0)) % 7
        steps: tuple[int, ...] = (back,)
    else:
        steps = (-1, 0, 1)
    for step in steps:
        day_ = local - timedelta(days=step)
        yield day_.year, day_.month, day_.day


def _nearest(readings: list[datetime], posted_at: datetime, mention: Mention) -> datetime | None:
    """The last reading that is not in the future; the first of those that are alike."""
    past = [at for at in readings if (at - posted_at).total_seconds() <= max(SLACK_S, mention.slack_s)]
    best = max(past, key=lambda at: at.timestamp()) if past else min(readings, default=None)
    if best is None or mention.zones or mention.local:
        return best
    age = (posted_at - best).total_seconds()
    # Read by the wrong clock: zones differ by whole hours, so the last such hour before the message is meant.
    wrong = -HALF_DAY.total_seconds() < age < -SLACK_S or (age > ODD_S and _lone(mention) and mention.slack_s < NOON_S)
    return best + timedelta(hours=age // 3600) if wrong else best


def _day_part(mention: Mention, posted_at: datetime, tz: tzinfo) -> datetime | None:
    """The middle of the day, or of the part of it that was named; never after the message."""
    zone = mention.zones[0] if mention.zones else tz
    for year, month, day in _days(mention, posted_at.astimezone(zone)):
        first, last = mention.hours or (0.0, 24.0)
        midnight = datetime(year, month, day, tzinfo=zone)
        start, end = midnight + timedelta(hours=first), midnight + timedelta(hours=last)
        if start <= posted_at:
            if mention.since:  # it lasts until the message, and what is long past is in no log that is looked at
                return max(start, posted_at - DAY) + (posted_at - max(start, posted_at - DAY)) / 2
            return start + (min(end, posted_at) - start) / 2
        if mention.date is None:
            return posted_at - timedelta(hours=3)
    return None


def _precision(mention: Mention, at: datetime, posted_at: datetime) -> float:
    age = max(0.0, (posted_at - at).total_seconds())
    if mention.epoch is not None:
        return 2.0
    if mention.back is not None:
        return max(120.0, mention.back * (1.0 if mention.since else 0.5))
    if mention.clock is None:
        hours = mention.hours or (0.0, 24.0)
        return max(900.0, age if mention.since else min(age, (hours[1] - hours[0]) * 1800))
    if mention.since:
        return min(1800.0, max(300.0, age))
    if mention.about:
        return max(300.0, mention.slack_s)
    return 2.0 if mention.seconds else 60.0
