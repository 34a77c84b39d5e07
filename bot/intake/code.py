"""Requests as programs make them: fetch, axios, requests, httpx, PowerShell, header dictionaries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bot.intake.interface import COMPUTED, RawExchange

CALL = re.compile(
    r"(?<![\w.])(?P<name>fetch|axios|ky|got|(?:axios|requests|httpx|session|s|client|ky|got|superagent|http|\$http|"
    r"\$|RestClient|HTTParty|Http|urllib3?|aiohttp)"
    r"\.(?P<verb>get|post|put|patch|delete|head|options|request|ajax|getJSON))\s*\("
)
POWERSHELL = re.compile(r"(?i)(?<!\w)(?:Invoke-(?:WebRequest|RestMethod)|iwr|irm)(?=\s+-?\S)")
ELSEWHERE = re.compile(
    r"(?i)\s-(?:Headers\s+\$|Credential|UseDefaultCredentials|Authentication|Token|WebSession|Certificate)|\s@\w"
)
"""Credentials that a statement takes from a variable or the login."""
EXCERPT = re.compile(r"\n[ \t]*\+[ \t][^\n]{0,200}$")
"""PowerShell shows a failed statement again behind a plus, cut off (about_Error_Views)."""
LITERAL = (
    r"""(?P<{0}prefix>[fFrRbBuU$@]{{0,2}})(?P<{0}quote>["'`])"""
    r"""(?P<{0}text>(?:\\.|(?!(?P={0}quote))[^\\\n]){{0,8000}})(?P={0}quote)"""
)
STRING = re.compile(LITERAL.format(""))
HEADER = re.compile(
    r"""(?P<key>["'](?P<name>[A-Za-z][\w-]{1,60})["']|Authorization|authorization|Cookie)\s*\]?\s*(?:[:=,]|=>)\s*"""
    rf"""(?:{LITERAL.format("v")}|(?P<variable>(?:Bearer\s*\+\s*)?[A-Za-z_$][\w.$\[\]()'"]{{0,80}}))"""
)
SETS = re.compile(
    r"""(?<![\w.])[\w$.>:()-]{0,60}?(?:headers?|Headers?|defaults\.headers\.\w{1,20}|DefaultRequestHeaders|HEADERS)"""
    r"""(?:\[|(?:\.|->)?(?:Set|Add|set|add|put|append|TryAddWithoutValidation|with|insert)?\()\s*["'](?P<name>[A-Za-z][\w-]{1,60})["']"""
    r"""\s*(?:\]\s*=|,)\s*(?P<value>[^\n;]{1,400})"""
    r"""|(?<![\w.])[\w$.]{1,40}\.(?:setRequestHeader|setRequestProperty|addRequestProperty|setHeader|addHeader|set_header|add_header)"""
    r"""\(\s*["'](?P<called>[A-Za-z][\w-]{1,60})["']\s*,\s*(?P<given>[^\n;]{1,400})"""
    r"""|Headers\.Authorization\s*=\s*new\s+AuthenticationHeaderValue\(\s*["'](?P<scheme>[\w:-]{1,40})["']"""
)
"""A statement that sets one header: `session.headers['X-Key'] = key`, `req.Header.Set("Authorization", value)`."""
METHOD = re.compile(r"""(?i)["']?-?(?:method|type)["']?\s*[:= ]\s*["']?(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b""")
HOLE = re.compile(r"\$\{[^{}]{1,200}\}|\{[^{}\s]{1,80}\}|%s|#\{[^{}]{1,200}\}|\$\(?[A-Za-z_]\w*\)?")
JOINED = re.compile(r"\s*(?:\+|\.concat\b|%\s*\w)")
"""What joins a variable to a string."""
CREDENTIAL_NAME = re.compile(
    r"(?i)authorization|(?:^|[-_])(?:api)?[-_]?(?:key|token|secret|signature|auth|cookie)(?:$|[-_])|apikey|dpop"
)
MAX_CALL, MOST = 16_000, 60
"""Characters of a call and calls of a text that are read."""
UNKNOWN = "***"
VERBS = {
    "get": "GET",
    "getJSON": "GET",
    "post": "POST",
    "put": "PUT",
    "patch": "PATCH",
    "delete": "DELETE",
    "head": "HEAD",
    "options": "OPTIONS",
}


def calls(text: str) -> Iterator[RawExchange]:
    """Every call in the text that makes a request; values that variables hold appear as `***`."""
    done = 0
    for match in islice(CALL.finditer(text), MOST):
        if match.start() < done:
            continue
        end = done = closing(text, match.end())
        inner = text[match.end() : end]
        url = _url(inner)
        headers = headers_in(inner)
        if url is None and not headers:
            continue
        method = VERBS.get(match["verb"] or "") or _method(inner) or "GET"
        yield RawExchange(method=method, url=url, request_headers=headers or None, span=(match.start(), end))
    for match in islice(POWERSHELL.finditer(text), MOST):
        end = _statement(text, match.end())
        inner = text[match.end() : end]
        if EXCERPT.search(text[max(0, match.start() - 250) : match.start()]):
            continue
        if (url := _url(inner) or _bare(inner)) is not None:
            yield RawExchange(
                method=_method(inner) or "GET",
                url=url,
                request_headers=headers_in(inner) or (None if ELSEWHERE.search(inner) else ()),
                span=(match.start(), end),
            )


def settings(text: str) -> Iterator[RawExchange]:
    """Every statement that gives a request a credential's header, apart from the call that sends it."""
    for match in islice(SETS.finditer(text), MOST):
        name = match["name"] or match["called"] or "Authorization"
        value = f"{match['scheme']} {COMPUTED}" if match["scheme"] else _value(match["value"] or match["given"])
        if CREDENTIAL_NAME.search(name):
            yield RawExchange(request_headers=((name, value),), span=match.span())


def _value(code: str) -> str:
    """The text of an expression's first string, its holes filled; a variable's is not known."""
    literal = STRING.search(code)
    if literal is None or re.match(r"\s*[A-Za-z_$][\w.]*\s*[;)\[]?\s*$", code[: literal.start()]):
        return COMPUTED
    text = _filled(literal["prefix"], literal["quote"], literal["text"])
    return text + COMPUTED if COMPUTED not in text and JOINED.match(code, literal.end()) else text


def headers_in(code: str) -> tuple[tuple[str, str], ...]:
    """The headers that a piece of code sets: those with a dash in the name, and those that carry credentials."""
    found = []
    for match in HEADER.finditer(code):
        name = match["name"] or match["key"]
        if "-" not in name and not CREDENTIAL_NAME.search(name):
            continue
        value = COMPUTED if match["vtext"] is None else _filled(match["vprefix"], match["vquote"], match["vtext"])
        joined = JOINED.match(code, match.end())
        found.append((name, value + COMPUTED if joined else value))
    return tuple(found)


def _filled(prefix: str, quote: str, text: str) -> str:
    """The string with its holes filled by `***` where the language fills them."""
    return HOLE.sub(COMPUTED, text) if "f" in prefix.lower() or "$" in prefix or quote in '`"' else text


def _url(code: str) -> str | None:
    for match in STRING.finditer(code[:4000]):
        if re.match(r"(?:https?:)?//[^\s]|/[\w-]", match["text"]):
            return (
                HOLE.sub(UNKNOWN, match["text"])
                if HOLE.search(match["text"]) and match["quote"] == "`"
                else match["text"]
            )
    return None


def _bare(code: str) -> str | None:
    match = re.search(r"https?://[^\s'\"]{1,2000}", code)
    return match[0] if match else None


def _method(code: str) -> str | None:
    match = METHOD.search(code)
    return match[1].upper() if match else None


def closing(text: str, start: int, most: int = MAX_CALL) -> int:
    """Where the bracket that was opened before `start` closes; strings are skipped."""
    depth, at, stop = 1, start, min(len(text), start + most)
    while at < stop:
        if (literal := STRING.match(text, at)) is not None:
            at = literal.end()
            continue
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if depth == 0:
            return at
        at += 1
    return stop


def _statement(text: str, start: int) -> int:
    """The end of a PowerShell statement: lines go on after a backtick and inside `@{...}`."""
    depth, at, stop = 0, start, min(len(text), start + MAX_CALL)
    while at < stop:
        depth += (text[at] == "{") - (text[at] == "}")
        if text[at] == "\n" and depth <= 0 and not text[start:at].rstrip(" ").endswith("`"):
            return at
        at += 1
    return stop
