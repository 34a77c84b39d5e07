"""What can be picked out of a message in plain words: request, status, ids, key=value pairs, addresses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime

from bot.logs.formats import cells, fields, tokens

CALL = re.compile(
    rf"\b({tokens.METHODS})(?:[ :\t]+|[ \t]+- |[ \t]+\[\d{{3}}\] )\"?"
    r"((?:[a-z]+://|/|\*)[^\s\",;)\]>']*|(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?/[^\s\",;)\]>']*)"
)
"""A method and what it was asked of: a path, a URL, or host/path."""
STATUS = re.compile(r"(?<![\w.:/-])([1-5]\d\d)(?![\w%/-]|\.\d|:\d)")
STATUS_BEFORE = re.compile(
    r"(?:^|[\s\]|(\[])([1-5]\d\d)(?:[)\]]?:? [<\"]?$| [A-Z][A-Za-z]+(?: [A-Za-z]+){0,2}: $)"
    r"|^(?:(?:\d{1,3}\.){3}\d{1,3} )?([1-5]\d\d) (?=[\d-])"
)
"""Some servers (Tornado, Ktor, Scrapy) write the status before the method, others before all else."""
STATUS_BETWEEN = re.compile(r" \[([1-5]\d\d)\] ")
STATUS_LAST = re.compile(r"[\s|=:>]([1-5]\d\d)\s*$")
STATUS_NAMED = re.compile(
    r"(?:<--|\b(?:status(?:[ _]?code)?|HTTP(?:/[\d.]+)?|Completed|Sent|returned|responded|answered"
    r"|finished in [\d.]+ ?m?s|done|finished|ended|answer|reply|response)[ :=])"
    r"[ :=]*\"?([1-5]\d\d)(?!\w|[.:/-]\d| ?(?:ms|s|bytes|b|items|rows|records)\b)"
    r"|[\[(]([1-5]\d\d) [A-Za-z][a-z]{1,20}(?: [A-Za-z][a-z]{1,20}){0,3}[\])]",
    re.IGNORECASE,
)
"""A status behind a word that says so, behind OkHttp's arrow, or in brackets with its reason."""
PATH = re.compile(r"(?:^|[\s\"'(\[=])(/[\w.~%@:+-]+(?:/[\w.~%@:+-]*)*)(\?[^\s\"')\]]*)?")
NOT_A_PATH = ("/etc/", "/var/", "/usr/", "/opt/", "/home/", "/srv/", "/tmp/", "/proc/", "/run/", "/dev/", "/lib/")
SOURCE_LINE = re.compile(r"\.\w+:\d+:?$")
"""`/pkg/token/token.go:66`: where in the source, not where on the server."""
FIRST_ID = re.compile(
    r"^\W{0,2}(?:(?:request|req|trace|correlation)?[ _-]?id[ =:]+)?([\w@-]{8,64})(?=[\]\s:,)]|$)", re.IGNORECASE
)
SHORT_ID = re.compile(r"^\[((?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{6,7})\] ")
"""Too short to be told from a number in free text, but alone in brackets before all else it names the request."""
PEER = re.compile(
    r"(?:\b(?:for|from|with|by|[Cc]lient|[Cc]lient_?[Ii][Pp]|IP|ip|peer|peername|remote|remote_?[Ii][Pp]|cli|[Ss]ource)"
    r"[ :=]+[\[(/'\"]?(?:\w+://)?(?:::ffff:)?|\[|\(@)((?:\d{1,3}\.){3}\d{1,3})\b(?![\w./-])"
    r"|((?:\d{1,3}\.){3}\d{1,3}):\d{2,5}\]?$"
)
ADDRESS = re.compile(r"(?<![\w./:@-])(?:\d{1,3}\.){3}\d{1,3}(?![\w./-]|:\d)")
LABELLED = re.compile(r"(?m)^[ \t]+[A-Za-z][\w -]{1,20}[ \t]*[:=][ \t]+(\S[^\n]{0,400})$")
"""A line of a record of many lines that says one thing: `    route : GET /files/41550`."""
LEVEL = re.compile(r"(SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST): ")
"""How Java's own logging begins the second line of a record."""
COMPLETED = re.compile(r"(?m)^[ \t]*(?:\[([^\]\s]{1,64})\] ){0,3}Completed ([1-5]\d\d)(?!\w)")
"""The last line of a record that began with the call."""
NAMES = re.compile(r"[-\w.+`<>\[\]():/#]*(?: [\w.<>$]+)?")
"""No sentence: the name of a logger, perhaps with a number or method behind it."""
NEAR = 160
"""A status is looked for within this many characters after the path."""


