"""The words that every surface shares: the first sentence, how sure, where evidence comes from, times."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from bot.display import cut, one_line, scrubbed
from bot.durations import duration
from bot.model import Candidate, Cause, Diagnosis, Evidence, LinkFacts, Report, Role, TokenFacts
from bot.sentences import CONCRETE
from knowledge.steps import FACT

SURE = 0.8
"""From here on an answer is told plainly, without asking further."""
SHORT = 230
"""Characters of a first sentence."""
UNKNOWN = "I don't know yet why this was refused."

SOURCES: Mapping[str, str] = {
    "report": "your report",
    "answer": "your answer",
    "pasted": "what was pasted",
    "probe": "the endpoint, asked now",
    "log": "the server's log",
    "token": "the token",
    "service": "the service's settings",
    "history": "earlier cases",
    "absent": "what is missing",
}
AUDIENCES: Mapping[str, str] = {
    "caller": "whoever sends the request",
    "service": "whoever runs the service",
    "network": "whoever runs the network or proxy in between",
    "visitor": "whoever uses the page in a browser",
    "app": "whoever uses the app",
}
READERS: Mapping[Role, str] = {"visitor": "visitor", "app": "app", "developer": "caller", "owner": "service"}
"""For whom `knowledge/causes/` words it."""
FOR_ALL = frozenset({"signed_url_expired"})
"""Causes of which the values at hand tell users of a page or an app something too."""
UNTOLD = "not_reproduced"
"""Ruled out, it would read as if nothing worked; that it fails is what was reported."""
_CERTAINTY = ((0.95, "Almost certain"), (SURE, "Very likely"), (0.6, "Likely"), (0.35, "Possible"), (0.0, "A guess"))
_SHOWABLE = frozenset(
    {
        "token.expired",
        "token.in_date",
        "token.audience_mismatch",
        "token.audience_missing",
        "token.issuer_mismatch",
        "token.issuer_near_miss",
        "token.algorithm_not_allowed",
        "token.algorithm_none",
        "token.key_unknown",
        "token.signature_invalid",
        "token.signature_valid",
        "token.scope_missing",
        "token.truncated",
        "token.malformed",
        "token.opaque",
        "token.opaque_where_jwt",
        "token.is_id_token",
        "token.is_refresh_token",
        "link.expired",
        "link.in_date",
        "link.signature_missing",
        "link.signature_short",
        "link.re_encoded",
        "link.complete",
    }
)
"""Findings whose own text tells no more than alg, kid, iss, aud, exp and scope."""
_INTERNAL = re.compile(
    r"(?:^|[\s'\"(])(?:~|\.{0,2}/|[A-Za-z]:\\)[\w.-]+[/\\]|\.(?:log|gz|jsonl?|pem|crt)\b|\s--\w", re.IGNORECASE
)
"""A path, a file or an option of the command line."""
_LED = re.compile(r"(?<= leads to )\S+, (?=an address )")
"""An address of the inner network, behind a name."""


def certainty(confidence: float) -> str:
    """A confidence 0..1 in words."""
    return next((word for least, word in _CERTAINTY if confidence >= least), _CERTAINTY[-1][1])


def percent(confidence: float) -> str:
    """A confidence 0..1 as people read it: nothing is ever 0 % or 100 %."""
    if confidence > 0.99:
        return "over 99\u00a0%"
    return "under 1\u00a0%" if confidence < 0.01 else f"{confidence * 100:.0f}\u00a0%"


def sentence(diagnosis: Diagnosis, reader: Role | None = None) -> str:
    """The sentence that the reader needs, whoever reported it otherwise: what happened and what to do.

    Fit for everybody to read.
    """
    if not diagnosis.known or not diagnosis.causes:
        return UNKNOWN
    cause = diagnosis.causes[0]
    what, remedy = _parts(cause, diagnosis, reader or diagnosis.role)
    hedge = "" if cause.confidence >= SURE else f"{certainty(cause.confidence)}: "
    return f"{hedge}{what}. {remedy}." if remedy else f"{hedge}{what}."


def guess(cause: Cause, reader: Role) -> str:
    """A cause in a few words: its title, or what happened to who uses a page or an app."""
    from knowledge.causes import causes

    known = causes().get(cause.id)
    return known.sentence[reader][0] if known and reader in ("visitor", "app") else cause.title


def _parts(cause: Cause, diagnosis: Diagnosis, reader: Role) -> tuple[str, str]:
    from knowledge.causes import causes

    known = causes().get(cause.id)
    general = known.sentence.get(READERS[reader]) if known else None
    what, remedy = general or (one_line(cause.title), "")
    if reader in ("visitor", "app"):
        return (_CONCRETE[cause.id](diagnosis) if cause.id in FOR_ALL else None) or what, remedy
    made = _made_for(cause.id, dict(diagnosis.facts))
    seen = made[0] if made else _CONCRETE[cause.id](diagnosis) if cause.id in _CONCRETE else None
    if reader == "owner":
        return _of_caller(seen) if seen else what, remedy
    return made or (seen or what, remedy)


def _of_caller(what: str) -> str:
    """What is said to whoever sends the request, for whoever runs the service."""
    for yours, theirs in (("Your ", "The caller's "), (" your ", " the caller's "), ("You ", "The caller ")):
        what = what.replace(yours, theirs)
    return what


def _made_for(cause_id: str, facts: Mapping[str, str]) -> tuple[str, str] | None:
    """The first wording of which everything is known and that stays short."""
    for wording in CONCRETE.get(cause_id, ()):
        if all(name in facts for part in wording for name in FACT.findall(part)):
            what, remedy = (FACT.sub(lambda match: facts[match[1]], part) for part in wording)
            if len(what) + len(remedy) <= SHORT and scrubbed(f"{what}. {remedy}.") == f"{what}. {remedy}.":
                return what, remedy
    return None


def moment(at: datetime, near: datetime | None = None) -> str:
    """A time in UTC, with its date unless `near` is on the same day."""
    at = at.astimezone(UTC)
    same_day = near is not None and near.astimezone(UTC).date() == at.date()
    return f"{at:%H:%M:%S} UTC" if same_day else f"{at:%Y-%m-%d %H:%M:%S} UTC"


def caller(candidate: Candidate) -> str:
    """What a request was and whose, for those who may see logs."""
    request = " ".join(filter(None, (candidate.method, candidate.path)))
    user = f"user {candidate.user}" if candidate.user else ""
    return " · ".join(filter(None, (request, user, candidate.client)))


def expiry(token: TokenFacts) -> datetime | None:
    """The token's `exp` as a time; None where there is none, or none that a calendar holds."""
    try:
        return datetime.fromtimestamp(token.exp, UTC) if token.exp is not None else None
    except (ValueError, OverflowError, OSError):
        return None


