"""Statistics in words, the same in Slack and in a terminal, and no surer than the numbers are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.durations import duration
from bot.outcomes import How
from bot.stats import Span, Times, interval
from bot.wording import certainty, title

FEW = 30
"""Below so many confirmed answers the uncertainty is told with a share, and no calibration error is."""
WAYS: Mapping[How, str] = {
    "seen_in_logs": "seen in the logs",
    "probe": "seen by asking the endpoint",
    "engineer": "named by an engineer",
    "reporter": "said by people in the thread",
}
NOTHING = "No case was answered in this time."


def told(span: Span) -> Iterable[str]:
    """One sentence a fact."""
    if not span.cases:
        yield NOTHING
        return
    yield f"{_cases(span.cases)} answered; in {span.named} the first answer named a cause."
    yield from _right(span)
    yield from _calibration(span)
    yield from _took("To the answer", span.answer)
    yield from _took("To the fix", span.fix)
    if span.causes:
        yield f"Commonest causes: {', '.join(f'{title(name)} ({times})' for name, times in span.causes)}."


def _right(span: Span) -> Iterable[str]:
    if not span.confirmed:
        yield "Of none is it known yet whether the answer was right."
        return
    share = f"{span.right / span.confirmed * 100:.0f}\u00a0%"
    if span.confirmed < FEW:
        low, high = interval(span.right, span.confirmed)
        share = f"{share}; so few that it may be {low * 100:.0f} to {high * 100:.0f}\u00a0%"
    yield f"The first answer was right in {span.right} of the {span.confirmed} where it became known ({share})."
    yield f"How it became known: {', '.join(f'{WAYS[how]} {times}' for how, times in span.ways)}."


def _calibration(span: Span) -> Iterable[str]:
    for one in reversed(span.bins):
        word = certainty(one.low)
        yield f"“{word}”, on average {one.confidence * 100:.0f}\u00a0%: right in {one.right} of {one.answers}."
    if span.error is not None and span.confirmed >= FEW:
        yield f"Confidences are off by {span.error * 100:.0f} points on average (expected calibration error)."
    elif span.confirmed:
        yield f"Whether confidences mean what they say can be told from {FEW} confirmed answers on."


def _took(what: str, times: Times | None) -> Iterable[str]:
    if times is None:
        return
    if times.cases == 1:
        yield f"{what}: {duration(times.median)}, in the one case."
    else:
        most = f"nine in ten within {duration(times.p90)} ({times.cases} cases)"
        yield f"{what}: median {duration(times.median)}, {most}."


def _cases(number: int) -> str:
    return f"{number} case{' was' if number == 1 else 's were'}"
