"""When the failing request was made: of all times in a report, the one that is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime

from bot.intake.clock import Moment, moment
from bot.intake.documents import Document
from bot.intake.failing import CLAUSE, FAILS
from bot.intake.hours import NOON_S
from bot.intake.interface import RawExchange
from bot.intake.mention import Mention
from bot.intake.spoken import told
from bot.intake.time_lists import LIST
from bot.intake.times import mentions
from bot.intake.zones import clock_of, language_clock

NOT_THE_FAILURE = re.compile(
    r"(?i)(?<!\w)(?:work(?:s|ed|ing)|was (?:fine|ok|good|green)|fine until|ok until|until|created|made|issued|"
    r"generated|minted|refreshed|renewed|opened|expires?|valid|got|logged in|signed in|log in|login at|"
    r"release[d]?|power (?:cut|failure|outage)|stromausfall|apagón|deploy(?:ed)?|upgraded?|migrated?|restart(?:ed)?|"
    r"rebooted?|"
    r"resolved|monitoring|investigating|started (?:the|a|working|pulling)|started around|"
    r"began working|built|installed|rotated|changed|updated|switched|moved|set to|bis|jusqu'à|hasta|funktionierte|"
    r"klappte|(?:ging|lief) (?:\w+ ){0,2}noch|marchait|fonctionnait|funcionaba|"
    r"funcionava|funzionava|werkte|deed het nog|działało?|fungerade|virkede|fungerte|çalışıyordu)"
    r"(?!\w)"
)
QUOTED = re.compile(
    r"(?i)[> \t]*(?:(?:sent|posted|date|gesendet|datum|envoyé|enviado(?: em)?|inviato|verzonden|sendt|skickat|lähetetty"
    r"|wysłano|odesláno|gönderildi|tarih|fecha|data|päivä)\s?:"
    r"|[^\n]*\b(?:wrote|schrieb|a écrit|escribió|escreveu|ha scritto|schreef|skrev|kirjoitti|napisał(?:a|\(a\))?"
    r"|napsala?|tarihinde|yazdı)(?!\w)[^\n]{0,80}:[ \t]*$)"
)
"""The head of a mail that was answered or sent on: when it was written."""
CALLED = re.compile(
    r"(?i)(?<!\w)(?:time|at|when|tried|try|attempt|call|clicked|run|request|failed|failing|"
    r"last|latest|newest|zeit|um|zeitpunkt|"
    r"heure|zuletzt|dernier|dernière fois|última|último|ultimo|ostatnio|senast|son)(?: one| vez)?[ :=(]{1,3}"
    r"(?:was|is|around|about)?[ :]*$"
)

UNTIL = re.compile(
    r"(?i)(?<!\w)(?:until|till|til|up to|bis|tot|indtil|fram til|(?:ända )?tills?|frem til|jusqu['’]à|jusque vers|hasta"
    r"|até|fino(?: a)?|do|až do)(?: (?:about|around|etwa|ca\.?|gegen|ongeveer|cirka|około|asi|las?|as|às|alle|kl\.?|klo"
    r"|omkring|klokken|klokka|klockan|godz\.?)){0,2} ?$"
)
"""What stands before the last moment at which all was well."""
FINE = re.compile(
    r"(?i)(?<!\w)(?:work(?:s|ed)|was (?:fine|ok|good|green|well)|went (?:fine|well|through)|ran|fine|ok)(?!\w)"
)

RECORDED = 4.0
"""How likely the time of a recorded refusal is the one, before what is said of it."""
SINCE = 1.0
"""What a time at which it began is less likely to be the one: lines that follow it tell as much."""
ZONED = 3.4
"""From here on a time in words has its zone with it."""
STAMPED = re.compile(
    r"(?i)[\"']?(?:created|updated|modified|issued|granted|registered|expires?|expiry|not_?(?:before|after)|valid_?\w{0,8}"
    r"|last_?\w{1,12}|start\w{0,4}|rotated)_?(?:at|on|time|date|until)?[\"']?\s{0,2}[:=]\s{0,2}[\"']?$"
)
"""The name of a field before its time: when a thing was made or ends, not when a request failed."""
ANSWERED = re.compile(r"[ )\]]{0,2}[,:;=>–—-]{1,2}[ (\[]{0,2}(?:HTTP[ /\d.]{0,5})?2\d\d\b")
"""What follows the time of a request that went well: `14:40, 200`."""
REFUSED = re.compile(r"(?<![\d.])40[13](?![\d.])|nauthori[sz]ed")


def when(documents: tuple[Document, ...], posted_at: datetime, tz: tzinfo) -> Moment | None:
    """The moment of the failing request, None where nothing was said of it."""
    told, home = _clocks(documents, tz)
    tz = told or tz
    candidates = [
        c
        for number, d in enumerate(documents)
        for c in _candidates(d, number > 0, posted_at, tz, home if number == 0 else None)
    ]
    if not candidates:
        return None
    _, best = max(candidates, key=lambda c: c[0] + _borne_out(c, candidates))
    # A file often tells to the second what the words tell to the minute.
    finer = [(m.precision_s, -rank, m) for rank, m in candidates if m.precision_s < best.precision_s and rank > 1]
    return min((f for f in finer if _within(f[2], best)), key=lambda f: f[:2], default=(0.0, 0.0, best))[2]


def writers_clock(documents: tuple[Document, ...], tz: tzinfo, chosen: Moment | None) -> tzinfo:
    """The zone that the writer's own times are in, as far as is told or to be guessed from the language."""
    named = chosen.mention.zones if chosen and chosen.mention else ()
    told, home = _clocks(documents, tz)
    return (named[0] if len(named) == 1 else None) or told or home or tz


