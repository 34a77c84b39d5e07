from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.interface import Found
from bot.model import Entry, Exchange, Presented, Report, TokenFacts
from bot.reading.summary import prepared, read
from knowledge.findings import findings
from tests.reading.scenes import NOON, entry, ids, reading

MINE: dict[str, Any] = {"status": 401, "client": "203.0.113.9", "user_agent": "curl/8"}
OTHER: dict[str, Any] = {"status": 200, "client": "203.0.113.5", "user_agent": "axios/1.7"}
THIRD: dict[str, Any] = {"status": 200, "client": "203.0.113.6", "user_agent": "okhttp/4"}


def test_a_proxy_that_answers_itself_is_told_from_one_that_asks() -> None:
    assert "log.upstream_not_reached" in ids(reading(entry(0, **MINE, upstream="-"), []))
    assert "log.upstream_not_reached" not in ids(reading(entry(0, **MINE, upstream="10.0.0.1:80"), []))
    assert "log.upstream_not_reached" not in reading(entry(0, **MINE), []).looked_for


def test_a_cache_hit_is_seen() -> None:
    assert "log.cache_hit" in ids(reading(entry(0, **MINE, cache="HIT"), []))
    assert "log.cache_hit" in reading(entry(0, **MINE, cache="MISS"), []).looked_for


def test_an_application_without_a_line_is_noticed_only_when_it_has_lines_for_others() -> None:
    mine = entry(0, **MINE, ids=("mine0001",))
    others = [entry(n, **OTHER, ids=(f"other{n}",)) for n in range(1, 5)]
    app = [entry(n, **OTHER, ids=(f"other{n}",), file="app.log") for n in range(1, 5)]
    assert "log.app_has_no_line" in ids(reading(mine, [*others, *app]))
    assert "log.app_has_no_line" not in ids(reading(mine, others))


def test_headers_listed_in_the_log_tell_whether_credentials_arrived() -> None:
    sent = (("req.headers.host", "a"), ("req.headers.authorization", "[Redacted]"))
    peer = entry(1, **OTHER, fields=sent)
    assert "log.credentials_arrived" in ids(reading(entry(0, **MINE, fields=sent), [peer]))
    assert "log.credentials_absent" in ids(reading(entry(0, **MINE, fields=sent[:1]), [peer]))
    assert not {"log.credentials_absent", "log.credentials_arrived"} & reading(entry(0, **MINE), [peer]).looked_for


def test_one_client_name_refused_before_the_application_is_a_rule() -> None:
    mine = entry(0, **MINE, upstream="-")
    others = [entry(n, **OTHER, upstream="10.0.0.1:80") for n in (1, 2, 3)]
    assert "log.agent_refused" not in ids(reading(mine, others)), "one line is no rule"
    others.append(entry(9, **MINE, upstream="-", path="/v1/other"))
    assert "log.agent_refused" in ids(reading(mine, others))
    assert "log.agent_refused" not in ids(reading(mine, [*others, entry(4, **{**MINE, "status": 200}, upstream="b")]))


def test_an_address_that_the_application_refuses_is_no_firewall_rule() -> None:
    common = {"text": "203.0.113.9 - - [20/Nov/2026:12:00:00 +0000]", "ids": ("mine0001",)}
    mine = entry(0, **MINE, **common)
    others = [entry(n, **{**OTHER, "client": f"203.0.113.{20 + n}"}) for n in range(1, 6)]
    assert "log.address_refused" not in ids(reading(mine, others)), "one line is no rule"
    others.append(entry(9, **MINE))
    told = entry(0, file="app.log", level="warning", message="not today", ids=("mine0001",), path=None)
    assert "log.address_refused" in ids(reading(mine, others))
    assert "log.address_refused" not in ids(reading(mine, [*others, told], request=(mine, told)))


