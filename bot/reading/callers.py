"""Who is refused: the caller before and elsewhere, the others, everybody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.model import Entry
from bot.reading.challenged import unanswered
from bot.reading.changes import alternates, started_between
from bot.reading.contrast import server_decides
from bot.reading.earlier import lasting
from bot.reading.kinds import SIGN_IN, signs_in_elsewhere
from bot.reading.scene import Scene, agent, key, ok, same_path, session
from bot.reading.signers import unlike_accepted
from bot.reading.verdict import Check, Verdict, once
from knowledge.messages import match

NEAR_S = 300.0
NAMELESS = 5
"""Refusals in a row from which on several callers are behind them, where the log names nobody who is refused."""
SIGNED_IN_S = 120.0
"""Seconds within which a request belongs to the sign-in before it."""


def _mine(scene: Scene) -> list[Entry]:
    return [e for e in scene.peers if scene.same_caller(e)]


def _known(scene: Scene) -> bool:
    return scene.failing is not None and bool(scene.names(scene.failing))


def _ok_before(scene: Scene) -> Verdict:
    if not _known(scene):
        return None
    good = [e for e in _mine(scene) if ok(e) and scene.before(e) and scene.guarded(e.path)]
    return f"The same caller was let in at {good[-1].time:%H:%M:%S} ({good[-1].path})" if good else ""


def _never_ok(scene: Scene) -> Verdict:
    if not _known(scene):
        return None
    mine = [e for e in _mine(scene) if scene.guarded(e.path)]
    if not mine or any(map(ok, mine)):
        return ""
    return f"The same caller was refused {'once' if len(mine) == 1 else f'{len(mine)} times'} and never let in"


def _idle_before(scene: Scene) -> Verdict:
    """A pause of the caller, long for them, right before they were refused."""
    if not _known(scene):
        return None
    times = [e.time for e in _mine(scene) if e.time and scene.before(e) and ok(e) and scene.guarded(e.path)]
    if len(times) < 3:
        return None
    steps = sorted((b - a).total_seconds() for a, b in pairwise(times))
    pause = (scene.at - times[-1]).total_seconds()
    return f"The caller had paused for {pause:.0f} s before" if pause >= max(20, 4 * steps[len(steps) // 2]) else ""


def _ok_elsewhere(scene: Scene) -> Verdict:
    if scene.failing is None or not (scene.failing.user or session(scene.failing) or key(scene.failing)):
        return None
    mine = [e for e in _mine(scene) if scene.guarded(e.path) and not same_path(e.path, scene.path)]
    mine = [e for e in mine if not (e.client and scene.failing.client) or e.client == scene.failing.client]
    after = next((e for e in mine if ok(e) and not scene.before(e) and scene.near(e, NEAR_S)), None)
    return f"The same caller is let in on {after.path} at {after.time:%H:%M:%S}" if after else ""


def _others_ok(scene: Scene) -> Verdict:
    if scene.failing is None or len(scene.on_path) < 2:
        return None
    others = [e for e in scene.on_path if scene.near(e, NEAR_S) and not scene.same_caller(e)]
    after = [e for e in others if not scene.before(e)]
    if not others or alternates(scene) or signs_in_elsewhere(scene) or server_decides(scene):
        return None
    if _everyone_refused(scene):
        return ""
    if len(after) >= 3 and not any(map(ok, after)):
        return ""
    return f"Other callers are let in on {scene.path} at that time" if any(map(ok, others)) else ""


@once
def _everyone_refused(scene: Scene) -> Verdict:
    if scene.failing is None:
        return None
    verdict = _refused_since(scene, scene.on_path)
    if not verdict:
        area = [
            e
            for e in scene.peers
            if _same_area(e.path, scene.path) and scene.guarded(e.path) and not SIGN_IN.search(e.path or "")
        ]
        verdict = verdict or _refused_since(scene, area)
    return None if verdict == "" and server_decides(scene) else verdict


def _refused_since(scene: Scene, entries: Sequence[Entry]) -> Verdict:
    """Whether nobody of these is let in any more, from before the failing request to the end of what was read."""
    entries = [e for e in entries if e.method != "OPTIONS" and e.time]
    good = [e for e in entries if ok(e)]
    bad = [e for e in entries if e.status == 401]
    if not good or len(bad) < 3:
        return None
    last = max(e.time for e in good if e.time)
    since = [e for e in bad if e.time and e.time > last]
    known = frozenset[str]().union(*(scene.names(e) for e in good))
    callers = {scene.names(e) for e in since if scene.names(e) & known}
    if last >= scene.at or len(since) < 3:
        return ""
    several = len({scene.names(e) for e in good}) > 1 or started_between(
        scene, last, min(e.time for e in since if e.time)
    )
    if len(since) >= NAMELESS and not any(map(scene.names, bad)) and several:
        return f"Since {last:%H:%M:%S} every request is refused, and those before were let in"
    if len(callers) < 2:
        return ""
    return f"Since {last:%H:%M:%S} every request is refused, those of {len(callers)} callers too who were let in before"


def _same_area(one: str | None, other: str | None) -> bool:
    """Whether two paths share their first segment, or are both short."""
    first = [(p or "").strip("/").split("/")[0] for p in (one, other)]
    return first[0] == first[1]


def _signed_in(scene: Scene) -> Verdict:
    """A sign-in right before, after which the same caller, where callers can be told apart, was let in nowhere."""
    if scene.failing is None or SIGN_IN.search(scene.path or ""):
        return None
    mine = _mine(scene) if _known(scene) else list(scene.peers)
    posts = [e for e in scene.peers if e.method == "POST" and SIGN_IN.search(e.path or "") and scene.before(e)]
    last = next((e for e in reversed(posts) if ok(e) and scene.near(e, SIGNED_IN_S)), None)
    if last is None or last.time is None or (_known(scene) and not _alike(scene, last)):
        return None
    if any(lasting(scene, last)):
        return ""  # it was answered well and did not go well
    again = min((e.time for e in _sign_ins_after(scene, last) if e.time), default=None)
    since = [e for e in mine if e.time and e.time > last.time and (again is None or e.time < again)]
    if any(ok(e) for e in since if scene.guarded(e.path)):
        return "" if _known(scene) else None
    return f"A sign-in at {last.time:%H:%M:%S} went well, and what followed was refused"


def _sign_ins_after(scene: Scene, last: Entry) -> list[Entry]:
    """The sign-ins of the same caller behind the failing request: what follows them is let in by them."""
    posts = (e for e in scene.peers if e.method == "POST" and SIGN_IN.search(e.path or "") and ok(e))
    return [e for e in posts if e is not last and not scene.before(e) and _alike(scene, e)]


def _alike(scene: Scene, sign_in: Entry) -> bool:
    """Whether a sign-in may be the failing caller's: it names no user yet, so the address and the client decide."""
    mine = scene.failing
    return mine is not None and (mine.client, agent(mine)) == (sign_in.client, agent(sign_in))


