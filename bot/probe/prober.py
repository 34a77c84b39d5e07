"""What is asked of an endpoint, in which order, and what the answers show.

Only GET, HEAD and OPTIONS; only made-up credentials. Probes that do not depend on each other run side by side.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urljoin

from bot.model import TRUST, Collected, Exchange, Finding, Report
from bot.probe import answers, cache, contrast, cors, marks, plan, redirects
from bot.probe.gate import Policy, Refusal, check
from bot.probe.outcome import Answer, Outcome
from bot.probe.seen import Hop, Seen, found, merged, origin_of, short
from bot.services import Service

if TYPE_CHECKING:
    from bot.probe.client import Client

MOST_HOPS = 4

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Probed:
    """What a round of probes brought."""

    exchanges: tuple[Exchange, ...]
    """Every answer, in the order of asking."""
    collected: Collected
    labels: tuple[str, ...] = ()
    """What each exchange was: without, made_up, other_scheme, preflight, options, slash, query, client, redirect."""
    verdict: Literal["answered", "refused", "unreachable"] = "answered"
    reason: str = ""
    """Why it was refused or unreachable: one line."""
    redirects: tuple[Hop, ...] = ()


def responses(probed: Probed) -> tuple[tuple[str, Exchange], ...]:
    """Every answer with its label."""
    return tuple(zip(probed.labels, probed.exchanges, strict=True))


async def probe(
    report: Report, policy: Policy, service: Service | None, *, deadline_s: float = 8, step: Step | None = None
) -> Probed:
    """Ask the reported URL, within `deadline_s` seconds for the whole round. Never raises for what is out there."""
    if not report.url:
        return Probed((), Collected())
    url, made_up = plan.askable(report.url)
    target = check(url, policy)
    if isinstance(target, Refusal):
        return _refused(target.reason)
    from bot.probe.client import Client

    async with Client(policy, deadline_s=deadline_s) as client:
        return await _Round(client, report, service, (target.url, made_up), step or (lambda _: None)).run()


def _refused(reason: str) -> Probed:
    # The address itself is not repeated: what is refused may hold a password in any form.
    note = f"The address was not asked: {reason}."
    finding = Finding(id="service.probe_refused", source="probe", text=note, trust=TRUST["service"])
    return Probed((), Collected((finding,), frozenset({finding.id}), (note,)), verdict="refused", reason=reason)


def _unreachable(url: str, reason: str) -> Probed:
    finding = found("probe.unreachable", f"{short(url)} could not be reached: {reason}")
    looked = frozenset({finding.id, "service.probe_refused"})
    note = f"The endpoint could not be asked: {reason}."
    return Probed((), Collected((finding,), looked, (note,)), verdict="unreachable", reason=reason)


class _Round:
    """One round of probes: the answers as they come in."""

    def __init__(self, client: Client, report: Report, service: Service | None, urls: tuple[str, str], step: Step):
        self.client, self.report, self.service, self.step = client, report, service, step
        self.url, self.made_up = urls
        self.got: dict[str, Answer] = {}
        self.hops: list[Hop] = []

    async def run(self) -> Probed:
        self.step(f"asking {short(self.url)}")
        outcome = (await self.ask(plan.opening(self.report, self.url, self.made_up)))["without"]
        if isinstance(outcome, Refusal):
            return _refused(outcome.reason)
        if not isinstance(outcome, Answer):
            return _unreachable(self.url, outcome.reason)
        final = await self.walk(outcome)
        last = self.got.get("redirect", outcome).exchange
        more = plan.second(self.report, self.service, final, last, secrets.token_hex(4))
        if final != self.url:
            more |= plan.moved(self.report, final, last)
        if more:
            self.step("comparing how it answers")
            await self.ask(more)
        return self.result()

    async def ask(self, requests: plan.Plan) -> dict[str, Outcome]:
        outcomes = await asyncio.gather(*(self.client.ask(*request) for request in requests.values()))
        named = dict(zip(requests, outcomes, strict=True))
        self.got |= {label: outcome for label, outcome in named.items() if isinstance(outcome, Answer)}
        return named

    async def walk(self, answer: Answer) -> str:
        """Follow the redirects by hand, without credentials; where they end."""
        url = self.url
        while answer.location is not None:
            to = _joined(url, answer.location)
            outcome = await self._hop(to)
            stopped = None if isinstance(outcome, Answer) else outcome.reason
            self.hops.append(_hop(answer.exchange, to, url, stopped))
            if not isinstance(outcome, Answer):
                break
            url, answer = to, outcome
            self.got["redirect"] = answer
        return url

    async def _hop(self, to: str) -> Outcome:
        if len(self.hops) >= MOST_HOPS:
            return Refusal(f"more than {MOST_HOPS} redirects")
        return await self.client.ask(plan.method(self.report), to)

    def result(self) -> Probed:
        exchanges = {label: answer.exchange for label, answer in self.got.items()}
        hops = tuple(self.hops)
        seen = Seen(report=self.report, answers=exchanges, hops=hops, origin=plan.origin(self.report))
        return Probed(tuple(exchanges.values()), observe(seen), labels=tuple(exchanges), redirects=hops)


def observe(seen: Seen) -> Collected:
    """The findings of a round that got an answer. Pure."""
    reached = Collected(looked_for=frozenset({"probe.unreachable", "service.probe_refused"}))
    page = redirects.signs_in(seen.hops) is not None
    readers = (answers.challenge, answers.endpoint, answers.clock, answers.cookie, contrast.alike, contrast.reporter)
    more = (cors.preflight, redirects.walked, redirects.slash, cache.cached, cache.query, marks.gateway, marks.firewall)
    return merged((reached, answers.status(seen, page), *(read(seen) for read in (*readers, *more))))


def _hop(exchange: Exchange, to: str, source: str, stopped: str | None) -> Hop:
    # It pulls in the whole redactor, which a refusal has no use for.
    from bot.probe.mask import masked_text

    return Hop(
        status=exchange.status or 0,
        source=exchange.url or "",
        to=masked_text(to[:2048]),
        crosses=origin_of(to) != origin_of(source),
        not_followed=stopped,
    )


def _joined(url: str, location: str) -> str:
    """The target of a redirect (RFC 9110 section 10.2.2), as it came where it cannot be joined; gate 1 judges it."""
    try:
        return urljoin(url, location.partition("#")[0])
    except ValueError:
        return location
