"""Values that a refusal sets against each other without a word of why: `aud got A want B`, `iss=A want=B`, `v1 != v2`.

Who writes so tells the rule by its two sides: what is named is not what it should be. Values that differ count, and
values that were hidden, since nobody writes down that a secret is the right one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

LONGEST = 2_000
"""Characters that are read."""
Pair = tuple[str, str]
HID = r"‹[^›\n]{2,60}›"
SIDE = re.compile(
    r"(?i)(?<![\w.-])(?P<word>got|received|actual|given|have|had|presented|is|was|ist|war|want(?:s|ed)?|expect(?:s|ed)?|need(?:s|ed)?"
    r"|required|allowed|erwartet|verlangt|soll|bekam|bekommen|erhalten|verwacht|vereist|kreeg|ontvangen|attendu|exigé|reçu"
    r"|esperad[oa]|requerid[oa]|exigid[oa]|recibid[oa]|recebid[oa]|veio|atteso|attesa|richiest[oa]|ricevut[oa]|arrivat[oa]"
    r"|oczekiwan[oya]|wymagan[oyae]|otrzyman[oya]|förväntad|förväntades|väntade|krävs|fick|forventet|krævet|krevd|fik|fikk|mottatt"
    r"|modtaget|odotettiin|odotettu|vaaditaan|saatiin|saatu|tuli|očekáván[oa]?|požadován[oa]?|přišl[oa]|přišel|beklenen|istenen"
    r"|gelen)(?![\w-]|[ ]?[:=])[ :]{1,2}(?:to be |is )?[\"'`]?"
    rf"(?P<value>{HID}|[^\s\"'`,;()\[\]{{}}]{{1,120}})"
)
"""`got A`, `want "B"`: the sides that no sign of equality joins to their names."""
SIGN = re.compile(r"!==?|<>|≠")
ONE = re.compile(rf"(?P<before>.*?)(?P<one>{HID}|[\w.:/@+-]+)[\"'`]? ?\Z")
OTHER = re.compile(rf" ?[\"'`]?(?P<other>{HID}|[\w.:/@+-]+)(?P<behind>.*)")
NAME = re.compile(rf"{HID}|(?=.*[A-Za-z])[\w.:/@+-]{{2,120}}")
"""A value that names something: no number, no sentence."""
KIND = re.compile(
    r"(?i)\b(?P<kind>[^\W\d_]{3,20}) (?P<q>[\"'`]?)(?P<one>[\w.-]{2,40})(?P=q)"
    r"(?:,|;|:| -| and| but| while| whereas| und| aber| y| et| mais| e) ?(?:and |but |while |und )?"
    r"(?P<here>this|here|we|ours|our|hier|dies\w{0,2}|wir|aqui|este|esta|ici|nous|questo|questa|qui|deze|dit)\b"
    r"(?: [^\W\d_]{1,10}){0,2} (?P=kind)(?: is| ist| es| est)? [\"'`]?(?P<two>[\w.-]{2,40})"
)
"""`key was cut for ring "trial", this is ring "live"`: what came and what stands here, of one kind."""
COUNTED = frozenset(
    {"version", "line", "page", "step", "port", "number", "attempt", "try", "row", "the", "for", "with"}
    | {"node", "pod", "worker", "instance", "thread", "host", "replica", "shard"}
)
AROUND = 100
"""Characters on either side of a sign of inequality that are looked at."""
CODE = re.compile(r"\b(?:if|while|assert|for|return|&&|null|nil|None|len)\b|\|\||&&|==")
"""What stands around a comparison of a program's text, not of two values that came."""


def sides(text: str) -> list[tuple[str, str]]:
    """The sides of prose as names with values, as if an equality sign joined them."""
    return [(m["word"].lower(), m["value"].rstrip(".")) for m in SIDE.finditer(text[:LONGEST])]


def of_a_kind(text: str) -> list[tuple[str, str]]:
    """The sides of prose that names a kind twice, as fields would: what came is called by the words before it."""
    found = [m for m in KIND.finditer(text[:LONGEST]) if m["kind"].lower() not in COUNTED]
    return [
        pair
        for m in found
        for pair in ((f"{_before(text, m.start())} {m['kind']}", m["one"]), (f"{m['here']} {m['kind']}", m["two"]))
    ]


def _before(text: str, at: int) -> str:
    """The clause up to a place in it."""
    return re.split(r"[\n.;]", text[max(0, at - AROUND) : at])[-1].strip()


def unequal(text: str) -> Iterator[tuple[str, str, str]]:
    """What stands before two values that differ, the values as written, and what stands behind them."""
    for sign in SIGN.finditer(text[:LONGEST]):
        left = text[max(0, sign.start() - AROUND) : sign.start()].rpartition("\n")[2]
        right = text[sign.end() : sign.end() + AROUND].partition("\n")[0]
        one, other = ONE.match(left), OTHER.match(right)
        if one and other and one["one"] != other["other"] and not CODE.search(left + right):
            yield one["before"], f"{one['one']} != {other['other']}", other["behind"]


def of_one_kind(
    pairs: Iterable[Pair], words: Callable[[str], list[str]], is_here: Callable[[Sequence[str]], bool]
) -> Iterator[tuple[str, Pair, Pair]]:
    """The kind, what came and what stands here, of fields whose names end alike and whose values differ."""
    named = [(words(key), (key, value.strip("\"'"))) for key, value in pairs if NAME.fullmatch(value.strip("\"'"))]
    for ours, here in named:
        if len(ours) > 1 and is_here(ours[:-1]):
            for theirs, came in named:
                alike = len(theirs) > 1 and theirs[-1] == ours[-1] and not is_here(theirs[:-1])
                if alike and came[1].lower() != here[1].lower():
                    yield ours[-1], came, here


def differ(wanted: str, got: Sequence[str]) -> bool:
    """Whether none of what came is what was wanted; of hidden values it cannot be seen, and is told by the line."""
    return bool(re.fullmatch(HID, wanted)) or wanted not in got
