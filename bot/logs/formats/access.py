"""Access lines of any shape: the pieces are recognised by what they are and where they stand, not by a template.

Servers let everybody write their own access format, so the line is cut into quoted strings, brackets, key=value pairs
and words; the request is the quoted string that reads `METHOD target HTTP/x`, the status is the number after it.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from bot.logs.formats import fields, times, tokens

REQUEST_INSIDE = re.compile(rf'"(?:{tokens.METHODS}) [^"]* HTTP/\d|\] {tokens.QUOTED} [1-5]\d\d [\d-]')
"""What makes a line an access line."""
PIECE = re.compile(
    rf"(?P<pair>(?<![^\s])[A-Za-z_][\w.-]{{0,60}}=(?:{tokens.QUOTED}|{tokens.SINGLE}|\S*))"
    rf"|(?P<quoted>{tokens.QUOTED})|\[(?P<bracket>[^\]]{{0,200}})\]|\{{(?P<brace>[^}}]{{0,2000}})\}}|(?P<word>[^\s\"]\S*|\")"
)
HAPROXY = re.compile(
    r"^(?P<client>\S+):(?P<port>\d+) \[(?P<stamp>[^\]]+)\] (?P<frontend>\S+) (?P<backend>[^\s/]+)/(?P<server>\S+)"
    r" (?P<timers>[-+\d/]+) (?P<status>-?\d+) (?P<size>[+\d]+) (?:\S+ \S+ )?(?P<termination>[\w-]{4})"
    r"(?: (?P<connections>[+\d/]+) (?P<queues>\d+/\d+))?(?P<captures>(?: \{[^}]*\})*)(?: \S+)??"
    r" (?P<request>\"[^\"]*\"?)(?P<rest>.*)$"
)
"""HAProxy's `option httplog`, also in the shortened shapes that people write."""
AGENT = re.compile(r"^[\w.+-]+/[\w.]+|^Mozilla\b")
VARNISH = frozenset({"hit", "miss", "pass", "pipe", "synth"})
"""What varnishncsa writes for `%{Varnish:handling}x`: how the cache dealt with the request."""
OPAQUE = re.compile(r"[A-Za-z0-9+/_=-]{16,}")


def read(line: str, reference: datetime) -> fields.Draft | None:
    """An access line of a web server, proxy or framework; None when it is none."""
    if '"' not in line:
        return None
    if "] " in line and (match := HAPROXY.match(line)):
        return _haproxy(match, reference)
    if not REQUEST_INSIDE.search(line):
        return None
    return _general(line, reference)


def _haproxy(match: re.Match[str], reference: datetime) -> fields.Draft:
    part = match.groupdict()
    draft = fields.read(tokens.pairs(part["rest"]), reference)
    captures = [c.strip("{}") for c in part["captures"].split("} {")] if part["captures"] else []
    captures = [c.strip().strip("{}") for c in captures]
    extra = {k: part[k] for k in ("frontend", "backend", "server", "timers", "termination", "connections") if part[k]}
    if captures:
        extra["captures"] = "|".join(captures)
    draft["fields"] = (*extra.items(), *draft["fields"])
    draft |= {"format": "haproxy-http", "time": times.value(part["stamp"], reference)}
    draft["client"] = tokens.address(part["client"]) or part["client"]
    draft["upstream"] = "-" if part["server"] == "<NOSRV>" else f"{part['backend']}/{part['server']}"
    if part["status"].isdecimal() and 100 <= int(part["status"]) <= 599:
        draft["status"] = int(part["status"])
    _target(draft, part["request"].strip('"'))
    for capture in "|".join(captures).split("|"):
        if tokens.HOST.match(capture):
            draft.setdefault("host", capture.lower())
        elif AGENT.match(capture) and not draft.get("user_agent"):
            draft["user_agent"] = capture
    draft["message"] = part["request"].strip('"')
    return draft


def _target(draft: fields.Draft, request: str) -> bool:
    match = tokens.REQUEST.match(request)
    if match is None:
        return False
    host, path, query = tokens.split_url(match[2])
    draft |= {"method": match[1], "path": path, "query": query}
    if host:
        draft["host"] = host
    return True


class _Line:
    """The pieces of one access line, sorted as they are met."""

    def __init__(self) -> None:
        self.before: list[str] = []
        self.after: list[str] = []
        self.quoted: list[str] = []
        self.pairs: list[tuple[str, str]] = []
        self.stamp: datetime | None = None
        self.stamp_at = 0
        """How many words stood before the stamp."""
        self.request: str | None = None

    def bracket(self, text: str, reference: datetime) -> None:
        found = times.find(text, reference) if self.stamp is None else None
        if found:
            self.stamp, self.stamp_at = found[0], len(self.before)
        elif text:
            (self.before if self.request is None else self.after).append(text)

    def quote(self, text: str) -> None:
        if self.request is None and (tokens.REQUEST.match(text) or self.stamp is not None):
            self.request = text
        else:
            self.quoted.append(text)

    def word(self, text: str, reference: datetime) -> None:
        if self.request is not None:
            self.after.append(text)
        elif self.stamp is None and text[:1].isdigit() and len(text) > 16 and (t := times.value(text, reference)):
            self.stamp, self.stamp_at = t, len(self.before)
        else:
            self.before.append(text)


