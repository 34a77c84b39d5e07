"""The length of the answer that was logged, held against those of our own requests: which of them the reporter got."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.model import TRUST, Entry, Exchange, Finding

SIZES = ("size", "body_bytes_sent", "bytes", "response_size", "responselength", "length")
"""Fields that hold the length of an answer's body in bytes."""
LEAST, MOST = 10, 4_000
"""Bytes between which a length tells one answer from another: less says nothing, more may be compressed or cut."""


def like_ours(answers: Iterable[tuple[str, Exchange]], lines: Sequence[Entry]) -> Iterator[Finding]:
    """Whether the logged refusal is as long as our answer without credentials alone, or with made-up ones alone."""
    logged = {size for e in lines if e.status == 401 for size in _sizes(e)}
    lengths = {label: len(e.body.encode()) for label, e in answers if e.status == 401}
    without, taken = lengths.get("without"), {lengths[k] for k in ("own_place", "made_up") if k in lengths}
    if without is None or not taken - {without}:
        return
    if without in logged and not logged & taken:
        text = f"The logged answer has {without} bytes, as mine without credentials"
        yield Finding(id="probe.reporter_like_without", source="probe", text=text, trust=TRUST["probe"])
    elif without not in logged and (same := logged & taken):
        text = f"The logged answer has {min(same)} bytes, as mine with a made-up credential"
        yield Finding(id="probe.reporter_like_made_up", source="probe", text=text, trust=TRUST["probe"])


def _sizes(entry: Entry) -> Iterator[int]:
    for name, value in entry.fields:
        if name.lower() in SIZES and value.isdecimal() and LEAST <= int(value) <= MOST:
            yield int(value)
