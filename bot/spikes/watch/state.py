"""Where the watching of a service stands: written at the end of every minute, and read by whoever leads next."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Redis

from bot import codec
from bot.codec import UnreadableError
from bot.spikes.detector import Detector, Memory
from bot.spikes.history import BIN, History
from bot.spikes.model import MINUTE, Count, Node
from bot.spikes.nodes import TOTAL
from bot.spikes.past import Past
from bot.spikes.recent import KEPT
from bot.spikes.watch import keeping, packed
from bot.spikes.watch.feed import Fed
from bot.spikes.watch.keeping import KEEP_S, Keys
from bot.spikes.watch.lease import Command
from bot.spikes.watch.ledger import DAY, Ledger, Sum, add, previous

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is known besides the counts."""

    minute: int
    """The last one that was judged."""
    day: int | None
    watched: int
    logins: frozenset[str]
    learnt: int
    """The day whose history is in use; 0: none."""
    learnt_nodes: int
    days: int
    weight: tuple[float, ...]
    memory: Memory
    spoken: dict[str, int]
    """By open incident the 401s that were told last."""
    proxy: bool | None
    callers_told: bool = False
    """As of `Lines`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far the logs are counted."""

    files: dict[str, Any]
    """The follower's state."""
    latest: int
    """The latest minute of which anything was counted."""
    late: tuple[tuple[int, int, int, int, int], ...]
    """Minute, cell, total, unauthorized, repeated of what came late and is not judged yet."""
    fed: dict[str, Fed] = field(default_factory=dict)
    """How far the sources are counted, by key."""


def place(files: dict[str, Any], fed: dict[str, Fed], ledger: Ledger, judged: int) -> str:
    """The place as it is kept."""
    late = tuple(
        (minute, number, *some)
        for minute, cells in ledger.waiting.items()
        if minute <= judged
        for number, some in cells.items()
    )
    return codec.dump(Place(files=files, fed=fed, latest=max([judged, *ledger.waiting]), late=late))


