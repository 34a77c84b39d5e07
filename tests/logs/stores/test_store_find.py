"""`locksmith logs find` asks a service's stores beside its files: ClickHouse itself, and a stand-in for Loki."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.services import load
from tests.logs.stores.conftest import ClickHouseServer
from tests.logs.stores.places import ENVIRON, REAL, WEB, configured, stand_in
from tests.logs.stores.standins import AT, Record, loki, serving
from tests.logs.stores.test_stores import ID, STORY, access, record

SECRET = "sk_live_4242424242424242"


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)


class Shop:
    """A service whose logs are a file and a table of ClickHouse."""

    def __init__(self, folder: Path, server: ClickHouseServer, capsys: pytest.CaptureFixture[str]) -> None:
        self.log = folder / "access.log"
        self._folder, self._server, self._capsys = folder, server, capsys

    def has(self, records: Sequence[Record], *lines: str) -> str:
        """Fill the table and the file; the store's name."""
        self._server.fill(records)
        table = REAL["clickhouse"](self._server.url)
        if not lines:
            return configured(self._folder, table)[0].name
        self.log.write_text("\n".join(lines) + "\n")
        return configured(self._folder, table, str(self.log))[0].name

    def finds(self, *words: str) -> dict[str, Any]:
        """What `logs find --json` tells."""
        assert main(["logs", "find", "--services", str(self._folder / "services.yaml"), "--json", *words]) == 0
        out, err = self._capsys.readouterr()
        assert err == ""
        return dict(json.loads(out))


@pytest.fixture
def shop(tmp_path: Path, clickhouse: ClickHouseServer, capsys: pytest.CaptureFixture[str]) -> Shop:
    return Shop(tmp_path, clickhouse, capsys)


def test_an_id_is_found_in_files_and_stores_in_the_order_of_time(shop: Shop) -> None:
    name = shop.has(STORY, access(0.6, 401, tail=f" upstream rid={ID}"), access(7))
    for words, windows in ((("--at", AT.isoformat()), [120.0]), (("--at", AT.isoformat(), "--within", "5s"), [5.0])):
        told = shop.finds("--request-id", ID.replace("-", "").upper(), *words)
        assert [line["file"] for line in told["lines"]] == [str(shop.log), *[f"{name} logs.http"] * 3]
        assert [line["time"] for line in told["lines"]] == sorted(line["time"] for line in told["lines"])
        assert all(set(line) == {"file", "offset", "time", "text"} for line in told["lines"])
        assert SECRET not in json.dumps(told)
        assert (told["windows"], told["notes"], told["read"]["files"]) == (windows, [], 1)


def test_a_path_and_a_status_are_found_in_a_store_alone(shop: Shop) -> None:
    name = shop.has(STORY)
    told = shop.finds("--path", "/v2/orders/", "--at", AT.isoformat())
    assert [line["file"] for line in told["lines"]] == [f"{name} logs.http"] * 3
    assert [line["text"].split()[0] for line in told["lines"]] == ["203.0.113.9", "WARN", "GET"]
    assert told["read"] | {"seconds": 0} == {"bytes": 0, "seconds": 0, "files": 0}
    assert told["notes"] == []
    told = shop.finds("--path", "/v2/orders", "--status", "200", "--at", AT.isoformat(), "--within", "10s")
    assert told["windows"] == [10.0]
    assert len(told["lines"]) == 7
    assert all('" 200 ' in line["text"] for line in told["lines"])


def test_rows_of_one_moment_are_each_a_line(shop: Shop) -> None:
    shop.has([record(0, f"[{ID}] step {number}") for number in range(5)])
    assert len(shop.finds("--request-id", ID, "--at", AT.isoformat())["lines"]) == 5


def test_the_narrowest_window_of_all_sources_counts(shop: Shop) -> None:
    shop.has([record(540, access(540, 401))], access(3000, 401))
    told = shop.finds("--path", "/v2/orders", "--at", AT.isoformat())
    assert [line["text"] for line in told["lines"]] == [access(540, 401)]
    assert "nothing within 2 minutes of the named time; found 9 minutes later" in told["notes"]


def test_how_far_a_store_was_asked_is_said_where_nothing_was_found(shop: Shop) -> None:
    shop.has([record(-200_000, f"[{ID}] expired")])
    told = shop.finds("--request-id", ID, "--at", AT.isoformat())
    assert told["lines"] == []
    assert "no line holds the id" in told["notes"][0]
    assert told["notes"][1] == "stores were asked for a day either way of that time"


def test_a_hostile_id_finds_nothing_and_breaks_nothing(shop: Shop) -> None:
    shop.has(STORY)
    told = shop.finds("--request-id", "x' OR 1=1 -- \\", "--at", AT.isoformat())
    assert told["lines"] == []
    assert len(told["notes"]) == 2


def test_the_bots_own_probes_are_not_the_request(shop: Shop) -> None:
    shop.has([record(0, access(0, 401).replace("curl/8.5.0", "locksmith-probe/0.1")), record(400, access(400, 401))])
    told = shop.finds("--path", "/v2/orders", "--at", AT.isoformat())
    assert [line["text"] for line in told["lines"]] == [access(400, 401)]


def test_a_store_that_cannot_be_read_is_a_note_and_the_files_stand(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = shop.has(STORY, access(0, 401, tail=f" rid={ID}"))
    monkeypatch.setenv("CH_BASIC", "reader:wrong")
    told = shop.finds("--request-id", ID, "--at", AT.isoformat())
    assert len(told["lines"]) == 1
    assert told["notes"] == [f"{name}: refuses the credentials (403); check what CH_BASIC holds and may read"]
    (store,) = configured(tmp_path, WEB["loki"][1]("http://127.0.0.1:1"), str(shop.log))
    told = shop.finds("--request-id", ID, "--at", AT.isoformat())
    assert len(told["lines"]) == 1
    assert len(told["notes"]) == 1
    assert told["notes"][0].startswith(f"{store.name}: ")
    configured(tmp_path, WEB["loki"][1]("http://127.0.0.1:1"))
    told = shop.finds("--request-id", ID)
    assert (told["lines"], len(told["notes"])) == ([], 1)  # what could not be asked does not lack the id


def test_several_services_stores_are_asked_each_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        stand_in("loki", tmp_path)([record(0, f"[{ID}] one")]) as one,
        serving(loki([record(0.1, f"[{ID}] two", "pod-2")])) as url,
    ):
        shared = WEB["loki"][1](one.place)
        services = [
            {"name": name, "hosts": [f"{name}.test"], "logs": [shared, *more]}
            for name, more in (("a", []), ("b", [WEB["loki"][1](url)]))
        ]
        path = tmp_path / "services.yaml"
        path.write_text(json.dumps({"services": services}))
        names = {store.name for service in load(path) for store in service.stores}
        monkeypatch.setenv("LOCKSMITH_SERVICES", str(path))
        assert main(["logs", "find", "--request-id", ID, "--at", AT.isoformat()]) == 0
    out = capsys.readouterr().out
    assert len(names) == 2
    assert [line.rpartition("] ")[2] for line in out.splitlines()[:2]] == ["one", "two"]
    assert len(out.splitlines()) == 3


def test_what_reads_files_alone_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configured(tmp_path, WEB["loki"][1]("http://127.0.0.1:1"))
    assert main(["logs", "count", "--services", str(tmp_path / "services.yaml")]) == 2
    assert "only log stores are named, and this reads files" in capsys.readouterr().err
