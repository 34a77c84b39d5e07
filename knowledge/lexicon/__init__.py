"""The meaning of wording that nobody recorded: what is wrong and how, from single words.

`knowledge/messages/` knows sentences of software; most teams log their own. Those sentences differ, the words in them
do not: something (a token, an audience, a session) is in some state (expired, unknown, not ours). `words.yaml` holds
these words and what each pair means; this module finds the pairs, clause by clause.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.findings import findings
from knowledge.lexicon import compared, values
from knowledge.lexicon.prose import CLAIM_MISSING, NAMELESS, without_places
from knowledge.messages.reader import normalise
from knowledge.reading import Located, demand, read

FILE = Path(__file__).with_name("words.yaml")
ROLES = ("housekeeping", "let_in", "signed_requests", "of_another", "wanted", "got", "here")
KEYS = frozenset({"subjects", "states", "means", "weak", "labels", *ROLES})
LONGEST = 2_000
"""Characters of a text, or of a field, that are read."""
MOST_TOLD = 8_000
"""Characters of all fields that are read: a record may bring as many as its writer likes."""
BEHIND, BEFORE = 5, 4
"""Words between a subject and the state that follows it, or that stands before it."""
SHOWN = 120
CREDENTIALS = ("refresh", "key", "bare_key", "session", "password", "account", "token")
ENDING = frozenset({"token", "refresh", "key", "bare_key", "session", "account", "credential", "certificate", "client"})
ENDED = frozenset({"revoked", "rotated", "blocked"})
REASONS = frozenset({"why", "reason", "cause", "grund", "motivo", "deny_reason", "denied", "rejected", "refused"})
SHORTEST = 40
"""Characters of a reason that is a word or two."""
UNTOLD = frozenset({"unknown", "none", "null", "nil", "no", "false"})
OPTIONAL = frozenset({"account", "network", "mfa", "scope"})
"""Subjects that a request may well come without, or that a log may not know."""
REACHED_BY_PREPOSITION = {"kid", "upstream", "login_pair"}
"""Subjects of which `no key for kid 7` and `401 from upstream` speak."""
INNER = "says.upstream_refused"
ENVIRONMENT, STRANGE_KEY = "says.environment_mismatch", "says.key_invalid"
MEASURES = frozenset({"ms", "us", "s", "sec", "seconds", "bytes", "b", "kb", "mb", "requests", "lines", "records"})
TIMED = {"over": "clock", "ended": "expiry"}
"""What is over its limit, or has ended, where a line names nothing: the request itself, or its credential."""
ELSEWHERE = {"cookie_absent": "log.cookie_absent"}

SENTENCE = re.compile(r"\w\W+\w+\W+\w")
"""A field that holds more than a value: it is read like prose."""

_PAIR = re.compile(
    r"""(?<![\w"'])["']?([A-Za-z_][\w.-]{0,48})["']?\s?(?:=|(?<=["']):)\s?("(?:[^"\\]|\\.){0,400}"|'[^']{0,400}'|[^\s,;|)}\]"']+)"""
)
_CLAUSE = re.compile(
    r"[.;|()\[\]{}\n\"]\s|[;|()\[\]{}\n]|\s[-–—]+>?\s|\s(?:but|aber|pero|because|since|weil|while)\s", re.IGNORECASE
)
_WORD = re.compile(r"[a-z0-9]+")
"""Letters and digits in one are mostly an id: the `dead` in `a1dead77` is no state."""
_AMID, _GOES_ON = re.compile(r"[A-Za-z\d] $"), re.compile(r" [a-z]{2,}")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OPAQUE = re.compile(r"\b(?=\w*\d)(?=\w*[^\W\d])\w{7,}")
"""An id or a secret: it is no word, and what is quoted is shown to people."""
_ENTERING = re.compile(
    r"\b(?:log|sign)(?:ged|ging|ing|ed)?[\s-]?(?:in|on|out|off)\b|\b40[137]\b|\block(?:ed|s)?\s+(?:me\s+|us\s+)?out\b"
    r"|\b(?:kick|throw|let|get|shut)\w*\s+(?:me|us|them|her|him|in|out)\b|\bauth|\baccess|\breject|\brefus|\bden(?:y|ied)"
    r"|anmeld|einlog|ausgeloggt|reingelassen|komme?n? (?:da )?nicht (?:mehr )?(?:rein|hinein)|zugang|zugriff"
    r"|connecter|connexion|acc[eè]s|iniciar sesi|acceder|entrar|acced|acesso|logar|zalog|inlogg|aanmeld|logga in"
    r"|войти|вход|авториз|ログイン|認証|登录|登入|로그인|giriş",
    re.IGNORECASE,
)
"""How people say that they want in."""
_OR = frozenset({"or", "oder", "o", "ou"})
_NOT = frozenset({"not", "no", "never", "nicht", "isn", "wasn", "without"})


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a clause says, by its words."""

    finding: str
    words: str
    """The clause, short and without what looks like an id or a secret."""
    weak: bool
    """It says that something was refused, and hardly what."""


@dataclass(frozen=True, slots=True)
class _Lexicon:
    subjects: Mapping[str, int]
    """Name -> rank; a lower one is more particular."""
    means: Mapping[tuple[str, str], str]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str, str], ...]]
    """First word, or its first three letters and `*` -> (words, role, name)."""
    labels: frozenset[str]
    weak: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Term:
    role: str
    name: str
    start: int
    end: int


