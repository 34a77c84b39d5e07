"""The meaning of wording that nobody recorded: what is wrong and how, from single words.

`knowledge/messages/` knows sentences of software; most teams log their own. Those sentences differ, the words in them
do not: something (a token, an audience, a session) is in some state (expired, unknown, not ours). `words.yaml` holds
these words and what each pair means, `terms.py` finds them, and this module pairs them, clause by clause.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from knowledge.lexicon import values
from knowledge.lexicon.joint import joined
from knowledge.lexicon.meaning import Meaning, short
from knowledge.lexicon.prose import BARE, BEARER, CLAIM_MISSING, NAMELESS, NO_CLAIM, without_asides, without_places
from knowledge.lexicon.sides import CREDENTIALS, wanted_and_got
from knowledge.lexicon.terms import Term, terms_in
from knowledge.lexicon.words import INVALID, REFUSED, vocabulary, words_of
from knowledge.messages.reader import normalise

LONGEST = 2_000
"""Characters of a text, or of a field, that are read."""
MOST_TOLD = 8_000
"""Characters of all fields that are read: a record may bring as many as its writer likes."""
BEHIND, BEFORE = 5, 4
"""Words between a subject and the state that follows it, or that stands before it."""

ENDING = frozenset(
    {"token", "refresh", "key", "bare_key", "session", "record", "account", "credential", "certificate", "client"}
)
ENDED = frozenset({"revoked", "rotated", "blocked"})
REASONS = frozenset({"why", "reason", "cause", "grund", "motivo", "deny_reason", "denied", "rejected", "refused"})
CLASSES = frozenset({"name", "class", "classname", "type", "kind", "title", "errorname", "errortype", "errorclass"})
"""Fields that name the class of an error."""
SHORTEST = 40
"""Characters of a reason that is a word or two."""
UNTOLD = frozenset({"unknown", "none", "null", "nil", "no", "false"})
OPTIONAL = frozenset({"record", "account", "network", "mfa", "scope"})
"""Subjects that a request may well come without, or that a log may not know."""
REACHED_BY_PREPOSITION = {"kid", "upstream", "login_pair"}
"""Subjects of which `no key for kid 7` and `401 from upstream` speak."""
REACHING = {"insufficient"}
"""States that do so themselves: `only after a touch of the key`."""
VAGUE = frozenset({INVALID, REFUSED})
"""States that any other beside them explains: `rejected, session expired`."""
SHOWN_ONLY = frozenset({"key", "bare_key", "session"})
"""Subjects that a refusal names as what was shown, be wrong with it what may: `refused: key 7`."""
NAMED_IN_PASSING = frozenset({"network"})
"""Subjects that lines end on, `login failed (remote IP ..)`: a state before them is theirs only side by side."""
PARTICULAR = {"signed_requests": {"signature": "request_signature"}, "verifying": {"bare_key": "kid"}}
"""Role of a word -> what a subject is where that word stands in the same text."""
FIRST = {"locked_out"}
"""States that matter more than what is wrong beside: `wrong PIN, card locked until noon`."""
HOLDERS = frozenset({"account", "record"})
"""Whose name stands in a line beside the credential that has ended."""
BY_HAND = frozenset({"says.token_revoked", "says.sessions_ended", "says.account_blocked"})
OUTLIVED = frozenset({"says.token_expired", "says.session_expired"})
"""What has ended by somebody's hand was good until then too."""
INNER = "says.upstream_refused"
ENVIRONMENT, STRANGE_KEY = "says.environment_mismatch", "says.key_invalid"
SKEWED = "says.request_time_skewed"
SIGNATURES = ("says.signature_invalid", "says.request_signature_mismatch")
TIMED = {"over": "clock", "ended": "expiry"}
"""What is over its limit, or has ended, where a line names nothing: the request itself, or its credential."""

SENTENCE = re.compile(r"\w\W+\w+\W+\w")
"""A field that holds more than a value: it is read like prose."""

_PAIR = re.compile(
    r"""(?<![\w"'])["']?([A-Za-z_][\w.-]{0,48})["']?\s?(?:=|(?<=["']):)\s?("(?:[^"\\]|\\.){0,400}"|'[^']{0,400}'|[^\s,;|)}\]"']+)"""
)
_CLAUSE = re.compile(
    r"(?<!\.)[.;|()\[\]{}\n\"]\s|[;|()\[\]{}\n]|\s[-–—]+>?\s|\s(?:but|aber|pero|because|since|weil|while)\s",
    re.IGNORECASE,
)
_AMID, _GOES_ON = re.compile(r"[A-Za-z\d] $"), re.compile(r" [a-z]{2,}")
_ENTERING = re.compile(
    r"\b(?:log|sign)(?:ged|ging|ing|ed)?[\s-]?(?:in|on|out|off)\b|\b40[137]\b|\block(?:ed|s)?\s+(?:me\s+|us\s+)?out\b"
    r"|\b(?:kick|throw|let|get|shut)\w*\s+(?:me|us|them|her|him|in|out)\b|\bauth|\baccess|\breject|\brefus|\bden(?:y|ied)"
    r"|anmeld|einlog|ausgeloggt|reingelassen|komme?n? (?:da )?nicht (?:mehr )?(?:rein|hinein)|zugang|zugriff"
    r"|connecter|connexion|acc[eè]s|iniciar sesi|acceder|entrar|acced|acesso|logar|zalog|inlogg|aanmeld|logga in"
    r"|войти|вход|авториз|ログイン|認証|登录|登入|로그인|giriş",
    re.IGNORECASE,
)
"""How people say that they want in."""


