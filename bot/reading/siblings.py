"""One service in several regions: a credential that was accepted at one host, and refused calls that go to another.

Such hosts differ in the region alone: `api.eu.acme.com` and `api.acme.com`, `eu1-api` and `us1-api`, `.eu` and `.com`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.address import split
from bot.logs.match import REFUSAL
from bot.model import TRUST, Entry, Exchange, Finding, Report
from bot.reading.scene import Scene, ok
from bot.reading.verdict import Check, Verdict

REGION = re.compile(
    r"(?i)(?:eu|eea|emea|us|usa|na|latam|uk|gb|au|ap|apac|ca|cn|jp|kr|sg|br|de|fr|ch|global|gov)\d{0,2}"
    r"|(?:us|eu|ap|ca|sa|af|il|cn|asia|europe|australia)-(?:gov-)?(?:north|south|east|west|central){1,2}-?\d{0,2}"
    r"|(?:north|south|east|west|central){1,2}(?:us|europe|asia|uk|india)\d?"
)
"""A label, or a part of one, that names a region."""
TOP = frozenset({"com", "eu", "us", "de", "uk", "fr", "ca", "au", "jp", "cn", "in", "br"})
"""Top levels under which one name is registered for several regions."""
HOST = re.compile(r"(?i)\bhttps?://(?P<host>(?:[a-z0-9][a-z0-9-]{0,62}\.){1,6}[a-z]{2,18})(?![\w.-])")
SHORTEST = 4
"""Letters of what two hosts must share beside their regions."""


def siblings(one: str, other: str) -> bool:
    """Whether two hosts are one service in two regions."""
    stem = _stem(one)
    shared = len("".join(stem)) >= SHORTEST
    return one.lower() != other.lower() and shared and stem == _stem(other)


def _stem(host: str) -> tuple[str, ...]:
    """The labels of a host without those, and those parts of them, that name a region."""
    labels = host.lower().split(".")
    while len(labels) > 1 and labels[-1] in {*TOP, "co"}:
        labels.pop()
    top = labels[-1:] if labels[-1] == host.lower().rpartition(".")[2] else []
    named = [label for label in labels[: len(labels) - len(top)] if not REGION.fullmatch(label)]
    parts = ["-".join(part for part in label.split("-") if not REGION.fullmatch(part)) for label in named]
    told = [part for part in parts if part]
    return (*told, *top) if told else ()


def _accepted(report: Report) -> Iterator[str]:
    """Hosts at which the reporter shows the credential to be good."""
    for exchange in report.exchanges:
        if exchange.presented and exchange.status is not None and 200 <= exchange.status < 300:
            yield _host(exchange)


def _sibling_called(scene: Scene) -> Verdict:
    """A host that the program's log names, and its sibling at which the pasted calls went well."""
    good = {host for host in _accepted(scene.report) if host}
    if not good or not scene.found.request:
        return None
    refused = set(_hosts(e for e in scene.found.request if REFUSAL.search(e.text)))
    let_in = {e.host for e in scene.found.around if e.host and ok(e)}
    if refused & good:
        return ""
    for host in sorted(refused or set(_hosts(scene.found.around)) - let_in):
        if at := next((other for other in sorted(good) if siblings(host, other)), None):
            return f"The credential is good at {at}, as the pasted calls show; the log names {host} as what is called"
    return ""


def in_report(report: Report) -> Iterator[Finding]:
    """The same of calls that are all pasted."""
    good = {host for host in _accepted(report) if host}
    for refused in report.exchanges:
        host = _host(refused)
        if refused.status not in (401, 403) or not refused.presented or host in good:
            continue
        if at := next((other for other in sorted(good) if siblings(host, other)), None):
            text = f"The credential is good at {at}, and refused at {host}, the same service in another region"
            yield Finding(id="request.sibling_called", source="pasted", text=text, trust=TRUST["pasted"])
            return


def _host(exchange: Exchange) -> str:
    return (split(exchange.url).hostname or "").lower() if exchange.url else ""


def _hosts(entries: Iterable[Entry]) -> Iterator[str]:
    for entry in entries:
        yield from (match["host"].lower() for match in HOST.finditer(entry.text))


CHECKS: dict[str, Check] = {"log.sibling_called": _sibling_called}
