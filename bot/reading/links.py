"""Signed links in the log: which of their parameters a refused one lacks, and whether its time is over."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from bot.model import Entry
from bot.reading.scene import Scene, ok
from bot.reading.verdict import Check, Verdict

SEAL = re.compile(r"(?i)^(x-(amz|goog)-signature|signature|sig|sign|hmac|hash|hdnts|verify|md5|s|policy)$")
END = re.compile(r"(?i)^(expires?(_?at)?|exp|until|valid_?(until|to)|se|e|ends?|not_?after)$")
ENOUGH = 3
"""Links that are let in, from which on it is known what belongs to one."""


def _names(entry: Entry) -> frozenset[str]:
    return frozenset(name.lower() for name, _ in parse_qsl(entry.query, keep_blank_values=True))


def _let_in(scene: Scene, mine: Entry) -> list[frozenset[str]]:
    """What the links of the same make bring that are let in."""
    alike = [(e, _names(e)) for e in scene.peers if ok(e) and e.query]
    return [names for e, names in alike if names & _names(mine) or _folder(e.path) == _folder(mine.path)]


def _folder(path: str | None) -> str:
    return (path or "").rpartition("/")[0]


def _incomplete(scene: Scene) -> Verdict:
    mine = scene.failing
    if mine is None or not mine.query:
        return None
    good = _let_in(scene, mine)
    common = frozenset[str].intersection(*good) if len(good) >= ENOUGH else frozenset[str]()
    if not any(SEAL.match(name) for name in common):
        return None
    lost = sorted(common - _names(mine))
    sealed = any(SEAL.match(name) or END.match(name) for name in lost)
    return f"The link lacks {' and '.join(lost[:3])}, which all links have that are let in" if sealed else ""


def _over(scene: Scene) -> Verdict:
    mine = scene.failing
    if mine is None or not any(SEAL.match(name) for name in _names(mine)):
        return None
    ends = [e for name, value in parse_qsl(mine.query) if END.match(name) and (e := _moment(value))]
    return None if not ends else f"The link ended at {ends[0]:%Y-%m-%d %H:%M:%S} UTC" if ends[0] < scene.at else ""


def _moment(value: str) -> datetime | None:
    """Seconds or milliseconds since 1970, or ISO 8601."""
    try:
        if value.isdecimal():
            return datetime.fromtimestamp(int(value[:10]), UTC) if len(value) in (10, 13) else None
        moment = datetime.fromisoformat(value)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


CHECKS: dict[str, Check] = {"log.link_incomplete": _incomplete, "log.link_over": _over}
