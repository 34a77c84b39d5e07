"""What a worker does with a job: investigate, answer in the case's one message, remember. Any step may be repeated."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from redis.asyncio import Redis

from bot import cases, reply
from bot.cases import Case
from bot.codec import UnreadableError
from bot.intake.interface import Attachment
from bot.intake.merge import follow
from bot.jobs import File, Job
from bot.model import Diagnosis, Report
from bot.reply import Message, Place, Posted
from bot.slack import RefusedError, Slack, UnclearError, ask

NOT_THERE = {"channel_not_found", "not_in_channel"}
TEXT_MAX = 65_536
"""Characters of a report's words that are kept over all its follow-ups, the latest."""
LOGS_MAX = 262_144
"""Characters that are kept of each log that was posted, the latest."""
LINE_MAX = 2_000
"""Characters that are kept of a log line, four times what the evidence shows: some lines are megabytes."""
FIELDS_MAX = 100

log = logging.getLogger(__name__)


class Pages(Protocol):
    """How things are said in Slack; handlers/blocks says them."""

    def looking(self, case_id: str, steps: Sequence[str], done: int) -> Message:
        """The work is under way; the first `done` steps are finished."""

    def answer(self, case_id: str, diagnosis: Diagnosis) -> Message:
        """The answer."""

    def ask(self, case_id: str, diagnosis: Diagnosis) -> Message:
        """Nothing usable was said: one question, one example."""

    def solved(self, case_id: str, diagnosis: Diagnosis, proof: str) -> Message:
        """The case is closed."""

    def cannot_finish(self, case_id: str) -> Message:
        """The work failed for good."""

    def handover(self, case_id: str, diagnosis: Diagnosis | None, group: str, user: str) -> Message:
        """Calls the service's owners."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What casework needs of the world."""

    slack: Slack
    redis: Redis
    pages: Pages
    investigate: Callable[[Report, Callable[[str], None], Iterable[str]], Awaitable[Diagnosis]]
    """Takes the report, what to tell each step, and the hosts that may be asked besides those of services.yaml."""
    read: Callable[..., Report]
    """`bot.intake.read`."""
    fetch: Callable[[File], Awaitable[Attachment | str]]
    zone: Callable[[str], Awaitable[str]]
    """The time zone of a user."""
    owners: Callable[[Diagnosis | None], str]
    """The user group to call for the service of a diagnosis; empty when nobody is named."""


async def handle(desk: Desk, job: Job) -> Case | None:
    """Do the job; the case as it is afterwards, or None where nothing changed."""
    case = await _stored(desk, job)
    try:
        if job.kind == "report":
            return await _report(desk, job, case)
        if case is None:
            return None
        if job.kind in {"again", "failing"}:
            return await _answer(desk, replace(case, state="open"), case.report)
        return await (_solve if job.kind == "works" else _hand_over)(desk, job, case)
    except RefusedError as error:
        log.error("case %s: Slack refused for good (%s)", job.case, error.code)
        return None


async def give_up(desk: Desk, job: Job) -> Case | None:
    """Say in the thread that this could not be finished."""
    case = await _stored(desk, job)
    case = case or (_new(job, job.report) if job.report else None)
    if case is None:
        return None
    message = desk.pages.cannot_finish(case.id)
    try:
        posted = await _reply(desk, case, message)
        await reply.edit(desk.slack, posted.channel, posted.ts, message)
    except (RefusedError, UnclearError) as error:
        log.error("case %s: could not even say that it could not be finished (%s)", case.id, error)
        return None
    return _at(case, posted)


async def _stored(desk: Desk, job: Job) -> Case | None:
    """The job's case. One that another version wrote in another way is begun anew: failing would fail for ever."""
    try:
        return await cases.get(desk.redis, job.case)
    except UnreadableError as error:
        log.error("case %s cannot be read (%s)", job.case, error)
        return None


async def _report(desk: Desk, job: Job, case: Case | None) -> Case | None:
    report = job.report
    assert report is not None
    attachments = [await desk.fetch(file) for file in job.files]
    files = tuple(item for item in attachments if isinstance(item, Attachment))
    notes = tuple(item for item in attachments if isinstance(item, str))
    if files:
        report = await asyncio.to_thread(desk.read, "", posted_at=job.at, attachments=files, earlier=report)
    if case is not None:
        report = follow(case.report, report)
    elif job.ts and job.thread_ts != job.ts and (first := await _first(desk, job)):
        report = follow(first, report)
    report = replace(report, text=report.text[-TEXT_MAX:])
    case = case or _new(job, report)
    if case.revision and job.ts:
        await _acknowledge(desk, job)
    return await _answer(desk, replace(case, state="open"), report, notes)


async def _first(desk: Desk, job: Job) -> Report | None:
    """What the thread is about, when we are called into one; read and redacted at once."""
    try:
        answer = await ask(desk.slack.calls.conversations_replies(channel=job.channel, ts=job.thread_ts, limit=1))
    except (RefusedError, UnclearError) as error:
        log.info("case %s: the thread's first message cannot be read (%s)", job.case, error)
        return None
    first: dict[str, Any] = next(iter(answer.get("messages") or ()), {})
    if first.get("ts") != job.thread_ts or not first.get("user") or first.get("bot_id"):
        return None
    posted_at = datetime.fromtimestamp(float(job.thread_ts), UTC)
    zone = ZoneInfo(await desk.zone(first["user"]))
    return await asyncio.to_thread(desk.read, str(first.get("text") or ""), posted_at=posted_at, tz=zone)


