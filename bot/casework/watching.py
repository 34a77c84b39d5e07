"""A case is watched after its answer, and after its end: whether the same caller gets through, or is refused again."""

from __future__ import annotations

from dataclasses import replace

from bot import reply
from bot.cases import Case, Watch
from bot.casework import answer, closing, timers
from bot.casework.desk import Desk
from bot.jobs import Job
from bot.proof.model import Seen
from bot.reply import Place

RETURNS = 3
"""How often the logs alone reopen a case; after that people have to say so."""


async def watch(desk: Desk, job: Job, case: Case) -> Case | None:
    """Look once, and set the time of the next look."""
    if case.watch is None or case.reply_ts is None or case.diagnosis is None:
        return None
    now = desk.clock()
    seen = await desk.proof(case, case.watch.since, now)
    looked = replace(case, watch=timers.next_turn(case.watch, desk.intervals, now))
    proven = case.state == "solved" and bool(case.proof)
    if seen.verdict == "works" and not proven:
        return await closing.prove(desk, looked, seen)
    if seen.verdict == "refused" and case.state == "solved":
        return await (_returned if proven else _doubted)(desk, looked, seen)
    return looked


async def again(desk: Desk, job: Job, case: Case) -> Case:
    """Look again because somebody asks to: it may work by now."""
    if case.watch and case.diagnosis and case.reply_ts and job.kind == "again":
        seen = await desk.proof(case, case.watch.since, desk.clock())
        if seen.verdict == "works":
            return await closing.prove(desk, case, seen)
    return await answer.give(desk, replace(case, state="open", proof=""), case.report)


async def _doubted(desk: Desk, case: Case, seen: Seen) -> Case:
    """Somebody said that it works, and after that the same caller was refused: that is news, once."""
    assert case.watch is not None
    assert case.diagnosis is not None
    assert case.reply_ts is not None
    if seen.entry is None or seen.entry.time is None or seen.entry.time <= case.watch.begun:
        return case
    await reply.edit(desk.slack, case.channel, case.reply_ts, desk.pages.doubted(case.id, case.diagnosis, seen.text))
    news = f"This was said to work, and the service has refused it since. {seen.text}."
    await _tell(desk, case, news, "doubted")
    return replace(case, state="open", company=None, updated=desk.clock())


async def _returned(desk: Desk, case: Case, seen: Seen) -> Case:
    """It worked, and the same caller is refused again: the case is open again, and is looked into."""
    if case.returns >= RETURNS or seen.entry is None:
        return case
    entry = seen.entry
    report = replace(case.report, at=entry.time, at_precision_s=1.0, ids=(*entry.ids, *case.report.ids)[:20])
    reopened = replace(case, state="open", proof="", returns=case.returns + 1)
    told = f"It worked, and now it is refused again. {seen.text}."
    given = await answer.give(desk, reopened, report, (f"Looked again: {told}",))
    await _tell(desk, given, told, "returned")
    now = desk.clock()
    return replace(given, watch=Watch(since=entry.time or now, begun=now))


async def _tell(desk: Desk, case: Case, text: str, name: str) -> None:
    place = Place(case.channel, case.thread_ts)
    news = desk.pages.news(case.id, text, user=case.reporter)
    await reply.post_once(desk.slack, desk.redis, place, news, case=case.id, name=name)
