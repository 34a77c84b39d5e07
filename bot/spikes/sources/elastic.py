"""OpenSearch and Elasticsearch: a composite aggregation by minute and fields, page by page.

https://docs.opensearch.org/latest/aggregations/bucket/composite/,
https://www.elastic.co/docs/reference/aggregations/search-aggregations-bucket-composite-aggregation
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bot.logs.neighbourhood import OWN_MARK
from bot.logs.stores.counting import Counting
from bot.logs.stores.elastic import OpenSearch
from bot.logs.stores.http import Http
from bot.probe.client import USER_AGENT
from bot.spikes.sources.fold import totals
from bot.spikes.sources.interface import Answer, Row

MOST_MINUTES = 1
PAGE = 1_000
MOST_PAGES = 20
"""Of a minute: what is on further ones is counted as a whole."""
NAMES = ("method", "path", "user_agent", "region", "client")
PARTIAL = "answered in part only (shards failed or took too long); see whether it is well"


async def ask(store: OpenSearch, counting: Counting, http: Http, since: int, until: int) -> Answer:
    """The buckets of some minutes. Raises StoreError."""
    rows: list[Row] = []
    whole: list[tuple[int, int, int]] = []
    after: Any = None
    for page in range(MOST_PAGES):
        body = _body(store, counting, since, until, after, first=page == 0)
        reply = await http.call("POST", f"{store.base}/{store.index}/_search", json=body, headers=http.login())
        if reply.read(lambda answer: answer["timed_out"] or answer.get("_shards", {}).get("failed")):
            raise store.fault(PARTIAL)
        found = reply.read(lambda answer: answer["aggregations"])
        whole += reply.read(lambda answer: list(_minutes(answer["aggregations"].get("minutes"))))
        rows += reply.read(lambda answer: list(map(_row, answer["aggregations"]["cells"]["buckets"])))
        after = found["cells"].get("after_key")
        if not after or len(found["cells"]["buckets"]) < PAGE:
            return Answer(tuple(rows))
    return Answer(tuple(rows), totals(whole))


def _body(store: OpenSearch, counting: Counting, since: int, until: int, after: Any, *, first: bool) -> dict[str, Any]:
    refused = {"refused": {"filter": {"term": {counting.status: 401}}}}
    by_minute = {"field": store.time, "fixed_interval": "1m"}
    terms = ((name, getattr(counting, name)) for name in NAMES)
    sources = [{name: {"terms": {"field": field, "missing_bucket": True}}} for name, field in terms if field]
    cells = {"size": PAGE, "sources": [{"minute": {"date_histogram": by_minute}}, *sources]}
    if after:
        cells["after"] = after
    # No pattern, which a cluster may forbid as expensive.
    ours = [{"term": {counting.user_agent: USER_AGENT}}, {"match_phrase": {store.message: OWN_MARK}}]
    span = {"gte": _iso(since), "lt": _iso(until), "format": "strict_date_optional_time"}
    body: dict[str, Any] = {
        "size": 0,
        "track_total_hits": False,
        "timeout": "10s",
        "query": {
            "bool": {
                "filter": [{"range": {store.time: span}}, {"exists": {"field": counting.status}}],
                "must_not": ours,
            }
        },
        "aggs": {"cells": {"composite": cells, "aggs": refused}},
    }
    if first:
        body["aggs"]["minutes"] = {"date_histogram": by_minute | {"min_doc_count": 1}, "aggs": refused}
    return body


def _row(bucket: Any) -> Row:
    key = bucket["key"]
    names = ("" if key.get(name) is None else str(key[name]) for name in NAMES)
    numbers = int(bucket["doc_count"]), int(bucket["refused"]["doc_count"])
    return Row._make((int(key["minute"]) // 1000, *names, *numbers))


def _minutes(found: Any) -> Iterator[tuple[int, int, int]]:
    for bucket in found["buckets"] if found else ():
        yield int(bucket["key"]) // 1000, int(bucket["doc_count"]), int(bucket["refused"]["doc_count"])


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()