def test_a_line_without_an_id_is_the_requests_own_where_no_other_request_was_answered() -> None:
    mine = entry(0, **MINE)
    told = entry(0.004, file="app.log", path=None, method=None, message="seal is 4012 s old, at most 300 s")
    told = replace(told, text=told.message)
    busy = [entry(0.05, **OTHER), entry(0.1, **THIRD)]
    (alone,) = [f for f in reading(mine, [told]).findings if f.id.startswith("says.")]
    (crowded,) = [f for f in reading(mine, [told, *busy]).findings if f.id.startswith("says.")]
    assert alone.id == crowded.id == "says.request_time_skewed"
    assert alone.trust > crowded.trust


def test_where_no_request_was_found_refusals_within_the_named_time_are_looked_at() -> None:
    told = entry(16, file="registry.log", path=None, method=None, message="token not to be used after noon")
    told = replace(told, text=told.message)
    minute = Report(text="401", posted_at=NOON + timedelta(minutes=9), at=NOON, at_precision_s=60, path="/v2/x")
    assert "says.token_expired" in ids(reading(None, [told], minute))
    assert "says.token_expired" not in ids(reading(None, [told], replace(minute, at_precision_s=5)))


def test_everyone_refused_since_one_moment() -> None:
    before = [entry(-60 + n, **o) for n, o in enumerate((OTHER, THIRD, {**MINE, "status": 200}))]
    after = [entry(n, **{**o, "status": 401}) for n, o in enumerate((OTHER, THIRD), 1)]
    mine = entry(5, **MINE)
    assert "log.everyone_refused_since" in ids(reading(mine, [*before, *after]))
    still = entry(6, **OTHER)
    assert "log.everyone_refused_since" not in ids(reading(mine, [*before, *after, still]))


def test_others_let_in_and_the_caller_before() -> None:
    mine = entry(0, **MINE, user="carol")
    others = [entry(n, **OTHER, user="ann") for n in (-5, 5)]
    seen = ids(reading(mine, others))
    assert {"log.others_ok", "log.caller_never_ok"} <= seen
    earlier = entry(-30, **{**MINE, "status": 200}, user="carol")
    assert "log.caller_ok_before" in ids(reading(mine, [*others, earlier]))


def test_a_sign_in_that_went_well_right_before_and_was_of_no_use() -> None:
    sign_in = entry(-1, method="POST", path="/rest/login", status=200, client="10.0.0.9")
    failing = entry(0, status=401, client="10.0.0.9")
    other = entry(-9, status=200, client="10.0.0.8")
    assert "log.signed_in_before" in ids(reading(failing, [sign_in, other]))
    assert "log.signed_in_before" not in ids(
        reading(failing, [sign_in, other, entry(5, status=200, client="10.0.0.9")])
    )
    assert "log.signed_in_before" not in ids(reading(failing, [entry(-1, status=200, client="10.0.0.9"), other]))


def test_a_restart_is_one_only_when_something_ran_before() -> None:
    start = entry(-10, method=None, path=None, text="2026/11/20 start worker processes", file="error.log")
    running = [entry(-60 - n, **OTHER) for n in range(4)]
    assert "log.restart_before" in ids(reading(entry(0, **MINE), [start, *running]))
    assert "log.restart_before" not in ids(reading(entry(0, **MINE), [start]))


def test_a_session_that_lost_its_user() -> None:
    had = entry(-20, **OTHER, user="marta", fields=(("sid", "sid:1"),))
    assert "log.session_lost" in ids(reading(entry(0, **MINE, fields=(("sid", "sid:1"),)), [had]))
    assert "log.session_lost" not in ids(reading(entry(0, **MINE, fields=(("sid", "sid:2"),)), [had]))


def test_a_redirect_right_before_and_another_version_of_the_path() -> None:
    redirect = entry(-1, **{**MINE, "status": 301, "path": "/v1/items/"})
    assert "log.redirected_before" in ids(reading(entry(0, **MINE), [redirect]))
    newer = entry(-5, **OTHER, **{"path": "/v2/items"})
    assert "log.other_path_used" in ids(reading(entry(0, **MINE), [newer]))
    unlike = entry(-5, **OTHER, **{"path": "/v1/orders"})
    assert "log.other_path_used" not in ids(reading(entry(0, **MINE), [unlike]))


