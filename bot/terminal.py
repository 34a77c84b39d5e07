"""The answer and a cause's page in a terminal: made for reading, with or without colour, from 60 columns up.

Only named colours that stand out on light and dark grounds alike. Strangers' text is never markup and never acts.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot import wording
from bot.advice import advice
from bot.display import clean, cut, one_line, scrubbed
from bot.model import Cause, Diagnosis, Entry, Evidence, Exchange
from bot.rotation import live
from knowledge.causes import KnownCause

_FILES = ("cyan", "magenta", "green", "blue", "red")
_BAR, _WIDE = 20, 120
_LINES, _LINE, _FINDINGS, _PROBES, _RULED_OUT, _OTHERS = 40, 600, 10, 12, 12, 5
_COMMAND = re.compile(r"(.*:) `(curl [^`]+)`\Z", re.DOTALL)
_TELLING = ("www-authenticate", "proxy-authenticate", "location")


def show(diagnosis: Diagnosis, console: Console) -> None:
    """Print the answer to a report."""
    _forgive(console)
    for part in _answer(diagnosis, console):
        console.print(part, highlight=False, crop=False)
        console.print()


def show_cause(cause: KnownCause, console: Console) -> None:
    """Print the page of a cause: what it means, why, an example, how to be sure, what to do, references."""
    _forgive(console)
    for part in _page(cause):
        console.print(part, highlight=False, crop=False)
        console.print()


def _forgive(console: Console) -> None:
    """Let an output that cannot carry a character show its number instead of failing."""
    if isinstance(console.file, io.TextIOWrapper):
        console.file.reconfigure(errors="backslashreplace")


def _answer(diagnosis: Diagnosis, console: Console) -> Iterator[RenderableType]:
    top = diagnosis.causes[0] if diagnosis.causes and diagnosis.known else None
    wide = console.width >= _WIDE
    yield from _warning(diagnosis)
    yield _headline(diagnosis, top, "━─" if console.encoding.startswith("utf") else "#-")
    if top:
        yield from _steps(diagnosis, top)
        yield from _evidence("Why", top.evidence, wide)
        yield from _evidence("What speaks against it", top.against, wide)
    else:
        yield Text(wording.looked_at(diagnosis))
    yield from _others(diagnosis, top)
    yield from _ruled_out(diagnosis)
    yield from _next(diagnosis)
    yield from _log_lines(diagnosis.log_lines)
    yield from _probes(diagnosis.probes)
    yield from _listed("Notes", diagnosis.notes)


def _warning(diagnosis: Diagnosis) -> Iterator[RenderableType]:
    kinds = ", ".join(live(diagnosis.report, datetime.now(UTC)))
    if kinds:
        told = f"This report holds secrets ({kinds}): delete it where it was posted and rotate them."
        yield _text(f"! {told}", 600, "bold red")


def _headline(diagnosis: Diagnosis, top: Cause | None, bar: str) -> RenderableType:
    lines = [_text(wording.sentence(diagnosis), 700, "bold")]
    report = diagnosis.report
    where = " ".join(filter(None, (report.method, report.url or report.path)))
    when = wording.moment(report.at) if report.at else ""
    about = " · ".join(filter(None, (diagnosis.service, where, when, report.request_id)))
    if about:
        lines.append(_text(about, 300, "dim"))
    if top:
        lines.append(_sure(top, bar))
    return Group(*lines)


def _sure(cause: Cause, bar: str) -> Text:
    """How sure, as a bar (of two characters: full and empty), in words and in percent."""
    full = round(max(0.0, min(1.0, cause.confidence)) * _BAR)
    colour = "green" if cause.confidence >= wording.SURE else "magenta"
    text = Text().append(bar[0] * full, style=colour).append(bar[1] * (_BAR - full), style="dim")
    text.append(f"  {wording.certainty(cause.confidence)}, {wording.percent(cause.confidence)}  ")
    return text.append(_text(f"{cause.title} ({cause.id})", 200, "dim"))


def _steps(diagnosis: Diagnosis, top: Cause) -> Iterator[RenderableType]:
    """The reader's own steps, then everybody else's; a developer's are none that users could take."""
    told = advice(diagnosis)
    left_out = {one.audience for one in told} | ({"caller"} if diagnosis.role in ("visitor", "app") else set())
    for one in told:
        yield from _listed(one.title, one.steps, numbered=True)
    for audience, steps in top.fix:
        if audience not in left_out:
            yield from _listed(f"And {wording.AUDIENCES.get(audience, audience)}", steps, numbered=True)


def _evidence(heading: str, evidence: Sequence[Evidence], wide: bool) -> Iterator[RenderableType]:
    """One row a finding; where there is room, also the id that the knowledge files know it by."""
    if not evidence:
        return
    table = _table()
    for at, one in enumerate(evidence[:_FINDINGS]):
        same = at > 0 and evidence[at - 1].source == one.source
        source = "" if same else wording.source(one)
        weight = f"{one.weight:+.1f}".replace("-", "−")
        row = (_text(source, 30, "dim"), Text(weight, style="dim"), _text(one.text, 400))
        table.add_row(*row, *((_text(one.finding, 60, "dim"),) if wide else ()))
    yield Group(_heading(heading), table, *_more(len(evidence) - _FINDINGS))


def _others(diagnosis: Diagnosis, top: Cause | None) -> Iterator[RenderableType]:
    rest = diagnosis.causes[1:] if top else diagnosis.causes
    if not rest:
        return
    table = _table()
    for cause in rest[:_OTHERS]:
        table.add_row(Text(wording.percent(cause.confidence)), _text(cause.title, 120), _text(cause.id, 60, "dim"))
    yield Group(_heading("What else it could be" if top else "My best guesses"), table)


