"""Requests and answers as tools print them: `curl -v`, raw HTTP, header lists, DevTools copies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.intake.interface import RawExchange
from bot.intake.schemes import scheme
from bot.model import Headers

REQUEST = re.compile(r"(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|CONNECT|PROPFIND|REPORT) (\S{1,8000}) HTTP/[\d.]+\s*$")
BARE_REQUEST = re.compile(
    r"(?:VERBOSE: (?:HTTP/[\d.]+ )?)?(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|PROPFIND|REPORT) (https?://\S{1,8000})"
    r"(?: with -?\d+-byte payload)?[ \t]*$"
)
"""A request line as people and PowerShell's `-Verbose` write it above an answer."""
STATUS = re.compile(
    r"HTTP/[\d.]+[ ]+(?P<code>[1-5]\d\d)(?!\d)|(?i:status(?: code)?):[ ]+(?P<named>[1-5]\d\d)(?: [a-z]+){0,3}[ \t]*$",
    re.IGNORECASE,
)
BARE_STATUS = re.compile(r"(?P<code>[1-5]\d\d)(?: [A-Z][A-Za-z' -]{1,40})?[ \t]*$")
"""A status without a version, where an arrow shows that it heads an answer."""
STAMPED = re.compile(
    r"(?:\[?20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?|\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)"
    r"[ ]+(?:(?:##\[\w{1,12}\]|\[?(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR)\]?:?)[ ]*)?"
)
"""What a job's log puts before each line of its output."""
HEADER = re.compile(r"(:?[A-Za-z][\w-]{0,80}):[ \t]*(.{0,20000}?)[ \t\r]*$")
ARROW = re.compile(r"(?:\d\d:\d\d:\d\d\.\d+ |[ \t]{1,8}(?=[<>] ))?([<>*]|[{}] )[ ]?(.{0,60000})$")
SECTION = re.compile(
    r"(?i)(?<![\w-])(?P<what>request|response)(?: headers?(?: of [\w /]{1,40})?)?(?: \(\d+\))?[ \t]*(?:[-=:*]+\s*$|"
    r"(?<=headers)$)"
)
PROMPT = re.compile(r"(?:[\w@.~:-]{0,60}[$#%]|PS [^>\n]{0,200}>|>>>|C:\\[^>\n]{0,200}>) ?(?=\S)")
RESPONSE_ONLY = {
    *("www-authenticate", "set-cookie", "server", "location", "vary", "age", "etag", "x-powered-by", "retry-after"),
    *("proxy-authenticate", "content-length", "x-cache", "cf-ray", "via", "last-modified", "allow", "dpop-nonce"),
    *("strict-transport-security", "access-control-allow-origin", "access-control-allow-credentials", "x-github-sso"),
    *(
        "x-amzn-requestid",
        "x-amz-request-id",
        "x-csrf-token",
        "x-frame-options",
        "x-content-type-options",
        "keep-alive",
    ),
}
REQUEST_ONLY = {
    *("authorization", "cookie", "host", "origin", "referer", "user-agent", "accept", "accept-encoding", "x-api-key"),
    *("accept-language", "dpop", "proxy-authorization", "sec-fetch-site", "sec-fetch-mode", "x-requested-with"),
    *("access-control-request-method", "access-control-request-headers", "x-forwarded-for", "api-key", "apikey"),
    *("ocp-apim-subscription-key", "x-auth-token", "x-access-token", "private-token", "x-xsrf-token", "x-amz-date"),
}
EITHER = {
    "date",
    "content-type",
    "connection",
    "cache-control",
    "x-request-id",
    "traceparent",
    "x-correlation-id",
    "pragma",
}
NAMES = RESPONSE_ONLY | REQUEST_ONLY | EITHER
CREDENTIAL = re.compile(r"(?i)(?:^|[-_])(?:api[-_]?)?(?:key|token|secret)$|apikey|authorization|signature$")
VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$")
"""The name of an environment variable, as a job's log lists them: no header."""
ASIDE = re.compile(r"\s+(?:\(|#|<-|←|//)")
"""A remark that the writer put behind a credential."""
BODY_LINES, MAX_LINES = 40, 20_000
MAX_HEADERS = 200


