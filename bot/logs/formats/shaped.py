"""Lines that one of the patterns fits: error logs of servers, log formats of frameworks."""

from __future__ import annotations

from datetime import datetime

from bot.logs.formats import fields, times, tokens, words
from bot.logs.formats.patterns import NAMED_USER, NGINX_CONTEXT, PATTERNS, STARTS

SLOTS = ("pid", "host", "user", "user_agent", "upstream", "upstream_status", "cache", "method", "message")
BY_START = {
    first: tuple((name, pattern) for name, pattern in PATTERNS if first in STARTS[name])
    for first in {c for starts in STARTS.values() for c in starts}
}
TELLS_USER = frozenset({"nginx-error", "apache-error", "lighttpd-error"})


def read(line: str, reference: datetime) -> fields.Draft | None:
    """A line of a known shape, None when none fits."""
    for name, pattern in BY_START.get(line[:1], ()):
        match = pattern.match(line)
        if match is None:
            continue
        stamp = match.groupdict().get("stamp")
        time = times.value(stamp, reference) if stamp else None
        if stamp and time is None:
            continue
        return _draft(name, {k: v for k, v in match.groupdict().items() if v is not None}, time, reference)
    return None


def _draft(name: str, part: dict[str, str], time: datetime | None, reference: datetime) -> fields.Draft:
    message = part.get("message", "")
    context: list[tuple[str, str]] = []
    if name == "nginx-error":
        context = [(m[1], m[2].strip('"')) for m in NGINX_CONTEXT.finditer(message)]
    draft = words.pick(message, reference, context)
    draft["format"] = name
    draft["time"] = time
    for slot in SLOTS:
        if part.get(slot) and part[slot] not in tokens.ABSENT:
            draft[slot] = part[slot].lower() if slot == "host" else part[slot]
    draft["level"] = tokens.level(part.get("level") or (part["stamp"][0] if name == "klog" else ""))
    _request(draft, part)
    _client(draft, part)
    ids = [part[k] for k in ("id", "trace") if part.get(k) not in (None, "", "-")]
    draft["ids"] = tuple(dict.fromkeys((*ids, *draft["ids"])))
    if name in TELLS_USER and not draft.get("user") and (user := NAMED_USER.search(message)):
        draft["user"] = next(g for g in user.groups() if g)
    known = {*SLOTS, "stamp", "level", "request", "target", "peer", "forwarded", "id", "trace", "status"}
    draft["fields"] = (*((k, v) for k, v in part.items() if k not in known), *draft["fields"])
    return draft


def _request(draft: fields.Draft, part: dict[str, str]) -> None:
    target = part.get("target")
    if match := tokens.REQUEST.match(part.get("request", "")):
        draft["method"], target = match[1], match[2]
    if target:
        host, draft["path"], draft["query"] = tokens.split_url(target)
        draft["host"] = draft.get("host") or host
    if part.get("status", "0") != "0":
        draft["status"] = int(part["status"])


def _client(draft: fields.Draft, part: dict[str, str]) -> None:
    peer = tokens.address(part.get("peer", "")) or tokens.address(part.get("peer", "").rpartition(":")[0])
    forwarded = tokens.address(part.get("forwarded", ""))
    client = forwarded if forwarded and (peer is None or tokens.internal(peer)) else peer
    if client:
        draft["client"] = client
