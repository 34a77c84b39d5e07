"""From a message to a recorded job: the raw words are read and redacted here and go no further."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from bot import cases, jobs
from bot.cases import Case
from bot.codec import UnreadableError
from bot.jobs import File, Job, Kind
from bot.model import Report
from bot.reading.answered import USER_ASKED, understood, user_named
from bot.redact import redact
from bot.strangers import discreet
from handlers.deps import Deps
from handlers.recognise import says_it_fails, says_it_works

FILES = 5
Event = dict[str, Any]


async def take(deps: Deps, event: Event, body: Event, *, addressed: bool) -> bool:
    """Record what the message asks. False: it had been recorded, or it brings nothing to the case of its thread.

    `addressed`: the bot was mentioned or written to directly, so that it answers in any case.
    """
    team, channel, ts = deps.team, str(event["channel"]), str(event["ts"])
    thread_ts = str(event.get("thread_ts") or ts)
    known = await cases.in_thread(deps.redis, team, channel, thread_ts)
    report = await read(deps, str(event.get("text") or ""), str(event["user"]), ts)
    files = files_of(event)
    case = await known_case(deps, known) if known else None
    report = await _answering(deps, case, str(event["user"]), words_of(deps, event), report)
    kind = "report" if files else _kind(case, str(event["user"]), report, addressed=addressed)
    if known and not addressed and kind == "report" and not _matters(case, str(event["user"]), report, files):
        return False
    case_id = known or await cases.assign(deps.redis, team, channel, thread_ts)
    job = Job(
        id=f"{channel}:{ts}",
        kind=kind,
        case=case_id,
        team=team,
        channel=channel,
        thread_ts=thread_ts,
        ts=ts,
        user=str(event["user"]),
        at=moment(ts),
        report=report if kind == "report" else None,
        files=files,
    )
    return await jobs.record(deps.redis, job, once=once_of(event, body, team))


def once_of(event: Event, body: Event, team: str) -> tuple[str, ...]:
    """The names of a message: the same when it comes twice, as an event or as a mention."""
    ts = event["ts"]
    return f"event:{body.get('event_id', ts)}", f"message:{team}:{event['channel']}:{ts}"


def words_of(deps: Deps, event: Event) -> str:
    """What was written, without the mention of the bot."""
    return _words(deps, str(event.get("text") or ""))


def _words(deps: Deps, text: str) -> str:
    return text.replace(f"<@{deps.slack.user}>", " ").strip()


async def read(deps: Deps, text: str, user: str, ts: str) -> Report:
    """The report in somebody's words, in their time zone; without secrets, and without names they may not ask about."""
    words = _words(deps, text)
    zone = ZoneInfo(await deps.people.zone(user))
    report = await asyncio.to_thread(deps.read, words, posted_at=moment(ts), tz=zone)
    return await discreet(deps.people, user, report)


def brings_evidence(report: Report) -> bool:
    """Whether there is anything in it that could change an answer, whoever says it."""
    return bool(report.url or report.path or report.ids or report.exchanges or report.presented or report.links)


def moment(ts: str) -> datetime:
    """The time in a Slack timestamp."""
    return datetime.fromtimestamp(float(ts), UTC)


async def known_case(deps: Deps, case_id: str) -> Case | None:
    """The workspace's case of that id: another one's is unknown here, and so is one that cannot be read."""
    try:
        case = await cases.get(deps.redis, case_id)
    except UnreadableError:
        return None
    return case if case is not None and case.team == deps.team else None


async def _answering(deps: Deps, case: Case | None, user: str, words: str, report: Report) -> Report:
    """The report with the answer that its words give to the case's question, when they are nothing more."""
    step = case.diagnosis.next_step if case and case.diagnosis else None
    if step is None or brings_evidence(report):
        return report
    if (at := understood(step, words)) is not None:
        return replace(report, text="", answered=((step.id, at),))
    if step.id == USER_ASKED and report.at is None:
        named = user_named(step, words)
        return await discreet(deps.people, user, replace(report, users=(named,)) if named else report, answers=True)
    return report


def _matters(case: Case | None, user: str, report: Report, files: tuple[File, ...]) -> bool:
    """Whether a reply that nobody addressed to us is news: of anybody what is evidence, of the reporter also a time,
    a status, and whatever answers when we asked."""
    if files or brings_evidence(report):
        return True
    told = bool(report.status or report.at or report.answered)
    return case is not None and case.reporter == user and (told or case.state == "waiting")


def _kind(case: Case | None, user: str, report: Report, *, addressed: bool) -> Kind:
    """What a reply in a case's thread is: words on whether it works, by the reporter or to the bot, or more to know."""
    if case is None or case.diagnosis is None or not (addressed or case.reporter == user) or report.secrets:
        return "report"
    if says_it_works(report.text):
        return "works"
    told = says_it_fails(report.text) and not brings_evidence(report) and case.state != "waiting"
    return "failing" if told else "report"


def files_of(event: Event) -> tuple[File, ...]:
    """The files that came with a message or a form."""
    shared = (f for f in event.get("files") or () if f.get("url_private_download") or f.get("url_private"))
    return tuple(_file(f) for f in islice(shared, FILES))


def _file(shared: Event) -> File:
    """Its name is the sharer's word and stands in its address too; with a secret in it, neither is kept."""
    name, url = str(shared.get("name") or "file"), str(shared.get("url_private_download") or shared["url_private"])
    if redact(name).secrets:
        name, url = "file", ""
    return File(name=name[:100], url=url, size=int(shared.get("size") or 0))