class Writer:
    """Keeps a detector: what changed since it was kept last."""

    def __init__(
        self, keys: Keys, detector: Detector, learnt: int = 0, learnt_nodes: int = 0, nodes: int = TOTAL + 1
    ) -> None:
        """`learnt`: the day whose history is kept already, of so many nodes; `nodes`: how many of all are."""
        self._keys, self._detector = keys, detector
        self._learnt, self._learnt_nodes, self._nodes = learnt, learnt_nodes, nodes

    @property
    def stale(self) -> bool:
        """Whether a day was learnt that is not kept yet."""
        return self._detector.counter.day not in (None, self._learnt)

    def history(self) -> list[Command]:
        """What keeps what was learnt: a step each, done before anything speaks of it. Takes seconds."""
        counter = self._detector.counter
        name = self._keys.of("h", counter.day or 0)
        return [("HSET", name, *field) for field in packed.history_fields(counter.history, len(counter.nodes))]

    def learn(self) -> Iterator[Command]:
        """Speak of the history of this day from now on."""
        counter = self._detector.counter
        assert counter.day is not None
        yield ("EXPIRE", self._keys.of("h", counter.day), KEEP_S)
        yield ("UNLINK", self._keys.of("h", self._learnt), self._keys.of("n"))
        self._learnt, self._learnt_nodes, self._nodes = counter.day, len(counter.nodes), TOTAL + 1

    def names(self) -> Iterator[Command]:
        """The nodes that are new."""
        names = self._detector.counter.nodes.names[self._nodes :]
        for at in range(0, len(names), 1000):
            yield ("RPUSH", self._keys.of("n"), *(json.dumps(node) for node in names[at : at + 1000]))
        if names:
            yield ("EXPIRE", self._keys.of("n"), KEEP_S)
        self._nodes += len(names)

    def bins(self, minutes: set[int]) -> Iterator[Command]:
        """The bins of today to which these minutes added."""
        counter = self._detector.counter
        name = self._keys.of("t", counter.day or 0)
        for at in sorted({minute % DAY // BIN for minute in minutes if minute // DAY == counter.day}):
            yield ("HSET", name, at, packed.row(counter.today, at, len(counter.nodes)))
        yield ("EXPIRE", name, 2 * DAY)

    def state(self, minute: int, spoken: dict[str, int], proxy: bool | None, callers_told: bool) -> Command:
        """Where it stands."""
        counter = self._detector.counter
        kept = State(
            minute=minute,
            day=counter.day,
            watched=counter.watched,
            logins=counter.logins,
            learnt=self._learnt,
            learnt_nodes=self._learnt_nodes,
            days=counter.history.days,
            weight=tuple(counter.history.weight),
            memory=self._detector.memory(),
            spoken=spoken,
            proxy=proxy,
            callers_told=callers_told,
        )
        return ("SET", self._keys.of("state"), codec.dump(kept), "EX", KEEP_S)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was found in Redis."""

    state: State
    place: Place


async def read(redis: Redis, keys: Keys) -> Kept | None:
    """Where watching stood; None where nothing is kept, or by another version."""
    state, place_ = await redis.mget(keys.of("state"), keys.of("cursor"))
    if state is None or place_ is None:
        return None
    try:
        return Kept(codec.load(State, str(state)), codec.load(Place, str(place_)))
    except UnreadableError as error:
        log.warning("what was kept of watching cannot be read (%s): it begins anew", error)
        return None


async def resume(redis: Redis, keys: Keys, kept: Kept, detector: Detector, ledger: Ledger) -> Writer:
    """Bring a detector and a ledger to where they stood. Raises ValueError or KeyError where something is damaged."""
    state = kept.state
    waiting = range(state.minute + MINUTE, kept.place.latest + MINUTE, MINUTE)
    before = previous(state.minute)
    for day in range(before[0] // DAY, max(kept.place.latest, state.minute) // DAY + 1):
        ledger.days[day] = await keeping.words(redis, keys, day)
    counts = await keeping.minutes(redis, keys, [*before, *waiting])
    past = await _past(redis, keys, state)
    await asyncio.to_thread(_rebuild, kept, counts, past, detector, ledger)
    return Writer(keys, detector, state.learnt, state.learnt_nodes, TOTAL + 1 + len(past.names))


def _rebuild(kept: Kept, counts: dict[int, dict[int, Sum]], past: Past, detector: Detector, ledger: Ledger) -> None:
    """Put what was read where it was; with many cells this takes its time."""
    state = kept.state
    for minute, number, *some in kept.place.late:
        _take_out(counts, minute, number, (some[0], some[1], some[2]))
        add(ledger.waiting, minute, {number: (some[0], some[1], some[2])})
    recent: list[Count] = []
    for minute, cells in counts.items():
        if minute <= state.minute:
            ledger.remember(minute, cells)
            recent += ledger.counts(minute, cells) if minute > state.minute - KEPT * MINUTE else ()
        else:
            add(ledger.waiting, minute, cells)
    detector.counter.resume(past, recent)
    detector.resume(state.memory)


def _take_out(counts: dict[int, dict[int, Sum]], minute: int, number: int, some: Sum) -> None:
    """What came late stands among the counts of its minute, and is judged later."""
    if number in counts.get(minute, {}):
        add(counts, minute, {number: (-some[0], -some[1], -some[2])})


async def _past(redis: Redis, keys: Keys, state: State) -> Past:
    names = tuple(Node(*json.loads(text)) for text in await redis.lrange(keys.of("n"), 0, -1))
    history = History(0)
    if state.learnt:
        fields = (await keeping.many(redis, [("HGETALL", keys.of("h", state.learnt))], raw=True))[0]
        history = packed.history_from(_numbered(fields), state.learnt_nodes)
    history.days, history.weight = state.days, list(state.weight)
    bins = (await keeping.many(redis, [("HGETALL", keys.of("t", state.day or 0))], raw=True))[0]
    return Past(
        names=names,
        history=history,
        day=state.day,
        watched=state.watched,
        minute=state.minute,
        logins=state.logins,
        bins=packed.rows_from(_numbered(bins)),
    )


def _numbered(fields: Any) -> dict[int, bytes]:
    told = fields.items() if isinstance(fields, dict) else zip(fields[::2], fields[1::2], strict=True)
    return {int(field): data for field, data in told}
