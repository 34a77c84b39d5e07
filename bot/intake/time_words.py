"""The words that name times: months, days, parts of the day, amounts, in the languages of Europe and Turkish."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from knowledge.times import folded

Value = TypeVar("Value")

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jänner janv janvier ene enero gennaio janeiro"
            " januari leden ledna stycznia tammikuuta ocak",
            "feb february februar févr fév février febrero febbraio fevereiro"
            " februari únor února lutego helmikuuta şubat",
            "mar march märz mär mars marzo março maart březen března marca maaliskuuta mart",
            "apr april avr avril abr abril aprile duben dubna kwietnia huhtikuuta nisan",
            "may mai mayo maggio maio mei maj maja květen května toukokuuta mayıs",
            "jun june juni juin junio giugno junho červen června czerwca kesäkuuta haziran",
            "jul july juli juil juillet julio luglio julho červenec července lipca heinäkuuta temmuz",
            "aug august août aout ago agosto augusti augustus srpen srpna sierpnia elokuuta ağustos",
            "sep sept september septembre septiembre settembre setembro září września syyskuuta eylül",
            "oct october oktober okt octobre octubre ottobre outubro říjen října października lokakuuta ekim",
            "nov november novembre noviembre novembro listopad listopadu listopada marraskuuta kasım",
            "dec december dezember dez déc décembre dic diciembre dicembre dezembro"
            " desember prosinec prosince grudnia joulukuuta aralık",
        ),
        1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday montag lundi lunes lunedì segunda-feira maandag"
            " mandag måndag maanantaina poniedziałek pondělí pazartesi",
            "tuesday dienstag mardi martes martedì terça-feira dinsdag tirsdag tisdag tiistaina wtorek úterý salı",
            "wednesday mittwoch mercredi miércoles mercoledì quarta-feira woensdag"
            " onsdag keskiviikkona środa środę středa středu çarşamba",
            "thursday donnerstag jeudi jueves giovedì quinta-feira donderdag"
            " torsdag torstaina czwartek čtvrtek perşembe",
            "friday freitag vendredi viernes venerdì sexta-feira vrijdag fredag perjantaina piątek pátek cuma",
            "saturday samstag samedi sábado sabato zaterdag lørdag lördag lauantaina sobota sobotę sobotu cumartesi",
            "sunday sonntag dimanche domingo domenica zondag"
            " søndag söndag sunnuntaina niedziela niedzielę neděle neděli pazar",
        )
    )
    for name in names.split()
}
# Days back, and the hours of the day that the words cover where they name a part of it.
DAY_WORDS: dict[str, tuple[int, tuple[float, float] | None]] = {
    **dict.fromkeys(("today", "heute", "aujourd'hui", "hoy", "oggi", "hoje"), (0, None)),
    **dict.fromkeys(("yesterday", "gestern", "hier", "ayer", "ieri", "ontem"), (1, None)),
    **dict.fromkeys(
        (
            "this morning",
            "heute morgen",
            "heute früh",
            "ce matin",
            "esta mañana",
            "stamattina",
            "esta manhã",
            "hoje de manhã",
            "vanmorgen",
        ),
        (0, (6, 12)),
    ),
    **dict.fromkeys(
        (
            "this afternoon",
            "heute nachmittag",
            "cet après-midi",
            "esta tarde",
            "hoje à tarde",
            "oggi pomeriggio",
            "vanmiddag",
        ),
        (0, (12, 18)),
    ),
    **dict.fromkeys(
        ("this evening", "tonight", "heute abend", "ce soir", "esta noche", "stasera", "hoje à noite", "vanavond"),
        (0, (18, 24)),
    ),
    **dict.fromkeys(
        (
            "yesterday morning",
            "gestern morgen",
            "gestern früh",
            "hier matin",
            "ayer por la mañana",
            "ontem de manhã",
            "ieri mattina",
        ),
        (1, (6, 12)),
    ),
    **dict.fromkeys(("yesterday afternoon", "gestern nachmittag", "ayer por la tarde", "ontem à tarde"), (1, (12, 18))),
    **dict.fromkeys(
        (
            "last night",
            "yesterday evening",
            "yesterday night",
            "gestern abend",
            "hier soir",
            "anoche",
            "ontem à noite",
            "ieri sera",
            "gisteravond",
        ),
        (1, (18, 28)),
    ),
    **dict.fromkeys(("noon", "midday", "lunchtime", "mittags", "heute mittag", "midi", "mediodía"), (0, (12, 13))),
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
    **{
        "cinco": 5,
        "dez": 10,
        "dieci": 10,
        "cinque": 5,
        "tien": 10,
        "um": 1,
        "uma": 1,
        "dois": 2,
        "due": 2,
        "três": 3,
        "diez": 10,
        "quince": 15,
        "veinte": 20,
        "treinta": 30,
        "unos": 5,
        "the last": 1,
        "the past": 1,
    },
}
UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "sekunden", "secondes", "segundos"), 1),
    **dict.fromkeys(
        ("m", "min", "mins", "minute", "minutes", "minuten", "minuto", "minutos", "minuti", "minuten", "minut"), 60
    ),
    **dict.fromkeys(
        (
            "h",
            "hr",
            "hrs",
            "hour",
            "hours",
            "stunde",
            "stunden",
            "heure",
            "heures",
            "hora",
            "horas",
            "ora",
            "ore",
            "uur",
        ),
        3600,
    ),
    **dict.fromkeys(
        (
            "d",
            "day",
            "days",
            "tag",
            "tage",
            "tagen",
            "jour",
            "jours",
            "día",
            "días",
            "dia",
            "dias",
            "giorno",
            "giorni",
            "dagen",
        ),
        86400,
    ),
}


def joined(words: Iterable[str]) -> str:
    """The words as alternatives of a pattern, longer ones first."""
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))


def meaning(words: Mapping[str, Value], found: str) -> Value:
    """What a word means that a pattern found, in whatever letters.

    To patterns `i`, `I`, `ı` and `İ` are one letter, and so are `s` and `ſ`; small they are not: `PAZARTESİ`, `SALI`.
    """
    small = found.lower()
    return words[small] if small in words else {folded(word): value for word, value in words.items()}[folded(found)]
