"""What people answered to questions -> findings: the answer's own is there, those of the others are not.

The question's words are not read with the answer: "Does it work with another client? It fails there too" holds the
words of either answer.
"""

from __future__ import annotations

import re

from bot.model import TRUST, Collected, Finding, NextStep, Report
from knowledge.questions import questions

_YES = re.compile(r"(?i)(?:yes|yep|yeah|yup|ja|oui|sí|si)\b")
_NO = re.compile(r"(?i)(?:no|nope|nein|non)\b")
_WORD = re.compile(r"\w+")
_NAME = re.compile(
    r"(?i)(?:(?:it (?:was|is)|it's|as|with|my (?:user ?)?name is|user(?: ?name)?:?|ich bin|mit) )?"
    r"[\"'`]?(?P<name>[^\s\"'`<>]{2,80})[\"'`]?[.!]?"
)
USER_ASKED = "which_user"


def collect(report: Report) -> Collected:
    """The findings of all answers. One that means no finding says that none of the others is true."""
    found: list[Finding] = []
    looked_for: set[str] = set()
    for name, at in report.answered:
        question = questions().get(name)
        if question is None or not 0 <= at < len(question.answers):
            continue
        words, finding = question.answers[at]
        looked_for |= {other for _, other in question.answers if other}
        if finding:
            text = f'Asked "{question.text}", the reporter answers "{words}"'
            found.append(Finding(id=finding, source="report", text=text, trust=TRUST["report"]))
    return Collected(findings=tuple(found), looked_for=frozenset(looked_for))


def understood(step: NextStep | None, words: str) -> int | None:
    """Which of a question's likely answers the words are, alone or with a word or two around; None: none for sure."""
    if step is None or not step.answers:
        return None
    said = _plain(words)
    exact = [at for at, answer in enumerate(step.answers) if _plain(answer) == said]
    if exact:
        return exact[0]
    if len(said.split()) > 4:
        return None
    for kind in (_YES, _NO):
        same = [at for at, answer in enumerate(step.answers) if kind.match(answer)]
        if len(same) == 1 and kind.match(words.strip()):
            return same[0]
    near = [at for at, answer in enumerate(step.answers) if said and f" {said} " in f" {_plain(answer)} "]
    return near[0] if len(near) == 1 else None


def user_named(step: NextStep | None, words: str) -> str | None:
    """The user name that is all there is of an answer to the question for one: `mira`, `It was mira@acme.test.`"""
    named = _NAME.fullmatch(words.strip()) if step is not None and step.id == USER_ASKED else None
    return named["name"].rstrip(".") if named else None


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))
