"""`locksmith spikes` as it is typed: counts out of logs, and what is told of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.spikes import counts_file
from bot.spikes.model import MINUTE, Cell
from tests.spikes.traffic import DAY, ROUTES, START, failing, steady

KEYS = {"time", "route", "user_agent", "region", "id", "update", "cause"}


def spikes(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[dict[str, Any]], list[str]]:
    status = main(["spikes", *words])
    out, err = capsys.readouterr()
    return status, [json.loads(line) for line in out.splitlines()], err.splitlines()


def iso(minute: int) -> str:
    return f"{datetime.fromtimestamp(START + minute * MINUTE, UTC):%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two steady days, then ten minutes in which one route fails."""
    folder = tmp_path_factory.mktemp("counts")
    hit = (failing(counts, route=ROUTES[0]) for counts in steady(10, first=2 * DAY + 30))
    days = [*steady(2 * DAY), *steady(30, first=2 * DAY), *hit, *steady(60, first=2 * DAY + 40)]
    counts_file.write(folder / "counts.csv.gz", (count for counts in days for count in counts))
    change = {"id": "d1", "time": iso(2 * DAY + 27), "type": "deploy", "target": {"route": ROUTES[0]}}
    (folder / "labels.json").write_text(json.dumps({"incidents": [{"never": "read"}], "changes": [change]}))
    return folder


