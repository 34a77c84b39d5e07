"""A case ends: by somebody's word, by what was seen, or because its incident is over."""

from __future__ import annotations

from dataclasses import replace

from bot import cases, joining, outcomes, reply
from bot.cases import Case, Watch
from bot.casework.answer import bounded
from bot.casework.desk import Desk
from bot.jobs import Job
from bot.model import Diagnosis, Entry
from bot.proof.model import Seen
from bot.reply import Place

FOR_ALL = "all"
"""What a job is about when a support engineer says that it is over for everybody."""


async def solve(desk: Desk, job: Job, case: Case) -> Case | None:
    """Close the case on somebody's word, say so, and look at once whether it can be seen."""
    if case.reply_ts is None or case.diagnosis is None or (case.state == "solved" and case.proof):
        return None
    who = "the person who reported it" if job.user == case.reporter else "a colleague"
    who = "a support engineer, for all who report it" if job.about == FOR_ALL else who
    told = f"It works now, says {who}. Nothing has proved it yet."
    await reply.edit(desk.slack, case.channel, case.reply_ts, desk.pages.solved(case.id, case.diagnosis, told))
    await outcomes.confirm(desk.redis, case, "reporter")
    solved = replace(case, state="solved", proof="", updated=desk.clock())
    if job.about == FOR_ALL:
        told = f"A support engineer says so for case {case.id}, which reports the same."
        await joining.over(desk.redis, solved, told)
    seen = await desk.proof(case, case.watch.since if case.watch else case.created, desk.clock())
    return await prove(desk, solved, seen) if seen.verdict == "works" else solved


async def prove(desk: Desk, case: Case, seen: Seen) -> Case:
    """Close the case with what proved it, and tell the cases that are of the same incident."""
    assert case.reply_ts is not None
    assert case.diagnosis is not None
    assert seen.how is not None
    await reply.edit(
        desk.slack, case.channel, case.reply_ts, desk.pages.solved(case.id, case.diagnosis, f"{seen.text}.")
    )
    await outcomes.confirm(desk.redis, case, seen.how)
    now = desk.clock()
    watch = Watch(since=(seen.entry.time if seen.entry else None) or now, begun=now)
    diagnosis = _with(case.diagnosis, seen.entry)
    proven = replace(case, state="solved", proof=seen.text, diagnosis=diagnosis, watch=watch, updated=now)
    await joining.over(desk.redis, proven, f"Case {case.id} reports the same, and there it works: {_lower(seen.text)}.")
    return proven


async def over(desk: Desk, job: Job, case: Case) -> Case | None:
    """Tell a case that the incident is over that it belongs to; in the thread only where it was asked about again."""
    if case.reply_ts is None or case.diagnosis is None or case.state in cases.ENDED:
        return None
    told = f"{job.about} Tell me here if it still fails for you."
    await reply.edit(desk.slack, case.channel, case.reply_ts, desk.pages.solved(case.id, case.diagnosis, told))
    if case.revision > 1:
        news = desk.pages.news(case.id, f"This is over. {told}", user=case.reporter)
        await reply.post_once(
            desk.slack, desk.redis, Place(case.channel, case.thread_ts), news, case=case.id, name="over"
        )
    return replace(case, state="solved", proof="", updated=desk.clock())


async def silence(desk: Desk, job: Job, case: Case) -> Case | None:
    """Close a case of which nobody said anything more, quietly."""
    if case.reply_ts is None or case.diagnosis is None:
        return None
    await reply.edit(desk.slack, case.channel, case.reply_ts, desk.pages.closed(case.id, case.diagnosis))
    return replace(case, state="closed", watch=None, updated=desk.clock())


def _lower(text: str) -> str:
    """A sentence as a part of another."""
    return text[:1].lower() + text[1:]


def _with(diagnosis: Diagnosis, entry: Entry | None) -> Diagnosis:
    """The diagnosis with the line that proves its end, for the evidence behind the button."""
    return replace(diagnosis, log_lines=(*diagnosis.log_lines, bounded(entry))) if entry else diagnosis
