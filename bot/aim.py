"""Where the failing request really went, where a report names no more than a host, a base address or a command."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from bot.logs.interface import Found
from bot.model import Entry, Report, Tie
from bot.reading.scene import merged
from bot.reading.tie import CARRIES
from bot.reading.vantage import own_call

METHOD = r"(?<![\w-])(GET|HEAD|POST|PUT|PATCH|DELETE)[ ]\"?"


def unaimed(report: Report) -> bool:
    """Whether only a log can tell what to ask for."""
    path = urlsplit(report.url).path if report.url else report.path
    return report.under is not None or path in (None, "", "/")


def aimed(report: Report, lines: Sequence[Entry], tie: Tie) -> Report:
    """The report at the address that its line in the log has, where that lies below what was told and is surely its."""
    if not unaimed(report) or tie.share < CARRIES:
        return report
    return _below(report, lines) if report.url else _called(report, lines)


def _below(report: Report, lines: Sequence[Entry]) -> Report:
    found = merged(lines)
    path = found.path if found else None
    if found is None or not path or (report.under is None and found.status != 401):
        return report
    elsewhere = found.host is not None and found.host.partition(":")[0] != report.host
    if not path.startswith(f"{(report.under or '').rstrip('/')}/") or (report.under is None and elsewhere):
        return report
    base = urlsplit(report.url or "")
    url = f"{base.scheme}://{base.netloc}{path}"
    return replace(report, url=url, method=found.method or report.method, path=path, under=None)


def _called(report: Report, lines: Sequence[Entry]) -> Report:
    """At the whole address that the reporter's own program logged, where the report names none."""
    call = own_call(report, Found(request=tuple(lines), around=tuple(lines)))
    text = "\n".join(e.text for e in lines)
    shown = re.search(rf"https?://{re.escape(call.host)}(?::\d{{1,5}})?{re.escape(call.path)}", text) if call else None
    if call is None or shown is None:
        return report
    method = call.method or next(iter(re.findall(METHOD + re.escape(shown[0]), text)), None)
    return replace(report, url=shown[0], host=call.host, path=call.path, method=method or report.method)
