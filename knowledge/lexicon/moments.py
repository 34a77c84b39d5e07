"""Moments beside what they are of: an end that has passed, or a beginning that is yet to come, held against now.

`until=16:41:40 here=16:45:45` tells as much as a sentence. What a moment is of says the word before it, in any
language (`until`, `ends_at`, `issued_at` and `now` of the word lists); now is what the line calls so, else its time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from knowledge.lexicon.terms import terms_in
from knowledge.lexicon.words import words_of

EPOCH = r"(?<![\w.])(?:1[5-9]|2\d)\d{8}(?:\d{3})?(?![\w.]\w)"
"""Seconds or milliseconds since 1970, from 2017 on."""
TIME = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?"
MOMENT = re.compile(
    rf"(?P<epoch>{EPOCH})"
    r"|(?P<dated>\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)"
    rf"|(?<![\w./-])(?P<short>\d\d?[./]\d\d?\.?(?:[./]?\d{{4}})?,? (?:[a-z]{{1,3}}\.? )?{TIME})(?![\w:])"
    r"|(?P<day>\d{4}-\d\d-\d\d(?![\dT]| \d)|(?<!\d)\d\d?[./]\d\d?[./]\d{4}(?![\d]| \d\d:))"
    rf"|(?<![\w./:+-])(?P<clock>{TIME})(?![\w:/-]|\.\d)"
)
SHORT = re.compile(rf"(?P<day>\d+)[./](?P<month>\d+)\.?(?:[./]?(?P<year>\d{{4}}))?\D*?(?P<time>{TIME})")
MOST = 16
"""Moments of one text that are read: a table of times tells of no refusal, and each one takes its time."""
LABEL = 40
"""Characters before a moment in which stands what it is of."""
PAST = re.compile(r"[\n;|]|\. ")
"""What parts a moment from what is said before."""
SHORTENED = re.compile(r"(?i)\b(kl|godz|hod|ca|ok|max|h)\.")
SIGN = re.compile(r"[<>]=? ?(?:now\W{0,3})?\Z")
"""`nbf 1795524000 > 1795523990`"""
KINDS = {"until": "end", "ends_at": "end", "issued_at": "begin", "now": "now"}
BY_HAND = frozenset({"revoked", "blocked", "rotated"})
CREDENTIALS = frozenset({"token", "session", "credential", "refresh"})
NEAR = timedelta(hours=6)
"""How far from now a time without a day is looked for."""
FIRST_YEAR = 1990
"""An earlier moment was never set: `0001-01-01` is what Go and .NET write then, and tokens with it do not end."""
LAST_DAY = datetime(9999, 12, 31)
"""How systems write that a thing never ends: no day follows it."""
SOME_DAY = datetime(2000, 1, 1, 12, tzinfo=UTC)


def told(text: str, at: datetime | None) -> Iterator[tuple[str, str, str]]:
    """An end that has passed or a beginning yet to come; times without a zone are in that of `at`."""
    named = [(kind, match) for match in islice(MOMENT.finditer(text), MOST) if (kind := _kind(text, match))]
    if not any(kind in {"end", "begin", "hand"} for kind, _ in named):
        return
    now = next((instant(match, at or SOME_DAY) for kind, match in named if kind == "now"), None) or at
    if now is None:
        return
    yield from _ended_since(text, named, now)
    for kind, match in named:
        moment = instant(match, now)
        if moment is None or (match["clock"] and abs(moment - now) > NEAR):
            continue
        if kind == "end" and moment < now:
            yield "", "ended", f"{_said(text, match)} has passed"
        if kind == "begin" and moment > now:
            yield "not_before", "future", f"{_said(text, match)} is yet to come"


def _ended_since(text: str, named: list[tuple[str, re.Match[str]]], now: datetime) -> Iterator[tuple[str, str, str]]:
    """A credential from before the moment at which all were ended: `closed all devices at 13:21, token of 13:10`."""
    ended = [(moment, match) for kind, match in named if kind == "hand" and (moment := instant(match, now))]
    made = [moment for kind, match in named if kind in {"begin", "of"} and (moment := instant(match, now))]
    if len(ended) == len(made) == 1 and made[0] < ended[0][0] <= now:
        yield "token", "revoked", f"{_said(text, ended[0][1])}, and it is from before"


def _kind(text: str, match: re.Match[str]) -> str | None:
    """What a moment is of, by the last words before it: `until`, `fino alle`, `valid until (UTC)`."""
    before = PAST.split(SHORTENED.sub(r"\1", text[max(0, match.start() - LABEL) : match.start()]))[-1]
    if SIGN.search(before):
        return "now"
    if any(t.role == "until_behind" and t.start <= 1 for t in terms_in(text[match.end() : match.end() + LABEL // 2])):
        return "end"
    words = words_of(before)[-4:]
    terms = [t for t in terms_in(" ".join(words)) if t.role in KINDS and t.end >= len(words) - 1]
    return KINDS[max(terms, key=lambda t: t.end).role] if terms else _of_credential(before)


def _of_credential(before: str) -> str | None:
    """A moment of which only its clause tells: somebody ended credentials then, or one is from then."""
    terms = terms_in(before.rpartition(",")[2])
    if any(t.role == "state" and t.name in BY_HAND for t in terms):
        return "hand"
    return "of" if any(t.role == "subject" and t.name in CREDENTIALS for t in terms) else None


def _said(text: str, match: re.Match[str]) -> str:
    return f"{' '.join(text[max(0, match.start() - LABEL) : match.start()].split()[-2:])} {match[0]}".strip()


def instant(match: re.Match[str], near: datetime) -> datetime | None:
    """When a moment is; what it leaves out of day, year and zone is that of `near`."""
    try:
        if match["epoch"]:
            return datetime.fromtimestamp(int(match["epoch"][:10]), UTC)
        if match["clock"]:
            return _nearest([near + timedelta(days=days) for days in (-1, 0, 1)], match["clock"], near)
        if match["short"]:
            return _short(match["short"], near)
        moment = datetime.fromisoformat(match["dated"] or _iso(match["day"]))
    except (ValueError, OverflowError):
        return None
    if moment.year < FIRST_YEAR:
        return None
    if match["day"] and moment < LAST_DAY:
        moment += timedelta(days=1)  # what is good until a day is good all day
    return moment if moment.tzinfo else moment.replace(tzinfo=near.tzinfo)


def _nearest(days: list[datetime], time: str, near: datetime) -> datetime:
    hour, minute, second = [*time.partition(".")[0].split(":"), "0"][:3]
    moments = [day.replace(hour=int(hour), minute=int(minute), second=int(second), microsecond=0) for day in days]
    return min(moments, key=lambda moment: abs(moment - near))


def _short(text: str, near: datetime) -> datetime | None:
    """`19/11 11:29`: the day first, as everybody writes it who leaves out the year and is not American."""
    if (parts := SHORT.fullmatch(text)) is None:
        return None
    years = [int(parts["year"])] if parts["year"] else [near.year + add for add in (-1, 0, 1)]
    days = [day for year in years if (day := _day(near, year, int(parts["month"]), int(parts["day"])))]
    return _nearest(days, parts["time"], near) if days else None


def _day(near: datetime, year: int, month: int, day: int) -> datetime | None:
    """None for a day that its year does not have: 29 February is one of every fourth."""
    try:
        return near.replace(year=year, month=month, day=day)
    except ValueError:
        return None


def _iso(day: str) -> str:
    parts = re.fullmatch(r"(\d\d?)[./](\d\d?)[./](\d{4})", day)
    return f"{parts[3]}-{int(parts[2]):02}-{int(parts[1]):02}" if parts else day
