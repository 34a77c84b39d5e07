"""One file of message patterns, read strictly: YAML in, patterns out, every fault with its line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import KnowledgeError

PLACES = ("log", "body", "challenge", "client")
"""Where words can stand: a log line, an answer's body, a challenge header, what a client library or browser printed."""

FILE_KEYS = {"software", "title", "source", "patterns"}
NEEDED = {"id", "finding", "needle", "sample"}
KEYS = NEEDED | {"where", "match", "says", "vague", "source", "near", "also"}
SECRET_GROUPS = {"token", "key", "password", "secret", "signature", "cookie", "nonce"}
CUT = 80
UNBOUNDED = re.compile(r"(?<!\\)\.[*+]|(?<!\\)\.\{\d+,\}")


@dataclass(frozen=True)
class Pattern:
    """One way in which one software words one fact."""

    id: str
    """`<software>.<name>`."""
    software: str
    finding: str
    needle: str
    """Lower case; nothing matches without it."""
    where: frozenset[str]
    expression: str
    says: str
    """A sentence for people, with the groups of the expression in braces."""
    vague: bool
    """It gives way to any pattern that says more of the same text."""
    source: str
    sample: str
    near: tuple[str, ...]
    also: frozenset[str]
    """Findings of other patterns that its sample may give too."""
    line: int

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled expression; lines of one record are one text, `^` and `$` are those of any line."""
        return re.compile(self.expression, re.IGNORECASE | re.MULTILINE | re.DOTALL)

    def sentence(self, found: re.Match[str]) -> str:
        """What it says, with the values of this text filled in and cut short."""
        return self.says.format_map({k: _tame(v) for k, v in found.groupdict().items()})


def _tame(value: str | None) -> str:
    flat = " ".join((value or "").split())
    return flat if len(flat) <= CUT else flat[: CUT - 1] + "…"


def read(path: Path, text: str, findings: Mapping[str, str], *, thorough: bool = True) -> tuple[Pattern, ...]:
    """The patterns of one file; raises KnowledgeError with all faults. `findings`: the known ids with their texts.

    Thorough reading compiles every expression and tries it on its samples, which is too slow where patterns are used.
    """
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise KnowledgeError(f"{path.name}: is not YAML ({' '.join(str(error).split())})") from None
    reader = _Reader(path.name, findings, thorough)
    patterns = tuple(reader.patterns(root))
    if reader.faults:
        raise KnowledgeError("\n".join(reader.faults))
    return patterns


class _Reader:
    """Turns YAML nodes into patterns, gathering faults with their lines."""

    def __init__(self, name: str, findings: Mapping[str, str], thorough: bool) -> None:
        self.name = name
        self.thorough = thorough
        self.findings = findings
        self.faults: list[str] = []

    def fault(self, node: yaml.Node, text: str) -> None:
        self.faults.append(f"{self.name}:{node.start_mark.line + 1}: {text}")

    def patterns(self, root: yaml.Node | None) -> Iterator[Pattern]:
        if not isinstance(root, yaml.MappingNode):
            self.faults.append(f"{self.name}:1: needs 'software', 'source' and a list under 'patterns'")
            return
        head = self.mapping(root, FILE_KEYS, {"software", "source", "patterns"})
        if self.faults:
            return
        seen: set[str] = set()
        for node in head["patterns"].value:
            pattern = self.pattern(node, head)
            if pattern is not None and pattern.id in seen:
                self.fault(node, f"the id '{pattern.id}' is used twice")
            elif pattern is not None:
                seen.add(pattern.id)
                yield pattern

    def mapping(self, node: yaml.Node, known: Collection[str], needed: Collection[str]) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, f"is a mapping with {', '.join(sorted(needed))}")
            return {}
        for key, _ in node.value:
            if key.value not in known:
                self.fault(key, f"unknown key '{key.value}'; known are {', '.join(sorted(known))}")
        values = {key.value: value for key, value in node.value}
        if missing := sorted(set(needed) - set(values)):
            self.fault(node, f"needs {', '.join(missing)}")
        return values

    def pattern(self, node: yaml.Node, head: dict[str, yaml.Node]) -> Pattern | None:
        before = len(self.faults)
        nodes = self.mapping(node, KEYS, NEEDED)
        if len(self.faults) > before:
            return None
        software = str(head["software"].value)
        title = str(head["title"].value) if "title" in head else software
        given = {key: _plain(value) for key, value in nodes.items()}
        finding = str(given["finding"])
        pattern = Pattern(
            id=f"{software}.{given['id']}",
            software=software,
            finding=finding,
            needle=str(given["needle"]),
            where=frozenset(given.get("where", PLACES)),
            expression=str(given.get("match") or re.escape(str(given["needle"]))),
            says=str(given.get("says") or _spoken(title, self.findings.get(finding, ""))),
            vague=given.get("vague") == "true",
            source=str(given.get("source", head["source"].value)),
            sample=str(given["sample"]),
            near=tuple(given.get("near", ())),
            also=frozenset(given.get("also", ())),
            line=node.start_mark.line + 1,
        )
        for key, fault in _faults(pattern, self.findings) if self.thorough else ():
            self.fault(nodes.get(key, node), fault)
        return pattern if len(self.faults) == before else None


def _plain(node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return [str(item.value) for item in node.value]
    return node.value


def _spoken(title: str, text: str) -> str:
    # The words are those of a software; that it is the one at hand is not proved.
    named = f"the {title[4:]}" if title.startswith("The ") else title
    spoken = f"{text} (in words that {named} uses)"
    return spoken.replace("{", "{{").replace("}", "}}")


def _faults(pattern: Pattern, findings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(key, what is wrong with it) of one pattern."""
    if pattern.finding not in findings:
        yield "finding", f"unknown finding '{pattern.finding}'"
    for place in pattern.where - set(PLACES):
        yield "where", f"unknown place '{place}'; known are {', '.join(PLACES)}"
    for other in pattern.also - set(findings):
        yield "also", f"unknown finding '{other}'"
    weight = sum(2 if IDEOGRAPH.match(letter) else 1 for letter in pattern.needle)
    if pattern.needle != pattern.needle.lower() or weight < 3:
        yield "needle", "a needle is lower case and at least three characters long"
    if UNBOUNDED.search(pattern.expression):
        yield "match", "bound the dots: '.{0,200}' in place of '.*'"
    yield from _expression_faults(pattern)


