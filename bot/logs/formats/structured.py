"""Lines that name their values: JSON objects, logfmt and key='value'."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from bot.logs.formats import fields, tokens

KEYED = re.compile(r"(?:^|(?<=\s))([A-Za-z_@][\w.@/-]{0,60})=(?=\S)")
GO_MAP = re.compile(r"(?<=[\[ ])([a-z][\w-]{0,40}):(?!map\[)([^\s\[\]]{1,400})")
LOGFMT = re.compile(r"^\s*(?:\[[^\]\s]{1,64}\] ){0,3}[A-Za-z_@][\w.@-]*=.*?\s[A-Za-z_@][\w.@-]*=")
CALL = re.compile(rf"(?<![\w=\"']) ({tokens.METHODS}) (/[^\s\"]*)")
"""A request that stands among the pairs in bare words."""
LONGEST_JSON = 1_000_000


def json_line(line: str, reference: datetime) -> fields.Draft | None:
    """A JSON object on a line: pino, bunyan, winston, structlog, logrus, zap, Serilog, Caddy, Envoy, Traefik, ..."""
    record = _object(line)
    return None if record is None else fields.read(fields.flatten(record), reference) | {"format": "json"}


def names(line: str) -> tuple[str, ...]:
    """The dotted lower-case names of a JSON line's values; () when it is none."""
    return tuple(name.lower() for name, _ in fields.flatten(_object(line) or {}))


def _object(line: str) -> dict[str, Any] | None:
    if not line.startswith("{") or len(line) > LONGEST_JSON:
        return None
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _unquoted(line: str) -> list[tuple[str, str]]:
    """The pairs of a line whose values hold spaces without quotes, as logrus writes them to a file; none of others.

    What Go prints of a map, `map[method:POST path:/token]`, are pairs too.
    """
    keys = list(KEYED.finditer(line))
    ends = [key.start() for key in keys[1:]] + [len(line)]
    found = [(key[1], line[key.end() : end].strip()) for key, end in zip(keys, ends, strict=True)]
    if not any(" " in value and value[0] not in "\"'" for _, value in found):
        return []
    plain = [(key, tokens.unescape(value[1:-1] if value[:1] in ('"', "'") else value)) for key, value in found]
    mapped = [(m[1], m[2]) for _, value in plain if value.startswith("map[") for m in GO_MAP.finditer(value)]
    return plain + mapped


def pairs_line(line: str, reference: datetime) -> fields.Draft | None:
    """A line that is key=value from its start: logfmt, or structlog's key='value'."""
    if not LOGFMT.match(line[:400]):
        return None
    found = list(_unquoted(line) or tokens.pairs(line))
    if len(found) < 2:
        return None
    draft = fields.read(found, reference) | {"format": "logfmt"}
    if "path" not in draft and (called := CALL.search(line)):
        draft["method"] = called[1]
        draft["host"], draft["path"], draft["query"] = tokens.split_url(called[2])
    return draft
