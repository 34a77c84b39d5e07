"""What changed before the failing request, and what comes and goes: restarts, processes, clocks."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise

from bot.model import Entry
from bot.reading.links import moment
from bot.reading.scene import Scene, ok
from bot.reading.verdict import Check, Verdict, once
from bot.tokens.times import MISREAD_S
from knowledge.messages import match

TOKEN_TIME = re.compile(
    r"(?i)\b(?:iat|nbf|issued(?: at)?|not before)\b\W{1,4}(\d{10}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)"
)
BEGINNING = re.compile(
    r"(?i)(?<![\w-])(?:re)?(?:boot\w*|start\w*|up|ready|listening|load\w*|read|config\w*|settings|init\w*|open(?:ed)?|launch\w*"
    r"|gestartet|geladen|bereit|hochgefahren|iniciad\w*|arran(?:c|qu)\w*|cargad\w*|démarr\w*|chargé\w*|avviat\w*|iniciou|carregad\w*"
    r"|startad|opgestart)(?![\w-])"
)
"""How a line says that a service began, or read its settings."""
COUNT = re.compile(
    r"(?<![\w.:/-])(?P<many>\d{1,6}) (?P<thing>[^\W\d_][\w-]{2,30})(?:\(\w{1,3}\))?"
    r"|(?<![\w.-])[\"']?(?P<name>[A-Za-z_][\w-]{2,40})[\"']?\s?[:=]\s?[\"']?(?P<value>\d{1,6})(?![\w.:/-])"
)
"""`3 files`, `keys=5`, `"policies": 12`."""
TALLY = re.compile(
    r"(?i)^total$|remaining|tries|err|warn|fail|retr|skip|pending|queue|active|conn|session|client|request|uptime|port"
    r"|pid|worker|thread|delay"
    r"|ms$|sec|attempt|restart|drop|lag|debug|level|code|status|offset|backlog|hits|miss|ignored|invalid"
)
"""Counts that are well at nothing."""
HALF_HOUR_S, ZONE_S = 1800.0, 3.0
"""By what time zones are apart, and how far two lines of one request are off from that."""
AHEAD_S = 2.0
"""By how much clocks must differ to be told: NumericDates are whole seconds, and lines are written late."""
START = 600
"""Characters of a line of a start that are looked at."""


@once
def alternates(scene: Scene) -> Verdict:
    """Whether the same callers are refused and let in by turns, with the same refusal."""
    if scene.failing is None:
        return None
    size = scene.failing.get("size")
    runs: dict[tuple[object, str], list[bool]] = defaultdict(list)
    for entry in scene.peers:
        same_refusal = entry.status == 401 and (size is None or entry.get("size") == size)
        if scene.guarded(entry.path) and (ok(entry) or same_refusal):
            runs[_known_by(scene, entry), entry.path or ""].append(ok(entry))
    flapping = [run for run in runs.values() if sum(a != b for a, b in pairwise(run)) >= 3]
    return f"{len(flapping)} callers are refused and let in by turns" if len(flapping) >= 3 else ""


def _known_by(scene: Scene, entry: Entry) -> object:
    """The caller, or where refusals hide callers the client's full name."""
    return scene.names(entry) if scene.names(scene.failing or entry) else entry.user_agent


def _restarted(scene: Scene) -> Verdict:
    return _restart(scene) or _new_process(scene) or ("" if scene.found.around else None)


def _restart(scene: Scene) -> Verdict:
    starts = [e for e in scene.found.around if scene.before(e) and _starts(e)]
    if not starts:
        return None if not scene.found.around else ""
    latest = starts[-1]
    running = [e for e in scene.found.around if e.time and latest.time and e.time < latest.time - timedelta(seconds=2)]
    if len(running) < 3 or not any(e.status is not None for e in running):
        return ""
    return f"The service was started at {latest.time:%H:%M:%S}, shortly before ({latest.file.rpartition('/')[2]})"


