"""Lines that one of the patterns fits: an operator's own formats, error logs of servers, log formats of frameworks."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.logs import declared
from bot.logs.formats import fields, ids, times, tokens, words
from bot.logs.formats.patterns import NAMED_USER, NGINX_CONTEXT, SHAPES
from bot.logs.shape import Shape

SLOTS = ("pid", "host", "user", "user_agent", "upstream", "upstream_status", "cache", "method", "query", "message")
KNOWN = frozenset({*SLOTS, "time", "level", "request", "path", "client", "forwarded", "status"})
BY_START = {
    first: tuple(shape for shape in SHAPES if first in shape.starts) for first in {c for s in SHAPES for c in s.starts}
}
TELLS_USER = frozenset({"nginx-error", "apache-error", "lighttpd-error"})
PROXIES = frozenset({"envoy-access", "alb-access"})
"""Formats whose `-` for an upstream says that none was asked."""
LONGEST_DECLARED = 8_192
"""Characters of a line that an operator's pattern is tried on."""


def read(line: str, reference: datetime) -> fields.Draft | None:
    """A line of a known shape, None when none fits."""
    for shape in BY_START.get(line[:1], ()):
        if (found := _fit(shape, line, reference)) is not None:
            return found
    return None


def own(line: str, reference: datetime) -> fields.Draft | None:
    """A line of one of the formats that the operator declared, None when none fits."""
    for shape in declared.in_use():
        if (found := _fit(shape, line[:LONGEST_DECLARED], reference)) is not None:
            return found
    return None


def own_time(line: str, reference: datetime) -> datetime | None:
    """The time of a line in one of the operator's formats."""
    for shape in declared.in_use():
        match = shape.pattern.match(line[:LONGEST_DECLARED])
        if match and (text := match.groupdict().get("time")):
            return moment(shape, text, reference)
    return None


def moment(shape: Shape, text: str, reference: datetime) -> datetime | None:
    """The time that a format's group `time` states, None when it is not written so."""
    try:
        if not shape.time:
            return times.value(text, reference)
        if shape.time.startswith("epoch_"):
            return times.from_epoch(float(text) / (1e3 if shape.time == "epoch_ms" else 1))
        if shape.time == "iso":
            return _aware(datetime.fromisoformat(text.replace(",", ".", 1)))
        return _strptime(text, shape.time, reference)
    except (ValueError, OverflowError):
        return None


def _strptime(text: str, form: str, reference: datetime) -> datetime:
    """A form without a year is read in the year that puts it before the reference."""
    if "%y" in form.lower() or "%c" in form or "%x" in form:
        return _aware(datetime.strptime(text, form))
    found = _aware(datetime.strptime(f"{reference.year} {text}", f"%Y {form}"))
    return found if found <= reference + times.LEEWAY else found.replace(year=found.year - 1)


def _aware(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _fit(shape: Shape, line: str, reference: datetime) -> fields.Draft | None:
    match = shape.pattern.match(line)
    if match is None:
        return None
    part = {name: value for name, value in match.groupdict().items() if value is not None}
    time = moment(shape, part["time"], reference) if "time" in part else None
    return None if "time" in part and time is None else _draft(shape, part, time, reference)


def _draft(shape: Shape, part: dict[str, str], time: datetime | None, reference: datetime) -> fields.Draft:
    name, message = shape.name, part.get("message", "")
    context: list[tuple[str, str]] = []
    if name == "nginx-error":
        context = [(m[1], m[2].strip('"')) for m in NGINX_CONTEXT.finditer(message)]
    draft = words.pick(message, reference, context)
    draft["format"] = name
    draft["time"] = time
    for slot in SLOTS:
        if part.get(slot) and part[slot] not in tokens.ABSENT:
            draft[slot] = part[slot].lower() if slot == "host" else part[slot]
    if name in PROXIES and part["upstream"] == "-":
        draft["upstream"] = "-"
    draft["level"] = tokens.level(part.get("level") or (part["time"][0] if name == "klog" else "")) or draft.get(
        "level"
    )
    _request(draft, part)
    _client(draft, part)
    found = [ids.kept(part[k]) for k in shape.ids if part.get(k, "") not in tokens.ABSENT]
    draft["ids"] = tuple(dict.fromkeys((*found, *draft["ids"])))
    if name in TELLS_USER and not draft.get("user") and (user := NAMED_USER.search(message)):
        draft["user"] = next(g for g in user.groups() if g)
    draft["fields"] = (*((k, v) for k, v in part.items() if k not in KNOWN and k not in shape.ids), *draft["fields"])
    return draft


def _request(draft: fields.Draft, part: dict[str, str]) -> None:
    target = part.get("path")
    if match := tokens.REQUEST.match(part.get("request", "")):
        draft["method"], target = match[1], match[2]
    if target and target not in tokens.ABSENT:
        host, draft["path"], query = tokens.split_url(target)
        draft["query"] = query or part.get("query", "").lstrip("?")
        draft["host"] = draft.get("host") or host
    status = part.get("status", "")
    if len(status) == 3 and status.isdecimal() and "1" <= status[0] <= "5":
        draft["status"] = int(status)


def _client(draft: fields.Draft, part: dict[str, str]) -> None:
    given = part.get("client", "")
    peer = tokens.address(given) or tokens.address(given.rpartition(":")[0])
    forwarded = tokens.address(part.get("forwarded", ""))
    client = forwarded if forwarded and (peer is None or tokens.internal(peer)) else peer or given
    if client not in tokens.ABSENT:
        draft["client"] = client