def test_a_sign_in_that_leads_in_is_no_redirect_that_loses_credentials() -> None:
    def before(path: str, status: int = 302, **known: Any) -> list[Entry]:
        return [entry(-1, **{**MINE, "status": status, "path": path, **known})]

    kept = (("sid", "s1"),)
    assert "log.redirected_before" not in ids(reading(entry(0, **MINE), before("/auth/callback")))
    assert "log.redirected_before" not in ids(reading(entry(0, **MINE, fields=kept), before("/start", fields=kept)))
    lost = reading(entry(0, **MINE), before("/v1/items", 301, method="POST"))
    assert any(f.id == "log.redirected_before" and "its POST became GET" in f.text for f in lost.findings)


def test_only_success_and_no_line() -> None:
    calm = [entry(n, **OTHER) for n in range(3)]
    assert "log.only_success" in ids(reading(None, calm))
    elsewhere = Report(text="401", posted_at=NOON, path="/other")
    assert "log.no_line" in ids(reading(None, calm, elsewhere))


def test_a_token_date_ahead_of_the_clock() -> None:
    ahead = int((NOON + timedelta(seconds=4)).timestamp())
    line = entry(0, **MINE, text=f"google token rejected iat={ahead}: JWT is not yet valid")
    (finding,) = [f for f in reading(line, []).findings if f.id == "log.token_time_ahead"]
    assert "4 s ahead" in finding.text


@pytest.mark.parametrize(("made", "told"), [(4, True), (1, False), (-30, False), (3_000, False)])
def test_a_token_that_is_made_after_its_own_refusal_tells_of_two_clocks(made: float, told: bool) -> None:
    token = TokenFacts(segments=3, length=300, iat=int((NOON + timedelta(seconds=made)).timestamp()))
    sent = Presented(place="authorization", name="Authorization", scheme="Bearer", kind="jwt", token=token)
    called = NOON + timedelta(seconds=made)
    report = Report(text="401", posted_at=NOON + timedelta(hours=2), at=called, path="/v1/items", presented=(sent,))
    assert ({"token.issued_in_future", "log.token_time_ahead"} <= ids(reading(entry(0, **MINE), [], report))) is told


@pytest.mark.parametrize(
    ("fields", "peer", "name"),
    [
        ((("verify", "NONE"),), (("verify", "SUCCESS"),), "log.certificate_absent"),
        ((("csrf_in", "-"), ("csrf_out", "Required")), (("csrf_in", "A1"),), "log.csrf_absent"),
        ((("captures", "curl|"),), (("captures", "axios|ak_1"),), "log.key_header_empty"),
        ((("captures", "Postman|YOUR_API_KEY"),), (), "log.placeholder_key"),
        ((("cookie", "none"),), (("cookie", "desk.sid"),), "log.cookie_absent"),
    ],
)
def test_named_fields_tell_what_is_missing(
    fields: tuple[tuple[str, str], ...], peer: tuple[tuple[str, str], ...], name: str
) -> None:
    assert name in ids(reading(entry(0, **MINE, fields=fields), [entry(1, **OTHER, fields=peer)]))


text = st.text(max_size=12)
entries = st.builds(
    entry,
    st.floats(-900, 300),
    status=st.sampled_from([None, 200, 301, 401, 403]),
    client=st.sampled_from([None, "203.0.113.9", "203.0.113.5", "127.0.0.1"]),
    user=st.sampled_from([None, "carol", "ann"]),
    upstream=st.sampled_from([None, "-", "10.0.0.1:80"]),
    pid=st.sampled_from([None, "1", "2"]),
    path=st.sampled_from([None, "/v1/items", "/v2/items", "/"]),
    text=text,
    user_agent=st.one_of(st.none(), text),
    fields=st.lists(st.tuples(st.sampled_from(["captures", "sid", "cookie", "verify", "csrf_in"]), text)).map(tuple),
)


@given(entries, st.lists(entries, max_size=25))
def test_any_scene_is_read_into_known_findings(failing: Entry, around: list[Entry]) -> None:
    collected = reading(failing, around)
    assert ids(collected) <= findings().keys()
    assert collected.looked_for <= findings().keys()


