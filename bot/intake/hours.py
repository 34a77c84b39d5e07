"""Times that people tell from the hour, and how long ago: the patterns of one language, and what each means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from bot.intake.mention import Mention
from bot.intake.zones import ZONED
from knowledge.times import Tongue

HALF_DAY_H = 12
HALF_DAY = HALF_DAY_H * 60
SHORTLY, LATER = 7, 20
"""Minutes that `shortly after nine` and `some time after nine` are taken for."""
LATER_S, NOON_S = 1200.0, 900.0
"""Seconds either way of times that are told so loosely."""
LOOSE_S = {"about": 300.0, "after": 300.0, "before": 300.0, "later": LATER_S}
MEANING: dict[str, tuple[int, int]] = {
    **{"at": (0, 0), "strict": (0, 0), "about": (0, 0), "since": (0, 0), "between": (0, 0)},
    **{"after": (SHORTLY, 0), "before": (-SHORTLY, 0), "later": (LATER, 0)},
    **{"past": (0, 1), "to": (0, -1), "half": (-30, 0), "half_past": (30, 0)},
    **{"to_half": (-30, -1), "past_half": (-30, 1), "quarter_before_last": (-45, 0), "quarter_to": (-15, 0)},
}
"""What a form adds to its hour: minutes, and how the minutes that are named count."""
WEAK = frozenset({"at", "about", "since", "between", "half_past"})
"""Forms that may as well stand before what a number counts."""
COUNTED = re.compile(
    r"(?:[a-z'-]{1,14} ){0,1}(?:%|prozent|percent|procent|tries|try|attempt|versuch|essai|intent|tentativ|pogin|forsog|"
    r"forsok|prob(?:y|ach|e)|yrity|deneme|pokus|user|nutzer|benutzer|bruger|bruker|anvandar|gebruiker|kaytta|utilis|"
    r"usuari|utent|uzytkown|uzivatel|kullanici|people|person|folk|call|request|anfrage|aufruf|minut|min\b|dakika|stund|"
    r"hour|godzin\w|hodin\w|timer\b|timmar|tunti|hora|ore\b|uren\b|tage|day|jour|dias?\b|giorn|dage\b|dagar|dagen|dni\b|"
    r"dnu|dnech|gun\b|paiva|week|woche|semana|settiman|tydz|tydn|hafta|uge\b|uger|vecka|uke|month|monat|mois|mes\b|meses|"
    r"mesi\b|maand|manad|maned|ay\b|year|jahr|ans\b|anos|anni\b|jaar|years|times|time\b|mal\b|fois|veces|vezes|volte|keer|"
    r"gange|ganger|kertaa|raz[aoy]|krat|kez\b|error|fehler|fejl|feil|fel\b|virhe|erreur|errore|erro|bled|chyb|hata|second|"
    r"sekund|saniye|fail|log-?in|sign-?in|retr|job|page|item|file|device|gerat|of\b|x\b)"
)
"""What a number counts, as words begin: then it is no time."""
SEPARATES = re.compile(r"[ ]?(?:$|[,.;:!?()\n\]–—-])")
RANGE_BEFORE = re.compile(r"(?:from|between|von|zwischen|entre|de|od|fra|mellan|mellom|mellem|tussen) $")
WORD = re.compile(r"[^\W_][\w'’]*")
HALVES = re.compile(r"[ ]?(?:(?P<half>[ap])\.?m\b\.?|uhr\b|uur\b|h\b|hodin\b|o'clock)")


@dataclass(frozen=True, slots=True)
class _Read:
    """One form's pattern."""

    form: str
    pattern: re.Pattern[str]


def joined(words: Iterable[str]) -> str:
    """The words as alternatives, longer ones first."""
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True)) or r"(?!)"


