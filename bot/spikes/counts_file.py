"""Files of recorded counts: CSV, plain or gzipped, sorted by when the counts were seen.

Columns, in any order: `time` (start of the interval, ISO 8601 with a zone, or seconds since 1970), `route`,
`user_agent`, `region`, `total`, `unauthorized`; if present `seen` (when the counts came in; else at the end of their
minute) and `repeated` (of the 401s, those to a caller who had a few already). Other columns are passed over. Counts of
the same interval and names add up: late lines come as further rows.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from bot.errors import UsageError, reason
from bot.spikes.model import MINUTE, Cell, Count

NEEDED = ("time", "route", "user_agent", "region", "total", "unauthorized")
OPTIONAL = ("seen", "repeated")
GZIP = b"\x1f\x8b"
LONGEST_GAP_S = 31 * 86_400
MOST_REMEMBERED = 100_000
FIRST, LAST = 0, 253_402_300_799
"""Moments that a date can tell: 1970 to 9999."""

Batch = tuple[int, list[Count]]
"""A minute that is over, and all that came with its end: counts of it, and late ones."""


def read(path: Path) -> Iterator[Batch]:
    """Every minute of a file, in order, quiet ones too. Raises UsageError naming file, line and how to mend it."""
    try:
        with _opened(path) as lines:
            yield from filled(_Rows(path, lines).batches(), path)
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such file; give one that 'locksmith spikes counts' wrote") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({reason(error)})") from None


def write(path: Path, counts: Iterable[Count]) -> None:
    """A file that `read` takes. Raises UsageError when it cannot be written."""
    try:
        with path.open("wb") as raw, _packed(path, raw) as out:
            table = csv.writer(out)
            table.writerow((*NEEDED, "repeated"))
            for c in sorted(counts):
                time = datetime.fromtimestamp(c.minute, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
                table.writerow((time, *c.cell, c.total, c.unauthorized, c.repeated))
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({reason(error)}); name another place with -o") from None


def filled(batches: Iterable[Batch], path: Path | str) -> Iterator[Batch]:
    """The same with the minutes in which nothing came."""
    due: int | None = None
    for minute, counts in batches:
        if due is not None and minute - due > LONGEST_GAP_S:
            gap = f"nothing between {_iso(due)} and {_iso(minute)}"
            raise UsageError(f"{path}: {gap}; correct the dates, or replay the two parts apart")
        while due is not None and due < minute:
            yield due, []
            due += MINUTE
        yield minute, counts
        due = minute + MINUTE


def _opened(path: Path) -> IO[str]:
    with path.open("rb") as raw:
        packed = raw.read(2) == GZIP
    if packed:
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="replace", newline="")
    return path.open(encoding="utf-8-sig", errors="replace", newline="")


def _packed(path: Path, raw: IO[bytes]) -> IO[str]:
    # Without a time in the gzip header the same counts make the same bytes.
    packed = gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) if path.suffix == ".gz" else raw
    return io.TextIOWrapper(packed, encoding="utf-8", newline="")


class _Rows:
    """The rows of one file, and what is wrong with them."""

    def __init__(self, path: Path, lines: IO[str]) -> None:
        self._path = path
        self._table = csv.reader(lines, strict=True)
        self._moments: dict[str, int] = {}
        self._cells: dict[tuple[str, str, str], Cell] = {}

    def batches(self) -> Iterator[Batch]:
        """The minutes in which something came."""
        rows = self._safely()
        places = self._places(next(rows, []))
        now: int | None = None
        held: list[Count] = []
        for row in rows:
            if not row:
                continue
            end, count = self._count(row, places)
            if now is not None and end < now:
                raise self._fault("is out of order; sort the rows by seen, or by time where there is no such column")
            if now is not None and end > now:
                yield now - MINUTE, held
                held = []
            now = end
            held.append(count)
        if now is None:
            raise UsageError(f"{self._path}: holds no counts; make some with 'locksmith spikes counts --logs PATH'")
        yield now - MINUTE, held

    def _safely(self) -> Iterator[list[str]]:
        try:
            yield from self._table
        except csv.Error as error:
            raise self._fault(f"is no CSV ({error}); write one row a line and quote names with commas") from None
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise self._fault("is where the gzip data ends too early or is damaged; copy the file again") from None

    def _places(self, header: Sequence[str]) -> tuple[int, ...]:
        names = [name.strip().lower() for name in header]
        missing = [name for name in NEEDED if name not in names]
        if missing:
            columns = f"needs a first line with the columns {', '.join(NEEDED)}"
            raise UsageError(f"{self._path}, line 1: {columns}; missing: {', '.join(missing)}")
        return tuple(names.index(name) if name in names else -1 for name in (*NEEDED, *OPTIONAL))

    def _count(self, row: list[str], places: tuple[int, ...]) -> tuple[int, Count]:
        if len(row) <= max(places):
            raise self._fault(f"has {len(row)} fields where the first line has more; complete or delete it")
        time, route, agent, region, total, bad, seen, repeated = (row[p] if p >= 0 else "" for p in places)
        start = self._moment(time, "time")
        minute = start - start % MINUTE
        came = self._moment(seen, "seen") if seen else 0
        if seen and came < start:
            raise self._fault("was seen before its time; correct one of the two")
        count = Count(
            minute,
            self._cell(route, agent, region),
            self._number(total, "total"),
            self._number(bad, "unauthorized"),
            self._number(repeated, "repeated") if repeated else 0,
        )
        if count.unauthorized > count.total or count.repeated > count.unauthorized:
            raise self._fault("counts more 401s than requests, or more repeated ones than 401s; correct it")
        return max(-(-came // MINUTE) * MINUTE, minute + MINUTE), count

    def _cell(self, route: str, agent: str, region: str) -> Cell:
        names = (route, agent, region)
        found = self._cells.get(names)
        if found is None:
            if len(self._cells) >= MOST_REMEMBERED:
                self._cells.clear()
            found = self._cells[names] = Cell(*names)
        return found

    def _number(self, text: str, column: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 15):
            raise self._fault(f"has {text[:40]!r} as {column}; give a whole number that is not negative")
        return int(text)

    def _moment(self, text: str, column: str) -> int:
        found = self._moments.get(text)
        if found is None:
            if len(self._moments) >= MOST_REMEMBERED:
                self._moments.clear()
            found = self._moments[text] = self._told(text, column)
        return found

    def _told(self, text: str, column: str) -> int:
        try:
            seconds = moment(text)
        except ValueError as error:
            raise self._fault(f"has {text[:40]!r} as {column}, {error}; write it like 2026-01-05T09:00:00Z") from None
        return int(seconds)

    def _fault(self, what: str) -> UsageError:
        return UsageError(f"{self._path}, line {max(self._table.line_num, 1)}: {what}")


def moment(text: str) -> float:
    """Seconds since 1970 of an ISO 8601 time with a zone, or of such seconds. Raises ValueError in a few words."""
    if text.isascii() and text.replace(".", "", 1).isdigit():
        found = float(text)
    else:
        try:
            time = datetime.fromisoformat(text.strip())
        except ValueError:
            raise ValueError("which is no time") from None
        if time.tzinfo is None:
            raise ValueError("which names no time zone")
        found = time.timestamp()
    if not FIRST <= found <= LAST:
        raise ValueError("which lies outside 1970 to 9999")
    return found


def _iso(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%MZ}"