@dataclass(slots=True)
class _Exchange:
    """An exchange being read."""

    start: int
    end: int
    recorded: bool = False
    method: str | None = None
    url: str | None = None
    target: str | None = None
    request: list[tuple[str, str]] | None = None
    status: int | None = None
    response: list[tuple[str, str]] | None = None
    body: list[str] = field(default_factory=list)
    state: str = ""
    """What the lines that follow are: request, response, body or nothing."""


def transcripts(text: str) -> Iterator[RawExchange]:
    """Every exchange in the text, in its order; a request without its answer and the reverse are exchanges too."""
    current: _Exchange | None = None
    at = 0
    lines = text.split("\n")[: MAX_LINES + 1]
    for number, line in enumerate(lines):
        start, at = at, at + len(line) + 1
        following = lines[number + 1] if number + 1 < len(lines) else ""
        finished, current = _line(current, line.rstrip("\r"), start, following)
        if finished is not None and (exchange := _built(finished, text)) is not None:
            yield exchange
    if current is not None and (exchange := _built(current, text)) is not None:
        yield exchange


def _line(
    current: _Exchange | None, line: str, start: int, following: str
) -> tuple[_Exchange | None, _Exchange | None]:
    """(an exchange that this line ends, the one that goes on)."""
    arrow, stamp = ARROW.match(line), STAMPED.match(line)
    mark, content = (arrow[1][0], arrow[2]) if arrow else ("", line[stamp.end() :] if stamp else line)
    end = start + len(line)
    if mark and mark in "*{}":
        return None, current
    if stamp and not arrow and current and current.state == "body" and content[:1] not in ("{", "[", "<"):
        return current, None
    if (bare := BARE_REQUEST.match(content[:9000].strip("> \t`"))) and _answered(following):
        return current, _Exchange(start, end, method=bare[1], url=bare[2], state="request")
    if (request := REQUEST.search(content[:9000])) and _begins(content, request):
        fresh = _Exchange(start, end, mark == ">", request[1], target=request[2], request=[], state="request")
        return current, fresh
    if status := _status(content, mark):
        if current is not None and current.status is None and current.response is None:
            fresh, done = current, None
        else:
            fresh, done = _Exchange(start, end), current
        code = status["code"] or status["named"]
        fresh.status, fresh.response, fresh.state = int(code), [], "response"
        fresh.end = end
        return done, fresh
    return _detail(current, mark, content, start, end)


def _answered(following: str) -> bool:
    """The line under an address shows that it heads a transcript: an empty one, a status, a header."""
    stamp = STAMPED.match(following)
    line = (following[stamp.end() :] if stamp else following).strip("<> \t`\r")
    header = HEADER.match(line)
    return (
        not line
        or STATUS.match(line) is not None
        or (following.lstrip().startswith("<") and BARE_STATUS.match(line) is not None)
        or bool(SECTION.match(line) or (header and header[1].lower() in NAMES))
    )


def _begins(content: str, request: re.Match[str]) -> bool:
    return not content[: request.start()].strip("> \t`")


def _status(content: str, mark: str) -> re.Match[str] | None:
    """The status at the head of an answer."""
    if mark == "<" and (bare := BARE_STATUS.match(content)):
        return bare
    status = STATUS.search(content[:200])
    return status if status and not content[: status.start()].strip("< \t`") else None


