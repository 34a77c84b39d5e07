"""HAProxy's lines: `option httplog` in the shapes people write, `option tcplog`, the default, and its errors.

Source: https://docs.haproxy.org/2.6/configuration.html#8.2
"""

from __future__ import annotations

import re
from datetime import datetime

from bot.logs.formats import fields, ids, times, tokens

HTTP = re.compile(
    r"^(?P<client>\S+):(?P<port>\d+) \[(?P<stamp>[^\]]+)\] (?P<frontend>\S+) (?P<backend>[^\s/]+)/(?P<server>\S+)"
    r" (?P<timers>[-+\d/]+) (?P<status>-?\d+) (?P<size>[+\d]+) (?:\S+ \S+ )?(?P<termination>[\w-]{4})"
    r"(?: (?P<connections>[+\d/]+) (?P<queues>\d+/\d+))?(?P<captures>(?: \{[^}]*\})*)"
    r"(?P<more>(?: [\w.-]{1,40}=[^\s\"]{0,400}){0,20})(?: \S+)??"
    r" (?P<request>\"[^\"]*\"?)(?P<rest>.*)$"
)
TCP = re.compile(
    r"^(?P<client>\S+):(?P<port>\d+) \[(?P<stamp>[^\]]+)\] (?P<frontend>\S+) (?P<backend>[^\s/]+)/(?P<server>\S+)"
    r" (?P<timers>[-+\d]+/[-+\d]+/[-+\d]+) (?P<size>[+\d]+) (?P<termination>[\w-]{2}) (?P<connections>[+\d/]+)"
    r" (?P<queues>\d+/\d+)(?P<rest>.*)$"
)
ERROR = re.compile(
    r"^(?P<client>\S+):(?P<port>\d+) \[(?P<stamp>[^\]]+)\] (?P<frontend>[^\s/]+)/(?P<bind>\S+): (?P<rest>.+)$"
)
CONNECT = re.compile(r"^Connect from (?P<client>\S+):(?P<port>\d+) to (?P<to>\S+) \((?P<frontend>\S+)/(?:TCP|HTTP)\)$")
CLF = re.compile(
    r' "(?P<frontend>[^"]*)" "(?P<backend>[^"]*)" "(?P<server>[^"]*)" (?:-?\d+ ){5}(?P<termination>[\w-]{4}) '
)
"""What `option httplog clf` puts behind the size of a Common Log Format line."""
TIMED = re.compile(
    r" (?P<frontend>\S+) (?P<backend>[^\s/]+)/(?P<server>\S+) (?P<timers>[-+]?\d+(?:/[-+]?\d+){2,4})"
    r" (?P<status>[1-5]\d\d) (?P<size>[+]?\d+) (?:\S+ \S+ )?(?P<termination>[A-Za-z-]{4}) "
)
"""The middle of every HTTP line, which custom formats keep: who was asked, how long it took, what came."""
ENCODED = re.compile(r"#([0-9A-F]{2})")
"""How captured bytes are written that would not be safe."""
STATUS = re.compile(r"[1-5]\d\d")
AGENT = re.compile(r"^[\w.+-]+/[\w.]+|^Mozilla\b")
NOTED = ("frontend", "backend", "server", "timers", "termination", "connections", "bind", "to", "size")


def read(line: str, reference: datetime) -> fields.Draft | None:
    """A line as HAProxy writes it, None when it is none."""
    if line.startswith("Connect from ") and (match := CONNECT.match(line)):
        return _draft("haproxy-connect", match, reference)
    if "] " not in line[:120]:
        return None
    if '"' in line and (match := HTTP.match(line)):
        return _http(match, reference)
    if match := TCP.match(line):
        return _draft("haproxy-tcp", match, reference)
    if match := ERROR.match(line):
        return _draft("haproxy-error", match, reference)
    return None


def timed(line: str) -> tuple[int, str, tuple[tuple[str, str], ...]] | None:
    """(status, upstream, fields) of a line with HAProxy's timers in it, in whatever order its format puts the rest."""
    match = TIMED.search(line)
    if match is None:
        return None
    part = match.groupdict()
    return int(part.pop("status")), _upstream(part), tuple((k, v) for k, v in part.items() if v)


def clf(rest: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """(upstream, fields) of what stands behind the request in `option httplog clf`."""
    match = CLF.search(rest)
    if match is None:
        return None
    part = match.groupdict()
    return _upstream(part), tuple(part.items())


def _upstream(part: dict[str, str]) -> str:
    return "-" if part["server"] == "<NOSRV>" else f"{part['backend']}/{part['server']}"


def _draft(name: str, match: re.Match[str], reference: datetime) -> fields.Draft:
    part = match.groupdict()
    draft = fields.read(tokens.pairs(part.get("rest") or ""), reference)
    draft["fields"] = (*((k, part[k]) for k in NOTED if part.get(k)), *draft["fields"])
    draft |= {"format": name, "message": (part.get("rest") or match[0]).strip()}
    if "stamp" in part:
        draft["time"] = times.value(part["stamp"], reference)
    draft["client"] = tokens.address(part["client"]) or part["client"]
    if "server" in part:
        draft["upstream"] = _upstream(part)
    return draft


def _http(match: re.Match[str], reference: datetime) -> fields.Draft:
    part = match.groupdict()
    draft = _draft("haproxy-http", match, reference)
    draft["fields"] = tuple(pair for pair in draft["fields"] if pair[0] != "size") + tuple(tokens.pairs(part["more"]))
    captures = [ENCODED.sub(_decoded, c.strip().strip("{}")) for c in part["captures"].split("} {") if part["captures"]]
    if captures:
        draft["fields"] = (*draft["fields"], ("captures", "|".join(captures)))
    if STATUS.fullmatch(part["status"]):
        draft["status"] = int(part["status"])
    draft["message"] = part["request"].strip('"')
    if request := tokens.REQUEST.match(draft["message"]):
        host, path, query = tokens.split_url(request[2])
        draft |= {"method": request[1], "path": path, "query": query} | ({"host": host} if host else {})
    for capture in "|".join(captures).split("|"):
        if tokens.HOST.match(capture):
            draft.setdefault("host", capture.lower())
        elif AGENT.match(capture) and not draft.get("user_agent"):
            draft["user_agent"] = capture
    if len(words := part["rest"].split()) == 1 and (found := ids.bare(words[0])):
        draft["ids"] = (*draft["ids"], found)
    return draft


def _decoded(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))