def test_a_spike_is_told_with_what_it_hits_and_the_change_behind_it(
    recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("replay", str(recorded / "counts.csv.gz"), "--changes", str(recorded / "labels.json"))
    status, alerts, notices = spikes(capsys, *words)
    assert status == 0
    assert [alert["state"] for alert in alerts] == ["open", "closed"]
    assert all(alert.keys() >= KEYS for alert in alerts)
    first = alerts[0]
    assert (first["route"], first["user_agent"], first["region"]) == (ROUTES[0], None, None)
    assert (first["update"], first["cause"]) == (False, "d1")
    assert iso(2 * DAY + 31) <= first["time"] <= iso(2 * DAY + 33)
    assert first["text"].startswith(f"401s x{first['observed'] / first['expected']:.0f} on {ROUTES[0]} since 00:30 UTC")
    assert alerts[1]["id"] == first["id"]
    assert alerts[1]["update"]
    assert any("learning what is usual" in notice for notice in notices)


def test_rules_can_be_tuned(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(recorded / "counts.csv.gz")
    assert spikes(capsys, "replay", path, "--rule", "least_excess=100000")[1] == []
    late = spikes(capsys, "replay", path, "--rule", "silent_min=45")[1][-1]
    assert late["time"] > spikes(capsys, "replay", path)[1][-1]["time"]


@pytest.mark.parametrize("words, told", [
    (["replay"], "name either a file of counts or logs with --from-logs"),
    (["replay", "x.csv", "--from-logs", "y"], "name either"),
    (["replay", "none.csv"], "none.csv: there is no such file"),
    (["replay", "x.csv", "--rule", "speed=1"], "'speed=1' is no rule; give NAME=NUMBER with one of score"),
    (["replay", "x.csv", "--rule", "score=nan"], "is out of range"),
    (["counts", "--logs", "none.log"], "-o/--output"),
    (["nothing"], "invalid choice"),
])  # fmt: skip
def test_unusable_words_are_told_in_one_line(
    words: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    status, alerts, (line,) = spikes(capsys, *words)
    assert (status, alerts) == (2, [])
    assert told in line


def access(minute: int, path: str, status: int, client: str, agent: str = "okhttp/4.12.0") -> str:
    at = datetime.fromtimestamp(START + minute * MINUTE + 5, UTC)
    return f'{client} - - [{at:%d/%b/%Y:%H:%M:%S %z}] "GET {path} HTTP/1.1" {status} 9 "-" "{agent}"\n'


def lines(minutes: int, fail_from: int) -> Iterable[str]:
    for minute in range(minutes):
        for client in range(8):
            status = 401 if minute >= fail_from else 200
            yield access(minute, f"/v1/orders/{minute}?t=1", status, f"10.{client}.0.{minute % 200}")


def test_counts_are_made_from_logs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "access.log"
    noisy = "".join(access(1, "/v1/me", 401, "10.9.0.1") for _ in range(10))
    log.write_text("".join(lines(3, 2)) + noisy + "no line of a log\n")
    (tmp_path / "app.json").write_text(
        json.dumps({"time": iso(1), "method": "GET", "path": "/v1/me", "status": 200, "client": "10.1.0.9"}) + "\n"
    )
    assert main(["spikes", "counts", "--logs", str(tmp_path), "-o", str(tmp_path / "c.csv.gz")]) == 0
    assert "c.csv.gz: " in capsys.readouterr().out
    counts = [count for _, batch in counts_file.read(tmp_path / "c.csv.gz") for count in batch]
    assert {count.cell.route for count in counts} == {"GET /v1/orders/{}", "GET /v1/me"}
    orders = Cell("GET /v1/orders/{}", "okhttp/4.12", "10.3.0.0/24")
    assert [(c.total, c.unauthorized) for c in counts if c.cell == orders] == [(1, 0), (1, 0), (1, 1)]
    (loud,) = [count for count in counts if count.cell == Cell("GET /v1/me", "okhttp/4.12", "10.9.0.0/24")]
    assert (loud.total, loud.unauthorized, loud.repeated) == (10, 10, 7)
    assert any(c.cell == Cell("GET /v1/me", "", "10.1.0.0/24") for c in counts)


def test_the_region_may_be_a_field_and_paths_may_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "app.json"
    entry = {"time": iso(1), "method": "GET", "path": "/v1/me/blue", "status": 401, "client": "10.1.0.9", "zone": "eu"}
    log.write_text(json.dumps(entry) + "\n")
    words = ["--region", "zone", "--path", "/v1/me/{colour}", "-o", str(tmp_path / "c.csv")]
    assert main(["spikes", "counts", "--logs", str(log), *words]) == 0
    ((_, (count,)),) = counts_file.read(tmp_path / "c.csv")
    assert count.cell == Cell("GET /v1/me/{colour}", "", "eu")


def test_the_region_may_be_a_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from mmdb_writer import MMDBWriter
    from netaddr import IPSet

    writer = MMDBWriter(ip_version=4, database_type="Test-Country")
    writer.insert_network(IPSet(["192.0.2.0/24"]), {"country": {"iso_code": "DE"}})
    writer.to_db_file(str(tmp_path / "places.mmdb"))
    log = tmp_path / "access.log"
    log.write_text(access(1, "/v1/me", 401, "192.0.2.7") + access(1, "/v1/me", 401, "2001:db8::7"))
    words = ["counts", "--logs", str(log), "-o", str(tmp_path / "c.csv"), "--geoip"]
    assert main(["spikes", *words, str(tmp_path / "places.mmdb")]) == 0
    ((_, counts),) = counts_file.read(tmp_path / "c.csv")
    assert sorted(count.cell.region for count in counts) == ["(elsewhere)", "DE"]
    capsys.readouterr()
    status, _, told = spikes(capsys, *words, str(log))
    assert status == 2
    assert "access.log: no MaxMind DB can be read there" in told[0]


def test_logs_behind_a_proxy_are_said_to_hide_the_callers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "access.log"
    log.write_text("".join(access(m, "/v1/me", 401, "10.0.0.1") for m in range(9)))
    status, _, notes = spikes(capsys, "replay", "--from-logs", str(log))
    assert status == 0
    assert "proxy" in notes[0]


def test_logs_without_any_answer_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.log").write_text("nothing here\n")
    assert main(["spikes", "counts", "--logs", str(tmp_path), "-o", str(tmp_path / "c.csv")]) == 2
    assert "nothing was counted; name access logs" in capsys.readouterr().err.splitlines()[-1]
    assert not (tmp_path / "c.csv").exists()


def test_logs_are_replayed_straight(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "access.log"
    with log.open("w") as out:
        out.writelines(lines(DAY + 40, DAY + 30))
    status, alerts, _ = spikes(capsys, "replay", "--from-logs", str(log))
    assert status == 0
    assert alerts[0]["time"] <= iso(DAY + 35)
    assert alerts[0]["state"] == "open"


def test_other_commands_do_not_load_numpy() -> None:
    code = "import sys; from bot.cli import main; main(['logs', 'count', '--logs', '/nonexistent']); "
    code += "sys.exit('numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)
