"""What pasted and probed answers say for a step: schemes offered, where a redirect ends, what holds a cookie back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from bot.address import split
from bot.model import Exchange, Report
from bot.probe.challenge import parse

_HOPS = 5


@dataclass(frozen=True, slots=True)
class Limited:
    """A cookie and the attribute that keeps it from the call."""

    name: str
    limit: str
    mended: str | None = None
    """The attribute as it should be; None where that is not an attribute's affair."""


def schemes(exchanges: Sequence[Exchange]) -> tuple[str, ...]:
    """The schemes that refusals ask for, as spelled, each once; those of a proxy are not the service's."""
    refused = [exchange for exchange in exchanges if exchange.status == 401]
    offered = [challenge.scheme for exchange in refused for challenge in parse(exchange.all("www-authenticate"))]
    return tuple({scheme.lower(): scheme for scheme in reversed(offered)}.values())[::-1]


def redirected(exchanges: Sequence[Exchange]) -> tuple[str, str] | None:
    """Where the first redirect begins and where it ends, without query; None without one to another address."""
    hops = {e.url: e.header("location") for e in exchanges if e.url and 300 <= (e.status or 0) < 400}
    start = url = next((url for url, to in hops.items() if to), None)
    for _ in range(_HOPS):
        if url is None or not (to := hops.get(url)):
            break
        url = _joined(url, to)
    if start is None or url is None or _bare(url) == _bare(start) or not url.startswith(("http://", "https://")):
        return None
    return _bare(start), _bare(url)


def _joined(url: str, to: str) -> str | None:
    try:
        return urljoin(url, to)
    except ValueError:
        return None


def _bare(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]


def cookie(exchanges: Sequence[Exchange], report: Report, *, cross_site: bool) -> Limited | None:
    """The first cookie with an attribute that keeps it from the failing call (RFC 6265 section 5.4)."""
    lines = [line for exchange in exchanges for line in exchange.all("set-cookie")]
    return next((limited for line in lines for limited in _limits(line, report, cross_site)), None)


def _limits(line: str, report: Report, cross_site: bool) -> Iterator[Limited]:
    name = line.partition("=")[0].strip()
    given = {key.strip().lower(): value.strip() for key, _, value in (p.partition("=") for p in line.split(";")[1:])}
    path, domain, site = given.get("path", "/"), given.get("domain", "").lstrip(".").lower(), given.get("samesite", "")
    if report.path and path.startswith("/") and not f"{report.path}/".startswith(path.rstrip("/") + "/"):
        yield Limited(name, f"Path={path}", "Path=/")
    if domain and report.host and f".{report.host}".lower().removesuffix(f".{domain}") == f".{report.host}".lower():
        yield Limited(name, f"Domain={domain}", _common(domain, report.host.lower()))
    if cross_site and site.lower() in ("lax", "strict"):
        yield Limited(name, f"SameSite={site.title()}", "SameSite=None; Secure")
    if "secure" in given and split(report.url).scheme == "http" and report.host not in ("localhost", "127.0.0.1"):
        yield Limited(name, "Secure")


def _common(one: str, other: str) -> str | None:
    """The Domain that both hosts share: at least two labels, since a browser refuses a top-level domain."""
    pairs = zip(reversed(one.split(".")), reversed(other.split(".")), strict=False)
    shared: list[str] = []
    for first, second in pairs:
        if first != second:
            break
        shared.insert(0, first)
    return f"Domain={'.'.join(shared)}" if len(shared) >= 2 else None
