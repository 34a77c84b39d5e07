"""Names with values beside them, in whatever syntax: JSON, forms, YAML, environment, code, headers, prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from bot.redact.ends import LONGEST, inside_quotes, line_end, run_end
from bot.redact.fits import fits
from bot.redact.harmless import common, speaks
from bot.redact.headers import authorization, cookies, decoded_pair, trimmed
from bot.redact.model import NAMED, OPEN, Span
from bot.redact.names import ANY, LONG, Named, named
from bot.redact.scan import Scan

# Possessive throughout: each word is looked at once, so that a long line costs no more than many short ones.
NAME = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-$")

PATTERNS = {
    "core": (
        r"pass|pwd|pword|secret|token|key|auth|cookie|sess|sid|sig|jwt|bearer|dpop|verifier|assert|saml|otp|hmac|bewit"
        r"|code|policy|ticket|p[sw]w?\b|(?<=session )id\b"
    ),
    "pair": (
        r"(?P<name>[A-Za-z0-9_.\-$]{2,64}+)(?P<close>\\*+[\"'`*]?(?:%5D|\])?[\"'`*]?)"
        r"(?:[ \t]{0,4}(?P<sep>=>|:=|===?|[=:,])|(?P<is>[ \t]{1,2}(?:is|was)(?:[ \t]now)?[ \t:]))"
    ),
    "behind": r"(?i)[a-z]{6,10}+[ \t]{1,2}(?=[\"'`])",
    "below": r"[ \t]{0,9}(?P<block>[|>][+-]?[ \t]{0,9})?\r?\n[ \t]{0,80}(?=\S)",
    "tuple": r"[\[(]\s{0,3}b?\\*[\"']\Z",
    "rest": r"[^\r\n]*",
    "before": r"(api|access|client|secret|session|refresh|id|auth|private|signing|bearer|my|our|the|your)[ _-]$",
    "named_value": (
        r"(?i)\b(?:name|key|n)[\"']?\s{0,4}[:=]\s{0,4}[\"']?(?P<name>[\w.\-\[\]]{2,64}+)[\"']?\s{0,40},?\s{0,40}"
        r"[\"']?\b(?:value|v)[\"']?\s{0,4}[:=](?!=)"
    ),
    "value_named": (
        r"(?i)[\"']value[\"']\s{0,4}:\s{0,4}\"(?P<value>(?:[^\"\\]|\\.)*+)\"\s{0,40},\s{0,40}"
        r"[\"']name[\"']\s{0,4}:\s{0,4}\"(?P<name>[^\"]{2,64}+)\""
    ),
    "element": r"<(?P<name>[\w:.\-]{2,64}+)(?:\s[^<>]{0,300}+)?>(?P<value>[^<>]{1,8000}+)</",
}

PLAIN = re.compile(r"[A-Z]?[a-z]+")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
ENGLISH = frozenset(
    ["is", "the", "not", "does", "work", "but", "and", "it", "i", "we", "so", "then", "for", "with", "at", "on"]
)
NOTHING_HERE = ("{", "[{", "[ {", "[]", "null,", "null}")
"""What stands under a name and holds no value of it: another object, whose names speak for themselves, or none."""


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(PATTERNS[name])


def pairs(scan: Scan) -> Iterator[Span]:
    """The secrets that stand under a name of one."""
    text, covered = scan.text, 0
    for match in _named(scan):
        name = match["name"]
        query = text[match.start() - 1 : match.start()] in {"?", "&", "#"} and match["sep"] == "="
        meaning = _meaning(text, match, name, query)
        if meaning is None:
            continue
        if match["is"]:
            yield from _said(text, match.end(), meaning)
        else:
            for span in _assigned(scan, match, meaning, query, covered):
                yield span
                # A secret that fills its run to the end covers those of all names within it.
                if span.end == scan.run_at(span.start):
                    covered = span.end
    yield from _apart(scan)
    yield from _quoted_behind(scan)


def _quoted_behind(scan: Scan) -> Iterator[Span]:
    """`wrong password "hunter2" for lena`, but not `password "expired"`: a plain word is said of it."""
    for match in scan.matches(
        _pattern("behind"), "password", "passwort", "passphrase", "passwd", "passcode", "kennwort"
    ):
        quoted = inside_quotes(scan.text, match.end())
        value = scan.text[slice(*quoted)] if quoted else ""
        if quoted and len(value) >= 4 and " " not in value and not (value.isalpha() and value.islower()):
            yield Span(*quoted, "password", NAMED)


def _named(scan: Scan) -> Iterator[re.Match[str]]:
    """Names that hold the core of a secret's name, with what joins them to their value."""
    pattern, text, done = _pattern("pair"), scan.text, 0
    for core in _pattern("core").finditer(scan.lower):
        start = core.start()
        if start < done:
            continue
        floor = max(0, start - 64)
        while start > floor and text[start - 1] in NAME:
            start -= 1
        match = pattern.match(text, start)
        if match is not None and match.end("name") >= core.end():
            done = match.end("name")
            yield match


def value_of(name: str, text: str, start: int, end: int, *, query: bool = False) -> Iterator[Span]:
    """The secrets of a whole value at text[start:end], given its name."""
    meaning = named(name, query=query)
    if meaning is not None:
        yield from _whole(text, start, end, meaning, structured=True)


def _meaning(text: str, match: re.Match[str], name: str, query: bool) -> Named | None:
    start = match.start()
    plain = PLAIN.fullmatch(name)
    if plain and len(name) <= 12 and text[start - 1 : start] == " ":
        before = _pattern("before").search(text[max(0, start - 12) : start].lower())
        if before is not None:
            joined = named(f"{before[1]}_{name}")
            return joined or (Named("API key", LONG) if name.lower() == "key" else None)
    if match["sep"] == "," and not (
        match["close"].strip("\\]") and _pattern("tuple").search(text[max(0, start - 8) : start])
    ):
        return None
    return named(name, query=query)