def _expression_faults(pattern: Pattern) -> Iterator[tuple[str, str]]:
    try:
        groups = set(pattern.regex.groupindex)
    except re.error as error:
        yield "match", f"is not a regular expression ({error})"
        return
    for group in groups & SECRET_GROUPS:
        yield "match", f"the group '{group}' could show a secret; take it out"
    if strange := set(re.findall(r"(?<!\{)\{(\w+)\}", pattern.says)) - groups:
        yield "says", f"names {', '.join(sorted(strange))}, which 'match' has no group for"
    if not matches(pattern, pattern.sample):
        yield "sample", "the pattern does not match its own sample"
    for near in pattern.near:
        if matches(pattern, near):
            yield "near", f"matches what it must not: {near[:60]}"


def matches(pattern: Pattern, text: str) -> bool:
    """Whether the pattern applies to a text, its place aside."""
    normal = normalise(text)
    return pattern.needle in normal.lower() and pattern.regex.search(normal) is not None


IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Two of these say as much as a word of several letters."""
_ESCAPES = {
    '\\"': '"', "\\/": "/", "\\u0027": "'", "\\u0022": '"', "&quot;": '"', "&#34;": '"', "&#39;": "'", "&#x27;": "'",
    "\\u003c": "<", "\\u003e": ">", "\\u0026": "&", "&lt;": "<", "&gt;": ">",
}  # fmt: skip
_LETTER = r"\\u(?!00[0-7]|d[89a-f])[0-9a-f]{4}"
"""JSON's escape for a letter beyond ASCII (RFC 8259, section 7)."""
_ESCAPE = re.compile("|".join([*map(re.escape, _ESCAPES), _LETTER]), re.IGNORECASE)


def _replace(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0].lower()) or chr(int(match[0][2:], 16))


def normalise(text: str) -> str:
    """The text without JSON's and HTML's escapes for quotes, brackets and letters: one pattern fits all wrappings."""
    return _ESCAPE.sub(_replace, text) if "\\" in text or "&" in text else text
