"""Look into a report and put the answer into the case's one message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot import cases, consent, joining, outcomes, reply
from bot.cases import Case
from bot.casework import private
from bot.casework.desk import Desk
from bot.jobs import Job
from bot.model import Diagnosis, Entry, Report
from bot.reply import Message, Place, Posted
from bot.slack import RefusedError

LOGS_MAX = 262_144
"""Characters that are kept of each log that was posted, the latest."""
LINE_MAX = 2_000
"""Characters that are kept of a log line, four times what the evidence shows: some lines are megabytes."""
FIELDS_MAX = 100


async def give(desk: Desk, case: Case, report: Report, notes: tuple[str, ...] = (), asker: str = "") -> Case:
    """Show that we look, look, and put the answer in the same message.

    `asker`: who is written to where the bot cannot speak; the reporter unless somebody else asked for them.
    """
    posted = await post(desk, case, desk.pages.looking(case.id, ("reading your report",), 0, report), asker)
    case = at(case, posted)
    diagnosis = await _investigated(desk, case, posted, report)
    diagnosis = replace(diagnosis, notes=(*notes, *diagnosis.notes))
    if await desk.access.is_named(case.reporter, diagnosis.service):
        diagnosis = replace(diagnosis, role="owner")
    asked = not usable(report, diagnosis)
    waiting = asked or (diagnosis.next_step is not None and diagnosis.next_step.kind == "question")
    case = _answered(case, report, diagnosis, waiting=waiting)
    joined = await joining.join(desk.redis, case, desk.clock())
    page = desk.pages.ask(case.id, diagnosis) if asked else _page(desk, case, diagnosis, joined)
    if not asked:
        # Before it is shown: what is pressed at once under the answer needs the case to be written by then.
        await outcomes.answered(desk.redis, case)
    await reply.edit(desk.slack, posted.channel, posted.ts, page)
    return replace(case, company=None if asked else joined.others)


async def follow(desk: Desk, job: Job, case: Case) -> Case | None:
    """Say in the case's message how many others report the same by now, where it is still the answer."""
    if case.company is None or case.state in cases.ENDED or case.reply_ts is None or case.diagnosis is None:
        return None
    joined = await joining.company(desk.redis, case)
    if joined.others <= case.company:
        return None
    await reply.edit(desk.slack, case.channel, case.reply_ts, _page(desk, case, case.diagnosis, joined))
    return replace(case, company=joined.others)


def _page(desk: Desk, case: Case, diagnosis: Diagnosis, joined: joining.Joined) -> Message:
    return desk.pages.answer(case.id, diagnosis, joined=joined, allow=consent.offer(diagnosis, case.allowed))


async def _investigated(desk: Desk, case: Case, posted: Posted, report: Report) -> Diagnosis:
    """The diagnosis; meanwhile its steps are shown, in Slack's own status line or by editing the message."""
    # An old answer must not stand there as if it were the new one, so that the first step is then an edit.
    edited, lined = not case.revision, False

    async def show(steps: Sequence[str]) -> None:
        nonlocal edited, lined
        if edited and await desk.agent.show(desk.slack, case.channel, case.thread_ts, steps[-1]):
            lined = True
            return
        edited = True
        page = desk.pages.looking(case.id, steps, len(steps) - 1, report)
        await reply.edit(desk.slack, posted.channel, posted.ts, page, patience_s=0)

    progress = reply.Progress(show, at_once=bool(case.revision))
    if case.revision:
        progress.step("looking again")
    try:
        return await desk.investigate(report, progress.step, case.allowed)
    finally:
        await progress.close()
        if lined:
            await desk.agent.clear(desk.slack, case.channel, case.thread_ts)


async def post(desk: Desk, case: Case, message: Message, asker: str = "") -> Posted:
    """The case's one message; a direct one where somebody asked from a channel that we are not in."""
    channel = await private.direct(desk.slack, case.channel) if case.channel[:1] in "UW" else case.channel
    place = Place(channel, case.thread_ts)
    try:
        return await reply.post_once(desk.slack, desk.redis, place, message, case=case.id, name="reply")
    except RefusedError as error:
        if case.reply_ts or error.code not in private.NOT_THERE:
            raise
        place = Place(await private.direct(desk.slack, asker or case.reporter))
        return await reply.post_once(desk.slack, desk.redis, place, message, case=case.id, name="reply")


def usable(report: Report, diagnosis: Diagnosis) -> bool:
    """Whether the report says anything that an answer could stand on."""
    said = (
        report.url or report.host or report.path or report.ids or report.exchanges or report.links or report.presented
    )
    return bool(said or diagnosis.log_lines or diagnosis.known)


def at(case: Case, posted: Posted) -> Case:
    """The case as it hangs on the message that was posted for it."""
    own = posted.channel != case.channel or not case.thread_ts
    return replace(case, channel=posted.channel, thread_ts=posted.ts if own else case.thread_ts, reply_ts=posted.ts)


def _answered(case: Case, report: Report, diagnosis: Diagnosis, *, waiting: bool) -> Case:
    state: cases.State = "waiting" if waiting else "open"
    revision = case.revision + 1
    report = replace(report, logs=tuple(replace(log, text=log.text[-LOGS_MAX:]) for log in report.logs))
    return replace(case, report=report, diagnosis=kept(diagnosis), state=state, revision=revision, updated=now())


def kept(diagnosis: Diagnosis) -> Diagnosis:
    """The diagnosis with its log lines cut to what the evidence may still want of them; the logs are the report's."""
    report = replace(diagnosis.report, logs=())
    return replace(diagnosis, report=report, log_lines=tuple(map(bounded, diagnosis.log_lines)))


def bounded(line: Entry) -> Entry:
    """A log line cut to what is kept of it."""
    return replace(
        line,
        text=line.text[:LINE_MAX],
        message=line.message[:LINE_MAX],
        fields=tuple((name[:LINE_MAX], value[:LINE_MAX]) for name, value in line.fields[:FIELDS_MAX]),
    )


def now() -> datetime:
    """The time, UTC."""
    return datetime.now(UTC)
