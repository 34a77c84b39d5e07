"""Log formats that an operator declares under `formats:` in services.yaml, read strictly.

They hold for the whole process, as services.yaml does: every line is tried with them before the formats known here.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any

import yaml

from bot.logs.shape import Shape

KEYS = ("name", "pattern", "time", "ids", "sample")
NEEDED = ("name", "pattern", "sample")
NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,60}")
RESERVED = frozenset({"json", "logfmt", "access", "plain", "unread", "w3c"})
SLOW_S = 0.25
"""Seconds of computing that one line of `REPEATED` characters may take."""
PATIENCE_S = 5
REPEATED = 1_000
FILLERS = ("a", "0", " ", "a ", "-", "/", '"', "=")
CUTS = 48
TRIAL = f"""
import json, re, sys, time
for pattern, lines in json.load(sys.stdin):
    match, slow = re.compile(pattern, re.DOTALL).match, False
    for line in lines:
        began = time.process_time()
        match(line)
        slow = slow or time.process_time() - began > {SLOW_S}
        if slow:
            break
    print("slow" if slow else "fine", flush=True)
"""

Fault = Callable[[yaml.Node, str], None]
_declared: dict[str, tuple[Shape, ...]] = {}
_all: tuple[Shape, ...] = ()


def in_use() -> tuple[Shape, ...]:
    """The formats of every services.yaml that was read."""
    return _all


def use(origin: str, shapes: Sequence[Shape]) -> None:
    """From now on, read lines with these formats of one services.yaml, in place of those it declared before."""
    global _all  # noqa: PLW0603 - like services.yaml itself, one for the process
    _declared[origin] = tuple(shapes)
    _all = tuple(shape for some in _declared.values() for shape in some)


def origins() -> tuple[str, ...]:
    """The services.yaml files whose formats are in use."""
    return tuple(_declared)


def read(root: yaml.Node, fault: Fault) -> tuple[Shape, ...]:
    """The formats of the list under `formats:`; what is wrong goes to `fault`, with the node where it stands."""
    if not isinstance(root, yaml.SequenceNode):
        fault(root, "'formats' is a list of mappings, each with 'name', 'pattern' and 'sample'")
        return ()
    drafts = [draft for node in root.value if (draft := _format(node, fault))]
    names = [draft.shape.name for draft in drafts]
    for draft in (d for n, d in enumerate(drafts) if d.shape.name in names[:n]):
        fault(draft.given["name"], f"there are two formats called '{draft.shape.name}'")
    quick = _quick(drafts, fault)
    return tuple(draft.shape for draft in quick if _fits(draft, fault))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A format before its pattern is tried."""

    shape: Shape
    sample: str
    given: dict[str, yaml.Node]


def _format(node: yaml.Node, fault: Fault) -> _Draft | None:
    if not isinstance(node, yaml.MappingNode):
        fault(node, "a format is a mapping with 'name', 'pattern' and 'sample'")
        return None
    given: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if key.value not in KEYS:
            fault(key, f"unknown key '{key.value}' of a format; known are {', '.join(KEYS)}")
        elif key.value in given:
            fault(key, f"'{key.value}' is given twice")
        else:
            given[key.value] = value
    missing = [name for name in NEEDED if name not in given]
    for name in missing:
        fault(node, f"the format needs '{name}'")
    texts = {name: _text(name, given[name], fault) for name in given if name != "ids"}
    if missing or None in texts.values():
        return None
    pattern = _pattern(given["pattern"], str(texts["pattern"]), fault)
    called = _name(given["name"], str(texts["name"]), fault)
    if pattern is None or called is None:
        return None
    shape = Shape(called, pattern, time=texts.get("time") or "", ids=_ids(given.get("ids"), pattern, fault))
    if "time" in given and "time" not in pattern.groupindex:
        fault(given["time"], f"the pattern of '{called}' has no group 'time'; write (?P<time>...) around it")
        return None
    return _Draft(shape, str(texts["sample"]).rstrip("\n"), given)


