"""The scene of a failing request: its own record, and everybody's requests around it, each request once."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from ipaddress import ip_address, ip_network
from typing import Any

from bot.logs.interface import Found
from bot.logs.match import names_user, names_writer
from bot.model import TRUST, Entry, Report
from bot.reading.bare import bare, reads_credential
from bot.reading.logins import logins
from knowledge.plain import plain

BROWSER = re.compile(r"(Firefox|Edg|OPR|Chrome|Safari)/")
ABSENT = frozenset({"", "-", "--", "---", "none", "null", "no", "false", "absent", "missing", "undefined", "[]"})
"""What logs write where there is nothing."""
SESSIONS = ("sid", "sess", "session", "session_id", "sessionid", "sessid", "jsessionid", "phpsessid", "connect.sid")
KEYS = (
    *("key", "key_id", "keyid", "api_key", "api_key_id", "apikey", "access_key", "access_key_id", "consumer"),
    *("client", "client_id", "clientid", "partner", "customer", "tenant", "kunde", "mandant"),
    *("schluessel", "schlüssel", "cle", "clé", "clave", "chave", "chiave", "sleutel", "klucz", "nyckel", "anahtar"),
)
ADDRESS = re.compile(r"[\d.]{7,15}(?::\d+)?$|[\da-fA-F:]*::?[\da-fA-F:.]*$|-$")
VARIABLE = re.compile(r"/(?:\d+|[0-9a-fA-F-]{32,36}|(?!v\d)[A-Za-z]{1,3}[._-]?\d{1,12}$)(?=/|$)")
MERGED = ("time", "method", "path", "host", "client", "user", "user_agent", "pid", "upstream", "cache", "level")
AT_LEAST_S = 60.0
"""How far clocks and memories are off without a line losing trust, in seconds."""
ABOUT_S = 600.0
"""How far the time that a writer told may be off from a line that names them, in seconds."""
OWN_S = 86_400.0
"""The same for the log of the writer's own program."""
ANOTHERS_TRUST = 0.15
"""The trust left to a line found by its time alone that tells of a credential, where the pasted request had none."""
LOOPBACK = re.compile(r"^(127\.0\.0\.|::1$|unix:|localhost)")


@dataclass(frozen=True)
class Scene:
    """What the logs show around one failing request."""

    report: Report
    found: Found
    own_log: str | None = None
    """The file that is the log of the reporter's own program: its calls to the failing host are all the reporter's."""

    @cached_property
    def failing(self) -> Entry | None:
        """The failing request's record, merged from its lines in all files; None where there is none."""
        return merged(self.found.request)

    @cached_property
    def checked(self) -> dict[Callable[[Scene], str | None], str | None]:
        """What checks on which others build have found: see `bot.reading.verdict.once`."""
        return {}

    @cached_property
    def anchor(self) -> Entry | None:
        """The one access record that tells most of the failing request."""
        return max((e for e in self.found.request if e.status is not None), key=_richness, default=None)

    @cached_property
    def at(self) -> datetime:
        """When it failed, as well as is known."""
        times = [e.time for e in self.found.request if e.time]
        return (self.failing and self.failing.time) or (times[0] if times else self.report.at or self.report.posted_at)

    @cached_property
    def access(self) -> tuple[Entry, ...]:
        """Everybody's dated requests around it in all files, in the order of time."""
        whole = [e for e in self.found.around if _is_whole(e)]
        return tuple(sorted([*whole, *_assembled(self.found.around)], key=lambda e: e.time or self.at))

    @cached_property
    def peers(self) -> tuple[Entry, ...]:
        """Everybody's requests, each once: one file's access records, filled from lines of other files by id."""
        file = self._base_file
        by_id: dict[str, list[Entry]] = {}
        for entry in self.found.around:
            for name in entry.ids:
                by_id.setdefault(name, []).append(entry)
        own = [e for e in self.access if e.file == file]
        return tuple(merged([e, *(o for name in e.ids for o in by_id[name] if o is not e)]) or e for e in own)

    @cached_property
    def _base_file(self) -> str | None:
        """The file of most requests, of those that hold the failing one; one that tells callers apart goes before."""
        counts = Counter(e.file for e in self.access)
        callers = Counter(e.file for e in self.access if e.user or (e.client and not LOOPBACK.match(e.client)))
        mine = {e.file for e in self.found.request if e.status is not None} & counts.keys()
        return max(
            mine or counts, key=lambda file: (2 * callers[file] > counts[file], counts[file], file), default=None
        )

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
        if self.found.how == "id":
            return TRUST["log_by_id"]
        named, precision = self.report.at, max(self.report.at_precision_s or 0, AT_LEAST_S)
        away = abs((self.at - named).total_seconds()) if named and self.failing else 0.0
        near = 1 if away <= precision or self._known_about(away) else max(0.2, precision / away / 2)
        return TRUST["log_by_window"] * (min(near, ANOTHERS_TRUST) if self._anothers else near)

    def _known_about(self, away: float) -> bool:
        """Whether it is known whose the lines are: then a time told wrong matters less."""
        return (away <= ABOUT_S and self.names_writer) or (away <= OWN_S and self.own_log is not None)

    @cached_property
    def names_writer(self) -> bool:
        """Whether the lines that were found hold a name of the writer: then a time told wrong matters less."""
        users, known = [plain(user) for user in self.report.users], logins(self.report)
        return any(names_writer(e.text, known) or any(names_user(e, u) for u in users) for e in self.found.request)

    @cached_property
    def _anothers(self) -> bool:
        """Whether the line cannot be that of the pasted request, which brought no credential."""
        return bare(self.report) and reads_credential(self.found.request)

    def before(self, entry: Entry) -> bool:
        """Whether the entry came before the failing request."""
        return entry.time is not None and entry.time < self.at

    def near(self, entry: Entry, seconds: float) -> bool:
        """Whether the entry lies within so many seconds of the failing request."""
        return entry.time is not None and abs(entry.time - self.at) <= timedelta(seconds=seconds)

    def names(self, entry: Entry) -> frozenset[str]:
        """What an entry's caller is known by: user, session, and address with client where addresses tell apart."""
        names = {f"user {entry.user.lower()}" if entry.user else None, session(entry), key(entry)}
        if self._addresses_tell and entry.client:
            names.add(f"{entry.client} {agent(entry)}")
        if entry.file == self.own_log and entry.host == self.host:
            names.add("the program")
        return frozenset(name for name in names if name)

    def same_caller(self, entry: Entry) -> bool:
        """Whether the entry is the failing caller's: by user where both name one, else by session or address."""
        mine = self.failing
        if mine is None or (mine.user and entry.user and mine.user.lower() != entry.user.lower()):
            return False
        return bool(self.names(mine) & self.names(entry))

    def guarded(self, path: str | None) -> bool:
        """Whether anybody is refused on that route, or only keys or users are let in: an open one tells nothing."""
        return route(path) in self._guarded_routes

    @cached_property
    def _guarded_routes(self) -> frozenset[str]:
        keys: dict[str, set[str | None]] = defaultdict(set)
        for entry in filter(ok, self.peers):
            keys[route(entry.path)].add(key(entry))
        only_keys = {name for name, told in keys.items() if len(told) > 1 and None not in told}
        of_users = {route(e.path) for e in self.peers if e.user and ok(e)}
        return frozenset({route(e.path) for e in self.peers if e.status == 401} | of_users | only_keys)

    @cached_property
    def _addresses_tell(self) -> bool:
        """Whether the logged address tells callers apart: behind a proxy it may be the proxy's."""
        return len({e.client for e in self.peers if e.client and not LOOPBACK.match(e.client)}) >= 2