def speaks_of_access(text: str) -> bool:
    """Whether people's words are about being let in at all: of a log-in, a credential, or a refusal."""
    text = text[:LONGEST]
    terms = _terms(_words(normalise(text)))
    return bool(_ENTERING.search(text)) or any(term.role in {"subject", "state"} for term in terms)


def meanings(text: str, pairs: Sequence[tuple[str, str]] = (), at: datetime | None = None) -> tuple[Meaning, ...]:
    """What a text and the fields logged beside it say of a refusal; at most one meaning a finding.

    `at`: when it was logged; by it an end that the text names has passed or not.
    """
    text = normalise(text[:LONGEST])
    prose = without_places(text)
    told = list(_bounded([*((k, v.strip("\"'")) for k, v in _PAIR.findall(prose)), *pairs]))
    clauses = [f"{_label(key)} {value}" for key, value in told if not _nothing(key, value)]
    said = [part for clause in _CLAUSE.split(_without_pairs(prose)) for part in _parts(clause)]
    labelled = [value for key, value in told if not _label(key)]
    clauses += said + [f"{said[0]} {value}" for value in labelled[:1] if said]
    terms = [(clause, _terms(_words(_claimed(clause)))) for clause in clauses]
    if any(t.role == "let_in" for _, some in terms for t in some):
        return ()
    signed = any(t.role == "signed_requests" for _, some in terms for t in some)
    found: dict[str, Meaning] = {}
    for clause, some in terms:
        if name := _pair(some, signed):
            found.setdefault(name, Meaning(name, _short(clause), name in _lexicon().weak))
    if not found and (lone := _lone(told)) is not None:
        found[lone.finding] = lone
    if (differing := _compared(told, [t for _, some in terms for t in some], prose)) is not None:
        found.setdefault(differing.finding, differing)
        if differing.finding == ENVIRONMENT:
            found.pop(STRANGE_KEY, None)  # what is foreign is where the key is from
    if not any(t.role == "housekeeping" for _, some in terms for t in some):
        for weighed in _weighed(text, pairs, at, [t for _, some in terms for t in some]):
            found.setdefault(weighed.finding, weighed)
    if inner := found.get(INNER):
        return (inner,)  # what else is told there is of the service's own credential
    strong = [m for m in found.values() if not m.weak]
    return tuple(strong or found.values())