def pick(message: str, reference: datetime, extra: Iterable[tuple[str, str]] = ()) -> fields.Draft:
    """The draft of an entry whose message is free text; `extra` are pairs that were read from it already."""
    first, _, _ = message.partition("\n")
    first, told = json_tail(first)
    found = [*extra, *told, *tokens.pairs(first[:4_000])] if "=" in first else [*extra, *told]
    draft = fields.read(found, reference) if found else fields.Draft(ids=(), fields=())
    draft.pop("time", None)
    draft["message"] = message
    if told and CALL.search(first[:4_000]) and (answered := STATUS_LAST.search(first[-8:])):
        draft["status"] = int(answered[1])  # the object behind it is the body, whatever its own `code` is
    _ids(first, draft)
    cells.tell(first, draft)
    _told(first[:4_000], draft)
    return draft


def labelled(tail: str, draft: fields.Draft) -> None:
    """What the lines behind a record's first say of the call, each with its label, where the first names none."""
    if "method" not in draft and tail[:1] in (" ", "\t"):
        _told(" ".join(m[0].strip() for m in LABELLED.finditer(tail[:1_000])), draft)
    if not draft.get("level") and (level := LEVEL.match(tail)):
        draft["level"] = tokens.level(level[1])
    for ended in COMPLETED.finditer(tail) if "method" in draft and "status" not in draft else ():
        if not ended[1] or ended[1] in draft["ids"]:  # of another request else, whose lines stand between
            draft["status"] = int(ended[2])
            break


def _told(text: str, draft: fields.Draft) -> None:
    _call(text, draft)
    if not draft.get("client") and (peer := _peer(text[:1_000], draft)):
        draft["client"] = peer


def _peer(text: str, draft: fields.Draft) -> str | None:
    """The address that is called the caller's, or the only one in a line about a call."""
    if named := PEER.search(text):
        return named[1] or named[2]
    return only_address(text) if "method" in draft or draft.get("path") else None


def only_address(text: str) -> str | None:
    """The one address that a text holds."""
    alone = set(ADDRESS.findall(text))
    return alone.pop() if len(alone) == 1 else None


def json_tail(text: str) -> tuple[str, list[tuple[str, str]]]:
    """(words, named values) of words with a JSON object behind them: zap's console, winston, Caddy, Monolog."""
    if not text.endswith("}") or (start := text.find('{"')) < 0 or (start and text[start - 1] not in " \t"):
        return text, []
    try:
        record = json.loads(text[start:])
    except (ValueError, RecursionError):
        return text, []
    return text[:start].rstrip(), fields.flatten(record)


def _ids(text: str, draft: fields.Draft) -> None:
    match = FIRST_ID.match(text)
    if match and tokens.ID.match(match[1]) and match[1] not in draft["ids"]:
        draft["ids"] = (*draft["ids"], match[1])
    elif not draft["ids"] and (short := SHORT_ID.match(text)):
        draft["ids"] = (short[1],)


def _call(text: str, draft: fields.Draft) -> None:
    call = CALL.search(text)
    if call and "path" not in draft:
        draft["method"] = draft.get("method") or call[1]
        host, draft["path"], draft["query"] = tokens.split_url(call[2].rstrip(":."))
        draft["host"] = draft.get("host") or host
        status = STATUS_BETWEEN.search(call[0]) or STATUS_BEFORE.search(text[: call.start()])
        status = status or STATUS.search(text, call.end(), call.end() + NEAR)
        status = status or STATUS_LAST.search(text, call.end())
        if "status" not in draft and status:
            draft["status"] = int(next(filter(None, status.groups())))
    elif "path" not in draft and (path := _path(text)):
        draft["path"], draft["query"] = path
    if "status" not in draft and (named := STATUS_NAMED.search(text)):
        draft["status"] = int(named[1] or named[2])


def _path(text: str) -> tuple[str, str] | None:
    for match in PATH.finditer(text[:1_000]):
        if len(match[1]) > 1 and not match[1].startswith(NOT_A_PATH) and not SOURCE_LINE.search(match[1]):
            return match[1].rstrip(":."), (match[2] or "")[1:]
    return None
