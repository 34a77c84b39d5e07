"""What is asked where the evidence does not carry an answer: something that can be answered and is not known yet."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.engine.diagnose import diagnose
from bot.engine.score import gather
from bot.model import TRUST, Collected, Diagnosis, Finding, Report, Source
from bot.reading.answered import collect
from knowledge.findings import findings
from knowledge.questions import for_users, questions

REPORT = Report(text="our script gets 401", posted_at=datetime(2026, 11, 20, tzinfo=UTC))
VISITOR = replace(REPORT, text="I cannot log in to the portal")


def finding(name: str, source: Source = "probe") -> Finding:
    return Finding(id=name, source=source, text=name, trust=0.5)


def asked(*names: str, report: Report = REPORT) -> Diagnosis:
    return diagnose(report, [Collected(tuple(map(finding, names))), collect(report)])


@pytest.mark.parametrize(
    ("question", "known"),
    [
        ("token", "request.sent_password"),
        ("token", "token.opaque"),
        ("who", "log.others_ok"),
        ("before", "log.caller_ok_before"),
        ("idle", "request.sent_key"),
    ],
)
def test_what_is_known_or_leaves_nothing_to_answer_is_not_asked(question: str, known: str) -> None:
    one = questions()[question]
    given = one.given or frozenset({"probe.refuses"})
    assert one.open(given, frozenset()) and not one.open(given | {known}, frozenset())


def test_a_token_is_asked_for_only_where_there_is_one() -> None:
    assert not questions()["token"].open(frozenset(), frozenset())
    assert questions()["token"].open(frozenset({"probe.wants_token"}), frozenset())


def test_what_was_looked_for_in_vain_leaves_a_question_open_but_its_own_answer_does_not() -> None:
    clock = questions()["clock"]
    assert clock.open(frozenset(), frozenset({"response.clock_off"}))
    assert not clock.open(frozenset(), frozenset({"report.clock_off"}))


def test_a_denial_is_believed_as_far_as_what_is_affirmed() -> None:
    for at in (0, 1):
        seen = gather([collect(replace(REPORT, answered=(("before", at),)))], findings())
        assert sorted(one.present for one in seen) == [False, True]
        assert {one.trust for one in seen} == {TRUST["answer"]}


def test_one_answer_makes_no_cause_certain() -> None:
    before = asked("says.token_invalid", "log.caller_never_ok").causes[0].confidence
    answered = replace(REPORT, answered=(("before", 0),))
    after = asked("says.token_invalid", "log.caller_never_ok", report=answered).causes[0].confidence
    assert after < before + 0.35


def test_that_nobody_else_is_hit_speaks_for_no_cause_which_most_are_of_one_caller_alone() -> None:
    def confidences(*answers: tuple[str, int]) -> dict[str, float]:
        report = replace(VISITOR, answered=answers)
        known = Collected((finding("probe.wants_password"), finding("probe.refuses")))
        return dict(diagnose(report, [known, collect(report)]).standing)

    before, only_me = confidences(), confidences(("who", 1))
    for name in ("bad_password", "account_blocked"):
        assert only_me[name] == pytest.approx(before[name], abs=0.02)


@pytest.mark.parametrize("report", [REPORT, VISITOR])
def test_where_nothing_would_tell_more_the_whole_answer_is_asked_for(report: Report) -> None:
    every = tuple((name, len(question.answers) - 1) for name, question in questions().items() if question.answers)
    step = diagnose(report, [collect(replace(report, answered=every))]).next_step
    told = (for_users() if report is VISITOR else questions())["shown"]
    assert step is not None and (step.text, step.answers) == (told.text, ())


def test_where_the_servers_clock_speaks_the_callers_is_asked_about() -> None:
    said = (finding("says.request_time_skewed", "log"), finding("says.claim_missing", "log"))
    step = diagnose(REPORT, [Collected(said)]).next_step
    assert step is not None and step.id == "clock"
