"""Counting by node: what comes in by cell is added to all seven nodes above it, and judged against what is usual."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from bot.spikes.history import BIN, PRIOR, Day, History, place
from bot.spikes.model import MINUTE, Count, Rules
from bot.spikes.nodes import FAMILIES, Nodes
from bot.spikes.past import Past
from bot.spikes.recent import Recent
from bot.spikes.unrest import over_windows, unrest
from bot.spikes.usual import Tree, flat, seasonal

Array = NDArray[np.float64]
FIRST_ROOM = 512
STILL_LOGIN = 0.5
"""A log-in route stays one until its share falls below so much of what made it one."""
LOGIN_EVIDENCE = 20
"""401s that a share must rest on to make a route a log-in route."""
WITH_ROUTE = np.array([0 in dims for dims in FAMILIES])
DAY = 86_400
MOST_SHARES = 64
"""Times of day whose shares are kept: those of a chart of some hours."""
WHOLE_DAY = 720
"""Minutes from which a day may stand for what is usual."""


class Counter:
    """Everything that is counted and learnt. Feed it minute by minute; it says what is usual."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.nodes = Nodes(rules)
        self.history = History(FIRST_ROOM)
        self.recent = Recent(FIRST_ROOM)
        self.today = Day.empty(FIRST_ROOM)
        self.heard: deque[Count] = deque()
        """Counts by cell, as long as a window reaches back."""
        self.logins: frozenset[str] = rules.apart
        self._shares: dict[tuple[int, int], Array] = {}
        self.day: int | None = None
        """The day that is counted, in days since 1970 UTC."""
        self.watched = 0
        """Minutes of it so far."""
        self._settle()

    @property
    def room(self) -> int:
        """Nodes that fit into the arrays."""
        return self.recent.total.shape[1]

    def minute(self, minute: int, counts: Iterable[Count]) -> bool:
        """Count what came with the end of a minute, of it and of minutes before; whether a day was learnt."""
        learnt = self._new_day(minute)
        self.watched += 1
        self.recent.turn(minute)
        for at, some in groupby(sorted(counts, key=lambda c: c.minute), key=lambda c: c.minute):
            self._count(at, list(some))
        while self.heard and not self.recent.holds(self.heard[0].minute):
            self.heard.popleft()
        return learnt

    def _count(self, minute: int, counts: Sequence[Count]) -> None:
        numbers = self.nodes.above(self.nodes.rows(count.cell for count in counts))
        login = np.array([count.cell.route in self.logins for count in counts])
        numbers = np.where(login[:, None] & ~WITH_ROUTE, 0, numbers)
        if len(self.nodes) > self.room:
            self._grow()
        elif len(self.nodes) > self._settled:
            self._settle()
        size = self.room

        def by_node(values: Sequence[int]) -> Array:
            sums = np.bincount(numbers.ravel(), np.repeat(values, len(FAMILIES)), minlength=size)
            sums[0] = 0
            return np.asarray(sums, np.float64)

        total = by_node([count.total for count in counts])
        bad = by_node([count.unauthorized - count.repeated for count in counts])
        _, at = place(minute)
        expected = total * self.share(minute)
        if self.day is not None and minute // DAY == self.day:
            self.today.total[at] += total
            self.today.bad[at] += bad
            self.today.expected[at] += expected
        if self.recent.holds(minute):
            self.recent.add(minute, total, bad, expected)
            self.heard.extend(counts)

    def resume(self, past: Past, counts: Iterable[Count]) -> None:
        """Stand where another counter stood. `counts` are those of the minutes that are still judged."""
        self.nodes.restore(past.names)
        self.history = past.history
        self.day, self.watched, self.logins = past.day, past.watched, past.logins
        self._fit()
        self.recent.turn(past.minute)
        for at, some in groupby(sorted(counts, key=lambda c: c.minute), key=lambda c: c.minute):
            self._count(at, list(some))
        self.today = Day.empty(self.room)
        for at, (total, bad) in past.bins.items():
            share = self.share((past.day or 0) * DAY + at * BIN)[: len(total)]
            for held, row in ((self.today.total, total), (self.today.bad, bad), (self.today.expected, total * share)):
                held[at, : len(total)] = row

    def share(self, minute: int) -> Array:
        """The usual share of 401s of every node at a time of day."""
        when = place(minute)
        found = self._shares.get(when)
        if found is None:
            if len(self._shares) > MOST_SHARES:
                self._shares.clear()
            found = np.maximum(seasonal(self.history, self.tree, self.flat, *when), self.flat.share)
            self._shares[when] = found
        return found

    def usual_total(self, minute: int) -> Array:
        """Requests a minute that are usual for each node at a time of day; 0 where no such day is known."""
        kind, at = place(minute)
        total, _ = self.history.near(kind, at)
        return total * MINUTE / (3 * BIN * max(self.history.weight[kind], 1.0))

    def _new_day(self, minute: int) -> bool:
        """At midnight what was counted becomes history."""
        day = minute // DAY
        if self.day is None:
            self.day = day
        if day == self.day:
            return False
        self.history.learn(self.today, place(self.day * DAY)[0], self.unrest, whole=self.watched >= WHOLE_DAY)
        self.today = Day.empty(self.room)
        self.day, self.watched = day, 0
        self._forget()
        self._settle()
        self._part()
        return True

    def _forget(self) -> None:
        total, _ = self.history.flat
        before = len(self.nodes)
        kept = self.nodes.keep(total.tolist())
        if len(kept) == before:
            return
        for holder, name in self._arrays():
            old = getattr(holder, name)
            new = np.zeros_like(old)
            new[..., : len(kept)] = old[..., kept]
            setattr(holder, name, new)
        self.history.settle()

    def _part(self) -> None:
        """Take log-in routes out of what does not name a route, from now on and from what was learnt."""
        share, evidence = self.flat.share, self.flat.evidence
        found = set(self.rules.apart)
        for number, node in enumerate(self.nodes.names):
            if self.nodes.family[number] == 1 and evidence[number] >= LOGIN_EVIDENCE:
                least = self.rules.login_share * (STILL_LOGIN if node.route in self.logins else 1)
                if share[number] >= least:
                    found.add(str(node.route))
        for route in sorted(found ^ self.logins):
            self._shift(route, -1 if route in found else 1)
        self.history.settle()
        self.logins = frozenset(found)
        self._settle()

    def _shift(self, route: str, sign: int) -> None:
        """Add a route to, or take it from, what was learnt of the nodes that name none."""
        for number, node in enumerate(self.nodes.names):
            if number and node.route is None:
                mine = self.nodes.find(node._replace(route=route))
                for held in (self.history.total, self.history.bad):
                    if node.user_agent is not None and node.region is not None:
                        held[..., number] = 0  # not known by route: to be learnt anew, borrowing from above
                    else:
                        held[..., number] = np.maximum(held[..., number] + sign * held[..., mine], 0)

    def _grow(self) -> None:
        more = len(self.nodes) - self.room + len(self.nodes) // 2
        for holder, name in self._arrays():
            old = getattr(holder, name)
            setattr(holder, name, np.concatenate([old, np.zeros((*old.shape[:-1], more), old.dtype)], axis=-1))
        self.history.settle()
        self._settle()

    def _fit(self) -> None:
        """Give all arrays one length, with room for every node."""
        room = max(FIRST_ROOM, len(self.nodes))
        for holder, name in self._arrays():
            old = getattr(holder, name)
            new = np.zeros((*old.shape[:-1], room), old.dtype)
            size = min(room, old.shape[-1])
            new[..., :size] = old[..., :size]
            setattr(holder, name, new)
        self.history.settle()
        self._settle()

    def _arrays(self) -> list[tuple[object, str]]:
        return [
            *((self.history, name) for name in ("total", "bad", "strayed", "weighed")),
            *((held, name) for held in (self.recent, self.today) for name in ("total", "bad", "expected")),
        ]

    def _settle(self) -> None:
        """Work out anew what follows from the nodes and the history."""
        self._settled = len(self.nodes)
        spare = self.room - self._settled
        parents = np.array(self.nodes.parents)
        self.tree = Tree(*(np.pad(a, (0, spare)) for a in (np.array(self.nodes.family), parents[:, 0], parents[:, 1])))
        self.flat = flat(self.history, self.tree)
        self.unrest = unrest(self.history, self.tree)
        self.phi = over_windows(self.unrest) + 1 / (self.flat.evidence + PRIOR)
        self._shares.clear()
