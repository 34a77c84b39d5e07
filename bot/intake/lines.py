"""Exchanges told in one line: log lines, tracebacks, client errors; and bodies quoted in prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bot.intake.interface import RawExchange

METHODS = "GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS"
URL = r"(?P<url>https?://[^\s\"'<>,)]{3,4000}+)"
PATTERNS = (
    # urllib3's debug log and uvicorn's or http.server's access line with the host before it
    re.compile(
        rf"(?P<host>https?://[\w.:-]{{3,250}}) \"(?P<method>{METHODS}) (?P<target>\S{{1,4000}}) HTTP/[\d.]+\" "
        rf"(?P<status>\d{{3}})(?!\d)"
    ),
    # requests: 401 Client Error: Unauthorized for url: https://...
    re.compile(rf"(?P<status>[45]\d\d) (?:Client|Server) Error: [^\n]{{0,80}}? for url: {URL}"),
    # httpx: Client error '401 Unauthorized' for url 'https://...'
    re.compile(rf"(?:Client|Server) error '(?P<status>[45]\d\d)[^'\n]{{0,60}}' for url '{URL}"),
    # Chrome's console: GET https://... 401 (Unauthorized), and the many logs of that kind: -> 401, => 401, : 401
    re.compile(
        rf"(?<![\w/])(?P<method>{METHODS}) [\"']?{URL}[\"']?[ \t]*(?:[^\n]{{0,120}}?(?:->|=>|→|:|=|\()|net::ERR\w*)"
        rf"?[ \t]*\(?(?P<status>[1-5]\d\d)(?![\d.\w-])"
    ),
    # the same in a program's own trace, without the host
    re.compile(
        rf"(?<![\w/])(?P<method>{METHODS}) (?P<url>/\S{{1,2000}}+)[ \t]*(?:->|=>"
        rf"|→)[ \t]*(?P<status>[1-5]\d\d)(?![\d.\w-])"
    ),
    # (401, 'https://...', ...): what a session prints of its history
    re.compile(r"[(\[{](?P<status>[1-5]\d\d), ['\"](?P<url>https?://[^\s'\"]{3,4000})['\"](?:, (?P<sent>True|False))?"),
    # Go: Get "https://...": unauthorized, and its like
    re.compile(
        rf"(?<!\w)(?P<method>Get|Post|Put|Head|Delete|Patch) \"?{URL}\"?: (?P<text>[^\n]{{0,200}}?)(?=\. |\n|\"|$)"
    ),
)
BODY_KEY = re.compile(
    r"\"(?:error|message|detail|details|code|msg|errors|title|reason|description|error_description)\"\s*:"
)
SAID = re.compile(
    r"(?i)(?<!\w)(?:response|body|answer|it says|error)(?: body| text| message)?(?: \w+ \w+)?(?: is| says| said| "
    r"reads| just says| was)?[ ]?[:=]?[ ]"
    r"(?:['\"`](?P<quoted>[^'\"`\n]{3,300})['\"`]|(?<=: )(?P<plain>[A-Z][^\n\"{]{3,200})(?=\n|$))"
)
NAMED_ERROR = re.compile(r"An error occurred \(\w{3,60}\)[^\n]{0,300}")
SENT = re.compile(r"['\"](?i:authorization)['\"] in ")
MOST = 40
REFUSAL = re.compile(r"(?i)unauthori[sz]ed|denied|no basic auth|forbidden|authentication required")


def told(text: str) -> Iterator[RawExchange]:
    """Every exchange that one line tells of, in its order."""
    found: dict[int, RawExchange] = {}
    shows_sent = SENT.search(text) is not None
    for pattern in PATTERNS:
        for match in islice(pattern.finditer(text), MOST):
            if not any(e.span[0] <= match.start() < e.span[1] for e in found.values()):
                exchange = _read(match, shows_sent)
                if exchange is not None:
                    found[match.start()] = exchange
    yield from (found[start] for start in sorted(found))


def _read(match: re.Match[str], shows_sent: bool) -> RawExchange | None:
    groups = match.groupdict()
    status = int(groups["status"]) if groups.get("status") else None
    body = groups.get("text") or ""
    if status is None and REFUSAL.search(body):
        status = 401
    url = f"{groups['host']}{groups['target']}" if groups.get("host") else groups["url"].rstrip(".;:\\")
    headers = None
    if shows_sent and groups.get("sent"):
        headers = (("Authorization", "***"),) if groups["sent"] == "True" else ()
    method = groups["method"].upper() if groups.get("method") else None
    return RawExchange(method=method, url=url, status=status, request_headers=headers, body=body, span=match.span())


def bodies(text: str) -> Iterator[str]:
    """What the answer said, as far as prose quotes it: JSON objects with an error in them, quoted sentences."""
    end = 0
    for match in islice(re.finditer(r"\{\s{0,20}\\?\"", text), 200):
        if match.start() < end:
            continue
        end = _object_end(text, match.start())
        if end and BODY_KEY.search(text, match.start(), end):
            yield text[match.start() : end]
    for pattern in (NAMED_ERROR, SAID):
        for match in islice(pattern.finditer(text), 10):
            yield (match.groupdict().get("quoted") or match.groupdict().get("plain") or match[0]).strip()


def _object_end(text: str, start: int) -> int:
    depth, quoted, at = 0, False, start
    for at in range(start, min(len(text), start + 4096)):
        char = text[at]
        if char == '"' and text[at - 1] != "\\":
            quoted = not quoted
        elif not quoted:
            depth += (char == "{") - (char == "}")
            if depth == 0:
                return at + 1
    return 0