def _text(name: str, node: yaml.Node, fault: Fault) -> str | None:
    if isinstance(node, yaml.ScalarNode) and node.value:
        return str(node.value)
    fault(node, f"'{name}' of a format is a single text")
    return None


def _name(node: yaml.Node, name: str, fault: Fault) -> str | None:
    from bot.logs.formats.patterns import SHAPES

    if not NAME.fullmatch(name):
        fault(node, f"'{name}' is no name of a format; use small letters, digits, dots and dashes")
    elif name in RESERVED or any(shape.name == name for shape in SHAPES):
        fault(node, f"the format '{name}' is known already; give yours another name")
    else:
        return name
    return None


def _pattern(node: yaml.Node, text: str, fault: Fault) -> re.Pattern[str] | None:
    try:
        pattern = re.compile(text, re.DOTALL)
    except (re.error, RecursionError, OverflowError) as error:
        fault(node, f"the pattern is not valid ({error}); it is a regular expression of Python's re")
        return None
    if not pattern.groupindex:
        fault(node, "the pattern names nothing; name its parts, as in (?P<status>\\d{3})")
        return None
    return pattern


def _ids(node: yaml.Node | None, pattern: re.Pattern[str], fault: Fault) -> tuple[str, ...]:
    """The named groups; without `ids`, those whose names say that they hold one."""
    from bot.logs.formats import ids

    if node is None:
        return tuple(group for group in pattern.groupindex if ids.is_name(group.lower()))
    given: Any = yaml.constructor.SafeConstructor().construct_document(node)
    groups = given if isinstance(given, list) else [given]
    for group in groups:
        if not isinstance(group, str) or group not in pattern.groupindex:
            fault(node, f"'ids' names '{group}', which is no group of the pattern")
    return tuple(group for group in groups if isinstance(group, str))


def _fits(draft: _Draft, fault: Fault) -> bool:
    """Whether the sample is matched and its time read."""
    from bot.logs.formats import shaped

    shape, given = draft.shape, draft.given
    match = shape.pattern.match(draft.sample)
    if match is None:
        fault(given["sample"], f"the pattern of '{shape.name}' does not match its sample; mend the one or the other")
        return False
    time = match.groupdict().get("time")
    if time is not None and shaped.moment(shape, time, datetime.now(UTC)) is None:
        wanted = f"as '{shape.time}'" if shape.time else "as any usual time; say how under 'time'"
        fault(given.get("time", given["sample"]), f"the time '{time}' of the sample cannot be read {wanted}")
        return False
    return True


def _quick(drafts: list[_Draft], fault: Fault) -> list[_Draft]:
    """The formats whose patterns no line keeps busy; tried in a process of its own, since `re` cannot be stopped."""
    if not drafts:
        return []
    trials = [(draft.shape.pattern.pattern, list(_hostile(draft.sample))) for draft in drafts]
    verdicts = _said(json.dumps(trials))
    for draft, verdict in zip_longest(drafts, verdicts, fillvalue="slow"):
        if verdict == "slow" and isinstance(draft, _Draft):
            text = "takes too long on some lines; a repetition inside a repetition, like (a+)+, does that"
            fault(draft.given["pattern"], f"the pattern of '{draft.shape.name}' {text}")
            return []  # those behind it were not tried
    return drafts


def _said(trials: str) -> list[str]:
    command = [sys.executable, "-I", "-S", "-c", TRIAL]
    try:
        done = subprocess.run(command, input=trials.encode(), capture_output=True, timeout=PATIENCE_S, check=False)
    except subprocess.TimeoutExpired as error:
        return (error.stdout or b"").decode().split()
    return done.stdout.decode().split()


def _hostile(sample: str) -> Iterator[str]:
    """Lines that begin like the sample, go on with the same again and again, and end as no pattern expects."""
    yield sample
    for cut in range(0, len(sample) + 1, max(1, len(sample) // CUTS)):
        for filler in (*FILLERS, sample[cut : cut + 1] or "."):
            yield sample[:cut] + filler * (REPEATED // len(filler)) + "\0"
