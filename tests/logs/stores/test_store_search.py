"""Files and stores asked together give one answer, on the command line too."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import settings
from bot.cli import main
from bot.errors import UsageError
from bot.logs.search import find
from tests.logs.stores.places import ENVIRON, WEB, configured, stand_in
from tests.logs.stores.standins import AT, Record, drip, loki, serving
from tests.logs.stores.test_stores import ID, QUERY, access, record


def write(path: Path, *lines: str) -> str:
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def test_a_request_in_a_file_is_joined_by_id_with_a_store(tmp_path: Path) -> None:
    log = write(tmp_path / "access.log", access(0, 401, tail=f" rid={ID}"), access(9))
    with stand_in("loki", tmp_path)([record(0.2, f"WARN [{ID}] token expired", "pod-2"), record(5, "other")]) as store:
        found = find(replace(QUERY, ids=(ID,)), [log], [store], environ=ENVIRON)
    assert [e.text for e in found.request] == [access(0, 401, tail=f" rid={ID}"), f"WARN [{ID}] token expired"]
    assert found.how == "id"
    assert found.notes == ()
    assert found.files == (log, store.name)
    assert [e.message for e in found.around if e.file == f"{store.name} pod-2"] == [f"[{ID}] token expired"]


def test_a_store_without_the_id_is_joined_by_time_and_call(tmp_path: Path) -> None:
    log = write(tmp_path / "access.log", access(-400, 401, path="/v2/orders", tail=f" rid={ID}"))
    line = "2026-11-21T00:13:20.100Z WARN GET /v2/orders 401 audience mismatch"
    with stand_in("loki", tmp_path)([record(-399.9, line), record(0, access(0, 401, path="/health"))]) as store:
        found = find(replace(QUERY, ids=(ID,)), [log], [store], environ=ENVIRON)
    assert [e.text for e in found.request] == [access(-400, 401, path="/v2/orders", tail=f" rid={ID}"), line]


def test_files_are_read_again_where_a_store_found_the_request(tmp_path: Path) -> None:
    """An hour off, the files' own neighbourhood does not reach: their line there is joined all the same."""
    lines = [f"{AT + timedelta(seconds=s):%Y-%m-%dT%H:%M:%SZ} INFO GET /v2/orders {s}" for s in (-3000, 0)]
    log = write(tmp_path / "app.log", *lines)
    with stand_in("loki", tmp_path)([record(-3000, access(-3000, 401, tail=f" rid={ID}"))]) as store:
        found = find(replace(QUERY, ids=(ID,)), [log], [store], environ=ENVIRON)
    assert [e.text for e in found.around] == [lines[0], access(-3000, 401, tail=f" rid={ID}")]


def test_the_better_id_decides_between_sources(tmp_path: Path) -> None:
    login = str(uuid.UUID(int=7))
    log = write(tmp_path / "access.log", access(-30, 401, path="/login", tail=f" rid={login}"))
    with stand_in("loki", tmp_path)([record(0, access(0, 401, tail=f" rid={ID}"))]) as store:
        found = find(replace(QUERY, ids=(ID, login)), [log], [store], environ=ENVIRON)
    assert [e.path for e in found.request] == ["/v2/orders"]
    assert [e.path for e in found.others] == ["/login"]


def test_the_better_fit_decides_without_an_id(tmp_path: Path) -> None:
    log = write(tmp_path / "access.log", access(700, 401))
    with stand_in("loki", tmp_path)([record(1, access(1, 401, tail=" x"))]) as store:
        found = find(QUERY, [log], [store], environ=ENVIRON)
    assert [e.text for e in found.request] == [access(1, 401, tail=" x")]
    assert found.window_s == 3.0
    assert found.notes == ()
    assert [e.text for e in found.others] == [access(700, 401)]


def test_the_bots_own_probe_in_a_store_is_not_the_request(tmp_path: Path) -> None:
    probe = access(0, 401).replace("curl/8.5.0", "locksmith-probe/0.1")
    with stand_in("loki", tmp_path)([record(0, probe), record(60, access(60, 401))]) as store:
        found = find(QUERY, [], [store], environ=ENVIRON)
    assert [e.text for e in found.request] == [access(60, 401)]
    assert "locksmith-probe" not in repr(found.around)


def test_a_store_that_hangs_does_not_hold_up_the_answer(tmp_path: Path) -> None:
    log = write(tmp_path / "access.log", access(0, 401, tail=f" rid={ID}"))
    with serving(drip) as slow, serving(loki([record(0, f"[{ID}] expired")])) as well:
        stores = configured(tmp_path, WEB["splunk"][1](slow), WEB["loki"][1](well))
        found = find(replace(QUERY, ids=(ID,)), [log], stores, seconds=1.0, environ=ENVIRON)
    assert len(found.request) == 2
    assert found.files == (log, stores[1].name)
    assert found.notes == (f"{stores[0].name}: was not read to its end within 1 s; ask with the exact time",)


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The credentials of all stores, and where they are described."""
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LOCKSMITH_SERVICES", str(tmp_path / "services.yaml"))
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1")


@pytest.mark.usefixtures("environ")
def test_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = f"2026-11-21T00:20:00.100Z WARN [{ID}] GET /v2/orders 401 JWT rejected: Signature has expired"
    story = [record(0, access(0, 401, tail=f" rid={ID}")), record(0.1, line, "pod-2")]
    with stand_in("loki", tmp_path)(story):
        told = ["diagnose", f"401 on https://b.acme.test/v2/orders, request id {ID}", "--no-probe", "--json"]
        told += ["--services", str(tmp_path / "services.yaml"), "--posted-at", "2026-11-21T00:30:00Z"]
        assert main(told) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["causes"][0]["id"] == "token_expired"
    assert any("Signature has expired" in entry["text"] for entry in answer["log_lines"])


@pytest.mark.parametrize(
    ("ago", "token", "line"),
    [
        (60, "STORE_TOKEN", "ok     {}: answers"),
        (90_000, "STORE_TOKEN", "ok     {}: answers, but has no row of the last hour; check what it is asked for"),
        (60, "LOCKSMITH_LOKI", "wrong  {}: its credentials are not set; put them into LOCKSMITH_LOKI"),
        (60, "OS_BASIC", "wrong  {}: refuses the credentials (401); check what OS_BASIC holds and may read"),
    ],
)
@pytest.mark.usefixtures("environ")
def test_the_doctor_asks_each_store(
    ago: float, token: str, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(loki([Record(datetime.now(UTC) - timedelta(seconds=ago), "a")])) as url:
        (store,) = configured(tmp_path, WEB["loki"][1](url) | {"credentials": token})
        main(["doctor"])
    assert line.format(store.name) in capsys.readouterr().out.splitlines()


def test_a_variable_that_a_store_names_may_begin_like_a_setting(tmp_path: Path) -> None:
    configured(tmp_path, {"loki": "http://loki.acme.test", "query": "{}", "credentials": "LOCKSMITH_LOKI"})
    path = str(tmp_path / "services.yaml")
    given = settings.load({"LOCKSMITH_SERVICES": path, "LOCKSMITH_LOKI": "secret"})
    assert given.services[0].stores[0].credentials == "LOCKSMITH_LOKI"
    with pytest.raises(UsageError, match="LOCKSMITH_LOKY: is no setting"):
        settings.load({"LOCKSMITH_SERVICES": path, "LOCKSMITH_LOKY": "secret"})
