"""What subcommands answer, against Slack's limits and against text that wants to act."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from bot.cases import Case
from bot.model import Collected, Diagnosis, Exchange, Finding, Presented
from bot.probe.prober import Probed
from bot.redact.shapes import shapes
from bot.rotation import live
from bot.services import Service
from handlers.blocks.cases import case_page, cases_page
from handlers.blocks.credential import credential_page
from handlers.blocks.lines import lines_page
from handlers.blocks.message import Message
from handlers.blocks.probed import probed_page
from handlers.blocks.services import services_page
from handlers.blocks.told import (
    did_you_mean,
    engineers_only,
    known_already,
    noted,
    nothing_to_decode,
    say_which,
    unknown_case,
    unknown_cause,
)
from handlers.blocks.warning import warning
from knowledge.rotation import ANYWHERE, place
from tests.blocks.samples import ALL, CASE, EXPIRED, HEBREW, HOSTILE, LINES, MANY, SIGNATURE, SIGNED, STRANGE, hostile
from tests.blocks.test_blocks import check, words

NOW = datetime(2026, 9, 20, tzinfo=UTC)


def case(diagnosis: Diagnosis, strange: str) -> Case:
    return Case(
        id=CASE, team="T1", channel="C1", thread_ts="1.0", reporter="U1", report=diagnosis.report, diagnosis=diagnosis,
        created=NOW, updated=NOW, allowed=(strange,),
    )  # fmt: skip


def pages(diagnosis: Diagnosis, strange: str) -> list[Message]:
    one = case(diagnosis, strange)
    found = Finding(id="token.expired", source="token", text=strange, trust=1.0)
    answers = (Exchange(method=strange, url=strange, status=401, response_headers=(("WWW-Authenticate", strange),)),)
    asked = Probed(answers * 40, Collected((found,) * 40))
    shown = replace(
        diagnosis.report,
        presented=(*diagnosis.report.presented, Presented(place="header", name=strange, kind="opaque")),
    )
    service = Service(name=strange or "x", hosts=(strange,) * 20, issuer=strange, audience=(strange,))
    lines = tuple(replace(line, text=strange * 30, file=strange) for line in LINES) * 60
    return [
        case_page(one, link="", inside=True),
        cases_page([one] * 100, engineer=True),
        cases_page([], engineer=False),
        credential_page(shown, [found] * 40, service=strange, posted=True),
        lines_page(strange, lines, [strange] * 20),
        lines_page(strange, (), ()),
        probed_page(strange, asked),
        probed_page(strange, Probed((), Collected(), verdict="refused", reason=strange)),
        services_page([service] * 90),
        services_page([]),
        unknown_cause(),
        noted(CASE, strange or "x"),
        did_you_mean("stats", strange or "x"),
        engineers_only(strange or "x"),
        known_already(CASE),
        nothing_to_decode(),
        say_which(strange, "why K7Q2"),
        unknown_case(CASE),
    ]


@pytest.mark.parametrize("strange", [HOSTILE, HEBREW, "🔐" * 300, "x" * 50_000, ""])
def test_pages_fit_and_are_inert(strange: str) -> None:
    # Long texts are cut before anything else is made of them: one diagnosis shows it.
    for diagnosis in list(ALL.values())[: 1 if len(strange) > 10_000 else None]:
        for message in pages(diagnosis, strange):
            check(message)


@given(STRANGE)
def test_whatever_strangers_write(text: str) -> None:
    for message in pages(hostile(text), text):
        check(message)


def test_a_secret_that_came_this_far_goes_no_further() -> None:
    made = pages(hostile(f"Authorization: Bearer {SIGNED}"), SIGNED)
    assert SIGNATURE not in json.dumps([[message.text, message.blocks] for message in made])


def test_a_decoded_token_names_personal_claims_and_shows_none() -> None:
    told = words(credential_page(EXPIRED.report, (), service="orders", posted=True).blocks)
    assert "not shown: sub" in told and "https://id.example.com/" in told


def test_a_token_that_is_over_needs_no_rotation_and_other_secrets_do() -> None:
    both = ("JSON Web Token", "GitHub personal access token")
    report = replace(EXPIRED.report, secrets=both, tokens_end=int(NOW.timestamp()) - 60)
    assert live(report, NOW) == both[1:]
    assert live(report, NOW - timedelta(days=30)) == both
    assert live(replace(report, tokens_end=None), NOW) == both


def test_lines_that_are_not_shown_are_counted() -> None:
    assert "160 more lines are not shown" in words(lines_page("7f3c", MANY.log_lines, ()).blocks)


def test_a_warning_says_where_each_kind_is_made_invalid() -> None:
    assert "Developer settings" in words([warning(replace(EXPIRED.report, secrets=("GitHub personal access token",)))])
    assert place("GitHub installation token") != place("GitHub personal access token")
    assert warning(replace(EXPIRED.report, secrets=())) is None
    named = [kind for kind in dict.fromkeys(shape.kind for shape in shapes()) if place(kind) != ANYWHERE]
    assert len(named) > 50, "the vendors' places are found by how their kinds begin"
