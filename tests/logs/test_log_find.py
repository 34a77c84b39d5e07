"""Finding a failing request in real files: by id, by time and caller, across files, packed or large."""

from __future__ import annotations

import gzip
import os
import random
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.files import find
from bot.logs.interface import Found, LogQuery
from bot.logs.match import holder, spellings
from bot.logs.scan import needles

POSTED = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)
AT = datetime(2026, 11, 21, 0, 20, tzinfo=UTC)
ID = "8df61237-28d2-4a79-b041-74425f8cc5aa"


def access(at: datetime, path: str = "/v2/orders", status: int = 401, **more: str) -> str:
    client, user = more.get("client", "203.0.113.9"), more.get("user", "-")
    agent, tail = more.get("agent", "curl/8.5.0"), more.get("tail", "")
    return (
        f'{client} - {user} [{at:%d/%b/%Y:%H:%M:%S} +0000] "{more.get("method", "GET")} {path} HTTP/1.1" '
        f'{status} 44 "-" "{agent}"{tail}'
    )


def write(path: Path, *lines: str) -> str:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def query(**more: Any) -> LogQuery:
    return replace(LogQuery(posted_at=POSTED, at=AT, precision_s=1.0, path="/v2/orders"), **more)


def texts(found: Found) -> list[str]:
    return [e.text for e in found.request]


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


@pytest.mark.parametrize(
    "asked", [ID, ID.upper(), ID.replace("-", ""), f"00-{ID.replace('-', '')}-b7ad6b7169203331-01"]
)
@pytest.mark.parametrize("written", [ID, ID.replace("-", ""), ID.upper()])
def test_an_id_is_found_however_it_is_spelled(tmp_path: Path, asked: str, written: str) -> None:
    write(tmp_path / "access.log", access(AT), access(AT, tail=f" rid={written}"), access(AT))
    found = find(query(ids=(asked,)), [str(tmp_path)])
    assert found.how == "id"
    assert texts(found) == [access(AT, tail=f" rid={written}")]
    assert found.window_s is None


def test_an_id_that_begins_like_another_is_not_it(tmp_path: Path) -> None:
    write(tmp_path / "a.log", access(AT, tail=" rid=4f21e8aa90ff"))
    found = find(query(ids=("4f21e8aa90",)), [str(tmp_path)])
    assert found.how == "window"
    assert "no line holds the id 4f21e8aa90" in found.notes


def test_lines_of_one_request_come_together_across_files_in_the_order_of_time(tmp_path: Path) -> None:
    write(tmp_path / "access.log", access(AT, status=200), access(AT, tail=f" rid={ID}"), access(AT + seconds(3)))
    write(
        tmp_path / "app.log",
        f"2026-11-21 00:19:59,900 INFO [{ID}] token rejected: expired",
        "2026-11-21 00:20:00,100 INFO [0f2bf2d5-152f-4226-926c-4e6c24a13a7d] something else",
    )
    write(
        tmp_path / "error.log",
        '2026/11/21 00:20:00 [error] 7#7: *9 no token, client: 203.0.113.9, request: "GET /v2/orders HTTP/1.1"',
        '2026/11/21 00:20:00 [error] 7#7: *8 no token, client: 203.0.113.9, request: "GET /v2/cart HTTP/1.1"',
    )
    found = find(query(ids=(ID,)), [str(tmp_path)])
    assert [Path(e.file).name for e in found.request] == ["app.log", "access.log", "error.log"]
    assert len(found.around) == 7
    assert [e.time for e in found.around] == sorted(e.time for e in found.around if e.time)


def test_of_several_ids_the_best_names_the_request(tmp_path: Path) -> None:
    login = access(AT - seconds(5), path="/login", tail=" rid=0b86c23e5c")
    write(tmp_path / "a.log", login, access(AT, tail=" rid=2b52820b12"))
    found = find(query(ids=("2b52820b12", "0b86c23e5c")), [str(tmp_path)])
    assert texts(found) == [access(AT, tail=" rid=2b52820b12")]
    assert [e.path for e in found.others] == ["/login"]