def unzoned(documents: tuple[Document, ...], chosen: Moment) -> bool:
    """Whether the zone of a time of the day was told neither with it nor elsewhere: people write UTC or their own."""
    mention = chosen.mention
    timed = mention is not None and (mention.clock is not None or mention.hours is not None) and not mention.zones
    return timed and clock_of(documents[0].prose) is None


def _clocks(documents: tuple[Document, ...], tz: tzinfo) -> tuple[tzinfo | None, tzinfo | None]:
    """The zone that is named, and the one of the language where none is known."""
    told = clock_of(documents[0].prose)
    return told, None if told or tz is not UTC else language_clock(documents[0].prose)


def _borne_out(one: tuple[float, Moment], candidates: list[tuple[float, Moment]]) -> float:
    """A recorded answer whose time the words name as well is the one that they are about; else its clock may be off."""
    rank, moment_ = one
    named = [m for r, m in candidates if m.mention is not None and m.mention.zones and r > ZONED]
    if moment_.mention is not None or rank < RECORDED or not named:
        return 0.0
    return 1.5 if any(_within(moment_, m, 2) for m in named) else -1.0


def _within(one: Moment, other: Moment, times: int = 1) -> bool:
    return abs((one.at - other.at).total_seconds()) <= times * other.precision_s + 1


def _candidates(
    document: Document, attached: bool, posted_at: datetime, tz: tzinfo, home: tzinfo | None
) -> Iterator[tuple[float, Moment]]:
    """(how likely it is the one, the moment); later ones of equal rank win."""
    before, rank = 0, 0.0
    found_ = mentions(document.prose)
    today = any(_idle(m) for m in found_)
    for number, mention in enumerate(found_):
        own = _rank(document.prose, mention) - (1.5 if attached else 0.0)
        listed = LIST.fullmatch(document.prose, before, mention.start)
        rank = max(own, rank) if listed else own  # what is said of a list is said of its last time too
        before = mention.end
        found = moment(_begun(document.prose, mention), posted_at, tz, home)
        other_day = today and mention.weekday is not None and mention.clock is None
        if found is not None and rank > 0 and not _idle(mention) and not other_day:
            yield rank + 0.001 * number, found
    for number, exchange in enumerate(document.exchanges):
        at = exchange.at or date_of(exchange)
        if at is None and exchange.failed and not exchange.told:
            yield from _beside(document.text[slice(*exchange.span)], posted_at, tz)
        if at is not None and abs((posted_at - at).total_seconds()) < 400 * 86400:
            rank = RECORDED + 0.2 if exchange.failed else 1.2
            yield rank + 0.001 * number, Moment(at=at, precision_s=2.0 if exchange.failed else 60.0)


def _beside(text: str, posted_at: datetime, tz: tzinfo) -> Iterator[tuple[float, Moment]]:
    """Times that the writer put beside a pasted answer."""
    for mention in mentions(text[:2000]):
        if mention.clock is not None and (found := moment(mention, posted_at, tz)) is not None:
            yield 3.5, found


def _begun(text: str, mention: Mention) -> Mention:
    """`it worked until eight`: then the failing began."""
    return replace(mention, since=True) if mention.clock is not None and _until(text, mention) else mention


def _until(text: str, mention: Mention) -> bool:
    if UNTIL.search(text, max(0, mention.start - 40), mention.start) is None:
        return False
    clause = _clause(text, mention)
    return told(clause) == "worked" or FINE.search(clause) is not None


def _idle(mention: Mention) -> bool:
    """`today` by itself tells nothing."""
    return mention.clock is None and mention.days_back == 0 and mention.hours is None


def _rank(text: str, mention: Mention) -> float:
    if mention.clock is not None and mention.slack_s >= NOON_S:
        rank = 2.0
    elif mention.clock is not None or mention.epoch is not None:
        rank = 3.0 + (0.5 if mention.zones or mention.epoch is not None else 0.0) + (0.2 if mention.seconds else 0.0)
    elif mention.back is not None:
        rank = 1.6
    else:
        rank = 0.6
    before = text[max(0, mention.start - 40) : mention.start]
    clause = _clause(text, mention)
    tone = told(clause)
    fails = tone != "worked" and (tone == "failed" or FAILS.search(clause) is not None)
    rank += 1.0 if fails else 0.0
    rank += 0.2 if REFUSED.search(clause) else 0.0
    rank -= 1.0 if ANSWERED.match(text, mention.end) else 0.0
    rank -= 1.8 if STAMPED.search(before) else 0.0
    rank += 0.8 if CALLED.search(before) else 0.0
    until = mention.clock is not None and _until(text, mention)
    rank -= SINCE if mention.since or until else 0.0
    rank -= 3.0 if QUOTED.match(_line(text, mention)) else 0.0
    if not fails and not until and (tone == "worked" or NOT_THE_FAILURE.search(clause)):
        rank -= 1.8
    return rank


def _line(text: str, mention: Mention) -> str:
    end = text.find("\n", mention.end)
    return text[text.rfind("\n", 0, mention.start) + 1 : end if end >= 0 else len(text)][:400]


def _clause(text: str, mention: Mention) -> str:
    low, high = max(0, mention.start - 120), min(len(text), mention.end + 80)
    start = max((m.end() for m in CLAUSE.finditer(text, low, mention.start)), default=low)
    end = CLAUSE.search(text, mention.end, high)
    return text[start : end.start() if end else high]


def date_of(exchange: RawExchange) -> datetime | None:
    """The Date of the answer (RFC 9110 section 6.6.1), UTC; None where it has none that can be read."""
    value = exchange.response_header("date")
    try:
        at = parsedate_to_datetime(value) if value else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return None if at is None else at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
