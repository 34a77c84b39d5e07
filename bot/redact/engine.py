"""The redactor: finds secrets in every view of a text, hides each with every other occurrence of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from bot.redact.commands import flags, joined, places, urls
from bot.redact.compared import compared
from bot.redact.documents import Document, clean_body, document
from bot.redact.masks import masks
from bot.redact.model import Redacted, Secret, Span, mask
from bot.redact.pairs import pairs
from bot.redact.scan import Scan
from bot.redact.shapes import vendors
from bot.redact.spread import spread
from bot.redact.tokens import blocks, extended, jose
from bot.redact.views import views

DETECTORS = (blocks, jose, vendors, urls, flags, places, joined, pairs, compared)
LONG, AROUND = 200_000, 400
PASSES = 6
"""Hiding one thing can bring another to light; a clean text comes out of the next pass as it went in."""


def redact(text: str) -> Redacted:
    """A text with its secrets replaced by what they are, such as `‹JSON Web Token›`, and the secrets themselves.

    Takes any text and never raises. A JSON document stays one, with the same keys.
    Redacting a clean text changes nothing.
    """
    secrets: dict[str, Secret] = {}
    for _ in range(PASSES):
        cleaned, found = _once(text)
        for secret in found:
            secrets.setdefault(secret.value, secret)
        if cleaned == text or _settled(cleaned):
            return Redacted(cleaned, tuple(secrets.values()))
        text = cleaned
    return Redacted(text, tuple(secrets.values()))


def _settled(cleaned: str) -> bool:
    """Whether the lines around the masks of a long text hold nothing more: the rest did not change."""
    if len(cleaned) < LONG:
        return False
    near: list[str] = []
    last = 0
    for begin, finish in masks(cleaned):
        if finish + AROUND <= last:
            continue
        start = cleaned.rfind("\n", 0, max(last, begin - AROUND)) + 1
        end = cleaned.find("\n", finish + AROUND)
        end = end if end >= 0 else len(cleaned)
        if end > last:
            near.append(cleaned[max(start, last) : end])
            last = end
    window = "\n".join(near)
    return len(window) < len(cleaned) // 2 and _once(window)[0] == window


def _once(text: str) -> tuple[str, list[Secret]]:
    spans, hints = _detected(text)
    form = document(text)
    if form is not None:
        spans.extend(form.secrets)
    merged = _merged(_outside_masks(text, spans))
    known = [(s.kind, text[s.start : s.end]) for s in merged if s.kind != "…"]
    merged = _merged((*merged, *_outside_masks(text, list(spread(text, (*known, *hints))))))
    if form is not None:
        merged = _merged(part for span in merged for part in form.within(text, span))
    secrets = [Secret(s.kind, text[s.start : s.end]) for s in merged if s.kind != "…"]
    return _masked(text, merged, form, secrets), secrets


def _detected(text: str) -> tuple[list[Span], list[tuple[str, str]]]:
    """The secrets in any view, as places in the text; and (kind, value) of those that are not written out in it."""
    spans: list[Span] = []
    hints: list[tuple[str, str]] = []
    for view in views(text):
        scan = Scan(view.text)
        for detector in DETECTORS:
            for seen in detector(scan):
                span = extended(view.text, seen)
                value = view.text[span.start : span.end]
                hints.extend(("password", hint) for hint in span.hint)
                place = view.original(span)
                if value != text[place.start : place.end] and span.kind != "…":
                    hints.append((span.kind, value))
                spans.append(place)
    return spans, hints


def _outside_masks(text: str, spans: list[Span]) -> list[Span]:
    """The parts of spans that lie outside of masks which stand there already."""
    standing = list(masks(text))
    if not standing:
        return spans
    starts = [start for start, _ in standing]
    return [part for span in spans for part in _around(span, standing, bisect_left(starts, span.start))]


def _around(span: Span, standing: list[tuple[int, int]], index: int) -> Iterator[Span]:
    start = span.start
    if index > 0 and standing[index - 1][1] > start:
        start = standing[index - 1][1]
    while index < len(standing) and standing[index][0] < span.end:
        if start < standing[index][0]:
            yield span._replace(start=start, end=standing[index][0])
        start = standing[index][1]
        index += 1
    if start < span.end:
        yield span._replace(start=start)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Overlapping spans as one, of the kind that is known best; in order."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            best = span if span.rank > last.rank and span.kind != "…" else last
            merged[-1] = best._replace(start=last.start, end=max(last.end, span.end), bare=last.bare or span.bare)
        else:
            merged.append(span)
    return merged


def _masked(text: str, spans: list[Span], form: Document | None, secrets: list[Secret]) -> str:
    edits = [(s.start, s.end, _shown(s)) for s in spans]
    for start, end in form.bodies if form else ():
        cleaned = redact_body(text[start:end], secrets)
        if cleaned is not None:
            # What looks like a token there is the beginning of encoded JSON.
            edits = [e for e in edits if e[1] <= start or e[0] >= end]
            edits.append((start, end, cleaned))
    pieces: list[str] = []
    done = 0
    for start, end, shown in sorted(edits):
        pieces += (text[done:start], shown)
        done = end
    return "".join((*pieces, text[done:]))


def redact_body(encoded: str, secrets: list[Secret]) -> str | None:
    """A recorded base64 body without the secrets in it, which join the list; None for what is no base64."""

    def clean(body: str) -> str:
        redacted = redact(body)
        secrets.extend(redacted.secrets)
        return redacted.text

    return clean_body(encoded, clean)


def _shown(span: Span) -> str:
    if span.kind == "…":
        return "…"
    return f'"{mask(span.kind)}"' if span.bare else mask(span.kind)
