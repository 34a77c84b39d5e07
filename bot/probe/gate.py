"""Gate 1: may this URL be asked at all? Decided from its text, before any other parser sees it.

Stricter than RFC 3986 on purpose: whatever two parsers could read in two ways is refused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from pathlib import Path
from urllib.parse import quote

from bot.probe.connect_to import ConnectTo
from bot.probe.networks import Address, Reach, why_not

MAX_LENGTH = 2048
PORTS = frozenset({80, 443, 8000, 8008, 8080, 8443})
"""Where HTTP is spoken on purpose; other ports need an entry in services.yaml."""

_INNER = """alt arpa cluster consul corp docker home host internal intranet invalid kubernetes lan local localdomain
localhost onion private svc"""
INTERNAL = frozenset(_INNER.split())
"""Last labels that are no public names: RFC 6761, RFC 6762, RFC 8375, ICANN's .internal and common usage."""

HOW = "an operator can allow it in services.yaml"

_FORM = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL)
_AUTHORITY = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(:[0-9]{1,5})?")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_OWN_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_DOTS = re.compile("[\u3002\uff0e\uff61]")
_HIDDEN = {"Cc": "a control character", "Cf": "an invisible character", "Cs": "an unreadable character"}
_HIDDEN |= dict.fromkeys(("Zs", "Zl", "Zp"), "a space")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the operator allows."""

    hosts: frozenset[str] = frozenset()
    """Lower-case names that services.yaml gives, each optionally `:port`; these may be private."""
    allowed: frozenset[str] = frozenset()
    """Lower-case names that a support engineer allowed for this case; only public addresses and usual ports."""
    others: frozenset[str] = frozenset()
    """Lower-case names, each optionally `:port`, that are not for whoever asks: never, and by no redirect."""
    connect_to: tuple[ConnectTo, ...] = ()
    any_public_host: bool = False
    """Whether a host that nobody named may be asked when all its addresses are public."""
    cacert: Path | None = None
    """A file of CA certificates to trust instead of the default ones, as curl's --cacert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A URL that passed gate 1, and whom to dial for it."""

    url: str
    """In canonical form: ASCII, lower-case host, no fragment."""
    scheme: str
    host: str
    """Without brackets; ASCII."""
    port: int
    dial_host: str
    dial_port: int
    reach: Reach


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a URL may not be asked."""

    reason: str
    """One clear line."""


class _RefusedError(Exception):
    pass


def check(url: str, policy: Policy) -> Target | Refusal:
    """The target of a URL, or why it may not be asked. Pure: no name is resolved."""
    try:
        return _target(url, policy)
    except _RefusedError as error:
        return Refusal(str(error))


def _target(url: str, policy: Policy) -> Target:
    _plain(url)
    match = _FORM.fullmatch(url)
    if not match:
        raise _RefusedError("it is not a full URL; begin with https://")
    scheme, authority, path, query, _ = match.groups()
    scheme = scheme.lower()
    if scheme not in ("http", "https"):
        raise _RefusedError(f"the scheme is {scheme[:20]}; only http and https are asked")
    raw, port = _authority(authority, 443 if scheme == "https" else 80)
    host = _host(raw)
    entry = next((c for c in policy.connect_to if c.matches(host, port)), None)
    typed = bool(entry and entry.to_host)
    reach: Reach = "typed" if typed else "named" if _named(host, policy.hosts) else "public"
    _name(host, _LABEL if reach == "public" else _OWN_LABEL)
    _allowed(host, port if not (entry and entry.to_port) else None, reach, policy)
    shown = f"[{host}]" if ":" in host else host
    place = shown if port == (443 if scheme == "https" else 80) else f"{shown}:{port}"
    tail = quote(path or "/", safe="/%:@!$&'()*+,;=-._~") + quote(query or "", safe="/%:@!$&'()*+,;=-._~?")
    return Target(
        url=f"{scheme}://{place}{tail}",
        scheme=scheme,
        host=host,
        port=port,
        dial_host=(entry and entry.to_host) or host,
        dial_port=(entry and entry.to_port) or port,
        reach=reach,
    )


def _plain(url: str) -> None:
    if len(url) > MAX_LENGTH:
        raise _RefusedError(f"it is {len(url):,} characters long; at most {MAX_LENGTH:,} are allowed")
    for char in url:
        hidden = _HIDDEN.get(unicodedata.category(char))
        if hidden:
            raise _RefusedError(f"it contains {hidden} (U+{ord(char):04X})")
    if "\\" in url:
        raise _RefusedError("it contains a backslash, which programs read in different ways")


def _authority(authority: str, default_port: int) -> tuple[str, int]:
    if "@" in authority:
        raise _RefusedError("it holds a user name or password before the host; take them out")
    if "%" in authority:
        raise _RefusedError("the host contains a percent sign")
    match = _AUTHORITY.fullmatch(authority)
    if not match:
        raise _RefusedError("the host or port cannot be read")
    host, port = match.group(1), int(match.group(2)[1:]) if match.group(2) else default_port
    if not 1 <= port <= 65535:
        raise _RefusedError(f"there is no port {port}")
    return host, port


def _host(raw: str) -> str:
    """The host in ASCII and lower case, whatever script it was written in (RFC 5891)."""
    if not raw:
        raise _RefusedError("it names no host")
    if raw.startswith("["):
        return _ipv6(raw[1:-1])
    if raw.isascii():
        host = raw.lower()
        return _idna(host) if "xn--" in host else host
    if unicodedata.normalize("NFKC", raw) != raw or _DOTS.search(raw):
        raise _RefusedError("the host is written with look-alike characters")
    return _idna(raw.lower())


def _idna(host: str) -> str:
    # Only for the rare host that needs it: its tables cost more to import than all else here.
    import idna

    try:
        return idna.encode(host, strict=True, std3_rules=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise _RefusedError("the host is not a valid international name (IDNA 2008)") from None


def _ipv6(text: str) -> str:
    try:
        address = IPv6Address(text)
    except AddressValueError:
        raise _RefusedError("the host is not a valid IPv6 address") from None
    if address.scope_id is not None:
        raise _RefusedError("the host has an IPv6 zone")
    return str(address)


def _name(host: str, label: re.Pattern[str]) -> None:
    """Refuse what is no proper host name and no canonical address."""
    if ":" in host:
        return
    labels = host.split(".")
    if host.endswith("."):
        raise _RefusedError("the host ends in a dot; leave it out")
    if _NUMBER.fullmatch(labels[-1]):
        _dotted_quad(host)
        return
    if len(host) > 253 or not all(label.fullmatch(part) for part in labels):
        raise _RefusedError("the host is not a valid name")


def _dotted_quad(host: str) -> None:
    try:
        canonical = str(IPv4Address(host)) == host
    except AddressValueError:
        canonical = False
    if not canonical:
        raise _RefusedError("the host ends in a number but is not an address of the form 192.0.2.1")


def literal(host: str) -> Address | None:
    """The address that a checked host is; None when it is a name."""
    if ":" in host:
        return IPv6Address(host)
    return IPv4Address(host) if _NUMBER.fullmatch(host.rpartition(".")[2]) else None


def _named(host: str, hosts: frozenset[str]) -> bool:
    return host in hosts or f"[{host}]" in hosts or any(_entry_host(entry) == host for entry in hosts)


def _entry_host(entry: str) -> str:
    head, colon, tail = entry.rpartition(":")
    return head.strip("[]") if colon and tail.isascii() and tail.isdigit() and not head.endswith(":") else entry


def _allowed(host: str, port: int | None, reach: Reach, policy: Policy) -> None:
    """Refuse by name, address and port what nobody vouches for; port None was typed by the operator."""
    if reach == "typed":
        return
    if f"{host}:{port}" in policy.others or (reach == "public" and _named(host, policy.others)):
        raise _RefusedError(f"{host} belongs to a service of other engineers; ask one of them")
    if reach == "named":
        _named_port(host, port, policy.hosts)
    address = literal(host)
    if address is None and reach == "public":
        _public_name(host)
    kind = why_not(address, reach) if address else None
    if kind:
        raise _RefusedError(f"{host} is an address that is not asked ({kind}); {HOW}")
    if reach == "public" and not (policy.any_public_host or host in policy.allowed):
        raise _RefusedError(
            f"{host} is not a host that services.yaml names; {HOW}, or a support engineer for this case"
        )
    if reach == "public" and port is not None and port not in PORTS:
        raise _RefusedError(f"port {port} is not one that is asked; name {host}:{port} in services.yaml to allow it")


def _named_port(host: str, port: int | None, hosts: frozenset[str]) -> None:
    whole = host in hosts or f"[{host}]" in hosts
    exact = f"{host}:{port}" in hosts or f"[{host}]:{port}" in hosts
    if port is not None and not exact and not (whole and port in PORTS):
        raise _RefusedError(f"port {port} of {host} is not named; add {host}:{port} to services.yaml to allow it")


def _public_name(host: str) -> None:
    labels = host.split(".")
    if len(labels) == 1:
        raise _RefusedError(f"{host} is a single label, which only an inner network knows; {HOW}")
    if labels[-1] in INTERNAL:
        raise _RefusedError(f"names under .{labels[-1]} belong to inner networks; {HOW}")
