"""Remote log stores: one small file each, which answers one question (`interface.Store`)."""

from bot.logs.stores.azure import Azure
from bot.logs.stores.clickhouse import ClickHouse
from bot.logs.stores.cloudwatch import CloudWatch
from bot.logs.stores.datadog import Datadog
from bot.logs.stores.elastic import Elasticsearch, OpenSearch
from bot.logs.stores.google import Google
from bot.logs.stores.interface import Store
from bot.logs.stores.loki import Loki
from bot.logs.stores.splunk import Splunk
from bot.logs.stores.victorialogs import VictoriaLogs

STORES: tuple[type[Store], ...] = (
    Loki, OpenSearch, Elasticsearch, ClickHouse, VictoriaLogs, CloudWatch, Splunk, Datadog, Google, Azure,
)  # fmt: skip
KINDS = {store.kind: store for store in STORES}
"""The key that names a store in services.yaml -> what reads it."""
