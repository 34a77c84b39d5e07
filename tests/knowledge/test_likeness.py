"""What texts read like, by the words in them."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from knowledge.causes import causes
from knowledge.findings import findings
from knowledge.likeness import DIGITS, FILE, STEP, rare, wording, words, written


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("our job presents a token whose exp is long past; jwt expired, nobody asked for a new one", "token_expired"),
        (
            "WAF rule matched: source address not on the allowlist, blocked at the edge. From the VPN it works",
            "network_blocked",
        ),
        (
            "Das Konto wurde nach zu vielen Versuchen gesperrt, account locked until unlocked by an admin",
            "account_blocked",
        ),
        (
            "the callback's client_secret is refused: invalid_client, client authentication failed at /oauth/token",
            "client_auth_failed",
        ),
        (
            "Signature does not match: string to sign, canonical request, hmac over the body of the webhook",
            "request_signature_mismatch",
        ),
    ],
)
def test_a_refusal_in_words_of_its_own_reads_like_its_cause(text: str, cause: str) -> None:
    shares = wording(text).likeness().shares
    assert max(shares, key=lambda name: shares[name]) == cause


@pytest.mark.parametrize("text", ["", "4711", "xqzzt vrrblk", "!!! ???"])
def test_what_holds_no_known_word_reads_like_nothing_much(text: str) -> None:
    read = wording(text)
    assert max(read.likeness().shares.values()) < 0.15
    assert not any(map(read.telling, causes()))


def test_the_words_that_tell_are_named_and_are_the_texts_own() -> None:
    text = "the access token has expired, refresh it"
    told = wording(text).telling("token_expired")
    assert told[0] == "expired"
    assert set(told) <= set(words(text))


@pytest.mark.parametrize(
    ("finding", "cause"),
    [
        ("says.token_expired", "token_expired"),
        ("says.idp_unreachable", "identity_provider_down"),
        ("log.alternates", "service_misconfigured"),
        ("says.proxy_auth_required", "proxy_auth_required"),
    ],
)
def test_what_was_found_is_a_word_as_any_other(finding: str, cause: str) -> None:
    read = wording("since this morning the nightly import of orders gets 401")
    with_it, without = read.likeness([finding]), read.likeness()
    assert with_it.shares[cause] > 2 * without.shares[cause]
    assert with_it.power == without.power
    assert read.likeness([finding, finding, "no.such_finding"]) == with_it


def test_findings_are_told_apart_from_words() -> None:
    assert not [name for name in findings() if name in words(name)]


@given(st.text(max_size=400))
def test_any_text_is_read_without_harm(text: str) -> None:
    read = wording(text)
    shares = read.likeness().shares
    assert shares.keys() == causes().keys()
    assert sum(shares.values()) == pytest.approx(1)
    assert all(set(told) <= set(words(text)) for told in map(read.telling, causes()))


def test_words_are_told_apart_in_every_way_of_writing() -> None:
    assert words("tokenExpired x509 期限切れ: 401 of 4012") == ("token", "expired", "期限", "限切", "切れ", "401", "of")


@given(st.floats(min_value=-12, max_value=19.7))
def test_a_weight_is_kept_within_half_a_step(weight: float) -> None:
    read = (DIGITS.index(written(weight)) - DIGITS.index(written(0))) * STEP
    assert abs(read - weight) <= STEP / 2 + 1e-9


def test_the_file_is_whole() -> None:
    head, bias, *lines = FILE.read_text(encoding="utf-8").splitlines()
    assert head.split() == sorted(causes())
    assert len(bias) == len(causes())
    assert {len(line.split("\t")[1]) for line in lines} == {len(rare(1)) + len(bias)}
    assert len(lines) > 5_000


@pytest.mark.parametrize("cause", sorted(causes()))
def test_each_cause_has_accounts_to_learn_from(cause: str) -> None:
    path = FILE.with_name("accounts") / f"{cause}.yaml"
    accounts = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    assert len(accounts) >= 60
    assert all(account.keys() <= {"from", "report", "lines"} and account["report"].strip() for account in accounts)
