"""Grafana Loki (https://grafana.com/docs/loki/latest/reference/loki-http-api/): `query_range` with line filters."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from bot.logs.stores.interface import Ask, Countable, Row
from bot.logs.stores.quoting import go_quoted, pattern_of
from bot.logs.stores.rows import epoch, since_epoch

if TYPE_CHECKING:
    from bot.logs.stores.http import Http

PAGE = 1_000
"""Lines a request: Loki refuses more than its `max_entries_limit`, which is 5,000 where nobody changed it."""
NAMES = ("filename", "pod", "container", "service_name", "job", "app")
"""Labels that tell best what wrote a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loki(Countable):
    """Lines of the streams that `query` selects."""

    kind: ClassVar[str] = "loki"
    shapes: ClassVar = {"tenant": re.compile(r"[!-~]+"), "count": re.compile(r"[A-Za-z_]\w{0,99}", re.ASCII)}
    counted: ClassVar = {
        "parse": "json",
        "path": "path",
        "status": "status",
        "method": "method",
        "user_agent": "user_agent",
    }

    query: str
    """A stream selector, with a pipeline if need be: `{app="billing"}`."""
    tenant: str | None = None
    """Sent as X-Scope-OrgID."""

    def headers(self, http: Http) -> dict[str, str]:
        """Who asks, and for whom."""
        return http.login() | ({"X-Scope-OrgID": self.tenant} if self.tenant else {})

    async def rows(self, ask: Ask, http: Http) -> Sequence[Row]:
        """Pages by the time of the last line; lines of that moment come twice and are kept once."""
        found: dict[Row, None] = {}
        while len(found) < ask.most:
            page = await self._page(ask, http)
            fresh = [row for row in page if row not in found]
            found |= dict.fromkeys(fresh)
            if len(page) < PAGE or not fresh:
                break
            times = [row.time for row in page]
            ask = replace(ask, end=min(times)) if ask.newest_first else replace(ask, start=max(times))
        return list(found)[: ask.most]

    async def _page(self, ask: Ask, http: Http) -> list[Row]:
        reply = await http.call(
            "GET",
            f"{self.base}/loki/api/v1/query_range",
            params={
                "query": self.query + "".join(f" |~ {go_quoted(pattern_of(group))}" for group in ask.having),
                "start": str(epoch(ask.start) * 1_000),
                "end": str(epoch(ask.end) * 1_000 + 1_000),  # the end is exclusive
                "limit": str(min(PAGE, ask.most)),
                "direction": "backward" if ask.newest_first else "forward",
            },
            headers=self.headers(http),
        )
        return reply.read(lambda answer: list(_rows(answer)))


def _rows(answer: Any) -> Iterator[Row]:
    for stream in answer["data"]["result"]:
        labels = stream["stream"]
        name = next((str(labels[n]) for n in NAMES if n in labels), "")
        record = json.dumps(labels, ensure_ascii=False)
        for value in stream["values"]:
            yield Row(since_epoch(microseconds=int(value[0]) // 1_000), name, str(value[1]), record)
