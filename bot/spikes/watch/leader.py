"""The one process that counts a service: reads its logs, judges every minute that is over, and hands on the news.

Everything that a step changes is written at once: the counts, how far the logs are read, what the detector knows, and
the news. So a process that is killed leaves a state in which each line counts once and nothing is told twice.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from redis.asyncio import Redis

from bot import codec
from bot.codec import UnreadableError
from bot.errors import UsageError
from bot.incidents.told import Noticed, Told
from bot.logs.follow import Block
from bot.logs.follower import Follower
from bot.services import Service
from bot.spikes import change_log
from bot.spikes.callers import Callers
from bot.spikes.detector import Detector, Said
from bot.spikes.history import BIN
from bot.spikes.lines import Lines
from bot.spikes.model import MINUTE, Count, Node, Notice
from bot.spikes.sources import samples
from bot.spikes.watch import hours, keeping, learn, state
from bot.spikes.watch.feed import Fed, Feed
from bot.spikes.watch.keeping import Keys
from bot.spikes.watch.lease import Command, Lease
from bot.spikes.watch.ledger import DAY, HOURS_S, Ledger
from bot.spikes.watch.news import SHARE_MIN, Teller, news, share
from bot.spikes.watch.options import Watch
from bot.spikes.watch.samples import Samples
from bot.spikes.watch.state import Writer
from bot.spikes.watch.words import Word, Words
from bot.store import key

WATERMARK_S = 15
"""A minute is judged so long after its end; what comes later is counted with the next one."""
FLUSH_S = 10
AT_ONCE = 32 << 20
"""Bytes of logs that are counted between two writes."""
MOST_WAITING = 500_000
"""Counts that wait at most, while logs of long ago are read: then the oldest minutes are judged."""
SHARE_S = 600
MOST_NOTICES = 50
NOTICES_S = 7 * 86_400

log = logging.getLogger(__name__)

SILENCE = {"gap", "back"}
Tell = Callable[[Redis, Told | Noticed], Awaitable[object]]
"""Takes news durably; may be given the same again."""
Clock = Callable[[], float]


@dataclass(slots=True)
class Leader:
    """The state of counting one service, while the lease is held."""

    redis: Redis
    service: Service
    lease: Lease
    tell: Tell
    clock: Clock
    keys: Keys
    lines: Lines
    detector: Detector
    ledger: Ledger
    follower: Follower
    feeds: tuple[Feed, ...]
    writer: Writer
    judged: int
    """The last minute that was judged."""
    spoken: dict[str, int] = field(default_factory=dict)
    held: Samples = field(default_factory=Samples)
    flushed: float = 0.0
    _blocks: Iterator[Block] | None = None

    async def start(self, *, anew: bool) -> None:
        """Write where we stand before anything is read, so that nothing from here on can be lost."""
        if anew:
            await asyncio.to_thread(self._read)  # where the logs end now: what comes from here on counts
            old = [name async for name in self.redis.scan_iter(match=self.keys.every())]
            await self.lease.step([("UNLINK", name) for name in old if not self.lease.owns(name)])
        learnt = await self._learnt() if anew else []
        day = self.detector.counter.day
        bins = set(range(day * DAY, (day + 1) * DAY, BIN)) if anew and day is not None else set()
        kept = self._kept(self.judged, bins)
        await self.lease.step([*self._counted(), *learnt, *kept])
        await self.deliver()

    async def round(self) -> bool:
        """Read what came, judge the minutes that are over, write. True when there is more to read already."""
        now = self.clock()  # before reading: a minute is over only when it was looked for after its end
        more = await asyncio.to_thread(self._read)
        for feed in self.feeds:
            if counted := feed.poll(now):
                self.ledger.count(counted, now)
        self._note()
        due = int(now - WATERMARK_S) // MINUTE * MINUTE - MINUTE
        due = min([due, *(feed.judged_to(now) for feed in self.feeds)])
        if not more:
            await self._judge_to(due)
        elif self.ledger.size() > MOST_WAITING:
            await self._judge_to(min(due, sorted(self.ledger.waiting)[len(self.ledger.waiting) // 2]))
        if more or now - self.flushed >= FLUSH_S or now < self.flushed:
            await self.flush()
        return more

    async def flush(self) -> None:
        """Write what was counted since, with the place that it reaches."""
        await self.lease.step(self._counted())
        self.flushed = self.clock()

    async def close(self) -> None:
        """Let go of the files and the stores."""
        self.follower.close()
        for feed in self.feeds:
            await feed.close()

    async def deliver(self) -> None:
        """Hand on the news that is written."""
        name = self.keys.of("outbox")
        for text in await self.redis.lrange(name, 0, -1):
            if (news_ := _news(str(text))) is not None:
                await self.tell(self.redis, news_)
            await self.lease.step([("LPOP", name)])

    def _read(self) -> bool:
        """Count what came; True when it was much and there may be more."""
        size, now = 0, self.clock()
        reference = datetime.fromtimestamp(now, UTC).astimezone()
        if self._blocks is None:
            self._blocks = self.follower.blocks()
        for block in self._blocks:
            taken = self.lines.read(block.raw, block.file, reference)
            self.ledger.add(taken, now)
            self.held.add(taken.refusals, block.file)
            size += len(block.raw)
            if size >= AT_ONCE:
                return True
        self._blocks = None
        return False

    def _note(self) -> None:
        for note in self.follower.notes():
            log.warning("%s", note)
        if self.ledger.strange:
            log.warning("%d answers of %s were not counted: their times are far off", *self._strange())

    def _strange(self) -> tuple[int, str]:
        number, self.ledger.strange = self.ledger.strange, 0
        return number, self.service.name

    async def _judge_to(self, due: int) -> None:
        for minute in range(self.judged + MINUTE, due + MINUTE, MINUTE):
            await self._judge(minute)

    async def _judge(self, minute: int) -> None:
        since = minute - HOURS_S
        self.detector.changes = list(await change_log.recent(self.redis, self.service.name, since))
        counts = self.ledger.take(minute)
        said, told = await asyncio.to_thread(self._said, minute, counts)
        said = replace(said, notices=self._notices(minute, said))
        told = [await self._sampled(one) for one in told]
        learnt = await self._learnt()
        self.judged = minute
        self.held.forget(minute)
        kept = self._kept(minute, {minute, *(count.minute for count in counts)})
        silent = [Noticed(service=self.service.name, notice=one) for one in said.notices if one.kind in SILENCE]
        outbox = [("RPUSH", self.keys.of("outbox"), codec.dump(one)) for one in (*told, *silent)]
        await self.lease.step([*self._counted(), *learnt, *kept, *outbox, *self._beside(minute, said, counts)])
        self.flushed = self.clock()
        for one in told:
            log.warning("%s %s: %s", one.state, one.incident, one.first_line)
        for notice in said.notices:
            log.warning("%s: %s", self.service.name, notice.text)
        await self.deliver()

    def _notices(self, minute: int, said: Said) -> tuple[Notice, ...]:
        """Also of the sources; where one of them explains that nothing comes, that is said once."""
        own = [notice for feed in self.feeds if (notice := feed.notice(minute))]
        explained = {notice.kind for notice in own} | {"gap" for feed in self.feeds if feed.fed.missing}
        return (*own, *(n for n in said.notices if n.node != Node() or n.kind not in explained))

    async def _sampled(self, told: Told) -> Told:
        """With failing requests out of the stores, where none passed by."""
        if told.state != "open" or told.samples or not self.service.stores:
            return told
        since = max(told.onset, told.at - SHARE_MIN * MINUTE)
        found = await samples.failing(self.service.stores, self.lines, told.node, since, told.at)
        return replace(told, samples=found)

    async def _learnt(self) -> list[Command]:
        """At midnight: keep what was learnt, step by step, and speak of it in the next one."""
        if not self.writer.stale:
            return []
        for command in await asyncio.to_thread(self.writer.history):
            await self.lease.step([command])
        return list(self.writer.learn())

    def _kept(self, minute: int, counted: set[int]) -> list[Command]:
        state_ = self.writer.state(minute, self.spoken, self.ledger.callers.proxy, self.lines.callers_told)
        return [*self.writer.names(), *self.writer.bins(counted), state_]

    def _said(self, minute: int, counts: list[Count]) -> tuple[Said, list[Told]]:
        said = self.detector.minute(minute, counts)
        teller = Teller(self.service.name, self.detector, self.ledger, self.held)
        told = [teller.told(minute + MINUTE, *one) for one in news(said, self.detector, self.spoken)]
        open_ = {incident.id for incident in self.detector.incidents}
        self.spoken |= {one.incident: one.observed for one in told}
        self.spoken = {name: observed for name, observed in self.spoken.items() if name in open_}
        return said, told

    def _counted(self) -> list[Command]:
        self.ledger.settle()
        fed = {feed.source.key: feed.fed for feed in self.feeds}
        place = state.place(self.follower.state(), fed, self.ledger, self.judged)
        return [*keeping.counted(self.keys, self.ledger), ("SET", self.keys.of("cursor"), place, "EX", keeping.KEEP_S)]

    def _beside(self, minute: int, said: Said, counts: list[Count]) -> Iterator[Command]:
        """What others read: the share of 401s, now and by the hour, and what is no spike and still worth saying."""
        told = share(self.detector, minute) | {"lag_s": round(self.clock() - minute - MINUTE, 1)}
        yield ("SET", key("share", self.service.name), json.dumps(told), "EX", SHARE_S)
        yield from hours.counted(self.service.name, minute, counts, self.detector.counter.logins)
        name = key("notices", self.service.name)
        for notice in said.notices:
            yield ("LPUSH", name, codec.dump(notice))
        if said.notices:
            yield ("LTRIM", name, 0, MOST_NOTICES - 1)
            yield ("EXPIRE", name, NOTICES_S)


async def begin(redis: Redis, service: Service, lease: Lease, tell: Tell, clock: Clock) -> Leader:
    """Stand where the last leader stood, or begin anew. Raises UsageError."""
    watch, keys = service.watch or Watch(), Keys(service.name)
    kept = await state.read(redis, keys)
    asked = await keeping.asked(redis, keys, clock())
    detector = Detector(watch.rules, name=service.name)
    judged = kept.state.minute if kept else int(clock()) // MINUTE * MINUTE - MINUTE
    ledger = Ledger(Callers(asked, kept.state.proxy if kept else None), lambda: _words(detector), judged)
    writer, spoken, files = Writer(keys, detector), {}, None
    fed: dict[str, Fed] = {}
    if kept:
        try:
            writer = await state.resume(redis, keys, kept, detector, ledger)
        except (ValueError, KeyError, TypeError):
            raise UsageError(f"what is kept of watching {service.name} is damaged; remove its keys in Redis") from None
        spoken, files, fed = dict(kept.state.spoken), kept.place.files, kept.place.fed
    elif watch.history:
        await asyncio.to_thread(learn.learn, detector, watch.history, judged)
    lines = watch.lines()
    lines.callers_told = bool(kept and kept.state.callers_told)
    this = int(clock()) // MINUTE * MINUTE
    feeds = (Feed(source, fed.get(source.key) or Fed(until=this)) for source in watch.sources(service))
    leading = Leader(
        redis=redis,
        service=service,
        lease=lease,
        tell=tell,
        clock=clock,
        keys=keys,
        lines=lines,
        detector=detector,
        ledger=ledger,
        follower=await asyncio.to_thread(Follower, watched(service), from_start=files is not None, kept=files),
        feeds=tuple(feeds),
        writer=writer,
        judged=judged,
        spoken=spoken,
    )
    await leading.start(anew=kept is None)
    return leading


def _news(text: str) -> Told | Noticed | None:
    kinds: tuple[type[Told] | type[Noticed], ...] = (Told, Noticed)
    for kind in kinds:
        with suppress(UnreadableError):
            return codec.load(kind, text)
    log.error("news that another version wrote cannot be read: dropped")
    return None


def watched(service: Service) -> tuple[str, ...]:
    """The logs whose lines are counted."""
    return (service.watch and service.watch.logs) or service.logs


def _words(detector: Detector) -> Words:
    """Those of a new day: what is told apart already has its place."""
    words = Words()
    singles = ([(place, name) for place, name in enumerate(node) if name is not None] for node in _names(detector))
    words.know(Word(*some[0]) for some in singles if len(some) == 1)
    return words


def _names(detector: Detector) -> list[Node]:
    return detector.counter.nodes.names
