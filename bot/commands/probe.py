"""`locksmith probe URL… | -`: what an endpoint answers, or why it may not be asked."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

from bot.commands.options import add_network_options, policy_from, services_from
from bot.display import one_line
from bot.errors import UsageError
from bot.model import Report
from bot.probe.gate import Policy, Refusal, check
from bot.probe.prober import Probed, probe
from bot.probe.seen import Hop, challenges
from bot.services import Service, service_for

AT_ONCE = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("urls", nargs="+", metavar="URL", help="what to ask; - reads one a line from standard input")
    add_network_options(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a URL, one a line")


def run(args: argparse.Namespace) -> int:
    """Ask each URL and print one line for each, in their order."""
    services = services_from(args)
    policy = policy_from(args, services, any_public_host=True)
    asyncio.run(_print_all(list(_urls(args.urls)), policy, services, args.json))
    return 0


def _urls(words: list[str]) -> Iterator[str]:
    for word in words:
        if word == "-":
            lines = sys.stdin.buffer.read().split(b"\n")
            yield from (line.removesuffix(b"\r").decode("utf-8", "replace") for line in lines if line.strip(b"\r"))
        elif not word:
            raise UsageError("an empty URL was given; write it like https://api.example.com/orders")
        else:
            yield word.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


async def _print_all(urls: list[str], policy: Policy, services: tuple[Service, ...], as_json: bool) -> None:
    async for url, probed in _probed(urls, policy, services):
        row = _row(url, probed)
        print(json.dumps(row) if as_json else _line(row), flush=True)


async def _probed(urls: list[str], policy: Policy, services: tuple[Service, ...]) -> AsyncIterator[tuple[str, Probed]]:
    """Each URL with what came of it, in order; a few are asked at once."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(url: str) -> Probed:
        async with turn:
            return await _probe(url, policy, services)

    tasks = [asyncio.create_task(one(url)) for url in urls]
    for url, task in zip(urls, tasks, strict=True):
        yield url, await task


async def _probe(url: str, policy: Policy, services: tuple[Service, ...]) -> Probed:
    target = check(url, policy)
    service = None if isinstance(target, Refusal) else service_for(services, target.host, target.port)
    return await probe(Report(text="", posted_at=datetime.now(UTC), url=url), policy, service)


def _row(url: str, probed: Probed) -> dict[str, Any]:
    from bot.redact import redact

    last = next((e for name, e in reversed(_named(probed)) if name in ("without", "redirect")), None)
    return {
        "url": redact(url).text,
        "verdict": probed.verdict,
        "reason": probed.reason,
        "status": last.status if last else None,
        "challenges": [{"scheme": c.scheme, "params": dict(c.params), "token68": c.token68} for c in challenges(last)]
        if last
        else [],
        "redirects": [_redirect(hop) for hop in probed.redirects],
        "findings": [{"id": f.id, "text": f.text, "trust": f.trust} for f in probed.collected.findings],
    }


def _named(probed: Probed) -> list[tuple[str, Any]]:
    return list(zip(probed.labels, probed.exchanges, strict=True))


def _redirect(hop: Hop) -> dict[str, Any]:
    return {
        "status": hop.status,
        "from": hop.source,
        "to": hop.to,
        "other_origin": hop.crosses,
        "not_followed": hop.not_followed,
    }


def _line(row: dict[str, Any]) -> str:
    head = f"{row['verdict']:<12} {one_line(row['url'])[:200]}"
    if row["verdict"] != "answered":
        return f"{head}\n             {one_line(row['reason'])}"
    offered = ", ".join(c["scheme"] for c in row["challenges"])
    lines = [f"{head}  {row['status']}{f' {offered}' if offered else ''}"]
    lines += [f"             {one_line(f['text'])}  [{f['id']}]" for f in row["findings"]]
    return "\n".join(lines)
