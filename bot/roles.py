"""In whose words an answer is told: of somebody who uses a page or an app, or of somebody who sends requests."""

from __future__ import annotations

import re
from typing import Literal

from bot.model import Report

Role = Literal["visitor", "developer"]

LOOKED_AT = 5_000
_PROGRAMS = re.compile(
    r"\b(?:curl|sdk|script|code|client|postman|insomnia|endpoint|api|cron|pipeline|ci|header|bearer|token|webhook|"
    r"terminal|deploy\w*|requests?|axios|fetch|http)\b",
    re.IGNORECASE,
)
_PAGES = re.compile(
    r"\b(?:page|website|web\s?site|portal|browser|app|phone|iphone|android|tablet|ipad|chrome|firefox|safari|edge|"
    r"log(?:ging)?[\s-]?(?:in|out)|sign(?:ing)?[\s-]?(?:in|out)|my\s+account|my\s+password)\b",
    re.IGNORECASE,
)


def role(report: Report) -> Role:
    """Who reports this, by what they bring and how they speak; who shows requests or speaks of them sends them."""
    if report.exchanges or report.logs or any(shown.place != "cookie" for shown in report.presented):
        return "developer"
    words = re.sub(r"https?://\S+", " ", report.text[:LOOKED_AT])
    return "visitor" if _PAGES.search(words) and not _PROGRAMS.search(words) else "developer"
