"""OpenSearch and Elasticsearch: `_search` with a bool filter, in JSON, so that nothing has to be quoted.

https://docs.opensearch.org/latest/api-reference/search/, https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-search
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from bot.logs.stores.interface import Ask, Countable, Row
from bot.logs.stores.quoting import clean
from bot.logs.stores.rows import row_of, since_epoch

if TYPE_CHECKING:
    from bot.logs.stores.http import Http

PAGE = 1_000
"""Documents a request, far below `index.max_result_window` (10,000)."""
INDEX = re.compile(r"[A-Za-z0-9_.,*<>{}+:-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSearch(Countable):
    """Documents of an index."""

    kind: ClassVar[str] = "opensearch"
    shapes: ClassVar = {"index": INDEX}
    counted: ClassVar = {
        "path": "url.path",
        "status": "http.response.status_code",
        "method": "http.request.method",
        "user_agent": "user_agent.original",
    }
    """The Elastic Common Schema (https://www.elastic.co/docs/reference/ecs)."""

    index: str
    """An index, a pattern or several with commas between: `logs-*`."""
    time: str = "@timestamp"
    message: str = "message"
    """The field that holds the line."""
    ids: tuple[str, ...] = ("trace.id", "http.request.id", "request_id", "trace_id")
    """Fields that hold ids, which are looked for in `message`, too."""
    path: tuple[str, ...] = ("url.path", "url.original", "path")
    status: tuple[str, ...] = ("http.response.status_code", "status")

    async def rows(self, ask: Ask, http: Http) -> Sequence[Row]:
        """Pages by the time of the last document; documents of that moment come twice and are kept once."""
        found: dict[str, Row] = {}
        while len(found) < ask.most:
            page = await self._page(ask, http)
            fresh = {key: row for key, row in page if key not in found}
            found |= fresh
            if len(page) < min(PAGE, ask.most) or not fresh:
                break
            times = [row.time for _, row in page]
            ask = replace(ask, end=min(times)) if ask.newest_first else replace(ask, start=max(times))
        return list(found.values())[: ask.most]

    async def _page(self, ask: Ask, http: Http) -> list[tuple[str, Row]]:
        span = {"gte": ask.start.isoformat(), "lte": ask.end.isoformat(), "format": "strict_date_optional_time"}
        order = "desc" if ask.newest_first else "asc"
        body = {
            "size": min(PAGE, ask.most),
            "sort": [{self.time: {"order": order, "unmapped_type": "date"}}],
            "docvalue_fields": [{"field": self.time, "format": "epoch_millis"}],
            "track_total_hits": False,
            "timeout": "10s",
            "query": {"bool": {"filter": [{"range": {self.time: span}}, *map(self._any_of, ask.having)]}},
        }
        url = f"{self.base}/{self.index}/_search"
        reply = await http.call("POST", url, json=body, headers=http.login())
        return reply.read(lambda answer: list(self._rows(answer)))

    def _any_of(self, group: Sequence[str]) -> dict[str, Any]:
        fields = list(dict.fromkeys((self.message, *self.ids, *self.path, *self.status)))
        phrases = [
            {"multi_match": {"query": clean(text), "type": "phrase", "fields": fields, "lenient": True}}
            for text in group
        ]
        return {"bool": {"should": phrases, "minimum_should_match": 1}}

    def _rows(self, answer: Any) -> Iterator[tuple[str, Row]]:
        for hit in answer["hits"]["hits"]:
            millis = float(hit["fields"][self.time][0])
            row = row_of(since_epoch(microseconds=round(millis * 1_000)), hit["_index"], hit["_source"], self.message)
            yield f"{hit['_index']} {hit['_id']}", row


@dataclass(frozen=True, slots=True, kw_only=True)
class Elasticsearch(OpenSearch):
    """The same; both have kept these parts of the API alike."""

    kind: ClassVar[str] = "elasticsearch"
