"""Where it fails: which paths, hosts and environments are refused and which are not."""

from __future__ import annotations

import re
from datetime import timedelta
from difflib import SequenceMatcher

from bot.model import Entry
from bot.reading.kinds import signs_in_elsewhere
from bot.reading.scene import Scene, agent, ok, same_path, session
from bot.reading.verdict import Check, Verdict
from bot.tokens.environment import environment_of

BESIDE = 600
"""Characters between two lines of one moment in a log without times."""
VERSION = re.compile(r"(?i)^(v\d+(\.\d+)*|\d+(\.\d+)+|api|beta|latest|legacy)$")
SIGNS_IN = re.compile(r"(?i)log[-_]?in|sign[-_]?in|oauth|oidc|saml|callback|sso|/acs(?:/|$)|(?:^|[/.])auth(?:/|$)")
"""Where a sign-in takes place; its redirects lead in."""


def _trial(place: str) -> bool:
    """Whether a host or file is of another environment than the live one."""
    return environment_of(place) not in {None, "production"}


def _only_success(scene: Scene) -> Verdict:
    if scene.found.request or not scene.report.path:
        return None
    here = [e for e in scene.access if same_path(e.path, scene.report.path)]
    if not here:
        return None
    return f"All {len(here)} logged requests to {scene.report.path} succeeded" if all(map(ok, here)) else ""


def _redirected(scene: Scene) -> Verdict:
    mine = scene.failing
    if mine is None:
        return None
    for entry in scene.access or scene.found.around:
        redirect = entry.status in {301, 302, 303, 307, 308} and _one_caller(entry, mine)
        if redirect and _right_before(entry, mine) and not mine.user and not _leads_in(entry, mine):
            lost = f", and its {entry.method} became GET" if _method_lost(entry, mine) else ""
            return f"The same client was redirected from {entry.path} with {entry.status} right before{lost}"
    return ""


def _right_before(entry: Entry, mine: Entry) -> bool:
    """Whether a record comes within seconds of another, or, in a log without times, a line or two before it."""
    if entry.time and mine.time:
        return timedelta() <= mine.time - entry.time <= timedelta(seconds=2)
    undated = not entry.time and not mine.time and entry.file == mine.file
    return undated and 0 < mine.offset - entry.offset <= BESIDE and same_path(entry.path, mine.path)


def _one_caller(entry: Entry, mine: Entry) -> bool:
    """Whether two records are of one caller; where a server knows none by address, those of one path in one moment."""
    if entry.client is None or mine.client is None:
        return entry.file != mine.file and same_path(entry.path, mine.path)
    return entry.client == mine.client and (agent(entry) == agent(mine) or not agent(entry) or not agent(mine))


def _leads_in(entry: Entry, mine: Entry) -> bool:
    """Whether the redirect is how a sign-in ends: it leads to another page, or its session comes with the request."""
    kept = session(entry) is not None and session(entry) == session(mine)
    return kept or bool(SIGNS_IN.search(entry.path or "") and not SIGNS_IN.search(mine.path or ""))


def _method_lost(entry: Entry, mine: Entry) -> bool:
    return same_path(entry.path, mine.path) and entry.method not in (None, "GET", "HEAD") and mine.method == "GET"


def _other_path(scene: Scene) -> Verdict:
    mine = scene.failing
    if mine is None or any(ok(e) for e in scene.on_path):
        return None if mine is None else ""
    for entry in scene.peers:
        if ok(entry) and entry.method == mine.method and _version_apart(entry.path, mine.path):
            return f"Others make this call on {entry.path} with success; nobody on {mine.path}"
    return ""


def _version_apart(one: str | None, other: str | None) -> bool:
    """Whether two paths differ by a segment more, by a version (`/v1/`, `/v2/`), or by one letter or so."""
    a, b = [(p or "").strip("/").split("/") for p in (one, other)]
    if len(a) != len(b):
        longer, shorter = (a, b) if len(a) > len(b) else (b, a)
        without_one = (longer[:i] + longer[i + 1 :] for i in range(len(longer) - 1))
        return len(longer) - len(shorter) == 1 and shorter in without_one and len(shorter[-1]) > 3
    apart = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    if len(apart) != 1 or len(a) < 2:
        return False
    x, y = apart[0]
    return bool(VERSION.match(x) and VERSION.match(y)) or (min(len(x), len(y)) > 3 and _alike(x, y))


def _alike(one: str, other: str) -> bool:
    no_digits = not re.search(r"\d", one + other)
    return no_digits and SequenceMatcher(None, one, other).ratio() > 0.85


def _never_ok(scene: Scene) -> Verdict:
    if scene.failing is None or len(scene.on_path) < 3 or signs_in_elsewhere(scene):
        return None
    elsewhere = any(
        ok(e) and not same_path(e.path, scene.path) and (not scene.host or not e.host or e.host == scene.host)
        for e in scene.peers
    )
    if any(map(ok, scene.on_path)) or not elsewhere:
        return ""
    return f"Nobody is ever let in on {scene.path}; other paths answer well"


def _other_host(scene: Scene) -> Verdict:
    if not scene.host or scene.own_log:
        return None  # to whom a program calls are several services
    there = [e for e in scene.peers if same_path(e.path, scene.path) and e.host and e.host != scene.host and ok(e)]
    here = [e for e in scene.on_path if ok(e)]
    return f"{scene.path} succeeds at {there[0].host}, never at {scene.host}" if there and not here else ""


def _other_environment(scene: Scene) -> Verdict:
    user = next((e.user for e in scene.found.request if e.user), None) or next(iter(scene.report.users), None)
    if not user:
        return None
    here = f"{scene.host or ''} {scene.report.host or ''}"
    for entry in scene.access:
        place = f"{entry.host or ''}/{entry.file.rpartition('/')[2]}"
        if ok(entry) and (entry.user or "").lower() == user.lower() and _trial(place) and not _trial(here):
            return f"The same user is let in by another environment ({place.strip('/')})"
    return ""


ALWAYS: dict[str, Check] = {"log.redirected_before": _redirected}
"""What a log without times tells too."""
CHECKS: dict[str, Check] = {
    "log.only_success": _only_success,
    "log.other_path_used": _other_path,
    "log.other_sign_in": signs_in_elsewhere,
    "log.path_never_ok": _never_ok,
    "log.other_host_ok": _other_host,
    "log.same_user_other_environment": _other_environment,
}
