"""Which requests a round consists of. Only GET, HEAD and OPTIONS; only made-up credentials. Pure."""

from __future__ import annotations

import base64
import re
from urllib.parse import urlsplit, urlunsplit

from bot.model import Exchange, Headers, Report
from bot.probe import cache, metadata, variants
from bot.probe.cors import MADE_UP_ORIGIN
from bot.probe.seen import Hop, challenges
from bot.services import Service

SAFE = ("GET", "HEAD", "OPTIONS")
MADE_UP = "made-up-by-locksmith-probe"
BEARER = f"Bearer {MADE_UP}"
BASIC = "Basic " + base64.b64encode(b"locksmith-probe:made-up").decode()
COMPLEX = frozenset({"digest", "negotiate", "ntlm", "kerberos", "hoba", "scram-sha-256", "mutual", "dpop", "bearer"})
"""Schemes for which a made-up credential cannot simply be written down, and the one that is asked anyway."""

MASKED = re.compile("‹[^›]*›")
"""What the redactor leaves in a secret's place."""
_USERINFO = re.compile("^(https?://)[^/?#@]*‹[^/?#@]*@", re.IGNORECASE)

_OWN_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,40}")
_CREDENTIAL_NAME = re.compile("auth|key|token|secret|credential|session|jwt", re.IGNORECASE)
"""Only such headers are sent: a stranger's X-HTTP-Method-Override would make a GET change something."""

Request = tuple[str, str, Headers]
"""Method, URL, and the headers beside the client's own."""
Plan = dict[str, Request]


def guessed_https(report: Report) -> bool:
    """Whether the reporter never wrote the https that stands in the URL."""
    start = f"https://{report.host or ''}".lower()
    return bool(report.url and report.host and report.url.startswith("https:") and start not in report.text.lower())


def as_http(url: str) -> str:
    """The same address with http."""
    return re.sub("^https:", "http:", url)


def method(report: Report) -> str:
    """The reporter's method where it changes nothing, else GET."""
    wanted = (report.method or "GET").upper()
    return wanted if wanted in SAFE else "GET"


def origin(report: Report) -> str:
    """The page's origin, or a made-up one."""
    return _printable(report.origin) or MADE_UP_ORIGIN


def askable(url: str) -> tuple[str, str]:
    """A redacted URL without its masked credentials, and with made-up ones in their place ("" where there were none).

    A masked part of the path is no parameter that can be left out: there both have a made-up value.
    """
    if not MASKED.search(url):
        return url, ""
    url = _USERINFO.sub(r"\1", url)
    head, mark, query = url.partition("?")
    head = MASKED.sub(MADE_UP, head)
    without = "&".join(pair for pair in query.split("&") if not MASKED.search(pair))
    return head + (mark and without and f"?{without}"), (head + mark + MASKED.sub(MADE_UP, query)) if mark else ""


def opening(report: Report, url: str, made_up: str = "") -> Plan:
    """What can be asked before anything is known; `made_up` is the URL with made-up credentials in it, if any."""
    asked = method(report)
    plan: Plan = {
        "without": (asked, url, ()),
        "made_up": (asked, made_up, ()) if made_up else (asked, url, (("authorization", BEARER),)),
        "preflight": ("OPTIONS", url, _preflight(report)),
    }
    if report.method and report.method.upper() not in SAFE:
        plan["options"] = ("OPTIONS", url, ())
    own = _own_place(report)
    if own:
        plan["own_place"] = (asked, url, own)
    variant = _slash(url)
    if variant is not None:
        plan["slash"] = (asked, variant, ())
    agent = _printable(report.user_agent)
    if agent:
        plan["client"] = (asked, url, (("user-agent", agent),))
    return plan


def second(report: Report, service: Service | None, final: str, last: Exchange, fresh: str) -> Plan:
    """What the answer after all redirects suggests to ask there; `fresh` is a value that no cache has seen."""
    plan: Plan = {}
    asked = method(report)
    other = _other_scheme(last, service)
    if last.status in (401, 403) and service and service.key_header:
        plan["other_scheme"] = (asked, final, ((service.key_header.lower(), MADE_UP),))
    elif last.status in (401, 403) and other:
        plan["other_scheme"] = (asked, final, (("authorization", other),))
    if last.status == 401 and cache.suspected(last):
        plan["query"] = (asked, f"{final}{'&' if urlsplit(final).query else '?'}locksmith={fresh}", ())
    return plan


def aside(report: Report, service: Service | None, first: Exchange, last: Exchange, hops: tuple[Hop, ...]) -> Plan:
    """What to ask beside the reported address, from its first answer and the one after all redirects."""
    neighbours = variants.addresses(first, hops)
    plan: Plan = {label: (method(report), to, ()) for label, to in neighbours.items()}
    described = metadata.address(report, service, last)
    return plan | ({"metadata": ("GET", described, (("accept", "application/json"),))} if described else {})


def moved(report: Report, final: str, last: Exchange) -> Plan:
    """The made-up credential once more where the redirects ended: a client may drop it on the way."""
    return {"made_up": (method(report), final, (("authorization", BEARER),))} if last.status == 401 else {}


def _preflight(report: Report) -> Headers:
    return (
        ("origin", origin(report)),
        ("access-control-request-method", (_printable(report.method) or "GET").upper()[:20]),
        ("access-control-request-headers", "authorization"),
    )


def _own_place(report: Report) -> Headers:
    """A made-up credential where the reporter put theirs, when that is neither Bearer nor Basic."""
    for shown in report.presented:
        if shown.place == "authorization" and shown.scheme and shown.scheme.lower() not in COMPLEX | {"basic"}:
            return (("authorization", f"{_printable(shown.scheme)[:40]} {MADE_UP}"),)
        named = _OWN_HEADER.fullmatch(shown.name)
        if shown.place == "cookie" and named:
            return (("cookie", f"{shown.name}={MADE_UP}"),)
        if shown.place == "header" and named and _CREDENTIAL_NAME.search(shown.name):
            return ((shown.name.lower(), MADE_UP),)
    return ()


def _slash(url: str) -> str | None:
    """The same URL with a trailing slash more or less; None for the root."""
    parts = urlsplit(url)
    if parts.path in ("", "/"):
        return None
    path = parts.path[:-1] if parts.path.endswith("/") else f"{parts.path}/"
    return urlunsplit(parts._replace(path=path))


def _printable(text: str | None) -> str:
    """What may stand in a header: a stranger wrote it."""
    return "".join(c for c in text or "" if " " <= c <= "~")[:200].strip()


def _other_scheme(answer: Exchange, service: Service | None) -> str | None:
    """A made-up credential of the first other scheme that is offered; Basic where nothing but Bearer is."""
    offered = [c.scheme for c in challenges(answer)] + ([service.scheme] if service and service.scheme else [])
    usable = [scheme for scheme in offered if scheme.lower() not in COMPLEX]
    if not usable:
        return BASIC if all(scheme.lower() == "bearer" for scheme in offered) else None
    return BASIC if usable[0].lower() == "basic" else f"{_printable(usable[0])} {MADE_UP}"
