"""Places that count: ClickHouse itself, and stand-ins for Loki and OpenSearch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.services import Service, load
from tests.logs.stores.conftest import CLICKHOUSE_USER, ClickHouseServer, clickhouse
from tests.logs.stores.standins import TOKEN, serving
from tests.spikes.sources.standins import loki, opensearch, record
from tests.spikes.traffic import Request

__all__ = ["clickhouse"]
COUNT = {"method": "method", "path": "path", "status": "status", "user_agent": "user_agent", "client": "client"}
ENTRIES: dict[str, dict[str, Any]] = {
    "loki": {"query": '{app="billing"}', "tenant": "t1", "credentials": "STORE_TOKEN"},
    "opensearch": {"index": "logs-*", "time": "time", "credentials": "OS_BASIC"},
    "elasticsearch": {"index": "logs-*", "time": "time", "credentials": "OS_BASIC"},
    "clickhouse": {"table": "logs.answers", "time": "ts", "credentials": "CH_BASIC"},
}
STANDINS = {"loki": loki, "opensearch": opensearch, "elasticsearch": opensearch}


def configured(folder: Path, **keys: Any) -> Service:
    """The service of a file with these keys, read as the operator's is."""
    path = folder / "services.yaml"
    path.write_text(json.dumps({"services": [{"name": "shop", "hosts": ["a.test"], **keys}]}))
    (service,) = load(path)
    return service


def entry(kind: str, url: str, **count: Any) -> dict[str, Any]:
    """A store's entry that counts."""
    return {kind: url, **ENTRIES[kind], "count": COUNT | count}


def insert(server: ClickHouseServer, made: Sequence[Request]) -> None:
    """Add answers to the table."""
    server.run("CREATE DATABASE IF NOT EXISTS logs")
    server.run(
        "CREATE TABLE IF NOT EXISTS logs.answers (ts DateTime64(3, 'UTC'), method LowCardinality(String), path String,"
        " status Nullable(UInt16), user_agent Nullable(String), client String) ENGINE = MergeTree ORDER BY ts"
    )
    rows = [
        {"ts": f"{one.at:%Y-%m-%d %H:%M:%S.%f}"[:-3]} | {name: getattr(one, name) for name in COUNT} for one in made
    ]
    if rows:
        server.run("INSERT INTO logs.answers FORMAT JSONEachRow\n", "\n".join(map(json.dumps, rows)))


Place = Callable[[Sequence[Request]], AbstractContextManager[str]]


@pytest.fixture(params=sorted(ENTRIES))
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    credentials(monkeypatch)
    return str(request.param)


def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of all of them."""
    for name, value in (("STORE_TOKEN", TOKEN), ("OS_BASIC", "admin:pässword"), ("CH_BASIC", CLICKHOUSE_USER)):
        monkeypatch.setenv(name, value)


@pytest.fixture
def place(kind: str, request: pytest.FixtureRequest) -> Place:
    """Puts answers into a store of the kind; gives its address."""

    @contextmanager
    def placed(made: Sequence[Request]) -> Iterator[str]:
        if kind != "clickhouse":
            with serving(STANDINS[kind]([record(one) for one in made])) as url:
                yield url
            return
        server: ClickHouseServer = request.getfixturevalue("clickhouse")
        server.run("CREATE DATABASE IF NOT EXISTS logs")
        server.run("DROP TABLE IF EXISTS logs.answers")
        insert(server, made)
        yield server.url

    return placed
