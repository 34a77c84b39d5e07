"""The state of each service's authentication, for whoever shows it: the page, JSON, metrics, App Home."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from redis.asyncio import Redis

from bot import codec
from bot.codec import UnreadableError
from bot.health import state as health
from bot.health.state import State, Trouble
from bot.incidents.record import Record, going_on
from bot.services import Service
from bot.spikes import change_log
from bot.spikes.model import Change, Rules
from bot.spikes.watch import hours
from bot.spikes.watch.hours import HOURS, LastDay
from bot.spikes.wording import dated
from bot.store import key

Level = Literal["ok", "warning", "bad", "unknown"]
WORST: tuple[Level, ...] = ("bad", "warning", "ok", "unknown")
STALE_S = 300.0
"""What is older says nothing of now."""
CLOCK_WARNING_S, CLOCK_BAD_S = 5.0, 30.0
CERTIFICATE_WARNING_DAYS, CERTIFICATE_BAD_DAYS = 14, 3
CHANGES_S = 86400.0
MOST_CHANGES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The share of a service's requests that are answered 401, as its watcher last counted it."""

    at: float
    """Seconds since 1970."""
    now: float
    """Both 0..1."""
    usual: float
    total: int
    """Requests, and those of them answered 401, in the time that `now` is about."""
    unauthorized: int
    lag_s: float
    """How far the watcher is behind the clock."""
    learning: bool = False
    """Nothing is known yet of what is usual."""


@dataclass(frozen=True, slots=True)
class Incident:
    """A spike of 401s that people have been told of and that is not over."""

    id: str
    first_line: str
    """What is hit, how much against how much, since when and after what."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is known of a service."""

    id: Literal["endpoint", "keys", "clock", "certificate", "share"]
    label: str
    level: Level
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStatus:
    """One service."""

    name: str
    environment: str = ""
    state: State | None = None
    """As it was last seen from outside; None before the first look."""
    share: Share | None = None
    """None where nobody watches its logs."""
    last_day: LastDay | None = None
    incidents: tuple[Incident, ...] = ()
    """Those that are open, the latest first."""
    changes: tuple[Change, ...] = ()
    """Of the last day, the latest first, a few."""
    at: float
    """The moment this is about, in seconds since 1970."""

    @property
    def rows(self) -> tuple[Row, ...]:
        """What there is to say, always the same five things."""
        return _endpoint(self), _keys(self), _clock(self), _certificate(self), _share(self)

    @property
    def level(self) -> Level:
        """The worst of what is known; an open incident is trouble."""
        return "bad" if self.incidents else worst(row.level for row in self.rows)

    @property
    def answers_as_expected(self) -> bool | None:
        """Whether its addresses do; None where none was asked lately."""
        asked = [e for e in self.state.endpoints if not _unasked(e.trouble)] if self.state and self.fresh else []
        return not any(e.trouble for e in asked) if asked else None

    @property
    def keys_reachable(self) -> bool | None:
        """Whether its provider's keys can be had; None where none was asked lately."""
        keys = self.state.keys if self.state and self.fresh else None
        return None if keys is None or _unasked(keys.trouble) else keys.trouble is None

    @property
    def clock_s(self) -> float | None:
        """The largest difference of its clocks, in seconds ahead of the clock here."""
        found = [e.clock_s for e in self.state.endpoints if e.clock_s is not None] if self.state else []
        return max(found, key=abs, default=None)

    @property
    def certificate_ends(self) -> float | None:
        """When the first of its certificates expires, in seconds since 1970."""
        found = [e.certificate.ends for e in self.state.endpoints if e.certificate] if self.state else []
        return min(found, default=None)

    @property
    def certificate_days(self) -> float | None:
        """Days until then."""
        return None if self.certificate_ends is None else (self.certificate_ends - self.at) / 86400

    @property
    def fresh(self) -> bool:
        """Whether it was looked at lately."""
        return self.state is not None and self.at - self.state.at <= STALE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """All services at one moment."""

    at: float
    """Seconds since 1970."""
    services: tuple[ServiceStatus, ...] = ()

    @property
    def level(self) -> Level:
        """The worst of all."""
        return worst(service.level for service in self.services)


async def read(redis: Redis, services: Sequence[Service]) -> Status:
    """What is known now. Raises RedisError and OSError."""
    now, open_ = time.time(), await going_on(redis)
    incidents = {s.name: tuple(_incident(r) for r in open_ if r.told.service == s.name) for s in services}
    found = (_service(redis, service, incidents[service.name], now) for service in services)
    return Status(at=now, services=tuple(await asyncio.gather(*found)))


def _incident(record: Record) -> Incident:
    return Incident(record.id, record.told.first_line)


async def _service(redis: Redis, service: Service, incidents: tuple[Incident, ...], now: float) -> ServiceStatus:
    state, counted, last_day, changes = await asyncio.gather(
        health.load(redis, service.name),
        redis.get(key("share", service.name)),
        hours.read(redis, service.name, now),
        change_log.recent(redis, service.name, now - CHANGES_S),
    )
    return ServiceStatus(
        name=service.name,
        environment=service.environment or "",
        state=state,
        share=_read(str(counted or "")),
        last_day=last_day,
        incidents=incidents,
        changes=changes[::-1][:MOST_CHANGES],
        at=now,
    )


