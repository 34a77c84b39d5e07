"""Ready curl commands that show a fault: quoted for a POSIX shell, without a secret, for the reported address.

Pure. An address that cannot stand in a command safely gives none, rather than one that does something else.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from bot.address import split
from bot.model import Report

LONGEST = 280
"""Characters of a command: what still fits a step with its words."""
_METHOD = re.compile(r"[A-Z]{3,10}\Z")
_NETLOC = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?\Z")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?\Z")
_KEPT = "%/:?=&~+,;@!$*()._-"
"""What stays as it is in path and query (RFC 3986 section 3.3); brackets and braces would be patterns to curl."""
_HIDDEN = "‹"


def commands(report: Report, facts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(name of the fact, the command) for every command that can be given with what is known already."""
    address, moved = plain(report.url or ""), plain(facts.get("redirecting_url", ""))
    argvs: dict[str, list[str]] = {}
    if address is not None:
        asked = asking(report.method)
        argvs["curl_bare"] = [*asked, address]
        argvs["curl_head"] = ["curl", "-sI", address]
        argvs["curl_preflight"] = preflight(address, report.method, report.origin)
        for name, header in (("curl", "header"), ("curl_sent", "header_sent")):
            if header in facts:
                argvs[name] = [*asked, address, *credential(facts[header])]
    if moved is not None:
        argvs["curl_redirect"] = ["curl", "-sI", moved]
    for name, argv in argvs.items():
        if len(told := shlex.join(argv)) <= LONGEST:
            yield name, told


def plain(url: str) -> str | None:
    """The address as it may stand in a command: percent-encoded, without fragment or hidden parts; None when unsafe."""
    parts = split(url)
    if parts.scheme not in ("http", "https") or not _NETLOC.match(parts.netloc) or _HIDDEN in parts.path:
        return None
    path = _encoded(parts.path or "/")
    query = _encoded(parts.query) if _HIDDEN not in parts.query else ""
    whole = f"{parts.scheme}://{parts.netloc}{path}"
    return f"{whole}?{query}" if query and len(whole) + len(query) < LONGEST // 2 else whole


def asking(method: str | None) -> list[str]:
    """curl for this method; GET is what it does of itself, HEAD has an option of its own."""
    wanted = method.upper() if method and _METHOD.match(method.upper()) else "GET"
    of_itself = {"GET": ["curl", "-i"], "HEAD": ["curl", "-I"]}
    return of_itself.get(wanted, ["curl", "-i", "-X", wanted])


def credential(header: str) -> list[str]:
    """How curl is told to send it: Basic and Digest by user name, so that the password is asked for, not written."""
    _, _, value = header.partition(": ")
    scheme = value.partition(" ")[0].lower()
    by_name = {"basic": ["-u", "<user>"], "digest": ["--digest", "-u", "<user>"], "negotiate": ["--negotiate", "-u:"]}
    return by_name.get(scheme, ["-H", header])


def preflight(address: str, method: str | None, origin: str | None) -> list[str]:
    """What a browser asks before the call (Fetch standard, CORS-preflight fetch)."""
    page = origin if origin and _ORIGIN.match(origin) else "https://<host of the page>"
    wanted = method.upper() if method and _METHOD.match(method.upper()) and method.upper() != "OPTIONS" else "GET"
    asked = (f"Origin: {page}", f"Access-Control-Request-Method: {wanted}")
    headers = [part for line in (*asked, "Access-Control-Request-Headers: authorization") for part in ("-H", line)]
    return ["curl", "-i", "-X", "OPTIONS", address, *headers]


def _encoded(text: str) -> str:
    return quote(text.encode("utf-8", "replace"), safe=_KEPT)
