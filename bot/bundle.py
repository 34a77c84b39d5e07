"""What whoever takes a case over needs, in words: the story, and how to see it happen. Pure, and without a secret."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

from bot import wording
from bot.cases import Case
from bot.display import cut, one_line
from bot.engine.commands import asking, plain
from bot.model import Cause, Diagnosis, Presented, Report

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,40}\Z")
_WORDS = 300
LEAST = 0.02
"""A cause of less confidence is not worth a look."""


def story(case: Case) -> str:
    """What was reported and what has been done since, in one paragraph."""
    report = case.report
    told = [_reported(report), _words(report)]
    if case.diagnosis:
        # Said to the reporter elsewhere, here to those who take over.
        told.append(wording.looked_at(case.diagnosis).replace("your report", "the report"))
    if case.revision > 1:
        told.append(f"It was looked into {case.revision} times.")
    return " ".join(filter(None, told))


def _reported(report: Report) -> str:
    what = " ".join(filter(None, (report.method, report.url or report.path or report.host)))
    status = f" answered {report.status or 401}" if what else "A request was refused"
    at = f", at {wording.moment(report.at, report.posted_at)}" if report.at else ""
    ids = f", request id {report.request_id}" if report.request_id else ""
    return f"Reported on {wording.moment(report.posted_at)}: {cut(one_line(what), 400)}{status}{at}{ids}."


def _words(report: Report) -> str:
    said = one_line(report.text)
    return f"In the reporter's words: “{cut(said, _WORDS)}”" if said else ""


def reproduction(report: Report) -> str | None:
    """A curl command for a POSIX shell that makes the same request; the credential is a variable of the shell's.

    None where the address is not known or cannot stand in a command safely.
    """
    address = plain(report.url or "")
    if address is None:
        return None
    credential = next((option for shown in report.presented if (option := _credential(shown))), None)
    return " ".join(filter(None, (shlex.join([*asking(report.method), address]), credential)))


def _credential(shown: Presented) -> str | None:
    """The option that sends it; names are plain enough to stand between double quotes, where `$` counts."""
    scheme = shown.scheme or ""
    if shown.place == "authorization" and scheme.lower() in {"basic", "digest"}:
        return f'{"--digest " if scheme.lower() == "digest" else ""}-u "$USERNAME:$PASSWORD"'
    if shown.place == "authorization" and _NAME.match(scheme):
        return f'-H "Authorization: {scheme} $TOKEN"'
    if shown.place == "header" and _NAME.match(shown.name):
        return f'-H "{shown.name}: $TOKEN"'
    if shown.place == "cookie" and _NAME.match(shown.name):
        return f'-b "{shown.name}=$COOKIE"'
    return None


def details(case: Case) -> Iterable[tuple[str, str]]:
    """(name, value) for a pager: what is said in the thread, and what was asked, but no log lines and no claims."""
    report, diagnosis = case.report, case.diagnosis
    yield "case", case.id
    if request := " ".join(filter(None, (report.method, report.url or report.path or report.host))):
        yield "request", one_line(request)
    if report.request_id:
        yield "request id", one_line(report.request_id)
    if report.at:
        yield "failed", wording.moment(report.at)
    if diagnosis and diagnosis.causes:
        yield "probable causes", causes(diagnosis)
    if command := reproduction(report):
        yield "reproduction", command


def causes(diagnosis: Diagnosis) -> str:
    """The likeliest causes in one line."""
    return "; ".join(f"{cause.title} ({wording.percent(cause.confidence)})" for cause in probable(diagnosis))


def probable(diagnosis: Diagnosis) -> tuple[Cause, ...]:
    """The leading cause, and up to two others that are worth a look."""
    return (*diagnosis.causes[:1], *wording.others(diagnosis.causes, LEAST)[:2])
