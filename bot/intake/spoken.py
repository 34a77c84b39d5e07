"""Times told in words, from the hour: `ten past three`, `halb vier`, `las cinco menos diez`, `shortly after seven`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.intake.mention import Mention
from bot.intake.time_words import BEFORE_THE_HOUR, HOURS, MINUTES, SIDES, joined
from bot.intake.zones import zones_at

HALF_DAY = 12 * 60
SHORTLY_MINUTES = 7
_HOUR = rf"(?P<hour>{joined(HOURS)}|2[0-3]|1\d|[1-9])"
_ENDS = (
    r"(?=[ ]?(?:$|[,.;:!?()\n\]-]|(?:am|pm|uhr|o'clock|h|my|our|this|here|today|yesterday|local|in|at|on|and|is"
    r"|was|it|we|i"
    r"|heute|gestern|am|kam|kommt|fragt|und|ist|gab|ging|fr|UTC|GMT|[A-Z]{2,4}T)\b))"
)
"""What may follow: not the thing that a number counts, as in `5 to 10 times`."""
_COUNTS = (
    r"(?! (?:(?!the|our|this|my|die|der|das)\w+ )?(?:tries|attempts?|calls?|requests?|users?|people|days?|weeks?"
    r"|months?|years?|hours?|min(?:ute)?s?"
    r"|sec(?:ond)?s?|times?|retries|log-?ins?|failures?|jobs?|items?|pages?|versuche\w*|anfragen|aufrufe\w*|tage\w*|wochen"
    r"|monate\w*|stunden|minuten|sekunden|mal|essais|jours|heures de|appels|d[ií]as|horas|intentos)\b)"
)
"""What may not follow where a word before it says that an hour is meant: the thing that a number counts."""
FROM_HOUR = re.compile(
    rf"(?<![\w:./])(?<!from )(?<!between )(?:(?P<minutes>{joined(MINUTES)}|[1-5]?\d)(?: min(?:ute[ns]?|s)?)? "
    rf"(?P<side>{joined(SIDES)})|(?P<half>halb)) {_HOUR}(?![\w:%.]\w|\w){_ENDS}",
    re.IGNORECASE,
)
SPANISH = re.compile(
    rf"(?<!\w)las? {_HOUR}(?: (?P<side>menos|y) (?P<minutes>{joined(MINUTES)}|[1-5]?\d))?"
    r"(?: (?:de|por) la (?P<part>mañana|tarde|noche))?(?![\w:])",
    re.IGNORECASE,
)
SHORTLY = re.compile(
    rf"(?<!\w)(?:kurz|shortly|just|right|un peu|peu"
    rf"|poco) (?P<side>{joined(SIDES)}) (?:las? )?{_HOUR}(?![\w:.]\w|\w){_COUNTS}",
    re.IGNORECASE,
)
TENS = re.compile(r"(?<![\w:./])(?P<hour>[01]?\d|2[0-3]):(?P<tens>[0-5])[xX](?!\w)")
"""`08:1x`: which ten minutes it was."""


def spoken(text: str) -> Iterator[Mention]:
    """Every such time of a text."""
    for match in FROM_HOUR.finditer(text):
        minutes = 30 if match["half"] else _number(MINUTES, match["minutes"])
        back = match["half"] or match["side"].lower() in BEFORE_THE_HOUR
        yield _mention(text, match, -minutes if back else minutes)
    for match in SPANISH.finditer(text):
        if match["minutes"] or match["part"]:
            minutes = _number(MINUTES, match["minutes"] or "0")
            yield _mention(text, match, -minutes if match["side"] == "menos" else minutes, match["part"] or "")
    for match in SHORTLY.finditer(text):
        back = match["side"].lower() in BEFORE_THE_HOUR
        yield _mention(text, match, -SHORTLY_MINUTES if back else SHORTLY_MINUTES, about=True)
    for match in TENS.finditer(text):
        clock = (int(match["hour"]), int(match["tens"]) * 10 + 5, 0.0)
        yield Mention(start=match.start(), end=match.end(), clock=clock, twelve=match["hour"][0] == "0", about=True)


def _mention(text: str, match: re.Match[str], minutes: int, part: str = "", *, about: bool = False) -> Mention:
    """The clock so many minutes from the hour; `part` says which half of the day, else it is open up to twelve."""
    hour = _number(HOURS, match["hour"])
    open_ = hour <= 12 and not part
    at = (hour * 60 + minutes) % (HALF_DAY if hour <= 12 else 2 * HALF_DAY)
    at += HALF_DAY if hour <= 12 and part.lower() in ("tarde", "noche") else 0
    return Mention(
        start=match.start(),
        end=match.end(),
        clock=(at // 60, at % 60, 0.0),
        spoken=open_,
        twelve=not open_,
        zones=zones_at(text, match.end()),
        about=about,
    )


def _number(words: dict[str, int], text: str) -> int:
    return words[text.lower()] if text.lower() in words else int(text)