def _read(text: str) -> Share | None:
    with suppress(UnreadableError):
        return codec.load(Share, text) if text else None
    return None


def worst(levels: Iterable[Level]) -> Level:
    """The worst of several."""
    return min(levels, key=WORST.index, default="unknown")


def _endpoint(one: ServiceStatus) -> Row:
    state = one.state
    if state is None or not one.fresh:
        return Row("endpoint", "Endpoint", "unknown", _unseen(one))
    troubles = [e.trouble for e in state.endpoints if e.trouble]
    if troubles:
        return Row("endpoint", "Endpoint", worst(map(_level, troubles)), "; ".join(map(_told, troubles)))
    if not state.endpoints:
        return Row("endpoint", "Endpoint", "unknown", "no address is named")
    answers = "; ".join(f"{e.status}{_offered(e.schemes)}" for e in state.endpoints)
    return Row("endpoint", "Endpoint", "ok", f"answers as expected: {answers}")


def _unseen(one: ServiceStatus) -> str:
    return f"not looked at since {dated(one.state.at)}" if one.state else "not looked at yet"


def _offered(schemes: tuple[str, ...]) -> str:
    return f" {', '.join(schemes)}" if schemes else ""


def _keys(one: ServiceStatus) -> Row:
    if one.state is None or not one.fresh:
        return Row("keys", "Signing keys", "unknown", _unseen(one))
    keys = one.state.keys
    if keys is None:
        return Row("keys", "Signing keys", "unknown", "no provider is named")
    if keys.trouble:
        return Row("keys", "Signing keys", _level(keys.trouble), _told(keys.trouble))
    count = f"{len(keys.keys)} key{'' if len(keys.keys) == 1 else 's'}"
    return Row("keys", "Signing keys", "ok" if keys.keys else "bad", f"{count} at {keys.address}")


def _clock(one: ServiceStatus) -> Row:
    if one.clock_s is None or not one.fresh:
        return Row("clock", "Clock", "unknown", "no Date header was seen" if one.fresh else _unseen(one))
    off = abs(one.clock_s)
    level: Level = "bad" if off > CLOCK_BAD_S else "warning" if off > CLOCK_WARNING_S else "ok"
    way = "ahead of" if one.clock_s > 0 else "behind"
    # A Date header counts whole seconds, and the answer took its time.
    return Row("clock", "Clock", level, "as here, within 2 s" if off < 2 else f"{off:,.0f} s {way} the clock here")


def _certificate(one: ServiceStatus) -> Row:
    days, ends = one.certificate_days, one.certificate_ends
    if days is None or ends is None:
        return Row("certificate", "Certificate", "unknown", "none was seen" if one.state else _unseen(one))
    until = f"{datetime.fromtimestamp(ends, UTC):%Y-%m-%d}"
    if days < 0:
        return Row("certificate", "Certificate", "bad", f"ended on {until}")
    level: Level = "bad" if days < CERTIFICATE_BAD_DAYS else "warning" if days < CERTIFICATE_WARNING_DAYS else "ok"
    return Row("certificate", "Certificate", level, f"{days:.0f} days left, until {until}")


def _share(one: ServiceStatus) -> Row:
    share, rules = one.share, Rules()
    if share is None:
        return Row("share", "401s", "unknown", "not watched")
    if one.at - share.at > STALE_S:
        return Row("share", "401s", "unknown", f"not counted since {dated(share.at)}")
    usual = "still learning what is usual" if share.learning else f"usual {_percent(share.usual)}"
    text = ", ".join((*_counted(share, one.last_day), usual))
    if share.learning or not share.total:
        return Row("share", "401s", "unknown", text)
    expected = share.usual * share.total
    many = share.unauthorized - expected >= rules.least_excess and share.unauthorized >= rules.least_ratio * expected
    return Row("share", "401s", "warning" if many else "ok", text)


def _counted(share: Share, day: LastDay | None) -> Iterator[str]:
    """What was counted in the last day, or since counting began, and now."""
    if day:
        span = "last day" if day.hours == HOURS else f"last {day.hours} hours" if day.hours > 1 else "last hour"
        if not day.total:
            yield f"no requests in the {span}"
            return
        yield f"{span} {_percent(day.unauthorized / day.total)} ({day.unauthorized:,} of {day.total:,})"
    yield f"now {_percent(share.now)}" if share.total else "no requests now"


def _percent(share: float) -> str:
    """A share 0..1, with a blank that breaks no line."""
    return f"{share * 100:.1f}\u00a0%"


def _unasked(trouble: Trouble | None) -> bool:
    return trouble is not None and trouble.kind == "unasked"


def _level(trouble: Trouble) -> Level:
    if _unasked(trouble):
        return "unknown"
    return "bad" if trouble.rounds >= health.CONFIRMED else "warning"


def _told(trouble: Trouble) -> str:
    return trouble.text if _unasked(trouble) else f"{trouble.text}, since {dated(trouble.since)}"
