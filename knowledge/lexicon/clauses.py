"""What works and what does not, as people tell it: clause by clause, in their languages.

A report tells most by its contrasts. `clauses.yaml` holds the words by which a clause says that something works or
fails, those for the things that it speaks of (a cookie, a restart, a long upload), and which finding a tone and
things make. A word of a clause that works tells nothing where it stands in one that fails as well: what is the same in
both makes no difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from knowledge.errors import KnowledgeError
from knowledge.findings import findings
from knowledge.reading import Located, demand, read

FILE = Path(__file__).with_name("clauses.yaml")
WORDS = ("works", "fails", "denies", "denies_behind", "guesses", "until", "joins", "asks", "pronouns", "done")
Tone = Literal["works", "fails", ""]
WHEN: Mapping[str, tuple[Tone, ...]] = {
    "works": ("works",),
    "fails": ("fails",),
    "neutral": ("",),
    "told": ("works", "fails", ""),
}
"""What a finding asks of a clause -> the tones that answer it."""
TURNED: Mapping[Tone, Tone] = {"works": "fails", "fails": "works"}
"""What a tone becomes where it is denied."""
LONGEST, SHOWN = 20_000, 120
NEAR = 3
"""Words between a denial and what it turns round."""
CARRIED = frozenset({"cookie", "gateway_cookie", "carrier", "credential"})
"""Things that `paste it` or `send it` may mean."""
GAP = r"(?:\W+\w+){0,3}?"
SENTENCE = re.compile(r"(?<=[.!?])(?!(?<=\.\.)\s+[a-zß-ÿ])\s+|(?<=[。！？])|[\n;；]+")
QUESTION = re.compile(r"(?m)(?:^|(?<=[.!?])[ \t]+)([^.!?\n]{1,400}\?)")
COMMA = re.compile(r"[,:]\s+|[，、：()（）]|\s[-–—]+>?\s")
ADDRESS = re.compile(r"https?://[^\s、。，）)]+")
AMOUNT = re.compile(r"\{([a-z]+)\}")
STROKES = str.maketrans({"ł": "l", "ı": "i", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae"})
"""Letters whose strokes and hooks are no accents to Unicode."""
NOT = re.compile(r"(?<=\w)n't\b")
LETTERS_WITHOUT_SPACES = re.compile("[\u1100-\u11ff\u3040-\u30ff\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence that says one thing."""

    text: str
    """As it stood."""
    tone: Tone
    things: frozenset[tuple[str, str]]
    """What it speaks of, each with the words that name it."""

    def names(self, wanted: Sequence[str]) -> bool:
        """Whether it speaks of all of these, and of none that is wanted with a minus."""
        named = {name for name, _ in self.things}
        return all(n[1:] not in named if n.startswith("-") else n in named for n in wanted)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A finding, and what clauses of each tone have to speak of for it."""

    finding: str
    needs: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class _Words:
    words: Mapping[str, re.Pattern[str]]
    things: Mapping[str, re.Pattern[str]]
    rules: tuple[_Rule, ...]


def told(text: str) -> dict[str, str]:
    """Finding -> the clause that tells it."""
    read_ = clauses(text)
    failing = frozenset(thing for c in read_ if c.tone == "fails" for thing in c.things)
    found: dict[str, str] = {}
    for rule in _words().rules:
        if clause := _meets(rule, read_, failing):
            found.setdefault(rule.finding, " ".join(clause.text.split())[:SHOWN])
    return found


def done(line: str) -> bool:
    """Whether a line of a program's output tells of a step that was let in."""
    return _words().words["done"].search(plain(line)) is not None


def _meets(rule: _Rule, read_: Sequence[Clause], failing: frozenset[tuple[str, str]]) -> Clause | None:
    """The first clause that bears a rule out, given that there is one of each tone that it asks for."""
    met = [
        [c for c in read_ if c.tone in WHEN[when] and c.names(things) and (when != "works" or _own(c, things, failing))]
        for when, things in rule.needs
    ]
    return met[0][0] if all(met) else None


def _own(clause: Clause, things: Sequence[str], failing: frozenset[tuple[str, str]]) -> bool:
    """Whether what makes the difference, the first of the things, is named by a word that no failing clause has."""
    return any(name == things[0] for name, _ in clause.things - failing)


def stated(text: str) -> str:
    """The text without the sentences that only ask, line for line."""
    asks = _words().words["asks"]
    return QUESTION.sub(lambda m: "" if asks.match(plain(m[1])) else m[0], text)


