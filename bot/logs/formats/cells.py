"""Lines in columns that nothing names, between bars, semicolons, tabs or commas: each cell is told by its form.

Products write such lines without a header (Azure Storage, Artifactory, Bitbucket, PostgreSQL's csvlog), and so do
in-house programs. What a number is, is told only in a line that holds a call.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from bot.logs.formats import times, tokens

MARKS = ("|", ";", "\t", ",")
FEWEST = 4
"""Marks of one kind that make a line one in columns."""
LONGEST = 1_000
"""Characters of a line whose columns are looked at."""
HEAD = 200
"""Characters in which a line's time stands."""
EPOCH = re.compile(r"(?<=[|;\t,])[ \"]{0,2}(1\d{9}(?:\d{3}){0,3}(?:\.\d{1,9})?)(?=[ \"]{0,2}[|;\t,])")
WEEKDAY = r"(?:[A-Z][a-z]{2,8},? )?"
BEFORE = {mark: re.compile(rf"(?:[^{mark}\n]{{0,80}}[{mark}]){{1,8}}[ \"]{{0,2}}{WEEKDAY}$") for mark in MARKS}
BEHIND = {mark: re.compile(rf"[ \"]{{0,2}}[{mark}]") for mark in MARKS}


def stamp(line: str, reference: datetime) -> tuple[datetime, int, int] | None:
    """Seconds or milliseconds since 1970 in a column of their own: (time, where it begins, where it ends)."""
    match = EPOCH.search(line, 0, HEAD)
    if match is None or not holds(line, match.start(1), match.end(1)):
        return None
    moment = times.value(match[1], reference)
    return (moment, match.start(1), match.end(1)) if moment else None


def holds(line: str, start: int, end: int) -> bool:
    """Whether a part of a line is one of its columns."""
    for mark in MARKS:
        if line.count(mark, 0, 4 * HEAD) >= FEWEST and BEHIND[mark].match(line, end):
            return start <= HEAD and BEFORE[mark].match(line[:start]) is not None
    return False


STATUS = re.compile(r"(?:^|[\]\s])([1-5]\d\d)$")
CALL = re.compile(rf"^({tokens.METHODS})(?:[ \"]+(/\S*?)\"?(?:\s.*)?)?$")
URL = re.compile(r"^[a-z]+://[^\s/]+(/\S*)")
HOST = re.compile(r"^((?:[a-z0-9][\w-]*\.)+[a-z]{2,}|localhost)(?::\d+)?$")


def tell(text: str, draft: dict[str, Any]) -> None:
    """What stands in columns: `401 | 30 B | 66 us | shop.test | POST /hooks/x`, `10.4.4.9;GET;/x;401;12`."""
    for mark in MARKS:
        if text.count(mark, 0, LONGEST) >= FEWEST - 1:
            told = [cell.strip(' \t"') for cell in text[:LONGEST].replace("&amp;", "&").split(mark)]
            if _call(told, draft, sparse=mark != "|"):
                return


def _call(cells: list[str], draft: dict[str, Any], *, sparse: bool) -> bool:
    """Fill what a line with a call and its status says; between bars a cell may hold more than its value."""
    call = next(((n, m) for n, cell in enumerate(cells) if (m := CALL.match(cell))), None)
    url = next(((n, cell) for n, cell in enumerate(cells) if cell[:1] == "/" or URL.match(cell)), None)
    if call is None and (url is None or not URL.match(url[1])):
        return False
    where = call[0] if call else 0
    status = [
        (n, int(m[1])) for n, cell in enumerate(cells) if (m := STATUS.search(cell)) and (len(cell) < 4 or not sparse)
    ]
    if not status:
        return False
    behind = [code for n, code in status if n > where] if sparse else []
    draft["status"] = draft.get("status") or (behind or [status[0][1]])[0]
    if call:
        draft["method"] = draft.get("method") or call[1][1]
    path = (call and call[1][2]) or (url and url[1])
    if path and ("path" not in draft or URL.match(path)):
        host, draft["path"], draft["query"] = tokens.split_url(path)
        draft["host"] = draft.get("host") or host
    if not draft.get("client") and (client := next(filter(None, map(tokens.address, cells)), None)):
        draft["client"] = client
    if not draft.get("host") and (host := next((m[1] for cell in cells if (m := HOST.match(cell))), None)):
        draft["host"] = host
    return True