def source(evidence: Evidence) -> str:
    """Where a piece of evidence comes from."""
    return "the link" if evidence.finding.startswith("link.") else SOURCES.get(evidence.source, evidence.source)


def public(evidence: Evidence) -> str:
    """The evidence in words that everybody may read: what logs, settings and other people's cases hold stays out."""
    open_source = evidence.source in {"report", "answer", "pasted", "probe", "absent"}
    if (open_source and not evidence.finding.startswith("service.")) or evidence.finding in _SHOWABLE:
        return one_line(evidence.text)
    return generic(evidence.finding)


def generic(finding: str) -> str:
    """What a finding means, from the vocabulary."""
    from knowledge.findings import findings

    kind = findings().get(finding)
    return kind.text if kind else finding.replace(".", ": ").replace("_", " ")


def title(cause_id: str) -> str:
    """A cause's title; its id in words where knowledge has no such cause."""
    from knowledge.causes import causes

    known = causes().get(cause_id)
    return known.title if known else cause_id.replace("_", " ").capitalize()


def public_notes(notes: tuple[str, ...]) -> tuple[str, ...]:
    """The notes that concern everybody: none that names a file of the operator's or an option for them.

    Where a name leads on the inner network is left out.
    """
    return tuple(f"{note[:1].upper()}{_LED.sub('', note)[1:]}" for note in notes if not _INTERNAL.search(note))


