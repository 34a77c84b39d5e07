"""What pasted settings and code of a service want of a token."""

from datetime import UTC, datetime

import jwt
import pytest

from bot.intake import Attachment, read
from bot.services import Service
from bot.tokens.judge import judge
from bot.tokens.pasted_config import ASYMMETRIC, configured

POSTED = datetime(2026, 8, 3, 9, tzinfo=UTC)
CLAIMS = {"sub": "svc", "iss": "https://idp.test", "aud": "ledger", "iat": 1785743000, "exp": 1785830400}
TOKEN = jwt.encode(CLAIMS, "k" * 32, algorithm="HS256")
ISSUER, AUDIENCE = "https://idp.test/realms/a", ("ledger",)


def wanted(settings: str, service: Service | None = None) -> Service | None:
    attached = [Attachment("settings", settings.encode())]
    return configured(read(f"401 with {TOKEN}", posted_at=POSTED, attachments=attached), service)


@pytest.mark.parametrize(
    ("settings", "issuer", "audience", "algorithms"),
    [
        (
            "register(require('fastify-jwt-jwks'), { jwksUrl: 'https://idp.test/jwks', audience: 'ledger' })",
            None,
            AUDIENCE,
            ASYMMETRIC,
        ),
        (
            "spring:\n  resourceserver:\n    jwt:\n      issuer-uri: https://idp.test/realms/a\n      audiences:\n"
            "        - ledger\n",
            ISSUER,
            AUDIENCE,
            (),
        ),
        (
            "spring.security.oauth2.resourceserver.jwt.issuer-uri=https://idp.test/realms/a\n"
            "spring.security.oauth2.resourceserver.jwt.jws-algorithms=RS512\n",
            ISSUER,
            (),
            ("RS512",),
        ),
        (
            "o.TokenValidationParameters = new TokenValidationParameters {\n  ValidateIssuer = true,\n"
            '  ValidIssuer = "https://idp.test/realms/a",\n  ValidAudience = "ledger",\n'
            '  ValidAlgorithms = new[] { "RS256" },\n};',
            ISSUER,
            AUDIENCE,
            ("RS256",),
        ),
        (
            'SIMPLE_JWT = {\n  "ALGORITHM": "ES256",\n  "ISSUER": "https://idp.test/realms/a",\n  "JWK_URL": "x",\n}',
            ISSUER,
            (),
            ("ES256",),
        ),
        (
            'jwt.decode(token, key, algorithms=["RS256"], audience="ledger", issuer="https://idp.test/realms/a")',
            ISSUER,
            AUDIENCE,
            ("RS256",),
        ),
        (
            'jwt.ParseWithClaims(raw, c, kf, jwt.WithValidMethods([]string{"RS256"}), jwt.WithAudience("ledger"))',
            None,
            AUDIENCE,
            ("RS256",),
        ),
        (
            'JWTVerifier v = JWT.require(Algorithm.RSA256(keys)).withIssuer("https://idp.test/realms/a").build();',
            ISSUER,
            (),
            ("RS256",),
        ),
        (
            "jwt_authn:\n  providers:\n    p:\n      issuer: https://idp.test/realms/a\n"
            "      audiences:\n      - ledger\n"
            "      remote_jwks:\n        http_uri:\n          uri: https://idp.test/jwks\n",
            ISSUER,
            AUDIENCE,
            ASYMMETRIC,
        ),
        (
            "- name: openid-connect\n  config:\n    issuer: https://idp.test/realms/a\n    audience: [ledger]\n"
            "    bearer_only: yes\n",
            ISSUER,
            AUDIENCE,
            (),
        ),
        ("auth_jwt_key_file /etc/nginx/jwks.json;", None, (), ASYMMETRIC),
    ],
    ids=[
        *("fastify", "Spring YAML", "Spring properties", "ASP.NET", "Django", "PyJWT", "Go", "Java", "Envoy", "Kong"),
        "nginx",
    ],
)
def test_settings_tell_what_is_wanted(
    settings: str, issuer: str | None, audience: tuple[str, ...], algorithms: tuple[str, ...]
) -> None:
    service = wanted(settings)
    assert service is not None
    assert (service.issuer, service.audience, service.algorithms) == (issuer, audience, algorithms)


@pytest.mark.parametrize(
    "text",
    [
        "createAuth0Client({ domain: 'idp.test', audience: 'https://other.test', issuer: 'https://zzz.test' })",
        "the issuer: https://zzz.test and the audience = foo are right",
        "jwt.verify(t, key, { issuer: process.env.ISSUER, audience: config.audience })",
        "jwt.sign(claims, key, { issuer: 'https://zzz.test', audience: 'x' }); jwt.verify(t, key)",
    ],
    ids=["a client", "words", "values from elsewhere", "an issuer"],
)
def test_other_settings_tell_nothing(text: str) -> None:
    assert wanted(text) is None


def test_what_the_operator_told_goes_before() -> None:
    service = Service(name="ledger", hosts=("api.test",), audience=("own",))
    told = wanted("jwtVerify(t, createRemoteJWKSet(u), { audience: 'ledger', issuer: 'https://idp.test' })", service)
    assert told and (told.name, told.audience, told.issuer) == ("ledger", ("own",), "https://idp.test")


def test_without_a_token_nothing_is_held_against_anything() -> None:
    attached = [Attachment("server.js", b"jwksUrl: 'https://idp.test/jwks'")]
    assert configured(read("401", posted_at=POSTED, attachments=attached), None) is None


def test_a_token_of_a_shared_secret_does_not_fit_a_key_set() -> None:
    report = read(f"401 with {TOKEN}\nexpressjwt({{ jwksUri: 'https://idp.test/jwks' }})", posted_at=POSTED)
    found = {f.id for f in judge(report, configured(report, None)).findings}
    assert "token.algorithm_not_allowed" in found
