"""Every builder against Slack's limits and against text that wants to act."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given

from bot.joining import Joined
from bot.model import Diagnosis, Role
from bot.stages import Stage
from bot.status import Incident, ServiceStatus, Share
from bot.workspace.limits import MESSAGE_BLOCKS, faults, view_faults
from bot.workspace.methods_stream import CHUNKS
from bot.workspace.schema import tagged
from handlers.blocks.answer import answer, ask, cannot_finish, conclusion, solved
from handlers.blocks.cause import explain
from handlers.blocks.evidence import evidence_loading, evidence_message, evidence_modal, evidence_refused
from handlers.blocks.help import help_message
from handlers.blocks.home import SHOWN, OpenCase, home
from handlers.blocks.message import Message
from handlers.blocks.stages import changed, looking, opening
from handlers.blocks.staying import closed, doubted, news, owners_reminder, reminder
from handlers.blocks.text import size
from knowledge.causes import KnownCause, causes
from knowledge.steps import Step
from tests.blocks.samples import (
    ALL,
    CASE,
    EXPIRED,
    HOSTILE,
    LIKELY,
    MANY,
    NOTHING,
    REPORT,
    SECRET,
    SECRETS,
    SERVICE,
    SIGNATURE,
    SIGNED,
    STRANGE,
    UNKNOWN,
    cause,
    hostile,
)

CROWD = Joined(others=6, first="K7QM", since=datetime(2026, 3, 3, 12, 3, tzinfo=UTC))
NAMED = pytest.mark.parametrize("diagnosis", ALL.values(), ids=ALL)


def stages(words: str) -> list[Stage]:
    return [
        Stage(id="report", title=words, state="complete", detail=words),
        Stage(id="endpoint", title="asking the endpoint", state="in_progress"),
        Stage(id="logs", title=words),
    ]


def messages(diagnosis: Diagnosis, strange: str = HOSTILE) -> list[Message]:
    return [
        answer(CASE, diagnosis),
        answer(CASE, diagnosis, joined=CROWD),
        doubted(CASE, diagnosis, strange),
        closed(CASE, diagnosis),
        news(CASE, strange, user=strange),
        reminder(CASE, diagnosis, strange),
        owners_reminder(CASE, diagnosis, strange),
        ask(CASE, diagnosis),
        solved(CASE, diagnosis, strange),
        looking(CASE, stages(strange), REPORT),
        looking(CASE, [], replace(REPORT, secrets=(strange, "GitHub personal access token"))),
        answer(CASE, diagnosis, allow=strange),
        conclusion(CASE, diagnosis),
        evidence_message(CASE, diagnosis),
        cannot_finish(CASE),
    ]


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def words(blocks: Any) -> str:
    return "".join(node["text"] for node in nodes(blocks) if isinstance(node.get("text"), str))


def check_inert(blocks: list[dict[str, Any]]) -> None:
    """No mrkdwn at all, nothing that links or pings, no emoji codes, no hidden characters."""
    for node in nodes(blocks):
        assert node.get("type") not in {"mrkdwn", "markdown", "link", "user", "channel", "broadcast", "usergroup"}
        assert node.get("type") != "plain_text" or node["emoji"] is False
    written = words(blocks)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\ufeff\ud800-\udfff]", written)
    assert written.count("\u2068") == written.count("\u2069")


def check_fallback(text: str) -> None:
    assert 0 < len(text) < 4_000
    assert not re.search(r"[<>`]|&(?!amp;|lt;|gt;)|[\x00-\x1f\u202e]", text)


def check(message: Message) -> None:
    assert faults(message.blocks, "message") == []
    assert size(message.blocks) < MESSAGE_BLOCKS
    check_inert(message.blocks)
    check_fallback(message.text)


@NAMED
def test_messages_fit_and_are_inert(diagnosis: Diagnosis) -> None:
    for message in messages(diagnosis):
        check(message)


@NAMED
def test_the_evidence_fits_and_is_inert(diagnosis: Diagnosis) -> None:
    view = evidence_modal(CASE, diagnosis)
    assert view_faults(view) == []
    assert size(view["blocks"]) < 50_000
    check_inert(view["blocks"])


def test_a_secret_that_came_this_far_goes_no_further() -> None:
    diagnosis, text = hostile(f"Authorization: Bearer {SIGNED}"), SIGNED
    made = [message.blocks for message in messages(diagnosis, text)] + [
        message.text for message in messages(diagnosis, text)
    ]
    assert SIGNATURE not in json.dumps(
        [made, evidence_modal(CASE, diagnosis), home([open_case(text)], 1, engineer=True, services=[service(text)])]
    )


@given(STRANGE)
def test_whatever_strangers_write(text: str) -> None:
    diagnosis = hostile(text)
    for made in (diagnosis, replace(diagnosis, known=False), replace(diagnosis, causes=())):
        for message in messages(made, text):
            check(message)
        assert view_faults(evidence_modal(CASE, made)) == []
    for empty in (evidence_loading(), evidence_refused(text)):
        assert view_faults(empty) == []
        check_inert(empty["blocks"])
    view = home([open_case(text)] * 2, 2, engineer=True, services=[service(text)] * 2)
    assert view_faults(view) == []
    check_inert(view["blocks"])


def test_the_answer_begins_with_the_sentence_then_what_to_do_then_how_sure() -> None:
    told = words(answer(CASE, SERVICE).blocks)
    order = [
        "Your token is signed with the key",
        "What you can do now",
        "For whoever runs the service",
        "Almost certain (97\u00a0%)",
    ]
    places = [told.index(part) for part in order]
    assert places == sorted(places) and places[0] == 0


@pytest.mark.parametrize(
    ("who", "order"),
    [
        ("visitor", ["The site cannot check your sign-in", "What you can do now", "Sign out and in again, once.",
                     "For whoever runs the service", "Let the verifier fetch the JWKS again"]),
        ("app", ["The service cannot check the app's sign-in", "What you can do now",
                 "Sign out in the app and in again", "For whoever runs the service", "Let the verifier"]),
        ("developer", ["Your token is signed with the key “2026-08”", "What you can do now", "get a new token, once",
                       "For whoever runs the service", "Let the verifier"]),
        ("owner", ["The caller's token is signed with the key “2026-08”", "Load the issuer's current keys.",
                   "What to do now", "Let the verifier", "What to tell the caller", "get a new token, once"]),
    ],
)  # fmt: skip
def test_each_reads_their_own_sentence_and_their_own_steps_first(who: Role, order: list[str]) -> None:
    told = words(answer(CASE, replace(SERVICE, role=who)).blocks)
    places = [told.find(part) for part in order]
    assert -1 not in places and places == sorted(places)


@pytest.mark.parametrize(("who", "makers"), [("visitor", "the page"), ("app", "the app"), ("developer", "")])
def test_what_only_its_makers_can_mend_is_told_to_them_as_well(who: Role, makers: str) -> None:
    mine, theirs = (replace(SERVICE, role=who, causes=(cause(name),)) for name in ("wrong_scheme", "session_expired"))
    assert ("For whoever makes " in words(answer(CASE, mine).blocks)) == bool(makers)
    assert f"For whoever makes {makers}Use the scheme" in words(answer(CASE, mine).blocks) or not makers
    assert "For whoever" not in words(answer(CASE, theirs).blocks)


def test_a_posted_secret_is_warned_of_first_of_all() -> None:
    told = "This message holds a secret (JSON Web Token): delete the message and rotate it. I kept no copy."
    for message in (answer(CASE, SECRET), ask(CASE, SECRET), solved(CASE, SECRET, "It answers 200.")):
        assert words(message.blocks[:1]).startswith(f"⚠️ {told}JSON Web Token: sign out of all sessions")
        assert message.text.startswith(told)
    assert "holds secrets (JSON Web Token, GitHub personal access token)" in answer(CASE, SECRETS).text


def test_the_thread_gets_no_log_line_and_no_file() -> None:
    for diagnosis in (EXPIRED, LIKELY, UNKNOWN, MANY):
        told = json.dumps(answer(CASE, diagnosis, joined=CROWD).blocks)
        assert not any(
            word in told for word in ("somebody@example.com", "okhttp", "/var/log", "app.log", "203.0.113.9")
        )


def test_the_evidence_holds_lines_probes_weights_and_notes() -> None:
    told = words(evidence_modal(CASE, EXPIRED)["blocks"])
    for part in (
        "okhttp/4.12",
        "/srv/orders/app.log",
        "WWW-Authenticate",
        "+3.2",
        "−0.3",
        "old.log.gz",
        "kid 2026-08",
        "exp 2026-09-19 23:39:25 UTC",
    ):
        assert part in told


def test_what_does_not_fit_is_counted() -> None:
    told = words(evidence_modal(CASE, MANY)["blocks"])
    assert "140 more lines are not shown" in told
    assert "45 more" in told  # of 60 notes


@pytest.mark.parametrize(("diagnosis", "asked"), [(EXPIRED, False), (LIKELY, True), (UNKNOWN, True), (NOTHING, False)])
def test_it_asks_further_only_in_doubt_with_the_answers_as_buttons(diagnosis: Diagnosis, asked: bool) -> None:
    buttons = [node for node in nodes(answer(CASE, diagnosis).blocks) if node.get("type") == "button"]
    replies = [(b["action_id"], b["value"], b["text"]["text"]) for b in buttons if "reply" in b["action_id"]]
    wanted = [("case_reply:0", f"{CASE}:other_client:0", "Yes"), ("case_reply:1", f"{CASE}:other_client:1", "No")]
    assert replies[:2] == (wanted if asked else [])
    others = [(b["action_id"], b["value"]) for b in buttons if "reply" not in b["action_id"]]
    names = ("works", "failing", "again", "evidence", "handover")
    assert others == [(f"case_{name}", CASE) for name in names]


def test_not_knowing_is_said_with_what_was_done_and_ruled_out() -> None:
    told = words(answer(CASE, UNKNOWN).blocks)
    assert told.startswith("I don't know yet")
    for part in (
        "asked the endpoint (2 requests)",
        "found 2 log lines of the request",
        "The address is wrong",
        "I ruled out",
    ):
        assert part in told
    assert "What to do now" not in told


def test_a_second_cause_is_named_only_when_it_is_likely_enough() -> None:
    assert "It could also be" not in words(answer(CASE, EXPIRED).blocks)
    assert "The session cookie did not reach the server (31\u00a0%)" in words(answer(CASE, LIKELY).blocks)
    assert "The app did not send what shows that you are signed in (31\u00a0%)" in words(
        answer(CASE, replace(LIKELY, role="app")).blocks
    )


def test_others_with_the_same_are_counted() -> None:
    told = words(answer(CASE, EXPIRED, joined=CROWD).blocks)
    assert "6 others have reported the same since 2026-03-03 12:03:00 UTC, first in case K7QM" in told
    assert "1 other person has reported the same" in words(answer(CASE, EXPIRED, joined=Joined(others=1)).blocks)


@pytest.mark.parametrize(
    ("changes", "question"),
    [
        ({}, "Which address answered 401?"),
        ({"url": "https://api.example.com/v1"}, "When did it happen"),
        ({"path": "/v1", "at": EXPIRED.report.at}, "What is the request id"),
    ],
)
def test_it_asks_for_one_thing(changes: dict[str, Any], question: str) -> None:
    asked = replace(NOTHING, report=replace(NOTHING.report, **changes))
    for who in get_args(Role):
        told = words(ask(CASE, replace(asked, role=who)).blocks)
        assert told.count("?") == 1 and "For example" in told
        assert question in told or who in ("visitor", "app")
        assert not re.search("request id|headers|POST", told) or who not in ("visitor", "app")


def test_progress_names_what_is_being_done() -> None:
    message = looking(CASE, stages("reading"), REPORT)
    assert message.text.startswith("Looking… asking the endpoint")
    assert words(message.blocks).startswith("Looking…reading ✓ readingasking the endpoint …reading")


@given(STRANGE)
def test_a_stream_tells_what_is_new_within_the_limits(text: str) -> None:
    secret = replace(REPORT, secrets=(text, "GitHub personal access token"))
    begun, before = stages(text), {stage.id: stage for stage in stages(text)}
    first = opening(CASE, f"locksmith:{CASE}:reply", begun, secret)
    ended = [replace(stage, state="complete", detail=text) for stage in begun]
    chunks = [*first, *changed("m", before, ended)]
    assert not [fault for chunk in chunks for fault in tagged(CHUNKS)(chunk, "/chunks")]
    told = [(chunk["id"], chunk["status"], "details" in chunk) for chunk in changed("m", before, ended)]
    assert told == [("m:endpoint", "complete", bool(text)), ("m:logs", "complete", bool(text))]
    assert CASE in first[0]["text"]
    for chunk in chunks[3:]:
        for said in (chunk["title"], chunk.get("details", "–")):
            assert not re.search("[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\ufeff\ud800-\udfff]", said)
    assert SIGNATURE not in json.dumps(opening(CASE, "m", stages(SIGNED), REPORT))


def test_every_message_of_a_case_names_it() -> None:
    for message in messages(EXPIRED):
        assert message.text.endswith(f"case {CASE}") and CASE in json.dumps(message.blocks)


@pytest.mark.parametrize("cause", causes().values(), ids=causes())
def test_every_cause_can_be_explained(cause: KnownCause) -> None:
    message = explain(cause)
    assert faults(message.blocks, "message") == []
    assert cause.title in words(message.blocks)
    assert "…" not in words([block for block in message.blocks if block["type"] == "header"])
    check_fallback(message.text)


def test_a_cause_page_holds_all_its_parts() -> None:
    cause = KnownCause(
        id="token_expired", title="The token has expired", owner="caller", prior=1.0, means="It is over.", evidence={},
        steps=(("caller", (Step("Call `/token` again."),)), ("service", (Step("Allow leeway."),))), why="Time goes by.",
        example="exp 1789947565", sure=("Read exp.",), prevent=("Refresh early.",),
        references=(("RFC 7519 section 4.1.4", "https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4"),),
    )  # fmt: skip
    message = explain(cause)
    assert faults(message.blocks, "message") == []
    told = words(message.blocks)
    for part in (
        "It is over.",
        "Time goes by.",
        "exp 1789947565",
        "Read exp.",
        "Allow leeway.",
        "Refresh early.",
        "RFC 7519",
    ):
        assert part in told
    assert {"type": "text", "text": "/token", "style": {"code": True}} in list(nodes(message.blocks))


def test_the_help_fits_and_is_inert() -> None:
    check(help_message([("why <case>", HOSTILE)]))


@pytest.mark.parametrize("engineer", [True, False])
@pytest.mark.parametrize("count", [0, 1, 200])
def test_home(count: int, engineer: bool) -> None:
    rows = [replace(open_case(HOSTILE), id=f"c-{at}", inside=engineer) for at in range(min(count, SHOWN))]
    view = home(rows, count, engineer=engineer, services=[service(HOSTILE)] * 40 if engineer else [])
    assert view_faults(view) == []
    check_inert(view["blocks"])
    told = words(view["blocks"])
    assert ("Nothing is open" in told) == (count == 0) and ("180 more" in told) == (count == 200)
    evidence = [node for node in nodes(view["blocks"]) if node.get("action_id") == "case_evidence"]
    assert bool(evidence) == (engineer and count > 0)
    assert ("Open incident" in told) == engineer


def open_case(text: str) -> OpenCase:
    return OpenCase(
        id=CASE, title=text, address=text, state=text, link="https://a.slack.com/archives/C1/p1", inside=True
    )


def service(text: str) -> ServiceStatus:
    share = Share(at=1e9, now=0.2, usual=0.01, total=1000, unauthorized=200, lag_s=0.0)
    return ServiceStatus(name=text, share=share, incidents=(Incident("i1", text),), at=1e9 + 5)


@pytest.mark.parametrize("who", get_args(Role))
def test_the_question_whose_request_it_is_names_nobody(who: Role) -> None:
    told = words(answer(CASE, replace(ALL["whose"], role=who)).blocks)
    assert "23:39:37 UTC" in told and "18 Sep 23:39:37 UTC" in told
    assert ("UTC · GET /v1/orders" in told) == (who in ("developer", "owner"))
    assert not [name for name in ("mira", "tom", "203.0.113.5") if name in told]
    assert "user mira" in words(evidence_modal(CASE, ALL["whose"])["blocks"])
