"""Schemes that a client speaks only when it was made or told to: Digest, Negotiate and NTLM answer a challenge.

Most programs that are given a user name and a password send them as Basic. A service that offers none but the others
refuses that, whatever the password, and logs it like a request without any; a browser, which speaks them, is let in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.model import Entry, Finding, Report
from bot.reading.scene import ABSENT, Scene, ok
from bot.reading.verdict import Check, Verdict
from knowledge.settings import pattern

SCHEMES = frozenset({"digest", "negotiate", "ntlm", "kerberos", "scram-sha-1", "scram-sha-256"})
SETS = r"(?<![\w-])[\"'`]?[\w.-]{0,30}%s[\"'`]?\s*[:=]\s*[\"'`\w*‹]"
"""A setting with a value, hidden or not."""
CHALLENGE = re.compile(r"(?im)^.*www-authenticate.*$")
LONGEST = 40_000
"""Characters of a report in which settings are looked for."""
SETTINGS_TRUST = 0.5
"""How far settings tell what is sent."""


def misfit(report: Report, wanted: frozenset[str], lines: Sequence[Entry]) -> Iterator[Finding]:
    """That the client's settings give a plain login where only such schemes are offered."""
    if not wanted or not wanted <= SCHEMES or not plain_login(report) or any(map(_spoken, lines)):
        return
    asked = " or ".join(sorted(wanted)).title()
    text = (
        f"The client is given a user name and a password, which most programs send as Basic; {asked} alone is offered"
    )
    yield Finding(id="request.scheme_not_offered", source="pasted", text=text, trust=SETTINGS_TRUST)


def plain_login(report: Report) -> bool:
    """Whether settings of the client hold a user name and a password, and nothing by which it would do more."""
    told = CHALLENGE.sub("", report.text[:LONGEST])
    shown = any(p.place == "authorization" for p in report.presented) or "Mozilla/" in (report.user_agent or "")
    return (
        not shown
        and all(pattern(SETS % kind).search(told) for kind in ("{logins}", "{passwords}"))
        and not pattern("{challenged}").search(told)
    )


def logged_for_others(scene: Scene) -> bool:
    """Whether the log names a scheme with requests, and only such a one with those that are let in."""
    told = [entry for entry in scene.peers if ok(entry) and _spoken(entry)]
    return bool(told) and len(told) == sum(map(ok, scene.peers))


def _others_answer(scene: Scene) -> Verdict:
    """Whether all that are let in name such a scheme where the refused request names none."""
    mine = scene.failing
    spoken = {k: v for e in scene.peers if ok(e) for k, v in e.fields if v.lower() in SCHEMES}
    if mine is None or not spoken or not logged_for_others(scene):
        return None
    name, scheme = next(iter(spoken.items()))
    bare = (mine.get(name) or "").lower() in ABSENT
    return f"Those that are let in sign in by {scheme.title()}; this request named no scheme" if bare else ""


def _spoken(entry: Entry) -> bool:
    return any(value.lower() in SCHEMES for _, value in entry.fields)


CHECKS: dict[str, Check] = {"log.others_answer_challenge": _others_answer}
