"""Every credential of a report, wherever it stands: in headers, queries, cookies, user names, or by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote

from bot.intake.documents import TOKEN, Document
from bot.intake.interface import RawCredential, RawExchange
from bot.intake.transcript import VARIABLE
from bot.tokens.jwt_facts import read_jwt

AUTHORIZATION = ("authorization", "proxy-authorization")
HEADER_NAME = re.compile(
    r"(?i)(?:^|[-_])(?:api)?[-_]?(?:key|apikey|token|secret|jwt|auth|credential)s?$|dpop$|subscription-key$"
)
NOT_CREDENTIALS = re.compile(r"(?i)^(?:x-)?(?:csrf|xsrf)|idempotency|sec-websocket|csrf-token$|^x-request|^key-pair")
QUERY = re.compile(
    r"(?i)^(?:api[-_]?key|apikey|key|access[-_]?token|token|auth[-_]?token|auth|jwt|subscription-key|appid|"
    r"app[-_]?key|x-api-key|id_token|"
    r"(?:private|personal|job|user|session|bearer|api)[-_]?token|access[-_]?key|client[-_]?secret|(?:api[-_]?)?(?:password|passwd|pwd))$"
)
INLINE_AUTHORIZATION = re.compile(
    r"(?i)(?<![\w-])(?P<name>(?:proxy-)?authorization)[\"']?[ \t]*[:=][ \t]*[\"']?(?P<value>(?:[A-Za-z][\w-]{1,24}[ "
    r"\t]+)?[\w\"'<$@{(\[*.][^\s\"',;<>]{0,8000})"
)
INLINE_HEADER = re.compile(
    r"(?<![\w/-])(?P<quoted>[\"'])?(?P<name>(?:X-)?[A-Z][A-Za-z]*(?:[-_][A-Za-z]+)+)[\"']?:[ \t]*(?P<opened>[\"'])"
    r"?(?P<value>[^\s\"',;]{1,4000})"
)
LEFT_OUT = re.compile(r"\s?(?:\.{2,}|…|\*{2,}|•{2,}|[(\[<{][^\W\d_][^\n()\[\]<>{}]{0,40}[)\]>}])")
"""A mark or a remark behind a token, in place of its rest."""
MOST = 60


def credentials(documents: tuple[Document, ...]) -> tuple[RawCredential, ...]:
    """All of them, each value once, those of requests first."""
    found: dict[str, RawCredential] = {}
    for document in documents:
        for exchange in document.exchanges:
            for credential in of(exchange):
                if credential.value or not _left_out(credential, document.text):
                    found.setdefault(_key(credential), credential)
    for document in documents:
        for credential in _inline(document):
            if not any(_core(credential.value) in key for key in found):
                found[_key(credential)] = credential
    return tuple(found.values())[:MOST]


def _left_out(credential: RawCredential, text: str) -> bool:
    """Whether a parameter's value is only not shown, as in `?key=<key>`: an address ends before the bracket."""
    return credential.place == "query" and f"{credential.name}=<" in text


def of(exchange: RawExchange) -> Iterator[RawCredential]:
    """The credentials of one request."""
    yield from exchange.credentials
    for name, value in exchange.request_headers or ():
        lower = name.lower()
        if lower in AUTHORIZATION:
            yield RawCredential("authorization", name, value, exchange.recorded)
        elif lower == "cookie":
            yield RawCredential("cookie", name, value, exchange.recorded)
        elif HEADER_NAME.search(name) and not NOT_CREDENTIALS.search(name):
            yield RawCredential("header", name, value, exchange.recorded)
    if exchange.url:
        yield from in_url(exchange.url, exchange.recorded)


def in_url(url: str, recorded: bool = False) -> Iterator[RawCredential]:
    """Credentials in the query and before the host. A signed link's parameters are none of these."""
    authority = re.match(r"\w+://([^/?#\s]*)@", url)
    if authority:
        yield RawCredential("userinfo", "", authority[1], recorded)
    query = url.partition("?")[2].partition("#")[0]
    if re.search(r"(?i)(?:^|[&;])(?:x-amz-|x-goog-|sig=|signature=|expires=|exp=|se=)", query):
        return
    for part in query.split("&")[:60]:
        name, _, value = part.partition("=")
        if QUERY.match(unquote(name)):
            yield RawCredential("query", unquote(name), unquote(value), recorded)


def _inline(document: Document) -> Iterator[RawCredential]:
    """Credentials in running text: `Authorization: Bearer x`, `X-Api-Key: x`, a token by itself."""
    text = document.text[:200_000]
    spans = [e.span for e in document.exchanges if not e.told]
    for pattern in (INLINE_AUTHORIZATION, INLINE_HEADER):
        for match in islice(pattern.finditer(text), MOST):
            if any(start <= match.start() < end for start, end in spans):
                continue
            name = match["name"]
            if VARIABLE.match(name):
                continue
            if pattern is INLINE_AUTHORIZATION:
                left_out = text[match.end() : match.end() + 3].lstrip().startswith("…")
                filled = text[match.start() - 1 : match.start()] == '"' and "$" in match["value"]  # by the shell
                yield RawCredential("authorization", name, _ended(match["value"]) + " ***" * (left_out or filled))
            elif HEADER_NAME.search(name) and not NOT_CREDENTIALS.search(name):
                variable = match["quoted"] and not match["opened"]  # {"X-Api-Key": key}: the name of a variable
                yield RawCredential("header", name, "***" if variable else _ended(match["value"]))
    for match in islice(re.finditer(r"https?://[^\s<>\"']{4,8000}", text), MOST):
        masked = match[0].endswith("=") and text[match.end() : match.end() + 1] == "<"
        yield from in_url(match[0] + "***" * masked)
    for match in islice(TOKEN.finditer(text), MOST):
        token = match[0].rstrip(".") if match[0].count(".") > 2 or match[0].endswith("..") else match[0]
        behind = LEFT_OUT.match(text, match.start() + len(token))
        before = text[max(0, match.start() - 1) : match.start()]
        if before in ("/", ".") or text[match.end() : match.end() + 1] == "@":
            continue
        if read_jwt(token).alg is not None:
            yield RawCredential("loose", "", token + (behind[0] if behind else ""))


def _key(credential: RawCredential) -> str:
    return (
        f"{credential.place} {credential.name.lower()} {credential.value}"
        if credential.place != "loose"
        else credential.value
    )


def _core(value: str) -> str:
    """What identifies a value: its longest word, so that a scheme does not matter."""
    return max(value.split() or [""], key=len)


def _ended(value: str) -> str:
    """The value without the sentence's own ending; an ellipsis stands for what was left out."""
    return value if value.endswith(("..", "…")) else value.rstrip(".,)")
