"""A wanted and a received value side by side that differ, and what they are values of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from knowledge.lexicon import compared
from knowledge.lexicon.joint import two_codes
from knowledge.lexicon.meaning import Meaning, short
from knowledge.lexicon.terms import Term, terms_in
from knowledge.lexicon.words import vocabulary, words_of

CREDENTIALS = ("refresh", "key", "bare_key", "session", "password", "record", "account", "token")
OURS = "we_have"
GOT = frozenset({"got", OURS})
"""What came, and what this service has of what is asked for: `asked=k2 we_have=[k1]`."""
BEFORE = 4
"""Words before a value in which stands what it is."""


def wanted_and_got(pairs: Sequence[tuple[str, str]], terms: Sequence[Term], text: str) -> Meaning | None:
    """A wanted and a received value side by side that differ, and what they are values of."""
    if any(t.name == "csrf" for t in terms) and (codes := two_codes(text)):
        return Meaning(vocabulary().means["csrf", "mismatch"], f"{codes[0]} and {codes[1]}", False)
    told = dict.fromkeys((*pairs, *compared.sides(text)))  # a logger's fields stand in its message as well
    named = [(k, v, terms_in(k)) for k, v in told]
    wanted = [at for at, (_, _, some) in enumerate(named) if any(t.role == "wanted" for t in some)]
    if len(wanted) != 1:
        return _unequal(text) or _of_one_kind((*told, *compared.of_a_kind(text)))
    key, value, some = named[wanted[0]]
    got = [one for one in named if any(t.role in GOT for t in one[2])] or _before(named[: wanted[0]])
    if not got or not compared.differ(value, [v for _, v, _ in got]):
        return None
    subjects = [t for _, _, some_ in ((key, value, some), *got) for t in some_ if t.role == "subject"]
    finding = _mismatch(subjects or [t for t in terms if t.role == "subject"])
    if finding is None and any(t.role == OURS for _, _, some_ in got for t in some_):
        finding = vocabulary().means["kid", "mismatch"]  # what a token asks for by name, and we have others, is a key
    return Meaning(finding, short(f"{key} {value}, {got[0][0]} {got[0][1]}"), False) if finding else None


def _of_one_kind(told: Iterable[tuple[str, str]]) -> Meaning | None:
    """`keyRealm=rehearsal thisRealm=trading`: of what a credential is, and of what this service is.

    What kind no word is known for is a part of the operator's world in which the credential is good: an environment.
    """
    for kind, (key, value), (here, ours) in compared.of_one_kind(told, words_of, _is_here):
        of = [t for t in terms_in(kind) if t.role == "subject"]
        credential = any(t.role == "subject" and t.name in CREDENTIALS for t in terms_in(key))
        finding = _mismatch(of) if of else vocabulary().means["environment", "mismatch"] if credential else None
        if finding:
            return Meaning(finding, short(f"{key} {value}, {here} {ours}"), False)
    return None


def _is_here(words: Sequence[str]) -> bool:
    return any(t.role == "here" for t in terms_in(" ".join(words)))


def _before(pairs: Sequence[tuple[str, str, Sequence[Term]]]) -> Sequence[tuple[str, str, Sequence[Term]]]:
    """Of `sub=u1 aud=A want=B` the pair that is compared: the last one that can be wrong."""
    return [one for one in pairs if _mismatch([t for t in one[2] if t.role == "subject"])][-1:]


def _unequal(text: str) -> Meaning | None:
    """Two values with a sign between them that says that they differ."""
    for before, values_, behind in compared.unequal(text):
        near = " ".join(words_of(before)[-BEFORE:])
        for side in (near, behind):
            if finding := _mismatch([t for t in terms_in(side) if t.role == "subject"]):
                return Meaning(finding, short(f"{near} {values_}"), False)
    return None


def _mismatch(subjects: Sequence[Term]) -> str | None:
    """What it means that the values of the most particular of these differ."""
    known = [t.name for t in subjects if (t.name, "mismatch") in vocabulary().means]
    name = min(known, key=lambda name: vocabulary().subjects[name], default=None)
    return None if name is None else vocabulary().means[name, "mismatch"]
