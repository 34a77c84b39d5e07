"""Lines that name their values: JSON objects, logfmt and key='value'."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from bot.logs.formats import fields, tokens

LOGFMT = re.compile(r"^\s*[A-Za-z_@][\w.@-]*=.*?\s[A-Za-z_@][\w.@-]*=")
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


def pairs_line(line: str, reference: datetime) -> fields.Draft | None:
    """A line that is key=value from its start: logfmt, or structlog's key='value'."""
    if not LOGFMT.match(line[:400]):
        return None
    found = list(tokens.pairs(line))
    if len(found) < 2:
        return None
    draft = fields.read(found, reference) | {"format": "logfmt"}
    if "path" not in draft and (called := CALL.search(line)):
        draft["method"] = called[1]
        draft["host"], draft["path"], draft["query"] = tokens.split_url(called[2])
    return draft
