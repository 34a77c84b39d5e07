"""From a report to a diagnosis: the collectors side by side, each with a deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.engine.diagnose import diagnose
from bot.engine.learned import Learned
from bot.model import Collected, Diagnosis, Entry, Finding, Report, joined
from bot.services import Service, service_for, service_meant
from bot.stages import ASKING, LOGS, READING, TOKEN, WEIGHING, Stage, Watch
from knowledge.lexicon import speaks_of_access

if TYPE_CHECKING:
    from bot.logs.stores.interface import Store
    from bot.probe.gate import Policy
    from bot.probe.prober import Probed

NEAR_S, LIKELY = 900.0, 0.8
"""A line so near to the named time, and so likely the request's own, bears that time out."""
DEADLINE_S = 20.0
"""Longer than the reading of logs gives itself, so that what was found in time is told."""
READERS = 4
NO_LINE, MET = "log.no_line", "probe.meets_service"


async def investigate(
    report: Report,
    *,
    services: tuple[Service, ...] = (),
    logs: Sequence[str] = (),
    policy: Policy | None = None,
    watch: Watch = lambda _: None,
    learn: Callable[[Service], Awaitable[Learned]] | None = None,
) -> Diagnosis:
    """Gather the evidence and weigh it. `policy` None: the endpoint is not asked. `watch` is told what is done.

    `learn` says what confirmed cases taught of the service.
    """
    report, service, guessed = _at_service(report, services)
    sources, stores = (*logs, *(service.logs if service else ())), service.stores if service else ()
    reading = replace(LOGS, title=f"{LOGS.title} of {service.name}") if service else LOGS
    for stage in _stages(report, reading if sources or stores or report.logs else None, asks=policy is not None):
        watch(stage)
    in_logs = asyncio.create_task(_read_logs(report, sources, stores, partial(_tell, watch, reading)))
    if policy is not None and _unaimed(report):
        report = _aimed(report, *await in_logs)
    (lines, log_part), probed, provider_part = await asyncio.gather(
        in_logs, _probe(report, policy, service, watch), _provider(report, policy, service)
    )
    met = await _own_probe(probed, log_part, sources)
    report = _timed(report, lines, log_part.tie.share)
    own_part = _read_report(report, service)
    if _has_token(report):
        _tell(watch, TOKEN)
    watch(replace(WEIGHING, state="in_progress"))
    parts = [
        Collected(notes=report.notes),
        guessed,
        own_part,
        log_part,
        provider_part,
        _read_probes(report, probed, service, lines),
        met,
    ]
    found = diagnose(
        report,
        parts,
        service=service,
        log_lines=lines,
        probes=probed.exchanges if probed else (),
        learned=await learn(service) if learn and service else None,
    )
    _tell(watch, WEIGHING, f"findings: {sum(len(part.findings) for part in parts)}")
    return found


async def ask_again(report: Report, policy: Policy, service: Service | None) -> Collected:
    """What the endpoint and the service's identity provider answer now."""
    probed, published = await asyncio.gather(_probe(report, policy, service), _provider(report, policy, service))
    return joined(probed.collected if probed else Collected(), published)


def _stages(report: Report, logs: Stage | None, *, asks: bool) -> Iterator[Stage]:
    """What there is to do, in the order in which it is shown."""
    yield replace(READING, state="complete")
    begun = TOKEN if _has_token(report) else None, logs, ASKING if asks and report.url else None
    yield from (replace(stage, state="in_progress") for stage in begun if stage)
    yield WEIGHING


def _tell(watch: Watch, stage: Stage, detail: str = "") -> None:
    watch(replace(stage, state="complete", detail=detail))


def _has_token(report: Report) -> bool:
    return any(shown.token for shown in report.presented)


def _at_service(report: Report, services: tuple[Service, ...]) -> tuple[Report, Service | None, Collected]:
    """The report's service; one that names no address is taken to mean the only service that it can."""
    service = service_for(services, report.host, _port(report.url))
    if service is not None or report.host is not None:
        return report, service, Collected()
    service = service_meant(services, report.text) if _is_about_access(report) else None
    if service is None or not service.hosts:
        return report, service, Collected()
    host = service.hosts[0]
    url = f"https://{host}{report.path}" if report.path else None
    note = f"No address was named; it is taken to be about {service.name} ({host})"
    return replace(report, host=host.partition(":")[0], url=url), service, Collected(notes=(note,))


def _is_about_access(report: Report) -> bool:
    """Whether it tells anything of a refusal: what speaks of lunch is of no service."""
    told = report.status or report.path or report.ids or report.exchanges or report.presented or report.logs
    return bool(told) or speaks_of_access(report.text)


