"""Splunk (https://docs.splunk.com/Documentation/Splunk/latest/RESTREF/RESTsearch): `search/v2/jobs/export`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from bot.logs.stores.interface import Ask, Row, Store
from bot.logs.stores.quoting import in_runs
from bot.logs.stores.rows import epoch, iso

if TYPE_CHECKING:
    from bot.logs.stores.http import Http


@dataclass(frozen=True, slots=True, kw_only=True)
class Splunk(Store):
    """Events that a search selects."""

    kind: ClassVar[str] = "splunk"

    query: str
    """Search terms without pipes: `index=main sourcetype=access_combined`."""

    async def rows(self, ask: Ask, http: Http) -> Sequence[Row]:
        """One export, which runs the search and sends its events."""
        where = " ".join((f"({self.query})", *in_runs(ask.having)))
        order = f"head {ask.most}" if ask.newest_first else f"sort {ask.most} +_time"
        reply = await http.call(
            "POST",
            f"{self.base}/services/search/v2/jobs/export",
            data={
                "search": f"search {where} | {order} | fields _time _raw source",
                "earliest_time": f"{epoch(ask.start) / 1e6:.6f}",
                "latest_time": f"{epoch(ask.end) / 1e6 + 0.001:.6f}",  # the latest time is exclusive
                "output_mode": "json",
                "preview": "false",
                "max_time": "10",
                "timeout": "30",
            },
            headers=http.login(),
        )
        return [row for row in reply.read_lines(self._row) if row]

    def _row(self, line: Any) -> Row | None:
        for message in line.get("messages", ()):
            if message["type"] in ("FATAL", "ERROR"):
                from bot.logs.stores.troubles import words

                raise self.fault(f"fails ({words(message['text'])}); check its entry in services.yaml")
        event = line.get("result")
        if event is None:
            return None
        return Row(iso(event["_time"]), str(event.get("source", "")), str(event["_raw"]))
