from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.engine.diagnose import diagnose
from bot.engine.question import entropy
from bot.engine.score import (
    CAP,
    CARRIED,
    CIRCUMSTANTIAL,
    DECISIVE,
    SLIGHT,
    UNKNOWN,
    Score,
    confidences,
    gather,
    score,
    temperature,
    weight,
)
from bot.model import TRUST, Collected, Evidence, Finding, Report, Source, Tie
from knowledge.causes import causes
from knowledge.findings import findings

REPORT = Report(text="401", posted_at=datetime(2026, 11, 20, tzinfo=UTC))
KINDS = findings()


def finding(name: str, trust: float = 1.0) -> Finding:
    return Finding(id=name, source="log", text=f"saw {name}", trust=trust)


some_findings = st.lists(
    st.builds(finding, st.sampled_from(sorted(KINDS)), st.floats(0.05, 1.0)), max_size=12, unique_by=lambda f: f.id
)


def test_without_evidence_it_does_not_know_and_asks() -> None:
    answer = diagnose(REPORT, [])
    assert not answer.known
    assert answer.next_step is not None
    assert answer.causes[0].confidence < 0.2


def test_plain_words_of_the_server_settle_it() -> None:
    answer = diagnose(REPORT, [Collected((finding("says.token_expired"), finding("token.expired")))])
    first = answer.causes[0]
    assert (first.id, answer.known) == ("token_expired", True)
    assert first.confidence > 0.9
    assert {e.finding for e in first.evidence} == {"says.token_expired", "token.expired"}


def test_what_rules_out_a_cause_speaks_against_it() -> None:
    evidence = gather([Collected((finding("says.token_expired"), finding("token.in_date")))], KINDS)
    scored = score(causes()["token_expired"], evidence)
    assert [e.finding for e in scored.evidence if e.weight < 0] == ["token.in_date"]


def test_what_was_looked_for_in_vain_counts_and_what_was_not_does_not() -> None:
    cause = causes()["preflight_rejected"]
    looked = gather([Collected(looked_for=frozenset({"probe.preflight_refused"}))], KINDS)
    assert weight(cause, looked[0]) < 0
    assert gather([Collected()], KINDS) == ()


def test_restatements_of_one_fact_count_less_each_time() -> None:
    cause = causes()["bad_password"]
    one = score(cause, gather([Collected((finding("says.login_failed"),))], KINDS)).score
    names = ("says.login_failed", "says.password_wrong", "says.user_unknown")
    three = score(cause, gather([Collected(tuple(map(finding, names)))], KINDS)).score
    alone = sum(weight(cause, s) for s in gather([Collected(tuple(map(finding, names)))], KINDS))
    assert one < three < one + alone - weight(cause, gather([Collected((finding(names[0]),))], KINDS)[0])


def test_the_most_trusted_sighting_of_a_finding_counts() -> None:
    seen = gather([Collected((finding("token.expired", 0.3),)), Collected((finding("token.expired", 0.9),))], KINDS)
    assert [s.trust for s in seen] == [0.9]


def leading(*weights: float, source: Source = "pasted", name: str = "x") -> Score:
    evidence = tuple(Evidence(finding=name, source=source, text="x", weight=w) for w in weights)
    return replace(score(causes()["token_expired"], ()), evidence=evidence)


def test_one_circumstance_is_believed_less_than_what_carries_a_cause() -> None:
    assert temperature(leading(1.5)) == CIRCUMSTANTIAL
    assert temperature(leading(1.5, SLIGHT / 2, -2.0, -2.0)) == CIRCUMSTANTIAL
    assert temperature(leading(DECISIVE)) == CARRIED
    assert temperature(leading(0.4, 0.5, 2.1)) == CARRIED
    assert temperature(leading(0.4, 0.5, 0.6)) == CIRCUMSTANTIAL, "circumstances alone, none of which tells"
    assert temperature(leading(1.5, source="log", name="says.token_expired")) == CARRIED
    assert temperature(leading(-1.5, source="log", name="says.token_expired")) == CIRCUMSTANTIAL
    assert temperature(leading(1.5, source="log", name="log.others_ok")) == CIRCUMSTANTIAL, (
        "who else passes says little"
    )
    assert temperature(leading()) == CIRCUMSTANTIAL
    assert temperature(leading(0.4, 0.5, 0.6, source="report")) == CIRCUMSTANTIAL, "what one person says is one"


