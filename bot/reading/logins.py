"""The names by which a log may know who wrote: `H. Schulz` signs in as `hschulz`, `Kasse 3` as `kasse3`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.model import Report
from bot.reading.hints import LONGEST, spelled_out
from knowledge.messages import software
from knowledge.plain import plain

MOST = 120
MOST_PEOPLE = 8
PARTICLE = r"(?:de|del|della|da|di|do|dos|van|von|der|den|ter|zu|la|le|af|av|bin|al)"
PERSON = re.compile(
    rf"(?<![\w.@/-])(?=(?P<first>[^\W\d_][\w'’-]{{0,20}})(?P<dot>\.?)[ \u00a0]"
    rf"(?P<particles>(?:{PARTICLE} ){{0,2}})(?P<last>[^\W\d_][\w-]{{1,25}})(?![\w@/]))"
)
"""Two words that may be a person's first and family name."""
_NO_NAMES = """
viele liebe beste schone freundliche vielen mein meine mvh med met mit hallo hello hi hej dear thanks cheers best kind
warm un saluti cordiali bien z s bonjour hola ciao moin
"""
NO_NAMES = frozenset(_NO_NAMES.split())
"""Words before a name, or before another word of a closing."""
COMPANY = re.compile(
    r"(?<![\w.@/-])(?P<name>[^\W\d_][\w&-]{2,30})[ \u00a0](?:AG|GmbH|UG|KG|OHG|SE|eG|e\.\s?V\.|Ltd|Limited|LLC|Inc|Corp"
    r"|PLC|plc|Pty|S\.?A\.?S?|SARL|S\.?r\.?l|S\.?p\.?A|S\.?L|Lda|Ltda|B\.?V|N\.?V|AB|ApS|A/S|AS|ASA|Oyj?|s\.?r\.?o|Kft"
    r"|d\.?o\.?o|[Ss]p\. z o\.?\s?o)(?![\w/-])"
)
"""A company by the word before its legal form: logs call its key by that."""
NUMBERED = re.compile(r"(?<![\w.@/-])(?P<kind>[^\W\d_]{3,20})[ ](?P<code>[A-Z]\d{1,3}|\d{1,2})(?![\w:./-]|\.\d)")
"""A device and its number, too short for those of statuses and years."""


def logins(report: Report) -> tuple[str, ...]:
    """The spellings, in small letters, that few lines hold by chance: what is put together of two words of a name."""
    text = report.text[:LONGEST]
    return tuple(dict.fromkeys((*_companies(text), *_people(text), *_devices(text))))[:MOST]


def _companies(text: str) -> Iterator[str]:
    for match in [m for m in COMPANY.finditer(text) if m["name"][0].isupper()][:MOST_PEOPLE]:
        yield from dict.fromkeys((plain(match["name"]), spelled_out(match["name"])))


def _people(text: str) -> Iterator[str]:
    found = [m for m in PERSON.finditer(text) if m["first"][0].isupper() and m["last"][0].isupper()]
    found = [m for m in found if (len(m["first"]) == 1) == bool(m["dot"]) and not _no_name(m["first"])]
    for match in found[:MOST_PEOPLE]:
        first, last = match["first"], match["last"]
        yield plain(f"{first}{match['dot']} {match['particles']}{last}")
        if len(first) == 1:
            yield plain(last)
        for spelled in (plain, spelled_out):
            for family in dict.fromkeys((last, f"{match['particles'].replace(' ', '')}{last}")):
                yield from _spellings(spelled(first.lower()), spelled(family.lower()))


def _no_name(first: str) -> bool:
    """Whether a word is the beginning of a closing or of a program's name: `Viele Grüße`, `Grafana Loki`."""
    return plain(first) in NO_NAMES or plain(first) in software()


def _spellings(first: str, last: str) -> Iterator[str]:
    initial = first[0]
    for given in dict.fromkeys((initial, first)):
        yield from (f"{given}{mark}{last}" for mark in ("", ".", "_", "-"))
        yield from (f"{last}{mark}{given}" for mark in ("", ".", "_"))


def _devices(text: str) -> Iterator[str]:
    for match in NUMBERED.finditer(text):
        kind, code = plain(match["kind"]), match["code"].lower()
        yield from (f"{kind}{mark}{code}" for mark in ("", "-", "_", "0"))
        if code[0].isalpha():
            yield f"{kind} {code}"
