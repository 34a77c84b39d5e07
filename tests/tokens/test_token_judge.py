"""Tokens and links against what the service wants."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Exchange, LinkFacts, Presented, Report, TokenFacts
from bot.services import Service
from bot.tokens.claims import near_miss
from bot.tokens.environment import environment_of
from bot.tokens.judge import judge

POSTED = datetime(2026, 11, 20, 23, 45, tzinfo=UTC)
AT = datetime(2026, 11, 20, 23, 41, tzinfo=UTC)
EXP = int(AT.timestamp())
SERVICE = Service(
    name="billing",
    hosts=("billing.test",),
    environment="production",
    issuer="https://id.test/",
    audience=("billing-api",),
    algorithms=("RS256",),
    required_claims=("tenant",),
)
TOKEN = TokenFacts(
    segments=3,
    length=700,
    alg="RS256",
    kid="k1",
    iss="https://id.test/",
    aud=("billing-api",),
    exp=EXP + 600,
    iat=EXP - 600,
    scopes=("read",),
    claim_names=("iss", "aud", "exp", "iat", "scope", "tenant"),
)


def report(
    token: TokenFacts | None = None,
    *,
    at: datetime | None = AT,
    precision: float = 2,
    links: tuple[LinkFacts, ...] = (),
    exchanges: tuple[Exchange, ...] = (),
) -> Report:
    sent = Presented(place="authorization", name="Authorization", scheme="Bearer", kind="jwt", token=token)
    return Report(
        text="",
        posted_at=POSTED,
        host="billing.test",
        url="https://billing.test/x",
        at=at,
        at_precision_s=precision if at else None,
        presented=(sent,) if token else (),
        links=links,
        exchanges=exchanges,
    )


def found(report_: Report, service: Service | None = SERVICE) -> dict[str, str]:
    return {f.id: f.text for f in judge(report_, service).findings}


def test_a_token_that_fits() -> None:
    assert found(report(TOKEN)).keys() == {"token.in_date", "token.matches_service"}


CHANGES = {
    "token.expired": replace(TOKEN, exp=EXP - 3480),
    "token.not_yet_valid": replace(TOKEN, nbf=EXP + 90),
    "token.issued_in_future": replace(TOKEN, iat=EXP + 90),
    "token.audience_mismatch": replace(TOKEN, aud=("catalog-api",)),
    "token.audience_missing": replace(TOKEN, aud=()),
    "token.issuer_mismatch": replace(TOKEN, iss="https://evil.example/"),
    "token.issuer_near_miss": replace(TOKEN, iss="https://id.test"),
    "token.algorithm_not_allowed": replace(TOKEN, alg="HS256"),
    "token.algorithm_none": replace(TOKEN, alg="none"),
    "token.key_unknown": replace(TOKEN, signature="unknown_key"),
    "token.signature_invalid": replace(TOKEN, signature="invalid"),
    "token.signature_valid": replace(TOKEN, signature="valid"),
    "token.truncated": replace(TOKEN, truncated=True),
    "token.malformed": replace(TOKEN, fault="4 segments"),
    "token.is_id_token": replace(TOKEN, aud=("web-client",), scopes=(), claim_names=("nonce", "at_hash", "email")),
    "token.is_refresh_token": replace(TOKEN, claims=(("token_type", "refresh"),)),
    "token.claim_missing": replace(TOKEN, claim_names=("iss", "aud")),
    "token.proof_bound": replace(TOKEN, binding="jkt"),
    "token.other_environment": replace(TOKEN, iss="https://id.staging.test/"),
}


@pytest.mark.parametrize("finding", CHANGES)
def test_what_one_change_shows(finding: str) -> None:
    seen = found(report(CHANGES[finding]))
    assert finding in seen
    if finding not in ("token.signature_valid", "token.proof_bound"):
        assert "token.matches_service" not in seen


def test_sentences_name_the_values() -> None:
    assert (
        found(report(CHANGES["token.audience_mismatch"]))["token.audience_mismatch"]
        == "The token's audience is catalog-api; billing wants billing-api"
    )
    assert (
        found(report(CHANGES["token.expired"]))["token.expired"]
        == "The token had expired 58 minutes before the request (exp 2026-11-20 22:43:00 UTC)"
    )


@pytest.mark.parametrize(
    ("age", "precision", "expected"), [(30, 2, True), (30, 60, False), (400, 300, True), (200, 300, False)]
)
def test_expiry_is_judged_at_the_time_of_the_request_and_within_its_precision(
    age: int, precision: float, expected: bool
) -> None:
    assert ("token.expired" in found(report(replace(TOKEN, exp=EXP - age), precision=precision))) is expected


@pytest.mark.parametrize(
    ("token", "finding"),
    [
        (replace(TOKEN, exp=EXP - 20), "token.expired"),
        (replace(TOKEN, nbf=EXP + 20), "token.not_yet_valid"),
        (replace(TOKEN, iat=EXP + 20), "token.issued_in_future"),
    ],
)
def test_dates_within_the_leeway_of_the_service_are_no_fault(token: TokenFacts, finding: str) -> None:
    assert finding in found(report(token), replace(SERVICE, leeway_s=10))
    assert finding not in found(report(token), replace(SERVICE, leeway_s=30))


def test_without_a_time_only_what_is_beyond_doubt() -> None:
    posted = int(POSTED.timestamp())
    assert "token.expired" not in found(report(replace(TOKEN, exp=posted - 300), at=None))
    assert "token.expired" in found(report(replace(TOKEN, exp=posted - 3600), at=None))


def test_without_a_service_nothing_is_compared() -> None:
    seen = judge(report(replace(TOKEN, iss="https://else.test", aud=("x",))), None)
    assert {f.id for f in seen.findings} == {"token.in_date"}
    assert not {"token.audience_mismatch", "token.issuer_mismatch", "token.claim_missing"} & seen.looked_for


def test_a_scope_that_the_challenge_asks_for() -> None:
    challenge = Exchange(
        status=401, response_headers=(("WWW-Authenticate", 'Bearer error="insufficient_scope", scope="write"'),)
    )
    assert (
        found(report(TOKEN, exchanges=(challenge,)))["token.scope_missing"] == "The token has read; asked for is write"
    )


def test_services_that_want_id_tokens_get_them() -> None:
    kubernetes = Service(name="k", hosts=("billing.test",), issuer="https://id.test/", username_claim="email")
    token = replace(TOKEN, scopes=(), claim_names=("nonce", "email", "iss", "aud", "exp"))
    assert "token.is_id_token" not in found(report(token), kubernetes)
    assert "email_verified" in found(report(token), kubernetes)["token.claim_missing"]


def test_an_opaque_token_where_a_jwt_is_wanted() -> None:
    opaque = Presented(
        place="authorization", name="Authorization", scheme="Bearer", kind="opaque", vendor="Google OAuth access token"
    )
    assert found(replace(report(), presented=(opaque,))).keys() == {"token.opaque", "token.opaque_where_jwt"}
    assert found(replace(report(), presented=(opaque,)), None).keys() == {"token.opaque"}


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [
        ("https://id.test", "https://id.test/", "the trailing slash"),
        ("http://id.test/", "https://id.test/", "http and https"),
        ("https://ID.test/", "https://id.test/", "upper and lower case"),
        ("id.test", "https://id.test/", "the https:// in front"),
        ("abc", "abc ", "white space"),
        ("api://abc", "abc", "the api:// in front"),
        (
            "https://sts.windows.net/t1/",
            "https://login.microsoftonline.com/t1/v2.0",
            "the version of the endpoint (v1.0 and v2.0)",
        ),
        ("https://login.microsoftonline.com/t2/v2.0", "https://login.microsoftonline.com/t1/v2.0", "the tenant"),
        ("https://id.test/", "https://other.test/", None),
    ],
)
def test_near_misses(one: str, other: str, difference: str | None) -> None:
    assert near_miss(one, other) == difference


@pytest.mark.parametrize(
    ("name", "environment"),
    [
        ("https://id.staging.acme.test/", "staging"),
        ("stg-2026", "staging"),
        ("id.acme.test", None),
        ("auth.acme.test-ACCESS-81", None),
        ("testnet.bnc.test", "test"),
        ("latest", None),
        ("Production", "production"),
        ("dev.shop.io", "development"),
        ("developer-portal", None),
    ],
)
def test_environments_by_name(name: str, environment: str | None) -> None:
    assert environment_of(name) == environment


LINK = LinkFacts(
    kind="expires and signature",
    host="billing.test",
    path="/f",
    expires_at=AT + timedelta(minutes=5),
    signature_length=40,
    signature_expected=40,
)
LINKS = {
    "link.in_date": LINK,
    "link.complete": LINK,
    "link.expired": replace(LINK, expires_at=AT - timedelta(minutes=5)),
    "link.not_yet_valid": replace(LINK, signed_at=AT + timedelta(minutes=5)),
    "link.signature_missing": replace(LINK, signature_length=None, missing=("signature",)),
    "link.signature_short": replace(LINK, signature_length=27),
    "link.re_encoded": replace(LINK, re_encoded=True),
}


@pytest.mark.parametrize("finding", LINKS)
def test_links(finding: str) -> None:
    assert finding in found(report(links=(LINKS[finding],)))
    assert ("link.complete" in found(report(links=(LINKS[finding],)))) is (
        finding in ("link.in_date", "link.complete", "link.expired", "link.not_yet_valid")
    )


def test_a_link_that_expired_in_the_minute_it_was_opened() -> None:
    assert "link.expired" in found(report(links=(replace(LINK, expires_at=AT + timedelta(seconds=32)),), precision=60))
