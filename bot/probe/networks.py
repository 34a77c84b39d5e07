"""Which addresses may be dialled: explicit networks, because `ipaddress.is_global` lets too much through.

On Python 3.11 it is True for NAT64, 6to4, fec0::/10, multicast, 192.0.0.192 and 168.63.129.16.
Sources: the IANA special-purpose address registries (RFC 6890 and its successors), the cloud vendors' documentation.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Literal

Reach = Literal["public", "named", "typed"]
"""Who vouches for a host: nobody, services.yaml, or the operator's own --connect-to."""

Address = IPv4Address | IPv6Address

NEVER = {
    "0.0.0.0/8": "this network",
    "169.254.0.0/16": "link-local, where clouds keep their metadata",
    "100.100.100.200/32": "a cloud's metadata",
    "168.63.129.16/32": "a cloud's own control address",
    "192.0.0.192/32": "a cloud's metadata",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved",
    "fd00:ec2::/32": "a cloud's metadata",
    "fd20:ce::/32": "a cloud's metadata",
    "fe80::/10": "link-local",
    "ff00::/8": "multicast",
}
"""Not even for a host that services.yaml names: its DNS may be in other hands than the file."""

PRIVATE = {
    "10.0.0.0/8": "private",
    "100.64.0.0/10": "shared address space",
    "127.0.0.0/8": "loopback",
    "172.16.0.0/12": "private",
    "192.0.0.0/24": "special-purpose",
    "192.0.2.0/24": "documentation",
    "192.31.196.0/24": "special-purpose",
    "192.52.193.0/24": "special-purpose",
    "192.88.99.0/24": "6to4 relay",
    "192.168.0.0/16": "private",
    "192.175.48.0/24": "special-purpose",
    "198.18.0.0/15": "benchmarking",
    "198.51.100.0/24": "documentation",
    "203.0.113.0/24": "documentation",
    "2001::/23": "special-purpose (Teredo, ORCHID, benchmarking)",
    "2001:db8::/32": "documentation",
    "2002::/16": "6to4",
    "2620:4f:8000::/48": "special-purpose",
    "3fff::/20": "documentation",
    "::1/128": "loopback",
    "fc00::/7": "private",
}
"""Open only to a host that the operator vouches for."""

TUNNELS = tuple(IPv6Network(n) for n in ("::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
"""IPv6 forms that end at an IPv4 address: mapped, NAT64, 6to4, Teredo."""

GLOBAL_UNICAST = IPv6Network("2000::/3")


def _networks(table: dict[str, str]) -> tuple[tuple[IPv4Network | IPv6Network, str], ...]:
    return tuple((IPv6Network(n) if ":" in n else IPv4Network(n), kind) for n, kind in table.items())


_NEVER, _PRIVATE = _networks(NEVER), _networks(PRIVATE)


def why_not(address: Address, reach: Reach) -> str | None:
    """What kind of address this is when it may not be dialled for such a host; None when it may."""
    if reach == "typed":
        return None
    found = _kind(address, _NEVER) or _tunnel(address)
    if found or reach == "named":
        return found
    found = _kind(address, _PRIVATE)
    if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST:
        return found or "outside the public part of IPv6"
    return found


def _tunnel(address: Address) -> str | None:
    if isinstance(address, IPv4Address):
        return None
    # An interface identifier 0:5efe:a.b.c.d is ISATAP (RFC 5214): the packet leaves as IPv4.
    isatap = (int(address) >> 32) & 0xFCFFFFFF == 0x5EFE
    return "an IPv4 address inside IPv6" if isatap or any(address in network for network in TUNNELS) else None


def _kind(address: Address, table: tuple[tuple[IPv4Network | IPv6Network, str], ...]) -> str | None:
    return next((kind for network, kind in table if address in network), None)