def _assigned(scan: Scan, match: re.Match[str], meaning: Named, query: bool, covered: int) -> Iterator[Span]:
    """The secrets of what is assigned to a name; up to `covered` all is known to be one."""
    text, place = scan.text, match.end()
    opened = text[match.start() - 1 : match.start()]
    head = meaning.kind in {"authorization", "cookies"}
    below = _pattern("below").match(text, place)
    if below is not None and (head or match["close"] or below["block"]):
        place = below.end()
    quoted = inside_quotes(text, place)
    if quoted is not None:
        yield from _whole(text, *quoted, meaning, structured=True)
    elif match["sep"] == "," or text[place : place + 8].lstrip().startswith(NOTHING_HERE):
        return
    elif head:
        outer = opened if opened in {'"', "'", "`"} and not match["close"].strip("\\") else ""
        if match["sep"] == ":":
            yield from _whole(text, place, line_end(text, place, outer, header=True), meaning, structured=True)
        elif place >= covered:
            end = run_end(scan, place)
            end = min(end, place + LONGEST) if meaning.kind == "authorization" else end
            yield from _whole(text, place, end, meaning, structured=True)
    elif place >= covered:
        yield from _bare(scan, match, place, meaning, query)


def _bare(scan: Scan, match: re.Match[str], place: int, meaning: Named, query: bool) -> Iterator[Span]:
    text = scan.text
    while text[place : place + 1] in {" ", "\t", "*", "~"}:
        place += 1
    end = run_end(scan, place)
    if end == place or (end - place > LONGEST and not fits(text[place : place + LONGEST], meaning, structured=True)):
        return
    run = text[place:end]
    value = trimmed(run.partition("&")[0] if query else run)
    if match["close"].strip("\\]`*") and (number := NUMBER.fullmatch(value)):
        if meaning.needs == ANY:
            yield Span(place, place + len(number[0]), meaning.kind, NAMED, bare=True)
        return
    prose = match["sep"] == ":" and PLAIN.fullmatch(match["name"]) is not None and not match["close"]
    line_start = not query and _starts_line(text, match.start())
    end = place + len(value)
    if meaning.needs == ANY and line_start:
        end = _whole_line(text, place, end)
    if meaning.needs == ANY and prose and end == place + len(value) and common(value):
        return
    yield from _whole(text, place, end, meaning, structured=not prose)


def _starts_line(text: str, place: int) -> bool:
    before = text[max(0, place - 80) : place].rpartition("\n")
    return bool(before[1] or place <= 80) and not before[2].strip(" \t->#*+").removeprefix("export ").strip()


def _whole_line(text: str, place: int, end: int) -> int:
    """A password that stands alone on its line may hold spaces and any sign."""
    rest = _pattern("rest").match(text, place)
    line = rest[0].partition(" #")[0].rstrip() if rest else ""
    words = line.split()
    if not words or speaks(line) or OPEN in line:
        return end
    if len(words) > 6 or any(w.lower().strip(".,;!?") in ENGLISH for w in words[1:]) or "=" in "".join(words[1:]):
        return max(end, place + len(words[0].rstrip(",")))
    return place + len(line)


def _whole(text: str, start: int, end: int, meaning: Named, *, structured: bool) -> Iterator[Span]:
    if meaning.kind == "authorization":
        yield from authorization(text, start, end)
    elif meaning.kind == "cookies":
        yield from cookies(text, start, end)
    elif fits(text[start:end], meaning, structured=structured):
        value = text[start:end]
        begin = start + len(value) - len(value.lstrip())
        yield Span(begin, begin + len(value.strip()), meaning.kind, NAMED, decoded_pair(value.strip()))


def _said(text: str, place: int, meaning: Named) -> Iterator[Span]:
    """`the password is hunter2`, but not `the password is wrong`."""
    if meaning.kind in {"authorization", "cookies"}:
        return
    quoted = inside_quotes(text, place)
    if quoted is not None:
        yield from _whole(text, *quoted, meaning, structured=False)
        return
    while text[place : place + 1] in {" ", "*", "~"}:
        place += 1
    run = re.compile(r"[^\s\"`<>|]{1,2000}+").match(text, place)
    value = trimmed(run[0]) if run else ""
    after = text[place + len(value) : place + len(value) + 1]
    if value.isalpha() and value.islower() and (common(value) or after == " "):
        return
    if len(value) >= 4 and fits(value, meaning, structured=False):
        yield Span(place, place + len(value), meaning.kind, NAMED)


def _apart(scan: Scan) -> Iterator[Span]:
    """Name and value as two fields (HAR, Kubernetes, .NET settings), in either order, and XML elements."""
    text = scan.text
    for place in scan.at("value"):
        match = _pattern("named_value").search(text, max(0, place - 160), place + 24)
        if match is not None and match.end() > place and (meaning := named(match["name"])) is not None:
            start = match.end() + (text[match.end() : match.end() + 1] == " ")
            quoted = inside_quotes(text, match.end())
            yield from _whole(text, *(quoted or (start, run_end(scan, start))), meaning, structured=True)
    for match in scan.matches(_pattern("value_named"), '"value"', "'value'"):
        yield from value_of(match["name"], text, *match.span("value"))
    if "</" in text:
        for match in _pattern("element").finditer(text):
            yield from value_of(match["name"], text, *match.span("value"))
