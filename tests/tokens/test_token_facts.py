"""Tokens and signed links taken apart, whole and broken."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services import Service
from bot.tokens.jwt_facts import read_jwt
from bot.tokens.keys import check, verifier
from bot.tokens.signed_links import read_link

CLAIMS = {
    "iss": "https://id.test/",
    "aud": ["a", "b"],
    "exp": 1795221692,
    "iat": 1795218092,
    "scope": "read write",
    "email": "kim@x.test",
    "cnf": {"jkt": "x"},
}


def test_a_whole_token(rsa_key: Any) -> None:
    facts = read_jwt(jwt.encode(CLAIMS, rsa_key, "RS256", {"kid": "rs-1"}))
    assert (facts.alg, facts.kid, facts.iss, facts.aud, facts.exp, facts.scopes) == (
        "RS256",
        "rs-1",
        "https://id.test/",
        ("a", "b"),
        1795221692,
        ("read", "write"),
    )
    assert (facts.segments, facts.fault, facts.truncated, facts.binding) == (3, None, False, "jkt")
    assert "email" in facts.claim_names
    assert "kim@x.test" not in repr(facts)


@pytest.mark.parametrize(
    ("change", "fault", "truncated"),
    [
        (lambda t: t, None, False),
        (lambda t: t[:-30], None, True),
        (lambda t: t[:-1], None, True),
        (lambda t: t.rpartition(".")[0], "two segments", True),
        (lambda t: t.partition(".")[0], "one segment", True),
        (lambda t: t + t, "the token stands twice", False),
        (lambda t: t + "." + t, "the token stands twice", False),
        (lambda t: t + ".abc", "4 segments", False),
        (lambda t: "x" + t, "header is not base64url JSON", False),
        (lambda t: t.partition(".")[0] + ".####." + t.rpartition(".")[2], "payload is not base64url JSON", False),
    ],
)
def test_what_is_wrong_with_the_form(rsa_key: Any, change: Any, fault: str | None, truncated: bool) -> None:
    facts = read_jwt(change(jwt.encode(CLAIMS, rsa_key, "RS256")))
    assert (facts.fault, facts.truncated) == (fault, truncated)


@given(st.text(max_size=60), st.lists(st.text(alphabet="eyJ.abcXYZ019_-=", max_size=40), max_size=5))
def test_nothing_breaks_the_reader(text: str, parts: list[str]) -> None:
    read_jwt(text)
    read_jwt(".".join(parts))


@given(
    st.dictionaries(
        st.sampled_from(["iss", "aud", "exp", "iat", "scope", "cnf", "env"]),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=9)),
            lambda c: st.lists(c, max_size=3) | st.dictionaries(st.text(max_size=3), c, max_size=2),
            max_leaves=4,
        ),
    )
)
def test_odd_claims_break_nothing(claims: dict[str, Any]) -> None:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    read_jwt(f"eyJhbGciOiJIUzI1NiJ9.{payload}.x")


def test_signatures(rsa_key: Any, other_rsa_key: Any, ec_key: Any, key_set: dict[str, Any]) -> None:
    assert check(jwt.encode(CLAIMS, rsa_key, "RS256", {"kid": "rs-1"}), key_set) == "valid"
    assert check(jwt.encode(CLAIMS, rsa_key, "PS256", {"kid": "rs-1"}), key_set) == "valid"
    assert check(jwt.encode(CLAIMS, ec_key, "ES256", {"kid": "ec-1"}), key_set) == "valid"
    assert check(jwt.encode(CLAIMS, rsa_key, "RS256"), key_set) == "valid"
    assert check(jwt.encode(CLAIMS, other_rsa_key, "RS256", {"kid": "rs-1"}), key_set) == "invalid"
    assert check(jwt.encode(CLAIMS, other_rsa_key, "RS256", {"kid": "stg-1"}), key_set) == "unknown_key"
    assert check(jwt.encode({"exp": 1}, rsa_key, "RS256", {"kid": "rs-1"}), key_set) == "valid"
    assert check(jwt.encode(CLAIMS, "k" * 32, "HS256"), key_set) == "unchecked"
    assert check(jwt.encode(CLAIMS, "", "none"), key_set) == "unchecked"


def test_a_public_key_is_never_a_shared_secret(key_set: dict[str, Any]) -> None:
    forged = jwt.encode(CLAIMS, key_set["keys"][0]["n"], "HS256", {"kid": "rs-1"})
    assert check(forged, key_set) == "unchecked"


def test_a_shared_secret_in_the_set_verifies() -> None:
    secret = {"kty": "oct", "k": base64.urlsafe_b64encode(b"k" * 32).decode().rstrip("=")}
    assert check(jwt.encode(CLAIMS, "k" * 32, "HS256"), {"keys": [secret]}) == "valid"


@pytest.mark.parametrize(
    "keys", [{}, {"keys": []}, {"keys": [1, {}, {"kty": "RSA"}, {"kty": "RSA", "kid": "rs-1", "n": "?", "e": "?"}]}]
)
def test_broken_key_sets_break_nothing(rsa_key: Any, keys: dict[str, Any]) -> None:
    assert check(jwt.encode(CLAIMS, rsa_key, "RS256", {"kid": "rs-1"}), keys) in ("unchecked", "invalid")


def test_each_host_has_its_own_keys(rsa_key: Any, key_set: dict[str, Any]) -> None:
    here = Service(name="here", hosts=("a.test",), jwks=key_set)
    there = Service(name="there", hosts=("b.test",), jwks_uri="https://id.test/jwks")
    raw = jwt.encode(CLAIMS, rsa_key, "RS256", {"kid": "rs-1"})
    assert verifier((there,), {}) is None
    verify = verifier((here, there), {"https://id.test/jwks": {"keys": key_set["keys"][1:]}})
    assert verify is not None
    assert (verify(raw, "a.test"), verify(raw, "b.test"), verify(raw, "c.test")) == (
        "valid",
        "unknown_key",
        "unchecked",
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


AMZ = (
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20261120%2Fr%2Fs3%2Faws4_requ"
    "est&X-Amz-Date=20261120T230000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host"
)
LINKS = {
    f"https://b.s3.test/k?{AMZ}&X-Amz-Signature={'a1' * 32}": (
        "S3 SigV4",
        "2026-11-21T00:00:00+00:00",
        64,
        64,
        (),
        False,
    ),
    f"https://b.s3.test/k?{AMZ}": ("S3 SigV4", "2026-11-21T00:00:00+00:00", None, 64, ("x-amz-signature",), False),
    f"https://b.s3.test/k?{AMZ}&X-Amz-Signature={'a1' * 9}": (
        "S3 SigV4",
        "2026-11-21T00:00:00+00:00",
        18,
        64,
        (),
        False,
    ),
    f"https://b.s3.test/k?AWSAccessKeyId=A&Expires=1795218932&Signature={'a' * 27}%3D": (
        "S3 V2",
        "2026-11-20T23:55:32+00:00",
        28,
        28,
        (),
        False,
    ),
    f"https://x.blob.test/c/f?sv=2022-11-02&st=2026-11-20T22:00:00Z&se=2026-11-20T23:00:00Z"
    f"&sr=b&sp=r&sig={'a' * 43}%3D": (
        "Azure SAS",
        "2026-11-20T23:00:00+00:00",
        44,
        44,
        (),
        False,
    ),
    f"https://cdn.test/f?Expires=1795218932&Key-Pair-Id=K&Signature={'a' * 342}": (
        "CloudFront",
        "2026-11-20T23:55:32+00:00",
        342,
        342,
        (),
        False,
    ),
    f"https://dl.test/f?expires=1795218932&signature={'a1' * 20}": (
        "expires and signature",
        "2026-11-20T23:55:32+00:00",
        40,
        40,
        (),
        False,
    ),
    f"https://dl.test/f?expires=1795218932&amp;signature={'a1' * 20}": (
        "expires and signature",
        "2026-11-20T23:55:32+00:00",
        40,
        40,
        (),
        True,
    ),
    f"https://dl.test/f?expires=1795218932&signature={'a1b' * 9}": (
        "expires and signature",
        "2026-11-20T23:55:32+00:00",
        27,
        32,
        (),
        False,
    ),
    "https://dl.test/f?expires=1795218932": (
        "expires and signature",
        "2026-11-20T23:55:32+00:00",
        None,
        None,
        ("signature",),
        False,
    ),
}


@pytest.mark.parametrize("url", LINKS)
def test_signed_links(url: str) -> None:
    kind, expires, length, expected, missing, re_encoded = LINKS[url]
    link = read_link(url)
    assert link is not None
    assert (link.kind, link.expires_at, link.signature_length, link.missing, link.re_encoded) == (
        kind,
        at(expires),
        length,
        missing,
        re_encoded,
    )
    assert link.signature_expected == expected


def test_a_timed_token_in_the_path() -> None:
    link = read_link("https://dl.test/s/eyJmIjoicm9hZG1hcC5wZGYiLCJ1IjoiY3luIn0.awDd1g.9QLO3Ve_LVGaC2GyYkZ8nJ")
    assert link is not None
    assert (link.kind, link.signed_at, link.path) == ("itsdangerous", at("2026-11-20T23:55:02+00:00"), "/s/…")
    assert (link.signature_length, link.signature_expected) == (22, 27)


@pytest.mark.parametrize(
    "url",
    [
        "https://a.test/x",
        "https://a.test/x?page=2&e=5",
        "https://a.test/x?exp=yes",
        "https://a.test/a.b.c",
        "https://[bad",
        "https://a.test/x?s=abc&e=1",
    ],
)
def test_plain_addresses_are_no_signed_links(url: str) -> None:
    assert read_link(url) is None


@given(st.text(alphabet="abc?&=%253A.:/;ampsigexpires0179+ ", max_size=120))
def test_no_link_breaks_the_reader(query: str) -> None:
    read_link(f"https://a.test/f?{query}")
    read_link(query)
