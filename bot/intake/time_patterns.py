"""The ways people write when something happened, as patterns. `times.py` reads what they match."""

from __future__ import annotations

import re

from bot.intake.time_words import DAY_WORDS, MONTHS, NUMBERS, UNITS, WEEKDAYS, joined

_MONTH = rf"(?P<month_name>(?i:{joined(MONTHS)}))\.?"
_CLOCK = (
    r"(?P<hour>[01]?\d|2[0-4])(?:(?::|(?<=\d)[h.](?=\d\d(?:[ ]?(?:Uhr|uhr)|h)?\b)|(?<=\d)h)(?P<minute>[0-5]\d)"
    r"(?:(?::|\.(?=\d\d[ ]Uhr))(?P<second>[0-5]\d|60)(?:[.,](?P<fraction>\d{1,9}))?)?)"
    r"(?:[ ]?(?P<half>[aApP]\.?[mM]\.?)(?!\w))?(?:[ ]?(?:Uhr|uhr|h|hrs|o'clock)(?!\w))?"
)
_BARE_HOUR = r"(?P<hour>1?\d|2[0-3])[ ]?(?:(?P<half>[aApP]\.?[mM]\.?)(?!\w)|(?:Uhr|uhr|o'clock)(?!\w))"
_COMPACT = r"(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?(?=[ ]?(?:UTC|GMT|Z|utc)\b)"
_HOUR_SIGN = (
    r"(?P<hour>[01]?\d|2[0-4])[ ]?[点點時时시](?![间間간])(?:[ ]?(?P<minute>[0-5]?\d)[ ]?[分분]"
    r"(?:[ ]?(?P<second>[0-5]?\d)[ ]?[秒초])?)?"
)
"""`10時21分`: after a date of numbers; `east_asian.py` reads it anywhere else."""
_GAP = (
    r"(?:[ ]?[(（]\w{1,3}[)）])?(?:[ ]{0,8}+,?[ ]{0,8}+(?:(?:at|um|à|a las|gegen|around|about|circa|~)[ ]{0,8}+)?|[T_])"
)
_YEAR = r"(?P<year>20\d\d)"
_DATES = (
    rf"{_YEAR}[-/.](?P<month>1[0-2]|0?[1-9])[-/.](?P<day>[12]\d|3[01]|0?[1-9])(?!\d)",
    r"(?P<day>[12]\d|3[01]|0?[1-9])\.[ ]?(?P<month>1[0-2]|0?[1-9])\.(?:[ ]?(?P<year>20\d\d|\d\d)(?!\d|:))?"
    r"(?!\d(?!\d?:))",
    r"(?P<first>[12]\d|3[01]|0?[1-9])[/-](?P<other>[12]\d|3[01]|0?[1-9])[/-](?P<year>20\d\d|\d\d)(?!\d)",
    r"(?P<first>[12]\d|3[01]|0?[1-9])/(?P<other>[12]\d|3[01]|0?[1-9])(?P<year>)(?![\d/])",
    rf"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th|\.|er)?[ ]?(?:of |de )?[ /-]?{_MONTH}(?![a-zäé])(?:[ ,/:-]{{0,"
    rf"2}}(?:de )?{_YEAR}(?!\d))?",
    rf"{_MONTH}[ ](?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![\d:])(?:,?[ ]{_YEAR}(?!\d))?",
)
_START = r"(?<![\w:./=@%$€£+-])"
_END = r"(?!(?!Z\b)[\w%]|[./]\d|:\w|-\d(?!\d?:))"

