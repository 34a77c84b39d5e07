"""Raw exchanges -> `Exchange`: without secrets, and with the bodies that prose quotes where they belong."""

from __future__ import annotations

from dataclasses import replace

from bot.intake import collect
from bot.intake.credentials import ReadToken, presented
from bot.intake.interface import RawExchange
from bot.intake.scrub import Scrub
from bot.intake.target import Target
from bot.intake.when import date_of
from bot.model import Exchange

BODY = 4096


def clean(raw: RawExchange, failing: Target, scrub: Scrub, read_token: ReadToken) -> Exchange:
    """The exchange without secrets. One that has no address belongs to the failing call, unless it succeeded."""
    refused = raw.status is None or raw.status >= 400
    url = _whole(raw.url, failing) if raw.url else failing.url if refused else None
    return Exchange(
        method=raw.method or (failing.method if refused and not raw.url else None),
        url=scrub.text(url) if url else None,
        request_headers=None if raw.sanitized else scrub.headers(raw.request_headers),
        presented=tuple(presented(c, read_token) for c in collect.of(raw)),
        status=raw.status,
        response_headers=scrub.headers(raw.response_headers),
        body=scrub.text(raw.body)[:BODY],
        at=raw.at or date_of(raw),
    )


def _whole(url: str, failing: Target) -> str:
    """A path is one on the failing host."""
    scheme, apart, _ = (failing.url or "").partition("://")
    return f"{scheme}://{failing.host}{url}" if url.startswith("/") and apart and failing.host else url


def with_bodies(
    exchanges: tuple[Exchange, ...], said: tuple[str, ...], failing: Exchange, status: int | None
) -> tuple[Exchange, ...]:
    """The exchanges with what prose quotes of the failing answer: at the call it fits, else as one more."""
    if not said or any(e.body and all(s in e.body for s in said) for e in exchanges):
        return exchanges
    body = "\n".join(dict.fromkeys(said))[:BODY]
    fits = (n for n, e in enumerate(exchanges) if not e.body and _failing(e, failing))
    place = next(fits, None)
    if place is None:
        return (*exchanges, replace(failing, status=status, body=body))
    filled = replace(exchanges[place], status=exchanges[place].status or status, body=body)
    return (*exchanges[:place], filled, *exchanges[place + 1 :])


def _failing(exchange: Exchange, failing: Exchange) -> bool:
    return exchange.url in (None, failing.url) and exchange.status in (None, 401, 403)
