"""Who is refused again and again, and whether callers can be told apart at all."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

from bot.spikes.model import Cell
from bot.spikes.repeats import FEW, SPELL_S, Repeats
from bot.spikes.sources.interface import Asked
from bot.spikes.taken import Refusal

PROXY = 0.3
"""An address with so much of all requests is no caller but a proxy: callers cannot be told apart then."""
MOST_CALLERS = 200_000
"""That are remembered; then those of the oldest half hour are forgotten, and count anew."""
MOST_COUNTED = 50_000
KEPT_COUNTED = 1_000
ENOUGH = 1_000
"""Requests of an hour on which it is judged whether callers can be told apart."""
HOUR = 3600


class Callers:
    """Remembers hashes of callers, and how often each was refused."""

    def __init__(self, asked: Mapping[int, Mapping[str, int]] | None = None, proxy: bool | None = None) -> None:
        """`asked`: by half hour and caller how often; `proxy`: what is known of callers, as in `proxy`."""
        self._asked = {spell: dict(some) for spell, some in (asked or {}).items()}
        self._remembered = sum(map(len, self._asked.values()))
        self.fresh: Counter[tuple[int, str]] = Counter()
        """By half hour and caller what is not kept yet."""
        self.proxy = proxy
        """Whether callers could not be told apart in the last busy hour; None: there was none yet."""
        self._repeats = Repeats()
        self._requests: Counter[bytes] = Counter()
        self._rest = 0
        self._hour = 0
        self._alike: bool | None = None
        """Whether they cannot be told apart now, where it was looked at since requests came."""

    def seen(self, requests: Iterable[bytes] | Mapping[bytes, int], now: float) -> None:
        """Count requests by caller: one that makes most of them is a proxy, and stands for many."""
        if now // HOUR != self._hour:
            if self._requests.total() + self._rest >= ENOUGH:
                self.proxy = self.alike()
            self._requests.clear()
            self._hour, self._rest = int(now // HOUR), 0
        self._requests.update(requests)
        if len(self._requests) > MOST_COUNTED:
            busy = Counter(dict(self._requests.most_common(KEPT_COUNTED)))
            self._rest += self._requests.total() - busy.total()
            self._requests = busy
        self._alike = None

    def alike(self) -> bool:
        """Whether the callers of this hour cannot be told apart."""
        return max(self._requests.values(), default=0) >= PROXY * (self._requests.total() + self._rest)

    def _proxied(self) -> bool:
        if self._alike is None:
            self._alike = self.alike() if self.proxy is None else self.proxy
        return self._alike

    def repeated(self, refusal: Refusal) -> Iterable[tuple[Cell, int]]:
        """What this refusal changes in the numbers of repeated ones of its minute, cell by cell; counts it."""
        return self.again(Asked(refusal.minute, refusal.cell, refusal.caller, 1))

    def again(self, some: Asked) -> Iterable[tuple[Cell, int]]:
        """The same of several refusals of a caller."""
        if not some.caller:
            return ()
        spell, who = some.minute // SPELL_S, _hash(some)
        asked = self._asked.setdefault(spell, {})
        before = asked.get(who, 0)
        asked[who] = before + some.times
        if not before:
            self._remembered += 1
            self._forget()
        if few := min(some.times, max(FEW - before, 0)):
            self.fresh[spell, who] += few
        if some.times == few or self._proxied():
            return ()
        return self._repeats.changes(some.minute, some.cell, some.caller, some.times - few)

    def _forget(self) -> None:
        while self._remembered > MOST_CALLERS:
            self._remembered -= len(self._asked.pop(min(self._asked)))


def _hash(some: Asked) -> str:
    told = b"\0".join((some.caller, *(name.encode("utf-8", "replace") for name in some.cell)))
    return hashlib.blake2s(told, digest_size=8).hexdigest()