@cache
def _forms(tongue: Tongue) -> tuple[_Read, ...]:
    suffix = f"(?:{tongue.suffix})?" if tongue.suffix else ""
    digits = r"(?:2[0-4]|1\d|0?\d)(?!\d)"
    hour = rf"(?:{joined(tongue.hours)}|{digits})"
    ending = rf"{suffix}(?![\w:%]|[.,/]\d)"
    values = {
        "{h}": f"(?P<h>{hour}){ending}",
        "{h2}": f"(?P<h2>{hour}){ending}",
        "{H}": f"(?P<h>{hour})",
        "{H2}": f"(?P<h2>{hour})",
        "{D}": f"(?P<h>{digits})",
        "{m}": rf"(?P<m>{joined(tongue.minutes)}|[1-5]?\d)(?!\w)",
    }
    return tuple(
        _Read(form, re.compile(rf"(?<![\w./:$€£#+-]){_filled(pattern, values)}(?!\w)"))
        for form, patterns in tongue.forms.items()
        for pattern in patterns
    )


def _filled(pattern: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        pattern = pattern.replace(name, value)
    return pattern


def told_by_hours(text: str, whole: str, tongue: Tongue) -> Iterator[Mention]:
    """The times of a folded text that a language tells from the hour; `whole` is the text as written."""
    for read in _forms(tongue):
        for match in read.pattern.finditer(text):
            if _is_time(text, whole, match, read.form, tongue):
                yield _mention(text, match, read.form, tongue)


def _is_time(text: str, whole: str, match: re.Match[str], form: str, tongue: Tongue) -> bool:
    """Whether nothing follows that the number counts; of a weak form, whether what follows shows that it is a time."""
    end = match.end()
    if form == "strict":
        return True
    numbers = match.groupdict()
    bare = numbers["h"].isdigit() and (numbers.get("m") or "").isdigit()
    if bare and RANGE_BEFORE.search(text, max(0, match.start() - 12), match.start()):
        return False
    if _ends(text, whole, end, tongue):
        return True
    return form not in WEAK and not bare and not (text[end : end + 1] in " -" and COUNTED.match(text, end + 1))


def _ends(text: str, whole: str, end: int, tongue: Tongue) -> bool:
    if SEPARATES.match(text, end) or HALVES.match(text, end) or ZONED.match(whole, end):
        return True
    if text[end : end + 1] != " ":
        return False
    word = WORD.match(text, end + 1)
    near = any(text.startswith(words, end + 1) for words in (*tongue.parts, *tongue.days, *tongue.unit))
    return near or (word is not None and word[0] in tongue.follows)


def _mention(text: str, match: re.Match[str], form: str, tongue: Tongue) -> Mention:
    add, sign = MEANING[form]
    numbers = match.groupdict()
    minutes, last = numbers.get("m"), numbers.get("h2")
    add += sign * int(tongue.minutes.get(minutes) or minutes) if minutes else 0
    half = HALVES.match(text, match.end()) if tongue.code == "en" else None  # "acht am Abend" is none
    span = (match.start(), half.end() if half else match.end())
    noon = half["half"] if half else None
    first = _at(span, _hour(numbers["h"], tongue, noon), add)
    loose = LOOSE_S.get(form, 0.0)
    until = _at(span, _hour(last, tongue, noon), 0) if last else None
    return replace(first, about=loose > 0, slack_s=loose, since=form == "since", until=until)


def _hour(told: str, tongue: Tongue, half: str | None) -> tuple[int, bool]:
    """The hour, and whether it may be of either half of the day."""
    digits = re.match(r"\d+", told)
    hour = int(digits[0]) if digits else tongue.hours[told]
    if half and hour <= HALF_DAY_H:
        return hour % HALF_DAY_H + (HALF_DAY_H if half == "p" else 0), False
    return hour, hour <= HALF_DAY_H and not told.startswith("0")


def _at(span: tuple[int, int], hour: tuple[int, bool], add: int) -> Mention:
    """The clock so many minutes from the hour."""
    whole, open_ = hour
    at = (whole * 60 + add) % (HALF_DAY if open_ else 2 * HALF_DAY)
    at += HALF_DAY if open_ and whole == HALF_DAY_H and add == 0 else 0
    return Mention(start=span[0], end=span[1], clock=(at // 60, at % 60, 0.0), spoken=open_, twelve=not open_)
