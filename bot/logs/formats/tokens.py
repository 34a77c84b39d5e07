"""The small pieces that log lines are made of: addresses, ids, requests, levels, key=value pairs."""

from __future__ import annotations

import re
from collections.abc import Iterator

QUOTED = r'"(?:[^"\\]++|\\.)*+"'
SINGLE = r"'(?:[^'\\]++|\\.)*+'"
PAIR = re.compile(
    r"(?<![^\s(\[{,;])([A-Za-z_@][\w.@/-]{0,60})="
    r'(?:"((?:[^"\\]++|\\.)*+)"|' + r"'((?:[^'\\]++|\\.)*+)'|([^\s\"']*[^\s\"',;)\]}]|))"
)
"""key=value, key="value", key='value'; never inside a query string."""
ADDRESS = re.compile(
    r"^\[?((?:\d{1,3}\.){3}\d{1,3}|(?=[0-9A-Fa-f:]*::|(?:[0-9A-Fa-f]+:){7})[0-9A-Fa-f:]{2,39}(?:\.\d{1,3}){0,3}(?:%\w+)?)\]?"
    r"(?::\d{1,5})?$"
)
HEX_ID = r"[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}"
ID = re.compile(
    rf"^(?:{HEX_ID}|(?:req[-_])?(?!0{4}.{4}$)(?=[0-9a-fA-F]*\d)(?=[0-9a-fA-F]*[a-fA-F]|\d{{16}})[0-9a-fA-F]{{8,64}}"
    r"|req[-_][\w-]{4,60}|(?=[\w@-]*\d)(?=[\w@-]*[a-z])(?=[\w@-]*[A-Z])[\w@-]{24,27}|Root=1-[0-9a-f]{8}-[0-9a-f]{24})$"
)
"""UUIDs, runs of hexadecimal digits, `req-...`, Apache's UNIQUE_ID, X-Amzn-Trace-Id: a token that names a request.

Eight digits of which four are zeros count the threads of a program (WebSphere)."""
METHODS = "GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|TRACE|CONNECT|PROPFIND|REPORT|MKCOL|MOVE|COPY|LOCK|UNLOCK|QUERY"
REQUEST = re.compile(rf"^({METHODS}|[A-Z]{{3,12}}) (\S+)(?: (?:HTTP/)?[\d.]+)?$")
ALARMING = frozenset({"warning", "error", "critical"})
"""The levels of `LEVELS` at which a program has something to complain of."""
LEVELS = {
    "trace": "trace", "trce": "trace", "trc": "trace", "vrb": "trace", "finest": "trace", "verbose": "trace",
    "debug": "debug", "dbug": "debug", "dbg": "debug", "fine": "debug", "finer": "debug", "config": "debug",
    "info": "info", "information": "info", "inf": "info", "notice": "notice", "note": "notice",
    "warn": "warning", "warning": "warning", "wrn": "warning",
    "error": "error", "err": "error", "eror": "error", "erro": "error", "fail": "error", "severe": "error",
    "infos": "info", "informazioni": "info", "información": "info", "avvertenza": "warning",
    "grave": "error", "schwerwiegend": "error",
    "warnung": "warning", "achtung": "warning", "fehler": "error", "hinweis": "info",
    "attention": "warning", "avertissement": "warning", "erreur": "error",
    "atencion": "warning", "atención": "warning", "advertencia": "warning", "attenzione": "warning",
    "avviso": "warning", "errore": "error", "atenção": "warning",
    "waarschuwing": "warning", "fout": "error", "varning": "warning",
    "advarsel": "warning", "fel": "error", "uwaga": "warning", "ostrzeżenie": "warning", "błąd": "error",
    "uyarı": "warning", "uyari": "warning", "hata": "error", "внимание": "warning", "ошибка": "error",
    "предупреждение": "warning", "警告": "warning", "エラー": "error", "错误": "error",
    "경고": "warning", "오류": "error",
    "crit": "critical", "critical": "critical", "fatal": "critical", "ftl": "critical", "crt": "critical",
    "i": "info", "w": "warning", "e": "error", "f": "critical",
    "alert": "critical", "emerg": "critical", "panic": "critical", "dpanic": "critical",
}  # fmt: skip
"""Spellings of levels -> trace, debug, info, notice, warning, error, critical."""
NUMBERED = {"10": "trace", "20": "debug", "30": "info", "40": "warning", "50": "error", "60": "critical"}
"""Levels of pino and bunyan."""
HOST = re.compile(
    r"^(?=[^\s]*[A-Za-z])(?:[A-Za-z0-9_-]+\.)+[A-Za-z][A-Za-z0-9-]*(?::\d{1,5})?$|^localhost(?::\d{1,5})?$"
)
ABSENT = frozenset({"", "-", "|", "--", "---", "null", "None", "none", "nil", "undefined", "<nil>", "(null)", "<none>"})


def level(text: str) -> str | None:
    """A level's usual name, None when it is none."""
    return LEVELS.get(text.lower()) or NUMBERED.get(text)


def address(text: str) -> str | None:
    """The address of `1.2.3.4`, `1.2.3.4:80`, `[::1]:80`; the first of a list, without a v4-in-v6 prefix."""
    if "." not in text and ":" not in text:
        return None
    match = ADDRESS.match(text.split(",", 1)[0].strip())
    return match[1].removeprefix("::ffff:") if match else None


def internal(client: str) -> bool:
    """Whether an address is a loopback or private one, such as a proxy has (RFC 1918, RFC 4193)."""
    return client == "::1" or client.startswith(("127.", "10.", "192.168.", "fc", "fd")) or _in_172(client)


def _in_172(client: str) -> bool:
    return client.startswith("172.") and client.split(".")[1].isdigit() and 16 <= int(client.split(".")[1]) <= 31


def split_url(url: str) -> tuple[str | None, str, str]:
    """(host, path, query) of a path, a full URL, or `host/path`."""
    url = url.split("#", 1)[0]
    host: str | None = None
    if "://" in url[:12]:
        rest = url.split("://", 1)[1]
        host, slash, tail = rest.partition("/")
        host, mark, query = host.partition("?")
        host = host.rpartition("@")[2]
        url = slash + tail if slash else "/" + mark + query
    path, _, query = url.partition("?")
    if host is None and not path.startswith("/"):
        head, slash, tail = path.partition("/")
        if slash and HOST.match(head):
            host, path = head, "/" + tail
    return (host.lower() if host else None), path, query


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """Every key=value of a text, unquoted."""
    for match in PAIR.finditer(text):
        yield match[1], unescape(match[2] or match[3] or match[4] or "")


def unescape(text: str) -> str:
    """A quoted value's text without its backslashes."""
    if "\\" not in text:
        return text
    text = re.sub(r'\\(["\'\\/])', r"\1", text)
    return text.replace(r"\x22", '"') if r"\x22" in text else text
