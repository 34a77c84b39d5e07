"""Every kind of store, with the same records in it, gives the same answer: real engines, else stand-ins for the API."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.logs.interface import Found, LogQuery
from bot.logs.search import find
from bot.logs.stores import KINDS, datadog, elastic, google, loki
from bot.logs.stores import look as look_up
from bot.logs.stores.http import Http
from bot.logs.stores.interface import Ask, Row, Store
from bot.logs.stores.quoting import clean
from tests.logs.stores.conftest import ClickHouseServer
from tests.logs.stores.places import ENVIRON, REAL, WEB, Place, configured, stand_in
from tests.logs.stores.standins import AT, Record

ID = "8df61237-28d2-4a79-b041-74425f8cc5aa"
QUERY = LogQuery(posted_at=AT + timedelta(minutes=30), at=AT, precision_s=1.0, path="/v2/orders")


def access(seconds: float, status: int = 200, path: str = "/v2/orders", tail: str = "") -> str:
    time = AT + timedelta(seconds=seconds)
    return f'203.0.113.9 - - [{time:%d/%b/%Y:%H:%M:%S} +0000] "GET {path} HTTP/1.1" {status} 44 "-" "curl/8.5.0"{tail}'


def record(seconds: float, line: str, stream: str = "pod-1", **fields: Any) -> Record:
    return Record(AT + timedelta(seconds=seconds), line, stream, fields)


STORY = (
    *(record(second, access(second, tail=f" rid={uuid.UUID(int=second + 999)}")) for second in range(-240, 240, 3)),
    record(0.5, access(0.5, 401, tail=f" rid={ID}")),
    record(0.4, f"WARN [{ID}] token rejected: signature mismatch, key=sk_live_4242424242424242", "pod-2"),
    record(0.45, "GET /v2/orders refused", "pod-3", request_id=ID),
)


@pytest.fixture(params=sorted(KINDS))
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Puts records into a store of each kind."""
    kind = request.param
    if kind in WEB:
        return stand_in(kind, tmp_path)
    real: dict[str, Callable[[pytest.FixtureRequest, Path], Place]] = {
        "clickhouse": _clickhouse,
        "cloudwatch": _cloudwatch,
    }
    return real[kind](request, tmp_path)


def _clickhouse(request: pytest.FixtureRequest, folder: Path) -> Place:
    server: ClickHouseServer = request.getfixturevalue("clickhouse")

    @contextmanager
    def place(records: Sequence[Record]) -> Iterator[Store]:
        server.fill(records)
        yield configured(folder, REAL["clickhouse"](server.url))[0]

    return place


def _cloudwatch(request: pytest.FixtureRequest, folder: Path) -> Place:
    fill, url = request.getfixturevalue("cloudwatch"), request.getfixturevalue("moto_url")

    @contextmanager
    def place(records: Sequence[Record]) -> Iterator[Store]:
        group = f"/billing/{uuid.uuid4()}"
        fill(group, [r.whole for r in records])
        yield configured(folder, REAL["cloudwatch"](url) | {"cloudwatch": group})[0]

    return place


def look(store: Store, **more: Any) -> Found:
    return find(replace(QUERY, **more), [], [store], environ=ENVIRON)


def test_a_request_is_found_by_its_id_with_all_its_lines(place: Place) -> None:
    with place(STORY) as store:
        found = look(store, ids=(ID,))
    assert found.notes == ()
    assert found.how == "id"
    assert sorted(e.file.rpartition(" ")[2].strip("{}") for e in found.request) == sorted(_streams(store.kind))
    (answer,) = [e for e in found.request if e.status == 401]
    assert (answer.path, answer.client, answer.time) == (
        "/v2/orders",
        "203.0.113.9",
        AT,
    )
    assert all(ID in e.text for e in found.request)
    assert found.files == (store.name,)


def _streams(kind: str) -> list[str]:
    """The streams of the three lines: what each store tells of their origin."""
    same = {"opensearch": "logs-000001", "elasticsearch": "logs-000001", "clickhouse": "logs.http"}
    if kind in same:
        return [same[kind]] * 3
    return [f'pod="pod-{n}"' if kind == "victorialogs" else f"pod-{n}" for n in (1, 2, 3)]