def looked_at(diagnosis: Diagnosis) -> str:
    """What was gone through, as one sentence."""
    done = [
        f"asked the endpoint ({len(diagnosis.probes)} requests)" if len(diagnosis.probes) > 1 else "",
        "asked the endpoint" if len(diagnosis.probes) == 1 else "",
        _found(diagnosis),
        "took the token apart" if _token(diagnosis) else "",
    ]
    parts = ["read your report", *filter(None, done)]
    return f"I {', '.join(parts[:-1])} and {parts[-1]}." if len(parts) > 1 else "I read your report."


def _found(diagnosis: Diagnosis) -> str:
    among = len(diagnosis.next_step.among) if diagnosis.next_step else 0
    if among:
        return (
            "found a refused request that may be yours"
            if among == 1
            else f"found {among} refused requests, of which one may be yours"
        )
    return f"found {_count(len(diagnosis.log_lines), 'log line')} of the request" if diagnosis.log_lines else ""


def others(causes: tuple[Cause, ...], least: float = 0.15) -> tuple[Cause, ...]:
    """The causes after the first that are worth a mention."""
    return tuple(cause for cause in causes[1:] if cause.confidence >= least)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _quoted(value: str) -> str:
    return f"“{cut(one_line(value), 80)}”"


def sole_token(report: Report) -> TokenFacts | None:
    """The one token of the report that can be read; None when there are several, since any may be meant."""
    shown = [one.token for one in report.presented if one.token and not one.token.fault and one.dpop_nonce is None]
    return shown[0] if shown and all(token == shown[0] for token in shown) else None


def _token(diagnosis: Diagnosis) -> TokenFacts | None:
    return sole_token(diagnosis.report)


def _expired(diagnosis: Diagnosis) -> str | None:
    token = _token(diagnosis)
    end = expiry(token) if token else None
    return _ended("Your token", end, diagnosis) if end else None


def _ended(what: str, end: datetime, diagnosis: Diagnosis) -> str | None:
    """Says when it ended and how long before the request, as far as the request's time is known."""
    report = diagnosis.report
    used = report.at or report.posted_at
    if used <= end:
        return None
    told, late = f"{what} expired at {moment(end, used)}", lateness(end, report)
    return f"{told}, {late} before the request" if late else told


def lateness(end: datetime, report: Report) -> str | None:
    """How long before the request something ended: `about 3 hours`; None where the request's time does not tell."""
    slack = report.at_precision_s
    if report.at is None or slack is None:
        return None
    late = (report.at - end).total_seconds()
    if late <= max(slack, 0):
        return None
    return f"{'about ' if slack > late / 10 else ''}{duration(late)}"


def _link_expired(diagnosis: Diagnosis) -> str | None:
    link: LinkFacts | None = next((link for link in diagnosis.report.links if link.expires_at), None)
    return _ended("The link", link.expires_at, diagnosis) if link and link.expires_at else None


def _key(diagnosis: Diagnosis) -> str | None:
    token = _token(diagnosis)
    return (
        f"Your token is signed with the key {_quoted(token.kid)}, which the service does not know"
        if (token and token.kid)
        else None
    )


def _algorithm(diagnosis: Diagnosis) -> str | None:
    token = _token(diagnosis)
    return (
        f"Your token is signed with {_quoted(token.alg)}, which the service does not accept"
        if (token and token.alg)
        else None
    )


def _audience(diagnosis: Diagnosis) -> str | None:
    token = _token(diagnosis)
    if token is None:
        return None
    if not token.aud:
        return "Your token names no audience, and this service wants to be named"
    return f"Your token is made for {', '.join(map(_quoted, token.aud[:3]))}, not for this service"


def _issuer(diagnosis: Diagnosis) -> str | None:
    token = _token(diagnosis)
    return (
        f"Your token comes from {_quoted(token.iss)}, and this service trusts another issuer"
        if (token and token.iss)
        else None
    )


_CONCRETE: Mapping[str, Callable[[Diagnosis], str | None]] = {
    "token_expired": _expired,
    "signed_url_expired": _link_expired,
    "unknown_signing_key": _key,
    "wrong_algorithm": _algorithm,
    "wrong_audience": _audience,
    "wrong_issuer": _issuer,
}
"""The first half of the sentence with the values at hand; None where they do not carry it."""
