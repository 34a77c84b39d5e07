"""The steps of a fix, made for the case at hand: never wrong, never leaking, and every command does what it says."""

import re
import shlex
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.display import scrubbed, units
from bot.engine.commands import commands, plain
from bot.engine.facts import Facts, facts
from bot.engine.steps import LONGEST, concrete
from bot.model import Entry, Exchange, Finding, LinkFacts, Presented, Report, TokenFacts
from bot.sentences import CONCRETE
from bot.services import Service
from knowledge.causes import causes
from knowledge.errors import KnowledgeError
from knowledge.steps import FACT, FACTS

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EXP = int(AT.timestamp()) - 780
TOKEN = TokenFacts(
    segments=3,
    length=612,
    alg="HS256",
    kid="2026-05",
    iss="https://id.example.com",
    aud=("catalog-api",),
    scopes=("read",),
    iat=EXP - 3600,
    exp=EXP,
)
BEARER = Presented(place="authorization", name="Authorization", scheme="Bearer", kind="jwt", token=TOKEN)
REPORT = Report(
    text="401",
    posted_at=AT + timedelta(minutes=5),
    at=AT,
    at_precision_s=1.0,
    url="https://api.example.com/v1/items?page=2",
    host="api.example.com",
    path="/v1/items",
    method="POST",
    origin="https://app.example.com",
    request_id="7f3a91c2",
    presented=(BEARER,),
)
SERVICE = Service(
    name="billing",
    hosts=("api.example.com",),
    issuer="https://id.example.com/",
    audience=("billing-api",),
    algorithms=("RS256",),
    required_claims=("tenant",),
    required_scopes=("items:write",),
    jwks={"keys": [{"kid": "2026-11", "kty": "RSA"}]},
)


def answer(status: int, *headers: tuple[str, str], url: str = "https://api.example.com/v1/items") -> Exchange:
    return Exchange(method="GET", url=url, status=status, response_headers=headers, at=AT)


def seen(*names: str) -> tuple[Finding, ...]:
    return tuple(Finding(id=name, source="probe", text=name, trust=1.0) for name in names)


def told(cause: str, known: Facts, who: str | None = None) -> str:
    return "\n".join(step for w, steps in concrete(causes()[cause], known) if who in (None, w) for step in steps)


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("wrong_audience", "a token for `billing-api`; yours is for `catalog-api`"),
        ("wrong_issuer", "from `https://id.example.com/`; yours comes from `https://id.example.com`"),
        ("wrong_algorithm", "the token has `HS256`, allowed is `RS256`"),
        ("unknown_signing_key", "names `2026-05`; known are `2026-11`"),
        ("missing_scope", "the scope `items:write`; yours has `read`"),
        ("missing_claim", "Have `tenant` added"),
        ("token_expired", "This one lived for 1 hour, until 11:47:00 UTC"),
        ("preflight_rejected", "`Access-Control-Allow-Origin: https://app.example.com`"),
        ("upstream_rejected", "the request id `7f3a91c2`"),
        ("malformed_token", "has 612 characters"),
    ],
)
def test_what_is_wanted_and_what_was_sent_stand_in_the_steps(cause: str, words: str) -> None:
    assert words in told(cause, facts(REPORT, SERVICE))


def test_without_knowledge_the_steps_are_the_general_ones() -> None:
    nothing = facts(Report(text="401", posted_at=AT))
    for cause in causes().values():
        general = [step.text for _, steps in cause.steps for step in steps if step.text and not step.of]
        made = [step for _, steps in concrete(cause, nothing) for step in steps]
        assert [step for step in made if step in general] == general, cause.id


def test_the_clock_is_told_in_seconds() -> None:
    ahead = answer(401, ("Date", "Fri, 20 Nov 2026 12:09:00 GMT"))
    assert "540 seconds (9 minutes) ahead" in told(
        "clock_skew", facts(REPORT, findings=seen("probe.clock_off"), probes=[ahead])
    )
    early = replace(BEARER, token=replace(TOKEN, iat=int(AT.timestamp()) + 7, exp=int(AT.timestamp()) + 900))
    assert "lies 7 seconds after the request" in told("clock_skew", facts(replace(REPORT, presented=(early,))))