def ends(text: str, pairs: Sequence[tuple[str, str]] = ()) -> str | None:
    """The clause that tells of a credential's or account's end, as an administrator's or a sweeper's line does.

    Unlike `meanings` it does not mind that this is housekeeping: it is the past of another line's refusal.
    """
    told = [f"{key} {value}" for key, value in _bounded(pairs)]
    for clause in (*_CLAUSE.split(without_places(text[:LONGEST])), *told):
        terms = _terms(_words(clause))
        subjects = {t.name for t in terms if t.role == "subject"} & ENDING
        if subjects and any(t.role == "state" and t.name in ENDED for t in terms):
            return _short(clause)
    return None


def _claimed(clause: str) -> str:
    """What a token does not name is a claim: `pass of u1 names no 'office'`."""
    named = NAMELESS.search(clause)
    of = _terms(_words(clause[: named.start()])) if named else []
    return NAMELESS.sub(CLAIM_MISSING, clause) if any(t.name == "token" for t in of) else clause


def _without_pairs(prose: str) -> str:
    """Pairs part what stands around them, but a single one amid a sentence: `renewal app=ios turned down`."""
    amid = [m for m in _PAIR.finditer(prose) if _AMID.search(prose[: m.start()]) and _GOES_ON.match(prose[m.end() :])]
    alone = amid[0].start() if len(amid) == 1 else None
    return _PAIR.sub(lambda pair: " " if pair.start() == alone else " | ", prose)


