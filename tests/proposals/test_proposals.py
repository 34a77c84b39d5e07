"""Refusals in unknown words are collected once each, without secrets, and become files that knowledge can read."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot import store as engine
from bot.cli import main
from bot.model import Entry
from bot.proposals import store
from bot.proposals.draft import FILL_IN, draft, faults
from bot.proposals.template import proposed, template
from bot.redact import redact
from bot.settings import Settings
from knowledge.messages import match
from tests.blocks.samples import STRANGE
from tests.learning.conftest import CREATED
from tests.redact.corpus import SECRET, SPANNING
from tests.redact.test_redact import marked

UNKNOWN = "hall pass of visitor 4711 has gone stale at gate '7b'"


def line(message: str = UNKNOWN, **more: Any) -> Entry:
    text = json.dumps({"status": 401, "msg": message})
    base = {"file": "app.log", "offset": 0, "text": text, "format": "json", "message": message, "status": 401}
    return Entry(**{**base, **more})


def test_what_varies_is_taken_out() -> None:
    same = {
        template(f"{day} gate {gate} turned away badge {badge} of {mail} for {path}, seal='{gate}' sig={badge}")
        for day, gate, badge, mail, path in (
            ("2026-11-20T12:00:01Z", "17", "7f3c2a90bd41", "rita@example.com", "/v1/orders/17"),
            ("12:00:01.123", "4", "550e8400-e29b-41d4-a716-446655440000", "sam@example.org", "https://a.example.com/x"),
        )
    }
    assert same == {"{} gate {} turned away badge {} of {} for {}, seal={} sig={}"}


@pytest.mark.parametrize(
    "entry",
    [
        line("jwt expired", text='{"msg":"jwt expired"}'),
        line("request completed"),
        line("", text="GET /v1/orders 401"),
        line("served 17 orders in 4 ms", status=200, level="info"),
        line("17: 4711", text="17: 4711"),
    ],
)
def test_known_words_access_lines_and_good_lines_are_no_proposals(entry: Entry) -> None:
    assert proposed(entry) is None


@pytest.mark.parametrize(
    "entry",
    [
        line(),
        line("the badge was rejected by the turnstile", status=None, level="error"),
        line("Sitzung am Drehkreuz abgelaufen", status=None, level="info"),
    ],
)
def test_a_refusal_in_unknown_words_is_one(entry: Entry) -> None:
    assert proposed(entry)


@given(st.sampled_from(SECRET + SPANNING), STRANGE, STRANGE)
def test_what_is_kept_holds_no_secret(secret: str, before: str, after: str) -> None:
    words = f"{before} {marked(secret)[0]} {after} was rejected by the turnstile"
    kept = proposed(line(words, text=words))
    if kept:
        found = redact(words)
        for text in kept:
            assert redact(text).secrets == ()
            assert not any(one.value in text for one in found.secrets if len(one.value) > 7)
            made = draft(
                store.Proposal(id="a", template=kept[0], samples=(kept[1],), first=CREATED, last=CREATED, lines=1)
            )
            assert not any(one.value in made.text for one in found.secrets if len(one.value) > 7)


async def test_a_line_counts_once_and_samples_are_few(redis: Redis) -> None:
    lines = [line(UNKNOWN.replace("4711", str(n)), offset=n) for n in range(40)]
    for _ in range(2):
        await store.collect(redis, [*lines, line("jwt expired")], "gate")
    (found,) = await store.every(redis)
    assert 36 <= found.lines <= 44
    assert (len(found.samples), found.service) == (store.SAMPLES, "gate")
    assert await store.drop(redis, found.id)
    await store.collect(redis, lines, "gate")
    assert await store.every(redis) == ()
    assert not await store.drop(redis, found.id)
    assert [key for key in await redis.keys("*") if "lines" in str(key)] == []


async def test_the_number_of_templates_is_bounded(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST", 4)
    words = ["north", "south", "east", "west", "upper", "lower", "inner"]
    for at, word in enumerate(words):
        await store.collect(redis, [line(f"the {word} turnstile rejected the badge", offset=at)], None)
    kept = {one.template.split()[1] for one in await store.every(redis)}
    assert kept == set(words[-4:])
    assert len([key for key in await redis.keys("*") if "proposals:lines" in str(key)]) == 4


def proposal(*samples: str, **more: Any) -> store.Proposal:
    base = {"id": "abc", "template": template(samples[0]), "samples": samples, "first": CREATED, "last": CREATED}
    return store.Proposal(**{**base, "service": "Gate 7", "lines": 40, **more})


def test_a_draft_says_what_to_fill_in_and_loads_then() -> None:
    assert [fault.partition(": ")[2] for fault in draft(proposal(UNKNOWN)).faults] == ["fill in near"]
    made = draft(proposal("the beetle sent visitor 4711 with a hall pass of visitors home from gate '7b'"))
    assert [fault.partition(": ")[2] for fault in made.faults] == ["fill in finding", "fill in near"]
    filled = made.text.replace(f'"{FILL_IN}"', "says.session_expired", 1).replace(FILL_IN, "the hall is full", 1)
    assert faults(filled) == ()
    assert "hall pass of visitors" in filled


def test_a_draft_of_words_that_the_lexicon_knows_has_its_finding() -> None:
    made = draft(proposal("Sitzung am Drehkreuz abgelaufen"))
    assert "finding: says.session_expired" in made.text
    assert [fault.partition(": ")[2] for fault in made.faults] == ["fill in near"]


@given(STRANGE.map(lambda text: f"{text} badge {text} was rejected by the turnstile {text}"))
def test_every_draft_is_yaml_that_lacks_only_what_is_to_be_filled_in(words: str) -> None:
    kept = proposed(line(words, text=words))
    if kept:
        made = draft(replace(proposal("x" * 9), template=kept[0], samples=(kept[1],)))
        assert all("fill in" in fault for fault in made.faults), made


def test_the_command_lists_drafts_and_drops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import asyncio

    async def fill() -> None:
        async with engine.connect(Settings(data=tmp_path / "data")) as redis:
            await store.collect(redis, [line()], "gate")

    monkeypatch.setenv("LOCKSMITH_DATA", str(tmp_path / "data"))
    assert main(["proposals"]) == 0
    assert "No log line" in capsys.readouterr().out
    asyncio.run(fill())
    assert main(["proposals", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert (listed["lines"], listed["samples"], listed["service"]) == (1, [UNKNOWN], "gate")
    out = tmp_path / "gate.yaml"
    assert main(["proposals", "draft", listed["id"], "-o", str(out)]) == 0
    assert f"{out}:5: fill in" not in (told := capsys.readouterr().err)
    assert "fill in near" in told
    assert "software: gate" in out.read_text()
    assert main(["proposals", "draft", listed["id"], "-o", str(out)]) == 2
    assert main(["proposals", "drop", listed["id"]]) == 0
    assert main(["proposals", "drop", listed["id"]]) == 2
    assert main(["proposals", "draft"]) == 2
    assert capsys.readouterr().err.count("\n") == 3
    assert match(UNKNOWN, "log") == ()