def _ruled_out(diagnosis: Diagnosis) -> Iterator[RenderableType]:
    told = [(cause_id, why) for cause_id, why in diagnosis.ruled_out if cause_id != wording.UNTOLD]
    if not told:
        return
    table = _table()
    for cause_id, why in told[:_RULED_OUT]:
        table.add_row(_text(wording.title(cause_id), 120), _text(why, 200, "dim"))
    yield Group(_heading("Ruled out"), table, *_more(len(told) - _RULED_OUT))


def _next(diagnosis: Diagnosis) -> Iterator[RenderableType]:
    step = diagnosis.next_step
    if step is None:
        return
    heading = "The question that would tell most" if step.kind == "question" else "The test that would tell most"
    answers = f" ({' / '.join(step.answers[:8])})" if step.answers else ""
    among = [_text(f"{wording.moment(one.at)}  {wording.caller(one)}", 300, "cyan") for one in step.among]
    yield Group(_heading(heading), _indented(_text(step.text + answers, 600), *among, _text(step.why, 300, "dim")))


def _log_lines(entries: Sequence[Entry]) -> Iterator[RenderableType]:
    """The request's lines in their order, each file in a colour of its own and named once before its lines."""
    if not entries:
        return
    files = list(dict.fromkeys(entry.file for entry in entries))
    shown: list[RenderableType] = [_heading("Log lines of this request")]
    for at, entry in enumerate(entries[:_LINES]):
        colour = _FILES[files.index(entry.file) % len(_FILES)]
        if at == 0 or entries[at - 1].file != entry.file:
            shown.append(_indented(_text(entry.file, 200, f"bold {colour}")))
        text = Text(cut(clean(scrubbed(entry.text), reveal=True), _LINE), style=colour, overflow="fold")
        shown.append(Padding(text, (0, 0, 0, 4)))
    yield Group(*shown, *_more(len(entries) - _LINES))


def _probes(probes: Sequence[Exchange]) -> Iterator[RenderableType]:
    if not probes:
        return
    table = _table()
    for probe in probes[:_PROBES]:
        marks = [f"{name}: {value}" for name, value in probe.response_headers or () if name.lower() in _TELLING]
        status = str(probe.status) if probe.status else "none"
        table.add_row(
            Text(status, style="bold"), Group(_request(probe), *(_text(mark, 200, "dim") for mark in marks[:4]))
        )
    yield Group(_heading("Asked now"), table, *_more(len(probes) - _PROBES))


def _request(probe: Exchange) -> Text:
    return _text(f"{probe.method or 'GET'} {probe.url or '?'}", 300)


def _page(cause: KnownCause) -> Iterator[RenderableType]:
    """The fix comes before the reasons: whoever reads this is locked out."""
    yield Group(Text(cause.title, style="bold"), Text(f"{cause.id} · mended by {_owner(cause)}", style="dim"))
    yield _words(cause.means)
    for audience, steps in (*cause.fix, *cause.for_users):
        yield from _listed(f"What to do ({wording.AUDIENCES.get(audience, audience)})", steps, numbered=True)
    if cause.why:
        yield Group(_heading("Why it happens"), _indented(_words(cause.why)))
    if cause.example:
        yield Group(_heading("For example"), _indented(_words(cause.example)))
    yield from _listed("How to be sure", cause.sure)
    yield from _listed("So that it stays away", cause.prevent)
    links = [part for title, url in cause.references for part in (Text(f"  {title}"), _unbroken(f"  {url}"))]
    if links:
        yield Group(_heading("Read on"), *links)


def _owner(cause: KnownCause) -> str:
    return wording.AUDIENCES.get(cause.owner, cause.owner)


def _listed(heading: str, lines: Iterable[str], *, numbered: bool = False) -> Iterator[RenderableType]:
    every = list(lines)
    if every:
        marks = [f"{number}." if numbered and len(every) > 1 else "•" for number in range(1, len(every) + 1)]
        rows = (part for mark, line in zip(marks, every, strict=True) for part in _item(mark, line))
        yield Group(_heading(heading), *rows)


def _item(mark: str, line: str) -> Iterator[RenderableType]:
    """A line of a list. A command at its end has a line of its own that is never broken, so that it can be copied."""
    words, command = match.groups() if (match := _COMMAND.match(line)) else (line, "")
    table = _table()
    table.add_row(mark, _words(words))
    yield table
    if command:
        yield _unbroken(f"{' ' * (len(mark) + 4)}{one_line(scrubbed(command))}")


def _unbroken(text: str) -> Text:
    """What is to be copied or clicked: one line, however long."""
    return Text(text, style="cyan", no_wrap=True, overflow="ignore")


def _heading(text: str) -> Text:
    return Text(text, style="bold underline")


def _table() -> Table:
    return Table(box=None, show_header=False, padding=(0, 0, 0, 2))


def _indented(*parts: RenderableType) -> Padding:
    return Padding(Group(*parts), (0, 0, 0, 2))


def _more(number: int) -> list[Text]:
    return [Text(f"  {number} more", style="dim")] if number > 0 else []


def _text(text: str, limit: int, style: str = "") -> Text:
    """Anybody's text, on one line and cut."""
    return Text(cut(one_line(scrubbed(text)), limit), style=style, overflow="fold")


def _words(text: str) -> Text:
    """A text of ours in which `…` marks code; the marks stay, for whoever sees no colour."""
    shown = Text(one_line(scrubbed(text)), overflow="fold")
    shown.highlight_regex(r"`[^`]+`", "cyan")
    return shown
