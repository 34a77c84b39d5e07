"""What carries a log line: container and system log prefixes, taken off before the line itself is read."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime

from bot.logs.formats import times, tokens

COLOUR = re.compile(r"\x1b?\[(?:\d{1,3}(?:;\d{1,3})*)?m|\x1b\[[0-9;?]*[A-Za-z]")
COMPOSE = re.compile(r"^([A-Za-z0-9][\w.-]{0,60}?) +\| ?(.*)$", re.DOTALL)
CRI = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(?:Z|[+-]\d\d:\d\d)) (?:stdout|stderr) [FP] (.*)$", re.DOTALL)
SYSLOG_3164 = re.compile(
    r"^((?:<\d{1,3}>)?[A-Z][a-z][a-z] [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d))"
    r" (?!(?:stdout|stderr)\b)([\w.:-]+) ([\w./@-]+)(?:\[(\d+)\])?: ?(.*)$",
    re.DOTALL,
)
SYSLOG_5424 = re.compile(
    r"^(?:\d+ )?<\d{1,3}>1 (\S+) (\S+) (\S+) (\S+) \S+ (?:-|(?:\[(?:[^\]\\]|\\.)*\])+)(?: \ufeff?(.*))?$", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the carrier says of a line, and the line."""

    line: str
    time: datetime | None = None
    pid: str | None = None
    program: str | None = None


def unwrap(line: str, reference: datetime) -> Envelope:
    """The line inside its carriers: colours, docker compose, CRI, docker's JSON files, syslog (RFC 3164, RFC 5424)."""
    if "\x1b" in line or line.startswith("["):
        line = COLOUR.sub("", line)
    time: datetime | None = None
    program: str | None = None
    if (match := COMPOSE.match(line)) and tokens.level(match[1]) is None:
        program, line = match[1], match[2]
    if match := CRI.match(line):
        time, line = times.value(match[1], reference), match[2]
    elif line.startswith('{"log":"'):
        line, time = _docker(line, reference)
    if match := SYSLOG_3164.match(line):
        if tokens.level(match[2]) is None:
            return Envelope(match[5], times.value(match[1], reference), match[4], match[3])
    elif match := SYSLOG_5424.match(line):
        return Envelope(match[5] or "", times.value(match[1], reference), _known(match[4]), _known(match[3]))
    return Envelope(line, time, None, program)


def _known(text: str) -> str | None:
    return None if text == "-" else text


def _docker(line: str, reference: datetime) -> tuple[str, datetime | None]:
    try:
        record = json.loads(line)
    except ValueError:
        return line, None
    if not isinstance(record, dict) or not isinstance(record.get("log"), str) or "stream" not in record:
        return line, None
    return record["log"].rstrip("\n"), times.value(str(record.get("time", "")), reference)