def speaks_of_access(text: str) -> bool:
    """Whether people's words are about being let in at all: of a log-in, a credential, or a refusal."""
    text = text[:LONGEST]
    terms = terms_in(normalise(text))
    return bool(_ENTERING.search(text)) or any(term.role in {"subject", "state"} and not term.tongue for term in terms)


def meanings(text: str, pairs: Sequence[tuple[str, str]] = (), at: datetime | None = None) -> tuple[Meaning, ...]:
    """What a text and the fields logged beside it say of a refusal; at most one meaning a finding.

    `at`: when it was logged; by it an end that the text names has passed or not.
    """
    text = normalise(text[:LONGEST])
    prose = without_places(text)
    told = list(_bounded([*((k, v.strip("\"'")) for k, v in _PAIR.findall(prose)), *pairs]))
    clauses = [
        f"{_label(key)} {value}"
        for key, value in told
        if not (_nothing(key, value) or _status(key, value) or _counted(value))
    ]
    said = [part for clause in _CLAUSE.split(without_asides(_without_pairs(prose))) for part in _parts(clause)]
    labelled = [value for key, value in told if not _label(key)]
    clauses += said + [f"{said[0]} {value}" for value in labelled[:1] if said]
    terms = [(clause, joined(terms_in(_claimed(clause)))) for clause in clauses]
    if any(t.role == "let_in" for _, some in terms for t in some):
        return ()
    context = frozenset(t.role for _, some in terms for t in some) & PARTICULAR.keys()
    found: dict[str, Meaning] = {}
    vague: dict[str, bool] = {}
    for clause, some in terms:
        if pair := _pair(some, context):
            found.setdefault(pair.finding, Meaning(pair.finding, short(clause), pair.weak))
            vague[pair.finding] = vague.get(pair.finding, True) and pair.vague
    if not found and (lone := _lone(told)) is not None:
        found[lone.finding] = lone
    if all(m.weak for m in found.values()):
        found |= {m.finding: m for clause, some in terms if (m := _alone(clause, some)) is not None}
    if (differing := wanted_and_got(told, [t for _, some in terms for t in some], prose)) is not None:
        found.setdefault(differing.finding, differing)
        if differing.finding == ENVIRONMENT:
            found.pop(STRANGE_KEY, None)  # what is foreign is where the key is from
    everything = [t for _, some in terms for t in some]
    if not any(t.role == "housekeeping" for t in everything):
        found = _with_values(found, _weighed(text, pairs, at, everything))
    if inner := found.get(INNER):
        return (inner,)  # what else is told there is of the service's own credential
    strong = [m for m in found.values() if not m.weak]
    plain = [m for m in strong if not vague.get(m.finding)]
    return tuple(plain or strong or found.values())


def _with_values(found: dict[str, Meaning], weighed: Iterable[Meaning]) -> dict[str, Meaning]:
    """What the words say with what the values tell; a signature beside a time that is off is refused for its time."""
    told = {m.finding: m for m in weighed if m.finding not in OUTLIVED or not found.keys() & BY_HAND}
    return {k: m for k, m in {**told, **found}.items() if SKEWED not in told or k not in SIGNATURES}


def ends(text: str, pairs: Sequence[tuple[str, str]] = ()) -> str | None:
    """The clause that tells of a credential's or account's end, as an administrator's or a sweeper's line does.

    Unlike `meanings` it does not mind that this is housekeeping: it is the past of another line's refusal.
    """
    told = [f"{key} {value}" for key, value in _bounded(pairs)]
    for clause in (*_CLAUSE.split(without_asides(without_places(text[:LONGEST]))), *told):
        terms = terms_in(clause)
        subjects = {t.name for t in terms if t.role == "subject"} & ENDING
        if subjects and any(t.role == "state" and t.name in ENDED for t in terms):
            return short(clause)
    return None


def _claimed(clause: str) -> str:
    """What a token does not name is a claim: `pass of u1 names no 'office'`."""
    if (bare := BARE.search(clause)) and not (NO_CLAIM.fullmatch(bare["name"]) or terms_in(bare["name"])):
        of = clause[: bare.start()]
        if BEARER.search(of) or any(t.name == "token" for t in terms_in(of)):
            return BARE.sub(CLAIM_MISSING, clause)
    named = NAMELESS.search(clause)
    before = terms_in(clause[: named.start()]) if named else ()
    return NAMELESS.sub(CLAIM_MISSING, clause) if any(t.name == "token" for t in before) else clause


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
        if parts and not any(t.role == "subject" for t in terms_in(part)):
            parts[-1] += f",{part}"
        elif part.strip():
            parts.append(part)
    return parts


