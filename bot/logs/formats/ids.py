"""Ids of requests, traces and correlations: the names software logs them under, and the one way each is kept.

An id travels in several wrappers; the part that all of them share is kept, so that the same id is found everywhere:
`traceparent` (W3C Trace Context) and b3 (Zipkin) by their trace id, `X-Amzn-Trace-Id` by its root, `CF-Ray` without the
data centre, Google's `trace` without the project, `uber-trace-id` without its spans.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.logs.formats import tokens

CORE = (
    r"(?:request|req|http_?req|correlation|trace|unique|ray|insert|operation|activity|audit"
    r"|edge_?request|extended_?request|apigw_?request|client_?request|ms_?request|ms_?client_?request|amzn_?request"
    r"|amzn_?trace|b3_?trace|dd_?trace|conn_?trace)"
)
NAMED = re.compile(
    rf"(?:(?:sent_?|upstream_?)?http_?|req(?:uest)?_?|header_?|mdc_?)?(?:x_?)?"
    rf"(?:{CORE}_?id|rid|traceparent|cf_?ray|trace_?identifier|uber_?trace_?id|cloud_?trace_?context|request_?identifier)"
    r"|@tr"
)
"""Last parts of names whose values are ids of the request."""
COVERED = re.compile(r"(?:cs|sc|rs)\((.+)\)")
"""How W3C logs name a header."""
PERHAPS = frozenset({
    "id", "req.id", "request.id", "http.request.id", "trace.id", "uuid", "trace", "b3", "x-b3", "correlation",
    "request.headers.b3", "req.headers.b3", "logging.googleapis.com/trace", "trace_context",
    "req", "request", "corr", "cid", "ref", "txid", "txn", "tx", "call", "ray", "q", "x", "r",
})  # fmt: skip
"""Whole names that hold one when the value looks like an id."""
SHORTEST = 8
"""Characters of an id that is told by its looks."""
WRAPPED = re.compile(
    r"^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$"  # traceparent
    r"|(?:^|;)Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)"
    r"|^projects/[^/]+/traces/([0-9a-f]{32})$"
    r"|^([0-9a-f]{16}(?:[0-9a-f]{16})?)-[0-9a-f]{16}(?:-[01d])?(?:-[0-9a-f]{16})?$"  # b3
    r"|^([0-9a-f]{32})/\d+(?:;o=\d)?$"  # X-Cloud-Trace-Context
    r"|^([0-9a-f]{16})-[A-Z]{3}$"  # CF-Ray
    r"|^([0-9a-f]{16,32}):[0-9a-f]{1,16}:[0-9a-f]{1,16}:[0-9a-f]{1,2}$"  # uber-trace-id
)


def kept(value: str) -> str:
    """The part of an id that all its wrappers share; most ids are kept as they are."""
    match = WRAPPED.search(value)
    return match[match.lastindex or 0] if match else value


def bare(text: str) -> str | None:
    """The id that a text without a name is, None when it does not look like one."""
    if len(text) >= SHORTEST and (tokens.ID.match(text) or WRAPPED.search(text)):
        return kept(text)
    return None


def holds(name: str, value: str) -> bool:
    """Whether a named value is an id of the request; `name` is lower case, nested parts joined by dots."""
    if len(value) < 4 or value in tokens.ABSENT:
        return False
    return is_name(name) or (name in PERHAPS and bare(value) is not None)


@lru_cache(maxsize=4096)
def is_name(name: str) -> bool:
    """Whether values of this name are ids of a request whatever they look like."""
    tail = name.rpartition(".")[2]
    covered = COVERED.fullmatch(tail)
    return NAMED.fullmatch((covered[1] if covered else tail).replace("-", "_")) is not None
