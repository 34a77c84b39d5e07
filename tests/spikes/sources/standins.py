"""Stand-ins that count: Loki's metric queries and OpenSearch's composite aggregations, as documented.

They read the queries with parsers of their own, and refuse what is not of the documented shape.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import re2
from aiohttp import web

from tests.logs.stores import standins
from tests.logs.stores.standins import TOKEN, Handler, Record, refused
from tests.spikes.traffic import Request

FIELDS = ("method", "path", "status", "user_agent", "client")
MOST_SERIES = 500
METRIC = re.compile(
    r"(?:topk\((?P<most>\d+), )?sum by \((?P<by>[\w, ]+)\) \(count_over_time\((?P<log>.+?) \[1m\]\)\)(?(most)\))"
)
LOG = re.compile(
    r'\{app="billing"\} != "(?P<without>[\w-]+)" \| json \| __error__="" \| status=~"\.\+"'
    r' \| (?P<unlabelled>\w+)!~"(?P<unlike>[^"]+)" \| label_format (?P<path>\w+)=`(?P<how>[^`]+)`,'
    r' (?P<refused>\w+)=`\{\{ if eq \.status "401" \}\}1\{\{ else \}\}0\{\{ end \}\}`'
    r'(?: \| (?P<label>\w+)="(?P<is>[01])")?'
)
REPLACE = re.compile(r'regexReplaceAll "([^"]*)" (\.path|\(.*\)) "([^"]*)"')


def record(made: Request) -> Record:
    """A request as a line of JSON."""
    told = {name: getattr(made, name) for name in FIELDS}
    return Record(made.at, json.dumps(told | {"time": made.at.isoformat()}))


def loki(records: list[Record]) -> Handler:
    """https://grafana.com/docs/loki/latest/query/metric_queries/; log queries go on to the other stand-in."""
    logs = standins.loki(records)

    async def handler(request: web.BaseRequest) -> web.StreamResponse:
        asked = request.query
        if "count_over_time" not in asked.get("query", ""):
            return await logs(request)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}" or request.headers.get("X-Scope-OrgID") != "t1":
            return refused(401, "no")
        if request.path != "/loki/api/v1/query" or set(asked) != {"query", "time"}:
            return web.Response(status=400, text="parse error")
        end = int(asked["time"])
        try:
            series = dict(_evaluated(asked["query"], records, end))
        except SyntaxError as error:
            return web.Response(status=400, text=str(error))
        if len(series) > MOST_SERIES:
            return web.Response(status=400, text="maximum of series (500) reached for a single query")
        result = [
            {"metric": {name: text for name, text in labels if text}, "value": [end / 1e9, str(number)]}
            for labels, number in series.items()
        ]
        return web.json_response({"status": "success", "data": {"resultType": "vector", "result": result}})

    return handler


Labels = tuple[tuple[str, str], ...]


def _evaluated(query: str, records: list[Record], end: int) -> Iterator[tuple[Labels, int]]:
    for part in query.split(" or "):
        metric = METRIC.fullmatch(part)
        log = LOG.fullmatch(metric["log"]) if metric else None
        if metric is None or log is None:
            raise SyntaxError(f"parse error: {part}")
        sums: Counter[Labels] = Counter()
        for one in records:
            if end - 60 * 10**9 < _nanos(one) <= end and (labels := _labels(one, log)):
                sums[tuple((name, labels.get(name, "")) for name in metric["by"].split(", "))] += 1
        yield from sums.most_common(int(metric["most"]) if metric["most"] else None)


def _labels(one: Record, log: re.Match[str]) -> dict[str, str] | None:
    try:
        told = {name: str(value) for name, value in json.loads(one.line).items()}
    except ValueError:
        return None  # __error__
    unlike = re2.fullmatch(log["unlike"], told.get(log["unlabelled"], ""))
    if not told.get("status") or log["without"] in one.line or unlike:
        return None
    told[log["path"]] = _template(log["how"].removeprefix("{{ ").removesuffix(" }}"), told.get("path", ""))
    told[log["refused"]] = "1" if told["status"] == "401" else "0"
    return told if log["label"] is None or told[log["label"]] == log["is"] else None


def _template(how: str, path: str) -> str:
    """`regexReplaceAll` of https://grafana.com/docs/loki/latest/query/template_functions/, nested."""
    found = REPLACE.fullmatch(how)
    if found is None:
        raise SyntaxError(f"template: {how}")
    source = path if found[2] == ".path" else _template(found[2][1:-1], path)
    return str(re2.sub(found[1], found[3].replace("${1}", r"\1"), source))


