"""`probe <url>`: what an address answers now, asked with made-up credentials only.

An engineer who names a host agrees thereby to its being asked, this once, and to no other to which it redirects.
Addresses of the inner network stay closed, unless services.yaml names them; those are for the engineers of their
service, also by a redirect.
"""

from __future__ import annotations

from bot.services import service_for
from handlers.blocks.message import Message
from handlers.blocks.probed import probed_page
from handlers.blocks.told import engineers_only, say_which
from handlers.commands.asked import Asked


async def answer(asked: Asked) -> Message:
    """The page."""
    report = asked.job.report
    if report is None or not report.url or not report.host:
        return say_which("an address", "probe https://api.example.com/v1/orders")
    service = service_for(asked.office.services, report.host)
    if service is not None and not await asked.sees(service.name):
        return engineers_only(f"let me ask {report.host}")
    seen = await asked.office.access.seen_by(asked.user)
    mine = [service for service in asked.office.services if service.name in seen]
    return probed_page(report.url, await asked.office.probe(report, mine))
