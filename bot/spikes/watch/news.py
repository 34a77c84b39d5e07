"""From what the detector says to what people are told: everything of an incident in one value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import dropwhile

import numpy as np

from bot.incidents.told import Part, Point, Told
from bot.spikes.detector import Detector, Said
from bot.spikes.model import MINUTE, Incident, State
from bot.spikes.nodes import TOTAL
from bot.spikes.recent import LONGEST
from bot.spikes.watch.ledger import HOURS_S, Ledger, previous
from bot.spikes.watch.samples import Samples
from bot.spikes.wording import first_line

CONTRIBUTORS = 5
GROWN = 1.1
"""So many times the 401s that were told are news."""
DEVIATIONS = 3.0
"""The band of what is usual reaches so many standard deviations above the expected."""
SHARE_MIN = 10
YOUNG_S = 3600
"""So long after its onset an incident is drawn with an hour, finely; then with the hours that are kept."""
Spoken = Mapping[str, int]
"""By incident the 401s that were told."""


def news(said: Said, detector: Detector, spoken: Spoken) -> list[tuple[State, Incident]]:
    """What is worth telling at the end of a minute: what the detector says, and incidents that have grown."""
    found: list[tuple[State, Incident]] = [(alert.state, alert.incident) for alert in said.alerts]
    told = {incident.id for _, incident in found}
    found += (
        ("update", incident)
        for incident in detector.incidents
        if incident.id not in told and incident.observed > GROWN * spoken.get(incident.id, 0)
    )
    return found


class Teller:
    """Puts together what is told of one service's incidents."""

    def __init__(self, service: str, detector: Detector, ledger: Ledger, samples: Samples) -> None:
        self._service, self._detector, self._ledger, self._samples = service, detector, ledger, samples

    def told(self, at: int, state: State, incident: Incident) -> Told:
        """Everything that is known of an incident at a moment."""
        changes = sorted(self._detector.changes, key=lambda change: (-change.at, change.id))
        return Told(
            service=self._service,
            incident=incident.id,
            at=at,
            state=state,
            first_line=first_line(incident),
            node=incident.node,
            onset=incident.onset,
            observed=incident.observed,
            expected=incident.expected,
            cause=incident.cause,
            contributors=tuple(self._contributors(at, incident)),
            series=tuple(dropwhile(lambda point: not point.total, self._series(at, incident))),
            changes=tuple(changes),
            samples=self._samples.of(incident.node, max(incident.onset, at - SHARE_MIN * MINUTE)),
        )

    def _contributors(self, at: int, incident: Incident) -> Iterator[Part]:
        """Of the nodes inside it, those that hold most of what is above normal, one dimension more at a time."""
        counter = self._detector.counter
        sums, nodes = counter.recent.sums(), counter.nodes
        row = min(max((at - incident.onset) // MINUTE, 1), LONGEST) - 1
        above = sums.bad[row] - sums.expected[row]
        named = sum(name is not None for name in incident.node)
        inside = [
            number
            for number in np.flatnonzero(above[: len(nodes)] > 0).tolist()
            if number > TOTAL
            and sum(name is not None for name in nodes.names[number]) == named + 1
            and incident.node.holds(nodes.names[number])
        ]
        for number in sorted(inside, key=lambda number: (-above[number], number))[:CONTRIBUTORS]:
            expected = float(sums.expected[row, number])
            yield Part(node=nodes.names[number], observed=int(sums.bad[row, number]), expected=round(expected, 2))

    def _series(self, at: int, incident: Incident) -> Iterator[Point]:
        counter = self._detector.counter
        node, young = incident.node, at - incident.onset < YOUNG_S
        number = counter.nodes.find(node)
        phi = float(counter.phi[0, number])
        for minute, total, bad in self._ledger.series(
            node, previous(at - MINUTE, YOUNG_S if young else HOURS_S), counter.logins
        ):
            expected = total * float(counter.share(minute)[number])
            high = expected + DEVIATIONS * (expected + phi * expected**2) ** 0.5
            yield Point(minute=minute, total=total, unauthorized=bad, expected=round(expected, 2), high=round(high, 2))


def share(detector: Detector, minute: int) -> dict[str, float | int | bool]:
    """The share of 401s of the last minutes against the usual one, for those who look at the service's state."""
    sums, counter = detector.counter.recent.sums(), detector.counter
    total, bad = int(sums.total[SHARE_MIN - 1, TOTAL]), int(sums.bad[SHARE_MIN - 1, TOTAL])
    return {
        "at": minute + MINUTE,
        "now": bad / total if total else 0.0,
        "usual": float(counter.share(minute)[TOTAL]),
        "learning": not counter.history.days,
        "total": total,
        "unauthorized": bad,
    }
