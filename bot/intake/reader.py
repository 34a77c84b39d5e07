"""Words and files -> `Report`: the one door that raw text comes in by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial

from bot.intake import collect, lines, logs, people
from bot.intake.credentials import presented, user_of
from bot.intake.documents import Document, documents
from bot.intake.exchanges import clean, with_bodies
from bot.intake.ids import ids
from bot.intake.interface import Attachment, RawCredential, RawExchange, Verify
from bot.intake.merge import follow
from bot.intake.scrub import Scrub, secret_parts
from bot.intake.target import Target, target
from bot.intake.urls import addresses
from bot.intake.variables import filled
from bot.intake.when import unzoned, when, writers_clock
from bot.model import Exchange, LinkFacts, PostedLog, Report, TokenFacts
from bot.redact import redact
from bot.rotation import TOKEN, last
from bot.tokens.jwt_facts import read_jwt
from bot.tokens.shared_secrets import with_secrets
from bot.tokens.signed_links import read_link

STATUS = re.compile(r"(?<![\w.,:/#$€-])(?:HTTP )?(?P<status>401|403|407)(?![\w%-]|[.,:]\d)")
OTHER_STATUS = re.compile(
    r"(?i)(?:status(?: code)?|http|error|code|returns?|gives?|got|get|gets|with|a|=|->)[ :=(]{1,"
    r"3}(?P<status>[45]\d\d)(?![\w%-]|[.,:]\d)"
)
PASTED = "pasted.log"
"""The name of log lines within the message itself."""
MOST_EXCHANGES = 60
MOST_TEXT = 400_000
SHOWN = {"literal", "placeholder", "masked", "empty"}
"""Kinds of credentials whose value is no secret."""


def read(
    text: str,
    *,
    posted_at: datetime,
    tz: tzinfo = UTC,
    attachments: Sequence[Attachment] = (),
    earlier: Report | None = None,
    verify: Verify | None = None,
) -> Report:
    """What a report says, without its secrets. Never raises, whatever the text.

    `tz` is the reporter's zone, for times without one. `earlier` is what the thread held before: new facts
    override or add, nothing is lost. `verify` is asked for the signature of every whole JWT.
    """
    posted_at = posted_at if posted_at.tzinfo else posted_at.replace(tzinfo=UTC)
    opened = documents(filled(text), attachments, posted_at)
    report = _report(opened, posted_at.astimezone(UTC), tz, verify)
    return follow(earlier, report) if earlier is not None else report


def _report(opened: tuple[Document, ...], posted_at: datetime, tz: tzinfo, verify: Verify | None) -> Report:
    prose = opened[0].prose
    raw = tuple(e for d in opened for e in d.exchanges)
    failing = _target(opened, posted_at)
    credentials = collect.credentials(opened)
    checked = with_secrets([d.text for d in opened], verify)
    read_token = partial(_token, host=_name(failing.host), verify=checked)
    seen = tuple(presented(c, read_token) for c in credentials)
    everything = redact("\n\n".join(_titled(d) for d in opened if d.text or not d.log))
    logged = [(d.name or PASTED, redact(d.log)) for d in opened if d.log]
    secrets = (*everything.secrets, *(s for _, log in logged for s in log.secrets))
    hidden = tuple(s.value for s in secrets)
    own = tuple(c for c, p in zip(credentials, seen, strict=True) if p.kind not in SHOWN)
    scrub = Scrub((*hidden, *secret_parts(own)))
    moment = when(opened, posted_at, tz)
    found = _identifiers(opened, raw, scrub, failing)
    status = _status(opened, raw, failing)
    shown = tuple(clean(e, failing, scrub, read_token) for e in raw[:MOST_EXCHANGES])
    said = tuple(scrub.text(b) for d in opened for b in lines.bodies(d.prose))
    return Report(
        text=scrub.known(everything.text)[:MOST_TEXT],
        posted_at=posted_at,
        url=_clean_url(scrub, failing.url),
        method=failing.method,
        host=_name(failing.host),
        path=scrub.text(failing.path) if failing.path else None,
        under=scrub.text(failing.under) if failing.under else None,
        at=moment.at if moment else None,
        at_precision_s=moment.precision_s if moment else None,
        unzoned=moment is not None and unzoned(opened, moment),
        ahead_s=int(
            (posted_at.astimezone(writers_clock(opened, tz, moment)).utcoffset() or timedelta()).total_seconds()
        ),
        request_id=found[0] if found else None,
        ids=found,
        urls=tuple(scrub.text(u) for u in failing.others),
        status=status,
        origin=_clean(scrub, _request_header(raw, "origin") or people.origin(opened[0].text) or _origin(opened)),
        user_agent=_clean(scrub, _request_header(raw, "user-agent") or people.user_agent(_worded(opened))),
        client_ip=people.client_ip(prose),
        users=_users(prose, credentials, scrub),
        exchanges=with_bodies(shown, said, _own(failing, scrub), status),
        presented=seen,
        links=_links(opened, failing, raw),
        secrets=tuple(dict.fromkeys(s.kind for s in secrets)),
        tokens_end=last(read_jwt(s.value).exp for s in secrets if s.kind == TOKEN),
        logs=tuple(PostedLog(name=scrub.text(name), text=scrub.known(log.text)) for name, log in logged),
        notes=tuple(scrub.text(d.note) for d in opened if d.note),
    )


def _target(opened: tuple[Document, ...], posted_at: datetime) -> Target:
    """What the words name; where they name nothing, the one path that a posted log shows as refused."""
    failing = target(opened)
    if failing.path or failing.host:
        return failing
    paths = (logs.refused_path(d.log, posted_at) for d in opened if d.log)
    return replace(failing, path=next((p for p in paths if p), None))


def _titled(document: Document) -> str:
    return f"--- {document.name}\n{document.text}" if document.name else document.text


def _name(host: str | None) -> str | None:
    """The host without its port, in lower case."""
    return re.sub(r":\d+$", "", host).lower() if host else None


def _clean_url(scrub: Scrub, url: str | None) -> str | None:
    return scrub.text(url) if url else None


def _clean(scrub: Scrub, text: str | None) -> str | None:
    return scrub.text(text)[:300] if text else None


def _token(raw: str, *, host: str | None, verify: Verify | None) -> TokenFacts:
    return read_jwt(raw, (lambda token: verify(token, host)) if verify is not None else None)


def _identifiers(
    opened: tuple[Document, ...], raw: tuple[RawExchange, ...], scrub: Scrub, failing: Target
) -> tuple[str, ...]:
    """Those that stay what they are when secrets are hidden."""
    return tuple(i for i in ids(opened[0].prose, raw, failing.path, failing.url) if scrub.text(i) == i)


def _status(opened: tuple[Document, ...], raw: tuple[RawExchange, ...], failing: Target) -> int | None:
    said = [int(m["status"]) for m in STATUS.finditer(opened[0].prose)]
    if 401 in said or not said:
        failed = next((e.status for e in sorted(raw, key=lambda e: e.url != failing.url) if e.failed), None)
        other = OTHER_STATUS.search(opened[0].prose)
        return 401 if said else failed or (int(other["status"]) if other else None)
    return said[0]


def _worded(opened: tuple[Document, ...]) -> str:
    return "\n".join(
        [opened[0].text[:20_000], *(d.text[:5_000] for d in opened[1:] if not d.text.lstrip().startswith("{"))]
    )


def _origin(opened: tuple[Document, ...]) -> str | None:
    return next((o for d in opened[1:] if (o := people.origin(d.text[:200_000]))), None)


def _request_header(raw: tuple[RawExchange, ...], name: str) -> str | None:
    ordered = sorted(raw, key=lambda e: not e.failed)
    return next((v for e in ordered if (v := e.request_header(name)) and "***" not in v and v != "null"), None)


def _users(prose: str, credentials: tuple[RawCredential, ...], scrub: Scrub) -> tuple[str, ...]:
    named = [*people.users(prose), *(u for c in credentials if (u := user_of(c)) is not None)]
    return tuple(u for u in dict.fromkeys(named) if scrub.text(u) == u)


def _own(failing: Target, scrub: Scrub) -> Exchange:
    """The failing call, with nothing known of its answer."""
    return Exchange(method=failing.method, url=_clean_url(scrub, failing.url))


def _links(opened: tuple[Document, ...], failing: Target, raw: tuple[RawExchange, ...]) -> tuple[LinkFacts, ...]:
    """Signed links: the failing one, or those that stand beside when it is none."""
    written = [a.url + ("..." if a.cut else "") for d in opened for a in addresses(d.prose[:50_000]) if a.kind == "url"]
    written += [e.url for e in raw if e.url]
    facts = {url: link for url in dict.fromkeys(written) if (link := read_link(url)) is not None}
    own = [link for url, link in facts.items() if failing.url and url.startswith(failing.url)]
    return tuple(own[:1] or list(facts.values())[:5])
