"""Files of one service whose clocks are apart: both tell the same requests, at a constant distance.

A proxy's log and an application's, on two machines of which one clock is off, never meet by time. The failing request
and others around it stand in both, each with the same call and answer, so many seconds apart.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.logs.interface import Found
from bot.logs.join import together
from bot.logs.lookup import nearest, order
from bot.logs.neighbourhood import near
from bot.model import Entry

ENOUGH = 3
"""Requests, the failing one among them, that have to stand in both files at the same distance."""
CLEARLY = 2
"""How many times as many as at any other distance."""
NEAR, SLACK = timedelta(seconds=4), timedelta(seconds=1.5)
"""What is closer meets by itself; how far one second of a proxy's clock and a slow answer set two lines apart."""
MOST, DISTANCES = 400, 60

Call = tuple[str | None, str, int]
Calls = dict[Call, list[datetime]]


def aligned(found: Found) -> Found:
    """The same with the entries of files whose clock is off moved to the clock of the failing request's own file."""
    mine = next((e for e in found.request if _whole(e)), None)
    if mine is None or mine.time is None:
        return found
    everything = (*found.around, *found.beyond)
    base = nearest((e for e in everything if e.file == mine.file and _whole(e)), mine.time, MOST)
    joined = {e.file for e in found.request}
    others = {e.file for e in everything if _whole(e)} - joined
    apart = {name: off for name in sorted(others) if (off := _off(mine, base, _calls(everything, name)))}
    return _moved(found, mine.time, apart) if apart else found


def _whole(entry: Entry) -> bool:
    return entry.time is not None and entry.status is not None and entry.path is not None


def _call(entry: Entry) -> Call:
    return entry.method, (entry.path or "").rstrip("/"), entry.status or 0


def _calls(entries: Sequence[Entry], file: str) -> Calls:
    calls: Calls = defaultdict(list)
    for entry in entries:
        if entry.file == file and _whole(entry) and entry.time:
            calls[_call(entry)].append(entry.time)
    return {call: sorted(times) for call, times in calls.items()}


def _off(mine: Entry, base: Sequence[Entry], calls: Calls) -> timedelta | None:
    """How far the other file's clock is ahead; None where that is not sure."""
    at = mine.time
    if at is None:
        return None
    offs = sorted((time - at for time in calls.get(_call(mine), ())), key=abs)[:DISTANCES]
    votes = sorted(((sum(_meets(e, off, calls) for e in base), off) for off in offs), reverse=True)
    if not votes or votes[0][0] < ENOUGH or abs(votes[0][1]) < NEAR:
        return None
    rivals = [many for many, off in votes[1:] if abs(off - votes[0][1]) > 2 * SLACK]
    return votes[0][1] if votes[0][0] >= CLEARLY * max(rivals, default=0) else None


def _meets(entry: Entry, off: timedelta, calls: Calls) -> bool:
    times = calls.get(_call(entry), [])
    wanted = (entry.time or datetime.min) + off
    at = bisect_left(times, wanted - SLACK)
    return at < len(times) and times[at] <= wanted + SLACK


def _moved(found: Found, at: datetime, apart: dict[str, timedelta]) -> Found:
    everything = [_on(e, apart) for e in (*found.around, *found.beyond)]
    inside = near(at)
    around = [e for e in everything if inside.holds(e.time)]
    beyond = [e for e in everything if not inside.holds(e.time)]
    return replace(
        found,
        request=together(found.request, around),
        around=tuple(sorted(around, key=order)),
        beyond=tuple(sorted(beyond, key=order)),
        apart=tuple((name, off.total_seconds()) for name, off in apart.items()),
    )


def _on(entry: Entry, apart: dict[str, timedelta]) -> Entry:
    off = apart.get(entry.file)
    return replace(entry, time=entry.time - off) if off and entry.time else entry
