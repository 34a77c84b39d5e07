"""Times that stand beside each other: a day with its clock, a range, a list whose last one names the zone of all."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.intake.mention import Mention

LIST = re.compile(
    r"[ ]{0,2}(?:,|/|&|\+|-|and|und|et|y|to|bis|till|until|or|,? then|, and)[ ]{1,2}|[ ]?[/-][ ]?|[ ]{1,2}"
)
RANGE = re.compile(r"[ ]?(?:-|to|bis|till|until)[ ]?")
BETWEEN = re.compile(r"(?<!\w)(?:between|zwischen|entre)[ ](?:about |around |etwa |~)?$")
DIAL = 12
DAY_BEFORE = re.compile(
    r"[ ,]{1,2}(?:at|around|about|gegen|um|vers|à|ca\.?|~|the|so|roughly|evening|morning|night|afternoon|abend|früh|"
    r"morgen|soir|matin|\()*[ ~]{0,2}(?:(?:around|about|at|um|gegen|vers|à|(?:a|sobre|hacia) las?"
    r"|alle|verso le|às|por volta das|om|rond|kl\.?|klokken|klokka|"
    r"klockan|omkring|rundt|runt|vid|ved|klo|noin|o|około|koło|ve?|kolem|saat) ){0,2}"
)


def together(text: str, found: list[Mention]) -> list[Mention]:
    """`22:00:20, 22:00:41 and 22:02:57 (UTC)` are all UTC; `yesterday around 14:10` is one time."""
    out: list[Mention] = []
    for mention in reversed(found):
        following = out[-1] if out else None
        if following is not None and (both := _both(text, mention, following)) is not None:
            out[-1] = both
        else:
            out.append(_listed(text, mention, following) if following else mention)
    return out[::-1]


def _both(text: str, one: Mention, other: Mention) -> Mention | None:
    """The one time that a day and a clock make, or the range that two times make; None where each is its own."""
    between = text[one.end : other.start]
    if DAY_BEFORE.fullmatch(between):
        if _plain_day(one) and other.clock and not other.date:
            since = other.since or one.since
            whole = replace(other, start=one.start, days_back=one.days_back, weekday=one.weekday, since=since)
            return on_dial(whole, one.hours) if one.hours else whole
        if _plain_day(other) and one.clock and not one.date:
            whole = replace(one, end=other.end, days_back=other.days_back, weekday=other.weekday)
            return on_dial(whole, other.hours) if other.hours else whole
    if one.clock and LIST.fullmatch(between) and between.strip():
        before = text[max(0, one.start - 30) : one.start]
        if other.back is not None or RANGE.fullmatch(between) or BETWEEN.search(before):
            return replace(one, end=other.end, until=other, zones=one.zones or other.zones)
    return None


def on_dial(mention: Mention, part: tuple[float, float]) -> Mention:
    """The clock in the half of the day that was named with it: nine in the evening, two at night."""
    if mention.clock is None or mention.clock[0] > DIAL:
        return mention
    hour, minute, second = mention.clock
    read = [
        h for h in (hour % DIAL, hour % DIAL + DIAL, hour % DIAL + 2 * DIAL) if part[0] <= h + minute / 60 < part[1]
    ]
    if not read or (mention.twelve and hour != read[0] % 24):
        return mention
    back = mention.days_back - read[0] // 24 if mention.days_back else mention.days_back
    return replace(mention, clock=(read[0] % 24, minute, second), days_back=back, spoken=False, twelve=True)


def _listed(text: str, one: Mention, other: Mention) -> Mention:
    """A zone behind the last of a list is the zone of all."""
    listed = one.clock is not None and other.clock is not None and LIST.fullmatch(text[one.end : other.start])
    return replace(one, zones=one.zones or other.zones) if listed else one


def _plain_day(mention: Mention) -> bool:
    return mention.clock is None and mention.date is None and (mention.days_back, mention.weekday) != (None, None)