def test_the_final_address_of_a_redirect_is_named() -> None:
    hops = [
        answer(301, ("Location", "https://www.example.com/v1/items?page=2"), url="http://example.com/v1/items"),
        answer(308, ("Location", "/v1/items/"), url="https://www.example.com/v1/items?page=2"),
    ]
    assert "Call `https://www.example.com/v1/items/` yourself; `http://example.com/v1/items` only" in told(
        "redirect_dropped_auth", facts(REPORT, probes=hops)
    )
    sign_in = facts(REPORT, findings=seen("probe.redirects_to_sign_in"), probes=hops)
    assert "www.example.com" not in told("redirect_dropped_auth", sign_in)


@pytest.mark.parametrize(
    ("line", "origin", "words"),
    [
        ("sid=x; Path=/app; HttpOnly", None, "`sid` with `Path=/`; it has `Path=/app`"),
        ("sid=x; Domain=shop.example.com", None, "`sid` with `Domain=example.com`; it has `Domain=shop.example.com`"),
        ("sid=x; SameSite=Lax", "cross", "`sid` with `SameSite=None; Secure`; it has `SameSite=Lax`"),
    ],
)
def test_the_attribute_that_keeps_the_cookie_is_named(line: str, origin: str | None, words: str) -> None:
    known = facts(
        REPORT,
        findings=seen("response.cookie_same_site") if origin else (),
        probes=[answer(200, ("Set-Cookie", line))],
    )
    assert words in told("cookie_not_sent", known)


def test_a_cookie_that_reaches_the_call_is_not_blamed() -> None:
    line = "sid=x; Path=/v1; Domain=example.com; Secure; SameSite=Lax"
    assert "`sid`" not in told("cookie_not_sent", facts(REPORT, probes=[answer(200, ("Set-Cookie", line))]))


@pytest.mark.parametrize(
    ("server", "log", "shown", "hidden"),
    [
        ("nginx/1.27", "", "nginx: ", "Apache: "),
        ("Apache/2.4.62 (Debian)", "", "Apache: ", "nginx: "),
        ("", "haproxy-http", "HAProxy: ", "nginx: "),
        ("Caddy", "", "Caddy: ", "Apache: "),
        ("Apache-Coyote/1.1", "", "nginx: ", "nothing is hidden"),
    ],
)
def test_the_directive_is_that_of_the_proxy_in_front(server: str, log: str, shown: str, hidden: str) -> None:
    entry = Entry(file="edge.log", offset=0, text="x", format=log or "plain")
    known = facts(REPORT, log_lines=[entry], probes=[answer(401, ("Server", server))])
    steps = told("header_stripped", known, "network")
    assert shown in steps and hidden not in steps


@pytest.mark.parametrize(
    ("finding", "shown", "hidden"),
    [
        ("response.dpop_nonce", "DPoP: ", "Mutual TLS: "),
        ("says.client_certificate_missing", "Mutual TLS: ", "DPoP: "),
        ("says.nonce_stale", "Digest: ", "Mutual TLS: "),
        ("says.no_credentials", "DPoP: ", "nothing is hidden"),
    ],
)
def test_the_proof_is_the_one_that_is_asked_for(finding: str, shown: str, hidden: str) -> None:
    steps = told("proof_missing", facts(REPORT, findings=seen(finding)), "caller")
    assert shown in steps and hidden not in steps


@pytest.mark.parametrize(
    ("service", "challenge", "header"),
    [
        (replace(SERVICE, key_header="X-Api-Key"), "", "X-Api-Key: <key>"),
        (replace(SERVICE, key_header="X-Api-Key"), "Bearer", "Authorization: Bearer <token>"),
        (replace(SERVICE, scheme="Basic"), "Bearer", "Authorization: Basic <credentials>"),
        (None, "ApiKey", "Authorization: ApiKey <key>"),
        (None, 'Digest realm="x", nonce="y", Bearer', "Authorization: Bearer <token>"),
        (None, "", "Authorization: Bearer <token>"),
    ],
)
def test_the_header_to_send_is_the_one_that_the_service_wants(
    service: Service | None, challenge: str, header: str
) -> None:
    known = facts(REPORT, service, probes=[answer(401, ("WWW-Authenticate", challenge))])
    assert known.values["header"] == header
    assert f"as `{header}`" in told("no_credentials", known)


def test_a_header_that_is_dropped_is_shown_as_it_was_sent() -> None:
    sent = Presented(place="header", name="Api_Key", kind="api_key")
    known = facts(replace(REPORT, presented=(sent,)), probes=[answer(401, ("WWW-Authenticate", "Bearer"))])
    steps = told("header_stripped", known)
    assert "-H 'Api_Key: <key>'" in steps and "instead of `Api_Key`" in steps and "Bearer" not in steps


