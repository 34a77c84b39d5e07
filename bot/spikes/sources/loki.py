"""Grafana Loki: a metric query by minute and labels (https://grafana.com/docs/loki/latest/query/metric_queries/).

Loki answers no query of more than `max_query_series` series (500 where nobody changed it). Paths are cut to templates
by its own functions already, the busiest series are asked for, and the rest is counted as one.
"""

from __future__ import annotations

from typing import Any

from bot.logs.formats import tokens
from bot.logs.neighbourhood import OWN_MARK
from bot.logs.stores.counting import Counting
from bot.logs.stores.http import Http
from bot.logs.stores.interface import StoreError
from bot.logs.stores.loki import Loki
from bot.spikes.sources.fold import totals
from bot.spikes.sources.interface import Answer, Row

MOST_MINUTES = 1
MOST_SERIES = 240
"""Of the 401s, and of the other answers: together fewer than Loki's limit."""
NAMES = ("method", "user_agent", "region", "client")
REFUSED, PATH = "locksmith_refused", "locksmith_path"
SEGMENT = f"/(?:[0-9]+|{tokens.HEX_ID}|[0-9a-fA-F]{{16,}}|[^/]*@[^/]*|[A-Za-z0-9_.~%@:+=-]{{33,}})(/|$)"
TOO_MANY = (
    "has more series in a minute than it answers with (max_query_series): all counts as (other); leave fields out"
)


async def ask(store: Loki, counting: Counting, http: Http, since: int, until: int) -> Answer:
    """The busiest series of a minute. Raises StoreError."""
    pipeline = _pipeline(store, counting)
    by = ", ".join((PATH, REFUSED, *(label for name in NAMES if (label := getattr(counting, name)))))
    parts = [f'{pipeline} | {REFUSED}="{refused}"' for refused in ("1", "0")]
    busiest = " or ".join(f"topk({MOST_SERIES}, sum by ({by}) (count_over_time({part} [1m])))" for part in parts)
    notes: tuple[str, ...] = ()
    try:
        series = await _series(store, http, busiest, until)
    except StoreError as error:
        if "series" not in str(error):
            raise
        series, notes = [], (TOO_MANY,)
    rows = tuple(_row(metric, counting, since, number) for metric, number in series)
    if not notes and max(sum(row.refused > 0 for row in rows), sum(row.refused == 0 for row in rows)) < MOST_SERIES:
        return Answer(rows)
    whole = await _series(store, http, f"sum by ({REFUSED}) (count_over_time({pipeline} [1m]))", until)
    refused = sum(number for metric, number in whole if metric.get(REFUSED) == "1")
    return Answer(rows, totals([(since, sum(number for _, number in whole), refused)]), notes)


def _pipeline(store: Loki, counting: Counting) -> str:
    """The lines that tell an answer, with whether it is a 401 and its path as labels.

    A line that the parser cannot read would make the whole query fail, hence the filter on __error__. The bot's own
    probes are left out by the line, and by the label where the user agent stands beside the line.
    """
    parse = f" | {counting.parse}" if counting.parse else ""
    bare = f'(regexReplaceAll "[?].*" .{counting.path} "")'
    once = f'(regexReplaceAll "{SEGMENT}" {bare} "/{{}}${{1}}")'
    # Twice, for a match takes the slash with which the next one would begin.
    path = f'{{{{ regexReplaceAll "{SEGMENT}" {once} "/{{}}${{1}}" }}}}'
    refused = f'{{{{ if eq .{counting.status} "401" }}}}1{{{{ else }}}}0{{{{ end }}}}'
    others = f' | {counting.user_agent}!~".*{OWN_MARK}.*"' if counting.user_agent else ""
    return (
        f'{store.query} != "{OWN_MARK}"{parse} | __error__="" | {counting.status}=~".+"{others}'
        f" | label_format {PATH}=`{path}`, {REFUSED}=`{refused}`"
    )


async def _series(store: Loki, http: Http, query: str, end: int) -> list[tuple[dict[str, str], int]]:
    """Series at the last nanosecond before the end: a range leaves out its start and holds its end.

    `query_range` would round that moment to its step where Loki splits queries, and move answers between minutes.
    """
    reply = await http.call(
        "GET",
        f"{store.base}/loki/api/v1/query",
        params={"query": query, "time": str(end * 1_000_000_000 - 1)},
        headers=store.headers(http),
    )
    return reply.read(_read)


def _read(answer: Any) -> list[tuple[dict[str, str], int]]:
    if answer["data"]["resultType"] != "vector":
        raise ValueError
    return [(dict(one["metric"]), round(float(one["value"][1]))) for one in answer["data"]["result"]]


def _row(metric: dict[str, str], counting: Counting, minute: int, number: int) -> Row:
    method, user_agent, region, client = (metric.get(getattr(counting, name), "") for name in NAMES)
    refused = number if metric.get(REFUSED) == "1" else 0
    return Row(minute, method, metric.get(PATH, ""), user_agent, region, client, number, refused)