def test_without_an_id_the_application_line_brings_its_own(tmp_path: Path) -> None:
    write(tmp_path / "access.log", access(AT))
    write(
        tmp_path / "app.log",
        f"timestamp='2026-11-21 00:20:00' level='warning' event='token rejected' request_id='{ID}'",
        f"timestamp='2026-11-21 00:20:00' event='http' method='GET' path='/v2/orders' status=401 request_id='{ID}'",
        "timestamp='2026-11-21 00:20:01' event='http' method='GET' path='/v2/orders' status=200 request_id='x1y2'",
    )
    assert len(find(query(), [str(tmp_path)]).request) == 3


def test_an_error_that_tells_the_same_answer_belongs_to_the_request_of_its_thread(tmp_path: Path) -> None:
    head = "2026-11-21 00:20:00.{} {} 9 --- [nio-{}] shop.Web : GET /v2/orders {}"
    write(
        tmp_path / "api.log",
        head.format("100", " WARN", 3, "failed, answering 401"),
        head.format("101", " INFO", 3, "user=ann 401"),
        head.format("160", "ERROR", 4, "failed, answering 401"),
        "feign.FeignException$Unauthorized: [401] during [GET] to [http://rates/latest]",
        head.format("161", " INFO", 4, "user=ben 401"),
    )
    found = find(replace(query(), user="ben"), [str(tmp_path)])
    assert [e.get("thread") for e in found.request] == ["nio-4", "nio-4"]
    assert "FeignException" in found.request[0].message


def test_a_line_with_another_number_of_the_same_series_is_another_requests(tmp_path: Path) -> None:
    write(
        tmp_path / "api.log",
        "2026-11-21 00:20:00 AB-99172 GET /v2/orders refused, token revoked",
        "2026-11-21 00:20:00 AB-99172 told them so",
        "2026-11-21 00:20:00 AB-9107 GET /v2/orders ok",
    )
    found = find(replace(query(), ids=("AB-99172",)), [str(tmp_path)])
    assert [e.message[:8] for e in found.request] == ["AB-99172"] * 2


