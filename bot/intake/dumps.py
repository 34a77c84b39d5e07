"""Requests in what programs print of them: axios and its like, Apple's NSError, OkHttp's interceptor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bot.intake.code import headers_in
from bot.intake.interface import RawCredential, RawExchange

_METHOD = r"\bmethod['\"]?\s*:\s*['\"](?P<{0}>[A-Za-z]{{3,8}})['\"]"
_URL = r"\b(?:url|uri|requestUrl)['\"]?\s*:\s*['\"](?P<{0}>(?:https?:/)?/[^\s'\"]{{1,4000}})['\"]"
CONFIG = re.compile(
    rf"{_METHOD.format('before')}[^{{}}]{{0,300}}?{_URL.format('url')}"
    rf"|{_URL.format('first')}[^{{}}]{{0,300}}?{_METHOD.format('after')}"
)
STATUS = re.compile(r"\bstatus(?:Code)?['\"]?\s*[:=]\s*['\"]?(?P<status>[1-5]\d\d)\b")
DATA = re.compile(
    r"\b(?:data|body)['\"]?\s*:\s*(?P<data>\{[^{}\n]{0,2000}(?:\{[^{}\n]{0,500}\}[^{}\n]{0,500})?\}|'[^'\n]{0,2000}')"
)
RESPONSE = re.compile(r"\bresponse['\"]?\s*:|\bresponseHeaders\b|\[?Symbol\(response\)")
NSERROR = re.compile(r"Error Domain=\w{1,80} Code=(?P<code>-?\d{1,6})[^\n]{0,400}UserInfo=")
NS_URL = re.compile(r"NSErrorFailingURL(?:String)?Key=(?P<url>https?://[^\s,}]{1,4000})")
NS_HEADER = re.compile(
    r"(?m)^\s*\"?(?P<name>[A-Za-z][\w-]{1,60})\"?\s*=\s*(?:\"(?P<quoted>[^\"\n]*)\"|(?P<bare>[^\s;\"]+));"
)
BASIC = re.compile(
    r"\bauth['\"]?\s*:\s*\{\s*['\"]?user(?:name)?['\"]?\s*:\s*['\"](?P<user>[^'\"\n]{0,200})['\"]"
    r"(?:\s*,\s*['\"]?pass(?:word)?['\"]?\s*:\s*['\"](?P<password>[^'\"\n]{0,400})['\"])?"
)
OKHTTP = re.compile(r"--> (?P<method>[A-Z]{3,8}) (?P<url>https?://\S{1,4000})")
OK_STATUS = re.compile(r"<-- (?P<status>[1-5]\d\d)(?: |$)")
OK_HEADER = re.compile(r"(?P<name>[A-Za-z][\w-]{1,60}): (?P<value>\S.{0,8000})$")
LOGGED = re.compile(
    r"(?m)^(?P<tag>\[[\w.: -]{1,60}\][ \t]*)?(?:[\w.: -]{0,40}?[ \t])?(?P<method>GET|POST|PUT|PATCH|DELETE) "
    r"(?P<url>https?://\S{1,4000})[^\n]*\n(?:[^\n]{0,2000}\n){0,3}?[^\n]{0,200}?"
    r"(?P<answered>\b(?:response|reply|answer|resp|received)[\w.]{0,12}[ _.-]?)?\bheaders?['\"]?\s*[:=]?\s*"
    r"\{(?P<headers>[^{}]{1,4000})\}"
)
"""What a client's debug output tells of a call: its address, and under it an object of its headers."""
ANSWER = re.compile(
    r"(?i)\b(?:status(?: ?code)?|error|response|failed|http)\b[^\n]{0,60}?(?<![\w.:/])(?P<status>[1-5]\d\d)(?![\w.:/])"
)
PRINTED = re.compile(r"(?m)^(?P<data>\{[^\n]{1,2000}\})[ \t]*$")
LINES_BEHIND = 4
REACH, MOST = 6_000, 30
"""Characters behind a beginning that belong to it, and beginnings of a text that are read."""


