"""Which entry is the failing request: by its ids, else by a plain score that anybody can follow."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from bot.logs.formats.tokens import ALARMING
from bot.logs.interface import LogQuery
from bot.model import Entry
from knowledge import lexicon, messages
from knowledge.plain import plain

HEX32 = re.compile(r"^[0-9a-fA-F]{32}$")
TRACEPARENT = re.compile(r"^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$", re.IGNORECASE)
REFUSAL = re.compile(
    r"\b40[1378]\b|unauthori[sz]|unauthenticated|authenticat|\bden(?:y|ied)\b|refus|forbidden|reject|expired|invalid|mismatch",
    re.IGNORECASE,
)
REFUSING = 3.0
"""From here on a line without a status says that something was refused."""
TOLD = 1.5
"""What the status adds that a sentence names."""
CODE = re.compile(r"(?=.*\d)(?=.*[a-z])[0-9a-z_-]{6,64}$")
"""What looks like a reference that a person copied from an answer."""
HINT, CODE_HINT, MOST_HINTED = 4.0, 8.0, 10.0
"""What a word of the report adds that one line alone holds, a reference, and what all its words add at most."""
SPOKEN, TELLING = 5, 4
"""Letters of a path's last word that a sentence may name it by, and those of a beginning that all paths may share."""
NAMED, NUMBERED = 2.0, 3.0
"""What a path adds that has a part of the report's words, or one of its numbers, where the report names none."""
PART = re.compile(r"[^\W\d_]{4,}")
ANY_AGENT = frozenset({"mozilla", "compatible", "gecko", "like", "http", "https", "client", "applewebkit", "version"})
"""Words of user agents that name nobody's."""
THING = re.compile(r"(?<=/)\d{3,}(?=/|$)")
PARTED = re.compile(r"[._@+-]")
"""What parts the names in a login."""
STRONG = 8.0
"""From here on an entry is an answer that refused, on the path where one is known."""


def spellings(request_id: str) -> tuple[str, ...]:
    """The ways one id is written: a UUID without dashes or its first group alone, a traceparent's id, either case."""
    text = request_id.strip()
    parent = TRACEPARENT.match(text)
    text = parent[1] if parent else text
    bare = text.replace("-", "")
    forms = [text]
    if HEX32.match(bare):
        forms += [bare, f"{bare[:8]}-{bare[8:12]}-{bare[12:16]}-{bare[16:20]}-{bare[20:]}"]
        forms += [bare[:8]] if "-" in text else []  # loggers that shorten a UUID keep its first group
    return tuple(dict.fromkeys(f for form in forms for f in (form, form.lower(), form.upper())))


