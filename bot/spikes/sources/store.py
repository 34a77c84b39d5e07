"""The sources of a service: its stores that have a `count:`, and what stands under `metrics:`."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import ModuleType

from bot.logs.stores.clickhouse import ClickHouse
from bot.logs.stores.counting import Counting
from bot.logs.stores.elastic import Elasticsearch, OpenSearch
from bot.logs.stores.http import Http
from bot.logs.stores.interface import Place
from bot.logs.stores.loki import Loki
from bot.services import Service
from bot.spikes.sources import clickhouse, elastic, loki, prometheus
from bot.spikes.sources.fold import Folding
from bot.spikes.sources.interface import Counted, Source
from bot.spikes.sources.prometheus import Prometheus
from bot.spikes.templates import Templates

WAYS: Mapping[type[Place], ModuleType] = {
    Loki: loki, ClickHouse: clickhouse, OpenSearch: elastic, Elasticsearch: elastic, Prometheus: prometheus,
}  # fmt: skip
METRICS: Mapping[str, type[Place]] = {Prometheus.kind: Prometheus}
"""What may stand under `metrics:`."""


class StoreSource:
    """A store as a source of counts."""

    def __init__(
        self, store: Place, counting: Counting, folding: Folding, environ: Mapping[str, str] = os.environ
    ) -> None:
        self._store, self._counting, self._folding = store, counting, folding
        self._way = WAYS[type(store)]
        self._http = Http(store, environ=environ)

    @property
    def name(self) -> str:
        """The store's."""
        return self._store.name

    @property
    def key(self) -> str:
        """A hash of the entry without how it is reached."""
        asked = repr(replace(self._store, credentials=None, cacert=None))
        return hashlib.blake2s(asked.encode("utf-8", "replace"), digest_size=8).hexdigest()

    @property
    def delay(self) -> int:
        """As the entry has it."""
        return self._counting.delay

    @property
    def most_minutes(self) -> int:
        """As the kind has it."""
        return int(self._way.MOST_MINUTES)

    async def counts(self, since: int, until: int) -> Counted:
        """What the store says, as counts. Raises StoreError."""
        return self._folding.counted(await self._way.ask(self._store, self._counting, self._http, since, until))

    async def close(self) -> None:
        """Close the connections."""
        await self._http.__aexit__(None, None, None)


def sources(service: Service, templates: Templates, regions: Callable[[str], str]) -> Iterator[Source]:
    """The sources. `regions`: a caller's address to its region, where a store tells callers and no region."""
    for store in (*service.stores, *service.metrics):
        if fields := store.counting:
            by_caller = regions if fields.client and not fields.region else None
            yield StoreSource(store, fields, Folding(templates, by_caller))
