"""Datadog (https://docs.datadoghq.com/api/latest/logs/#search-logs-post): logs search with a cursor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from bot.logs.stores.interface import Ask, Row, Store
from bot.logs.stores.quoting import in_runs
from bot.logs.stores.rows import iso, row_of

if TYPE_CHECKING:
    from bot.logs.stores.http import Http

KEYS = re.compile(r"[A-Za-z0-9_-]+")
PAGE = 1_000
"""The most that one request brings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Datadog(Store):
    """Logs that a search selects. The credentials are `API_KEY:APPLICATION_KEY`."""

    kind: ClassVar[str] = "datadog"

    query: str = "*"
    """A search: `service:billing env:prod`."""

    async def rows(self, ask: Ask, http: Http) -> Sequence[Row]:
        """Pages until there is no cursor; a page may be empty and have one all the same."""
        found: list[Row] = []
        cursor: str | None = None
        while len(found) < ask.most:
            page = {"limit": min(PAGE, ask.most - len(found))} | ({"cursor": cursor} if cursor else {})
            reply = await http.call(
                "POST",
                f"{self.base}/api/v2/logs/events/search",
                json={
                    "filter": {
                        "query": " AND ".join((f"({self.query})", *in_runs(ask.having, '*:"{}"'))),
                        "from": ask.start.isoformat(),
                        "to": ask.end.isoformat(),
                    },
                    "sort": "-timestamp" if ask.newest_first else "timestamp",
                    "page": page,
                },
                headers=self._keys(http),
            )
            rows, cursor = reply.read(_page)
            found += rows
            if not cursor:
                break
        return found

    def _keys(self, http: Http) -> dict[str, str]:
        api, mark, application = (http.secret() or "").partition(":")
        if not mark or not KEYS.fullmatch(api + application):
            raise self.fault(f"wants API_KEY:APPLICATION_KEY; put both into {self.credentials or 'credentials:'}")
        return {"DD-API-KEY": api, "DD-APPLICATION-KEY": application}


def _page(answer: Any) -> tuple[list[Row], str | None]:
    rows = [_row(event["attributes"]) for event in answer["data"]]
    return rows, answer.get("meta", {}).get("page", {}).get("after")


def _row(event: Any) -> Row:
    record = {**event.get("attributes", {}), "message": event.get("message", ""), "level": event.get("status", "")}
    return row_of(iso(event["timestamp"]), str(event.get("service", "")), record, "message")