def holder(ids: Iterable[str]) -> re.Pattern[str]:
    """What finds any of the ids in a text, as a word of its own."""
    forms = sorted({re.escape(form) for i in ids for form in spellings(i) if form}, key=len, reverse=True)
    return re.compile(rf"(?<![0-9A-Za-z])(?:{'|'.join(forms) or '(?!)'})(?![0-9A-Za-z])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scored:
    """An entry with how well it fits; sorts by that, then by nearness to the named time."""

    score: float
    nearness: float
    strong: bool
    entry: Entry

    def __lt__(self, other: Scored) -> bool:
        return (self.score, self.nearness) < (other.score, other.nearness)


def score(query: LogQuery, entry: Entry, centre: datetime) -> Scored | None:
    """How well an entry fits as the failing request; None when it cannot be it."""
    path = _path(query, entry)
    named = path is not None and (path >= 3 or (entry.status is None and names_writer(entry.text, query.logins)))
    status = None if path is None else _status(query, entry, named=named)
    if status is None or path is None:
        return None
    undated = entry.time is None and query.at is not None
    away = abs((entry.time - centre).total_seconds()) if entry.time else 86_400.0
    total = status + path + _caller(query, entry) + _place(query, entry)
    total += -6.0 if undated else 3 / (1 + away / max(query.precision_s or 60, 1))
    refused = 400 <= entry.status < 500 if entry.status is not None else status >= REFUSING and named
    strong = not undated and refused and (query.path is None or named)
    return Scored(total, -away, strong, entry)


def hinted(query: LogQuery, candidates: Sequence[Scored], told: Sequence[str]) -> list[Scored]:
    """The candidates, those ahead that hold what the report mentions and few of the others do, or the writer's name.

    `told` is what all lines of each candidate's request say.
    """
    texts = [text.lower() for text in told]
    if len(texts) < 2:
        return list(candidates)
    gains = [0.0] * len(texts)
    for hint in query.hints:
        holding = [i for i, text in enumerate(texts) if hint in text]
        if 0 < len(holding) <= len(texts) / 2:
            gain = (
                (CODE_HINT if CODE.match(hint) else HINT) * math.log(len(texts) / len(holding)) / math.log(len(texts))
            )
            for i in holding:
                gains[i] += gain
    spoken = [speaks_of_agent(query.named, s.entry.user_agent or "") for s in candidates]
    if not all(spoken):
        gains = [gain + HINT * one for gain, one in zip(gains, spoken, strict=True)]
    return [
        replace(s, score=s.score + min(gain, MOST_HINTED) + _told_of_writer(query, s.entry, text))
        for s, gain, text in zip(candidates, gains, told, strict=True)
    ]


def fits_agent(query: LogQuery, entry: Entry) -> bool:
    """Whether an entry is of the client that the report shows or names."""
    agent = entry.user_agent or ""
    shown = bool(query.user_agent) and family(query.user_agent or "") in agent.lower()
    return shown or speaks_of_agent(query.named, agent)


def spoken_of(query: LogQuery, entry: Entry) -> bool:
    """Whether an entry is of the client that the report names, or its path holds a word of it: a file's, a person's."""
    path = (entry.path or "").lower()
    return fits_agent(query, entry) or any(len(hint) >= SPOKEN and hint in path for hint in query.hints)


def speaks_of_agent(words: frozenset[str], agent: str) -> bool:
    """Whether words name the program, device or system of a user agent: `the Android app`, `python`, `Alamofire`."""
    return bool(words & (set(PART.findall(agent.lower())) - ANY_AGENT))


def _told_of_writer(query: LogQuery, entry: Entry, told: str) -> float:
    """What it adds that another line of the request names the writer."""
    return 4.0 if names_writer(told, query.logins) and not names_writer(entry.text, query.logins) else 0.0


def succeeded(query: LogQuery, entry: Entry) -> bool:
    """Whether an entry is a success on the query's path."""
    return (
        entry.status is not None and entry.status < 400 and query.path is not None and (_path(query, entry) or 0) >= 3
    )


def _status(query: LogQuery, entry: Entry, *, named: bool) -> float | None:
    """How much an entry is a refusal; a line without a status that names the path may say so in a library's words."""
    if entry.status is None:
        alarming = entry.level in ALARMING
        refusing = REFUSAL.search(entry.text) is not None or (named and refuses(entry))
        told = TOLD if re.search(rf"(?<![\w.:]){query.status or 401}(?![\w.:%])", entry.text) else 0.0
        return 2.0 * alarming + REFUSING * refusing + told if alarming or refusing else None
    if entry.status < 400:
        return None
    if entry.status == (query.status or 401):
        return STRONG
    return {401: 7.0, 403: 5.0, 407: 5.0}.get(entry.status, 2.0 if entry.status < 500 else 1.0)


def on_route(query: LogQuery, entry: Entry) -> bool:
    """Whether an entry is of the query's route, whatever became of it."""
    return entry.path is not None and (_path(query, entry) or 0.0) > 0


def refuses(entry: Entry) -> bool:
    """Whether a line without a status says in words why somebody is not let in."""
    return bool(messages.match(entry.text, "log") or lexicon.meanings(entry.message, entry.fields, entry.time))


def same_path(one: str, other: str) -> bool:
    """Whether two paths are one but for a slash at the end or the query."""
    return one.split("?", 1)[0].rstrip("/") == other.split("?", 1)[0].rstrip("/")


def ending(path: str) -> str:
    """The last part of a path with its slash: in every line of the path, whatever a proxy takes off before it."""
    end = path.rstrip("/").rpartition("/")[2]
    return f"/{end}" if end else ""


def akin(one: str, other: str) -> bool:
    """Whether one path ends with the other, as behind a proxy or router that takes a prefix off."""
    one, other = one.rstrip("/"), other.rstrip("/")
    return min(len(one), len(other)) > 1 and (one.endswith(other) or other.endswith(one))


def _path(query: LogQuery, entry: Entry) -> float | None:
    wanted = query.path
    if not wanted:
        return _named(query.named, entry.path or "")
    if entry.path is None:
        return 3.0 * speaks_of(wanted.rstrip("/"), entry.text)
    if same_path(entry.path, wanted):
        return 6.0 if entry.path == wanted else 5.0
    if akin(entry.path, wanted):
        return 3.0
    if len(wanted) > 1 and entry.path.startswith(wanted.rstrip("/") + "/"):
        return 3.0 if len(wanted) > TELLING else 1.0
    # a caller's own log names its own path and tells of the refusal in words
    return 0.0 if entry.status is None and "401" in entry.text else None


def names_thing(words: frozenset[str], path: str) -> bool:
    """Whether words name a path and what it ends in: `bills 4410-4413` names `/bills/4412`."""
    return _named(words, path) >= NAMED + NUMBERED


def _named(words: frozenset[str], path: str) -> float:
    parts = NAMED if words & set(PART.findall(path.lower())) else 0.0
    return parts + (NUMBERED if words & set(THING.findall(path)) else 0.0)


def speaks_of(path: str, text: str) -> bool:
    """Whether a sentence names a path, or the last word of it: `kept out of drawer payroll`."""
    if path and path in text:
        return True
    word = path.rpartition("/")[2]
    return len(word) >= SPOKEN and word.isalpha() and re.search(rf"(?i)\s{word}(?=[\s.,;:]|\Z)", text) is not None


def _caller(query: LogQuery, entry: Entry) -> float:
    total = 0.0
    if query.client:
        total += 4.0 if entry.client == query.client or query.client in entry.text else 0.0
    if query.user:
        total += 4.0 if names_user(entry, query.user) else -2.0 if entry.user else 0.0
    if query.logins and not (query.user and names_user(entry, query.user)):
        total += 4.0 if names_writer(entry.text, query.logins) else 0.0
    if query.user_agent and entry.user_agent:
        total += 3.0 if family(query.user_agent) in entry.user_agent.lower() else -1.0
    return total


def _place(query: LogQuery, entry: Entry) -> float:
    total = 0.0
    if query.host and entry.host:
        total += 2.0 if entry.host.partition(":")[0] == query.host.lower().partition(":")[0] else -3.0
    if query.method and entry.method:
        total += 1.0 if entry.method == query.method.upper() else -2.0
    return total


def names_caller(query: LogQuery, entry: Entry) -> bool:
    """Whether an entry is of the caller that is named; anybody's will do where none is."""
    if not query.user and not query.client and not query.logins:
        return True
    if names_writer(entry.text, query.logins):
        return True
    return bool(query.user and names_user(entry, query.user)) or bool(query.client and query.client in entry.text)


def names_user(entry: Entry, user: str) -> bool:
    """Whether an entry is about this user, in its field or its words."""
    if entry.user and (plain(entry.user) == plain(user) or _part_of(plain(user), plain(entry.user))):
        return True
    return _user_word(user).search(entry.text) is not None


def _part_of(name: str, login: str) -> bool:
    """Whether a first or family name is a part of a login: `karim` of `karim_haddad`, of `haddad-karim`."""
    return len(name) >= TELLING and name.isalpha() and name in PARTED.split(login)


def names_writer(text: str, logins: tuple[str, ...]) -> bool:
    """Whether a line holds one of the names that the writer may be known by, as a word of its own."""
    return bool(logins) and _writer(logins).search(plain(text)) is not None


@lru_cache(maxsize=16)
def _writer(logins: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w./-])(?:{'|'.join(map(re.escape, logins))})(?![\w/-])")


@lru_cache(maxsize=64)
def _user_word(user: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w./-]){re.escape(user)}(?![\w/-])", re.IGNORECASE)


@lru_cache(maxsize=256)
def family(agent: str) -> str:
    """The product that a user agent names first, in small letters: `python-requests`, `okhttp`, `firefox`."""
    lowered = agent.lower()
    for browser in ("edg", "firefox", "chrome", "safari"):
        if lowered.startswith("mozilla") and browser in lowered:
            return browser
    return re.split(r"[/ ]", lowered, maxsplit=1)[0]
