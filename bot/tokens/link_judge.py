"""A signed link, judged when it was opened."""

from __future__ import annotations

from collections.abc import Iterator

from bot.durations import duration
from bot.model import LinkFacts, Report
from bot.tokens.times import moment, stamp


def link_findings(link: LinkFacts, report: Report) -> Iterator[tuple[str, str]]:
    """What its dates, parameters and signature show."""
    yield from _times(link, report)
    short = bool(link.signature_length and link.signature_expected and link.signature_length < link.signature_expected)
    unsigned = any("sig" in name for name in link.missing)
    if unsigned:
        yield "link.signature_missing", f"The link has no {next(n for n in link.missing if 'sig' in n)} parameter"
    elif link.missing:
        yield "link.signature_missing", f"The link lacks {', '.join(link.missing)}"
    if short:
        text = f"The link's signature has {link.signature_length} characters of at least {link.signature_expected}"
        yield "link.signature_short", text
    if link.re_encoded:
        yield "link.re_encoded", "The link was re-encoded: & became &amp; or % was encoded again"
    if not short and not link.missing and not link.re_encoded and link.signature_length:
        yield "link.complete", f"The link has all the parameters of its kind ({link.kind})"


def _times(link: LinkFacts, report: Report) -> Iterator[tuple[str, str]]:
    at, slack = moment(report)
    now = at.timestamp()
    if link.expires_at is not None:
        expires = link.expires_at.timestamp()
        if now - expires > slack:
            late = duration(now - expires)
            yield "link.expired", f"The link had expired {late} before it was opened ({stamp(expires)})"
        elif abs(now - expires) <= slack <= 60 and report.posted_at > link.expires_at:
            yield "link.expired", f"The link expired at {stamp(expires)}, within the minute in which it was opened"
        elif expires - now > min(slack, 60):
            yield "link.in_date", f"The link was good until {stamp(expires)}"
    if link.signed_at is not None and link.signed_at.timestamp() - now > slack:
        ahead = link.signed_at.timestamp() - now
        yield "link.not_yet_valid", f"The link was signed {duration(ahead)} after it was opened, by its own date"