DATE = [re.compile(_START + date) for date in _DATES]
BASIC = re.compile(
    r"(?<![\w=])(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])T(?P<hour>[01]\d|2[0-3])"
    r"(?P<minute>[0-5]\d)(?P<second>[0-5]\d)(?=Z)"
)
_BEFORE = r"(?:(?<![\w:./=%$€£+-])|(?<=:\d\d-))"
CLOCK = [re.compile(f"{_BEFORE}(?:{clock}){_END}") for clock in (_CLOCK, _BARE_HOUR, _COMPACT)]
AFTER_DATE = [re.compile(_GAP + "(?:" + clock + ")") for clock in (_CLOCK, _BARE_HOUR, _HOUR_SIGN)]
CLF = re.compile(r":(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d):(?P<second>[0-5]\d)")
EPOCH = re.compile(
    r"(?<![\w=&/.:-])(?P<seconds>1[5-9]\d{8}|2[0-4]\d{8})(?P<ms>\d{3})?(?:\.(?P<fraction>\d{1,6}))?(?![\w-])"
)
DAY_WORD = re.compile(rf"(?<!\w)(?P<word>{joined(DAY_WORDS)})(?!\w)", re.IGNORECASE)
WEEKDAY = re.compile(rf"(?<!\w)(?P<word>{joined(WEEKDAYS)})(?!\w)", re.IGNORECASE)
_AMOUNT = rf"(?P<amount>\d{{1,3}}(?:[.,]5)?|{joined(NUMBERS)})[ ]?(?P<unit>{joined(UNITS)})(?![\w:])"
AGO = re.compile(
    rf"(?<!\w)(?:(?:about|around|ca\.?|roughly|some)[ ])?{_AMOUNT}[ ](?:ago|back|earlier|fa|atrás|geleden|temu)(?!\w)",
    re.IGNORECASE,
)
BACK = re.compile(
    r"(?<!\w)(?P<word>since|for|in|over|within|vor|seit|depuis|il y a|hace|desde hace|há|faz|fa|da|sinds"
    r"|al)[ ](?:about |around |etwa |"
    r"ca\.? |environ |like )?"
    rf"(?:the (?:last|past) |den letzten |les )?{_AMOUNT}(?:[ ]now)?",
    re.IGNORECASE,
)
LAST = re.compile(rf"(?<!\w)(?:the )?(?:last|past)[ ]{_AMOUNT}", re.IGNORECASE)
LAST_ONE = re.compile(
    r"(?<!\w)(?:in |for |since |within )?(?:the )?(?:last|past) (?P<unit>hour|minute)(?!\w)", re.IGNORECASE
)
NOW = re.compile(
    r"(?<!\w)(?:just now|right now|now-ish|this (?:minute|second|very moment)|a (?:moment|second|sec) ago|just "
    r"(?:tried|happened|got|failed|started)|"
    r"gerade(?: eben)?|soeben|à l'instant|ahora mismo|poco fa)(?!\w)",
    re.IGNORECASE,
)
ABOUT = re.compile(
    r"(?:~|≈|(?<!\w)(?:around|about|approx\.?|approximately|roughly|ca\.?|circa|gegen|etwa|ungefähr|vers|environ|"
    r"hacia|sobre|some ?time (?:around|near)|near|like|must have been))[ ]?(?:at )?$",
    re.IGNORECASE,
)
SINCE = re.compile(
    r"(?<!\w)(?:since|from|after|starting|started|began|begins|beginning|seit|ab|depuis|desde|dopo|a partir de)(?:[ "
    r"](?:at|around|about|ca\.?|etwa|gegen|roughly|just))*[ ~]*$"
    r"|(?<!\w)(?:since|seit|depuis|desde|sinds|sedan|od)(?: [^\s.,;:!?\d]{1,20}){1,4} "
    r"(?:at|um|à|a las|às|alle|om|kl\.?|o|around|about|gegen)[ ~]*$",
    re.IGNORECASE,
)
"""`since`, and `since the rollout at`."""

SINCE_HOUR = re.compile(
    r"(?<!\w)(?:since|seit|depuis|ever since)(?: about| around| ca\.?| etwa| gegen)? "
    r"(?P<hour>1?\d|2[0-3])(?=[ ]?(?:$|[,.;!?()\n]|(?:today|this|heute|hoy|sharp|I|we|it|and|but|nobody|no"
    r"|nothing|none|all|my|our|the)\b))",
    re.IGNORECASE,
)
"""`since 10`: an hour and nothing that it counts."""
SINCE_THEN = re.compile(
    r"(?: (?:UTC|GMT|Uhr|CES?T|[ECMP][SD]T))?(?:[^\n\w]{0,4}|(?:[^.!?\n]|\.\d){0,80}[,.;–-] ?)"
    r"(?:(?:and|und|et|y|e) )?"
    r"(?:since then|ever since|seitdem|seither|depuis(?! \d| [a-z])|desde entonces|desde então|da allora)(?!\w)",
    re.IGNORECASE,
)
"""What follows the moment at which a lasting failure began."""
