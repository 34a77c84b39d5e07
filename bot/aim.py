"""Where the failing request really went, where a report names no more than a base address or a command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from bot.model import Entry, Report, Tie
from bot.reading.scene import merged
from bot.reading.tie import CARRIES


def aimed(report: Report, lines: Sequence[Entry], tie: Tie) -> Report:
    """The report at the address that its line in the log has, where that lies below what was told and is surely its."""
    found = merged(lines)
    path = found.path if found else None
    if report.under is None or not report.url or found is None or not path or tie.share < CARRIES:
        return report
    if not path.startswith(f"{report.under.rstrip('/')}/"):
        return report
    base = urlsplit(report.url)
    url = f"{base.scheme}://{base.netloc}{path}"
    return replace(report, url=url, method=found.method or report.method, path=path, under=None)
