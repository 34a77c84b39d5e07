"""What is asked of an endpoint, in which order, and what the answers show.

Only GET, HEAD and OPTIONS; only made-up credentials. Probes that do not depend on each other run side by side.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from bot.model import TRUST, Collected, Exchange, Finding, Report
from bot.probe import answers, cache, contrast, cors, marks, metadata, plan, redirects, variants
from bot.probe.gate import Policy, Refusal, check
from bot.probe.outcome import Answer, Outcome, Unreachable
from bot.probe.seen import ASIDE, Hop, Seen, found, merged, short
from bot.probe.walk import walk
from bot.services import Service
from bot.stages import ASKING, Watch

if TYPE_CHECKING:
    from bot.probe.client import Client

ASIDE_S = 2.0
"""How long other addresses than the reported one are waited for."""


@dataclass(frozen=True, slots=True)
class Probed:
    """What a round of probes brought."""

    exchanges: tuple[Exchange, ...]
    """Every answer, in the order of asking."""
    collected: Collected
    labels: tuple[str, ...] = ()
    """What each exchange was, a key of `bot.probe.seen.LABELS`: without, made_up, other_scheme, preflight, ..."""
    verdict: Literal["answered", "refused", "unreachable"] = "answered"
    reason: str = ""
    """Why it was refused or unreachable: one line."""
    redirects: tuple[Hop, ...] = ()


def responses(probed: Probed) -> tuple[tuple[str, Exchange], ...]:
    """Every answer with its label."""
    return tuple(zip(probed.labels, probed.exchanges, strict=True))


async def probe(
    report: Report, policy: Policy, service: Service | None, *, deadline_s: float = 8, watch: Watch = lambda _: None
) -> Probed:
    """Ask the reported URL, within `deadline_s` seconds for the whole round. Never raises for what is out there.

    `watch` is told of whom is asked, once that is allowed, and what came of it.
    """
    if not report.url:
        return Probed((), Collected())
    url, made_up = plan.askable(report.url)
    target = check(url, policy)
    if isinstance(target, Refusal):
        watch(replace(ASKING, state="complete", detail="I may not ask it"))
        return _refused(target.reason)
    asking = replace(ASKING, title=f"asking {target.host}", state="in_progress")
    watch(asking)
    probed = await _rounds(report, policy, service, (target.url, made_up), deadline_s)
    watch(replace(asking, state="complete", detail=_came_of(probed)))
    return probed


async def _rounds(
    report: Report, policy: Policy, service: Service | None, urls: tuple[str, str], deadline_s: float
) -> Probed:
    from bot.probe.client import Client

    async with Client(policy, deadline_s=deadline_s) as client:
        probed = await _Round(client, report, service, urls).run()
        if probed.verdict == "unreachable" and plan.guessed_https(report):
            # Nobody said https: a service of the inner network may well speak plain http there.
            urls = (plan.as_http(urls[0]), plan.as_http(urls[1]))
            again = await _Round(client, report, service, urls).run()
            return again if again.verdict == "answered" else probed
        return probed


def _came_of(probed: Probed) -> str:
    if probed.verdict == "unreachable":
        return "it cannot be reached"
    return f"it answered {probed.exchanges[0].status}" if probed.exchanges else "I may not ask it"


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

    def __init__(self, client: Client, report: Report, service: Service | None, urls: tuple[str, str]):
        self.client, self.report, self.service = client, report, service
        self.url, self.made_up = urls
        self.got: dict[str, Answer] = {}
        self.hops: tuple[Hop, ...] = ()

    async def run(self) -> Probed:
        outcome = (await self.ask(plan.opening(self.report, self.url, self.made_up)))["without"]
        if isinstance(outcome, Refusal):
            return _refused(outcome.reason)
        if not isinstance(outcome, Answer):
            return _unreachable(self.url, outcome.reason)
        final, end, self.hops = await walk(self.client, plan.method(self.report), self.url, outcome)
        last = end.exchange
        if end is not outcome:
            self.got["redirect"] = end
        more = plan.second(self.report, self.service, final, last, secrets.token_hex(4))
        if final != self.url:
            more |= plan.moved(self.report, final, last)
        more |= plan.aside(self.report, self.service, outcome.exchange, last, self.hops)
        if more:
            await self.ask(more)
        return self.result()

    async def ask(self, requests: plan.Plan) -> dict[str, Outcome]:
        outcomes = await asyncio.gather(*(self.one(label, request) for label, request in requests.items()))
        named = dict(zip(requests, outcomes, strict=True))
        self.got |= {label: outcome for label, outcome in named.items() if isinstance(outcome, Answer)}
        return named

    async def one(self, label: str, request: plan.Request) -> Outcome:
        try:
            async with asyncio.timeout(ASIDE_S if label in ASIDE else None):
                return await self.client.ask(*request)
        except TimeoutError:
            return Unreachable("timeout", f"no answer within {ASIDE_S:g} s")

    def result(self) -> Probed:
        exchanges = {label: answer.exchange for label, answer in self.got.items()}
        seen = Seen(
            report=self.report,
            answers={label: e for label, e in exchanges.items() if label not in ASIDE},
            aside={label: e for label, e in exchanges.items() if label in ASIDE},
            hops=self.hops,
            origin=plan.origin(self.report),
        )
        return Probed(tuple(exchanges.values()), observe(seen), labels=tuple(exchanges), redirects=self.hops)


def observe(seen: Seen) -> Collected:
    """The findings of a round that got an answer. Pure."""
    reached = Collected(looked_for=frozenset({"probe.unreachable", "service.probe_refused"}))
    page = redirects.signs_in(seen.hops) is not None
    readers = (
        answers.broken,
        answers.challenge,
        answers.endpoint,
        answers.clock,
        answers.cookie,
        contrast.alike,
        contrast.reporter,
    )
    more = (cors.preflight, redirects.walked, redirects.slash, cache.cached, cache.query, marks.gateway, marks.firewall)
    beside = (variants.differ, metadata.read)
    return merged((reached, answers.status(seen, page), *(read(seen) for read in (*readers, *more, *beside))))
