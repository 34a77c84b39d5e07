"""A first draft of an operator's format for a line that nothing knows: to be filled in, but ready to be tried."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import yaml

from bot.logs.formats import ids, tokens

STAMPS: tuple[tuple[str, str, str], ...] = (
    (r"\d{4}-\d\d-\d\d[T ;|,]\d\d:\d\d:\d\d", "", ""),
    (r"\d\d\.\d\d\.\d{4}([ ;|,T-])\d\d:\d\d:\d\d", r"\d\d\.\d\d\.\d{4}%s\d\d:\d\d:\d\d", "%%d.%%m.%%Y%s%%H:%%M:%%S"),
    (r"\d{4}\.\d\d\.\d\d([ ;|,T-])\d\d:\d\d:\d\d", r"\d{4}\.\d\d\.\d\d%s\d\d:\d\d:\d\d", "%%Y.%%m.%%d%s%%H:%%M:%%S"),
    (r"20\d\d[01]\d[0-3]\d([ ;|,T-]?)[0-2]\d[0-5]\d[0-5]\d(?!\d)", r"\d{8}%s\d{6}", "%%Y%%m%%d%s%%H%%M%%S"),
    (r"1\d{9}(?:\.\d+)?(?![\d.])", r"\d{10}(?:\.\d+)?", "epoch_s"),
    (r"1\d{12}(?!\d)", r"\d{13}", "epoch_ms"),
)
"""(what a time looks like, the pattern of its group, how it is written); `%s` is what divides date and clock."""
PATH = r"(?:https?://|/)[^\s;|,\"\[\](){}]*"
TOKEN = re.compile(rf'"(?:[^"\\]|\\.)*"|\s+|{PATH}|[^\s;|,"\[\](){{}}=]+|.')
WORD = r"[^\s;|,\"\[\](){}=]+"
MOST_TOKENS = 40
Part = tuple[str, str]
"""(the name of a group or "", its pattern)."""


def snippet(line: str, name: str = "my-format") -> str | None:
    """YAML for services.yaml that reads lines like this one; None where nothing in it can be told apart."""
    head, form = _stamp(line)
    parts = list(_parts(line[head.end() :] if head else line, named=head is not None))
    before = _escaped(line[: head.start()]) if head else ""
    stamped = f"{before}(?P<time>{_pattern_of(head)})" if head else ""
    pattern = f"^{stamped}{''.join(_group(part) for part in parts)}$"
    if "(?P<" not in pattern or not re.match(pattern, line, re.DOTALL):
        return None
    row: dict[str, object] = {"name": name, "pattern": pattern}
    if form:
        row["time"] = form
    if any(group == "request_id" for group, _ in parts):
        row["ids"] = ["request_id"]
    row["sample"] = line
    return yaml.safe_dump({"formats": [row]}, sort_keys=False, width=100_000, allow_unicode=True)


def _stamp(line: str) -> tuple[re.Match[str] | None, str]:
    """The time and how it is written."""
    for looks, _, form in STAMPS:
        if match := re.search(rf"(?<!\d){looks}", line[:120]):
            return match, form % match[1] if "%s" in form else form
    return None, ""


def _pattern_of(match: re.Match[str]) -> str:
    pattern = next(p for looks, p, _ in STAMPS if re.search(rf"(?<!\d){looks}", match[0]))
    divider = _escaped(match[1]) if match.re.groups else ""
    return (pattern % divider if "%s" in pattern else pattern) or r"\S+"


def _parts(text: str, *, named: bool) -> Iterator[Part]:
    """The pieces of a line; what follows the last that tells something is the message."""
    found = [_part(token) for token in TOKEN.findall(text)[:MOST_TOKENS]]
    telling = [number for number, (name, _) in enumerate(found) if name]
    last = telling[-1] + 1 if telling else 0
    seen: set[str] = set()
    for name, pattern in found[:last]:
        yield ("", pattern) if name in seen else (name, pattern)
        seen.add(name)
    rest = "".join(TOKEN.findall(text)[last:])
    if rest and (telling or named):
        lead = re.match(r"[\s;|,\])]*", rest)
        yield from (("", _escaped(c)) for c in (lead[0] if lead else ""))
        yield "message", ".*"


def _part(token: str) -> Part:
    if token.isspace():
        return "", r"\s+"
    if token.startswith('"') and len(token) > 1:
        return ("request" if tokens.REQUEST.match(token[1:-1]) else "", r'"[^"]*"')
    found = next((part for tells, part in TELLING if tells(token)), None)
    return found or ("", WORD if re.match(r"\w", token) else _escaped(token))


TELLING: tuple[tuple[Callable[[str], object], Part], ...] = (
    (tokens.address, ("client", WORD)),
    (re.compile(tokens.METHODS).fullmatch, ("method", "[A-Z]+")),
    (re.compile(PATH).match, ("path", PATH)),
    (re.compile(r"[1-5]\d\d").fullmatch, ("status", r"\d{3}")),
    (ids.bare, ("request_id", WORD)),
    (lambda token: len(token) > 2 and tokens.level(token), ("level", r"\w+")),
)
"""What tells what a word is, and the part of the pattern for it."""


def _escaped(text: str) -> str:
    return re.escape(text).replace("\\ ", " ")


def _group(part: Part) -> str:
    name, pattern = part
    if name == "request":
        return '"(?P<request>[^"]*)"'
    return f"(?P<{name}>{pattern})" if name else pattern