def _emptied(scene: Scene) -> Verdict:
    """Whether the service counted nothing at its last start, or load of settings, of what it counted some of before."""
    told: dict[str, dict[str, int]] = {}
    verdict: Verdict = None
    for entry in scene.found.around:
        if entry.status is not None or not scene.before(entry) or not BEGINNING.search(entry.text[:START]):
            continue
        now = {
            (m["thing"] or m["name"]).lower(): int(m["many"] or m["value"]) for m in COUNT.finditer(entry.text[:START])
        }
        past = told.setdefault(entry.file, {})
        gone = [thing for thing, many in now.items() if many == 0 and past.get(thing) and not TALLY.search(thing)]
        if gone and not let_in_since(scene, entry):
            verdict = (
                f"{entry.time:%H:%M:%S}: no {', no '.join(gone[:3])} any more, {past[gone[0]]} at the start before"
            )
        elif now and past.keys() & now.keys():
            verdict = ""
        past.update(now)
    return verdict


def let_in_since(scene: Scene, start: Entry) -> bool:
    """Whether anybody got in since a start where others are refused."""
    return any(ok(e) and scene.guarded(e.path) for e in scene.peers if e.time and start.time and e.time > start.time)


def started_between(scene: Scene, one: datetime, other: datetime) -> bool:
    """Whether the service was started between these moments."""
    return any(e.time and one <= e.time <= other and _starts(e) for e in scene.found.around)


def _starts(entry: Entry) -> bool:
    return entry.status is None and any(h.finding == "says.service_started" for h in match(entry.text, "log"))


def _new_process(scene: Scene) -> Verdict:
    """A restart that only shows in the process ids."""
    lines = [
        e
        for e in scene.found.around
        if e.pid and e.time and e.file == (scene.failing.file if scene.failing else e.file)
    ]
    before = {e.pid for e in lines if scene.before(e)}
    mine = scene.failing.pid if scene.failing else None
    if not mine or len(before) < 2:
        return None
    first_seen = min(e.time for e in lines if e.pid == mine and e.time)
    older = [e for e in lines if e.pid != mine and e.time and e.time < first_seen]
    later_older = [e for e in lines if e.pid != mine and e.time and e.time > first_seen]
    return f"A new process ({mine}) has served since {first_seen:%H:%M:%S}" if older and not later_older else ""


def _clocks_apart(scene: Scene) -> Verdict:
    """Two machines' clocks that are apart by no whole number of half hours, as time zones would be."""
    for file, off in scene.found.apart:
        beside = abs(off) % HALF_HOUR_S
        if min(beside, HALF_HOUR_S - beside) > ZONE_S:
            way = "ahead of" if off > 0 else "behind"
            mine = scene.failing.file.rpartition("/")[2] if scene.failing else "the other log"
            return f"The same requests stand in {file.rpartition('/')[2]} {abs(off):.0f} s {way} {mine}"
    return None


def _token_ahead(scene: Scene) -> Verdict:
    for entry in scene.found.request:
        for stamp in TOKEN_TIME.findall(entry.text):
            when = moment(stamp)
            if entry.time and when and timedelta(seconds=0.5) < when - entry.time < timedelta(hours=13):
                return f"The token's date lies {(when - entry.time).total_seconds():.0f} s ahead of the server's clock"
    return _posted_ahead(scene) or ""


@once
def _posted_ahead(scene: Scene) -> Verdict:
    """Whether the token that was sent was made before the call by the caller's clock, and after it by the server's."""
    called, refused = scene.report.at, [e.time for e in scene.found.request if e.time and not ok(e)]
    if called is None or not refused:
        return None
    latest = called + timedelta(seconds=max(scene.report.at_precision_s or 0.0, AHEAD_S))
    for made in (moment(str(p.token.iat)) for p in scene.report.presented if p.token and p.token.iat):
        ahead = (made - max(refused)).total_seconds() if made and made <= latest else 0.0
        if AHEAD_S <= ahead <= MISREAD_S:
            return f"The token was made {ahead:.0f} s after its refusal, by the clock that logged that"
    return None


CHECKS: dict[str, Check] = {
    "log.alternates": alternates,
    "log.restart_before": _restarted,
    "log.start_emptied": _emptied,
    "log.token_time_ahead": _token_ahead,
    "token.issued_in_future": _posted_ahead,
    "log.clocks_apart": _clocks_apart,
}