def test_the_command_is_one_that_can_be_run() -> None:
    known = facts(REPORT, SERVICE, probes=[answer(401, ("WWW-Authenticate", "Bearer"))]).values
    assert known["curl"] == (
        "curl -i -X POST 'https://api.example.com/v1/items?page=2' -H 'Authorization: Bearer <token>'"
    )
    assert known["curl_head"] == "curl -sI 'https://api.example.com/v1/items?page=2'"
    assert shlex.split(known["curl_preflight"])[:4] == ["curl", "-i", "-X", "OPTIONS"]
    assert "Origin: https://app.example.com" in shlex.split(known["curl_preflight"])


def test_a_password_is_asked_for_and_not_written() -> None:
    assert facts(REPORT, replace(SERVICE, scheme="Basic")).values["curl"].endswith("-u '<user>'")


@pytest.mark.parametrize(
    "url",
    [
        "https://user:pw@api.example.com/x",
        "https://api.example.com/‹token in a URL›/x",
        "file:///etc/passwd",
        "https://[::1/x",
        "https://api.example.com$(id)/x",
        "https:///x",
    ],
)
def test_an_unsafe_address_gives_no_command(url: str) -> None:
    assert dict(commands(replace(REPORT, url=url), {"header": "Authorization: Bearer <token>"})) == {}


def test_hidden_parts_of_a_query_are_left_out_of_a_command() -> None:
    assert plain("https://a.example.com/x?key=‹API key›") == "https://a.example.com/x"


def test_the_names_in_steps_and_sentences_are_known_and_can_be_filled() -> None:
    for wordings in CONCRETE.values():
        assert {name for pair in wordings for part in pair for name in FACT.findall(part)} <= FACTS.keys()
    used = {
        name
        for c in causes().values()
        for _, steps in c.steps
        for s in steps
        for w in s.known
        for name in FACT.findall(w)
    }
    used |= {
        name for wordings in CONCRETE.values() for pair in wordings for part in pair for name in FACT.findall(part)
    }
    assert used <= FACTS.keys()


LINK = LinkFacts(
    kind="S3",
    host="b.example.com",
    path="/f",
    signed_at=AT - timedelta(days=2),
    expires_at=AT - timedelta(days=1),
    missing=("X-Amz-Signature",),
)


def test_every_declared_fact_can_come_to_be_known() -> None:
    fault = replace(BEARER, token=None, scheme="Token", faults=("quoted",))
    query = Presented(place="query", name="api_key", kind="api_key")
    header = Presented(place="header", name="Api_Key", kind="api_key")
    early = replace(BEARER, token=replace(TOKEN, nbf=int(AT.timestamp()) + 60))
    moved = answer(302, ("Location", "https://www.example.com/"), ("Set-Cookie", "sid=1; Path=/app"))
    asks = answer(401, ("WWW-Authenticate", "Bearer"), ("Date", "Fri, 20 Nov 2026 12:09:00 GMT"))
    service = replace(SERVICE, key_prefix="bk_live_")
    known: set[str] = set()
    for presented in ((BEARER,), (fault,), (query,), (header,), (early,)):
        report = replace(REPORT, presented=presented, links=(LINK,))
        known |= facts(
            report,
            service,
            seen(
                *("probe.clock_off", "token.is_id_token", "says.nonce_stale", "request.placeholder"),
                "request.withheld_by_client",
            ),
            (),
            (moved, asks),
        ).values.keys()
    assert known == FACTS.keys()


