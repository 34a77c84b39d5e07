"""Request, trace and correlation ids: those that are called so, then those that look so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from bot.intake.interface import RawExchange

LABEL = (
    r"(?:x-)?(?:request|req|correlation|corr|trace|tracking|transaction|operation|activity|event|invocation|call|"
    r"reference|incident|support|error|debug|flow|b3-?trace)"
    r"[ _-]?(?:id|ids|identifier|nr|no|number|code|ref)|rid|reqid|requestid|traceid|x-b3-traceid|x-amzn-requestid|"
    r"x-amz-request-id|x-amz-id-2|x-amz-cf-id|x-ms-request-id|"
    r"x-vercel-id|x-github-request-id|client-request-id|cf-ray|ray ?id|anfrage-?id|id de (?:requête|solicitud)|"
    r"vorgangs-?id"
)
VALUE = r"(?P<id>[A-Za-z0-9](?:[\w.:+/=@-]{2,118}[\w=]))"
LABELLED = re.compile(
    rf"(?i)(?<![\w-])(?:{LABEL})(?![\w])(?:\s+(?:of|for|from)(?:\s+\w+){{0,4}})?(?:\s+(?:was|is|war|ist|est|es|were))"
    rf"?[\"'`*]*\s*[:=#]?\s*[\"'`(<*]*{VALUE}"
)
SHORT = re.compile(
    r"(?i)(?<![\w-])(?:request|req|ref|reference|trace|correlation|transaction|anfrage|requête|ids?)[\"']?(?:\s+of(?:\s+[a-z]+(?=\s)"
    r"){1,4})?(?:\s+(?:was|is|war|ist))?\s*[:=#]?\s*[\"'`(]*"
    r"(?P<id>(?=[\w.-]*\d)(?:[a-z]{1,8}[-_])?[0-9a-f][\w-]{5,70})(?![\w.@/-])"
)
TRY = re.compile(
    r"(?i)(?<!\w)(?:last|my|this|one|the)\s+(?:try|attempt|call|one)(?:\s+(?:was|is))?\s*[:=]?\s*(?P<id>(?=[\w-]*\d)"
    r"[0-9a-f][0-9a-f-]{6,40})(?![\w.-])"
)
REFERENCE = (
    r"(?:tx|txn|trx|trace|rid|ref|reference|request|req|incident|corr|correlation|event|call|vorgang|kennung|referenz"
    r"|referencia|référence|folio)"
)
KEY = re.compile(
    rf"(?i)[\"'](?:[\w-]{{1,20}}[_-])?{REFERENCE}[_-]?(?:id|nr|no|code)?[\"']\s?:\s?[\"'](?P<id>(?=[\w-]*\d)[a-z0-9][\w-]{{3,60}})[\"']"
)
TAG = re.compile(
    rf"(?i)<(?P<tag>(?:[\w.:-]{{1,20}}[_:-])?{REFERENCE}(?:[_-]?id)?)>(?P<id>(?=[\w-]*\d)[a-z0-9][\w-]{{3,60}})</(?P=tag)>"
)
"""A reference in the answer's own fields, as JSON and Python write them, and as XML does: `"tx":"T-A88D059C"`."""
CODE = re.compile(
    r"(?i)(?<![\w-])(?:fehler)?(?:kennung|vorgang(?:snummer)?|referenz(?:nummer|code)?|reference (?:code|number)"
    r"|support code|incident|référence|referencia|riferimento|referência|x-tid|ref)"
    r"\s{0,2}(?:is|ist|was|war|es|est|:|#|=|no\.?|nr\.?)?"
    r"\s{0,2}[\"'`(]{0,2}(?P<id>(?=[\w-]*\d)[a-z0-9][\w-]{3,40})(?![\w.@/-])"
)
"""A code that a person reads off an error page."""
TRACEPARENT = re.compile(r"(?<![\w-])[0-9a-f]{2}-(?P<id>[0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?![\w-])")
AMZN = re.compile(r"(?:Root|Self)=(?P<id>1-[0-9a-f]{8}-[0-9a-f]{24})")
UUID = re.compile(
    r"(?<![\w-])(?P<id>[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})(?![\w-])"
)
PREFIXED = re.compile(
    r"(?<![\w-])(?P<id>(?:req|rq|request|trace|tx|txn|corr|evt|op|rid|r|err|inc)[-_](?=[\w-]*\d)[0-9A-Za-z]{6,"
    r"40}(?:-[0-9A-Za-z]{1,20}){0,6})(?![\w-])"
)
KEYED = re.compile(r"(?<![\w-])(?P<id>[a-z]{2,6}[-_](?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,32})(?![\w-])")
"""A program's own prefix before hexadecimal digits."""
ULID = re.compile(r"(?<![\w-])(?P<id>01[0-9A-HJKMNP-TV-Z]{24})(?![\w-])")
HEX = re.compile(r"(?<![\w#@=%/+.:&-])(?P<id>[0-9a-f]{10,32})(?![\w@%/+=&-]|\.\w)")
RAY = re.compile(r"(?<![\w-])(?P<id>[0-9a-f]{16}-[A-Z]{3})(?![\w-])")
NOT_IDS = re.compile(
    r"(?i)(?:commit|sha(?:1|256)?|rev(?:ision)?|build|digest|branch|tag|version|checksum|etag|md5|key|kid|token|"
    r"secret|password|order|invoice|ticket|customer|user|account|tenant|client|app(?:lication)?|bucket|"
    r"session|sid|signature|sig|hash|image|container|nonce|jti|sub|oid|fingerprint|serial|product|item|colou?r|phone|"
    r"group|role|subscription|directory|object)"
    r"(?:[ _-]?(?:id|no|nr|number))?(?:\s+(?:is|was))?\s*[:=#@]?\s*[\"'`(]*$"
)
HEADERS = (
    *(
        "x-request-id",
        "request-id",
        "x-correlation-id",
        "x-amzn-requestid",
        "x-amz-request-id",
        "x-amzn-trace-id",
        "cf-ray",
        "x-trace-id",
    ),
    *(
        "traceparent",
        "x-b3-traceid",
        "x-ms-request-id",
        "x-github-request-id",
        "x-vercel-id",
        "x-cloud-trace-context",
        "x-amz-cf-id",
        "x-transaction-id",
    ),
)
ID_HEADER = re.compile(
    r"(?i)(?:x-)?(?:[a-z\d]+-)*?(?:request|req|correlation|trace|transaction|call|incident)-?id$"
    r"|(?:[a-z\d]+-)+(?:ref|request|trace|correlation|txn?|trx|rid|tid|incident)$"
)
"""How services of one's own call it."""
MOST = 12


