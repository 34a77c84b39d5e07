"""ClickHouse (https://clickhouse.com/docs/interfaces/http): one SELECT, what strangers wrote as query parameters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar

from bot.logs.stores.interface import Ask, Countable, Row
from bot.logs.stores.quoting import clean
from bot.logs.stores.rows import epoch, row_of, since_epoch

if TYPE_CHECKING:
    from bot.logs.stores.http import Http

NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
COLUMN = re.compile(r"[A-Za-z_][\w.]*", re.ASCII)
TABLE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?", re.ASCII)
ESCAPES = {ord("\\"): "\\\\", ord("\t"): "\\t", ord("\n"): "\\n", ord("\r"): "\\r"}
"""Parameters are read as fields of TabSeparated (https://clickhouse.com/docs/interfaces/formats/TabSeparated)."""
AT = "locksmith_at"
LIMITS = {
    "readonly": "2",  # reading only, while these limits may still be set
    "max_execution_time": "10",
    "result_overflow_mode": "throw",
    "wait_end_of_query": "1",  # so that what fails on the way is not sent as a success
    "output_format_json_quote_64bit_integers": "0",
    "default_format": "JSONEachRow",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickHouse(Countable):
    """Rows of a table or view."""

    kind: ClassVar[str] = "clickhouse"
    shapes: ClassVar = {"table": TABLE, "time": COLUMN, "message": COLUMN, "ids": COLUMN, "count": COLUMN}

    table: str
    """`database.table`"""
    time: str
    """A DateTime or DateTime64 column."""
    message: str = ""
    """The column that holds the line, if one does."""
    ids: tuple[str, ...] = ()
    """Columns that hold ids."""

    async def rows(self, ask: Ask, http: Http) -> Sequence[Row]:
        """One question; the limits are the store's to keep."""
        texts = {f"p{number}": text for number, text in enumerate(t for group in ask.having for t in group)}
        numbers = {"start": epoch(ask.start), "end": epoch(ask.end), "most": ask.most}
        params = {f"param_{name}": clean(text).translate(ESCAPES) for name, text in texts.items()}
        params |= {f"param_{name}": str(number) for name, number in numbers.items()}
        reply = await http.call(
            "POST",
            f"{self.base}/",
            params=LIMITS | {"max_result_rows": str(ask.most + 1)} | params,
            content=self._select(ask).encode(),
            headers=http.login(),
        )
        return reply.read_lines(self._row)

    def _select(self, ask: Ask) -> str:
        number = count()
        where = [
            f"`{self.time}` >= fromUnixTimestamp64Micro({{start:Int64}})",
            f"`{self.time}` <= fromUnixTimestamp64Micro({{end:Int64}})",
            *(f"({' OR '.join(self._holds(next(number)) for _ in group)})" for group in ask.having),
        ]
        table = ".".join(f"`{part}`" for part in self.table.split("."))
        order = "DESC" if ask.newest_first else "ASC"
        return (
            f"SELECT *, toUnixTimestamp64Micro(toDateTime64(`{self.time}`, 6)) AS {AT} FROM {table}"
            f" WHERE {' AND '.join(where)} ORDER BY `{self.time}` {order} LIMIT {{most:UInt32}}"
        )

    def _holds(self, number: int) -> str:
        columns = [f"toString(`{c}`)" for c in dict.fromkeys((*self.ids, self.message)) if c] if self.message else []
        searched = columns or ["toString(tuple(*))"]
        return " OR ".join(f"positionCaseInsensitiveUTF8({c}, {{p{number}:String}}) > 0" for c in searched)

    def _row(self, record: Any) -> Row:
        at = since_epoch(microseconds=int(record.pop(AT)))
        return row_of(at, self.table, record, self.message)