def _nanos(one: Record) -> int:
    return int(one.time.timestamp() * 1_000_000) * 1_000


def opensearch(records: list[Record]) -> Handler:
    """https://docs.opensearch.org/latest/aggregations/bucket/composite/"""

    async def handler(request: web.BaseRequest) -> web.StreamResponse:
        if request.headers.get("Authorization") != standins.basic("admin:pässword"):
            return web.Response(status=401, text="Unauthorized")
        body = await request.json()
        if request.method != "POST" or request.path != "/logs-*/_search" or body["size"] != 0:
            return refused(404, "index_not_found_exception")
        span, exists = body["query"]["bool"]["filter"]
        ((time, limits),) = span["range"].items()
        since, until = (datetime.fromisoformat(limits[side]) for side in ("gte", "lt"))
        every = [(one.time, json.loads(one.line)) for one in records if one.line.startswith("{")]
        unwanted = body["query"]["bool"]["must_not"]
        fitting = [
            (at, told)
            for at, told in every
            if since <= at < until
            and told.get(exists["exists"]["field"]) is not None
            and not any(_matches(one, told) for one in unwanted)
        ]
        found = {name: _aggregated(asked, time, fitting) for name, asked in body["aggs"].items()}
        return web.json_response({"timed_out": False, "_shards": {"failed": 0}, "aggregations": found})

    return handler


def _matches(query: Any, told: dict[str, Any]) -> bool:
    """https://docs.opensearch.org/latest/query-dsl/"""
    ((kind, fields),) = query.items()
    ((field, text),) = fields.items()
    value = str(told.get(field, ""))
    if kind == "term":
        return value == str(text)
    assert kind == "match_phrase"
    words, sought = re.findall(r"\w+", value.lower()), re.findall(r"\w+", text.lower())
    return any(words[at : at + len(sought)] == sought for at in range(len(words)))


Docs = list[tuple[datetime, dict[str, Any]]]


def _aggregated(asked: Any, time: str, docs: Docs) -> dict[str, Any]:
    refused_if = asked["aggs"]["refused"]["filter"]["term"]
    ((field, value),) = refused_if.items()

    def bucket(key: Any, some: list[dict[str, Any]]) -> dict[str, Any]:
        bad = sum(str(told.get(field)) == str(value) for told in some)
        return {"key": key, "doc_count": len(some), "refused": {"doc_count": bad}}

    if "date_histogram" in asked:
        return {"buckets": [bucket(*one) for one in sorted(_grouped(docs, _minute(asked, time)).items())]}
    composite = asked["composite"]
    assert composite["size"] <= 65_536  # search.max_buckets
    sources = [(name, how) for source in composite["sources"] for name, how in source.items()]

    def key(at: datetime, told: dict[str, Any]) -> tuple[tuple[bool, Any], ...]:
        return tuple(_value(how, time, at, told) for _, how in sources)

    groups = sorted(_grouped(docs, key).items())
    if "after" in composite:
        after = tuple((composite["after"][name] is not None, composite["after"][name] or "") for name, _ in sources)
        groups = [group for group in groups if group[0] > after]
    page = [
        bucket(
            {name: value if there else None for (name, _), (there, value) in zip(sources, values, strict=True)}, some
        )
        for values, some in groups[: composite["size"]]
    ]
    return {"buckets": page} | ({"after_key": page[-1]["key"]} if page else {})


def _value(how: Any, time: str, at: datetime, told: dict[str, Any]) -> tuple[bool, Any]:
    if "date_histogram" in how:
        return True, _minute(how, time)(at, told)
    assert how["terms"]["missing_bucket"]
    value = told.get(how["terms"]["field"])
    return value is not None, "" if value is None else value


def _minute(how: Any, time: str) -> Callable[[datetime, dict[str, Any]], int]:
    assert how["date_histogram"]["field"] == time
    assert how["date_histogram"]["fixed_interval"] == "1m"
    return lambda at, _: int(at.astimezone(UTC).timestamp()) // 60 * 60_000


def _grouped(docs: Docs, key: Callable[[datetime, dict[str, Any]], Any]) -> dict[Any, list[dict[str, Any]]]:
    found: dict[Any, list[dict[str, Any]]] = {}
    for at, told in docs:
        found.setdefault(key(at, told), []).append(told)
    return found
