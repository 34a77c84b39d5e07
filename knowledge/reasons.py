"""Why a program refused, where it says it in a word or by a name: what `reasons.yaml` holds, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.findings import findings
from knowledge.plain import plain
from knowledge.reading import demand, read

FILE = Path(__file__).with_name("reasons.yaml")
LISTS = (
    "common",
    "reasons",
    "fillers",
    "verdicts",
    "lacks",
    "lasting",
    "good",
    "keys",
    "pairs",
    "successors",
    "sign_ins",
)
LONGEST = 2_000
WORD = re.compile(r"[^\W_]+")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
LIKE_A_NAME = re.compile(r"\S*\d\S*|\S+@\S+|\S*[/.]\S*")
"""Ids, addresses, paths and files: they say whom a refusal met, and not why."""
CLAUSE = re.compile(r"[,;|\n]\s")
BRACKETED = re.compile(r"[(\[<]([^\W\d][\w .-]{1,30})[)\]>]")
PERMISSION = r"[\"'`]?(?!(?:%s):)([a-z][\w-]{1,30}(?::[a-z*][\w-]{0,30})+|[a-z][\w-]{1,30}[.:/](?:%s))(?![\w:])"
VERBS = "read|write|edit|admin|delete|create|manage|view|list|update|export|import|publish|approve|execute|all"
MOMENT = (
    r"\W{0,3}(?:a|as|la|las|le|el|il|the|at|um|alle|kl)?\W{0,3}(?:\w{3}\W{1,2}){0,2}[\d/.-]{0,12}[T ,]{0,2}\d{1,2}:\d\d"
)
NAME = r"[\"'`(]?([A-Za-z][A-Za-z0-9]*[\w.-]*\d[\w.-]*)"


@dataclass(frozen=True, slots=True)
class Reasons:
    """The words of `reasons.yaml`, as patterns where they are looked for in prose."""

    codes: Mapping[str, str]
    """Code -> finding."""
    common: frozenset[str]
    reasons: frozenset[str]
    fillers: frozenset[str]
    verdict: re.Pattern[str]
    lacking: re.Pattern[str]
    lasting: re.Pattern[str]
    key: re.Pattern[str]
    successor: re.Pattern[str]
    sign_in: re.Pattern[str]


def code(word: str) -> str | None:
    """The code that a value is, without what surrounds codes: `ERR_BAD_SIG` is `sig`; None where it is none."""
    if len(word) > 40:
        return None
    if (whole := plain(word).strip()) in known().codes:
        return whole
    left = [w for w in WORD.findall(plain(CAMEL.sub(" ", word)).replace("_", " ")) if w not in known().fillers]
    return left[0] if len(left) == 1 and left[0] in known().codes else None


def alone(text: str, names: Collection[str] = ()) -> str | None:
    """The one code that a refusal says beside whom it met: `refused: key st-120 sign`."""
    text = plain(text[:LONGEST])
    if not (verdict := known().verdict.search(text)):
        return None
    if (bracketed := BRACKETED.search(text, verdict.end() - 1)) and (word := code(bracketed[1])):
        return word
    clause = CLAUSE.split(text[verdict.end() :], maxsplit=1)[0]
    told = [w for w in clause.split() if w.strip(":()[]\"'") not in names and not LIKE_A_NAME.fullmatch(w)]
    return code(" ".join(told))


def permission(text: str) -> str | None:
    """The permission that somebody is without: `pilar is without courts:block`."""
    found = known().lacking.search(plain(text[:LONGEST]))
    return (found[1] or found[2]) if found else None


def lasts(text: str) -> str | None:
    """What tells, of a sign-in, of a state that lasts since or until a moment: `held since 18:46:52`."""
    found = known().lasting.search(plain(text[:LONGEST]))
    return found[0] if found and signs_in(text) else None


def refuses(text: str) -> bool:
    """Whether a line begins to say that it let nobody in."""
    return bool(known().verdict.search(plain(text[:LONGEST])))


def signs_in(text: str) -> bool:
    """Whether a path or a line is of signing in, where any name may have been tried."""
    return bool(known().sign_in.search(plain(text[:LONGEST])))


def successor(text: str) -> tuple[str, str] | None:
    """A key and the one that came in its place: alike but for their numbers, the second pointed to."""
    text = text[:LONGEST]
    keys = [found[1].rstrip(".-_") for found in known().key.finditer(text)]
    for found in known().successor.finditer(text):
        new = found[1].rstrip(".-_")
        for old in keys:
            if old.lower() != new.lower() and _stem(old) == _stem(new):
                return old, new
    return None


def _stem(name: str) -> str:
    return re.split(r"\d", name.lower(), maxsplit=1)[0]


@cache
def known(path: Path = FILE) -> Reasons:
    """The words; raises KnowledgeError for a finding that is not declared or a code with two meanings."""
    data = read(path)
    demand(path, data, frozenset({"codes", *LISTS}), frozenset())
    codes: dict[str, str] = {}
    for finding, words in data["codes"].items():
        if finding not in findings():
            raise KnowledgeError(f"{path}:{data['codes'].lines[finding]}: no finding is called '{finding}'")
        for word in map(str, words):
            if word in codes:
                raise KnowledgeError(f"{path}:{data['codes'].lines[finding]}: '{word}' has two meanings")
            codes[word] = finding
    lists = {name: tuple(str(word) for word in data[name]) for name in LISTS}
    permissions = PERMISSION % (_any(lists["pairs"]), VERBS)
    return Reasons(
        codes=codes,
        common=frozenset(lists["common"]),
        reasons=frozenset(lists["reasons"]),
        fillers=frozenset(lists["fillers"]),
        verdict=re.compile(rf"(?<!\w)(?:{_any(lists['verdicts'])})[\s:(\[]+"),
        lacking=re.compile(rf"(?<!\w)(?:{_any(lists['lacks'])})\s(?:\w+\s){{0,2}}?{permissions}"),
        lasting=re.compile(
            rf"(?<!\w)(?!(?:{_any(lists['good'])})\W)\w{{3,}}\W{{1,2}}(?:{_any(lists['lasting'])}){MOMENT}"
        ),
        sign_in=re.compile(_any(lists["sign_ins"])),
        key=re.compile(rf"(?i)(?<!\w)(?:{_any(lists['keys'])})\W{{1,3}}{NAME}"),
        successor=re.compile(rf"(?i)(?<!\w)(?:{_any(lists['successors'])})\s*:?\s*{NAME}"),
    )


def _any(words: Collection[str]) -> str:
    return "|".join(re.escape(w).replace(r"\*", r"\w*") for w in sorted(set(words), key=len, reverse=True))
