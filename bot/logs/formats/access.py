"""Access lines of any shape: the pieces are recognised by what they are and where they stand, not by a template.

Servers let everybody write their own access format, so the line is cut into quoted strings, brackets, key=value pairs
and words; the request is the quoted string that reads `METHOD target HTTP/x`, the status is the number after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.logs.formats import cells, fields, haproxy, ids, times, tokens

REQUEST_INSIDE = re.compile(rf'"(?:{tokens.METHODS}) [^"]* HTTP/\d|\] {tokens.QUOTED} [1-5]\d\d [\d-]')
"""What makes a line an access line."""
TARGET = re.compile(rf"(?<![\w\"])({tokens.METHODS}) ((?:[^\s\"]+ ){{0,3}})\"(/[^\s\"]*)\"(?: (HTTP/[\d.]+))?(?= )")
"""A target in quotes of its own: `GET 127.0.0.1:8080 "/path" HTTP/1.1` of oauth2-proxy."""
LEVEL = re.compile(r"\[?(TRACE|DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL)(?:[\]:]|$)")
CLOCK = re.compile(r"\d{4}[-/]\d\d[-/]\d\d|\d\d:\d\d:\d\d(?![:0-9a-f])")
"""A word of a stamp without brackets."""
LABELLED = re.compile(r"(Client|Sent-to) (\S+)")
"""What nginx Proxy Manager puts into brackets."""
MANY = 14
"""Words behind the request: HAProxy's Common Log Format has at least so many."""
PIECE = re.compile(
    rf"(?P<pair>(?<![^\s])[A-Za-z_][\w.-]{{0,60}}=(?:{tokens.QUOTED}|{tokens.SINGLE}|\S*))"
    rf"|(?P<quoted>{tokens.QUOTED})|\[(?P<bracket>[^\]]{{0,200}})\]|\{{(?P<brace>[^}}]{{0,2000}})\}}|(?P<word>[^\s\"]\S*|\")"
)
STATUS = re.compile(r"[1-5]\d\d")
AGENT = re.compile(r"^[\w.+-]+/[\w.]+|^Mozilla\b")
ROUTER = re.compile(r"[\w.-]+@[a-z]+$")
"""What Traefik calls what it matched: `shop@docker`."""
INGRESS = re.compile(
    r'" (?P<request_length>\d+) (?P<request_time>[\d.]+) \[(?P<proxy>[^\]]*)\] \[[^\]]*\] (?P<upstream>\S+(?:, \S+)*)'
    r" \S+(?:, \S+)* \S+(?:, \S+)* (?P<upstream_status>\S+(?:, \S+)*) [0-9a-f]{32}$"
)
"""What ingress-nginx puts behind the user agent; retries are lists."""
SQUID = re.compile(r"([A-Z_]+):HIER_[A-Z_]+")
"""Squid's result and where it asked, behind its common and combined lines."""
VARNISH = frozenset({"hit", "miss", "pass", "pipe", "synth"})
"""What varnishncsa writes for `%{Varnish:handling}x`: how the cache dealt with the request."""


def read(line: str, reference: datetime) -> fields.Draft | None:
    """An access line of a web server, proxy or framework; None when it is none."""
    if '"' not in line:
        return None
    if REQUEST_INSIDE.search(line):
        return told(line, cut_on(Pieces(), line, 0, reference), reference)
    target = TARGET.search(line)
    return _with_target(target, reference) if target else None


def _with_target(match: re.Match[str], reference: datetime) -> fields.Draft:
    """A line whose method stands outside the quotes, perhaps with upstream or host between: as if it were inside."""
    line = match.string
    method, between, target, protocol = match.groups()
    request = f'"{method} {target} {protocol or "HTTP/1.1"}"'
    draft = told(line, cut_on(Pieces(), line[: match.start()] + request + line[match.end() :], 0, reference), reference)
    for word in between.split():
        if word == "-" or (":" in word and tokens.address(word)):
            draft.setdefault("upstream", word)
        else:
            _host(word, draft)
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


