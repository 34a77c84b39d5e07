"""What people answered to questions -> findings: the answer's own is there, those of the others are not.

The question's words are not read with the answer: "Does it work with another client? It fails there too" holds the
words of either answer.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.model import TRUST, Collected, Finding, NextStep, Report
from knowledge.questions import questions

_YES = re.compile(r"(?i)(?:yes|yep|yeah|yup|ja|oui|sí|si)\b")
_NO = re.compile(r"(?i)(?:no|nope|nein|non)\b")
_CANNOT = re.compile(
    r"(?i)(?:sorry,? )?(?:i (?:really )?)?"
    r"(?:do ?n[o']?t know|do not know|no idea|ca(?:n ?no|n')t (?:tell|say)|not sure|"
    r"keine ahnung|weiß (?:ich )?nicht|je ne sais pas|no (?:lo )?sé)[.!, ]*(?:sorry)?[.!]?"
)
_WORD = re.compile(r"\w+")
_NAME = re.compile(
    r"(?i)(?:(?:it (?:was|is)|it's|(?:i (?:sign|log|signed|logged) in )?(?:as|with)|"
    r"my (?:(?:user ?)?name|login|account) is|user(?: ?name)?:?|ich bin|mit|als) )?"
    r"[\"'`]?(?P<name>[^\s\"'`<>]{2,80})[\"'`]?[.!]?"
)
USER_ASKED = "which_user"
OF_WHOSE = frozenset({"which_address", USER_ASKED, "which_time", "which_one"})
"""The questions which request of a log is the reporter's."""
TRIED_S = 30.0
"""How long ago somebody tried, at most about twice that, who says that they have just tried again, in seconds."""


def collect(report: Report) -> Collected:
    """The findings of all answers. One that means no finding says that none of the others is true."""
    found: list[Finding] = []
    denied: set[str] = set()
    for name, at in report.answered:
        question = questions().get(name)
        if question is None or not 0 <= at < len(question.answers):
            continue
        words, finding = question.answers[at]
        denied |= {other for _, other in question.answers if other}
        if finding:
            text = f'Asked "{question.text}", the reporter answers "{words}"'
            found.append(Finding(id=finding, source="answer", text=text, trust=TRUST["answer"]))
    return Collected(findings=tuple(found), denied=frozenset(denied))


def understood(step: NextStep | None, words: str) -> int | None:
    """Which of a question's likely answers the words are, alone or with a word or two around; None: none for sure.

    The number after the last one: that they cannot tell.
    """
    if step is None:
        return None
    if _CANNOT.fullmatch(words.strip()):
        return len(step.answers)
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


def pressed(step: NextStep | None, at: int, now: datetime) -> Report | None:
    """What is known when this of a question's likely answers is given; None: it has none of that number.

    The number after the last one says that they cannot tell: the question is settled by that, and nothing else is.
    """
    if step is None or not 0 <= at <= len(step.answers):
        return None
    return Report(text="", posted_at=now, answered=((step.id, at),))


def user_named(step: NextStep | None, words: str) -> str | None:
    """The user name that is all there is of an answer to the question for one: `mira`, `It was mira@acme.test.`"""
    named = _NAME.fullmatch(words.strip()) if step is not None and step.id == USER_ASKED else None
    return named["name"].rstrip(".") if named else None


def chosen(step: NextStep | None, at: int, *, by_person: bool = False) -> Report | None:
    """What is known when the request of that number is the reporter's; `by_person`: by somebody who saw whose it is.

    None: there is none of that number.
    """
    if step is None or not 0 <= at < len(step.among):
        return None
    one = step.among[at]
    users = (one.user,) if one.user and by_person else ()
    return Report(text="", posted_at=one.at, at=one.at, at_precision_s=1.0, users=users)


def tried(now: datetime) -> Report:
    """What is known when it failed once more just now."""
    return Report(text="", posted_at=now, at=now - timedelta(seconds=TRIED_S), at_precision_s=TRIED_S)


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))
