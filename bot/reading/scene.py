"""The scene of a failing request: its own lines, and everybody's requests around it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from bot.logs.interface import Found
from bot.model import TRUST, Entry, Report

REFUSED = frozenset({401, 403, 407})
BROWSER = re.compile(r"(Firefox|Edg|OPR|Chrome|Safari)/")
ABSENT = frozenset({"", "-", "none", "null", "no", "false", "absent", "missing", "undefined", "[]"})
"""What logs write where there is nothing."""


@dataclass(frozen=True)
class Scene:
    """What the logs show around one failing request."""

    report: Report
    found: Found

    @cached_property
    def failing(self) -> Entry | None:
        """The failing request's access record: the one that tells most, or None."""
        records = [e for e in self.found.request if e.status is not None]
        return max(records, key=_richness, default=None)

    @cached_property
    def at(self) -> datetime:
        """When it failed, as well as is known."""
        times = [e.time for e in self.found.request if e.time]
        return (self.failing and self.failing.time) or (times[0] if times else self.report.at or self.report.posted_at)

    @cached_property
    def access(self) -> tuple[Entry, ...]:
        """Everybody's dated requests around it, in the order of time."""
        return tuple(e for e in self.found.around if e.status is not None and e.method and e.path and e.time)

    @cached_property
    def peers(self) -> tuple[Entry, ...]:
        """The requests of the file that tells most of the failing one: each request once."""
        if self.failing is None:
            return self.access
        return tuple(e for e in self.access if e.file == self.failing.file)

    @cached_property
    def on_path(self) -> tuple[Entry, ...]:
        """Peers on the same host and path."""
        path, host = self.path, self.host
        return tuple(e for e in self.peers if same_path(e.path, path) and (not host or not e.host or e.host == host))

    @property
    def path(self) -> str | None:
        """The failing path."""
        return (self.failing.path if self.failing else None) or self.report.path

    @property
    def host(self) -> str | None:
        """The failing host, where the log tells hosts apart."""
        return self.failing.host if self.failing else None

    @property
    def trust(self) -> float:
        """How far the lines are known to be the right ones."""
        return TRUST["log_by_id"] if self.found.how == "id" else TRUST["log_by_window"]

    def before(self, entry: Entry) -> bool:
        """Whether the entry came before the failing request."""
        return entry.time is not None and entry.time < self.at

    def near(self, entry: Entry, seconds: float) -> bool:
        """Whether the entry lies within so many seconds of the failing request."""
        return entry.time is not None and abs(entry.time - self.at) <= timedelta(seconds=seconds)

    def same_caller(self, entry: Entry) -> bool:
        """Whether the entry is the failing caller's: by user, else by session, else by address and client."""
        mine = self.failing
        if mine is None:
            return False
        for name in (lambda e: e.user, session):
            if name(mine) and name(entry):
                return name(mine) == name(entry)
        return self._distinct_clients and mine.client == entry.client and agent(mine) == agent(entry)

    @cached_property
    def _distinct_clients(self) -> bool:
        """Whether the logged address tells callers apart: behind a proxy it may be the proxy's."""
        return len({e.client for e in self.peers if e.client}) >= 3


def _richness(entry: Entry) -> tuple[int, int]:
    known = (entry.path, entry.client, entry.user, entry.upstream, entry.time, entry.user_agent, entry.method)
    return sum(value is not None for value in known), len(entry.fields)


def same_path(one: str | None, other: str | None) -> bool:
    """Paths alike but for a trailing slash."""
    return one is not None and other is not None and one.rstrip("/") == other.rstrip("/")


def caller(entry: Entry) -> str | None:
    """Who made a request, as well as its line tells."""
    if entry.user:
        return entry.user
    if session(entry):
        return session(entry)
    return f"{entry.client} {agent(entry)}" if entry.client else None


def agent(entry: Entry) -> str:
    """The user agent's family: `python-requests`, `Firefox`, ..."""
    text = entry.user_agent or ""
    browser = BROWSER.search(text) if text.startswith("Mozilla") else None
    return browser.group(1) if browser else text.partition("/")[0].partition(" ")[0].lower()


def session(entry: Entry) -> str | None:
    """The session's fingerprint, where the line has one."""
    return first(entry, ("sid", "sess", "session", "session_id", "sessionid"))


def first(entry: Entry, names: Iterable[str]) -> str | None:
    """The first of these fields that holds something."""
    for name in names:
        value = entry.get(name)
        if value is not None and value.lower() not in ABSENT:
            return value
    return None


def ok(entry: Entry) -> bool:
    """Whether the request was let in."""
    return entry.status is not None and entry.status < 400