@dataclass(slots=True)
class Pieces:
    """The pieces of one access line, sorted as they are met."""

    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    stamp: datetime | None = None
    stamp_at: int = 0
    """How many words stood before the stamp."""
    request: str | None = None

    def bracket(self, text: str, reference: datetime) -> None:
        """Take a text in brackets: mostly the time."""
        found = times.find(text, reference) if self.stamp is None else None
        if found:
            self.stamp, self.stamp_at = found[0], len(self.before)
            self.before += (w for w in text[found[2] :].split() if LEVEL.match(w))
        elif labelled := LABELLED.fullmatch(text):
            self.pairs.append((labelled[1], labelled[2]))
        elif text and not (self.request is None and found is None and times.find(text, reference)):
            (self.before if self.request is None else self.after).append(text)

    def quote(self, text: str) -> None:
        """Take a quoted text: the request line, or what stands behind it."""
        if self.request is None and (tokens.REQUEST.match(text) or self.stamp is not None):
            self.request = text
        else:
            self.quoted.append(text)

    def word(self, text: str, reference: datetime) -> None:
        """Take a bare word; a bar only parts others."""
        if text == "|":
            return
        if self.request is not None:
            self.after.append(text)
        elif self.stamp is None and text[:1].isdigit() and len(text) > 16 and (t := times.value(text, reference)):
            self.stamp, self.stamp_at = t, len(self.before)
        else:
            self.before.append(text)


def cut_on(cut: Pieces, line: str, start: int, reference: datetime) -> Pieces:
    """The pieces of a line from an offset on."""
    for match in PIECE.finditer(line, start):
        kind, text = match.lastgroup, match[0]
        if kind == "word":
            cut.word(text, reference)
        elif kind == "quoted":
            cut.quote(tokens.unescape(text[1:-1]))
        elif kind == "bracket":
            cut.bracket(text[1:-1], reference)
        elif kind == "pair":
            cut.pairs.append(_pair(text))
        else:
            cut.after.append(text)
    return cut


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if value[:1] in "\"'" and len(value) > 1:
        value = tokens.unescape(value[1:-1])
    return name, value


def told(line: str, cut: Pieces, reference: datetime) -> fields.Draft:
    """What the pieces of a line say."""
    draft = fields.read(cut.pairs, reference) if cut.pairs else {"ids": (), "fields": ()}
    stamp = cut.stamp or _stamp(line, reference)
    if stamp:
        draft["time"] = stamp
    draft["format"] = "access"
    draft["message"] = cut.request or ""
    _target(draft, cut.request or "")
    _before(cut, draft)
    if len(cut.after) >= MANY and (found := haproxy.clf(line)):
        draft["upstream"], draft["fields"] = found[0], (*draft["fields"], *found[1])
        cut.after, cut.quoted = cut.after[:2], []
    if "] [" in line and (ingress := INGRESS.search(line)):
        draft |= {name: ingress[name].split(", ")[-1] for name in ("upstream", "upstream_status")}
        cut.after = [*cut.after[:2], cut.after[-1]]
    rest = _after(cut, draft)
    if "status" not in draft and (told := haproxy.timed(line)):
        draft["status"], draft["upstream"], more = told
        draft.pop("user", None)  # what stands before the request there are HAProxy's counts of connections
        draft["fields"] = (*draft["fields"], *more)
    last = next((w for w in reversed(cut.before) if w not in tokens.ABSENT), "")
    if "status" not in draft and STATUS.fullmatch(last):
        draft["status"] = int(last)  # Synapse and nginx Proxy Manager write it before the request
    _quoted(cut, draft)
    draft["ids"] = tuple(dict.fromkeys(draft["ids"]))
    if rest:
        draft["fields"] = (*draft["fields"], ("rest", " ".join(rest)[:500]))
    return draft


