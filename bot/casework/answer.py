"""Look into a report and put the answer into the case's one message."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot import cases, consent, joining, outcomes, reply
from bot.cases import Case
from bot.casework import showing
from bot.casework.desk import Desk
from bot.jobs import Job
from bot.model import Diagnosis, Entry, Report
from bot.reply import Message

LOGS_MAX = 262_144
"""Characters that are kept of each log that was posted, the latest."""
LINE_MAX = 2_000
"""Characters that are kept of a log line, four times what the evidence shows: some lines are megabytes."""
FIELDS_MAX = 100


async def give(desk: Desk, case: Case, report: Report, notes: tuple[str, ...] = (), asker: str = "") -> Case:
    """Show that we look, look, and put the answer in the same message.

    `asker`: who is written to where the bot cannot speak; the reporter unless somebody else asked for them.
    """
    async with showing.shown(desk, case, report, asker) as (begun, watch):
        diagnosis = await desk.investigate(report, watch, case.allowed)
    diagnosis = replace(diagnosis, notes=(*notes, *diagnosis.notes))
    if await desk.access.is_named(case.reporter, diagnosis.service):
        diagnosis = replace(diagnosis, role="owner")
    asked = not usable(report, diagnosis)
    waiting = asked or (diagnosis.next_step is not None and diagnosis.next_step.kind == "question")
    case = _answered(begun, report, diagnosis, waiting=waiting)
    joined = await joining.join(desk.redis, case, desk.clock())
    page = desk.pages.ask(case.id, diagnosis) if asked else await _page(desk, case, diagnosis, joined)
    if not asked:
        # Before it is shown: what is pressed at once under the answer needs the case to be written by then.
        await outcomes.answered(desk.redis, case)
    await reply.edit(desk.slack, case.channel, case.reply_ts or "", page)
    return replace(case, company=None if asked else joined.others)


async def follow(desk: Desk, job: Job, case: Case) -> Case | None:
    """Say in the case's message how many others report the same by now, where it is still the answer."""
    if case.company is None or case.state in cases.ENDED or case.reply_ts is None or case.diagnosis is None:
        return None
    joined = await joining.company(desk.redis, case)
    if joined.others <= case.company:
        return None
    await reply.edit(desk.slack, case.channel, case.reply_ts, await _page(desk, case, case.diagnosis, joined))
    return replace(case, company=joined.others)


async def _page(desk: Desk, case: Case, diagnosis: Diagnosis, joined: joining.Joined) -> Message:
    among = diagnosis.next_step.among if diagnosis.next_step else ()
    zone = ZoneInfo(await desk.zone(case.reporter)) if among else UTC
    allow = consent.offer(diagnosis, case.allowed)
    return desk.pages.answer(case.id, diagnosis, joined=joined, allow=allow, zone=zone)


def usable(report: Report, diagnosis: Diagnosis) -> bool:
    """Whether the report says anything that an answer could stand on."""
    said = (
        report.url or report.host or report.path or report.ids or report.exchanges or report.links or report.presented
    )
    return bool(said or diagnosis.log_lines or diagnosis.known)


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