async def _answer(desk: Desk, case: Case, report: Report, notes: tuple[str, ...] = ()) -> Case:
    """Show that we look, look, and put the answer in the same message."""
    posted = await _reply(desk, case, desk.pages.looking(case.id, ("reading your report",), 0))
    case = _at(case, posted)

    async def show(steps: Sequence[str]) -> None:
        page = desk.pages.looking(case.id, steps, len(steps) - 1)
        await reply.edit(desk.slack, posted.channel, posted.ts, page, patience_s=0)

    progress = reply.Progress(show, at_once=bool(case.revision))
    if case.revision:
        progress.step("looking again")
    try:
        diagnosis = await desk.investigate(report, progress.step, case.allowed)
    finally:
        await progress.close()
    diagnosis = replace(diagnosis, notes=(*notes, *diagnosis.notes))
    asked = not usable(report, diagnosis)
    page = (desk.pages.ask if asked else desk.pages.answer)(case.id, diagnosis)
    await reply.edit(desk.slack, posted.channel, posted.ts, page)
    waiting = asked or (diagnosis.next_step is not None and diagnosis.next_step.kind == "question")
    return _answered(case, report, diagnosis, waiting=waiting)


async def _reply(desk: Desk, case: Case, message: Message) -> Posted:
    """The case's one message; in a direct message where a slash command came from a channel that we are not in."""
    place = Place(case.channel, case.thread_ts)
    try:
        return await reply.post_once(desk.slack, desk.redis, place, message, case=case.id, name="reply")
    except RefusedError as error:
        if case.thread_ts or error.code not in NOT_THERE:
            raise
        place = Place(case.reporter)
        return await reply.post_once(desk.slack, desk.redis, place, message, case=case.id, name="reply")


async def _acknowledge(desk: Desk, job: Job) -> None:
    """Show the writer of a follow-up that it was taken in; a reaction makes no noise."""
    try:
        await ask(desk.slack.calls.reactions_add(channel=job.channel, timestamp=job.ts, name="eyes"))
    except (RefusedError, UnclearError) as error:
        log.info("no reaction (%s)", error)


async def _solve(desk: Desk, job: Job, case: Case) -> Case | None:
    if case.reply_ts is None or case.diagnosis is None:
        return None
    who = "the person who reported it" if job.user == case.reporter else "a colleague"
    page = desk.pages.solved(case.id, case.diagnosis, f"It works now, says {who}.")
    await reply.edit(desk.slack, case.channel, case.reply_ts, page)
    return replace(case, state="solved", updated=_now())


async def _hand_over(desk: Desk, job: Job, case: Case) -> Case | None:
    page = desk.pages.handover(case.id, case.diagnosis, desk.owners(case.diagnosis), job.user)
    place = Place(case.channel, case.thread_ts)
    # One call for help an answer: pressing the button twice calls nobody twice.
    name = f"handover-{case.revision}"
    await reply.post_once(desk.slack, desk.redis, place, page, case=case.id, name=name)
    return replace(case, state="handed_over", updated=_now())


def usable(report: Report, diagnosis: Diagnosis) -> bool:
    """Whether the report says anything that an answer could stand on."""
    said = (
        report.url or report.host or report.path or report.ids or report.exchanges or report.links or report.presented
    )
    return bool(said or diagnosis.log_lines or diagnosis.known)


def _new(job: Job, report: Report) -> Case:
    return Case(
        id=job.case,
        team=job.team,
        channel=job.channel,
        thread_ts=job.thread_ts,
        reporter=job.user,
        report=report,
        created=job.at,
        updated=job.at,
    )


def _at(case: Case, posted: Posted) -> Case:
    return replace(case, channel=posted.channel, thread_ts=case.thread_ts or posted.ts, reply_ts=posted.ts)


def _answered(case: Case, report: Report, diagnosis: Diagnosis, *, waiting: bool) -> Case:
    state: cases.State = "waiting" if waiting else "open"
    revision = case.revision + 1
    kept = replace(report, logs=tuple(replace(log, text=log.text[-LOGS_MAX:]) for log in report.logs))
    return replace(case, report=kept, diagnosis=_kept(diagnosis), state=state, revision=revision, updated=_now())


def _kept(diagnosis: Diagnosis) -> Diagnosis:
    """The diagnosis with its log lines cut to what the evidence may still want of them; the logs are the report's."""
    lines = (
        replace(
            line,
            text=line.text[:LINE_MAX],
            message=line.message[:LINE_MAX],
            fields=tuple((name[:LINE_MAX], value[:LINE_MAX]) for name, value in line.fields[:FIELDS_MAX]),
        )
        for line in diagnosis.log_lines
    )
    report = replace(diagnosis.report, logs=())
    return replace(diagnosis, report=report, log_lines=tuple(lines))


def _now() -> datetime:
    return datetime.now(UTC)