def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a text in their order, questions and guesses left out."""
    found: list[Clause] = []
    for sentence in SENTENCE.split(text[:LONGEST]):
        found += _joined([_clause(part, found[-1] if found else None) for part in _parts(sentence)])
    return tuple(found)


def _parts(sentence: str) -> list[str]:
    """The parts of a sentence that tell something."""
    words = _words().words
    parts = [p for at_comma in COMMA.split(sentence) for p in words["joins"].split(at_comma) if p.strip()]
    if sentence.rstrip().endswith(("?", "？")):
        first = words["asks"].match(plain(sentence.strip()))
        parts = [] if first else parts[:-1]
    return [p for p in parts if not words["guesses"].search(plain(p))]


def _joined(parts: Sequence[Clause]) -> list[Clause]:
    """`If I paste the cookie, it works`: what has no tone of its own says when the next part holds, else the last."""
    out: list[Clause] = []
    open_: list[Clause] = []
    for part in parts:
        if not part.tone:
            open_.append(part)
            continue
        out.append(_one(*open_, part, tone=part.tone))
        open_ = []
    if open_ and out:
        out[-1] = _one(out[-1], *open_, tone=out[-1].tone)
        open_ = []
    return [*out, *open_]


def _one(*parts: Clause, tone: Tone) -> Clause:
    return Clause(", ".join(p.text for p in parts), tone, frozenset().union(*(p.things for p in parts)))


def _clause(part: str, before: Clause | None) -> Clause:
    text, known = plain(ADDRESS.sub(" ", part)), _words()
    tones = tuple(_tones(text))
    things = {(name, m[0]) for name, pattern in known.things.items() for m in pattern.finditer(text)}
    tone = tones[-1] if tones and not known.words["until"].search(text) else ""
    if before and any(name == "carried" for name, _ in things) and known.words["pronouns"].search(text):
        things |= {thing for thing in before.things if thing[0] in CARRIED}
    return Clause(part.strip(), tone, frozenset(things))


def _tones(text: str) -> Iterator[Tone]:
    """What a part says by each of its words of working and failing; of overlapping ones the longest."""
    words = _words().words
    found = [(match, tone) for tone in TURNED for match in words[tone].finditer(text)]
    found.sort(key=lambda one: (one[0].start(), -len(one[0][0])))
    end = 0
    for match, tone in found:
        if match.start() < end:
            continue
        end = match.end()
        yield TURNED[tone] if _denied(text, match) else tone


def _denied(text: str, match: re.Match[str]) -> bool:
    words = _words().words
    before = " ".join(re.findall(r"\w+", text[: match.start()])[-NEAR:])
    behind = " ".join(re.findall(r"\w+", text[match.end() :])[:NEAR])
    return bool(words["denies"].search(before) or words["denies_behind"].search(behind))


def plain(text: str) -> str:
    """In small letters and without accents."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text).lower() if not unicodedata.combining(c))
    return NOT.sub(" not", bare.replace("can't", "can not").translate(STROKES))


@cache
def _words(file: Path = FILE) -> _Words:
    data = read(file)
    demand(file, data, frozenset({*WORDS, "amounts", "things", "tells"}))
    amounts: dict[str, str] = {}
    for name, some in data["amounts"].items():
        amounts[name] = AMOUNT.sub(lambda m: amounts[m[1]], f"(?:{'|'.join(some)})")
    return _Words(
        {name: _pattern(data[name], amounts) for name in WORDS},
        {name: _pattern(some, amounts) for name, some in data["things"].items()},
        tuple(_rule(rule, data, file) for rule in data["tells"]),
    )


def _rule(rule: Located, data: Located, file: Path) -> _Rule:
    needs = tuple((when, tuple(str(things).split())) for when, things in rule.items() if when != "finding")
    unknown = [when for when, _ in needs if when not in WHEN]
    unknown += [t for _, things in needs for t in things if t.lstrip("-") not in data["things"]]
    if unknown or rule["finding"] not in findings():
        named = ", ".join(unknown) or rule["finding"]
        raise KnowledgeError(f"{file}:{rule.line}: '{named}' is not declared")
    return _Rule(rule["finding"], needs)


def _pattern(some: Sequence[str | list[str]], amounts: Mapping[str, str]) -> re.Pattern[str]:
    terms = [plain(term) for one in some for term in (one if isinstance(one, list) else [one])]
    terms.sort(key=len, reverse=True)
    apart = [_term(term, amounts) for term in terms if not LETTERS_WITHOUT_SPACES.search(term)]
    inside = [_term(term, amounts) for term in terms if LETTERS_WITHOUT_SPACES.search(term)]
    words = [rf"(?<!\w)(?:{'|'.join(apart)})(?!\w)"] if apart else []
    return re.compile("|".join([*words, *inside]))


def _term(term: str, amounts: Mapping[str, str]) -> str:
    """One phrase as a pattern: `…` is a gap of some words, `x*` a beginning, `{time}` an amount."""
    first, *rest = term.split(" ")
    return _piece(first, amounts) + "".join(GAP if p == "…" else r"\W+" + _piece(p, amounts) for p in rest)


def _piece(piece: str, amounts: Mapping[str, str]) -> str:
    parts = enumerate(AMOUNT.split(piece))  # every other one is the name of an amount
    return "".join(amounts[part] if at % 2 else re.escape(part).replace(r"\*", r"\w*") for at, part in parts)