def _detail(
    current: _Exchange | None, mark: str, content: str, start: int, end: int
) -> tuple[_Exchange | None, _Exchange | None]:
    section = SECTION.search(content[-120:]) if not mark else None
    if section and (current is None or current.state != "body"):
        current = current or _Exchange(end, end)
        current.state = section["what"].lower()
        return None, current
    if (header := HEADER.match(content.strip(" \t`"))) and (not current or current.state != "body" or mark):
        return _header(current, header, mark, start, end)
    if current is None or not content.strip():
        _blank(current, mark)
        return None, current
    if mark in ("", "<") and _body_line(current, content):
        current.body.append(content)
        current.state, current.end = "body", end
        return None, current
    goes_on = bool(mark) or current.state == "sent"
    return (None, current) if goes_on else (current, None)


def _blank(current: _Exchange | None, mark: str) -> None:
    """An empty line ends the headers."""
    if current is None:
        return
    if current.state in ("response", "body") and current.response is not None:
        current.state = "body"
    elif current.state == "request" and not mark:
        current.state = "sent"


def _body_line(current: _Exchange, content: str) -> bool:
    if current.state == "body":
        return not PROMPT.match(content) and len(current.body) < BODY_LINES and not _whole(current.body)
    return current.state == "response" and content.lstrip()[:1] in "{[<" and bool(current.response)


def _whole(body: list[str]) -> bool:
    """Whether a body's JSON is at its end: what follows is the writer's own."""
    if not body or body[-1].rstrip()[-1:] not in ("}", "]"):
        return False
    try:
        json.loads("\n".join(body))
    except (ValueError, RecursionError):
        return False
    return True


def _header(
    current: _Exchange | None, header: re.Match[str], mark: str, start: int, end: int
) -> tuple[_Exchange | None, _Exchange | None]:
    name, value = header[1], header[2]
    if not mark and (name.lower() == "authorization" or CREDENTIAL.search(name)):
        value = ASIDE.split(value, maxsplit=1)[0]
    side = _side(current, name, mark) if mark or not VARIABLE.match(name) else None
    if side is None:
        return (current, None) if current else (None, None)
    done = None
    if current is None or (side == "request" and current.state in ("body", "response") and not mark and current.status):
        done, current = current, _Exchange(start, end, mark == ">")
    if len(current.request or ()) + len(current.response or ()) >= MAX_HEADERS:
        return done, current
    if side == "request":
        current.request = [*(current.request or []), (name, value)]
    else:
        current.response = [*(current.response or []), (name, value)]
    current.state = side
    current.end = end
    return done, current


def _side(current: _Exchange | None, name: str, mark: str) -> str | None:
    """Whose header this is: by the arrow, by what went before, else by its name; None when it is no header."""
    lower = name.lower()
    if mark in ("<", ">"):
        return "request" if mark == ">" else "response"
    if current is not None and current.state in ("request", "response"):
        if current.status is not None or lower in NAMES or "-" in name or current.state == "request":
            return current.state if lower not in REQUEST_ONLY or current.state == "request" else "request"
        return None
    if lower in RESPONSE_ONLY:
        return "response"
    if lower in REQUEST_ONLY or (CREDENTIAL.search(name) and "-" in name + "-" * ("_" in name)):
        return "request"
    return current.state or None if current is not None and lower in EITHER else None


def _built(raw: _Exchange, text: str) -> RawExchange | None:
    if raw.request is None and raw.response is None and raw.status is None:
        return None
    request: Headers | None = tuple(raw.request) if raw.request is not None else None
    return RawExchange(
        method=raw.method,
        url=raw.url or _url(raw, text),
        request_headers=request,
        status=raw.status,
        response_headers=tuple(raw.response) if raw.response is not None else None,
        body="\n".join(raw.body).strip(),
        recorded=raw.recorded or (raw.method is not None and raw.request is not None),
        span=(raw.start, raw.end),
    )


def _url(raw: _Exchange, text: str) -> str | None:
    """The address of a request line: its target with the Host header (RFC 9112 section 3.2)."""
    if raw.target is None or raw.method == "CONNECT":
        return None
    if "://" in raw.target:
        return raw.target
    host = next((v for k, v in raw.request or () if k.lower() in ("host", ":authority")), None)
    return f"{scheme(host, text)}://{host}{raw.target}" if host else raw.target
