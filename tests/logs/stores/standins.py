"""Stand-ins for stores on real sockets: each holds its callers to the documented API and filters as it says.

They read the queries with parsers of their own, so that what a stranger wrote cannot be more than a text in them.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import re2
from aiohttp import web

AT = datetime(2026, 11, 21, 0, 20, tzinfo=UTC)
TOKEN = "t0ken-of-the-st0re"
Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Record:
    """What a store keeps: a line, when and where it was written, and named values beside it."""

    time: datetime
    line: str
    stream: str = "pod-1"
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def whole(self) -> Record:
        """The same for a store of lines alone, in which everything stands."""
        return replace(self, line=" ".join([self.line, *map(str, self.fields.values())]), fields={})

    def holds(self, text: str) -> bool:
        return text.lower() in f"{self.line}\n{json.dumps(dict(self.fields))}".lower()


@contextmanager
def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """An HTTP server in a thread; yields its address."""
    loop = asyncio.new_event_loop()

    async def start() -> web.ServerRunner:
        runner = web.ServerRunner(web.Server(handler))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
        return runner

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    runner = asyncio.run_coroutine_threadsafe(start(), loop).result()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def drip(request: web.BaseRequest) -> web.StreamResponse:
    """Answers for as long as anybody listens."""
    response = web.StreamResponse()
    await response.prepare(request)
    try:
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.01)
    except ConnectionError:
        return response


def refused(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)


def within(records: list[Record], start: datetime, end: datetime) -> list[Record]:
    return [r for r in records if start <= r.time <= end]


def basic(user: str) -> str:
    return "Basic " + base64.b64encode(user.encode()).decode()


ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", '"': '"'}


def go_string(literal: str) -> str:
    """The value of a Go string literal in double quotes (https://go.dev/ref/spec#String_literals)."""
    found, rest = "", literal[1:-1]
    while rest:
        if rest[0] != "\\":
            assert rest[0] not in '"\n'
            found, rest = found + rest[0], rest[1:]
        elif rest[1] == "u":
            found, rest = found + chr(int(rest[2:6], 16)), rest[6:]
        else:
            found, rest = found + ESCAPES[rest[1]], rest[2:]
    return found


LITERAL = r'"(?:[^"\\\n]|\\.)*"'


def loki(records: list[Record]) -> Handler:
    """https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-logs-within-a-range-of-time"""

    async def handler(request: web.BaseRequest) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return refused(401, "no")
        if request.headers.get("X-Scope-OrgID") != "t1":
            return web.Response(status=401, text="no org id")
        asked = request.query
        query = re.fullmatch(rf'(\{{app="billing"\}})((?: \|~ {LITERAL})*)', asked["query"])
        if request.path != "/loki/api/v1/query_range" or query is None:
            return web.Response(status=400, text="parse error at line 1")
        if int(asked["limit"]) > 5000:
            return web.Response(status=400, text="max entries limit per query exceeded, limit > max_entries_limit")
        filters = [re2.compile(go_string(literal)) for literal in re.findall(LITERAL, query[2])]
        fitting = [
            r
            for r in records
            if int(asked["start"]) <= _nanos(r.time) < int(asked["end"]) and all(f.search(r.line) for f in filters)
        ]
        fitting.sort(key=lambda r: r.time, reverse=asked["direction"] == "backward")
        streams: dict[str, list[list[str]]] = {}
        for r in fitting[: int(asked["limit"])]:
            streams.setdefault(json.dumps({"pod": r.stream, **r.fields}), []).append([str(_nanos(r.time)), r.line])
        result = [{"stream": json.loads(labels), "values": values} for labels, values in streams.items()]
        return web.json_response({"status": "success", "data": {"resultType": "streams", "result": result}})

    return handler


def _nanos(time: datetime) -> int:
    return (time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000


def opensearch(records: list[Record]) -> Handler:
    """https://docs.opensearch.org/latest/api-reference/search/"""

    async def handler(request: web.BaseRequest) -> web.Response:
        if request.headers.get("Authorization") != basic("admin:pässword"):
            return web.Response(status=401, text="Unauthorized")
        body = await request.json()
        if request.method != "POST" or request.path != "/logs-*/_search":
            return refused(404, "index_not_found_exception")
        known = {"size", "sort", "docvalue_fields", "track_total_hits", "timeout", "query"}
        if set(body) - known or body["size"] > 10_000:
            return refused(400, "parsing_exception")
        ((time, order),) = body["sort"][0].items()
        first, *others = body["query"]["bool"]["filter"]
        span = first["range"][time]
        start, end = (datetime.fromisoformat(span[side]) for side in ("gte", "lte"))
        fitting = [r for r in within(records, start, end) if all(_clause(clause, r) for clause in others)]
        fitting.sort(key=lambda r: r.time, reverse=order["order"] == "desc")
        hits = [
            {
                "_index": "logs-000001",
                "_id": str(records.index(r)),
                "_source": {time: r.time.isoformat(), "message": r.line, "host": {"name": "node-7"}, **r.fields},
                "fields": {time: [str(_nanos(r.time) // 1_000_000)]},
            }
            for r in fitting[: body["size"]]
        ]
        return web.json_response({"timed_out": False, "hits": {"hits": hits}})

    return handler


def _clause(clause: Any, record: Record) -> bool:
    assert set(clause) == {"bool"}
    assert clause["bool"]["minimum_should_match"] == 1
    phrases = [should["multi_match"] for should in clause["bool"]["should"]]
    assert all(p["type"] == "phrase" and p["lenient"] and "message" in p["fields"] for p in phrases)
    return any(record.holds(p["query"]) for p in phrases)


def victorialogs(records: list[Record]) -> Handler:
    """https://docs.victoriametrics.com/victorialogs/querying/#querying-logs"""

    async def handler(request: web.BaseRequest) -> web.Response:
        asked = await request.post()
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(status=401, text="missing auth")
        any_of = rf"\((?:{LITERAL}:~{LITERAL}(?: OR )?)+\)"
        query = re.fullmatch(
            rf'\(\{{app="billing"\}}\)((?: AND {any_of})*) \| sort by \(_time (asc|desc)\) limit (\d+)',
            str(asked["query"]),
        )
        if request.path != "/select/logsql/query" or query is None or not asked["timeout"]:
            return web.Response(status=400, text="cannot parse query")
        groups = [
            [(go_string(f), re2.compile(go_string(p))) for f, p in re.findall(f"({LITERAL}):~({LITERAL})", group)]
            for group in re.findall(rf" AND ({any_of})", query[1])
        ]
        fitting = [
            r
            for r in records
            if int(str(asked["start"])) <= _nanos(r.time) < int(str(asked["end"]))
            and all(any(p.search(_named(r)[f]) for f, p in group if f in _named(r)) for group in groups)
        ]
        fitting.sort(key=lambda r: r.time, reverse=query[2] == "desc")
        lines = [
            {"_time": r.time.isoformat().replace("+00:00", "Z"), "_stream": f'{{pod="{r.stream}"}}', **_named(r)}
            for r in fitting[: int(query[3])]
        ]
        return web.Response(text="".join(f"{json.dumps(line)}\n" for line in lines))

    return handler


def _named(record: Record) -> dict[str, str]:
    return {"_msg": record.line, **{name: str(value) for name, value in record.fields.items()}}


def holds_all(expression: str, record: Record, term: str = r'"([^"\\]*)"') -> bool:
    """Whether a record fits an expression of quoted terms, AND, OR and brackets; side by side is AND."""
    tokens = re.findall(rf"\s*(?:({term})|(\(|\)|and\b|or\b))", expression, re.IGNORECASE)
    words = re.sub(rf"\s*(?:{term}|\(|\)|and\b|or\b)", "", expression, flags=re.IGNORECASE)
    assert not words.strip(), f"more than terms and brackets: {words}"
    python: list[str] = []
    for whole, text, mark in tokens:
        value = f" {record.holds(text)} " if whole else f" {mark.lower()} "
        glued = python and python[-1].strip() in ("True", "False", ")") and value.strip() in ("True", "False", "(")
        python.append(f" and {value}" if glued else value)
    return bool(eval("".join(python) or "True", {"__builtins__": {}}))


def splunk(records: list[Record]) -> Handler:
    """https://docs.splunk.com/Documentation/Splunk/latest/RESTREF/RESTsearch#search.2Fv2.2Fjobs.2Fexport"""

    async def handler(request: web.BaseRequest) -> web.Response:
        asked = await request.post()
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return refused(401, "call not properly authenticated")
        query = re.fullmatch(
            r"search \(index=main\)(.*) \| (?:head (\d+)|sort (\d+) \+_time) \| fields _time _raw source",
            str(asked["search"]),
        )
        if request.path != "/services/search/v2/jobs/export" or asked["output_mode"] != "json" or query is None:
            return refused(400, "Error in 'search' command: Unable to parse the search")
        start, end = (datetime.fromtimestamp(float(str(asked[f"{s}_time"])), UTC) for s in ("earliest", "latest"))
        fitting = [r for r in records if start <= r.time < end and holds_all(query[1], r)]
        fitting.sort(key=lambda r: r.time, reverse=query[2] is not None)
        lines: list[Any] = [
            {
                "preview": False,
                "offset": i,
                "result": {"_time": r.time.isoformat(timespec="milliseconds"), "_raw": r.line, "source": r.stream},
            }
            for i, r in enumerate(fitting[: int(query[2] or query[3])])
        ]
        return web.Response(text="\n".join(json.dumps(line) for line in lines or [{"preview": False, "lastrow": True}]))

    return handler


def datadog(records: list[Record]) -> Handler:
    """https://docs.datadoghq.com/api/latest/logs/#search-logs-post. The first page is empty, as pages may be."""

    async def handler(request: web.BaseRequest) -> web.Response:
        keys = request.headers.get("DD-API-KEY"), request.headers.get("DD-APPLICATION-KEY")
        if keys != ("0a1b2c", "3d4e5f"):
            return refused(403, "Forbidden")
        body = await request.json()
        if request.path != "/api/v2/logs/events/search" or not 1 <= body["page"]["limit"] <= 1000:
            return refused(400, "Invalid limit")
        query = re.fullmatch(r"\(service:billing\)(?: AND (.*))?", body["filter"]["query"])
        if query is None or body["sort"] not in ("timestamp", "-timestamp"):
            return refused(400, "Invalid query")
        start, end = (datetime.fromisoformat(body["filter"][side]) for side in ("from", "to"))
        fitting = [r for r in within(records, start, end) if holds_all(query[1] or "", r, r'\*:"([^"\\]*)"')]
        fitting.sort(key=lambda r: r.time, reverse=body["sort"] == "-timestamp")
        cursor = body["page"].get("cursor")
        first = int(cursor or 0)
        page = fitting[first : first + body["page"]["limit"]] if cursor else []
        after = str(first + len(page)) if not cursor or first + len(page) < len(fitting) else None
        data = [
            {
                "id": str(records.index(r)),
                "type": "log",
                "attributes": {
                    "timestamp": r.time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                    "message": r.line,
                    "host": "i-0123",
                    "service": r.stream,
                    "status": "info",
                    "attributes": dict(r.fields),
                },
            }
            for r in page
        ]
        return web.json_response({"data": data, "meta": {"page": {"after": after} if after else {}}})

    return handler


def google(records: list[Record]) -> Handler:
    """https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list. The first page is empty."""

    async def handler(request: web.BaseRequest) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return refused(401, "UNAUTHENTICATED")
        body = await request.json()
        query = re.fullmatch(
            r'\(severity>=DEFAULT\) AND timestamp>="([^"]+)" AND timestamp<="([^"]+)"(?: AND (.*))?', body["filter"]
        )
        if request.path != "/v2/entries:list" or body["resourceNames"] != ["projects/acme-prod"] or query is None:
            return refused(400, "INVALID_ARGUMENT")
        if not 1 <= body["pageSize"] <= 1000 or body["orderBy"] not in ("timestamp asc", "timestamp desc"):
            return refused(400, "INVALID_ARGUMENT")
        start, end = (datetime.fromisoformat(query[side]) for side in (1, 2))
        fitting = [r for r in within(records, start, end) if holds_all(query[3] or "", r)]
        fitting.sort(key=lambda r: r.time, reverse=body["orderBy"].endswith("desc"))
        token = body.get("pageToken")
        first = int(token or 0)
        page = fitting[first : first + body["pageSize"]] if token else []
        entries = [
            {
                "timestamp": r.time.isoformat().replace("+00:00", "Z"),
                "insertId": f"insert{records.index(r)}",
                "logName": "projects/acme-prod/logs/stdout",
                "resource": {"labels": {"container_name": r.stream}},
                **({"jsonPayload": {"message": r.line, **r.fields}} if r.fields else {"textPayload": r.line}),
            }
            for r in page
        ]
        more = {"nextPageToken": str(first + len(page))} if not token or first + len(page) < len(fitting) else {}
        return web.json_response(({"entries": entries} if entries else {}) | more)

    return handler


def azure(records: list[Record]) -> Handler:
    """https://learn.microsoft.com/azure/azure-monitor/logs/api/request-format; tokens as Microsoft Entra gives them."""

    async def handler(request: web.BaseRequest) -> web.Response:
        if request.path == f"/{GUID}/oauth2/v2.0/token":
            form = await request.post()
            fits = form["grant_type"] == "client_credentials" and form["client_secret"] == "az-s3cret"
            return web.json_response(
                {"access_token": TOKEN} if fits else {"error": "invalid_client"}, status=200 if fits else 401
            )
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return refused(401, "InvalidTokenError")
        body = await request.json()
        moment = r"datetime\(([^)]+)\)"
        query = re.fullmatch(
            rf"AppLogs \| where TimeGenerated between \({moment} \.\. {moment}\)((?: \| where .*)?)"
            r" \| top (\d+) by TimeGenerated (asc|desc)",
            body["query"],
        )
        if request.path != f"/v1/workspaces/{GUID}/query" or query is None or "/" not in body["timespan"]:
            return refused(400, "BadArgumentError")
        start, end = (datetime.fromisoformat(query[side]) for side in (1, 2))
        conditions = query[3].split(" | where ")[1:]
        term = r'\* contains "([^"\\]*)"'
        fitting = [r for r in within(records, start, end) if all(holds_all(c, r, term) for c in conditions)]
        fitting.sort(key=lambda r: r.time, reverse=query[5] == "desc")
        rows = [
            [r.time.isoformat().replace("+00:00", "Z"), r.line, r.fields.get("request_id"), r.stream]
            for r in fitting[: int(query[4])]
        ]
        columns = [{"name": n, "type": "string"} for n in ("TimeGenerated", "Message", "request_id", "Type")]
        return web.json_response({"tables": [{"name": "PrimaryResult", "columns": columns, "rows": rows}]})

    return handler


GUID = "0123abcd-0123-4567-89ab-0123456789ab"