def test_an_answer_is_no_surer_than_that_the_line_is_the_reporters() -> None:
    said = finding("says.token_expired")
    sure, open_ = (diagnose(REPORT, [Collected((said,), tie=Tie(share))]).causes[0] for share in (1.0, 0.6))
    assert sure.confidence > 0.95
    assert (open_.id, open_.confidence < 0.65) == ("token_expired", True)
    stands = diagnose(REPORT, [Collected((said, replace(finding("token.expired"), source="token")), tie=Tie(0.6))])
    assert stands.causes[0].confidence > 0.95, "what stands without the line is not doubted with it"


def seen_as(name: str, source: Source) -> Finding:
    return replace(finding(name, TRUST[source]), source=source)


def test_what_is_seen_of_another_request_than_the_refused_one_makes_nobody_sure() -> None:
    inferred = replace(seen_as("request.scheme_not_offered", "pasted"), trust=0.5)
    alone = diagnose(REPORT, [Collected((inferred,))]).causes[0]
    assert (alone.id, 0.7 < alone.confidence < 0.8) == ("wrong_scheme", True)
    borne_out = diagnose(REPORT, [Collected((inferred, finding("log.credentials_arrived")))]).causes[0]
    assert (borne_out.id, borne_out.confidence > 0.9) == ("wrong_scheme", True), "the request's own line bears it out"
    asked_now = diagnose(REPORT, [Collected((seen_as("says.claim_missing", "probe"),))]).causes[0]
    told_then = diagnose(REPORT, [Collected((seen_as("says.claim_missing", "pasted"),))]).causes[0]
    assert asked_now.confidence < 0.8 < told_then.confidence


def test_what_is_put_together_from_single_words_makes_nobody_sure() -> None:
    words = finding("says.key_invalid", 0.6)
    sentence, composed = (
        diagnose(REPORT, [Collected((said,))]).causes[0] for said in (words, replace(words, composed=True))
    )
    assert composed.id == sentence.id == "bad_api_key"
    assert composed.confidence < 0.75 < sentence.confidence
    known = diagnose(REPORT, [Collected((replace(words, composed=True), finding("log.placeholder_key")))]).causes[0]
    assert known.confidence > 0.95, "what stands without the words is not doubted with them"


def test_doubt_of_what_leads_leaves_the_order() -> None:
    answer = diagnose(REPORT, [Collected((seen_as("probe.open", "probe"), seen_as("says.login_failed", "pasted")))])
    confidence = [cause.confidence for cause in answer.causes]
    assert confidence == sorted(confidence, reverse=True)


def test_a_higher_temperature_makes_less_of_the_same_scores() -> None:
    scores = {"token_expired": 4.0, "bad_password": 1.0}
    cold, warm = confidences(scores, CARRIED), confidences(scores, CIRCUMSTANTIAL)
    assert cold["token_expired"] > warm["token_expired"] > warm["bad_password"] > cold["bad_password"]


@given(some_findings)
def test_confidences_are_probabilities_and_sorted(some: list[Finding]) -> None:
    answer = diagnose(REPORT, [Collected(tuple(some))])
    values = [c.confidence for c in answer.causes]
    assert values == sorted(values, reverse=True)
    assert 0 < sum(values) <= 1 + 1e-9
    assert answer == diagnose(REPORT, [Collected(tuple(some))])


@given(some_findings)
def test_no_weight_is_beyond_its_cap(some: list[Finding]) -> None:
    for seen in gather([Collected(tuple(some))], KINDS):
        for cause in causes().values():
            decisive = seen.kind.id in cause.proves | cause.rules_out
            assert abs(weight(cause, seen)) <= (DECISIVE if decisive else CAP) + 1e-9


@given(st.dictionaries(st.sampled_from(sorted(causes())), st.floats(-30, 30), min_size=1))
def test_a_higher_score_is_a_higher_confidence(scores: dict[str, float]) -> None:
    values = confidences(scores)
    assert abs(sum(values.values()) - 1) < 1e-9
    assert UNKNOWN in values
    ranked = sorted(scores, key=lambda name: scores[name])
    assert all(values[a] <= values[b] for a, b in pairwise(ranked))


def test_entropy_of_a_coin_is_one_bit() -> None:
    assert abs(entropy([0.5, 0.5]) - 0.6931471805599453) < 1e-12
    assert entropy([1.0, 0.0]) == 0
