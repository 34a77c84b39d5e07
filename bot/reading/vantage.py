"""From which side a log is written: of the service that refuses, or of the program that calls it and is refused.

A service's log tells of requests that came to it, and maybe of its own calls to others. A program's log tells of its
calls to whole addresses and of nothing that came to it: whoever reports its refusals runs it. Where the report names an
address, that one is the service's, whichever log tells of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.address import split
from bot.intake.lines import told
from bot.logs.interface import Found
from bot.logs.match import akin
from bot.model import Entry, Report

ANSWERING = frozenset(
    {"access", "haproxy-http", "envoy-access", "alb-access", "squid-access", "w3c", "morgan", "nginx-error"}
)
"""Formats in which only what answers requests writes."""
CAME_IN = re.compile(r"(?i)\b(?:incoming|inbound|received|handl(?:ing|ed)|serv(?:ing|ed))[ _-](?:http )?request\b")
NUMBER = re.compile(r"(?<![\w.:/-])40[1347](?![\w.%/-]|:\d| ?(?:ms|s|b|bytes|items|rows)\b)")
URL = r"(?P<url>https?://[^\s\"'<>,)]{3,2000}+)"
WORDED = (
    re.compile(rf"(?i)(?<![\w.:/-])401(?![\w.%/-]|:\d)[^\n]{{0,50}}?\b(?:for|from|at|by|of|on|calling|url:?) \"?{URL}"),
    re.compile(
        rf"(?i){URL}\"?[^\n]{{0,40}}?(?:->|=>|→|:|=|\b\w{{2,12}})[^\n]{{0,20}}?(?<![\w.:/-])401(?![\w.%/-]|:\d| ?ms)"
    ),
)
"""A call to an address and its refusal in one line, in whatever words."""
LONGEST = 4_000
"""Characters of a record that are looked at."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a program that was refused."""

    file: str
    method: str | None
    host: str
    path: str
    query: str = ""


def own_call(report: Report, found: Found) -> Call | None:
    """The refused call that the log of the reporter's own program tells of; None where it is a service's log."""
    call = next(_calls(found.request), None)
    if call is None or report.host not in (None, call.host) or (report.path and not akin(report.path, call.path)):
        return None
    came_in = any(_came_in(e, call) for e in found.around)
    return None if came_in else call


def about(report: Report, call: Call) -> Report:
    """The report, about that call where it names no address itself."""
    return report if report.host else replace(report, host=call.host, path=call.path)


def filled(found: Found, call: Call) -> Found:
    """What was found, each line of the program's log that tells of a refused call being a record of it."""
    request = tuple(_record(e, call) for e in found.request)
    if not any(e.status == 401 for e in request):  # the refusal is told in another line than the call
        request = tuple(_with(e, call) if e.status is None and _call(e) == call else e for e in request)
    return replace(found, request=request, around=tuple(_record(e, call) for e in found.around))


def _record(entry: Entry, call: Call) -> Entry:
    """A line with the call that it tells of, as far as it was not understood yet."""
    if entry.file != call.file or (entry.path and entry.status):
        return entry
    told_of = next(_refused(entry), None)
    return _with(entry, told_of) if told_of else entry


def _with(entry: Entry, call: Call) -> Entry:
    return replace(
        entry,
        status=entry.status or 401,
        method=entry.method or call.method,
        host=entry.host or call.host,
        path=entry.path or call.path,
        query=entry.query or call.query,
    )


def tells(entries: Iterable[Entry], status: int) -> bool:
    """Whether one of the lines tells of that status among its words, as in `error 401`."""
    return any(e.status is None and str(status) in NUMBER.findall(e.text[:LONGEST]) for e in entries)


def _calls(request: tuple[Entry, ...]) -> Iterator[Call]:
    """The calls to whole addresses that the lines of a request tell of, where they tell of their refusal as well."""
    for entry in request:
        yield from _refused(entry)
    if any(e.status == 401 for e in request) or tells(request, 401):
        yield from (call for entry in request if (call := _call(entry)))


def _call(entry: Entry) -> Call | None:
    """The call to a whole address that a line names, without its outcome."""
    if entry.host and entry.path and _whole(entry):
        return Call(entry.file, entry.method, entry.host.partition(":")[0], entry.path, entry.query)
    named = re.search(URL, entry.text[:LONGEST]) if entry.path is None else None
    return _at(entry, None, named["url"]) if named else None


def _at(entry: Entry, method: str | None, url: str) -> Call | None:
    parts = split(url.rstrip(";:."))
    return Call(entry.file, method, parts.hostname, parts.path or "/", parts.query) if parts.hostname else None


def _refused(entry: Entry) -> Iterator[Call]:
    """The call that one line tells of, with its refusal."""
    text = entry.text[:LONGEST]
    if "401" not in text or "://" not in text:
        return
    known = [(e.method, e.url or "") for e in told(text) if e.failed]
    for method, url in known or [(None, m["url"]) for m in (form.search(text) for form in WORDED) if m]:
        if call := _at(entry, method, url):
            yield call


def _whole(entry: Entry) -> bool:
    """Whether the line has the path as part of an address with its host."""
    return re.search(rf"://[^\s/\"']{{1,253}}{re.escape(entry.path or '/')}", entry.text[:LONGEST]) is not None


def _came_in(entry: Entry, call: Call) -> bool:
    """Whether the line is of a request that came to whatever writes the log, and not of the call where it arrived."""
    if entry.file != call.file and akin(entry.path or "", call.path):
        return False
    if entry.format in ANSWERING or CAME_IN.search(entry.text[:LONGEST]):
        return True
    if not (entry.method and entry.path):
        return False
    if entry.client or entry.user or entry.user_agent:
        return True
    return entry.host != call.host and not _whole(entry) and not any(told(entry.text[:LONGEST]))
