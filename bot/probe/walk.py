"""The redirect walk: by hand, hop by hop through both gates, without cookies or credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

from bot.model import Exchange
from bot.probe.gate import Refusal
from bot.probe.outcome import Answer, Outcome
from bot.probe.seen import Hop, origin_of

if TYPE_CHECKING:
    from bot.probe.client import Client

MOST_HOPS = 4


async def walk(client: Client, method: str, url: str, answer: Answer) -> tuple[str, Answer, tuple[Hop, ...]]:
    """From an answer to this URL on to where its redirects end: that URL, its answer, and the hops."""
    hops: list[Hop] = []
    while answer.location is not None:
        to = _joined(url, answer.location)
        enough = len(hops) >= MOST_HOPS
        outcome: Outcome = Refusal(f"more than {MOST_HOPS} redirects") if enough else await client.ask(method, to)
        stopped = None if isinstance(outcome, Answer) else outcome.reason
        hops.append(_hop(answer.exchange, to, url, stopped))
        if not isinstance(outcome, Answer):
            break
        url, answer = to, outcome
    return url, answer, tuple(hops)


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