def _cut(line: str, reference: datetime) -> _Line:
    cut = _Line()
    for match in PIECE.finditer(line):
        kind, text = match.lastgroup, match[0]
        if kind == "word":
            cut.word(text, reference)
        elif kind == "quoted":
            cut.quote(tokens.unescape(text[1:-1]))
        elif kind == "bracket":
            cut.bracket(text[1:-1], reference)
        elif kind == "pair":
            cut.pairs.extend(_pair(text))
        else:
            cut.after.append(text)
    return cut


def _pair(text: str) -> list[tuple[str, str]]:
    name, _, value = text.partition("=")
    if value[:1] in "\"'" and len(value) > 1:
        value = tokens.unescape(value[1:-1])
    return [(name, value)]


def _general(line: str, reference: datetime) -> fields.Draft:
    cut = _cut(line, reference)
    draft = fields.read(cut.pairs, reference) if cut.pairs else {"ids": (), "fields": ()}
    stamp = cut.stamp or _stamp(line, reference)
    if stamp:
        draft["time"] = stamp
    draft["format"] = "access"
    draft["message"] = cut.request or ""
    _target(draft, cut.request or "")
    _before(cut, draft)
    rest = _after(cut, draft)
    _quoted(cut, draft)
    if rest:
        draft["fields"] = (*draft["fields"], ("rest", " ".join(rest)[:500]))
    return draft


def _stamp(line: str, reference: datetime) -> datetime | None:
    """A stamp of several words (`2026-11-21 00:02:04 ...`)."""
    found = times.find(line, reference)
    return found[0] if found and found[1] < times.NEAR else None


def _before(cut: _Line, draft: dict[str, Any]) -> None:
    """Before the request: client, then identity and user as in Common Log Format, host names where they look so."""
    words = [w for w in cut.before if not tokens.level(w.rstrip(":"))]
    at = next((i for i, w in enumerate(words) if tokens.address(w)), None)
    if at is not None:
        client = tokens.address(words[at])
        draft.setdefault("client", client)
        for word in words[:at]:
            _host(word, draft)
        words = words[at + 1 :]
    elif len(words) >= 3 and cut.stamp is not None:
        draft.setdefault("client", words[0])
        words = words[1:]
    if cut.stamp is not None and cut.stamp_at >= 3 and len(words) == 2:
        _host(words[0], draft)
        words = words[1:]  # the last word before the stamp is the user, whatever it looks like
    elif len(words) == 1 and _host(words[0], draft):
        return
    if words and at is not None and words[-1] not in tokens.ABSENT and not _number(words[-1]):
        draft.setdefault("user", words[-1])


def _host(word: str, draft: dict[str, Any]) -> bool:
    if not tokens.HOST.match(word):
        return False
    draft.setdefault("host", word.lower())
    return True


def _number(word: str) -> bool:
    return word.replace(".", "", 1).isdecimal()


def _after(cut: _Line, draft: dict[str, Any]) -> list[str]:
    """After the request: the status, the size, ids; what stays unnamed is handed back."""
    rest: list[str] = []
    seen_status = False
    named = {value for _, value in cut.pairs}
    for number, word in enumerate(cut.after):
        if not seen_status and len(word) == 3 and word.isdecimal() and "1" <= word[0] <= "5":
            draft.setdefault("status", int(word))
            seen_status = True
        elif seen_status and number == 1 and word.isdecimal():
            draft["fields"] = (*draft["fields"], ("size", word))
        elif word in named:
            continue  # said already under its name: a session id is no request id
        elif tokens.ID.match(word):
            draft["ids"] = (*draft["ids"], word)
        elif seen_status and word in VARNISH:
            draft.setdefault("cache", word)
        elif word != "-":
            rest.append(word)
    return rest


def _quoted(cut: _Line, draft: dict[str, Any]) -> None:
    """Further quoted strings: referer and user agent, then an address that was forwarded."""
    agents: list[str] = []
    for text in cut.quoted:
        forwarded = tokens.address(text)
        if forwarded:
            if tokens.internal(draft.get("client") or "127."):
                draft["client"] = forwarded
        elif text.startswith(("http://", "https://")) and not agents:
            draft["fields"] = (*draft["fields"], ("referer", text))
        elif tokens.ID.match(text):
            draft["ids"] = (*draft["ids"], text)
        elif text not in ("-", ""):
            agents.append(text)
    if agents and not draft.get("user_agent"):
        draft["user_agent"] = next((a for a in agents if AGENT.match(a)), agents[0])
