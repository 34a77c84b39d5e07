"""Short names for what many requests have in common: the route of a path, the program of a user agent, a network."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from bot.logs.formats import tokens
from bot.redact import redact

if TYPE_CHECKING:
    from ua_parser import Parser

VARIABLE = re.compile(
    rf"/(?:\d+(?=\.[a-z]\w{{0,4}}$)|(?:\d+|{tokens.HEX_ID}|(?=[^/]*\d)[0-9a-fA-F]{{6,}}|(?=[^/]*\d)[\w.~%@:+=-]{{16,}}"
    r"|[\w.~%@:+=-]{33,}|[^/]*@[^/]*)(?=/|$))"
)
"""A segment of a path that names one thing of many."""
ID = (
    r"/(?=[0-9a-fA-F])"
    r"(?:[0-9]++|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[a-fA-F]{0,5}+[0-9][0-9a-fA-F]{5,}+)"
)
"""The commonest of them, found in half the time; what follows must be another segment or the end."""
ID_IN_PATH = re.compile(rf"{ID}(?![^/])")
ID_IN_REQUEST = re.compile(rb"%b(?![^/ \n])" % ID.encode())
QUERY = re.compile(rb"\?[^\n]*")
OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
IPV4 = re.compile(rf"({OCTET}\.{OCTET}\.{OCTET})\.{OCTET}")
PRODUCT = re.compile(r"([\w.+-]{1,60})(?:/(\d{1,6}(?:\.\d{1,6})?))?")
PLATFORMS = ("Mozilla/", "Opera/", "Dalvik/", "Python/")
"""Products that say nothing of the program: it stands later in the text."""
LONGEST_AGENT = 1_000
LONGEST_NAME = 60


def route(path: str) -> str:
    """A path with `{}` for each segment that names one thing of many, without its secrets."""
    return _route(ID_IN_PATH.sub("/{}", path.split("?", 1)[0]))


def shapes(requests: Iterable[bytes]) -> list[bytes]:
    """Request lines without their queries and most of their ids: requests of one shape are of one route.

    None may hold a line feed: many are looked through at once.
    """
    return ID_IN_REQUEST.sub(b"/{}", QUERY.sub(b"", b"\n".join(requests))).split(b"\n")


def agent(user_agent: str) -> str:
    """The program with its version: `okhttp/4.12`, `Acme-iOS/5.2`, `Chrome/131`.

    A program that names itself first is cut out with its version to two numbers. Who a browser is, or whatever else
    begins with the name of a platform, is looked up in the data of uap-core (https://github.com/ua-parser/uap-core).
    """
    product = PRODUCT.match(user_agent)
    own = f"{product[1]}/{product[2]}" if product and product[2] else product[1] if product else ""
    if user_agent.startswith(PLATFORMS) or (product and not product[2] and product.end() < len(user_agent)):
        return _redacted(_known(user_agent[:LONGEST_AGENT]) or own.removesuffix("/5.0"))
    return _redacted(own)


def network(client: str) -> str:
    """The network of an address: /24 of IPv4, /48 of IPv6."""
    if match := IPV4.fullmatch(client):
        return f"{match[1]}.0/24"
    found = tokens.address(client)
    if found is None:
        return ""
    try:
        address = ipaddress.ip_address(found.partition("%")[0])
    except ValueError:
        return ""
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False))


def _known(user_agent: str) -> str:
    found = _parser().parse_user_agent(user_agent)
    if found is None:
        return ""
    family = " ".join(found.family.split())[:LONGEST_NAME]
    return f"{family}/{found.major}" if found.major else family


@cache
def _parser() -> Parser:
    """Made when it is needed first: its expressions take half a second."""
    from ua_parser import Parser
    from ua_parser.loaders import load_lazy_builtins
    from ua_parser.regex import Resolver

    return Parser(Resolver(load_lazy_builtins()))


@lru_cache(maxsize=4096)
def _route(path: str) -> str:
    return redact(VARIABLE.sub("/{}", path)).text


@lru_cache(maxsize=4096)
def _redacted(word: str) -> str:
    return redact(word).text
