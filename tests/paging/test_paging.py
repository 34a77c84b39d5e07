"""Each receiver takes what it is sent, by its own rules, and a failure says whether to try again and how to mend it."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import services, webhook
from bot.cli import main
from bot.errors import UsageError
from bot.paging.interface import Event, PagingError, Target
from bot.paging.opsgenie import Opsgenie
from bot.paging.pagerduty import PagerDuty
from bot.paging.send import send
from bot.paging.signed import SignedWebhook
from tests.paging.standins import (
    ENVIRON,
    GENIE_KEY,
    HOOK_SECRET,
    ROUTING_KEY,
    Receiver,
    hook,
    opsgenie,
    pagerduty,
    receiving,
)

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OPENED = Event(
    kind="trigger",
    id="locksmith-AB23-1.trigger.1",
    key="locksmith-AB23-1",
    subject="handover",
    at=AT,
    title="The token was expired. Sign in again.",
    source="orders",
    details=(("case", "AB23"), ("request", "POST /v1/orders")),
    link="https://slack.example.com/archives/C1/p1",
)
TAKEN = replace(OPENED, kind="acknowledge", id="locksmith-AB23-1.acknowledge", title="Acknowledged.")
OVER = replace(OPENED, kind="resolve", id="locksmith-AB23-1.resolve.2", title="Solved.")
KINDS: dict[str, tuple[type[Target], str, Any]] = {
    "pagerduty": (PagerDuty, "PD_KEY", pagerduty),
    "opsgenie": (Opsgenie, "GENIE_KEY", opsgenie),
    "webhook": (SignedWebhook, "HOOK_SECRET", hook),
}


@pytest.fixture(params=KINDS)
async def both(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Target, Receiver]]:
    kind, key, taker = KINDS[request.param]
    async with receiving(taker) as receiver:
        yield kind(credentials=key, endpoint=receiver.url), receiver


async def test_it_is_opened_once_however_often_it_is_sent_and_resolved(both: tuple[Target, Receiver]) -> None:
    target, receiver = both
    for event in (OPENED, OPENED, TAKEN):
        await send(target, event, ENVIRON)
    assert receiver.open
    await send(target, OVER, ENVIRON)
    keys = {told.get("dedup_key") or told.get("alias") or told.get("data", {}).get("key") for told in receiver.taken}
    assert keys - {None} == {OPENED.key}
    if target.kind == "webhook":
        said = {OPENED.id: "opened", TAKEN.id: "acknowledged", OVER.id: "resolved"}
        assert receiver.open == {key: f"handover.{word}" for key, word in said.items()}
    else:
        assert receiver.open == {}


@pytest.mark.parametrize(
    ("status", "headers", "again", "wait"),
    [
        (429, {"Retry-After": "17"}, True, 17),
        (503, {}, True, 0),
        (0, {}, True, 0),
        (400, {}, False, 0),
        (403, {}, False, 0),
        (302, {"Location": "http://127.0.0.1/"}, False, 0),
    ],
)
async def test_a_failure_says_whether_to_try_again(
    both: tuple[Target, Receiver], status: int, headers: dict[str, str], again: bool, wait: float
) -> None:
    target, receiver = both
    receiver.failures = [(status, headers)]
    with pytest.raises(PagingError) as caught:
        await send(target, OPENED, ENVIRON)
    assert (caught.value.again, caught.value.wait_s) == (again, wait)
    assert str(caught.value).startswith(f"{target.kind} 127.0.0.1:")
    assert len(receiver.tries) == 1
    for secret in ENVIRON.values():
        assert secret not in str(caught.value)


async def test_who_does_not_answer_may_be_asked_again() -> None:
    with pytest.raises(PagingError, match="does not answer") as caught:
        await send(PagerDuty(credentials="PD_KEY", endpoint="http://127.0.0.1:1"), OPENED, ENVIRON)
    assert caught.value.again


async def test_what_a_receiver_says_of_a_fault_is_told() -> None:
    async with receiving(pagerduty) as receiver:
        target = PagerDuty(credentials="PD_KEY", endpoint=receiver.url)
        with pytest.raises(PagingError, match=r"refused it with 400 .*dedup_key.*check its entry"):
            await send(target, replace(OPENED, key=""), ENVIRON)


@given(title=st.text(min_size=1, max_size=3000), details=st.dictionaries(st.text(), st.text(max_size=9000), max_size=4))
def test_whatever_the_words_it_stays_within_the_documented_lengths(title: str, details: dict[str, str]) -> None:
    event = replace(OPENED, title=f"x{title}", details=tuple(details.items()))
    receiver = Receiver()
    for kind, key, taker in list(KINDS.values())[:2]:
        request = kind(credentials=key).request(event, ENVIRON[key], AT)
        told = json.loads(request.body)
        told |= {"headers": dict(request.headers), "path": "/v2/alerts"}
        assert taker(told, receiver).status == 202


def test_a_signature_is_the_one_of_the_standards_example() -> None:
    key = webhook.secret(HOOK_SECRET)
    assert key
    signed = webhook.signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_keys_that_cannot_be_keys_are_told_without_their_value(tmp_path: Path) -> None:
    for kind in (PagerDuty, Opsgenie, SignedWebhook):
        target = kind(credentials="A_KEY", endpoint="https://pager.example.com")
        for value, said in (("", "put it into A_KEY"), ("hunter2hunter2", "A_KEY holds is no such key")):
            with pytest.raises(PagingError, match=said) as caught:
                target.secret({"A_KEY": value})
            assert "hunter2" not in str(caught.value)
    (tmp_path / "key").write_text(f"{ROUTING_KEY}\n")
    assert PagerDuty(credentials=f"file:{tmp_path / 'key'}").secret({}) == ROUTING_KEY
    with pytest.raises(PagingError, match="cannot be read"):
        PagerDuty(credentials=f"file:{tmp_path / 'none'}").secret({})


CONFIG = "services:\n  - name: orders\n    hosts: [api.example.com]\n    handover: "


def test_receivers_are_read_from_services_yaml(tmp_path: Path) -> None:
    path = tmp_path / "services.yaml"
    path.write_text(
        CONFIG + "\n      - {pagerduty: PD_KEY, region: eu}\n      - {opsgenie: file:genie.key}\n"
        "      - {webhook: https://hooks.example.com/x/, secret: HOOK_SECRET}\n"
    )
    (service,) = services.load(path)
    assert [target.base for target in service.handover] == [
        "https://events.eu.pagerduty.com",
        "https://api.opsgenie.com",
        "https://hooks.example.com/x",
    ]
    assert service.handover[2].request(OVER, HOOK_SECRET, AT).url == "https://hooks.example.com/x/"
    assert service.handover[1].credentials == f"file:{tmp_path / 'genie.key'}"
    assert service.keys == {"PD_KEY", "HOOK_SECRET", f"file:{tmp_path / 'genie.key'}"}
    path.write_text(CONFIG + "{pagerduty: PD_KEY}\n")
    assert len(services.load(path)[0].handover) == 1


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("nobody", "a mapping with one of the keys pagerduty, opsgenie, webhook"),
        ("{pagerduty: PD_KEY, opsgenie: GENIE_KEY}", "a mapping with one of the keys"),
        (f"{{pagerduty: {ROUTING_KEY}}}", "it never holds a key"),
        (f"{{opsgenie: {GENIE_KEY}}}", "it never holds a key"),
        (f"{{webhook: 'https://a.example.com', secret: {HOOK_SECRET}}}", "it never holds a key"),
        ("{webhook: 'https://a.example.com'}", "'webhook' needs 'secret' beside it"),
        ("{webhook: 'ftp://a', secret: HOOK_SECRET}", "'webhook' is no address"),
        ("{webhook: 'https://u:p@a.example.com', secret: HOOK_SECRET}", "holds a user or password"),
        ("{pagerduty: PD_KEY, region: mars}", "'region' is one of us, eu"),
        ("{pagerduty: PD_KEY, secret: HOOK_SECRET}", "unknown key 'secret' beside 'pagerduty'"),
        ("{pagerduty: [PD_KEY]}", "'pagerduty' is a single text"),
    ],
)
def test_a_wrong_receiver_is_told_with_its_line_and_without_its_secret(tmp_path: Path, entry: str, said: str) -> None:
    path = tmp_path / "services.yaml"
    path.write_text(CONFIG + entry + "\n")
    with pytest.raises(UsageError) as caught:
        services.load(path)
    told = "\n".join(caught.value.faults)
    assert said in told
    assert f"{path}:4" in told
    assert not any(secret in told for secret in ENVIRON.values())


async def test_the_doctor_says_how_each_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with receiving(hook) as receiver:
        path = tmp_path / "services.yaml"
        path.write_text(
            CONFIG + f"\n      - {{webhook: '{receiver.url}/secret-path', secret: LOCKSMITH_HOOK}}\n"
            "      - {pagerduty: PD_KEY, endpoint: 'http://127.0.0.1:1'}\n      - {opsgenie: GENIE_KEY}\n"
        )
        monkeypatch.setenv("LOCKSMITH_SERVICES", str(path))
        monkeypatch.setenv("LOCKSMITH_DATA", str(tmp_path / "data"))
        monkeypatch.setenv("LOCKSMITH_HOOK", HOOK_SECRET)
        monkeypatch.setenv("PD_KEY", ROUTING_KEY)
        assert await asyncio.to_thread(main, ["doctor"]) == 1
        assert receiver.tries == []
    shown = capsys.readouterr().out
    assert f"ok     webhook {receiver.url.partition('://')[2]}: has a key, and answers" in shown
    assert "wrong  pagerduty 127.0.0.1:1: does not answer (ConnectError)" in shown
    assert "wrong  opsgenie api.opsgenie.com: its key is not set; put it into GENIE_KEY" in shown
    assert "secret-path" not in shown.split("LOCKSMITH_SERVICES")[1]