def _refreshed(scene: Scene) -> Verdict:
    if not scene.path or not re.search(r"(?i)refresh|oauth.*token", scene.path):
        return None
    mine = scene.failing
    alike = [e for e in scene.on_path if mine is None or (agent(e) and agent(e) == agent(mine))]
    if not re.search(r"(?i)refresh|renew", scene.path):  # at a token endpoint others ask for other tokens
        alike = [e for e in alike if mine is None or e.client == mine.client]
    good = [e for e in alike if ok(e) and scene.before(e)]
    return f"A refresh by the same kind of client succeeded at {good[-1].time:%H:%M:%S}" if good else ""


def _attempts(scene: Scene) -> Verdict:
    mine = scene.failing
    user = (mine.user if mine else None) or next(iter(scene.report.users), None)
    if not user:
        return None
    word = re.compile(rf"(?i)\b{re.escape(user)}\b")
    tries = [e for e in scene.found.around if scene.before(e) and e.status in {401, None} and word.search(e.text)]
    tries = [e for e in tries if e.status == 401 or match(e.text, "log")]
    return f"{len(tries)} refused attempts for the same user came before" if len(tries) >= 4 else ""


CHECKS: dict[str, Check] = {
    "log.caller_ok_before": _ok_before,
    "log.caller_never_ok": _never_ok,
    "log.idle_before": _idle_before,
    "log.caller_ok_elsewhere": _ok_elsewhere,
    "log.others_ok": _others_ok,
    "log.everyone_refused_since": _everyone_refused,
    "log.signed_in_before": _signed_in,
    "log.refreshed_before": _refreshed,
    "log.failed_attempts_before": _attempts,
    "log.challenge_unanswered": unanswered,
    "log.other_key_id_accepted": unlike_accepted,
}
