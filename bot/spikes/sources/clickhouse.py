"""ClickHouse: one SELECT that groups by minute and fields; of the busiest groups, and the rest as one.

Paths are cut to templates by the engine already (https://clickhouse.com/docs/sql-reference/functions/string-functions),
so that ids in them make no groups of their own.
"""

from __future__ import annotations

from typing import Any

from bot.logs.formats import tokens
from bot.logs.neighbourhood import OWN_MARK
from bot.logs.stores.clickhouse import LIMITS, ClickHouse
from bot.logs.stores.counting import Counting
from bot.logs.stores.http import Http
from bot.spikes.model import MINUTE
from bot.spikes.sources.fold import totals
from bot.spikes.sources.interface import Answer, Row

MOST_MINUTES = 5
MOST_ROWS = 10_000
"""Groups of a minute."""
ONE = 1_000_000
COLUMNS = ("method", "path", "user_agent", "region", "client")
FOLDED = " OR ".join(
    (
        f"match(s, '^(?:[0-9]+|{tokens.HEX_ID}|[A-Za-z0-9_.~%@:+=-]{{33,}}|.*@.*)$')",
        "match(s, '[0-9]') AND match(s, '^(?:[0-9a-fA-F]{6,}|[A-Za-z0-9_.~%@:+=-]{16,})$')",
    )
)
"""Whether a segment of a path names one thing of many, as `bot.logs.names.VARIABLE` has it."""


async def ask(store: ClickHouse, counting: Counting, http: Http, since: int, until: int) -> Answer:
    """The groups of some minutes. Raises StoreError."""
    rows = await _rows(store, http, _grouped(store, counting), since, until)
    found = tuple(Row._make((r["m"], *(str(r[name]) for name in COLUMNS), r["n"], r["bad"])) for r in rows)
    sizes: dict[int, int] = {}
    for row in found:
        sizes[row.minute] = sizes.get(row.minute, 0) + 1
    if max(sizes.values(), default=0) < MOST_ROWS:
        return Answer(found)
    whole = await _rows(store, http, _minutes(store, counting), since, until)
    return Answer(found, totals((r["m"], r["n"], r["bad"]) for r in whole))


async def _rows(store: ClickHouse, http: Http, select: str, since: int, until: int) -> list[Any]:
    most = MOST_ROWS * (until - since) // MINUTE
    reply = await http.call(
        "POST",
        f"{store.base}/",
        params=LIMITS
        | {"max_result_rows": str(most + 1), "param_start": str(since * ONE), "param_end": str(until * ONE)},
        content=select.encode(),
        headers=http.login(),
    )
    return reply.read_lines(_checked)


def _checked(record: Any) -> Any:
    return record | {name: int(record[name]) for name in ("m", "n", "bad")}


def _grouped(store: ClickHouse, counting: Counting) -> str:
    columns = ", ".join(f"{_column(counting, name)} AS {name}" for name in COLUMNS)
    names = ", ".join(("m", *COLUMNS))
    return (
        f"SELECT {names}, count() AS n, countIf(status = '401') AS bad FROM (SELECT {_minute(store)} AS m, {columns},"
        f" {_text(counting.status)} AS status FROM {_from(store, counting)}) WHERE status NOT IN ('', '0')"
        f" GROUP BY {names} ORDER BY m, bad > 0 DESC, n DESC, {names} LIMIT {MOST_ROWS} BY m"
    )


def _minutes(store: ClickHouse, counting: Counting) -> str:
    return (
        f"SELECT m, count() AS n, countIf(status = '401') AS bad FROM (SELECT {_minute(store)} AS m,"
        f" {_text(counting.status)} AS status FROM {_from(store, counting)}) WHERE status NOT IN ('', '0') GROUP BY m"
    )


def _minute(store: ClickHouse) -> str:
    return f"intDiv(toUnixTimestamp64Micro(toDateTime64(`{store.time}`, 6)), {MINUTE * ONE}) * {MINUTE}"


def _from(store: ClickHouse, counting: Counting) -> str:
    """The table's rows of the time without the bot's own probes, as far as a column tells them."""
    others = (f" AND position({_text(c)}, '{OWN_MARK}') = 0" for c in (counting.user_agent, store.message) if c)
    table = ".".join(f"`{part}`" for part in store.table.split("."))
    return (
        f"{table} WHERE `{store.time}` >= fromUnixTimestamp64Micro({{start:Int64}})"
        f" AND `{store.time}` < fromUnixTimestamp64Micro({{end:Int64}}){''.join(others)}"
    )


def _column(counting: Counting, name: str) -> str:
    column = getattr(counting, name)
    if name != "path":
        return _text(column) if column else "''"
    segments = f"splitByChar('/', splitByChar('?', {_text(column)})[1])"
    return f"arrayStringConcat(arrayMap(s -> if({FOLDED}, '0', s), {segments}), '/')"


def _text(column: str) -> str:
    return f"ifNull(toString(`{column}`), '')"
