"""`locksmith logs find` and `locksmith logs count` as people run them."""

from __future__ import annotations

import gzip
import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import main
from bot.logs import blocks
from bot.logs.count import Tally
from bot.logs.formats import parse
from bot.logs.names import agent, network, route
from tests.logs.lines import BEGAN, access, traffic, write

ID = "8df61237-28d2-4a79-b041-74425f8cc5aa"
SECRET = "m4d3Up" + "S3cr3tF0rT3sts"


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["logs", *words])
    out, err = capsys.readouterr()
    return status, out, err


def found(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    status, out, _ = run(capsys, *words, "--json")
    assert status == 0
    return dict(json.loads(out))


def iso(at: datetime) -> str:
    return at.isoformat()


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """A proxy, its error log and the application behind it: one request is refused at noon and ten seconds."""
    at = BEGAN + timedelta(seconds=10)
    write(
        tmp_path / "access.log",
        [*traffic(12), access(at, f"/v2/orders?token={SECRET}", tail=f" rid={ID}"), *traffic(9, began=at)],
    )
    write(
        tmp_path / "error.log",
        [
            '2026/11/20 12:00:10 [error] 7#7: *9 no token, client: 203.0.113.9, request: "GET /v2/orders HTTP/1.1"',
            '2026/11/20 12:00:10 [error] 7#7: *8 no file, client: 203.0.113.8, request: "GET /v2/cart HTTP/1.1"',
        ],
    )
    write(
        tmp_path / "app.log",
        [
            "2026-11-20 12:00:09,900 INFO [0f2bf2d5-152f-4226-926c-4e6c24a13a7d] something else",
            f"2026-11-20 12:00:10,100 WARN [{ID.replace('-', '')}] token refused: expired",
        ],
    )
    return tmp_path


def test_the_story_of_an_id_runs_through_all_files_in_the_order_of_time(
    capsys: pytest.CaptureFixture[str], logs: Path
) -> None:
    told = found(capsys, "find", "--request-id", ID, "--at", iso(BEGAN), "--logs", str(logs))
    assert [Path(line["file"]).name for line in told["lines"]] == ["access.log", "error.log", "app.log"]
    assert [line["time"] for line in told["lines"]] == sorted(line["time"] for line in told["lines"])
    first = told["lines"][0]
    raw = (logs / "access.log").read_bytes()[first["offset"] :].split(b"\n")[0].decode()
    assert raw.startswith(first["text"][:60])
    assert SECRET in raw
    assert SECRET not in json.dumps(told)
    assert told["windows"] == [120.0]
    assert told["read"]["files"] == 3
    assert told["read"]["bytes"] >= sum(path.stat().st_size for path in logs.iterdir())
    assert told["notes"] == []


def test_a_path_and_a_status_find_the_answers_and_the_nearest_ones_other_lines(
    capsys: pytest.CaptureFixture[str], logs: Path
) -> None:
    told = found(capsys, "find", "--path", "/v2/orders", "--at", iso(BEGAN), "--logs", str(logs))
    assert {Path(line["file"]).name for line in told["lines"]} == {"access.log", "error.log", "app.log"}
    told = found(capsys, "find", "--path", "/p/3", "--status", "200", "--at", iso(BEGAN), "--logs", str(logs))
    assert len(told["lines"]) == 2
    assert all('"GET /p/3 ' in line["text"] for line in told["lines"])
    told = found(capsys, "find", "--path", "/v2/orders", "--status", "403", "--logs", str(logs))
    assert told["lines"] == []
    assert "no line holds an answer 403 on /v2/orders" in told["notes"][0]


def test_ever_wider_windows_are_tried_and_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = write(tmp_path / "a.log", [*traffic(20_000), access(BEGAN + timedelta(hours=3), tail=f" rid={ID}")])
    for away, windows, note in (
        (9, [120, 900], "nothing within 2 minutes of the named time; found 9 minutes later"),
        (50, [120, 900, 3600], "found 50 minutes later"),
        (150, [120, 900, 3600, None], "found 2 hours later"),
    ):
        at = BEGAN + timedelta(hours=3) - timedelta(minutes=away)
        told = found(capsys, "find", "--request-id", ID, "--at", iso(at), "--logs", str(path))
        assert told["windows"] == windows
        assert len(told["lines"]) == 1
        assert any(note in n for n in told["notes"])
    told = found(capsys, "find", "--request-id", ID, "--at", iso(at), "--within", "3h", "--logs", str(path))
    assert (told["windows"], told["notes"]) == ([10_800], [])


def test_a_log_in_local_time_is_suspected_when_its_line_lies_whole_hours_away(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    local = write(tmp_path / "app.log", [f"2026-11-20 14:00:0{n} INFO refused id=aa{n:08}bb" for n in range(9)])
    zoned = write(tmp_path / "zoned.log", [access(BEGAN + timedelta(hours=2), tail=f" rid={ID}")])
    words = ("--at", iso(BEGAN), "--logs", str(tmp_path), "--request-id")
    assert [
        n for n in found(capsys, "find", *words, "aa00000003bb")["notes"] if f"{local}: its times name no zone" in n
    ]
    told = found(capsys, "find", *words, ID)
    assert told["lines"][0]["file"] == str(zoned)
    assert len(told["notes"]) == 1


def test_people_read_the_story_with_its_cost(capsys: pytest.CaptureFixture[str], logs: Path) -> None:
    status, out, _ = run(capsys, "find", "--request-id", ID, "--logs", str(logs))
    assert status == 0
    lines = out.splitlines()
    assert lines[0].startswith("2026-11-20 12:00:10.000Z access.log  203.0.113.9 - - [")
    assert len(lines) == 4
    assert SECRET not in out
    assert lines[-1].startswith("read ")
    assert "of 3 files in" in lines[-1]
    assert lines[-1].endswith("looked within everything")


def test_a_terminal_is_sent_no_controls_that_a_log_holds(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = write(tmp_path / "a.log", [access(BEGAN, tail=f" rid={ID} \x1b[2J\x07")])
    assert "\x1b" not in run(capsys, "find", "--request-id", ID, "--logs", str(path))[1]


def test_the_logs_of_the_running_program_are_looked_in(
    capsys: pytest.CaptureFixture[str], logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = logs.parent / f"{logs.name}.yaml"
    services.write_text(f"services:\n- name: a\n  hosts: [a.test]\n  logs: [{logs / 'app.log'}]\n")
    monkeypatch.setenv("LOCKSMITH_LOGS", str(logs / "access.log"))
    monkeypatch.setenv("LOCKSMITH_SERVICES", str(services))
    told = found(capsys, "find", "--request-id", ID)
    assert {Path(line["file"]).name for line in told["lines"]} == {"access.log", "app.log"}
    told = found(capsys, "find", "--request-id", ID, "--services", str(services))
    assert {Path(line["file"]).name for line in told["lines"]} == {"app.log"}


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("find",), "one of the arguments --request-id --path is required"),
        (("find", "--path", "/a", "--request-id", "x"), "not allowed with"),
        (("find", "--path", "/a", "--at", "noon"), "'noon' is no moment"),
        (("find", "--path", "/a", "--within", "soon"), "'soon' is no length of time"),
        (("find", "--path", ""), "is empty; put some words there"),
        (("find", "--request-id", " "), "is empty; put some words there"),
        (("find", "--path", "/a", "--status", "700"), "'700' is no status; give one from 100 to 599"),
        (("count", "--status", "abc"), "'abc' is no status"),
        (("find", "--path", "/a"), "no log is named"),
        (("fnd",), "invalid choice"),
        ((), "the following arguments are required: COMMAND;"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOCKSMITH_LOGS", "LOCKSMITH_SERVICES"):
        monkeypatch.delenv(name, raising=False)
    status, out, err = run(capsys, *words)
    assert (status, out) == (2, "")
    assert fault in err
    assert err.count("\n") == 1


def test_each_file_that_cannot_be_used_is_one_note_and_the_rest_stands(
    capsys: pytest.CaptureFixture[str], logs: Path
) -> None:
    (logs / "empty.log").write_bytes(b"")
    (logs / "core.log").write_bytes(b"\x7fELF" + bytes(4000))
    (logs / "wide.log").write_bytes("x".encode("utf-16"))
    (logs / "cut.log.gz").write_bytes(gzip.compress(os.urandom(9000))[:4000])
    (logs / "latin.log").write_bytes(b"2026-11-20 12:00:11 WARN \xe9t\xe9 " + ID.encode() + b"\n")
    (logs / "half.log").write_bytes(f"2026-11-20 12:00:12 WARN {ID} half a li".encode())
    words = ("find", "--request-id", ID, "--logs", str(logs), "--logs", str(logs / "none.log"))
    told = found(capsys, *words)
    assert {Path(line["file"]).name for line in told["lines"]} >= {"access.log", "app.log", "latin.log", "half.log"}
    for name in ("empty.log", "core.log", "wide.log", "cut.log.gz", "none.log"):
        assert sum(name in note for note in told["notes"]) == 1, name
    assert len(told["notes"]) == 5
    assert all("\n" not in note and ";" in note for note in told["notes"])


def test_a_file_that_may_not_be_read_is_a_note(capsys: pytest.CaptureFixture[str], logs: Path) -> None:
    real = os.open

    def refusing(path: str, *more: Any) -> int:
        if str(path).endswith("error.log"):
            raise PermissionError(13, "Permission denied", path)
        return real(path, *more)

    with patch.object(os, "open", refusing):  # the tests may run as root, who may read everything
        told = found(capsys, "find", "--request-id", ID, "--logs", str(logs))
    assert [Path(line["file"]).name for line in told["lines"]] == ["access.log", "app.log"]
    assert "error.log: cannot be read (Permission denied); give the bot's user the right" in told["notes"][0]


def test_a_file_that_vanishes_while_it_is_read_is_a_note(capsys: pytest.CaptureFixture[str], logs: Path) -> None:
    real = blocks.runs

    def vanishing(file: Any, *more: Any) -> Any:
        Path(file.path).unlink(missing_ok=True)
        return real(file, *more)

    with patch.object(blocks, "runs", vanishing):
        told = found(capsys, "find", "--request-id", ID, "--logs", str(logs / "app.log"))
    assert told["lines"] == []
    assert any("could not be read to its end (No such file or directory)" in note for note in told["notes"])


def test_counts_by_minute_route_agent_and_network(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    at = [BEGAN, BEGAN + timedelta(seconds=59), BEGAN + timedelta(seconds=61)]
    write(
        tmp_path / "access.log",
        [
            *traffic(50),
            access(at[0], "/v2/orders/17?x=401", agent="okhttp/4.12.0", tail=" upstream=401 size=401"),
            access(at[1], "/v2/orders/18", agent="okhttp/4.12.0"),
            access(at[2], "/login", agent='a "quoted\\" agent 401'.replace('"', '\\"')),
            access(at[2], "/v2/orders/401", 200),
            access(at[2], "/v2/orders", 500, tail=" 401 "),
        ],
    )
    line = {"ts": "2026-11-20T12:01:30Z", "path": "/v2/orders/9", "status": 401, "client": "2001:db8:1:2::3"}
    write(tmp_path / "app.log", [json.dumps(line), json.dumps(line | {"status": 200, "bytes": 401})])
    told = found(capsys, "count", "--logs", str(tmp_path))
    assert told["total"] == 4
    assert told["minutes"] == {"2026-11-20T12:00:00+00:00": 2, "2026-11-20T12:01:00+00:00": 2}
    assert told["routes"] == {"/v2/orders/{}": 3, "/login": 1}
    assert told["agents"]["okhttp/4.12"] == 2
    assert told["networks"] == {"203.0.113.0/24": 3, "2001:db8:1::/48": 1}
    assert found(capsys, "count", "--status", "500", "--logs", str(tmp_path))["routes"] == {"/v2/orders": 1}
    _, out, _ = run(capsys, "count", "--logs", str(tmp_path))
    assert out.startswith("4 answers 401, 2026-11-20 12:00 to 2026-11-20 12:01 UTC\n")
    assert "         3  /v2/orders/{}\n" in out


def test_a_path_may_be_given_with_its_query_or_as_an_address(capsys: pytest.CaptureFixture[str], logs: Path) -> None:
    for path in ("/v2/orders?page=2", "https://api.test/v2/orders?page=2", "/v2/orders/"):
        told = found(capsys, "find", "--path", path, "--at", iso(BEGAN), "--logs", str(logs))
        assert len(told["lines"]) == 3, path


def test_lines_that_bear_another_id_are_of_another_request(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """In an audit log whose format nothing knows, the ids are found by their looks alone."""
    at = BEGAN + timedelta(seconds=10)
    ids = [f"{n:031x}f" for n in range(20)]
    write(tmp_path / "access.log", [access(at, f"/v2/{n}", tail=f" rid={name}") for n, name in enumerate(ids)])
    write(tmp_path / "audit.log", [f"{at:%d.%m.%Y %H:%M:%S};WARN;{name};GET;/v2/x;refused" for name in ids])
    told = found(capsys, "find", "--request-id", ids[7], "--logs", str(tmp_path))
    assert [Path(line["file"]).name for line in told["lines"]] == ["access.log", "audit.log"]
    assert all(ids[7] in line["text"] for line in told["lines"])


def test_that_several_logs_hold_the_answers_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write(tmp_path / "access.log", [access(BEGAN)])
    write(tmp_path / "access.log.1", [access(BEGAN - timedelta(days=1))])
    assert found(capsys, "count", "--logs", str(tmp_path))["notes"] == []
    line = {"ts": "2026-11-20T12:00:00Z", "path": "/v2/orders", "status": 401}
    write(tmp_path / "app.log", [json.dumps(line)])
    (note,) = found(capsys, "count", "--logs", str(tmp_path))["notes"]
    assert note.startswith(f"the answers stand in 2 logs ({tmp_path / 'access.log'} 2, {tmp_path / 'app.log'} 1)")
    _, out, _ = run(capsys, "count", "--status", "500", "--logs", str(tmp_path))
    assert out.splitlines()[0] == "0 answers 500"
    assert "routes" not in out


texts = st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=30)
statuses = st.sampled_from([200, 401, 404])


@given(st.lists(st.tuples(statuses, st.sampled_from(["/a", "/a/401", "/b/77/c"]), texts, texts), max_size=8))
def test_what_is_counted_is_what_the_formats_read(made: list[tuple[int, str, str, str]]) -> None:
    lines = [
        access(BEGAN, path, status, tail=f" {tail}", agent=who.replace('"', "'")) for status, path, who, tail in made
    ]
    data = "".join(f"{line}\n" for line in lines).encode()
    tally = Tally(401, BEGAN)
    tally.runs([data])
    read = [list(parse([(0, line)], file="", reference=BEGAN)) for line in lines]
    assert tally.total == sum(entry.status == 401 for entries in read for entry in entries)


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("/v2/orders/123/456/x", "/v2/orders/{}/{}/x"),
        (f"/a/{ID}/7?token=x", "/a/{}/{}"),
        ("/oauth/token", "/oauth/token"),
        ("/static/12.js", "/static/{}.js"),
        ("/u/ann@example.com/k", "/u/{}/k"),
        ("/api/v2", "/api/v2"),
        (f"/reset/{SECRET}", "/reset/{}"),
    ],
)
def test_a_route_names_no_single_thing(path: str, known: str) -> None:
    assert route(path) == known


APPLE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("user_agent", "known"),
    [
        ("Mozilla/5.0 (X11; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox/133"),
        (f"{APPLE}CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1", "Chrome Mobile iOS/126"),
        (f"{APPLE}Version/17.5 Mobile/15E148 Safari/604.1", "Mobile Safari/17"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot/2"),
        ("Mozilla/5.0 (of nobody's making)", "Mozilla"),
        ("Python/3.11 aiohttp/3.9.1", "Python aiohttp/3"),
        ("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17126; Pro)", "Outlook/2016"),
        ("ios/5.2.1 (build 7)", "ios/5.2"),
        ("Acme-iOS/5.2.1 (iPhone; iOS 17.4; Scale/3.00)", "Acme-iOS/5.2"),
        ("Acme%20App/1234 CFNetwork/1490.0.4 Darwin/23.2.0", "Acme%20App/1234"),
        ("python-requests/2.31.0", "python-requests/2.31"),
        ("okhttp/4.12.0", "okhttp/4.12"),
        ("-", "-"),
        ("", ""),
    ],
)
def test_a_user_agent_is_its_program_and_version(user_agent: str, known: str) -> None:
    assert agent(user_agent) == known


def test_networks_are_those_that_people_know() -> None:
    assert network("203.0.113.9") == "203.0.113.0/24"
    assert network("::ffff:203.0.113.9") == "203.0.113.0/24"
    assert network("-") == ""