def _unaimed(report: Report) -> bool:
    from bot.aim import unaimed

    return unaimed(report)


def _aimed(report: Report, lines: Sequence[Entry], read: Collected) -> Report:
    from bot.aim import aimed

    return aimed(report, lines, read.tie)


def _timed(report: Report, lines: Sequence[Entry], share: float) -> Report:
    """The report with the exact time of the request where a log line bears its id, else with what its lines bear out.

    `share`: how likely the lines are the request's own.
    """
    from bot.logs.hours import zoned
    from bot.logs.match import holder

    named = holder(report.ids)
    times = [e.time for e in lines if e.time and named.search(e.text)]
    if times:
        return replace(report, at=min(times), at_precision_s=1.0)
    report = zoned(report, lines)
    near = [e for e in lines if e.time and report.at and abs((e.time - report.at).total_seconds()) <= NEAR_S]
    return replace(report, borne_out=True) if near and share >= LIKELY else report


async def _read_logs(
    report: Report, sources: Sequence[str], stores: Sequence[Store], tell: Callable[[str], None]
) -> tuple[tuple[Entry, ...], Collected]:
    if not (sources or stores or report.logs):
        return (), Collected(notes=("No log was read: give one with --logs, or under logs: in services.yaml",))
    try:
        reading = asyncio.get_running_loop().run_in_executor(readers(), _logs, report, sources, stores)
        lines, read = await asyncio.wait_for(reading, DEADLINE_S)
        tell("found the request" if lines else "this request is not there")
        return lines, read
    except TimeoutError:
        tell("they took too long")
        return (), Collected(notes=(f"The logs were given up after {DEADLINE_S:.0f} s: narrow the time or the folder",))


@cache
def readers() -> ThreadPoolExecutor:
    """Threads of their own: slow disks must not take those in which messages are read while Slack waits."""
    return ThreadPoolExecutor(READERS, thread_name_prefix="logs")


def _logs(report: Report, sources: Sequence[str], stores: Sequence[Store]) -> tuple[tuple[Entry, ...], Collected]:
    from bot.logs.hours import zoned
    from bot.logs.posted import as_files, named
    from bot.logs.search import find
    from bot.reading.summary import prepared, query, read

    asked = replace(query(report), posted=not (sources or stores))
    with as_files(report.logs) as posted:
        found = prepared(named(find(asked, (*sources, *posted), stores), posted))
    if not (sources or stores) and found.how == "none":
        # An excerpt that does not hold the request says nothing of it.
        return (), Collected(notes=found.notes)
    return found.request, read(zoned(report, found.request), found)


async def _probe(
    report: Report, policy: Policy | None, service: Service | None, watch: Watch = lambda _: None
) -> Probed | None:
    if policy is None or not report.url:
        return None
    from bot.probe.prober import probe

    return await probe(report, policy, service, watch=watch)


async def _own_probe(probed: Probed | None, read: Collected, sources: Sequence[str]) -> Collected:
    """Whether the service's log holds our own probe, where it holds no line of the reporter's request."""
    if probed is None or not probed.exchanges or not any(f.id == NO_LINE for f in read.findings):
        return Collected()
    from bot.logs.own import probed as in_logs

    path = urlsplit(probed.exchanges[0].url or "").path or "/"
    file = await asyncio.get_running_loop().run_in_executor(readers(), in_logs, tuple(sources), path)
    if file is None:
        return Collected()
    text = f"My own request to {path} stands in the service's log: the address leads to the service"
    return Collected((Finding(id=MET, source="probe", text=text, trust=1.0),))


async def _provider(report: Report, policy: Policy | None, service: Service | None) -> Collected:
    """What the service's identity provider shows of the token; the modules are not even read where there is none."""
    if policy is None or service is None or not _has_token(report):
        return Collected()
    from bot.probe.provider_findings import collect

    return await collect(report, service, policy)


def _read_report(report: Report, service: Service | None) -> Collected:
    from bot.intake.findings import collect
    from bot.reading import answered
    from bot.reading.says import in_report
    from bot.tokens.judge import judge
    from bot.tokens.pasted_config import configured

    return joined(
        collect(report), in_report(report), judge(report, configured(report, service)), answered.collect(report)
    )


def _read_probes(report: Report, probed: Probed | None, service: Service | None, lines: Sequence[Entry]) -> Collected:
    from bot.reading.compare import compare
    from bot.reading.says import in_probes

    if probed is None:
        return compare(report, (), service, lines)
    from bot.probe.prober import responses

    answers = responses(probed)
    return joined(probed.collected, in_probes(answers), compare(report, answers, service, lines))


def _port(url: str | None) -> int | None:
    try:
        return urlsplit(url or "").port
    except ValueError:
        return None
