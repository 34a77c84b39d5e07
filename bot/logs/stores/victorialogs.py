"""VictoriaLogs (https://docs.victoriametrics.com/victorialogs/querying/): LogsQL over HTTP, one JSON object a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from bot.logs.stores.interface import Ask, Row, Store
from bot.logs.stores.quoting import go_quoted, pattern_of
from bot.logs.stores.rows import epoch, iso, row_of

if TYPE_CHECKING:
    from bot.logs.stores.http import Http


@dataclass(frozen=True, slots=True, kw_only=True)
class VictoriaLogs(Store):
    """Log entries that a LogsQL filter selects."""

    kind: ClassVar[str] = "victorialogs"
    shapes: ClassVar = {"tenant": re.compile(r"\d{1,10}:\d{1,10}", re.ASCII)}

    query: str = "*"
    """A LogsQL filter without pipes: `{app="billing"}`."""
    ids: tuple[str, ...] = ("request_id", "trace_id")
    """Fields that hold ids, which are looked for in the message, too."""
    path: tuple[str, ...] = ("path", "url.path")
    status: tuple[str, ...] = ("status", "http.response.status_code")
    tenant: str | None = None
    """`AccountID:ProjectID`"""

    async def rows(self, ask: Ask, http: Http) -> Sequence[Row]:
        """One question with a limit of its own, since the store has none by default."""
        where = " AND ".join((f"({self.query})", *map(self._any_of, ask.having)))
        order = "desc" if ask.newest_first else "asc"
        account, _, project = (self.tenant or "").partition(":")
        reply = await http.call(
            "POST",
            f"{self.base}/select/logsql/query",
            data={
                "query": f"{where} | sort by (_time {order}) limit {ask.most}",
                "start": str(epoch(ask.start) * 1_000),
                "end": str(epoch(ask.end) * 1_000 + 1_000),  # the end is exclusive
                "timeout": "10s",
            },
            headers=http.login() | ({"AccountID": account, "ProjectID": project} if account else {}),
        )
        return reply.read_lines(_row)

    def _any_of(self, group: Sequence[str]) -> str:
        fields = dict.fromkeys(("_msg", *self.ids, *self.path, *self.status))
        pattern = go_quoted(pattern_of(group))
        return f"({' OR '.join(f'{go_quoted(field)}:~{pattern}' for field in fields)})"


def _row(record: Any) -> Row:
    stream = str(record.pop("_stream", ""))
    record.pop("_stream_id", None)
    return row_of(iso(record["_time"]), stream, record, "_msg")
