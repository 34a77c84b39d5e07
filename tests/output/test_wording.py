from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from bot import wording
from bot.durations import duration
from bot.model import Diagnosis, LinkFacts, Role
from knowledge.causes import causes
from tests.blocks.samples import EXPIRED, FAILED, POSTED, REPORT, TOKEN, UNKNOWN, cause, evidence

ASIDE = "The address was not asked: api.example.org is not a host that services.yaml names"


def first(cause_id: str, confidence: float = 0.9) -> Diagnosis:
    return replace(EXPIRED, causes=(cause(cause_id, confidence),))


@pytest.mark.parametrize("cause_id", sorted(causes()))
def test_a_sentence_is_short_and_ends(cause_id: str) -> None:
    for reader in get_args(Role):
        told = wording.sentence(first(cause_id), reader)
        assert told.endswith(".") and ".." not in told and told.count(". ") == 1 and len(told) < 240


def test_an_expired_token_is_told_with_its_times() -> None:
    assert wording.sentence(EXPIRED) == (
        "Your token expired at 23:39:25 UTC, 12 seconds before the request. Sign in again or refresh it."
    )


@pytest.mark.parametrize(
    ("at", "precision", "told"),
    [
        (None, None, "Your token expired at 23:39:25 UTC."),
        (FAILED, 60.0, "Your token expired at 23:39:25 UTC."),
        (FAILED + timedelta(hours=3), 1800.0, "Your token expired at 2026-09-19 23:39:25 UTC, about 3 hours before"),
        (FAILED - timedelta(minutes=5), 1.0, "Your token has expired."),
    ],
)
def test_no_more_is_claimed_than_the_times_carry(at: datetime | None, precision: float | None, told: str) -> None:
    report = replace(REPORT, at=at, at_precision_s=precision)
    assert wording.sentence(replace(EXPIRED, report=report)).startswith(told)


def test_with_two_different_tokens_neither_is_named() -> None:
    shown = REPORT.presented[0]
    other = replace(shown, token=replace(TOKEN, exp=TOKEN.iat))
    report = replace(REPORT, presented=(shown, other))
    assert wording.sentence(replace(EXPIRED, report=report)).startswith("Your token has expired.")


@pytest.mark.parametrize("exp", [10**18, -(10**15)])
def test_an_impossible_date_is_left_out(exp: int) -> None:
    shown = replace(REPORT.presented[0], token=replace(TOKEN, exp=exp))
    report = replace(REPORT, presented=(shown,))
    assert wording.sentence(replace(EXPIRED, report=report)).startswith("Your token has expired.")


@pytest.mark.parametrize(
    ("cause_id", "told"),
    [
        ("unknown_signing_key", "signed with the key “2026-08”"),
        ("wrong_algorithm", "signed with “RS256”"),
        ("wrong_audience", "made for “https://orders.example.com”"),
        ("wrong_issuer", "comes from “https://id.example.com/”"),
    ],
)
def test_what_the_token_shows_is_named(cause_id: str, told: str) -> None:
    assert told in wording.sentence(first(cause_id))


def test_an_expired_link_is_told_with_its_time() -> None:
    link = LinkFacts(kind="S3", host="b.example.com", path="/f", expires_at=FAILED - timedelta(days=2, hours=1))
    told = wording.sentence(replace(first("signed_url_expired"), report=replace(REPORT, links=(link,))))
    assert told.startswith("The link expired at 2026-09-17 22:39:37 UTC, 2 days before the request.")


def test_doubt_comes_first() -> None:
    assert wording.sentence(first("session_expired", 0.4)) == "Possible: Your session has ended. Sign in again."
    assert wording.sentence(UNKNOWN) == "I don't know yet why this was refused."


def test_a_cause_that_nobody_worded_is_told_by_its_title() -> None:
    assert wording.sentence(replace(EXPIRED, causes=(cause("moon_phase", title="The moon is full"),))) == (
        "The moon is full."
    )


@pytest.mark.parametrize(
    ("confidence", "word", "number"),
    [
        (1.0, "Almost certain", "over 99\u00a0%"),
        (0.8, "Very likely", "80\u00a0%"),
        (0.6, "Likely", "60\u00a0%"),
        (0.35, "Possible", "35\u00a0%"),
        (0.0, "A guess", "under 1\u00a0%"),
    ],
)
def test_certainty_in_words_and_numbers(confidence: float, word: str, number: str) -> None:
    assert (wording.certainty(confidence), wording.percent(confidence)) == (word, number)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.4, "less than a second"),
        (1, "1 second"),
        (-60, "1 minute"),
        (90, "90 seconds"),
        (3599, "59 minutes"),
        (3600, "1 hour"),
        (3661, "61 minutes"),
        (7200, "2 hours"),
        (86_400, "1 day"),
        (90_000, "25 hours"),
        (172_800, "2 days"),
    ],
)
def test_durations(seconds: float, told: str) -> None:
    assert duration(seconds) == told


def test_moments_are_told_in_utc() -> None:
    at = datetime.fromisoformat("2026-09-20T01:39:37+02:00")
    assert wording.moment(at, POSTED) == "23:39:37 UTC"
    assert wording.moment(at, datetime(2026, 9, 20, 1, tzinfo=UTC)) == "2026-09-19 23:39:37 UTC"


def test_what_everybody_reads_holds_no_log_text_and_no_other_claim() -> None:
    told = [
        wording.public(evidence("says.token_expired", "log", "user somebody@example.com refused")),
        wording.public(evidence("token.claim_missing", "token", "employee_id is 4711")),
        wording.public(evidence("history.same_incident", "history", "somebody@example.com has it too")),
        wording.public(evidence("token.other_environment", "token", "env is secret-lab")),
    ]
    assert not any(word in line for line in told for word in ("somebody", "4711", "secret-lab"))
    assert wording.public(evidence("token.expired", "token", "exp is 23:39:25")) == "exp is 23:39:25"


@pytest.mark.parametrize(
    "note",
    [
        "/var/log/app.log could not be read",
        "could not open 'old.log.gz'",
        "see ./conf/services.yaml",
        r"C:\logs\x",
        "Give one with --logs",
    ],
)
def test_notes_on_files_are_not_for_everybody(note: str) -> None:
    assert wording.public_notes((note, ASIDE)) == (ASIDE,)