def _stamp(line: str, reference: datetime) -> datetime | None:
    """A stamp of several words (`2026-11-21 00:02:04 ...`)."""
    found = times.find(line, reference)
    return found[0] if found and (found[1] < times.NEAR or cells.holds(line, found[1], found[2])) else None


BRACED = re.compile(r"\{(@?[A-Za-z][\w.@:+-]{1,100})\}")
"""Who asked, as Synapse writes it: `{@ada:acme.test}`, `{None}`."""


def _before(cut: Pieces, draft: dict[str, Any]) -> None:
    """Before the request: client, then identity and user as in Common Log Format, host names where they look so."""
    level = next((m[1] for w in cut.before if (m := LEVEL.match(w))), None)
    if level and not draft.get("level"):
        draft["level"] = tokens.level(level)
    behind = cut.stamp_at if cut.stamp is not None and cut.stamp_at >= 3 else len(cut.before)
    for word in cut.before[behind:]:
        _host(word, draft)  # who was asked: who asked stands before the stamp
    words = [w for w in cut.before[:behind] if not tokens.level(w.rstrip(":")) and not CLOCK.match(w)]
    at = next((i for i, w in enumerate(words) if tokens.address(w)), None)
    if at is not None and at + 1 < len(words) and tokens.address(words[at + 1]):
        # the virtual host's name is an address too: the one with a port
        hosts = [w for w in words[at : at + 2] if w.count(":") == 1]
        if len(hosts) == 1:
            draft.setdefault("host", hosts[0])
            words.remove(hosts[0])
    if at is not None:
        client = tokens.address(words[at])
        draft.setdefault("client", client)
        for word in words[:at]:
            _host(word, draft)
        words = words[at + 1 :]
        draft["ids"] = (*draft["ids"], *(found for w in words[:-1] if (found := ids.bare(w))))
    elif len(words) >= 3 and cut.stamp is not None:
        if words[0] != "-":
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


def _after(cut: Pieces, draft: dict[str, Any]) -> list[str]:
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
        elif found := ids.bare(word):
            draft["ids"] = (*draft["ids"], found)
        elif number and cut.after[number - 1] == "from" and (client := tokens.address(word)):
            draft.setdefault("client", client)
        elif seen_status and _told_by_proxy(word, draft):
            continue
        elif braced := BRACED.fullmatch(word):
            if braced[1].lower() not in tokens.ABSENT | {"none"}:
                draft.setdefault("user", braced[1])
        elif word != "-":
            rest.append(word)
    return rest


def _told_by_proxy(word: str, draft: dict[str, Any]) -> bool:
    """What the cache did, the upstream's address and, behind it, its status."""
    if word in VARNISH:
        draft.setdefault("cache", word)
    elif squid := SQUID.fullmatch(word):
        draft.setdefault("cache", squid[1])
    elif ":" in word and tokens.address(word):
        draft.setdefault("upstream", word)
    elif "upstream" in draft and len(word) == 3 and word.isdecimal() and "1" <= word[0] <= "5":
        draft.setdefault("upstream_status", word)
    else:
        return False
    return True


def _quoted(cut: Pieces, draft: dict[str, Any]) -> None:
    """Further quoted strings: referer and user agent, then an address that was forwarded."""
    agents: list[str] = []
    for text in cut.quoted:
        forwarded = tokens.address(text)
        if forwarded:
            if tokens.internal(draft.get("client") or "127."):
                draft["client"] = forwarded
        elif text.startswith(("http://", "https://")) and not agents:
            draft["fields"] = (*draft["fields"], ("referer", text))
        elif text.startswith(("http://", "https://")) and text.count("/") == 2:
            draft.setdefault("upstream", text)  # Traefik names the server that it asked
        elif found := ids.bare(text):
            draft["ids"] = (*draft["ids"], found)
        elif text not in ("-", "") and not ROUTER.match(text):
            agents.append(text)
    if agents and not draft.get("user_agent"):
        draft["user_agent"] = next((a for a in agents if AGENT.match(a)), agents[0])