def test_without_an_id_it_is_found_by_time_path_and_status(place: Place) -> None:
    with place(STORY) as store:
        found = look(store)
    assert found.notes == ()
    assert found.how == "window"
    assert found.window_s == 3.0
    assert [e.status for e in found.request if e.status] == [401]
    assert len(found.around) == len(STORY)


def test_secrets_of_rows_are_hidden(place: Place) -> None:
    with place(STORY) as store:
        found = look(store, ids=(ID,))
    assert "4242424242" not in repr(found)
    assert any("signature mismatch" in e.text for e in found.request)


def test_the_window_widens_and_says_so(place: Place) -> None:
    with place([record(540, access(540, 401))]) as store:
        if store.kind == "cloudwatch":
            pytest.skip("moto reads a pattern of several terms as one term")
        found = look(store)
    assert found.window_s == 900.0
    assert found.notes == ("nothing within 3 seconds of the named time; found 9 minutes later",)


def test_an_id_at_another_time_is_found_at_last(place: Place) -> None:
    story = [record(-7200, access(-7200, 401, tail=f" rid={ID}")), record(-7205, access(-7205, path="/health"))]
    with place(story) as store:
        found = look(store, ids=(ID,))
    assert found.how == "id"
    assert [e.path for e in found.around] == ["/health", "/v2/orders"]


def test_an_id_that_is_nowhere_is_said(place: Place) -> None:
    with place(STORY) as store:
        found = look(store, ids=("ffffffff-0000-4000-8000-000000000000",))
    assert found.how == "window"
    assert found.notes == ("no line holds the id ffffffff-0000-4000-8000-000000000000",)


def test_an_empty_store_is_no_fault(place: Place) -> None:
    with place([]) as store:
        found = look(store)
    assert (found.how, found.notes, found.files) == ("none", (), (store.name,))


def test_more_rows_than_a_page_are_read_nearest_first(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look_up, "MOST_NEAR", 250)
    for module in (loki, elastic, datadog, google):
        monkeypatch.setattr(module, "PAGE", 100)
    with place([record(second, access(second, path=f"/p/{second}")) for second in range(-300, 300)]) as store:
        found = look(store)
    paths = {e.path for e in found.around}
    assert {f"/p/{second}" for second in range(-248, 248)} <= paths
    assert not {f"/p/{second}" for second in (-260, 260)} & paths


NASTY = [
    '"', "\\", '\\"', "'", "`", '" |= "x', '"} or {app="other', "') OR 1=1 --", "*", "?", "a|b", "(?i", "[", "$x$",
    "%", "| delete", "[search index=_*]", "`macro`", "\t", "a\nb", "ſ", "İ", "é", "{p0:String}", "' \\' \\\\'", "&a=b",
    "../..", "-1", "NOT", "AND", "-service:billing", "\x7f", "\x85", "\u2028", "a" * 300, "😀",
]  # fmt: skip


def ask(store: Store, text: str) -> list[Row]:
    async def asked() -> list[Row]:
        span = timedelta(minutes=2)
        async with Http(store, environ=ENVIRON) as http:
            return list(await store.rows(Ask(start=AT - span, end=AT + span, having=((text,),)), http))

    return asyncio.run(asked())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=25)
@given(text=st.text(min_size=1, max_size=40).map(clean).filter(str.strip))
def test_what_a_stranger_wrote_stays_a_text(place: Place, text: str) -> None:
    with place([record(0, f"id={text}."), record(1, "no such thing")]) as store:
        assert f"id={text}." in [row.text for row in ask(store, text)]


def test_what_means_something_elsewhere_stays_a_text(place: Place) -> None:
    lines = {text: f"id={text}." for text in NASTY}
    with place([record(second, line) for second, line in enumerate(lines.values())]) as store:
        missed = [text for text, line in lines.items() if line not in [row.text for row in ask(store, text)]]
    assert missed == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=5)
@given(ids=st.lists(st.text(max_size=30), max_size=2), path=st.none() | st.text(max_size=30))
@example(ids=NASTY[:6], path="/x?`'\"\\")
def test_a_report_full_of_them_is_looked_up(place: Place, ids: list[str], path: str | None) -> None:
    with place([record(0, access(0, 401))]) as store:
        found = look(store, ids=tuple(ids), path=path)
    assert [note for note in found.notes if note.startswith(store.name)] == []