def _label(key: str) -> str:
    """A field's name where it tells what its value is about: `reason` and `error` do not."""
    return " ".join(word for word in words_of(key) if word not in vocabulary().labels)


def _nothing(key: str, value: str) -> bool:
    """Whether a field only says that its writer had nothing to write: `user=unknown`, `mfa=false`."""
    return value.lower() in UNTOLD and any(t.role == "subject" and t.name in OPTIONAL for t in terms_in(key))


def _status(key: str, value: str) -> bool:
    """Whether an answer only names its own class, `className: not-authenticated`: that is 401 in words."""
    kind = "".join(words_of(key)) in CLASSES and value.replace("-", "").replace("_", "").isalpha()
    return kind and {t.name for t in terms_in(value) if t.role == "state"} <= {"sign_in_wanted"}


def _counted(value: str) -> bool:
    """Whether a value is a number of something, as in `tokenExpired=604800`: its name states nothing."""
    return value.isdecimal() and len(value) > 1


def _lone(pairs: Sequence[tuple[str, str]]) -> Meaning | None:
    """A reason that names a state alone, `why=inactive`: it is the state of the credential that the line names."""
    named = [t for key, _ in pairs for t in terms_in(key) if t.role == "subject" and t.name in CREDENTIALS]
    for key, value in pairs:
        terms = terms_in(value) if key.lower() in REASONS and len(value) <= SHORTEST else []
        states = list({t.name for t in terms if t.role == "state"})
        if len(states) == 1 and not any(t.role == "subject" for t in terms):
            for subject in dict.fromkeys(t.name for t in named):
                if finding := vocabulary().means.get((subject, states[0])):
                    return Meaning(finding, short(f"{key} {value}"), finding in vocabulary().weak)
    return None


def _alone(clause: str, terms: Sequence[Term]) -> Meaning | None:
    """What a state tells of which nothing is named, `three tries, shut until noon`."""
    if any(t.role == "housekeeping" for t in terms):
        return None
    means = vocabulary().alone
    finding = next((means[t.name] for t in terms if t.role == "state" and t.name in means), None)
    return Meaning(finding, short(clause), False) if finding else None


@dataclass(frozen=True, slots=True, order=True)
class _Pair:
    """A subject with its state, the most telling first."""

    later: bool
    weak: bool
    vague: bool
    rank: int
    gap: int
    finding: str


def _pair(terms: Sequence[Term], context: Collection[str]) -> _Pair | None:
    """The most particular subject that has a state close by."""
    if any(t.role == "housekeeping" for t in terms):
        return None
    best: _Pair | None = None
    known = vocabulary()
    states = [t for t in terms if t.role == "state"]
    for subject in (t for t in terms if t.role == "subject"):
        for state in states:
            first, second = sorted((subject, state), key=lambda t: t.start)
            gap = second.start - first.end
            finding = _meaning(subject.name, state.name, context)
            passing = subject.name in NAMED_IN_PASSING and state.name in VAGUE
            furthest = BEHIND if first is subject else 0 if passing else BEFORE
            if not finding or not subject.speaks_with(state) or not 0 <= gap <= furthest:
                continue
            between = {t.role for t in terms if first.end <= t.start < second.start}
            reached = subject.name in REACHED_BY_PREPOSITION or state.name in REACHING
            if "denied" not in between and not (first is state and "of_another" in between and not reached):
                weak = finding in known.weak or (state.name == REFUSED and subject.name in SHOWN_ONLY)
                rank = known.subjects[subject.name]
                pair = _Pair(state.name not in FIRST, weak, state.name in VAGUE, rank, gap, finding)
                best = min(best or pair, pair)
    return best


def _meaning(subject: str, state: str, context: Collection[str]) -> str | None:
    """What a pair means; where the text speaks of signed requests a signature is theirs, and so on."""
    for role in context:
        subject = PARTICULAR[role].get(subject, subject)
    return vocabulary().means.get((subject, state))


def _weighed(
    text: str, pairs: Sequence[tuple[str, str]], at: datetime | None, terms: Sequence[Term]
) -> Iterator[Meaning]:
    """What the values tell; what is too old or has ended is the most particular thing that the line names."""
    told = " ".join([text, *(f"{key}={value}" for key, value in _bounded(pairs) if SENTENCE.search(value))])
    means, ranks = vocabulary().means, vocabulary().subjects
    named = sorted({t.name for t in terms if t.role == "subject"}, key=lambda name: (name in HOLDERS, ranks[name]))
    for subject, state, words in values.told(told, at):
        of, how = subject, state
        if state in TIMED:
            of = subject or next((name for name in named if (name, "expired") in means), TIMED[state])
            how = "expired"
        if finding := means.get((of, how)):
            yield Meaning(finding, short(words), False)
