"""The words that name times: months, days, parts of the day, amounts, in six languages."""

from __future__ import annotations

import re
from collections.abc import Iterable

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jänner janv janvier ene enero gennaio janeiro",
            "feb february februar févr fév février febrero febbraio fevereiro",
            "mar march märz mär mars marzo março",
            "apr april avr avril abr abril aprile",
            "may mai mayo maggio maio",
            "jun june juni juin junio giugno junho",
            "jul july juli juil juillet julio luglio julho",
            "aug august août aout ago agosto",
            "sep sept september septembre septiembre settembre setembro",
            "oct october oktober okt octobre octubre ottobre outubro",
            "nov november novembre noviembre novembro",
            "dec december dezember dez déc décembre dic diciembre dicembre dezembro",
        ),
        1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday montag lundi lunes",
            "tuesday dienstag mardi martes",
            "wednesday mittwoch mercredi miércoles",
            "thursday donnerstag jeudi jueves",
            "friday freitag vendredi viernes",
            "saturday samstag samedi sábado",
            "sunday sonntag dimanche domingo",
        )
    )
    for name in names.split()
}
# Days back, and the hours of the day that the words cover where they name a part of it.
DAY_WORDS: dict[str, tuple[int, tuple[float, float] | None]] = {
    **dict.fromkeys(("today", "heute", "aujourd'hui", "hoy", "oggi", "hoje"), (0, None)),
    **dict.fromkeys(("yesterday", "gestern", "hier", "ayer", "ieri", "ontem"), (1, None)),
    **dict.fromkeys(
        ("this morning", "heute morgen", "heute früh", "ce matin", "esta mañana", "stamattina"), (0, (6, 12))
    ),
    **dict.fromkeys(("this afternoon", "heute nachmittag", "cet après-midi", "esta tarde"), (0, (12, 18))),
    **dict.fromkeys(("this evening", "tonight", "heute abend", "ce soir", "esta noche", "stasera"), (0, (18, 24))),
    **dict.fromkeys(("yesterday morning", "gestern morgen", "gestern früh", "hier matin"), (1, (6, 12))),
    **dict.fromkeys(("yesterday afternoon", "gestern nachmittag"), (1, (12, 18))),
    **dict.fromkeys(
        ("last night", "yesterday evening", "yesterday night", "gestern abend", "hier soir", "anoche"), (1, (18, 28))
    ),
    **dict.fromkeys(("noon", "midday", "lunchtime", "mittags", "midi", "mediodía"), (0, (12, 13))),
}
NUMBERS = {
    **{
        "a": 1,
        "an": 1,
        "one": 1,
        "two": 2,
        "three": 3,
        "four": 4,
        "five": 5,
        "six": 6,
        "seven": 7,
        "eight": 8,
        "nine": 9,
    },
    **{"ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "sixty": 60, "half an": 0.5},
    **{"a couple of": 2, "couple of": 2, "a few": 4, "few": 4, "some": 10, "several": 10, "half a": 0.5},
    **{
        "einer": 1,
        "einem": 1,
        "eine": 1,
        "ein": 1,
        "zwei": 2,
        "drei": 3,
        "fünf": 5,
        "zehn": 10,
        "fünfzehn": 15,
        "zwanzig": 20,
    },
    **{
        "ein paar": 4,
        "paar": 4,
        "wenigen": 4,
        "einigen": 10,
        "einer halben": 0.5,
        "une": 1,
        "un": 1,
        "deux": 2,
        "trois": 3,
    },
    **{"cinq": 5, "dix": 10, "quinze": 15, "vingt": 20, "trente": 30, "quelques": 4, "una": 1, "dos": 2, "tres": 3},
    **{"cinco": 5, "diez": 10, "veinte": 20, "treinta": 30, "unos": 5, "the last": 1, "the past": 1},
}
UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "sekunden", "secondes", "segundos"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuten", "minuto", "minutos"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "stunde", "stunden", "heure", "heures", "hora", "horas"), 3600),
    **dict.fromkeys(("d", "day", "days", "tag", "tage", "tagen", "jour", "jours", "día", "días", "dia", "dias"), 86400),
}


def joined(words: Iterable[str]) -> str:
    """The words as alternatives of a pattern, longer ones first."""
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))
