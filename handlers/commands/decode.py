"""`decode <token or header>`: what a credential says, judged, without a value that tells about a person.

Whoever pastes one sees what it says. What another person posted is for the engineers of that case's service.
"""

from __future__ import annotations

from bot.model import Report
from bot.services import Service, named
from bot.tokens.judge import judge
from handlers.blocks.credential import credential_page
from handlers.blocks.message import Message
from handlers.blocks.told import engineers_only, nothing_to_decode, unknown_case
from handlers.commands.asked import Asked


async def answer(asked: Asked) -> Message:
    """The page."""
    if not asked.words:
        return _page(asked.job.report, _by_claims(asked.office.services, asked.job.report), posted=True)
    case = await asked.case()
    if case is None:
        return unknown_case(asked.words)
    if case.reporter != asked.user and not await asked.sees(case.service):
        return engineers_only("see what others posted")
    return _page(case.report, named(asked.office.services, case.service), posted=False)


def _page(report: Report | None, service: Service | None, *, posted: bool) -> Message:
    if report is None or not report.presented:
        return nothing_to_decode()
    found = judge(report, service)
    return credential_page(report, found.findings, service=service.name if service else "", posted=posted)


def _by_claims(services: tuple[Service, ...], report: Report | None) -> Service | None:
    """The service that the token is for, by its issuer and audience; the only one where there is one."""
    tokens = [shown.token for shown in report.presented if shown.token] if report else []
    for token in tokens:
        same = [s for s in services if s.issuer and s.issuer == token.iss]
        closer = [s for s in same or services if set(s.audience) & set(token.aud)]
        if chosen := closer or same:
            return chosen[0] if len(chosen) == 1 else None
    return services[0] if len(services) == 1 else None
