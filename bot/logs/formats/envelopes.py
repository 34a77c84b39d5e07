"""What carries a log line: container and system log prefixes, taken off before the line itself is read.

They are tried in this order, since each can hold the next: colours, docker compose, Kubernetes (CRI) or docker's
JSON files or `kubectl logs --timestamps`, then syslog in its dialects or Heroku.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.logs.formats import times, tokens

Line = tuple[int, str]
Named = tuple[tuple[str, str], ...]
COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\[\d{1,3}(?:;\d{1,3})*m")
COMPOSE = re.compile(r"^ {0,20}([A-Za-z0-9][\w.|-]{0,60}?) +\| ?(.*)$", re.DOTALL)
ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)"
CRI = re.compile(rf"^({ISO}) (stdout|stderr) ([FP])(?::\w+)* (.*)$", re.DOTALL)
STAMPED = re.compile(rf"^({ISO}) (\{{.*)$", re.DOTALL)
"""`kubectl logs --timestamps` and others that put a time before JSON."""
SYSLOG_3164 = re.compile(
    rf"^((?:<\d{{1,3}}>)?(?:[A-Z][a-z][a-z] [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?|{ISO}))"
    r" (?!(?:stdout|stderr)\b)([\w.:-]+) (?:\2 )?([\w./@-]+)(?:\[(\d+)\])?:(?!//) ?(.*)$",
    re.DOTALL,
)
"""RFC 3164; a program that names the host itself (nginx) makes it stand twice."""
HOSTLESS = re.compile(
    rf"^(<\d{{1,3}}>[A-Z][a-z][a-z] [ \d]\d \d\d:\d\d:\d\d|{ISO}) ([\w./@-]+)\[([\w.-]+)\]: ?(.*)$", re.DOTALL
)
"""HAProxy's own syslog lines name no host, nor does `heroku logs`: `heroku[router]:`."""
SYSLOG_5424 = re.compile(
    r"^(?:\d+ )?<\d{1,3}>1 (\S+) (\S+) (\S+) (\S+) \S+(?: (?:-(?=$| )|((?:\[(?:[^\]\\]|\\.)*\])+)))?(?: \ufeff?(.*))?$",
    re.DOTALL,
)
"""RFC 5424, also without the structured data, as Heroku's drains send it."""
TWISTED = re.compile(rf"^({ISO}) \[([\w.]+)#\w+\] \"([\d.:a-f]+)\"( - .*)$", re.DOTALL)
"""Twisted's logger around the access lines of its web server, which quote the address."""
RELAYED = re.compile(r"^ ?([\w./-]+)(?:\[(\d+)\])?: (.*)$", re.DOTALL)
"""What is left of an RFC 3164 line that a relay took for one without a host."""
PARTS_LONGEST = 1 << 16
"""Characters of a line that came in parts."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the carrier says of a line, and the line."""

    line: str
    time: datetime | None = None
    pid: str | None = None
    program: str | None = None
    named: Named = ()
    """Structured data of RFC 5424."""
    kinds: tuple[str, ...] = ()
    """The carriers' names, the outermost first."""


def unwrap(line: str, reference: datetime) -> Envelope:
    """The line inside its carriers."""
    if "\x1b" in line or line.startswith("["):
        line = COLOUR.sub("", line)
    kinds: tuple[str, ...] = ()
    time: datetime | None = None
    program: str | None = None
    if " |" in line[:90] and (match := COMPOSE.match(line)) and _names_program(match[1]):
        program, line, kinds = match[1], match[2], ("docker-compose",)
    if line[:1].isdigit() and (match := CRI.match(line)):
        time, line, kinds = times.value(match[1], reference), match[4], (*kinds, "cri")
    elif line[:1].isdigit() and (match := STAMPED.match(line)):
        time, line, kinds = times.value(match[1], reference), match[2], (*kinds, "timestamps")
    elif line.startswith('{"log":"'):
        inner, time = _docker(line, reference)
        kinds = kinds if inner is line else (*kinds, "docker-json-file")
        line = inner
    return _syslog(line, reference, kinds) or Envelope(line, time, None, program, (), kinds)


def _names_program(text: str) -> bool:
    return tokens.level(text) is None and tokens.address(text) is None


def _syslog(line: str, reference: datetime, kinds: tuple[str, ...]) -> Envelope | None:
    if line[:1] not in "<0123456789JFMASOND":
        return None
    if match := SYSLOG_3164.match(line):
        if tokens.level(match[2]) is None and tokens.address(match[3]) is None:
            kinds = (*kinds, "syslog-3164")
            return Envelope(match[5], times.value(match[1], reference), match[4], match[3], (), kinds)
    elif match := HOSTLESS.match(line):
        if tokens.level(match[2]) is None:
            pid = match[3] if match[3].isdecimal() else None
            program = match[2] if pid else f"{match[2]}/{match[3]}"
            kinds = (*kinds, "syslog-3164" if pid else "heroku")
            return Envelope(match[4], times.value(match[1], reference), pid, program, (), kinds)
    elif match := TWISTED.match(line):
        return Envelope(match[3] + match[4], times.value(match[1], reference), None, match[2], (), (*kinds, "twisted"))
    elif match := SYSLOG_5424.match(line):
        return _rfc5424(match, reference, kinds)
    return None


def _rfc5424(match: re.Match[str], reference: datetime, kinds: tuple[str, ...]) -> Envelope:
    host, program, pid, text = _known(match[2]), _known(match[3]), _known(match[4]), match[6] or ""
    if program == host and (relayed := RELAYED.match(text)):
        program, pid, text = relayed[1], relayed[2], relayed[3]
    if program == "heroku" and pid:
        program, pid = f"heroku/{pid}", None
    named = tuple(tokens.pairs(match[5].replace("][", " ").strip("[]"))) if match[5] else ()
    return Envelope(text, times.value(match[1], reference), pid, program, named, (*kinds, "syslog-5424"))


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


def joined(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines, those that a container runtime cut into parts put together again, at the offset of the first part.

    CRI marks a part with `P` and the last one with `F`; docker's JSON files end a part without a line feed.
    """
    parts: dict[str, Line] = {}
    for at, line in lines:
        stream = _part_of(line, parts)
        if stream is None:
            yield at, line
            continue
        start, head = parts.pop(stream, (at, ""))
        whole = _appended(stream, head, line) if head else line
        if _is_part(stream, line) and len(whole) < PARTS_LONGEST:
            parts[stream] = (start, whole)
        else:
            yield start, whole
    yield from sorted(parts.values())


def _part_of(line: str, parts: dict[str, Line]) -> str | None:
    """The stream whose parts this line takes part in; None for a whole line."""
    if line.startswith('{"log":"'):
        return "docker" if "docker" in parts or _is_part("docker", line) else None
    if (parts or " P " in line[:50]) and (match := CRI.match(line)):
        return match[2] if match[2] in parts or match[3] == "P" else None
    return None


def _is_part(stream: str, line: str) -> bool:
    if stream == "docker":
        return '","stream":"' in line and '\\n","stream":"' not in line
    match = CRI.match(line)
    return match is not None and match[3] == "P"


def _appended(stream: str, head: str, line: str) -> str:
    if stream == "docker":
        return head[: head.rindex('","stream":"')] + line.removeprefix('{"log":"')
    match = CRI.match(line)
    text = head + (match[4] if match else "")
    return text.replace(f" {stream} P", f" {stream} F", 1)
