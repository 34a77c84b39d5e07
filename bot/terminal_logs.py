"""What the log commands find, in a terminal: lines with each file in a colour of its own, and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.display import clean, cut, one_line, scrubbed
from bot.logs.count import Counts, top
from bot.logs.interface import Read
from bot.logs.story import Story, told
from bot.model import Entry

COLOURS = ("cyan", "magenta", "green", "blue", "red")
MOST_TOP = 10
LONGEST = 2_000
"""Characters of an entry that are shown."""


def show(found: Story, console: Console) -> None:
    """Print a request's story: time, file, line; then the notes and what it cost."""
    names = labels([entry.file for entry in found.lines])
    for entry in found.lines:
        _print(console, _line(entry, names))
    _notes(found.notes, console)
    tried = ", ".join(map(told, found.windows))
    _print(console, Text(f"{_cost(found.read)}; looked within {tried}", style="dim"))


def show_counts(counts: Counts, console: Console) -> None:
    """Print how often a status was answered: in all, and by each part the commonest."""
    minutes = counts.minutes
    when = f", {min(minutes):%Y-%m-%d %H:%M} to {max(minutes):%Y-%m-%d %H:%M} UTC" if minutes else ""
    _print(console, Text(f"{counts.total:,} answers {counts.status}{when}", style="bold"))
    busiest = Counter({f"{minute:%Y-%m-%d %H:%M}": number for minute, number in minutes.items()})
    parts = {"routes": counts.routes, "user agents": counts.agents, "networks": counts.networks}
    for name, found in {"busiest minutes": busiest, **parts}.items():
        if not found:
            continue
        _print(console, Text(f"\n{name}", style="bold underline"))
        for word, number in top(found, MOST_TOP):
            _print(console, Text(f"{number:>10,}  ", style="dim").append(one_line(scrubbed(word)), style="cyan"))
    _notes(counts.notes, console)
    _print(console, Text(_cost(counts.read), style="dim"))


def _notes(notes: Sequence[str], console: Console) -> None:
    for note in notes:
        _print(console, Text(f"• {one_line(scrubbed(note))}", style="bold"))


def _cost(read: Read) -> str:
    return f"read {read.bytes:,} bytes of {read.files} file{'s' * (read.files != 1)} in {read.seconds:.2f} s"


def labels(files: Sequence[str]) -> dict[str, tuple[str, str]]:
    """By file the shortest name that tells it apart from the others, padded, and its colour."""
    every = list(dict.fromkeys(files))
    bare = [Path(file).name for file in every]
    names = [name if bare.count(name) == 1 else file for name, file in zip(bare, every, strict=True)]
    width = max(map(len, names), default=0)
    return {f: (f"{names[at]:<{width}}", COLOURS[at % len(COLOURS)]) for at, f in enumerate(every)}


def _line(entry: Entry, names: dict[str, tuple[str, str]]) -> Text:
    name, colour = names[entry.file]
    when = f"{entry.time:%Y-%m-%d %H:%M:%S}.{entry.time.microsecond // 1000:03}Z" if entry.time else "-"
    line = Text().append(f"{when:<24}", style="dim").append(f" {name}  ", style=f"bold {colour}")
    return line.append(cut(clean(scrubbed(entry.text), reveal=True), LONGEST), style=colour)


def _print(console: Console, text: Text) -> None:
    """One line stays one, however long, so that it can be copied and searched."""
    console.print(text, soft_wrap=True, highlight=False)