def ids(
    text: str, exchanges: Iterable[RawExchange], path: str | None = None, url: str | None = None
) -> tuple[str, ...]:
    """All ids, the best first: those named in words, those of failed answers, those that only look like ids.

    Of several in a list, those beside the thing that the failing path names: `kind 120  exp-9b28d795dd`.
    """
    exchanges = tuple(exchanges)
    own = sorted((e for e in exchanges if e.failed), key=lambda e: bool(url) and e.url != url)
    failed = [id_ for e in own for id_ in _of(e)]
    others = [id_ for e in exchanges if e.status is None for id_ in _of(e)]
    refused = {id_ for e in exchanges if e.status is not None and not e.failed for id_ in _of(e)}
    said = [id_ for id_ in _labelled(text) if id_ not in refused]
    bare = [id_ for id_ in _bare(text) if id_ not in refused]
    found = list(dict.fromkeys([*said, *failed, *others, *bare]))
    thing = (path or "").rstrip("/").rpartition("/")[2]
    if len(found) > 1 and re.search(r"\d", thing):
        beside = [line for line in text.split("\n") if re.search(rf"(?<![\w-]){re.escape(thing)}(?![\w-])", line)]
        found.sort(key=lambda id_: not any(id_ in line for line in beside))
    return tuple(found[:MOST])


def _of(exchange: RawExchange) -> Iterator[str]:
    both = [h for headers in (exchange.response_headers, exchange.request_headers) for h in headers or () if h[1]]
    for wanted in HEADERS:
        yield from (_unpacked(value) for name, value in both if name.lower() == wanted)
    yield from (_unpacked(value) for name, value in both if ID_HEADER.match(name) and _id_like(value))
    if exchange.failed:
        yield from _labelled(exchange.body[:4000])


def _unpacked(value: str) -> str:
    match = TRACEPARENT.search(value) or AMZN.search(value)
    return match["id"] if match else re.split(r"[;,\s]", value.strip(), maxsplit=1)[0][:120]


def _labelled(text: str) -> Iterator[str]:
    for pattern in (TRACEPARENT, AMZN, LABELLED, SHORT, TRY, KEY, TAG, CODE):
        for match in islice(pattern.finditer(text), MOST):
            value = match["id"].rstrip(".:=-")
            if pattern in (TRACEPARENT, AMZN) or (_id_like(value) and not _other(text, match)):
                yield _unpacked(value) if "Root=" in value or TRACEPARENT.search(value) else value


def _bare(text: str) -> Iterator[str]:
    for pattern in (UUID, RAY, PREFIXED, KEYED, ULID, HEX):
        for match in islice(pattern.finditer(text), MOST):
            value = match["id"]
            if pattern is HEX and (value.isdigit() or not re.search(r"\d", value) or value.isalpha()):
                continue
            if not _other(text, match):
                yield value


def _other(text: str, match: re.Match[str]) -> bool:
    return NOT_IDS.search(text[max(0, match.start("id") - 32) : match.start("id")]) is not None


def _id_like(value: str) -> bool:
    """A word, a clock, a short number or a status in a code, as in npm's `E401`, is no id."""
    return (
        len(value) >= 4
        and re.search(r"\d", value) is not None
        and not re.fullmatch(
            r"\d{1,2}:\d\d(?::\d\d)?|(?:E|ERR[-_]?|HTTP[-_]?)?[45]\d\d|https?:.*|20\d\d-\d\d-\d\d.*|\d{1,4}", value
        )
    )
