"""What became of the caller who was refused, by the server's own lines. Pure.

The same caller is the same user, session or key where lines name them, else the same address with the same client.
An address that others share proves nothing: neither a proxy's nor one from which the route was answered with success
while the caller was still locked out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Literal

from bot.display import cut, one_line
from bot.logs.formats.tokens import internal
from bot.logs.interface import Found
from bot.logs.match import akin
from bot.logs.names import route
from bot.model import Diagnosis, Entry, Report
from bot.proof.model import Seen
from bot.reading.scene import LOOPBACK, Scene, agent, first, merged, same_path
from bot.wording import moment

REFUSED = frozenset({401, 403, 407})
IN_A_ROW = 5
"""Successes that are wanted of a caller who is let in by turns: one of two replicas lets half of all in."""
AT = "at "
MANY = 20
"""Requests from which on one address for all of them is no chance."""
MASK = re.compile("[‹…]")
"""What stands in the place of a hidden value."""
KEYS = ("sub", "client_id", "api_key", "key", "key_id", "token_id", "jti")
"""Fields that name the credential or whose it is; secrets among them are fingerprints by now."""


@dataclass(frozen=True)
class Trail:
    """The lines of a route since a request on it failed."""

    diagnosis: Diagnosis
    entries: Sequence[Entry]
    since: datetime
    """When the caller last said that it fails: what succeeded before mended nothing for them."""

    def seen(self) -> Seen:
        """What the lines show."""
        failing = failed(self.diagnosis)
        if failing is None or not self._known_by(failing):
            return Seen(verdict="blind")
        return self._judged([e for e in self._mine if e.time and e.time > self.since])

    def _judged(self, after: Sequence[Entry]) -> Seen:
        decisive = [e for e in after if _let_in(e) or _refused(e)]
        run = _last_run(decisive)
        if not run:
            return Seen(verdict="nothing")
        if _refused(run[-1]):
            return self._told("refused", run[-1])
        between = [e for e in self._mine if e.time and self._failed_at < e.time <= self.since and _let_in(e)]
        if (between or _shared(run)) and not self._by_name:
            return Seen(verdict="blind")
        alternates = bool(between) or len(run) < sum(map(_let_in, decisive))
        if len(run) < (IN_A_ROW if alternates else 1):
            return Seen(verdict="nothing")
        return self._told("works", run[-1] if alternates else run[0])

    def _told(self, verdict: Literal["works", "refused"], entry: Entry) -> Seen:
        # The path as it was reported: a log behind a proxy may know it by another name, which is not for everybody.
        path = self._report.path or entry.path or ""
        what = " ".join(filter(None, (entry.method, cut(one_line(route(path)), 80))))
        when = moment(entry.time, self.since) if entry.time else ""
        text = f"The same caller got {entry.status} on {what} at {when}"
        return Seen(verdict=verdict, text=text, how="seen_in_logs" if verdict == "works" else None, entry=entry)

    @cached_property
    def _scene(self) -> Scene:
        return Scene(self._report, Found(request=_lines(self.diagnosis), around=tuple(self.entries)))

    @cached_property
    def _failed_at(self) -> datetime:
        return self._scene.at

    @cached_property
    def _mine(self) -> list[Entry]:
        """The caller's requests on the route, in the order of time."""
        failing = failed(self.diagnosis)
        if failing is None:
            return []
        known = self._known_by(failing)
        same = (e for e in self._scene.peers if _on_route(failing, e) and not _another(failing, e, self._report))
        return [e for e in same if known & self._known_by(e)]

    @property
    def _report(self) -> Report:
        return self.diagnosis.report

    @property
    def _by_name(self) -> bool:
        """Whether the caller is known by more than an address."""
        failing = failed(self.diagnosis)
        return failing is not None and any(not name.startswith(AT) for name in self._known_by(failing))

    def _known_by(self, entry: Entry) -> frozenset[str]:
        """Where all come from one address, which may be a proxy's, the client must be the same to the letter."""
        address = f"{entry.client} {agent(entry)}" if entry.client else ""
        names = set(self._scene.names(entry))
        tells = address in names
        names -= {address}
        names |= {f"{field} {value}" for field in KEYS if (value := first(entry, (field,)))}
        if entry.client and not self._proxy(entry.client):
            names.add(f"{AT}{address if tells else f'{entry.client} {entry.user_agent}'}")
        return frozenset(names)

    def _proxy(self, address: str) -> bool:
        """Whether an address seems to speak for everybody: this machine's, or an inner one from which all comes."""
        if LOOPBACK.match(address):
            return True
        peers = self._scene.peers
        return len(peers) >= MANY and internal(address) and all(e.client in {address, None} for e in peers)


def failed(diagnosis: Diagnosis) -> Entry | None:
    """The failing request's record; where the logs do not have it, what the report says of a user, else None."""
    report = diagnosis.report
    if (found := merged(_lines(diagnosis))) or not (report.users and report.path):
        return found
    at = report.at or report.posted_at
    told = Entry(file="", offset=0, text="", format="", status=401, time=at, path=report.path, user=report.users[0])
    return replace(told, method=report.method)


def _lines(diagnosis: Diagnosis) -> tuple[Entry, ...]:
    return tuple(e for e in diagnosis.log_lines if e.status is None or _refused(e))


def names(failing: Entry, report: Report) -> tuple[str, ...]:
    """What stands in the caller's lines, to sort them out by; nothing where it is known by what lines hide."""
    told = (failing.client, failing.user)
    if not failing.text:  # it is known from the report alone
        told = (report.client_ip, failing.user)
    fit = (name for name in told if name and not LOOPBACK.match(name) and not MASK.search(name))
    return tuple(dict.fromkeys(fit))


def _let_in(entry: Entry) -> bool:
    """A redirect may lead to a sign-in page, and what a cache answers proves nothing of the server behind it."""
    return 200 <= (entry.status or 0) < 300 and (entry.cache or "").upper() not in {"HIT", "STALE"}


def _refused(entry: Entry) -> bool:
    return entry.status in REFUSED


def _last_run(entries: Sequence[Entry]) -> list[Entry]:
    """The last entries that were answered alike, in the order of time."""
    run: list[Entry] = []
    for entry in reversed(entries):
        if run and _refused(entry) != _refused(run[-1]):
            break
        run.append(entry)
    return run[::-1]


def _on_route(failing: Entry, entry: Entry) -> bool:
    if failing.method and entry.method and failing.method != entry.method:
        return False
    if failing.host and entry.host and failing.host != entry.host:
        return False
    one, other = failing.path or "", entry.path or ""
    return same_path(one, other) or route(one).rstrip("/") == route(other).rstrip("/") or akin(one, other)


def _another(failing: Entry, entry: Entry, report: Report) -> bool:
    """Whether the lines name two users."""
    mine = {user.lower() for user in (failing.user, *report.users) if user}
    return bool(mine and entry.user and entry.user.lower() not in mine)


def _shared(run: Sequence[Entry]) -> bool:
    """Whether several users were let in under the same address."""
    return len({e.user.lower() for e in run if e.user}) > 1
