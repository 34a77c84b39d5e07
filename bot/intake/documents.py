"""Everything that was posted, opened: the words, the files, and the exchanges in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.intake import arrows, code, devtools, dumps, har, lines, logs, shell, transcript, wire
from bot.intake.interface import Attachment, RawExchange
from bot.intake.plain import plain
from knowledge.lexicon.clauses import clauses

MOST_TEXT, MOST_PROSE = 200_000, 40_000
"""Characters of a text that are read for exchanges, and for meaning; what lies beyond is only redacted."""
MOST_EXCHANGES = 60
LABEL_WORDS = 8
MOST_FILE = 4_000_000
NOTES = re.compile(r"(?m)^[*{}] [^\n]*$")
"""curl's own remarks."""
PORT = re.compile(r"(?:\) port |Trying \S{2,60}:)(\d{2,5})")


@dataclass(frozen=True, slots=True)
class Document:
    """One text: the message itself (name empty) or a file."""

    name: str
    text: str = field(repr=False)
    exchanges: tuple[RawExchange, ...] = ()
    prose: str = field(default="", repr=False)
    """The text with requests, answers and tokens blanked out, character for character."""
    log: str = field(default="", repr=False)
    """A server's log, which is no part of the text."""
    note: str = ""


TOKEN = re.compile(r"(?<![\w/.-])eyJ[\w-]{6,}(?:\.[\w-]*){0,4}")


def documents(text: str, attachments: Sequence[Attachment], posted_at: datetime) -> tuple[Document, ...]:
    """The message first, then the files that hold text."""
    return (_document("", plain(text), posted_at), *(_file(attachment, posted_at) for attachment in attachments[:20]))


def _file(attachment: Attachment, posted_at: datetime) -> Document:
    data = attachment.data[:MOST_FILE]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    elif data[:1024].count(0) > 8:
        note = f"{attachment.name} holds no text; post the request or the answer as text."
        return Document(attachment.name, "", note=note)
    else:
        text = data.decode("utf-8-sig", "replace")
    if har.looks_like(text) or attachment.name.lower().endswith(".har"):
        entries = har.entries(text)
        if entries is not None:
            return Document(attachment.name, text, entries)
        return Document(
            attachment.name, text, note=f"{attachment.name} is no HAR file that can be read as JSON; export it again."
        )
    return _document(attachment.name, plain(text), posted_at)


def _document(name: str, text: str, posted_at: datetime) -> Document:
    text, log = logs.parted(text, posted_at, file=bool(name))
    read = text[:MOST_TEXT]
    found = _fewer(_joined(read, list(_exchanges(read))))
    blocks = [e.span for e in found if not e.told]
    blocks += [m.span() for m in NOTES.finditer(read)] if name or any(e.recorded for e in found) else []
    blocks += [m.span() for m in TOKEN.finditer(read)]
    return Document(name, text, tuple(found), _blanked(read, blocks)[:MOST_PROSE], log)


def _fewer(exchanges: list[RawExchange]) -> list[RawExchange]:
    """The last ones, those that failed before others."""
    if len(exchanges) <= MOST_EXCHANGES:
        return exchanges
    kept = sorted(exchanges, key=lambda e: (e.failed, e.span))[-MOST_EXCHANGES:]
    return sorted(kept, key=lambda e: e.span)


def _exchanges(text: str) -> Iterator[RawExchange]:
    """Of overlapping readings the first kind wins: it knows the most of its text."""
    taken: list[tuple[int, int]] = []
    for kind in (
        devtools.copies,
        shell.commands,
        dumps.errors,
        arrows.drawn,
        wire.debugged,
        code.calls,
        code.settings,
        transcript.transcripts,
        lines.told,
    ):
        fresh = [e for e in kind(text) if not any(e.span[0] < end and start < e.span[1] for start, end in taken)]
        taken += [e.span for e in fresh]
        yield from (replace(e, told=True) for e in fresh) if kind is lines.told else fresh


def _joined(text: str, exchanges: list[RawExchange]) -> list[RawExchange]:
    """A command and what it printed are one exchange."""
    out: list[RawExchange] = []
    for exchange in sorted(exchanges, key=lambda e: e.span):
        before = out[-1] if out else None
        if before is not None and _answers(text, before, exchange):
            out[-1] = _merged(before, exchange)
        else:
            out.append(_schemed(text, exchange))
    return [_labelled(text, exchange) for exchange in out]


def _labelled(text: str, exchange: RawExchange) -> RawExchange:
    """`# this works` above a command says how it ended, where nothing that it printed does."""
    if exchange.status is not None or exchange.told or exchange.response_headers is not None:
        return exchange
    label = text[: exchange.span[0]].rstrip(" \t$#>`").removesuffix("\n").rpartition("\n")[2].strip()
    tones = {c.tone for c in clauses(label)} if len(label.split()) <= LABEL_WORDS else set()
    return replace(exchange, status=200 if tones == {"works"} else 401 if tones == {"fails"} else None)


def _answers(text: str, command: RawExchange, output: RawExchange) -> bool:
    between = text[command.span[1] : output.span[0]]
    if command.status is not None or command.response_headers is not None or command.told or output.told:
        return False
    if command.url is None or command.recorded or len(between) > 2000:
        return False
    return output.url is None or (output.recorded and _same_place(command.url, output.url))


def _same_place(one: str, other: str) -> bool:
    return one.partition("://")[2].rstrip("/") == other.partition("://")[2].rstrip("/") or other.startswith("/")


def _merged(command: RawExchange, output: RawExchange) -> RawExchange:
    return RawExchange(
        method=output.method or command.method,
        url=command.url,
        request_headers=output.request_headers or command.request_headers,
        credentials=() if output.request_headers else command.credentials,
        status=output.status,
        response_headers=output.response_headers,
        body=output.body,
        recorded=output.recorded,
        span=(command.span[0], output.span[1]),
    )


def _schemed(text: str, exchange: RawExchange) -> RawExchange:
    """curl's notes tell the port, and with it the scheme that a request line does not say."""
    if not exchange.recorded or not (exchange.url or "").startswith("https://"):
        return exchange
    ports = PORT.findall(text[max(0, exchange.span[0] - 3000) : exchange.span[0]])
    if ports and ports[-1] == "80":
        return replace(exchange, url=(exchange.url or "").replace("https://", "http://", 1))
    return exchange


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if end <= at:
            continue
        first = max(start, at)
        pieces += [text[at:first], re.sub(r"[^\n]", " ", text[first:end])]
        at = end
    return "".join([*pieces, text[at:]])