def _bounded(told: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    left = MOST_TOLD
    for key, value in told:
        if (left := left - len(key) - min(len(value), LONGEST)) < 0:
            return
        yield key, value[:LONGEST]


def _parts(clause: str) -> list[str]:
    """A clause at its commas; a part that names no subject goes on about the one before."""
    parts: list[str] = []
    for part in clause.split(","):
        if parts and not any(t.role == "subject" for t in _terms(_words(part))):
            parts[-1] += f",{part}"
        elif part.strip():
            parts.append(part)
    return parts


def _label(key: str) -> str:
    """A field's name where it tells what its value is about: `reason` and `error` do not."""
    return " ".join(word for word in _words(key) if word not in _lexicon().labels)


def _nothing(key: str, value: str) -> bool:
    """Whether a field only says that its writer had nothing to write: `user=unknown`, `mfa=false`."""
    return value.lower() in UNTOLD and any(t.role == "subject" and t.name in OPTIONAL for t in _terms(_words(key)))


def _lone(pairs: Sequence[tuple[str, str]]) -> Meaning | None:
    """A reason that names a state alone, `why=inactive`: it is the state of the credential that the line names."""
    named = [t for key, _ in pairs for t in _terms(_words(key)) if t.role == "subject" and t.name in CREDENTIALS]
    for key, value in pairs:
        terms = _terms(_words(value)) if key.lower() in REASONS and len(value) <= SHORTEST else []
        states = list({t.name for t in terms if t.role == "state"})
        if len(states) == 1 and not any(t.role == "subject" for t in terms):
            for subject in dict.fromkeys(t.name for t in named):
                if finding := _lexicon().means.get((subject, states[0])):
                    return Meaning(finding, _short(f"{key} {value}"), finding in _lexicon().weak)
    return None


def _pair(terms: Sequence[_Term], signed: bool) -> str | None:
    """The finding of the most particular subject that has a state close by."""
    if any(t.role == "housekeeping" for t in terms):
        return None
    best: tuple[int, int, str] | None = None
    states = [t for t in terms if t.role == "state"]
    for subject in (t for t in terms if t.role == "subject"):
        for state in states:
            first, second = sorted((subject, state), key=lambda t: t.start)
            gap = second.start - first.end
            finding = _meaning(subject.name, state.name, signed)
            if not finding or not 0 <= gap <= (BEHIND if first is subject else BEFORE):
                continue
            between = {t.role for t in terms if first.end <= t.start < second.start}
            apart = "denied" in between or (
                first is state and "of_another" in between and subject.name not in REACHED_BY_PREPOSITION
            )
            if not apart:
                standing = (_lexicon().subjects[subject.name], gap, finding)
                best = min(best or standing, standing)
    return best[2] if best else None


def _meaning(subject: str, state: str, signed: bool) -> str | None:
    if subject == "signature" and signed:
        subject = "request_signature"
    return _lexicon().means.get((subject, state))


def _compared(pairs: Sequence[tuple[str, str]], terms: Sequence[_Term], text: str) -> Meaning | None:
    """A wanted and a received value side by side that differ, and what they are values of."""
    told = dict.fromkeys((*pairs, *compared.sides(text)))  # a logger's fields stand in its message as well
    named = [(k, v, _terms(_words(k))) for k, v in told]
    wanted = [at for at, (_, _, some) in enumerate(named) if any(t.role == "wanted" for t in some)]
    if len(wanted) != 1:
        return _unequal(text) or _of_one_kind(told)
    key, value, some = named[wanted[0]]
    got = [one for one in named if any(t.role == "got" for t in one[2])] or _before(named[: wanted[0]])
    if not got or not compared.differ(value, [v for _, v, _ in got]):
        return None
    subjects = [t for _, _, some_ in ((key, value, some), *got) for t in some_ if t.role == "subject"]
    finding = _mismatch(subjects or [t for t in terms if t.role == "subject"])
    return Meaning(finding, _short(f"{key} {value}, {got[0][0]} {got[0][1]}"), False) if finding else None


def _of_one_kind(told: Iterable[tuple[str, str]]) -> Meaning | None:
    """`keyRealm=rehearsal thisRealm=trading`: of what a credential is, and of what this service is.

    What kind no word is known for is a part of the operator's world in which the credential is good: an environment.
    """
    for kind, (key, value), (here, ours) in compared.of_one_kind(told, _words, _is_here):
        of = [t for t in _terms(_words(kind)) if t.role == "subject"]
        credential = any(t.role == "subject" and t.name in CREDENTIALS for t in _terms(_words(key)))
        finding = _mismatch(of) if of else _lexicon().means["environment", "mismatch"] if credential else None
        if finding:
            return Meaning(finding, _short(f"{key} {value}, {here} {ours}"), False)
    return None


def _is_here(words: Sequence[str]) -> bool:
    return any(t.role == "here" for t in _terms(words))


def _before(pairs: Sequence[tuple[str, str, list[_Term]]]) -> list[tuple[str, str, list[_Term]]]:
    """Of `sub=u1 aud=A want=B` the pair that is compared: the last one that can be wrong."""
    return [one for one in pairs if _mismatch([t for t in one[2] if t.role == "subject"])][-1:]


def _unequal(text: str) -> Meaning | None:
    """Two values with a sign between them that says that they differ."""
    for before, values_, behind in compared.unequal(text):
        near = _words(before)[-BEFORE:]
        for words in (near, _words(behind)):
            if finding := _mismatch([t for t in _terms(words) if t.role == "subject"]):
                return Meaning(finding, _short(f"{' '.join(near)} {values_}"), False)
    return None


def _mismatch(subjects: Sequence[_Term]) -> str | None:
    """What it means that the values of the most particular of these differ."""
    known = [t.name for t in subjects if (t.name, "mismatch") in _lexicon().means]
    name = min(known, key=lambda name: _lexicon().subjects[name], default=None)
    return None if name is None else _lexicon().means[name, "mismatch"]


def _weighed(
    text: str, pairs: Sequence[tuple[str, str]], at: datetime | None, terms: Sequence[_Term]
) -> Iterator[Meaning]:
    """What the values tell; what is too old or has ended is the most particular thing that the line names."""
    told = " ".join([text, *(f"{key}={value}" for key, value in _bounded(pairs) if SENTENCE.search(value))])
    means, ranks = _lexicon().means, _lexicon().subjects
    named = sorted({t.name for t in terms if t.role == "subject"}, key=lambda name: ranks[name])
    for subject, state, words in values.told(told, at):
        of, how = subject, state
        if state in TIMED:
            of = subject or next((name for name in named if (name, "expired") in means), TIMED[state])
            how = "expired"
        if finding := means.get((of, how)):
            yield Meaning(finding, _short(words), False)


def _terms(words: Sequence[str]) -> list[_Term]:
    """The known terms of a clause, the longest first at each place; what is denied or fine is left out."""
    terms: list[_Term] = []
    taken: dict[str, int] = {}
    phrases = _lexicon().phrases
    for at, word in enumerate(words):
        known = (*phrases.get(word, ()), *phrases.get(f"{word[:3]}*", ()))
        if not known:
            continue
        fitting = [
            (len(phrase), role, name) for phrase, role, name in known if _is(phrase, words[at : at + len(phrase)])
        ]
        longest = max((length for length, _, _ in fitting), default=0)
        for length, role, name in fitting:
            if length == longest and at >= taken.get(role, 0):
                if (role == "state" and _measures(words, at)) or (role == "let_in" and _denied(words, at)):
                    continue
                denied = role == "state" and _denied(words, at)
                terms.append(_Term("denied" if denied else role, name, at, at + length))
        for role in {role for length, role, _ in fitting if length == longest}:
            taken[role] = max(taken.get(role, 0), at + longest)
    return _without_alternatives(words, terms)


def _is(phrase: Sequence[str], words: Sequence[str]) -> bool:
    return len(phrase) == len(words) and all(
        w.startswith(p[:-1]) if p.endswith("*") else w == p for p, w in zip(phrase, words, strict=True)
    )


def _measures(words: Sequence[str], at: int) -> bool:
    """Whether a number is a measure, as in `answered in 502 ms`, and not a status."""
    return words[at].isdigit() and at + 1 < len(words) and words[at + 1] in MEASURES


def _denied(words: Sequence[str], at: int) -> bool:
    """Whether the state is denied, as in `not expired`; a phrase that holds its own `not` is none of these."""
    before = words[max(0, at - 2) : at]
    return (bool(_NOT & set(before)) and words[at] not in _NOT) or (at > 0 and words[at - 1] == "0")


def _without_alternatives(words: Sequence[str], terms: list[_Term]) -> list[_Term]:
    """`invalid or expired` names no state: the writer did not know either."""
    states = [t for t in terms if t.role == "state"]
    for one in states:
        for other in states:
            between = words[one.end : other.start]
            if one.name != other.name and 0 < len(between) <= 3 and _OR & set(between):
                return [t for t in terms if t.role != "state"]
    return terms


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", text))
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)).lower())


