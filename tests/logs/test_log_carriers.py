"""Carriers of lines: taken off in order, parts put together, and nothing taken for a carrier that is none."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.logs.formats import envelopes, parse
from bot.model import Entry

REFERENCE = datetime(2026, 11, 30, 8, tzinfo=UTC)
STAMP = "2026-11-30T06:17:31.186641123Z"


def entries(*lines: str) -> list[Entry]:
    offsets = [sum(len(line) + 1 for line in lines[:n]) for n in range(len(lines))]
    return list(parse(zip(offsets, lines, strict=True), file="x.log", reference=REFERENCE))


@pytest.mark.parametrize(
    ("line", "kinds", "inner"),
    [
        (f"{STAMP} stdout F {{}}", ("cri",), "{}"),
        (f'{STAMP} {{"a":1}}', ("timestamps",), '{"a":1}'),
        ("web-1  | Nov 30 06:17:31 web nginx[7]: x", ("docker-compose", "syslog-3164"), "x"),
        ("<134>Nov 30 06:17:34 haproxy[23687]: x", ("syslog-3164",), "x"),
        ("Nov 30 06:17:34 vm vm nginx: x", ("syslog-3164",), "x"),
        ("2026-11-30T06:17:31+00:00 app[web.1]: x", ("heroku",), "x"),
        ("83 <40>1 2026-11-30T06:17:31+00:00 host app web.3 - x y", ("syslog-5424",), "x y"),
        ("<40>1 2026-11-30T06:17:31+00:00 host app 7 ID - x", ("syslog-5424",), "x"),
        ("<40>1 2026-11-30T06:17:31+00:00 host app 7 ID -", ("syslog-5424",), ""),
        (
            '2026-11-30T06:17:31+0000 [twisted.python.log#info] "127.0.0.1" - - [30/Nov/2026:06:17:31 +0000] "GET / x"',
            ("twisted",),
            '127.0.0.1 - - [30/Nov/2026:06:17:31 +0000] "GET / x"',
        ),
    ],
)
def test_carriers_are_taken_off(line: str, kinds: tuple[str, ...], inner: str) -> None:
    wrapped = envelopes.unwrap(line, REFERENCE)
    assert (wrapped.kinds, wrapped.line) == (kinds, inner)
    assert wrapped.time is not None


@pytest.mark.parametrize(
    "line",
    [
        "Nov 30 06:17:34 WARNING: disk",
        "2026-11-30T06:17:31Z [warn]: token rejected",
        "ERROR | something",
        '{"log":"no stream"}',
        "2026-11-30T06:17:31Z stdout without tags",
        "2026-11-30T06:17:31Z GET https://api.test/v1 -> 401",
        "[Mon Nov 30 06:17:32 2026] [mpm_event:notice] x",
        "2026-11-30T06:17:31+0000 [shop#warn] 1d811e32 turned away",
    ],
)
def test_what_only_looks_like_a_carrier_stays(line: str) -> None:
    assert envelopes.unwrap(line, REFERENCE).line == line


def test_parts_of_two_streams_are_joined_each_with_its_own() -> None:
    found = entries(
        f'{STAMP} stdout P {{"msg":"a',
        f'{STAMP} stderr P {{"msg":"x',
        f"{STAMP} stdout P b",
        f'{STAMP} stderr F y"}}',
        f'{STAMP} stdout F c"}}',
    )
    assert [(e.message, e.format) for e in found] == [("xy", "json"), ("abc", "json")]
    assert found[1].offset == 0


def test_docker_joins_what_it_cut() -> None:
    def record(text: str) -> str:
        return json.dumps({"log": text, "stream": "stdout", "time": STAMP}, separators=(",", ":"))

    found = entries(record('{"msg":"half '), record('and half"}\n'), record('{"msg":"whole"}\n'))
    assert [e.message for e in found] == ["half and half", "whole"]


def test_a_part_that_is_never_finished_is_not_lost() -> None:
    assert [e.message for e in entries(f"{STAMP} stdout P GET /x", "2026-11-30 06:17:31 WARN y")] == ["y", "GET /x"]


def test_structured_data_is_read() -> None:
    (entry,) = entries(
        '<13>1 2026-11-30T06:17:31Z vm orders 77 - [a@1 k="v"][req@1 request_id="7f3ad9c2" q="a\\"b"] no'
    )
    assert (entry.ids, entry.get("k"), entry.get("q"), entry.pid, entry.message) == (
        ("7f3ad9c2",),
        "v",
        'a"b',
        "77",
        "no",
    )


PARTS = (
    f"{STAMP} stdout P K",
    f"{STAMP} stdout F L",
    f"{STAMP} stderr P M",
    '{"log":"X","stream":"stdout"}',
    '{"log":"Y\\n","stream":"stdout","time":"z"}',
    "W",
    "",
)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PARTS), max_size=8))
def test_no_order_of_parts_loses_anything(lines: list[str]) -> None:
    joined = list(envelopes.joined(enumerate(lines)))
    assert len({at for at, _ in joined}) == len(joined)
    for letter in "KLMXYW":
        assert sum(text.count(letter) for _, text in joined) == sum(line.count(letter) for line in lines)
