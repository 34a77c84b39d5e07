"""The one place that wires things together: settings, store, Slack, listeners, casework."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from redis.asyncio import Redis
from redis.exceptions import RedisError
from slack_bolt.app.async_app import AsyncApp

from bot import admin, doors, files, jobs, learning, store, tally, worker
from bot.access import Access
from bot.agent import Agent
from bot.cases import Case
from bot.casework import work
from bot.casework.desk import Desk
from bot.errors import UsageError
from bot.health import watch as health
from bot.incidents.record import Record
from bot.install.flow import flow
from bot.install.rotation import Rotation
from bot.install.store import Installations
from bot.intake import read
from bot.investigate import investigate
from bot.jobs import Job
from bot.model import Diagnosis, Report
from bot.people import Everybody
from bot.probe import live
from bot.probe.gate import Policy
from bot.proof.look import look as look_at
from bot.proof.model import Seen
from bot.proposals import store as proposals
from bot.services import Service, named, service_for
from bot.settings import Settings
from bot.slack import RefusedError, Slack, UnclearError, sign_in
from bot.stages import Watch
from bot.workspaces import Workspaces
from handlers import (
    actions,
    answering,
    command,
    corrections,
    form,
    home,
    incidents,
    mention,
    message,
    other,
    pages,
    removal,
    shortcuts,
)
from handlers.commands.asked import Office
from handlers.commands.table import reply_to
from handlers.deps import Teams
from knowledge.causes import causes
from knowledge.questions import questions

if TYPE_CHECKING:
    from bot.probe.prober import Probed

SIGN_IN_TRIES = 10
SURFACES = (
    mention,
    message,
    command,
    shortcuts,
    form,
    actions,
    answering,
    corrections,
    incidents,
    home,
    removal,
    other,
)
"""Whatever people can do in Slack; Bolt runs the first listener that matches, so that `other` is the last."""
Reader = Callable[..., Report]

log = logging.getLogger(__name__)


async def run(
    settings: Settings,
    stop: asyncio.Event,
    *,
    serving: bool = True,
    working: bool = True,
    announce: Callable[[str], None] = lambda _: None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> None:
    """Serve, work or both (and then watch) until `stop` is set, then drain.

    `announce` is told the HTTP address once it is open; by `clock` it is decided when a case is looked at again, and
    when somebody is reminded.
    """
    _known()
    own = await _sign_in(settings, stop) if settings.slack_token else None
    reader = _reader(settings)
    async with store.connect(settings) as redis, AsyncExitStack() as open_doors:
        await _ready(redis)
        installations = await _installations(settings, redis)
        workspaces = Workspaces(settings.slack_api_url, own, installations)
        rotation = Rotation(settings, redis, installations, stop) if installations else None
        if rotation:
            await rotation.begin()
        if serving:
            app = application(settings, workspaces, redis, reader)
            installing = flow(settings, redis, installations) if installations else None
            await open_doors.enter_async_context(admin.opened(settings, redis))
            announce(await open_doors.enter_async_context(doors.opened(settings, app, redis, installing)))
        async with asyncio.TaskGroup() as group:
            if rotation:
                group.create_task(rotation.keep())
            group.create_task(live.keep(settings.services, policy(settings), stop))
            group.create_task(tally.flush(redis, stop))
            if working:
                group.create_task(health.keep(redis, settings.services, policy(settings), stop))
                group.create_task(worker.run(_worker(settings, workspaces, redis, reader, clock), stop))
            if serving and working:  # the only process there is
                group.create_task(_watch(settings, redis, stop))
            await stop.wait()
            await open_doors.aclose()  # first, so that nothing comes in while the work at hand ends


async def watch(settings: Settings, stop: asyncio.Event) -> None:
    """Watch the logs until `stop` is set; news goes to the workers."""
    async with store.connect(settings) as redis:
        await _ready(redis)
        await _watch(settings, redis, stop)


async def _watch(settings: Settings, redis: Redis, stop: asyncio.Event) -> None:
    if any(service.watchable for service in settings.services):
        from bot.incidents.tell import tell
        from bot.spikes.watch import watcher  # numpy takes its time, and others have no use for it

        await watcher.keep(settings.services, redis, stop, tell)


def _known() -> None:
    """Read what is known now, so that a fault in it is told before the first report comes."""
    causes()
    questions()


async def _installations(settings: Settings, redis: Redis) -> Installations | None:
    if not settings.client_id:
        return None
    made = Installations(redis, settings.encryption_keys)
    await made.renew()
    return made


async def _ready(redis: Redis) -> None:
    try:
        await jobs.ready(redis)
    except (RedisError, OSError) as error:
        told = f"REDIS_URL: does not answer ({type(error).__name__}); start it or mend the address"
        raise UsageError(told) from None


def stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM, SIGINT and the end of the terminal set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    return stop


def application(settings: Settings, workspaces: Workspaces, redis: Redis, reader: Reader) -> AsyncApp:
    """The Bolt app with all its listeners; Bolt runs the first that matches."""
    app = doors.bolt(settings, workspaces)
    teams = Teams(
        workspaces=workspaces,
        redis=redis,
        everybody=Everybody(),
        engineers=settings.engineers,
        services=settings.services,
        support_channels=frozenset(settings.support_channels),
        read=reader,
    )
    for surface in SURFACES:
        surface.register(app, teams)
    return app


def policy(settings: Settings, allowed: Iterable[str] = (), among: Iterable[Service] | None = None) -> Policy:
    """What may be asked: the hosts that services.yaml names, and those that an engineer allowed for a case.

    `among`: the services of whoever asks, where that is one person; those of others stay closed to them.
    """
    every = _hosts(settings.services)
    hosts = every if among is None else _hosts(among)
    return Policy(hosts=hosts, allowed=frozenset(allowed), others=every - hosts, cacert=settings.cacert)


def _hosts(services: Iterable[Service]) -> frozenset[str]:
    return frozenset(host.lower() for service in services for host in service.hosts)


def _reader(settings: Settings) -> Reader:
    """Raw words in, a report without secrets out; tokens are checked on the way, since later they are gone."""
    verify = live.verifier(settings.services, policy(settings), asyncio.get_running_loop())
    return partial(read, verify=verify)


def _worker(
    settings: Settings, workspaces: Workspaces, redis: Redis, reader: Reader, clock: Callable[[], datetime]
) -> worker.Worker:
    everybody, agent = Everybody(), Agent()

    async def office(team: str) -> Office:
        slack = await workspaces.of(team)
        return Office(
            slack=slack,
            redis=redis,
            access=Access(people=everybody.of(slack), engineers=settings.engineers, services=settings.services),
            services=settings.services,
            logs=settings.logs,
            probe=partial(_ask_url, settings),
        )

    async def desk(team: str) -> Desk:
        here = await office(team)
        slack = here.slack
        return Desk(
            slack=slack,
            redis=redis,
            pages=pages,
            investigate=partial(_look, settings, redis),
            read=reader,
            fetch=partial(files.fetch, token=slack.calls.token or "", api_url=settings.slack_api_url),
            zone=everybody.of(slack).zone,
            access=here.access,
            agent=agent,
            reply_to=partial(reply_to, here),
            owners=partial(_owners, settings),
            service=partial(named, settings.services),
            incidents_channel=settings.incidents_channel,
            proof=partial(_proof, settings),
            clock=clock,
        )

    async def handle(job: Job) -> Case | Record | None:
        return await work.handle(await desk(job.team), job)

    async def give_up(job: Job) -> Case | None:
        return await work.give_up(await desk(job.team), job)

    async def kept(job: Job, after: Case | Record | None) -> None:
        await tally.count(redis, job, after)
        if isinstance(after, Case) and job.kind != "joined":  # of which nothing shows in Home
            await home.refresh(await office(job.team), after)

    return worker.Worker(redis=redis, handle=handle, give_up=give_up, kept=kept, clock=clock)


async def _look(settings: Settings, redis: Redis, report: Report, watch: Watch, allowed: Iterable[str]) -> Diagnosis:
    found = await investigate(
        report,
        services=settings.services,
        logs=settings.logs,
        policy=policy(settings, allowed),
        watch=watch,
        learn=partial(learning.learned, redis),
    )
    await proposals.collect(redis, found.log_lines, found.service)
    return found


async def _proof(settings: Settings, case: Case, since: datetime, now: datetime) -> Seen:
    if case.diagnosis is None:
        return Seen(verdict="blind")
    may = policy(settings, case.allowed)
    return await look_at(case.diagnosis, since, now, services=settings.services, logs=settings.logs, policy=may)


async def _ask_url(settings: Settings, report: Report, among: Iterable[Service]) -> Probed:
    from bot.probe.prober import probe

    allowed = (report.host,) if report.host else ()
    return await probe(report, policy(settings, allowed, among), service_for(settings.services, report.host))


def _owners(settings: Settings, diagnosis: Diagnosis | None) -> tuple[str, ...]:
    service = named(settings.services, diagnosis.service) if diagnosis else None
    return service.owner if service and service.owner else settings.engineers


async def _sign_in(settings: Settings, stop: asyncio.Event) -> Slack:
    for turn in range(SIGN_IN_TRIES):
        try:
            slack = await sign_in(settings.slack_token, settings.slack_api_url)
            log.info("signed in to Slack as %s", slack.name or slack.user)
            return slack
        except RefusedError as error:
            told = f"SLACK_BOT_TOKEN: Slack refuses it ({error.code}); copy it anew from OAuth & Permissions"
            raise UsageError(told) from None
        except UnclearError as error:
            log.warning("Slack does not answer (%s); trying again", error)
            try:
                await asyncio.wait_for(stop.wait(), min(2.0**turn, 30))
            except TimeoutError:
                continue
            break
    raise UsageError(f"SLACK_API_URL: Slack does not answer at {settings.slack_api_url}; check it, and the network")
