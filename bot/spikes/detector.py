"""The detector: minute by minute from counts to what people are told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.spikes.attribution import Heard, Named, attribute, measured, one_client, still_served
from bot.spikes.changes import cause, last
from bot.spikes.counter import Counter
from bot.spikes.detect import Firing, blip_over, chances, firing, goes_on, score_since
from bot.spikes.model import MINUTE, Alert, Change, Count, Incident, Node, Notice, Rules
from bot.spikes.notices import Memo, Noticed
from bot.spikes.recent import LONGEST, Sums

LOOKS = (2, 5)
"""An incident's attribution is looked at again after so many minutes,"""
GAIN = 1.25
"""and changed when another node explains so much more."""
BLIP_S = 900
"""So long after a change a spike may be what is left of a blip."""
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be told at the end of a minute."""

    alerts: tuple[Alert, ...]
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """What a detector knows besides its counts: plain values, to go on with elsewhere."""

    incidents: tuple[Incident, ...]
    closed: tuple[Incident, ...]
    before: tuple[Node, ...]
    """Those that fired at the end of the last minute."""
    noticed: Memo


def incident_id(name: str, opened: int, node: Node) -> str:
    """An id that is never given again: whose incident, when it was opened, and a hash of what was hit then."""
    digest = hashlib.blake2s(repr(tuple(node)).encode("utf-8", "replace"), digest_size=4).hexdigest()
    return "-".join(filter(None, (name, f"{datetime.fromtimestamp(opened, UTC):%Y%m%dT%H%M}", digest)))


class Detector:
    """Feed it every minute once, in order; it returns what is to be said.

    Not a word on spikes before the first midnight UTC after half a day: nothing is known of what is usual.
    """

    def __init__(self, rules: Rules | None = None, changes: Sequence[Change] = (), name: str = "") -> None:
        """`name` begins the ids of its incidents: that of the service."""
        self.rules, self.name = rules or Rules(), name
        self.changes = list(changes)
        self.counter = Counter(self.rules)
        self.incidents: tuple[Incident, ...] = ()
        """Those that are open, with their numbers up to now."""
        self._closed: tuple[Incident, ...] = ()
        self._before: frozenset[int] = frozenset()
        self._noticed = Noticed()
        self._heard: Heard | None = None
        self._chances = 0.0

    def minute(self, minute: int, counts: Iterable[Count]) -> Said:
        """Take what came with the end of a minute, of it and late of others; what is said at its end."""
        counter, now = self.counter, minute + MINUTE
        self._heard = None
        if counter.minute(minute, counts):
            self._before = frozenset()  # the nodes have new numbers
        alerts: list[Alert] = []
        if counter.history.days:
            sums = counter.recent.sums()
            self._chances = chances(sums)
            found = firing(sums, counter.phi, self.rules)
            alerts = [*self._follow(now, sums, found), *self._open(now, sums, found)]
        return Said(tuple(alerts), tuple(self._noticed.minute(counter, minute)))

    def memory(self) -> Memory:
        """What it knows besides its counts."""
        before = tuple(self.counter.nodes.names[number] for number in sorted(self._before))
        return Memory(self.incidents, self._closed, before, self._noticed.memory())

    def resume(self, memory: Memory) -> None:
        """Go on from there; the counter has its counts already."""
        self.incidents, self._closed = memory.incidents, memory.closed
        self._before = frozenset(self.counter.nodes.find(node) for node in memory.before)
        self._noticed = Noticed(memory.noticed)

    def _follow(self, now: int, sums: Sums, found: Firing) -> list[Alert]:
        """Carry the open incidents on."""
        followed = [self._again(self._seen(known, now, sums, found), now, sums) for known in self.incidents]
        over = [i for i in followed if now - i.fired >= self.rules.silent_min * MINUTE]
        changed = [
            new
            for old, new in zip(self.incidents, followed, strict=True)
            if new not in over and (old.node, old.cause) != (new.node, new.cause)
        ]
        self.incidents = tuple(i for i in followed if i not in over)
        self._closed = tuple(i for i in (*self._closed, *over) if now - i.fired < LONGEST * MINUTE)
        return [*(Alert(now, "closed", i) for i in over), *(Alert(now, "update", i) for i in changed)]

    def _seen(self, incident: Incident, now: int, sums: Sums, found: Firing) -> Incident:
        number = self.counter.nodes.find(incident.node)
        if not (found.score(number) >= self.rules.score and goes_on(sums, number)):
            return incident
        return replace(
            incident,
            fired=now,
            observed=incident.observed + int(sums.bad[0, number]),
            expected=incident.expected + float(sums.expected[0, number]),
        )

    def _again(self, incident: Incident, now: int, sums: Sums) -> Incident:
        """Look at the attribution once more when it is time."""
        if incident.looked >= len(LOOKS) or now < incident.opened + LOOKS[incident.looked] * MINUTE:
            return incident
        incident = replace(incident, looked=incident.looked + 1)
        number = self.counter.nodes.find(incident.node)
        better = attribute(self.counter, sums, number, now, self._apart_from(incident.node))
        gained = better.weights[self.counter.nodes.find(better.node)] > GAIN * max(better.weights[number], 0.0)
        if better.node != incident.node and gained:
            return self._told(incident, better)
        if incident.cause is None:
            return self._told(incident, measured(sums, number, incident.node, now, better.weights))
        return incident

    def _open(self, now: int, sums: Sums, found: Firing) -> list[Alert]:
        """Open an incident for what fires and is not explained by one that is known."""
        fired = [(number, score) for number, score in found.ranked() if score >= self._needed(number)]
        alerts = []
        for number, score in fired:
            if incident := self._suspect(number, score, now, sums):
                self.incidents = (*self.incidents, incident)
                alerts.append(Alert(now, "open", incident))
        self._before = frozenset(number for number, _ in fired)
        return alerts

    def _suspect(self, number: int, score: float, now: int, sums: Sums) -> Incident | None:
        node = self.counter.nodes.names[number]
        if any(self._related(node, i.node) for i in self.incidents) or self._blips(number, node, now, sums):
            return None
        score = self._since(number, score, now, sums)
        if score < self._needed(number) or (score < self._needed(number, sure=True) and number not in self._before):
            return None
        named = attribute(self.counter, sums, number, now, self._apart_from(node))
        at = self.counter.nodes.find(named.node)
        if named.node.route in self.counter.logins and still_served(self.counter, sums, at, named, now):
            self._noticed.guessing(named.node, now)
            return None
        if self._heard is None:
            self._heard = Heard.of(self.counter)
        if loudest := one_client(self.counter, self._heard, at, named, now):
            self._noticed.one_client(Node(*loudest), now)
            return None
        own = incident_id(self.name, now, named.node)
        return self._told(Incident(id=own, node=named.node, opened=now, fired=now, score=score), named)

    def _blips(self, number: int, node: Node, now: int, sums: Sums) -> bool:
        """Whether a node may only have blipped as something in it was changed: too early to tell, or over."""
        age = now - last(self.changes, node, now)
        if age >= BLIP_S:
            return False
        settled = int(age - self.rules.settle_s) // MINUTE
        return settled < 1 or blip_over(sums, number, -(-int(age) // MINUTE), settled)

    def _since(self, number: int, score: float, now: int, sums: Sums) -> float:
        """A node's score, by what happened since an incident that it had a part in was over."""
        node = self.counter.nodes.names[number]
        spent = max((i.fired for i in self._closed if i.node.agrees(node)), default=0)
        if now - spent >= LONGEST * MINUTE:
            return score
        return score_since(sums, number, self.counter.phi, self.rules, (now - spent) // MINUTE)

    def _related(self, node: Node, hit: Node) -> bool:
        """Whether an incident may be what a node fires for; log-in routes count in no node that names no route."""
        return node.agrees(hit) and not (hit.route in self.counter.logins and node.route is None)

    def _apart_from(self, node: Node) -> list[Node]:
        return [i.node for i in self.incidents if not i.node.agrees(node)]

    def _needed(self, number: int, *, sure: bool = False) -> float:
        """The score that a node needs to be told: in two minutes running, or at once; more where many are asked."""
        rules = self.rules
        young = rules.young_score if self.counter.history.days < WEEK_DAYS else 0.0
        if self.counter.nodes.names[number].route in self.counter.logins:
            return rules.login_score + young
        return (rules.sure if sure else rules.score) + young + self._chances

    def _told(self, incident: Incident, named: Named) -> Incident:
        return replace(
            incident,
            node=named.node,
            onset=named.onset,
            observed=named.observed,
            expected=named.expected,
            cause=cause(self.changes, named.node, named.span),
        )
