"""What rows of stores become: the same entries as lines of files, with what the store knows beside them."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.lookup import order
from bot.logs.stores.interface import Row
from bot.logs.stores.quoting import PLAIN, go_quoted, in_runs, pattern_of, plain_runs
from bot.logs.stores.rows import Reader, epoch, iso, row_of, since_epoch
from bot.model import Entry

AT = datetime(2026, 11, 21, 0, 20, 0, 250_000, tzinfo=UTC)
ID = "8df61237-28d2-4a79-b041-74425f8cc5aa"


def entries(rows: list[Row]) -> list[Entry]:
    reader = Reader("loki here", AT + timedelta(hours=1))
    reader.add(rows)
    return sorted(reader.entries, key=order)


def one(row: Row) -> Entry:
    (entry,) = entries([row])
    return entry


def test_a_line_without_a_date_has_the_stores() -> None:
    entry = one(Row(AT, "pod-1", 'INFO: 203.0.113.9:51123 - "GET /v2/orders HTTP/1.1" 401 Unauthorized'))
    assert (entry.time, entry.status, entry.path, entry.file) == (AT, 401, "/v2/orders", "loki here pod-1")
    assert entry.text == 'INFO: 203.0.113.9:51123 - "GET /v2/orders HTTP/1.1" 401 Unauthorized'


def test_plain_words_are_a_record_of_their_own() -> None:
    found = entries([Row(AT, "a", "token expired"), Row(AT + timedelta(seconds=1), "a", "bye")])
    assert [(e.text, e.message, e.format) for e in found] == [
        ("token expired", "token expired", "plain"),
        ("bye", "bye", "plain"),
    ]


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("2026-11-21 00:19:58,100", datetime(2026, 11, 21, 0, 19, 58, 100_000, UTC)),
        ("2026-11-21 02:20:00,100", AT),  # a zone that the line does not name
    ],
)
def test_a_lines_own_time_counts_where_it_is_near(written: str, time: datetime) -> None:
    assert one(Row(AT, "a", f"{written} ERROR token expired")).time == time


def test_a_stack_trace_in_one_row_is_one_record() -> None:
    text = "2026-11-21 00:20:00,100 ERROR refused\nTraceback (most recent call last):\n  File x\nValueError: y\n"
    assert one(Row(AT, "a", text)).text == text.rstrip()


def test_rows_come_once_and_in_the_order_of_time() -> None:
    rows = [Row(AT + timedelta(seconds=s), "a", f"line {s}") for s in (2, 0, 1, 0, 2)]
    found = entries(rows)
    assert [e.text for e in found] == ["line 0", "line 1", "line 2"]
    assert len({(e.file, e.offset) for e in found}) == 3


def test_a_row_of_values_is_read_as_json() -> None:
    record = {"ts": "x", "request_id": ID, "status": 401, "path": "/v2/orders", "host": "api.acme.test"}
    entry = one(row_of(AT, "logs", record, "message"))
    assert (entry.ids, entry.status, entry.path, entry.host) == ((ID,), 401, "/v2/orders", "api.acme.test")
    assert json.loads(entry.text) == record


def test_what_stands_beside_a_line_completes_it() -> None:
    record = {
        "message": '203.0.113.9 - - [21/Nov/2026:00:20:00 +0000] "GET /v2/orders HTTP/1.1" 401 44 "-" "curl/8"',
        "trace": {"id": "4bf92f3577b34da6a3ce929d0e0e4736"},
        "host": {"name": "node-7"},
        "level": "warn",
    }
    entry = one(row_of(AT, "logs", record, "message"))
    assert (entry.status, entry.client, entry.level) == (401, "203.0.113.9", "warning")
    assert entry.ids == ("4bf92f3577b34da6a3ce929d0e0e4736",)
    assert "4bf92f3577b34da6a3ce929d0e0e4736" in entry.text
    assert entry.get("host.name") == "node-7"


@pytest.mark.parametrize(
    "record",
    [{"event": {"original": "GET /a 401"}}, {"event.original": "GET /a 401"}, {"event": {"a": 1}}, {"event": "x"}, {}],
)
def test_the_line_may_stand_deeper(record: dict[str, Any]) -> None:
    row = row_of(AT, "logs", record, "event.original")
    assert row.text == ("GET /a 401" if "original" in repr(record) else json.dumps(record))


def test_the_machine_is_not_the_host_that_was_asked() -> None:
    assert one(Row(AT, "a", "GET /v2/orders 401", '{"host": "i-0123"}')).host is None


def test_json_in_a_line_within_a_record() -> None:
    line = json.dumps({"time": "2026-11-21T00:20:00Z", "msg": "refused", "status": 401, "url": "/v2/orders"})
    entry = one(row_of(AT, "pod", {"_msg": line, "kubernetes.pod": "a"}, "_msg"))
    assert (entry.status, entry.path, entry.message, entry.text) == (401, "/v2/orders", "refused", line)


ROWS = st.builds(
    Row,
    st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC)),
    st.text(max_size=5),
    st.text(max_size=80),
    st.just("") | st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=4).map(json.dumps),
)


@given(rows=st.lists(ROWS, max_size=5))
def test_any_rows_are_read(rows: list[Row]) -> None:
    found = entries(rows)
    assert len({(e.file, e.offset) for e in found}) == len(found)
    assert all(e.time for e in found)


@given(time=st.datetimes(timezones=st.just(UTC)))
def test_times_come_back_to_the_microsecond(time: datetime) -> None:
    assert since_epoch(microseconds=epoch(time)) == time
    assert iso(time.isoformat()) == time


def test_times_of_other_zones_and_none() -> None:
    assert iso("2026-11-21T02:20:00.250123456+02:00") == AT + timedelta(microseconds=123)
    assert iso("2026-11-21T00:20:00.250") == AT
    assert epoch(AT.astimezone(timezone(timedelta(hours=5)))) == epoch(AT)
    with pytest.raises(ValueError, match="large"):
        since_epoch(microseconds=10**30)


@given(text=st.text())
def test_runs_are_plain_and_in_the_text(text: str) -> None:
    for run in plain_runs(text):
        assert PLAIN.fullmatch(run)
        assert run in text


@given(having=st.lists(st.lists(st.text(min_size=1, max_size=9), min_size=1, max_size=3), max_size=3))
def test_nothing_but_plain_runs_is_quoted(having: list[list[str]]) -> None:
    for expression in in_runs(having):
        assert re.fullmatch(r'\(\("[^"]+"( AND "[^"]+")*\)( OR \("[^"]+"( AND "[^"]+")*\))*\)', expression)
        assert all(PLAIN.fullmatch(run) for run in re.findall('"([^"]+)"', expression))


@given(text=st.text())
def test_a_go_string_is_json_without_surrogates(text: str) -> None:
    assert json.loads(go_quoted(text)) == text.replace("\0", "").encode("utf-8", "ignore").decode()


@pytest.mark.parametrize("text", ["a", "a.b", "A|B", "(?i)", "\\d", "é", "a b"])
def test_a_pattern_finds_its_texts_only(text: str) -> None:
    found: Any = __import__("re2").compile(pattern_of((text,)))
    assert found.search(f"x{text.upper()}x")
    assert not found.search("1")
