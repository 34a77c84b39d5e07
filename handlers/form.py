"""The form of "Report a 401" opens and is sent: it becomes a report like any other.

Its raw words go no further than here.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from redis.exceptions import RedisError
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot import cases, jobs
from bot.jobs import File, Job
from bot.model import Report
from bot.slack import RefusedError, UnclearError, ask
from handlers.blocks import form
from handlers.blocks.told import busy
from handlers.deps import Deps, Teams
from handlers.reports import files_of, moment, read
from handlers.telling import TOO_LATE, tell

JUST_NOW_S, MINUTE_S, ABOUT_S = 60.0, 30.0, 900.0
"""How far off the failing request may be, either way, for each way to say when."""
FUTURE_S = 120
PATIENCE_S = 1.0
"""How long Slack may take to say who is in a channel: it wants its answer within three seconds."""
ADDRESS = re.compile(r"\S*[./:]\S*")
NOT_THERE = "I cannot see that you are in there; choose another, or none for your direct messages with me."
CHANNEL = re.compile(r"[CGD][A-Z0-9]{2,}")
Body = dict[str, Any]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was filled in."""

    url: str
    when: str
    at: int | None
    """Seconds since 1970, a whole minute."""
    request_id: str
    sign_in: str
    seen: str
    files: tuple[File, ...]
    channel: str


def register(app: AsyncApp, teams: Teams) -> None:
    """Listen for the button that opens the form, and for the form being sent."""

    @app.action(form.OPEN)
    async def wanted(ack: AsyncAck, context: AsyncBoltContext, body: Body) -> None:
        await ack()
        await open_form(await teams.of(context), body, str(body["user"]["id"]))

    @app.view(form.CALLBACK)
    async def sent(ack: AsyncAck, context: AsyncBoltContext, body: Body, view: Body) -> None:
        given = _given(view["state"]["values"])
        faults, deps = _faults(given, time.time()), await teams.of(context)
        if not faults and not await _may_post(deps, str(body["user"]["id"]), given.channel):
            faults[form.WHERE] = NOT_THERE
        if faults:
            await ack(response_action="errors", errors=faults)
            return
        try:
            await _record(deps, body, str(view["id"]), given)
        except (RedisError, OSError):
            # Slack keeps the form open with what was filled in.
            await ack(response_action="errors", errors={form.URL: busy().text})
            return
        await ack()


async def open_form(deps: Deps, body: Body, user: str) -> None:
    """Show the form to who asked for it, before anything is looked up: the trigger lives three seconds."""
    view = form.report_form(int(time.time()))
    try:
        await ask(deps.slack.posts.views_open(trigger_id=body["trigger_id"], view=view))
    except (RefusedError, UnclearError) as error:
        if str(getattr(error, "code", "")) != "exchanged_trigger_id":  # it came twice: the other one opened it
            log.warning("the form was not opened (%s)", error)
            await tell(deps, body, user, TOO_LATE)


def _given(values: Body) -> Given:
    def field(block: str) -> Body:
        found: Body = (values.get(block) or {}).get(form.ACTION) or {}
        return found

    def chosen(block: str) -> str:
        return str((field(block).get("selected_option") or {}).get("value") or "")

    def typed(block: str) -> str:
        return str(field(block).get("value") or "").strip()

    at = field(form.AT).get("selected_date_time")
    return Given(
        url=typed(form.URL),
        when=chosen(form.WHEN) or form.JUST_NOW,
        at=int(at) if at else None,
        request_id=typed(form.ID),
        sign_in=chosen(form.SIGN_IN),
        seen=typed(form.SEEN),
        files=files_of(field(form.FILES)),
        channel=str(field(form.WHERE).get("selected_conversation") or ""),
    )


async def _may_post(deps: Deps, user: str, channel: str) -> bool:
    """Whether the answer may appear there: what Slack's menu offers is no proof of what was chosen."""
    if not channel:
        return True
    try:
        async with asyncio.timeout(PATIENCE_S):
            support = channel in deps.support_channels and not await deps.people.is_outsider(user)
            return support or await deps.people.is_in(user, channel)
    except TimeoutError:
        return False


def _faults(given: Given, now: float) -> dict[str, str]:
    """What is wrong, by block id."""
    faults = {}
    if not (given.url or given.seen or given.files):
        faults[form.URL] = "Give the address that answered 401, or paste or attach what you saw."
    if given.url and not ADDRESS.fullmatch(given.url):
        faults[form.URL] = "This is no address; write it like https://api.example.com/v1/orders."
    if given.when != form.JUST_NOW and given.at is None:
        faults[form.AT] = "Say which minute, or choose “Just now”."
    elif given.when != form.JUST_NOW and given.at is not None and given.at > now + FUTURE_S:
        faults[form.AT] = "This is in the future; say when it failed."
    if re.search(r"\s", given.request_id):
        faults[form.ID] = "A request id has no blanks; give one."
    if given.channel and not CHANNEL.fullmatch(given.channel):
        faults[form.WHERE] = "Choose a channel, or none for your direct messages with me."
    return faults


async def _record(deps: Deps, body: Body, view_id: str, given: Given) -> None:
    team, user, ts = deps.team, str(body["user"]["id"]), f"{time.time():.6f}"
    # In their direct messages, the worker opens them.
    channel = given.channel or user
    name = f"form:{view_id}"
    job = Job(
        id=name,
        kind="report",
        case=await cases.assign(deps.redis, team, channel, name),
        team=team,
        channel=channel,
        thread_ts="",
        ts="",
        user=user,
        at=moment(ts),
        report=_timed(await read(deps, _words(given), user, ts), given),
        files=given.files,
    )
    await jobs.record(deps.redis, job, once=(name,))


def _words(given: Given) -> str:
    """The form as its sender would have written it."""
    lines = [f"401 on {given.url}" if given.url else "401"]
    if given.request_id:
        lines.append(f"request id: {given.request_id}")
    if given.sign_in in form.SIGN_INS:
        lines.append(f"How I sign in: {form.SIGN_INS[given.sign_in]}.")
    return "\n".join([*lines, "", given.seen])


def _timed(report: Report, given: Given) -> Report:
    """The report at the time that was picked. A time that is pasted, as in an answer's Date, is closer."""
    if given.when == form.JUST_NOW or given.at is None:
        at, precision = report.posted_at, JUST_NOW_S
    else:
        exact = given.when == form.EXACTLY
        at = datetime.fromtimestamp(given.at + (30 if exact else 0), UTC)
        precision = MINUTE_S if exact else ABOUT_S
    if report.at is not None and report.at_precision_s is not None and report.at_precision_s < precision:
        return report
    return replace(report, at=at, at_precision_s=precision)
