"""Lines as real software writes them: each record of samples/*.txt is followed by what must be read from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.logs.formats import parse, quick_time, times
from bot.model import Entry

SAMPLES = Path(__file__).parent / "samples"
REFERENCE = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)


def read(text: str, reference: datetime = REFERENCE) -> list[Entry]:
    return list(parse(enumerate(text.split("\n")), file="x.log", reference=reference))


def samples() -> Iterator[Any]:
    for path in sorted(SAMPLES.glob("*.txt")):
        held: list[str] = []
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("=> "):
                yield pytest.param("\n".join(held), json.loads(line[3:]), id=f"{path.stem}: {held[0][:50]}")
                held = []
            else:
                held.append(line)
        assert not held, f"{path.name} ends without an expectation"


def seen(entry: Entry, name: str) -> object:
    if name.startswith("fields."):
        return entry.get(name.removeprefix("fields."))
    value = getattr(entry, name)
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize(("record", "expected"), list(samples()))
def test_a_sample_is_read_as_one_entry(record: str, expected: dict[str, object]) -> None:
    entries = read(record)
    assert len(entries) == 1
    assert {name: seen(entries[0], name) for name in expected} == expected
    assert entries[0].text == record


@pytest.mark.parametrize(("record", "expected"), list(samples()))
def test_the_quick_look_at_a_time_agrees_with_the_whole_reading(record: str, expected: dict[str, object]) -> None:
    quick = quick_time(record.split("\n", maxsplit=1)[0], REFERENCE)
    if "time" in expected:
        exact = datetime.fromisoformat(str(expected["time"])) if expected["time"] else None
        assert (quick is None) == (exact is None)
        assert quick is None or exact is None or abs(quick - exact) <= timedelta(seconds=1)


@pytest.mark.parametrize(
    ("stamp", "moment"),
    [
        ("2026-11-21 00:06:39.5", "2026-11-21T00:06:39.500000+00:00"),
        ("2026-11-21T00:06:39,123+0130", "2026-11-20T22:36:39.123000+00:00"),
        ("2026-11-21 01:06:39 CET", "2026-11-21T00:06:39+00:00"),
        ("2026/11/21 00:06:39", "2026-11-21T00:06:39+00:00"),
        ("Nov  1 00:06:39", "2026-11-01T00:06:39+00:00"),
        ("Dec 31 23:59:59", "2025-12-31T23:59:59+00:00"),
        ("21.11.2026 00:06:39", "2026-11-21T00:06:39+00:00"),
        ("11/20/2026 11:06:39 PM", "2026-11-20T23:06:39+00:00"),
        ("1795219200", "2026-11-21T00:00:00+00:00"),
        ("1795219200123", "2026-11-21T00:00:00.123000+00:00"),
        ("23:59:59.000 ", "2026-11-20T23:59:59+00:00"),
    ],
)
def test_stamps_become_utc(stamp: str, moment: str) -> None:
    found = times.value(stamp, REFERENCE)
    assert found is not None
    assert found.isoformat() == moment


def test_day_and_month_are_told_apart_by_the_date_of_the_report() -> None:
    assert times.value("06/05/2026 06:01:11", datetime(2026, 5, 6, 7, tzinfo=UTC)) == datetime(
        2026, 5, 6, 6, 1, 11, tzinfo=UTC
    )


def test_impossible_dates_are_no_times() -> None:
    assert times.value("2026-02-31 00:00:00", REFERENCE) is None
    assert times.value("31/Nov/2026:25:00:00 +0000", REFERENCE) is None


def test_a_stack_trace_belongs_to_the_record_before_and_is_bounded() -> None:
    trace = "\n".join(f"    at frame {n}" for n in range(1000))
    first, second = read(f"2026-11-21 00:00:00 ERROR boom\n{trace}\n2026-11-21 00:00:01 INFO on")
    assert first.message.startswith("boom\n    at frame 0\n")
    assert len(first.text.split("\n")) == 200
    assert second.message == "on"


def test_the_words_of_a_fields_name_stay_apart() -> None:
    (line,) = read('{"at":1795857528846,"lane":"POST /sales","keyRealm":"rehearsal","peer":{"thisRealm":"trading"}}')
    assert dict(line.fields) == {"key_realm": "rehearsal", "peer.this_realm": "trading"}
    assert (line.time, line.path) == (datetime(2026, 11, 28, 9, 18, 48, 846000, tzinfo=UTC), "/sales")


def test_a_record_of_many_lines_tells_its_call_under_labels() -> None:
    (record,) = read(
        "2026-11-20 12:45:47,826 worker-b WARN  [desk-2] Counter - sent away\n"
        "    route : GET /files/41550/photos\n"
        "    from  : 203.0.113.140\n"
        "de.acme.PassIncompleteException: pass of u1 names no 'office'\n"
        "        at de.acme.PassReader.open(PassReader.java:21)"
    )
    assert (record.method, record.path, record.client) == ("GET", "/files/41550/photos", "203.0.113.140")


def test_what_rails_writes_of_a_request_without_a_head_is_one_record() -> None:
    first, second = read(
        'Started POST "/sign_in.json" for 203.0.113.60 at 2026-11-20 15:04:52 +0000\n'
        "  Processing by SessionsController#create as JSON\n"
        "Can't verify CSRF token authenticity\n"
        "Completed 201 Created in 96ms (Views: 0.4ms)\n"
        "\n"
        'Started GET "/tracks?page=2" for 2001:db8::7 at 2026-11-20 16:04:53 +0100\n'
        "Completed 401 Unauthorized in 2ms"
    )
    assert (first.method, first.path, first.status, first.client) == ("POST", "/sign_in.json", 201, "203.0.113.60")
    assert (second.time, second.status) == (datetime(2026, 11, 20, 15, 4, 53, tzinfo=UTC), 401)
    assert second.query == "page=2" and "CSRF" in first.text


def test_completed_amid_other_lines_is_no_answer() -> None:
    (record,) = read("2026-11-20 12:00:00 INFO job GET /tasks\n  Completed 200 of 300 rows later")
    assert record.status in {None, 200}
    (record,) = read("2026-11-20 12:00:00 INFO nightly job\n  Completed 401 rows")
    assert record.status is None


@pytest.mark.parametrize("head", ["[lp-1  ] DEBUG ", "[site  ] TRACE ", "[main] INFO ", "| core | WARN "])
def test_a_name_that_is_filled_up_with_blanks_stands_before_a_time(head: str) -> None:
    assert len(read(f"{head}2026/11/20 05:51:01 power: 0W\n{head}2026/11/20 05:52:13 power: 9W")) == 2


def test_words_before_a_date_begin_no_record() -> None:
    assert len(read("2026-11-20 12:00:00 ERROR boom\nwas ] last seen at some 2026/11/19 05:51:01")) == 1


@pytest.mark.parametrize(
    ("line", "client"),
    [
        ("2026-11-20 12:00:00 GET /tasks 10.1.1.9 401 no token", "10.1.1.9"),
        ("2026-11-20 12:00:00 GET /tasks 10.1.1.9 via 10.1.1.1 401", None),
        ("2026-11-20 12:00:00 release 10.1.1.9 is up", None),
    ],
)
def test_the_only_address_in_a_line_about_a_call_is_the_callers(line: str, client: str | None) -> None:
    assert [e.client for e in read(line)] == [client]


def test_several_formats_may_mix_in_one_file() -> None:
    entries = read(
        "[2026-11-20 23:45:23 +0000] [31973] [INFO] Starting gunicorn\n"
        "[2026-11-20 23:45:30,261] WARNING in files: refused\n"
        '127.0.0.1 - - [20/Nov/2026:23:45:31 +0000] "GET / HTTP/1.1" 401 19\n'
        '{"time":"2026-11-20T23:45:32Z","msg":"x"}\n'
    )
    assert [e.format for e in entries] == ["gunicorn-error", "flask", "access", "json"]


@settings(max_examples=200)
@given(st.text(max_size=300))
def test_no_line_of_any_text_breaks_the_parser(text: str) -> None:
    assert sum(bool(line.strip()) for line in text.split("\n")) >= len(read(text))


@settings(max_examples=100)
@given(st.text(max_size=60), st.sampled_from(["GET / HTTP/1.1", "x"]), st.integers(-5, 10**20))
def test_no_damaged_access_or_json_line_breaks_the_parser(noise: str, request: str, number: int) -> None:
    noise = noise.replace("\n", " ")
    for line in (
        f'1.2.3.4 - {noise} [21/Nov/2026:00:00:00 +0000] "{request}" {number} "{noise}',
        f'{noise} "GET {noise} HTTP/1.1" {number} {noise}={noise}',
        json.dumps({"time": number, "req": {"url": noise, "headers": [noise, number]}, noise: {noise: None}}),
        f"2026-11-21 00:00:00 {noise} GET /{noise} {number} k={noise}",
    ):
        assert len(read(line)) == 1


@settings(max_examples=100)
@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda d: d.replace(microsecond=0)),
    st.integers(-12, 14),
    st.from_regex(r"(/[a-z0-9._-]{1,8}){1,4}", fullmatch=True),
    st.integers(100, 599),
    st.ip_addresses(),
)
def test_an_access_line_tells_what_was_written(
    moment: datetime, zone: int, path: str, status: int, client: Any
) -> None:
    local = moment.replace(tzinfo=timezone(timedelta(hours=zone)))
    line = f'{client} - ann [{local:%d/%b/%Y:%H:%M:%S %z}] "PUT {path}?q=1 HTTP/1.1" {status} 12 "-" "curl/8"'
    (entry,) = read(line)
    assert (entry.time, entry.path, entry.query, entry.status) == (local.astimezone(UTC), path, "q=1", status)
    assert (entry.method, entry.user, entry.client) == ("PUT", "ann", str(client).removeprefix("::ffff:"))


def test_a_coloured_line_can_be_found_by_its_time() -> None:
    line = "\x1b[38;5;214m2026-11-21 02:54:10.118054+00:00 [warning] <0.905.0> HTTP access denied: user 'app'\x1b[0m"
    assert quick_time(line, REFERENCE) == datetime(2026, 11, 21, 2, 54, 10, 118054, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Nowhere/Land", "Local/../etc"])
def test_a_place_that_does_not_exist_reads_as_utc(zone: str) -> None:
    assert times.value(f"21-Nov-2026 02:55:07 {zone}", REFERENCE) == datetime(2026, 11, 21, 2, 55, 7, tzinfo=UTC)


@pytest.mark.parametrize("line", ["deadbeef the user is gone", "cafebabe.12345678 loaded"])
def test_a_hexadecimal_word_is_no_time_without_a_connection(line: str) -> None:
    assert quick_time(line, REFERENCE) is None


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("20.11. 10:21:17 WARNUNG Pforte: kasse3 abgewiesen", "2026-11-20T10:21:17"),
        ("20/11 10:21:17 gate.web WARNING refused", "2026-11-20T10:21:17"),
        ("20-11-2026 10:21:17 LET OP balie: geweigerd", "2026-11-20T10:21:17"),
        ("2026.11.20 10:21:17 | UWAGA wejscie: odmowa", "2026-11-20T10:21:17"),
        ("2026-11-20 10.21.17 VARNING dörr: nekades", "2026-11-20T10:21:17"),
        ("03/04 10:21:17 refused", "2026-04-03T10:21:17"),
    ],
)
def test_stamps_of_in_house_logs_are_read(line: str, at: str) -> None:
    assert read(line)[0].time == datetime.fromisoformat(at).replace(tzinfo=UTC)


def test_a_stamp_without_a_zone_is_on_the_clock_of_the_reference() -> None:
    berlin = REFERENCE.astimezone(timezone(timedelta(hours=1)))
    for stamp in ("2026-11-20 10:21:17", "20.11.2026 10:21:17", "Nov 20 10:21:17", "2026/11/20 10:21:17"):
        assert read(f"{stamp} app: refused", berlin)[0].time == datetime(2026, 11, 20, 9, 21, 17, tzinfo=UTC)
    assert read("2026-11-20T10:21:17Z app: refused", berlin)[0].time == datetime(2026, 11, 20, 10, 21, 17, tzinfo=UTC)


@pytest.mark.parametrize("word", ["WARNUNG", "ATTENTION", "ATTENZIONE", "VARNING", "UWAGA"])
def test_a_level_is_understood_in_its_language(word: str) -> None:
    assert read(f"2026-11-20 10:21:17 {word} gate: no")[0].level == "warning"


@pytest.mark.parametrize(
    ("stamp", "read"),
    [
        ("26-11-20 19:58:12", datetime(2026, 11, 20, 19, 58, 12, tzinfo=UTC)),
        ("20.11.26 19:58:12", datetime(2026, 11, 20, 19, 58, 12, tzinfo=UTC)),
        ("26/11/20 19:58:12", datetime(2026, 11, 20, 19, 58, 12, tzinfo=UTC)),
        ("11-12-26 19:58:12", datetime(2026, 11, 12, 19, 58, 12, tzinfo=UTC)),
        ("31-31-31 19:58:12", None),
    ],
)
def test_a_year_of_two_digits_stands_first_or_last(stamp: str, read: datetime | None) -> None:
    assert quick_time(f"{stamp} WARN sign-in refused", REFERENCE) == read


def test_pairs_whose_values_hold_spaces_without_quotes() -> None:
    line = (
        "time=2026-10-21T08:24:23Z level=info msg=completed handling request http_request=map[headers:map[accept:*/*]"
        " host:id.acme.test method:POST path:/oauth2/token remote:10.4.0.21:33810] http_response=map[status:401]"
        " service_name=ORY Hydra"
    )
    (entry,) = parse([(0, line)], file="hydra.log", reference=datetime(2026, 10, 21, 9, tzinfo=UTC))
    assert (entry.message, entry.method, entry.path) == ("completed handling request", "POST", "/oauth2/token")
    assert (entry.status, entry.client, entry.get("service_name")) == (401, "10.4.0.21", "ORY Hydra")


@pytest.mark.parametrize(
    ("told", "user"), [("--", None), ("---", None), ("-", None), ("lena", "lena"), ("a--b", "a--b")]
)
def test_dashes_are_nobody(told: str, user: str | None) -> None:
    line = json.dumps({"time": "2026-11-20T12:00:00Z", "method": "GET", "url": "/dav/", "user": told, "message": "no"})
    assert [e.user for e in read(line)] == [user]


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("(W) 2026-11-20T10:21:17 - WebUI: refused", "2026-11-20T10:21:17"),
        ("[2026-11-20][10:21:17][WARN][crate::auth] refused", "2026-11-20T10:21:17"),
        ("20-Nov-26 10:21:17 - WARNING - refused", "2026-11-20T10:21:17"),
        ("[Fri, 20 Nov 2026 10:21:17 GMT] [info] refused", "2026-11-20T10:21:17"),
        ("[Nov 20 10:21:17] NOTICE[12] chan_sip.c: refused", "2026-11-20T10:21:17"),
        ("Nov 20, 2026 10:21:17 PM org.acme.Auth check", "2026-11-20T22:21:17"),
        ("####<Nov 20, 2026 10:21:17,123 AM UTC> <Warning> <Security> refused", "2026-11-20T10:21:17.123"),
        ("[11/20/26, 10:21:17:123 UTC] 0000002b SystemOut O refused", "2026-11-20T10:21:17.123"),
        ("20-nov.-2026 10:21:17.123 INFOS [main] refused", "2026-11-20T10:21:17.123"),
        ("11-20-2026 11:21:17.123 +0100 WARN Auth - refused", "2026-11-20T10:21:17.123"),
        ("11/20/2026:10:21:17 GMT ns 0-PPE-0 : refused", "2026-11-20T10:21:17"),
        ("2026/11/20 10:21AM WRN refused", "2026-11-20T10:21:00"),
        ("[INFO] 2026/11/20 10:21 401 1.2ms GET /x", "2026-11-20T10:21:00"),
        ("261120 10:21:17 [Warning] refused", "2026-11-20T10:21:17"),
        ("20261120T102117.123Z refused", "2026-11-20T10:21:17.123"),
        ("W20261120-10:21:17.123(0)? (auth.js:12) refused", "2026-11-20T10:21:17.123"),
        ("   412:20261120:102117.123 refused", "2026-11-20T10:21:17.123"),
        ("WARNING 11-20 10:21:17 [auth.py:12] refused", "2026-11-20T10:21:17"),
        ("WARN [11-20|10:21:17.123] refused", "2026-11-20T10:21:17.123"),
        ("1795170077123456789 WARN refused", "2026-11-20T10:21:17.123457"),
        ("10.4.44.9 | Refused | - | 1795170077123 | ghost | {}", "2026-11-20T10:21:17.123"),
        ('1.0;2026-11-20T10:21:17.1230000Z;PutBlob;SASSuccess;201;11;"x"', "2026-11-20T10:21:17.123"),
        ('"Error","main","11/20/2026","10:21:17","app","refused"', "2026-11-20T10:21:17"),
        ("10.4.44.9|Fri 20 Nov 2026 10:21:17 +0000|401|12||GET / HTTP/1.1", "2026-11-20T10:21:17"),
        ("--2026-11-20 10:21:17--  https://acme.test/x", "2026-11-20T10:21:17"),
        ('date=2026-11-20 time=10:21:17 devname="fw" level="warning"', "2026-11-20T10:21:17"),
        ('logger=context userId=0 uname= t=2026-11-20T10:21:17Z level=info msg="done"', "2026-11-20T10:21:17"),
        ("10:21:17.123Z  WARN auth: (path=/v1/y)", "2026-11-20T10:21:17.123"),
        ("[10:21:17][W][http_request:123]: refused", "2026-11-20T10:21:17"),
        ("10:21AM WRN refused", "2026-11-20T10:21:00"),
        ("  2026-11-20T10:21:17.123Z  WARN crate::auth: refused", "2026-11-20T10:21:17.123"),
    ],
)
def test_stamps_of_many_kinds_begin_a_record(line: str, at: str) -> None:
    noon = datetime(2026, 11, 20, 23, tzinfo=UTC)
    for entry, quick in zip(read(line, noon), [quick_time(line, noon)], strict=True):
        assert entry.time is not None and quick is not None
        assert abs(entry.time - datetime.fromisoformat(at).replace(tzinfo=UTC)) < timedelta(milliseconds=1)
        assert quick == entry.time


@pytest.mark.parametrize(
    "line",
    [
        "# Logfile created on 2026-11-19 11:14:34",
        "Caused by: expired on 2026-11-19 11:14:34",
        '  "expires": "2026-11-19T11:14:34Z",',
        "  2026-11-19T11:14:34Z was when it expired",
        "rows a, b, 1795170077123, c and more",
        "see backup-2026-11-19 11:14:34",
        "fe80::20:11:22 is up",
        "20261119 rows",
        "port 10:21",
    ],
)
def test_numbers_in_what_goes_on_begin_no_record(line: str) -> None:
    assert len(read(f"2026-11-20 12:00:00 ERROR boom\n{line}")) == 1


@pytest.mark.parametrize(
    ("stamp", "hours"),
    [
        ("2026-11-20T10:21:17.123+01:00", 1),
        ("11-20-2026 10:21:17.123 -0500", -5),
        ("20/Nov/2026:10:21:17 +0000", 0),
        ("20-11-2026 10:21:17.123", None),
    ],
)
def test_a_stamp_tells_how_far_ahead_its_clock_is(stamp: str, hours: int | None) -> None:
    assert times.ahead(stamp) == (None if hours is None else timedelta(hours=hours))


def told(line: str, *names: str) -> tuple[object, ...]:
    (entry,) = read(line)
    return tuple(getattr(entry, name) for name in names)


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-20 12:00:31,10.4.4.9,GET,/x,401,312",
        "2026-11-20 12:00:31;10.4.4.9;GET;/x;401;312",
        "2026-11-20T12:00:31.123Z\t10.4.4.9\tGET\t/x\tnull\tcurl/8\t401\t0\t312",
        "2026-11-20T12:00:31.123Z|fb3b2a1c4d5e6f70|10.4.4.9|ada|GET|/x|401|-1|0|5|curl/7",
        "10.4.4.9|Fri 20 Nov 2026 12:00:31 +0000|401|312||GET /x HTTP/1.1|Host: a|User-Agent: curl",
        "2026/11/20 12:00:31.123 [D] [router.go:9]  |  10.4.4.9| 401 |  1.2ms|  match| GET      /x   r:/x",
        "12:00:31 | 401 |   33.7us |   10.4.4.9 | GET     | /x       | no token",
    ],
)
def test_a_call_among_columns_is_read_whatever_parts_them(line: str) -> None:
    assert told(line, "method", "path", "status", "client") == ("GET", "/x", 401, "10.4.4.9")


def test_azure_storage_names_the_object_asked_for_by_its_url() -> None:
    line = (
        "1.0;2026-11-20T00:18:37.4420595Z;PutBlob;SASAuthorizationError;403;11;9;sas;;acct;blob;"
        '"https://acct.blob.test:443/c/blob?sv=2020&amp;sig=X";"/acct/c/blob";6d5ee9a7;0;10.4.4.9:5122;2020-08-04;532'
    )
    assert told(line, "path", "host", "status", "client") == ("/c/blob", "acct.blob.test:443", 403, "10.4.4.9")


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-20 12:00:31 read 401, 402, 403, 404 and GET, which is late",
        "2026-11-20 12:00:31 counts;401;402;403;12",
        "2026-11-20 12:00:31,a,/srv/x,401,12",
    ],
)
def test_numbers_among_commas_are_no_status(line: str) -> None:
    assert told(line, "method", "status") == (None, None)


def test_a_target_in_quotes_of_its_own_stands_behind_upstream_or_host() -> None:
    stamp = "20/Nov/2026:12:00:11 +0000"
    proxy = f'10.4.4.9 - ada@acme.test [{stamp}] app.test GET 127.0.0.1:2368 "/x?q" HTTP/1.1 "UA" 401 75 0.05'
    names = ("client", "user", "host", "upstream", "path", "query", "status", "level")
    assert told(proxy, *names) == ("10.4.4.9", "ada@acme.test", "app.test", "127.0.0.1:2368", "/x", "q", 401, None)
    manager = (
        '[20/Nov/2026:12:00:31 +0000] - 502 401 - GET https app.test "/x?q" [Client 10.4.4.9] [Sent-to 10.5.1.2] "UA"'
    )
    assert told(manager, *names) == ("10.4.4.9", None, "app.test", "10.5.1.2", "/x", "q", 401, None)


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("(W) 2026-11-20T12:00:31 - WebUI: refused", "warning"),
        ("2026-11-20 12:00:31 12 [Warning] Access denied", "warning"),
        ("2026.11.20 12:00:31.1 [ 12 ] {a-b} <Error> refused", "error"),
        ("[2026-11-20 12:00:31] production.ERROR: Unauthenticated.", "error"),
        ("Fri Nov 20 12:00:31 2026 daemon.err uhttpd[1]: refused", "error"),
        ("11-20 12:00:31.123  1234  5678 W OkHttp  : refused", "warning"),
        ("[12:00:31] [Server thread/WARN]: refused", "warning"),
        ("2026-11-20T12:00:31Z E! [outputs.http] refused", "error"),
        ('2026-11-20 12:00:31 45 INFO db web: 10.4.4.9 - - [20/Nov/2026 12:00:31] "GET / HTTP/1.1" 401 -', "info"),
        ("Nov 20, 2026 12:00:31 AM org.acme.Gate check\nWARNING: refused", "warning"),
        ("10.4.4.9 - f@x [2026/11/20 12:00:11] refused", None),
        ("2026-11-20 12:00:31 there was an error (see e)", None),
    ],
)
def test_a_level_is_found_where_software_puts_it(line: str, level: str | None) -> None:
    assert told(line, "level") == (level,)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("2026-11-20 12:00:31 INFO ktor - 401 Unauthorized: GET - /x in 12ms", 401),
        ("2026-11-20 12:00:31 [engine] DEBUG: Crawled (401) <GET https://acme.test/x> (referer: None)", 401),
        ("2026-11-20 12:00:31 http <-- 401, user: null(10.4.4.9), req: 'GET /x', error: no", 401),
        ("2026-11-20 12:00:31 10.4.4.9 401 - 33us GET /x", 401),
        ("2026-11-20 12:00:31 info: Diagnostics[2]\n      Request finished HTTP/1.1 GET http://h:5000/x - 401 0", 401),
        ("2026-11-20 12:00:31 401 rows after GET /x", None),
    ],
)
def test_a_status_stands_before_the_call_as_well(line: str, status: int | None) -> None:
    assert told(line, "method", "path", "status") == ("GET", "/x", status)


def test_a_level_before_a_module_leaves_no_path() -> None:
    line = "[2026-11-20 12:00:31 +0000] information/ApiListener: New client connection from [10.4.4.9]:4081"
    assert told(line, "level", "path", "client", "message") == (
        "info",
        None,
        "10.4.4.9",
        "ApiListener: New client connection from [10.4.4.9]:4081",
    )


def test_tagged_lines_of_other_requests_do_not_end_a_request() -> None:
    first = '[a7c16d6e-97ec-43b8-9bd3-2c37e404e220] Started GET "/x" for 10.4.4.9 at 2026-11-20 09:53:14 +0000'
    other = "[ec7ea6bf-f8a7-45f4-996b-caf9f6497bec] Completed 200 OK in 5ms"
    own = "[a7c16d6e-97ec-43b8-9bd3-2c37e404e220] Completed 401 Unauthorized in 5ms"
    assert told(f"{first}\n{other}\n{own}", "path", "status", "ids") == (
        "/x",
        401,
        ("a7c16d6e-97ec-43b8-9bd3-2c37e404e220",),
    )


def test_a_name_that_compose_fills_up_from_the_left_begins_a_record() -> None:
    first, second = read("  proxy | 2026/11/20 05:30:02 up\nupdater | 2026/11/20 05:30:03 up")
    assert (first.fields, second.fields) == ((("program", "proxy"),), (("program", "updater"),))


@settings(max_examples=200)
@given(
    st.datetimes(datetime(2025, 12, 5), datetime(2026, 11, 20)).map(lambda d: d.replace(microsecond=0)),
    st.sampled_from(
        [
            "%d-%b-%y %H:%M:%S",
            "[%Y-%m-%d][%H:%M:%S]",
            "%a, %d %b %Y %H:%M:%S GMT",
            "%b %d, %Y %I:%M:%S %p",
            "%Y%m%dT%H%M%SZ",
            "[%b %d %H:%M:%S]",
            "%a %b %d %H:%M:%S UTC %Y",
            "%Y/%m/%d - %H:%M:%S",
            "%y%m%d %H:%M:%S",
            "(W) %Y-%m-%dT%H:%M:%S",
        ]
    ),
    st.text("abc ./-|[]", max_size=20),
)
def test_a_stamp_of_any_kind_is_read_as_it_was_written(moment: datetime, form: str, words: str) -> None:
    line = f"{moment:{form}} WARN x{words}"
    assert quick_time(line, REFERENCE) == moment.replace(tzinfo=UTC)
    assert told(line, "time") == (moment.replace(tzinfo=UTC),)


@settings(max_examples=200)
@given(st.text("0123456789:;,|/-.T []()<>\"'=ZNovAM\t", max_size=120))
def test_no_line_of_what_stamps_are_made_of_breaks_the_parser(text: str) -> None:
    for entry in read(text):
        assert entry.time is None or 1900 <= entry.time.year <= 9900
    quick_time(text, REFERENCE)