def errors(text: str) -> Iterator[RawExchange]:
    """Every request that an error was printed of."""
    yield from _objects(text)
    yield from _logged(text)
    yield from (_okhttp(text, match) for match in islice(OKHTTP.finditer(text), MOST))
    for match in islice(NSERROR.finditer(text), MOST):
        end = _end(text, match.end())
        part = text[match.start() : end]
        if url := NS_URL.search(part):
            code = int(match["code"])
            headers = tuple((m["name"], m["quoted"] or m["bare"] or "") for m in NS_HEADER.finditer(part))
            status = code if 100 <= code < 600 else None
            yield RawExchange(
                url=url["url"], status=status, response_headers=headers or None, span=(match.start(), end)
            )


def _objects(text: str) -> Iterator[RawExchange]:
    """A request's configuration, and the answer that is printed behind it before the next one."""
    starts = list(islice(CONFIG.finditer(text), MOST))
    for number, match in enumerate(starts):
        stop = starts[number + 1].start() if number + 1 < len(starts) else len(text)
        part = text[match.start() : min(stop, match.start() + REACH)]
        status = STATUS.search(part)
        if status is None:
            continue
        response = RESPONSE.search(part)
        middle = response.start() if response else status.start()
        data = DATA.search(part, middle)
        yield RawExchange(
            method=(match["before"] or match["after"]).upper(),
            url=match["url"] or match["first"],
            request_headers=headers_in(part[:middle]) or None,
            credentials=tuple(
                RawCredential("userinfo", "auth", f"{m['user']}:{m['password'] or '***'}")
                for m in BASIC.finditer(part[:middle])
            ),
            status=int(status["status"]),
            response_headers=headers_in(part[middle:]) or None,
            body=data["data"].strip("'") if data else "",
            span=(match.start(), match.start() + max(status.end(), data.end() if data else 0)),
        )


def _logged(text: str) -> Iterator[RawExchange]:
    """A call that a client logged with its headers, and its answer in the lines behind."""
    for match in islice(LOGGED.finditer(text), MOST):
        behind = text[match.end() : match.end() + REACH].split("\n", LINES_BEHIND)[:LINES_BEHIND]
        end = match.end() + len("\n".join(behind))
        following = LOGGED.search(text, match.end(), end)
        end = following.start() if following else end
        status, data = ANSWER.search(text, match.end(), end), PRINTED.search(text, match.end(), end)
        yield RawExchange(
            method=match["method"],
            url=match["url"],
            request_headers=None if match["answered"] else headers_in(match["headers"]) or None,
            response_headers=headers_in(match["headers"]) or None if match["answered"] else None,
            status=int(status["status"]) if status else None,
            body=data["data"] if data else "",
            recorded=True,
            span=(match.start(), max(match.end(), *(m.end() for m in (status, data) if m is not None), 0)),
        )


def _okhttp(text: str, start: re.Match[str]) -> RawExchange:
    """What stands behind the same prefix as the arrow, until the next one (square.github.io/okhttp, interceptors)."""
    column = start.start() - (text.rfind("\n", 0, start.start()) + 1)
    following = OKHTTP.search(text, start.end())
    stop = min(following.start() if following else len(text), start.start() + REACH)
    stop = text.rfind("\n", 0, stop) if following else stop
    sides: tuple[list[tuple[str, str]], list[tuple[str, str]]] = ([], [])
    status, body, end = None, "", start.end()
    for line in text[start.end() : stop].split("\n")[1:]:
        said = line[column:].rstrip()
        if answer := OK_STATUS.match(said):
            status = int(answer["status"])
        elif said.startswith("<-- END"):
            break
        elif header := OK_HEADER.match(said):
            sides[status is not None].append((header["name"], header["value"]))
        elif status and said[:1] in ("{", "[", "<"):
            body = said
        end = text.find(line, end) + len(line)
    request, answered = (tuple(side) or None for side in sides)
    return RawExchange(
        method=start["method"],
        url=start["url"],
        request_headers=request,
        status=status,
        response_headers=answered,
        body=body,
        span=(start.start(), end),
    )


def _end(text: str, start: int) -> int:
    """Where the braces that open behind `start` close."""
    depth = 0
    for at in range(start, min(len(text), start + REACH)):
        depth += (text[at] in "{(") - (text[at] in "})")
        if depth == 0 and text[at] in "})":
            return at + 1
    return min(len(text), start + REACH)