def _short(text: str) -> str:
    flat = " ".join(_OPAQUE.sub("…", text).split())
    return flat if len(flat) <= SHOWN else flat[: SHOWN - 1] + "…"


@cache
def _lexicon() -> _Lexicon:
    data = read(FILE)
    demand(FILE, data, KEYS)
    means: dict[tuple[str, str], str] = {}
    for subject, states in data["means"].items():
        for state, said in states.items():
            finding = ELSEWHERE.get(said, f"says.{said}")
            if subject not in data["subjects"] or state not in data["states"] or finding not in findings():
                line = data["means"].lines[subject]
                raise KnowledgeError(f"{FILE}:{line}: '{subject}: {state}: {said}' names what is not declared")
            means[subject, state] = finding
    phrases: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for words, role, name in _entries(data):
        first = words[0]
        phrases.setdefault(f"{first[:3]}*" if first.endswith("*") else first, []).append((words, role, name))
    ranks = {name: rank for rank, name in enumerate(data["subjects"])}
    return _Lexicon(
        ranks,
        means,
        {key: tuple(some) for key, some in phrases.items()},
        frozenset(data["labels"]),
        frozenset(f"says.{name}" for name in data["weak"]),
    )


def _entries(data: Located) -> Iterator[tuple[tuple[str, ...], str, str]]:
    for role, group in (("subject", data["subjects"]), ("state", data["states"])):
        for name, some in group.items():
            if strange := [phrase for phrase in some if not isinstance(phrase, str)]:
                raise KnowledgeError(
                    f"{FILE}:{group.lines[name]}: write {strange[0]!r} in quotes, YAML reads it otherwise"
                )
            yield from ((tuple(phrase.split()), role, name) for phrase in some)
    for role in ROLES:
        yield from ((tuple(phrase.split()), role, role) for phrase in data[role])
