"""All that the logs tell of one failing request."""

from __future__ import annotations

from bot.logs.interface import Found, LogQuery
from bot.model import Collected, Report, joined
from bot.reading import (
    blocked,
    callers,
    challenge_response,
    changes,
    contrast,
    credential,
    earlier,
    forgotten,
    held,
    homes,
    instances,
    lifetimes,
    links,
    outage,
    own,
    places,
    reasons,
    reset,
    says,
    siblings,
    stamped,
    traces,
    writes,
)
from bot.reading.alarms import alarms
from bot.reading.apart import aligned
from bot.reading.codes import codes
from bot.reading.hints import hints, named
from bot.reading.logins import logins
from bot.reading.scene import Scene
from bot.reading.spans import completed
from bot.reading.tie import tie, unlined
from bot.reading.vantage import about, filled, own_call
from bot.reading.verdict import collected
from bot.tokens.times import clock
from knowledge.plain import plain


def query(report: Report) -> LogQuery:
    """What to look for in the logs: at the time that the server's own answer bears, where it is shown."""
    answered = clock(report)
    return LogQuery(
        ids=report.ids,
        codes=codes(report),
        at=answered or report.at,
        precision_s=2.0 if answered else report.at_precision_s,
        unzoned=report.unzoned and not answered,
        posted_at=report.posted_at,
        ahead_s=report.ahead_s,
        path=below(report),
        method=report.method,
        host=report.host,
        client=report.client_ip,
        user=next(map(plain, report.users), None),
        logins=logins(report),
        user_agent=report.user_agent,
        status=report.status,
        hints=hints(report),
        named=named(report),
    )


def below(report: Report) -> str | None:
    """The path to look for; where a base address was told, what the paths of its calls begin with."""
    return report.path if report.under is None else report.under.rstrip("/") or None


def prepared(found: Found) -> Found:
    """The same with calls that a file tells in two lines put together, and the files on one clock."""
    return aligned(completed(found))


def read(report: Report, found: Found) -> Collected:
    """Read the lines, the failing request's record and its neighbourhood, of what is `prepared`."""
    call = own_call(report, found)
    scene = Scene(about(report, call), filled(found, call), call.file) if call else Scene(report, found)
    beside = (callers, places, links, contrast, blocked, instances, credential, challenge_response, writes, homes)
    always = (changes, held, reset, traces, lifetimes, outage, forgotten, siblings)
    modules = (*always, *(beside if scene.access or scene.own_log else ()))
    around = places.ALWAYS | {name: check for module in modules for name, check in module.CHECKS.items()}
    record = own.read(scene)
    missed = any(finding.id == "log.no_line" for finding in record.findings)
    rest = Collected(notes=found.notes, tie=unlined(scene) if missed else tie(scene), beside=alarms(scene))
    said = says.in_lines(scene)
    return joined(
        said,
        reasons.in_lines(scene, said),
        earlier.in_lines(scene, said),
        record,
        stamped.collect(scene),
        collected(scene, around),
        rest,
    )
