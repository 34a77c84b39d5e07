"""The status of the services as one small HTML page that needs nothing else, and as JSON. Pure."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, datetime
from html import escape
from typing import Any

from bot.display import one_line, scrubbed
from bot.spikes.model import Change
from bot.status import Incident, Level, Row, ServiceStatus, Status

MARKS: dict[Level, tuple[str, str]] = {
    "ok": ("✓", "fine"),
    "warning": ("!", "attention"),
    "bad": ("✕", "trouble"),
    "unknown": ("–", "not known"),
}
"""A sign and a word, since colours alone tell some people nothing."""
SUMMARIES: dict[Level, str] = {
    "ok": "All services answer as they should",
    "warning": "Something wants attention",
    "bad": "There is trouble",
    "unknown": "Nothing is known yet",
}
REFRESH_S = 30
DATE = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d UTC)?", re.ASCII)
"""Kept on one line."""

STYLE = """
:root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --line: #e3e6ea; --text: #1b1f24; --quiet: #5b6570;
  --ok: #137a43; --warning: #8f5b00; --bad: #c0262d; --unknown: #68737e; }
@media (prefers-color-scheme: dark) { :root { --page: #111417; --card: #1a1e23; --line: #2c333a; --text: #e8ebee;
  --quiet: #9aa5b0; --ok: #4cc38a; --warning: #f0b429; --bad: #ff7b7b; --unknown: #8a95a0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
main { max-width: 1200px; margin: 0 auto; padding: 24px 16px 40px; }
header { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: baseline; margin-bottom: 20px; }
h1 { font-size: 22px; margin: 0; flex: 1 1 auto; }
h2 { font-size: 17px; margin: 0; overflow-wrap: anywhere; }
h3 { font-size: 13px; margin: 14px 0 4px; color: var(--quiet); font-weight: 600; }
.services { display: grid; gap: 16px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 360px), 1fr)); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px;
  border-top: 3px solid var(--unknown); }
section.ok { border-top-color: var(--ok); } section.warning { border-top-color: var(--warning); }
section.bad { border-top-color: var(--bad); }
.title { display: flex; gap: 10px; align-items: baseline; justify-content: space-between; margin-bottom: 8px; }
.place { color: var(--quiet); font-size: 13px; font-weight: 400; }
dl { margin: 0; }
dl div { display: grid; grid-template-columns: 20px 104px 1fr; padding: 5px 0; border-top: 1px solid var(--line); }
dl div:first-child { border-top: 0; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.mark { font-weight: 700; } .word { font-weight: 600; font-size: 13px; white-space: nowrap; }
.ok .word, .mark.ok { color: var(--ok); } .warning .word, .mark.warning { color: var(--warning); }
.bad .word, .mark.bad { color: var(--bad); } .unknown .word, .mark.unknown { color: var(--unknown); }
.date { white-space: nowrap; }
dd.unknown { color: var(--quiet); }
ul { margin: 0; padding: 0; list-style: none; font-size: 14px; }
ul.incidents { margin: 0 0 8px; padding: 8px 12px; border: 1px solid var(--bad); border-radius: 6px; font-weight: 600; }
li { padding: 2px 0; overflow-wrap: anywhere; } time { color: var(--quiet); margin-right: 6px; white-space: nowrap; }
footer { color: var(--quiet); font-size: 13px; margin-top: 20px; }
p.none { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 20px; margin: 0; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
"""


def page(status: Status) -> str:
    """The page."""
    level = status.level
    cards = "".join(map(_card, status.services))
    none = '<p class="none">No service is named yet: say what you know of yours in services.yaml.</p>'
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="{REFRESH_S}">
<title>{MARKS[level][0]} Locksmith: {SUMMARIES[level].lower()}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<header><h1>Authentication of your services</h1>
<span class="{level}"><span class="word">{MARKS[level][0]} {SUMMARIES[level]}</span></span></header>
{f'<div class="services">{cards}</div>' if cards else none}
<footer>As of {datetime.fromtimestamp(status.at, UTC):%Y-%m-%d %H:%M:%S} UTC, asked from outside once a minute without
credentials. Reloads every {REFRESH_S} seconds.</footer>
</main>
</body>
</html>
"""


def _card(service: ServiceStatus) -> str:
    sign, word = MARKS[service.level]
    place = f' <span class="place">{_text(service.environment)}</span>' if service.environment else ""
    return f"""<section class="{service.level}">
<div class="title"><h2>{_text(service.name)}{place}</h2><span class="word">{sign} {word}</span></div>
{_incidents(service.incidents)}<dl>{"".join(map(_row, service.rows))}</dl>
{_changes(service.changes)}</section>
"""


def _row(row: Row) -> str:
    sign, word = MARKS[row.level]
    mark = f'<span class="mark {row.level}" aria-hidden="true">{sign}</span>'
    said = f'<dd class="{row.level}"><span class="hidden">{word}: </span>{_text(row.text)}</dd>'
    return f"<div>{mark}<dt>{row.label}</dt>{said}</div>"


def _incidents(incidents: tuple[Incident, ...]) -> str:
    items = "".join(f"<li>{_text(incident.first_line)}</li>" for incident in incidents)
    return f'<ul class="incidents">{items}</ul>' if items else ""


def _changes(changes: tuple[Change, ...]) -> str:
    if not changes:
        return ""
    items = "".join(
        f"<li><time>{datetime.fromtimestamp(c.at, UTC):%m-%d %H:%M}</time>{_text(c.text or c.kind)}</li>"
        for c in changes
    )
    return f"<h3>Changes of the last day (UTC)</h3><ul>{items}</ul>\n"


def _text(text: str) -> str:
    return DATE.sub(r'<span class="date">\g<0></span>', escape(one_line(scrubbed(text))))


def plain(status: Status) -> dict[str, Any]:
    """The same for programs: seconds since 1970, shares 0..1, null where nothing is known."""
    return {
        "at": status.at,
        "level": status.level,
        "services": [
            {
                "name": service.name,
                "environment": service.environment,
                "level": service.level,
                "looked_at": service.state.at if service.state else None,
                "checks": {row.id: {"level": row.level, "text": one_line(scrubbed(row.text))} for row in service.rows},
                "clock_difference_s": service.clock_s,
                "certificate_days": service.certificate_days,
                "share": asdict(service.share) if service.share else None,
                "last_day": asdict(service.last_day) if service.last_day else None,
                "incidents": [asdict(incident) for incident in service.incidents],
                "changes": [
                    {"id": c.id, "at": c.at, "kind": c.kind, "text": c.text, **c.target._asdict()}
                    for c in service.changes
                ],
            }
            for service in status.services
        ],
    }