def test_lines_between_the_start_and_the_end_of_a_request_belong_to_it(tmp_path: Path) -> None:
    head = "2026-11-21 00:20:0{} +00:00 [Information] Microsoft.AspNetCore.Hosting.Diagnostics: Request "
    write(
        tmp_path / "api.log",
        head.format("0.100") + "starting HTTP/2 GET https://a.test/v2/cart",
        head.format("0.200") + "finished in 2.4ms 200",
        head.format("0.300") + "starting HTTP/2 GET https://a.test/v2/orders",
        "2026-11-21 00:20:00.400 +00:00 [Error] Jwt.Handler: Exception.\nIDX10501: no key",
        head.format("0.500") + "finished in 2.4ms 401",
        head.format("0.600") + "starting HTTP/2 GET https://a.test/v2/cart",
    )
    found = find(query(), [str(tmp_path)])
    assert [e.time.microsecond // 100_000 for e in found.request if e.time] == [3, 4, 5]
    assert "IDX10501" in found.request[1].message


@pytest.mark.parametrize(
    ("away", "window", "note"),
    [
        (0.5, 3.0, None),
        (90, 120.0, "found 90 seconds later"),
        (540, 900.0, "found 9 minutes later"),
        (3000, 3600.0, "found 50 minutes later"),
        (7200, None, "found 2 hours later"),
    ],
)
def test_the_window_widens_and_says_so(tmp_path: Path, away: float, window: float | None, note: str | None) -> None:
    write(tmp_path / "a.log", access(AT, status=200), access(AT + seconds(away)))
    found = find(query(posted_at=POSTED + seconds(86_400)), [str(tmp_path)])
    assert found.how == "window"
    assert found.window_s == window
    assert found.request[0].status == 401
    assert any(note in n for n in found.notes) if note else not found.notes


def test_the_caller_that_is_named_is_preferred(tmp_path: Path) -> None:
    write(
        tmp_path / "a.log",
        access(AT, user="ann"),
        access(AT, user="carol"),
        access(AT, client="198.51.100.7"),
        access(AT, agent="okhttp/4.12.0"),
        access(AT, status=404),
    )
    assert find(query(user="carol"), [str(tmp_path)]).request[0].user == "carol"
    assert find(query(client="198.51.100.7"), [str(tmp_path)]).request[0].client == "198.51.100.7"
    assert find(query(user_agent="okhttp"), [str(tmp_path)]).request[0].user_agent == "okhttp/4.12.0"
    assert find(query(status=404), [str(tmp_path)]).request[0].status == 404
    assert len(find(query(), [str(tmp_path)]).others) == 4


@pytest.mark.parametrize("written", ["/v2/orders", "/v2/orders/", "/v2/orders?page=1", "/orders", "/api/v2/orders"])
def test_a_path_is_known_behind_slashes_queries_and_mounts(tmp_path: Path, written: str) -> None:
    write(tmp_path / "a.log", access(AT, path="/v2/cart"), access(AT, path=written))
    assert find(query(), [str(tmp_path)]).request[0].path == written.split("?", maxsplit=1)[0]


def test_successes_alone_are_brought_as_others(tmp_path: Path) -> None:
    write(tmp_path / "a.log", access(AT, status=200), access(AT, path="/other"))
    found = find(query(), [str(tmp_path)])
    assert (found.how, found.request) == ("window", ())
    assert [e.status for e in found.others] == [200]


def test_nothing_fits_and_the_neighbourhood_is_there(tmp_path: Path) -> None:
    write(tmp_path / "a.log", "2026-11-21 00:19:00 INFO listening", "2026-11-20 23:00:00 INFO too early")
    found = find(query(), [str(tmp_path)])
    assert (found.how, found.request, found.others) == ("none", (), ())
    assert [e.message for e in found.around] == ["listening"]


def test_files_without_times_borrow_them_from_a_file_that_has_them(tmp_path: Path) -> None:
    paths = ["/a", "/v2/orders", "/b", "/c", "/d"]
    write(tmp_path / "uvicorn.log", *(f'INFO:     127.0.0.1:5 - "GET {p} HTTP/1.1" 401 Unauthorized' for p in paths))
    write(tmp_path / "app.log", *(f"2026-11-21 00:20:0{n},000 INFO refused {p}" for n, p in enumerate(paths)))
    found = find(query(at=AT + seconds(1)), [str(tmp_path)])
    assert {Path(e.file).name for e in found.request} == {"uvicorn.log", "app.log"}
    assert {e.time for e in found.request} == {AT + seconds(1)}


def test_packed_files_folders_and_globs_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "logs" / "old"
    folder.mkdir(parents=True)
    with gzip.open(folder / "access.log.1.gz", "wt") as stream:
        stream.write(access(AT, tail=f" rid={ID}") + "\n")
    write(tmp_path / "logs" / ".hidden.log", access(AT, tail=f" rid={ID}"))
    for place in (tmp_path, folder / "access.log.1.gz", tmp_path / "**" / "*.gz"):
        found = find(query(ids=(ID,)), [str(place)])
        assert found.how == "id"
        assert found.files == (str(folder / "access.log.1.gz"),)


@pytest.mark.parametrize(
    ("name", "content", "note"),
    [
        ("empty.log", b"", "is empty"),
        ("core", b"\x7fELF\0\0\0", "is binary"),
        ("packed", bytes(n * n * 7 % 251 for n in range(4096)), "is binary"),
        ("wide.log", "x".encode("utf-16"), "is UTF-16"),
        ("a.log.xz", b"\xfd7zXZ\0....", "is packed in a way that is not read"),
        ("false.log.zst", b"\x28\xb5\x2f\xfd....", "is damaged or cut off"),
        ("false.log.bz2", b"BZh9....", "is damaged or cut off"),
        ("cut.log.gz", gzip.compress(os.urandom(9000))[:2000], "is damaged or cut off"),
        ("lines.log.gz", gzip.compress(b"?? what\n" * 99 + os.urandom(9000))[:2000], "is damaged or cut off"),
        ("false.log.gz", b"\x1f\x8bnot gzip at all", "is damaged or cut off"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_note(tmp_path: Path, name: str, content: bytes, note: str) -> None:
    (tmp_path / name).write_bytes(content)
    write(tmp_path / "good.log", access(AT))
    found = find(query(), [str(tmp_path)])
    assert found.how == "window"
    assert [n for n in found.notes if name in n and note in n and "\n" not in n]
    assert len(found.notes) == 1


def test_a_path_that_is_not_there_is_a_note(tmp_path: Path) -> None:
    found = find(query(), [str(tmp_path / "none.log"), str(tmp_path / "*.nothing"), str(tmp_path / "bad\0name")])
    assert found.how == "none"
    assert len(found.notes) == 3
    assert "there is no such file" in found.notes[0]


def test_a_line_in_another_encoding_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(access(AT).encode() + b"\n2026-11-21 00:20:00 WARN \xe9t\xe9 401\n")
    assert len(find(query(), [str(tmp_path)]).around) == 2


def test_much_that_cannot_be_understood_is_said(tmp_path: Path) -> None:
    write(tmp_path / "odd.log", *(["?? what is this"] * 20))
    assert any("100 % of its lines could not be understood" in n for n in find(query(), [str(tmp_path)]).notes)


def large(path: Path, *, shuffled: bool = False) -> tuple[str, datetime]:
    """Some 8 MB over ten hours; the one 401 lies six hours in."""
    start = datetime(2026, 11, 20, 12, tzinfo=UTC)
    failing = start + timedelta(hours=6)
    lines = [access(start + seconds(n * 0.5), path=f"/p/{n}", status=200) for n in range(72_000)]
    lines.insert(43_200, access(failing, tail=f" rid={ID}"))
    if shuffled:
        random.Random(1).shuffle(lines)
    return write(path, *lines), failing


@pytest.mark.parametrize("ids", [(), (ID,)])
def test_of_a_large_ordered_file_only_a_part_is_read(tmp_path: Path, ids: tuple[str, ...]) -> None:
    path, failing = large(tmp_path / "big.log")
    found = find(query(at=failing + seconds(20), precision_s=30.0, ids=ids), [path])
    assert found.request[0].time == failing
    assert len(found.request) == 1
    assert len(found.around) == pytest.approx(20 * 60 * 2, abs=5)
    assert found.read.bytes < Path(path).stat().st_size / 2


def test_a_large_file_out_of_order_is_searched_through(tmp_path: Path) -> None:
    path, failing = large(tmp_path / "big.log", shuffled=True)
    found = find(query(at=failing, precision_s=30.0), [path])
    assert [e.time for e in found.request] == [failing]
    assert len(found.around) == pytest.approx(20 * 60 * 2, abs=5)


def test_secrets_are_gone_and_sessions_can_be_followed(tmp_path: Path) -> None:
    session, key = "CC1CFBA0D79571D5" + "ABE27E2C02A6CC77", "ak_live_" + "7d1f0c22b9e84a"
    write(
        tmp_path / "a.log",
        access(AT, path=f"/v2/orders?api_key={key}", tail=f" sess={session} {session}"),
        access(AT + seconds(9), path="/v2/cart", status=200, tail=f" sess={session}"),
        access(AT + seconds(9), path=f"/v2/cart?api_key={key}", status=200, tail=" sess=-"),
        f"2026-11-21 00:20:01 WARN Authorization: Bearer {'abc' * 9}1 refused",
        "2026-11-21 00:20:02 WARN X-Api-Key: ${API_KEY} refused",
    )
    found = find(query(), [str(tmp_path)])
    everything = repr(found)
    assert session not in everything
    assert key not in everything
    assert "abc" * 9 not in everything
    first, *rest = [e for e in found.around if e.format == "access"]
    assert first.get("sess") == rest[0].get("sess") != rest[1].get("sess") == "-"
    assert first.query == rest[1].query
    assert first.query.startswith("api_key=ak_live…#")
    assert "${API_KEY}" in everything


@given(st.uuids(), st.booleans(), st.booleans())
def test_every_spelling_of_a_uuid_holds_it(value: uuid.UUID, dashes: bool, upper: bool) -> None:
    written = str(value) if dashes else value.hex
    written = written.upper() if upper else written
    assert written in spellings(str(value))
    assert written in spellings(value.hex)
    assert holder([value.hex]).search(f"id={written};")
    assert not holder([value.hex]).search(f"id={written}0")


def test_a_line_on_the_same_user_and_address_belongs_to_the_request(tmp_path: Path) -> None:
    nonce = (
        "[Sat Nov 21 00:20:00.100 2026] [auth_digest:info] [pid 7] [client {}] AH01778: user {}: nonce expired (9 s)"
    )
    mine = nonce.format("203.0.113.9:55012", "meter")
    others = nonce.format("203.0.113.9:55013", "scada"), nonce.format("203.0.113.8:55013", "meter")
    write(tmp_path / "access.log", access(AT, user="meter"))
    write(tmp_path / "error.log", others[0], mine, others[1])
    assert texts(find(query(), [str(tmp_path)])) == [access(AT, user="meter"), mine]


def test_a_refusal_in_a_librarys_words_is_found_by_its_path(tmp_path: Path) -> None:
    refused = "2026/11/21 00:20:00 GET /v2/orders from 10.0.0.9:1: auth: Token used before issued"
    write(tmp_path / "api.log", "2026/11/21 00:20:00 GET /v2/orders from 10.0.0.8:1: ok ann", refused)
    assert texts(find(query(), [str(tmp_path)])) == [refused]


@given(st.uuids(), st.sampled_from([str, str.upper]), st.booleans(), st.booleans())
def test_what_is_looked_for_stands_in_every_spelling(
    value: uuid.UUID, spelled: Callable[[str], str], dashed: bool, asked_dashed: bool
) -> None:
    written = spelled(str(value) if dashed else value.hex).encode()
    asked = str(value) if asked_dashed else value.hex
    assert any(needle in written for needle in needles([asked]))
    assert len(needles([asked])) <= 2


def test_a_captured_header_joins_the_line_that_bears_it_and_a_captured_key_does_not(tmp_path: Path) -> None:
    def proxy(second: int, captured: str) -> str:
        at = AT + timedelta(seconds=second)
        return (
            f"{at:%b %d %H:%M:%S} lb1 haproxy[811]: 192.0.2.31:40831 [{at:%d/%b/%Y:%H:%M:%S}.000] fe be/n1 0/0/1/18/46 "
            f'401 331 - - ---- 3/3/0/0/0 0/0 {{{captured}}} "POST /in/gas HTTP/1.1"'
        )

    def hook(second: int, words: str) -> str:
        return f"{AT + timedelta(seconds=second):%Y-%m-%dT%H:%M:%S}.004Z {words}"

    seconds = range(0, 600, 30)
    ids = write(tmp_path / "lb.log", *(proxy(s, f"00{s:04}A") for s in seconds))
    app = write(tmp_path / "app.log", *(hook(s + 5, f"hook#00{s:04}A seal broken") for s in seconds))
    query = LogQuery(at=AT, precision_s=10, posted_at=POSTED, path="/in/gas", status=401)
    assert [e.text[-11:] for e in find(query, [ids, app]).request if e.file == app] == ["seal broken"]
    write(tmp_path / "lb.log", *(proxy(s, "ak_0001A") for s in seconds))
    write(tmp_path / "app.log", *(hook(s + 5, "customer ak_0001A seal broken") for s in seconds))
    assert not [e for e in find(query, [ids, app]).request if e.file == app]


def test_an_answer_without_a_path_is_known_by_the_call_of_the_same_id(tmp_path: Path) -> None:
    def told(second: int, name: str, path: str) -> list[str]:
        at = AT + timedelta(seconds=second)
        head = f"I, [{at:%Y-%m-%dT%H:%M:%S}.000000 #22]  INFO -- : [{name}]"
        return [
            f'{head} Started GET "{path}" for 192.0.2.{second % 200} at {at:%Y-%m-%d %H:%M:%S} +0000',
            f"{head} Completed 401 Unauthorized in 3ms",
        ]

    names = [str(uuid.UUID(int=n << 96 | 7)) for n in range(8)]
    log = write(
        tmp_path / "production.log", *(line for n in range(8) for line in told(n, names[n], f"/api/scans/{n}/full"))
    )
    query = LogQuery(at=AT + timedelta(seconds=2), precision_s=60, posted_at=POSTED, path="/api/scans/6/full")
    assert {i for e in find(query, [log]).request for i in e.ids} == {names[6]}


def test_a_session_is_followed_back_beyond_the_neighbourhood(tmp_path: Path) -> None:
    mine = " sid=9F21C0AA77.n1"
    long_ago = [access(AT - timedelta(minutes=m), status=200, tail=mine) for m in (90, 95, 100)]
    others = [access(AT - timedelta(minutes=m), status=200, tail=" sid=77AC0A11B2.n1") for m in (92, 10)]
    refused = access(AT, tail=mine)
    path = write(tmp_path / "access.log", *sorted([*long_ago, *others, refused]))
    found = find(LogQuery(posted_at=POSTED, at=AT, path="/v2/orders"), [path])
    session = found.request[0].get("sid")
    assert [e.time for e in found.around if e.get("sid") == session and e.status == 200] == [
        AT - timedelta(minutes=m) for m in (90, 95, 100)
    ]
    assert not any(e.get("sid") != session and e.time == AT - timedelta(minutes=92) for e in found.around)
    path = write(
        tmp_path / "access.log", *sorted([*long_ago, access(AT - timedelta(minutes=9), status=200, tail=mine), refused])
    )
    found = find(LogQuery(posted_at=POSTED, at=AT, path="/v2/orders"), [path])
    assert sum(e.status == 200 for e in found.around) == 1, "the neighbourhood tells enough"


def test_an_undated_record_is_found_whole_by_its_indented_line(tmp_path: Path) -> None:
    lines = [
        f"info: Acme.Hosting[{n % 2 + 1}]\n      Request finished HTTP/1.1 GET http://h:5000/{path} - {code} 0"
        for n, (path, code) in enumerate([("a", 200), ("b", 401), ("c", 200)])
    ]
    log = tmp_path / "app.log"
    log.write_text("\n".join(lines) + "\n")
    found = find(LogQuery(posted_at=POSTED, at=AT, precision_s=60.0, path="/b", status=401), [str(log)])
    assert [(e.path, e.status, e.text) for e in found.request] == [("/b", 401, lines[1])]


def test_what_is_written_whenever_a_request_is_refused_is_written_of_it(tmp_path: Path) -> None:
    """A second log without ids, paths or callers: its like comes with the refusals, and hardly without."""
    moments = [AT - seconds(300), AT - seconds(120), AT]
    write(tmp_path / "access.log", *(access(at) for at in moments), access(AT - seconds(60), status=200))
    said = [
        f"{at:%Y-%m-%d %H:%M:%S} W WebUI: origin header 'https://x{at:%M}.test' is of another site" for at in moments
    ]
    calm = [f"{AT - seconds(10 * n + 4):%Y-%m-%d %H:%M:%S} N torrent {n} has finished" for n in range(30)]
    write(tmp_path / "app.log", *sorted((*said, *calm), key=lambda text: text[:19]))
    assert said[-1] in texts(find(query(), [str(tmp_path)]))
    assert not any("torrent" in text for text in texts(find(query(), [str(tmp_path)])))


def test_a_client_that_is_named_is_looked_for_beyond_a_rough_time(tmp_path: Path) -> None:
    named = access(AT + seconds(1_500), agent="Tusk/15 CFNetwork")
    write(tmp_path / "access.log", access(AT), named)
    asked = query(path=None, precision_s=900.0, named=frozenset({"tusk"}))
    assert texts(find(asked, [str(tmp_path)])) == [named]
    assert texts(find(replace(asked, precision_s=60.0), [str(tmp_path)])) != [named]
