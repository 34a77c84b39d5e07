"""`locksmith logs check FILE…`: what a log is made of, and what to do about the lines that cannot be read."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands.options import use_formats
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.logs.check import Checked

MOSTLY = 0.5
FEW = 0.001
"""A smaller share of lines in some format is not worth a word."""
MOST_TOLD = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a log file, folder or glob, plain or .gz")
    parser.add_argument(
        "--services", type=Path, metavar="FILE", help="services.yaml, whose formats are tried first (default: as set)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object for scripts")


def run(args: argparse.Namespace) -> int:
    """Check each file; exit status 0 when one could be read."""
    from bot.display import one_line
    from bot.logs.check import check
    from bot.logs.sources import shelf

    use_formats(args)
    on = shelf(args.files)
    looked = [check(file, on, datetime.now(UTC)) for file in on.files]
    checked = [one for one in looked if one.is_text]
    for one in looked:
        if not one.is_text:
            on.note(one.file.path, "is binary, not a text log; name the text log instead")
    if not checked:
        raise UsageError(*on.notes.values())
    notes = list(on.notes.values())
    if args.json:
        print(json.dumps({"files": [_row(one) for one in checked], "notes": notes}, ensure_ascii=False, indent=2))
    else:
        for one in checked:
            print("\n".join(_told(one)) + "\n")
        for note in notes:
            print(one_line(note))
    return 0


def _row(one: Checked) -> dict[str, Any]:
    """All that is known of a file, for scripts."""
    from bot.logs.check import half_written, shown

    return {
        "file": one.file.path,
        "bytes": one.file.size,
        "whole": one.whole,
        "lines": one.lines,
        "formats": [
            {"format": form, "known_as": like or None, "lines": count, "share": round(count / (one.lines or 1), 4)}
            for (form, like), count in one.kinds.most_common()
        ],
        "carriers": dict(one.carriers.most_common()),
        "first": one.first.isoformat() if one.first else None,
        "last": one.last.isoformat() if one.last else None,
        "lines_per_second": None if one.rate is None else round(one.rate, 3),
        "undated": one.undated,
        "ordered": one.late == 0,
        "late": {"lines": one.late, "by_s": one.latest_by.total_seconds()},
        "ids": {"lines": one.id_lines, "where": dict(one.ids.most_common())},
        "continued": one.continued,
        "unread": {
            "lines": one.unread,
            "examples": [{"offset": at, "text": shown(text), "why": shown(why)} for at, text, why in one.examples],
        },
        "not_utf8": one.foreign,
        "half_written": half_written(one.file),
        "to_do": list(_advice(one)),
        "snippet": _snippet(one),
    }


def _told(one: Checked) -> Iterator[str]:
    """The same for people, one line a fact."""
    from bot.display import one_line
    from bot.logs.check import shown

    read = "read whole" if one.whole else "read in part, shares and rate are estimates"
    yield f"{one_line(one.file.path)}: {_lines(one.lines)}, {_size(one.file.size)}, {read}"
    yield f"  formats   {', '.join(_shares(one)) or 'none that is known'}"
    if one.carriers:
        yield f"  inside    {_counted(one.carriers, one)}"
    yield f"  time      {_time(one)}"
    yield f"  order     {_order(one)}"
    yield f"  ids       {_ids(one)}"
    yield f"  not read  {_lines(one.unread)} ({_share(one.unread, one)}); {one.continued:,} go on with the line before"
    for at, text, why in one.examples:
        yield f"    at byte {at:,}: {one_line(shown(why))}"
        yield f"      {one_line(shown(text))}"
    for advice in _advice(one):
        yield f"  to do     {one_line(advice)}"
    if snippet := _snippet(one):
        yield "  A format to begin with; name its parts, then put it into services.yaml beside 'services:':"
        yield from (f"    {line}" for line in snippet.splitlines())


def _shares(one: Checked) -> Iterator[str]:
    for (form, like), count in one.kinds.most_common(MOST_TOLD):
        if count >= FEW * one.lines:
            yield f"{_share(count, one)} {form}{f' ({like})' if like and like != form else ''}"


def _share(count: int, one: Checked) -> str:
    share = 100 * count / (one.lines or 1)
    return f"{share:.0f} %" if share >= 1 or not count else "under 1 %"


def _lines(count: int) -> str:
    return f"{count:,} line{'s' * (count != 1)}"


def _size(count: int) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"


def _time(one: Checked) -> str:
    if one.first is None or one.last is None:
        return "none of its lines has a time"
    rate = f", {one.rate:.3g} lines a second" if one.rate else ""
    undated = f"; {one.undated:,} lines without one" if one.undated else ""
    return f"{one.first:%Y-%m-%d %H:%M:%S} to {one.last:%Y-%m-%d %H:%M:%S} UTC{rate}{undated}"


def _order(one: Checked) -> str:
    if one.first is None:
        return "unknown"
    if not one.late:
        return "in the order of time"
    return f"{one.late:,} lines come up to {one.latest_by} late"


def _ids(one: Checked) -> str:
    if not one.id_lines:
        return "none found"
    return f"in {_share(one.id_lines, one)} of the lines: {_counted(one.ids, one)}"


def _counted(counts: Counter[str], one: Checked) -> str:
    return ", ".join(f"{name} ({_share(count, one)})" for name, count in counts.most_common(MOST_TOLD))


def _advice(one: Checked) -> Iterator[str]:
    """What to do so that more is found in this log."""
    from bot.logs.check import half_written

    if one.unread > MOSTLY * one.lines:
        yield "most lines are in a format that is not known: declare it under 'formats:' in services.yaml"
    elif one.kinds["plain", ""] > MOSTLY * one.lines:
        yield "most lines are read as words with a time: if their parts have fixed places, declare a format for them"
    if one.known and one.first is None:
        yield "no line has a time: add one to the log's format, or requests are found by id alone"
    if one.known and not one.id_lines:
        yield "no line has an id of the request: log one (X-Request-ID, traceparent), it makes look-ups exact"
    if one.late:
        yield "it is not in the order of time, so look-ups read all of it: give each writer and zone a file of its own"
    if one.foreign:
        yield f"{one.foreign:,} lines are not UTF-8: convert the file (iconv -f LATIN1 -t UTF-8), or have it written so"
    if half_written(one.file):
        yield "its last line has no end yet: it is still being written, or was cut"


def _snippet(one: Checked) -> str | None:
    """A first format for the lines that are not known, where these are most."""
    from bot.logs.check import shown
    from bot.logs.suggest import snippet

    unknown = [text for _, text, _ in one.examples] if one.unread > MOSTLY * one.lines else []
    if one.kinds["plain", ""] > MOSTLY * one.lines:
        unknown = [one.typical]
    return next((found for text in unknown if (found := snippet(shown(text)))), None)