SECRET = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
hostile = st.one_of(
    st.text(max_size=120),
    st.sampled_from(
        ["'; rm -rf / #", "`id`", "$(id)", "\n\r\x00", "<!channel>", "{curl}", "\u202e‹", "a" * 5000, SECRET]
    ),
)
urls = st.one_of(
    hostile,
    st.builds(lambda rest: f"https://api.example.com/{rest}", hostile),
    st.builds(lambda host: f"http://{host}/v1?a=b", hostile),
)
tokens = st.builds(
    TokenFacts,
    segments=st.just(3),
    length=st.integers(0, 10**6),
    alg=st.none() | hostile,
    kid=st.none() | hostile,
    iss=st.none() | hostile,
    aud=st.lists(hostile, max_size=4).map(tuple),
    scopes=st.lists(hostile, max_size=4).map(tuple),
    exp=st.none() | st.integers(-(10**18), 10**18),
    iat=st.none() | st.integers(-(10**18), 10**18),
    nbf=st.none() | st.integers(-(10**18), 10**18),
)
shown = st.builds(
    Presented,
    place=st.sampled_from(["authorization", "header", "query", "cookie"]),
    name=hostile,
    scheme=st.none() | hostile,
    kind=st.just("jwt"),
    faults=st.lists(st.sampled_from(["quoted", "literal", "unheard_of"]), max_size=2).map(tuple),
    token=st.none() | tokens,
)
exchanges = st.builds(
    Exchange,
    url=st.none() | urls,
    status=st.sampled_from([None, 200, 301, 401]),
    response_headers=st.lists(
        st.tuples(st.sampled_from(["location", "set-cookie", "www-authenticate", "server", "date"]), hostile | urls),
        max_size=5,
    ).map(tuple),
    at=st.just(AT),
)
reports = st.builds(
    Report,
    text=st.just("401"),
    posted_at=st.just(AT),
    url=st.none() | urls,
    method=st.none() | hostile | st.sampled_from(["GET", "post", "HEAD"]),
    host=st.none() | hostile,
    path=st.none() | hostile,
    at=st.none() | st.just(AT),
    at_precision_s=st.none() | st.floats(0, 1e6),
    origin=st.none() | urls,
    request_id=st.none() | hostile,
    presented=st.lists(shown, max_size=2).map(tuple),
    exchanges=st.lists(exchanges, max_size=2).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(reports, st.lists(exchanges, max_size=3), st.booleans())
def test_whatever_strangers_write_the_steps_stay_short_whole_and_without_secrets(
    report: Report, probes: list[Exchange], with_service: bool
) -> None:
    known = facts(
        report, SERVICE if with_service else None, seen("probe.clock_off", "response.cookie_same_site"), (), probes
    )
    for value in known.values.values():
        assert SECRET not in value and "\n" not in value and "`" not in value
    for cause in causes().values():
        for _, steps in concrete(cause, known):
            for step in steps:
                assert SECRET not in step and units(step) <= LONGEST and scrubbed(step) == step
                assert not [name for name in FACT.findall(step) if name in FACTS and name != "curl"]
                assert step.count("`") % 2 == 0


@settings(max_examples=150, deadline=None)
@given(urls, st.none() | hostile, st.none() | urls)
def test_a_command_parses_back_to_what_is_meant(url: str, method: str | None, origin: str | None) -> None:
    report = replace(REPORT, url=url, method=method, origin=origin)
    for _, line in commands(report, {"header": "Authorization: Bearer <token>", "redirecting_url": url}):
        words = shlex.split(line)
        assert words[0] == "curl" and shlex.join(words) == line
        at = 4 if words[2] == "-X" else 2
        assert re.fullmatch(r"https?://[A-Za-z0-9.:-]+/[^\s`'\"\\{}\[\]<>#]*", words[at])
        rest = words[at + 1 :]
        assert rest[::2] == ["-H"] * (len(rest) // 2) and all(not value.startswith("-") for value in rest[1::2])
        assert not any(char in value for value in rest for char in "\n\r\x00")


def broken(folder: Path, step: object) -> Path:
    entry = {
        "id": "token_expired",
        "title": "t",
        "owner": "caller",
        "prior": "common",
        "means": "m",
        "evidence": {"usually": ["says.token_expired"]},
        "fix": {"caller": [step], "visitor": ["do"], "app": ["do"]},
        "sentence": {who: ["it is", "do"] for who in ("caller", "visitor", "service")},
    }
    (folder / "token_expired.yaml").write_text(yaml.safe_dump(entry, sort_keys=False))
    return folder


@pytest.mark.parametrize(
    ("step", "line", "word"),
    [
        ({"text": "a.", "known": "b {audience_wantd}."}, 12, "audience_wantd"),
        ({"text": "a.", "known": ["b {audience_wanted}.", "c."]}, 12, "names no fact"),
        ({"text": "a.", "of": "ngnix"}, 12, "ngnix"),
        ({"txet": "a."}, 11, "txet"),
        ({"text": ""}, 11, "says nothing"),
        (7, 10, "a step is a text"),
    ],
)
def test_a_typo_in_a_step_names_file_and_line(tmp_path: Path, step: object, line: int, word: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        causes(broken(tmp_path, step))
    assert f"token_expired.yaml:{line}: " in str(caught.value) and word in str(caught.value)


def test_a_credential_for_another_purpose_is_named_in_the_step() -> None:
    text = "What was used begins as a Plex claim code, which serves to claim a new server within minutes"
    told = facts(REPORT, findings=[Finding(id="request.other_purpose", source="log", text=text, trust=0.7, at=None)])
    assert told.values["key_kind"] == "a Plex claim code (it serves to claim a new server within minutes)"
