"""Each kind of store with records in it, as services.yaml would name it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from bot.logs.stores.interface import Store
from bot.services import load
from tests.logs.stores import standins
from tests.logs.stores.standins import GUID, TOKEN, Record

ENVIRON = {
    "STORE_TOKEN": TOKEN,
    "OS_BASIC": "admin:pässword",
    "DD_KEYS": "0a1b2c:3d4e5f",
    "AZ_SECRET": "az-s3cret",
    "CH_BASIC": "reader:p@ss:wörd",
}
Entry = Callable[[str], dict[str, Any]]
"""From the address of a stand-in to an entry of `logs:`."""
WEB: dict[str, tuple[Callable[[list[Record]], standins.Handler], Entry]] = {
    "loki": (
        standins.loki,
        lambda url: {"loki": url, "query": '{app="billing"}', "tenant": "t1", "credentials": "STORE_TOKEN"},
    ),
    "opensearch": (
        standins.opensearch,
        lambda url: {"opensearch": url, "index": "logs-*", "credentials": "OS_BASIC"},
    ),
    "elasticsearch": (
        standins.opensearch,
        lambda url: {"elasticsearch": f"{url}/", "index": "logs-*", "ids": ["request_id"], "credentials": "OS_BASIC"},
    ),
    "victorialogs": (
        standins.victorialogs,
        lambda url: {"victorialogs": url, "query": '{app="billing"}', "credentials": "STORE_TOKEN"},
    ),
    "splunk": (standins.splunk, lambda url: {"splunk": url, "query": "index=main", "credentials": "STORE_TOKEN"}),
    "datadog": (
        standins.datadog,
        lambda url: {"datadog": url, "query": "service:billing", "credentials": "DD_KEYS"},
    ),
    "google": (
        standins.google,
        lambda url: {
            "google": "acme-prod",
            "query": "severity>=DEFAULT",
            "endpoint": url,
            "credentials": "STORE_TOKEN",
        },
    ),
    "azure": (
        standins.azure,
        lambda url: {
            "azure": GUID,
            "query": "AppLogs",
            "tenant": GUID,
            "client": GUID,
            "endpoint": url,
            "authority": url,
            "credentials": "AZ_SECRET",
        },
    ),
}
REAL: dict[str, Entry] = {
    "clickhouse": lambda url: {
        "clickhouse": url,
        "table": "logs.http",
        "time": "ts",
        "message": "line",
        "ids": ["request_id"],
        "credentials": "CH_BASIC",
    },
    "cloudwatch": lambda url: {"cloudwatch": "/billing/api", "region": "eu-west-1", "endpoint": url},
}
Place = Callable[[Sequence[Record]], AbstractContextManager[Store]]


def configured(folder: Path, *entries: Mapping[str, Any] | str) -> tuple[Store, ...]:
    """The stores among the entries of a `logs:` list, read as the operator's file is."""
    path = folder / "services.yaml"
    path.write_text(json.dumps({"services": [{"name": "billing", "hosts": ["b.acme.test"], "logs": list(entries)}]}))
    (service,) = load(path)
    return service.stores


def stand_in(kind: str, folder: Path) -> Place:
    """A stand-in of that kind."""

    @contextmanager
    def place(records: Sequence[Record]) -> Iterator[Store]:
        make, entry = WEB[kind]
        kept = [r.whole for r in records] if kind == "splunk" else list(records)
        with standins.serving(make(kept)) as url:
            (store,) = configured(folder, entry(url))
            yield store

    return place
