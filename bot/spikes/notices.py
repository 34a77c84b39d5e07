"""What is no spike and still worth saying once: missing logs, single clients, names beyond the limits, learning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.spikes.counter import Counter
from bot.spikes.gaps import SILENT_MIN, silent
from bot.spikes.model import MINUTE, Node, Notice
from bot.spikes.wording import dated, part

QUIET_S = 86_400
"""What is for the digest is not told again within a day."""
DIMENSIONS = ("routes", "user agents", "regions")


@dataclass(frozen=True, slots=True)
class Memo:
    """What was said: since when logs are missing, when the digest told of a node, what is full, days known."""

    gone: tuple[tuple[Node, int], ...] = ()
    told: tuple[tuple[Node, int], ...] = ()
    full: frozenset[int] = frozenset()
    days: int = -1
    since: int = 0
    """The minute from whose end on missing logs are told."""


NOTHING = Memo()


class Noticed:
    """What was said already."""

    def __init__(self, memo: Memo = NOTHING) -> None:
        self._gone, self._told = dict(memo.gone), dict(memo.told)
        self._waiting: list[Notice] = []
        self._full, self._days, self._since = memo.full, memo.days, memo.since

    def memory(self) -> Memo:
        """The same as a value."""
        return Memo(tuple(self._gone.items()), tuple(self._told.items()), self._full, self._days, self._since)

    def one_client(self, node: Node, now: int) -> None:
        """Keep for the end of the minute that one client has nearly all the 401s of a node."""
        self._digest(Notice(now, "one_client", node, f"one client has most of the 401s on {part(node)}: no incident"))

    def guessing(self, node: Node, now: int) -> None:
        """Keep for the end of the minute that a log-in route has more 401s while as many get in as ever."""
        text = f"more failed log-ins than usual on {part(node)}, and people get in as ever: somebody guesses"
        self._digest(Notice(now, "guessing", node, text))

    def _digest(self, notice: Notice) -> None:
        self._told = {node: at for node, at in self._told.items() if notice.at - at < QUIET_S}
        if notice.at - self._told.get(notice.node, -QUIET_S) >= QUIET_S:
            self._waiting.append(notice)
            self._told[notice.node] = notice.at

    def minute(self, counter: Counter, minute: int) -> Iterator[Notice]:
        """What is new at the end of a minute."""
        now = minute + MINUTE
        yield from self._learning(counter, now)
        yield from self._folded(counter, now)
        yield from self._gaps(counter, minute, now)
        waiting, self._waiting = self._waiting, []
        yield from waiting

    def _learning(self, counter: Counter, now: int) -> Iterator[Notice]:
        days, self._days = self._days, counter.history.days
        if days < 0 and not counter.history.days:
            text = "learning what is usual: no spike is told before the first midnight UTC after half a day"
            yield Notice(now, "learning", Node(), text)
        if days == 0 and counter.history.days:
            yield Notice(
                now, "learning", Node(), "one day is known: strong spikes are told, after a week weaker ones too"
            )

    def _folded(self, counter: Counter, now: int) -> Iterator[Notice]:
        for place in sorted(counter.nodes.full - self._full):
            text = f"more {DIMENSIONS[place]} than are told apart: further ones are counted together as (other)"
            yield Notice(now, "folded", Node(), text)
        self._full = self._full | counter.nodes.full

    def _gaps(self, counter: Counter, minute: int, now: int) -> Iterator[Notice]:
        gone = silent(counter, minute) if minute > self._since else frozenset()
        for node in sorted(gone - self._gone.keys(), key=str):
            self._gone[node] = now - SILENT_MIN * MINUTE
            yield Notice(now, "gap", node, f"no logs from {part(node)} since {dated(self._gone[node])}")
        for node in [node for node in self._gone if node not in gone]:
            since = self._gone.pop(node)
            if not any(other.holds(node) for other in gone):
                yield Notice(now, "back", node, f"logs from {part(node)} again, missing since {dated(since)}")