def _is_whole(entry: Entry) -> bool:
    return entry.status is not None and bool(entry.method and entry.path and entry.time)


def _assembled(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Requests of files that tell the call in one line and its answer in another, as Rails does, joined by their id."""
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        if entry.ids:
            groups.setdefault((entry.file, entry.ids[0]), []).append(entry)
    for group in groups.values():
        if not any(map(_is_whole, group)) and (record := merged(group)) and _is_whole(record):
            yield record


def merged(entries: Sequence[Entry]) -> Entry | None:
    """One request's record from all its lines: the richest access record, its gaps filled by the others."""
    records = [e for e in entries if e.status is not None]
    if not records:
        return None
    best = max(records, key=_richness)
    if len(entries) == 1:
        return best
    gaps: dict[str, Any] = {}
    for name in MERGED:
        told = [getattr(e, name) for e in entries if _says(getattr(e, name))]
        if told and not _says(getattr(best, name)):
            gaps[name] = told[0]
    known = dict(best.fields)
    extra = tuple((k, v) for e in entries if e is not best for k, v in e.fields if k not in known)
    ids = tuple(dict.fromkeys(i for e in entries for i in e.ids))
    return replace(best, fields=best.fields + extra, ids=ids, **gaps)


def _says(value: object) -> bool:
    """Whether an attribute tells something: a loopback address is a proxy's, not the caller's."""
    return value is not None and not (isinstance(value, str) and LOOPBACK.match(value))


def _richness(entry: Entry) -> tuple[int, int]:
    known = (entry.path, entry.client, entry.user, entry.upstream, entry.time, entry.user_agent, entry.method)
    return sum(_says(value) for value in known), len(entry.fields)


def same_path(one: str | None, other: str | None) -> bool:
    """Paths alike but for a trailing slash."""
    return one is not None and other is not None and one.rstrip("/") == other.rstrip("/")


def agent(entry: Entry) -> str:
    """The user agent's family: `python-requests`, `Firefox`, ..."""
    text = entry.user_agent or ""
    browser = BROWSER.search(text) if text.startswith("Mozilla") else None
    return browser.group(1) if browser else text.partition("/")[0].partition(" ")[0].lower()


def network(entry: Entry) -> str | None:
    """The caller's network, as far as addresses are given out together: 256 of them, or what a site has of IPv6."""
    return _network(entry.client) if entry.client else None


@lru_cache(maxsize=4096)
def _network(client: str) -> str | None:
    try:
        address = ip_address(client)
    except ValueError:
        return None
    return str(ip_network((address, 24 if address.version == 4 else 64), strict=False))


def session(entry: Entry) -> str | None:
    """The session's fingerprint, where the line has one."""
    return first(entry, SESSIONS)


def key(entry: Entry) -> str | None:
    """The key, or the client by its name, by which the line names the credential."""
    value = first(entry, KEYS)
    return f"key {value}" if value and not ADDRESS.match(value) else None


def route(path: str | None) -> str:
    """The path with its numbers and ids left out: `/casks/34` and `/casks/18` are one route."""
    return VARIABLE.sub("/#", (path or "").rstrip("/"))


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