def test_words_about_another_caller_weigh_less() -> None:
    mine = entry(0, **MINE, user="ines")
    other = entry(1, method=None, path=None, user="bertil", text="account bertil is locked", file="app.log")
    report = Report(text="401", posted_at=NOON, path="/v1/items")
    found = Found(request=(mine, other), around=(mine, other), how="window", files=("access.log", "app.log"))
    (finding,) = [f for f in read(report, prepared(found)).findings if f.id == "says.account_blocked"]
    own = Found(request=(mine, replace(other, user="ines")), around=(mine,), how="window", files=("access.log",))
    (trusted,) = [f for f in read(report, prepared(own)).findings if f.id == "says.account_blocked"]
    assert finding.trust < trusted.trust


def test_a_line_found_by_its_time_cannot_tell_of_a_credential_that_the_paste_shows_absent() -> None:
    line = entry(
        0, status=401, text="token rejected: Signature has expired", message="token rejected: Signature has expired"
    )
    pasted = Exchange(
        method="GET",
        url="http://a.test/v1/items",
        request_headers=(("Host", "a.test"), ("Accept", "*/*")),
        status=401,
    )
    bare = Report(text="401", posted_at=NOON + timedelta(minutes=1), at=NOON, path="/v1/items", exchanges=(pasted,))
    carrying = replace(bare, exchanges=(replace(pasted, request_headers=(("Host", "a.test"), ("Cookie", "sid=***"))),))

    def trust(report: Report, how: Literal["id", "window"]) -> float:
        found = Found(request=(line,), around=(line,), how=how, files=("access.log",))
        return max(f.trust for f in read(report, prepared(found)).findings if f.id == "says.token_expired")

    assert trust(bare, "window") < 0.2 < trust(carrying, "window")
    assert trust(bare, "id") == 1


def began(second: float, text: str) -> Entry:
    return entry(second, method=None, path=None, format="plain", text=text, message=text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("gate 2.2 up, 2 issuers, 5 keys", "gate 2.3 up, 0 issuers, 0 keys"),
        ('{"event":"boot","policies":12}', '{"event":"boot","policies":0}'),
        ("Dienst gestartet, schluessel=3", "Dienst gestartet, schluessel=0"),
    ],
)
def test_a_start_that_found_nothing_of_what_there_was_is_seen(before: str, after: str) -> None:
    starts = [began(-60, before), began(-10, after)]
    known = [entry(-30 + n, **OTHER) for n in range(3)]
    assert "log.start_emptied" in ids(reading(entry(0, **MINE), [*starts, *known]))
    let_in = entry(-5, **OTHER)
    assert "log.start_emptied" not in ids(reading(entry(0, **MINE), [*starts, *known, let_in]))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("gate up, 2 issuers, 3 retries", "gate up, 2 issuers, 0 retries"),
        ("gate up, 0 issuers", "gate up, 0 issuers"),
        ("12 tasks done", "0 tasks done"),
    ],
)
def test_a_count_that_was_nothing_before_or_may_be_nothing_is_no_fault(before: str, after: str) -> None:
    starts = [began(-60, before), began(-10, after)]
    assert "log.start_emptied" not in ids(reading(entry(0, **MINE), starts))


def signs_in(second: float, path: str, agent: str, status: int = 200) -> Entry:
    return entry(second, method="POST", path=path, status=status, user_agent=agent, client=f"10.1.1.{abs(second):.0f}")


def test_a_kind_of_clients_that_signs_in_elsewhere_is_seen() -> None:
    mine = signs_in(0, "/auth/staff/login", "okhttp/4.12", 401)
    staff = [signs_in(-n, "/auth/staff/login", "Mozilla/5.0 Firefox/128.0") for n in range(1, 4)]
    likes = [signs_in(-n, "/auth/partner/login", "okhttp/4.12") for n in range(10, 13)]
    found = ids(reading(mine, [*staff, *likes]))
    assert "log.other_sign_in" in found
    assert not found & {"log.others_ok", "log.address_refused", "log.user_recognised"}
    one_of_them = signs_in(-20, "/auth/staff/login", "okhttp/4.12")
    assert "log.other_sign_in" not in ids(reading(mine, [*staff, *likes, one_of_them]))
    assert "log.other_sign_in" not in ids(reading(mine, [*staff, likes[0]]))


