"""The bundle for the owners fits, is inert and complete; its curl command does what it says and nothing else."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import bundle
from bot.cases import Case
from bot.model import Diagnosis, Exchange, Presented
from bot.workspace.limits import MESSAGE_BLOCKS, faults
from handlers.blocks.handover import handed_over, not_paged, owners
from handlers.blocks.message import Message
from handlers.blocks.text import size
from tests.blocks.samples import ALL, EXPIRED, NOTHING, POSTED, REPORT, SIGNED, STRANGE, hostile
from tests.blocks.test_blocks import check_fallback, check_inert, words

OURS = ({"type": "usergroup", "usergroup_id": "S123"}, {"type": "user", "user_id": "U1"})
LINK = "https://acme.slack.com/archives/C1/p1"


def case_of(diagnosis: Diagnosis, **changes: Any) -> Case:
    made = Case(
        id="AB23",
        team="T1",
        channel="C1",
        thread_ts="1.0",
        reporter="U1",
        report=diagnosis.report,
        diagnosis=diagnosis,
        revision=2,
        created=POSTED,
        updated=POSTED,
    )
    return replace(made, **changes)


def check(message: Message) -> None:
    """As every message, but for the people that we call ourselves."""
    assert faults(message.blocks, "message") == []
    assert size(message.blocks) < MESSAGE_BLOCKS
    check_inert(_without_ours(message.blocks))
    check_fallback(message.text.removeprefix("<!subteam^S123> "))


def _without_ours(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_ours(one) for one in value if one not in OURS and one.get("type") != "channel"]
    return {name: _without_ours(one) if isinstance(one, list) else one for name, one in value.items()}


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("diagnosis", ALL.values(), ids=ALL)
def test_the_bundle_fits_and_is_inert(diagnosis: Diagnosis, inside: bool) -> None:
    check(owners(case_of(diagnosis), "S123", "U1", link=LINK, inside=inside))


@given(STRANGE)
def test_whatever_strangers_write(text: str) -> None:
    case = case_of(hostile(text))
    for inside in (True, False):
        check(owners(case, "S123", "U1", link=LINK, inside=inside))
    check(handed_over("AB23", "C1", text, "U1"))
    check(not_paged("AB23", text))


def test_inside_it_holds_all_and_outside_the_conclusion() -> None:
    inside, outside = (owners(case_of(EXPIRED), "S123", "U1", link=LINK, inside=inside) for inside in (True, False))
    for part in (
        "token rejected",
        "Asked by me",
        "okhttp/4.12",
        "curl -i -X POST",
        "92\u00a0%",
        REPORT.request_id or "?",
    ):
        assert part in words(inside.blocks), part
        assert part not in words(outside.blocks), part
    assert {"Open the thread", "Show evidence"} <= set(
        re.findall("Open the thread|Show evidence", words(outside.blocks))
    )


def test_what_a_server_says_of_itself_is_told_once_and_its_challenges_each_time() -> None:
    def probe(second: int, scheme: str, server: str = "nginx") -> Exchange:
        said = (("Date", f"00:00:0{second}"), ("Server", server), ("WWW-Authenticate", scheme))
        return Exchange(method="GET", url="https://api.example.com/v1/orders", status=401, response_headers=said)

    probes = (probe(1, "Bearer"), probe(2, "Bearer"), probe(3, "Basic", "envoy"))
    told = words(owners(case_of(replace(EXPIRED, probes=probes)), "S123", "U1", link=LINK, inside=True).blocks)
    assert re.findall(r"Date: \S+\d|Server: (?:nginx|envoy)|WWW-Authenticate: (?:Bearer|Basic)", told) == [
        "Date: 00:00:01",
        "Server: nginx",
        "WWW-Authenticate: Bearer",
        "WWW-Authenticate: Bearer",
        "Server: envoy",
        "WWW-Authenticate: Basic",
    ]


def test_a_secret_that_came_this_far_goes_no_further() -> None:
    lines = tuple(replace(line, text=f"Authorization: Bearer {SIGNED}") for line in EXPIRED.log_lines)
    told = owners(case_of(replace(EXPIRED, log_lines=lines)), "S123", "U1", link=LINK, inside=True)
    assert SIGNED not in words(told.blocks)


PRESENTED = st.builds(
    Presented,
    place=st.sampled_from(["authorization", "header", "cookie", "query", "body"]),
    name=STRANGE | st.sampled_from(["X-Api-Key", "session", '"; rm -rf /; "', "$(id)", "`id`"]),
    scheme=st.none() | STRANGE | st.sampled_from(["Bearer", "Basic", "Digest", "DPoP", "$(id)", 'x" -o /etc/passwd "']),
    kind=st.just("opaque"),
)


@given(PRESENTED, st.none() | STRANGE | st.just("POST"), STRANGE | st.just("https://api.example.com/a b?q='x'&y=$(id)"))
def test_the_command_is_one_curl_call_with_one_variable_credential(shown: Presented, method: str, url: str) -> None:
    command = bundle.reproduction(replace(REPORT, presented=(shown,), method=method, url=url))
    if command is None:
        return
    assert re.fullmatch(r"[^`\n]*", command)
    bare = re.sub(r"'[^']*'", "''", command)
    assert set(re.findall(r"\$\w*", bare)) <= {"$TOKEN", "$COOKIE", "$USERNAME", "$PASSWORD"}
    assert not re.search(r"[;&|<>()]", re.sub(r'"[^"]*"', '""', bare))
    argv = shlex.split(command)
    assert argv[0] == "curl"
    assert set(argv) & {"-o", "-O", "-K", "--config"} == set()


@pytest.mark.parametrize(
    ("shown", "option"),
    [
        ({"place": "authorization", "scheme": "Bearer"}, '-H "Authorization: Bearer $TOKEN"'),
        ({"place": "authorization", "scheme": "Basic"}, '-u "$USERNAME:$PASSWORD"'),
        ({"place": "header", "name": "X-Api-Key"}, '-H "X-Api-Key: $TOKEN"'),
        ({"place": "cookie", "name": "session"}, '-b "session=$COOKIE"'),
    ],
)
def test_it_sends_the_credential_as_the_reporter_did(shown: dict[str, Any], option: str) -> None:
    report = replace(REPORT, presented=(Presented(kind="opaque", **shown),))
    assert bundle.reproduction(report) == f"curl -i -X POST https://api.example.com/v1/orders {option}"


def test_without_an_address_there_is_a_story_and_no_command() -> None:
    assert bundle.reproduction(NOTHING.report) is None
    assert "In the reporter's words: “help, 401”" in bundle.story(case_of(NOTHING))