@pytest.mark.parametrize(("there", "seen"), [("/login/customer", True), ("/login/reset", False), ("/login/out", False)])
def test_a_kind_of_clients_may_be_the_end_of_an_address(there: str, seen: bool) -> None:
    likes = [signs_in(-n, there, "ShopApp/9") for n in range(10, 13)]
    assert ("log.other_sign_in" in ids(reading(signs_in(0, "/login/staff", "ShopApp/9", 401), likes))) is seen


def challenged(second: float, host: int, *statuses: int) -> list[Entry]:
    """One caller's requests, a tenth of a second apart."""
    client = f"203.0.113.{host}"
    return [entry(second + n / 10, status=s, client=client, user_agent="tool/2") for n, s in enumerate(statuses)]


def test_who_is_challenged_and_never_comes_back_as_others_do_has_nothing_to_send() -> None:
    others = [e for n in range(4) for e in challenged(n - 30, 20 + n, 401, 200)]
    (mine,) = challenged(0, 9, 401)
    earlier = challenged(-60, 9, 401)
    assert "log.challenge_unanswered" in ids(reading(mine, [*others, *earlier]))
    twice = reading(mine, [*others, *challenged(0.2, 9, 401)])
    assert "log.challenge_unanswered" not in ids(twice)
    assert "log.challenge_unanswered" in twice.looked_for
    few = reading(mine, others[:4])
    assert "log.challenge_unanswered" not in {*ids(few), *few.looked_for}


@pytest.mark.parametrize(("name", "nothing", "something"), [("authz", "-", "set"), ("credentials", "none", "basic")])
def test_a_field_that_tells_whether_credentials_came(name: str, nothing: str, something: str) -> None:
    assert "log.credentials_absent" in ids(reading(entry(0, **MINE, fields=((name, nothing),)), []))
    assert "log.credentials_arrived" in ids(reading(entry(0, **MINE, fields=((name, something),)), []))


def of_key(second: float, kid: str, **known: Any) -> Entry:
    return entry(second, **{**OTHER, "fields": (("jwt.kid", kid),), **known})


def test_a_token_of_another_key_than_all_that_are_let_in() -> None:
    old = [of_key(n - 30, "a1") for n in range(4)]
    said = {"status": None, "path": None, "message": "Invalid signature (RS256, kid b2)"}
    told, earlier = entry(0, **said, ids=("mine0001",)), entry(-9, **said, ids=("other001",))
    mine = entry(0.01, **MINE, ids=("mine0001",))
    assert "log.other_key_id_accepted" in ids(reading(mine, [*old, told, earlier], request=(told, mine)))
    assert "log.other_key_id_accepted" not in ids(reading(mine, [*old, told], request=(told, mine)))
    each_their_own = [of_key(n - 30, f"k{n}") for n in range(6)]
    refused = [of_key(n, "b2", **MINE) for n in range(2)]
    assert "log.other_key_id_accepted" not in reading(refused[1], [*each_their_own, refused[0]]).looked_for


def test_everybody_is_refused_since_a_restart_where_the_log_names_nobody() -> None:
    good = [entry(n - 120, status=200) for n in range(6)]
    bad = [entry(n * 5 - 20, status=401) for n in range(6)]
    start = entry(-30, status=None, format="plain", path=None, method=None, text="INFO Library 7.1.0 started")
    assert "log.everyone_refused_since" in ids(reading(bad[-1], [*good, start, *bad[:-1]]))
    assert "log.everyone_refused_since" not in ids(reading(bad[-1], [*good, *bad[:-1]]))


def test_a_token_with_a_date_beyond_the_calendar_is_read_without_harm() -> None:
    token = TokenFacts(segments=3, length=300, iat=10**30)
    sent = Presented(place="authorization", name="Authorization", scheme="Bearer", kind="jwt", token=token)
    report = Report(text="401", posted_at=NOON, at=NOON, path="/v1/items", presented=(sent,))
    assert "token.issued_in_future" not in ids(reading(entry(0, **MINE), [], report))
