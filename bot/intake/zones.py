"""Names that people give time zones, and what they may mean by them."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.intake.time_words import meaning

# Each abbreviation: the region whose clock people mean by it (also when they name the wrong half of the year),
# and the fixed offset in minutes where the region's rules are not installed or lead nowhere.
ABBREVIATIONS: dict[str, tuple[tuple[str, int], ...]] = {
    "UTC": (("", 0),),
    "GMT": (("", 0),),
    "Z": (("", 0),),
    "ZULU": (("", 0),),
    "CET": (("Europe/Berlin", 60),),
    "CEST": (("Europe/Berlin", 120),),
    "MEZ": (("Europe/Berlin", 60),),
    "MESZ": (("Europe/Berlin", 120),),
    "WET": (("Europe/Lisbon", 0),),
    "WEST": (("Europe/Lisbon", 60),),
    "BST": (("Europe/London", 60),),
    "EET": (("Europe/Helsinki", 120),),
    "EEST": (("Europe/Helsinki", 180),),
    "MSK": (("Europe/Moscow", 180),),
    "TRT": (("Europe/Istanbul", 180),),
    "IST": (("Asia/Kolkata", 330), ("Europe/Dublin", 60), ("Asia/Jerusalem", 120)),
    "GST": (("Asia/Dubai", 240),),
    "PKT": (("Asia/Karachi", 300),),
    "ICT": (("Asia/Bangkok", 420),),
    "WIB": (("Asia/Jakarta", 420),),
    "SGT": (("Asia/Singapore", 480),),
    "HKT": (("Asia/Hong_Kong", 480),),
    "AWST": (("Australia/Perth", 480),),
    "JST": (("Asia/Tokyo", 540),),
    "KST": (("Asia/Seoul", 540),),
    "AEST": (("Australia/Sydney", 600),),
    "AEDT": (("Australia/Sydney", 660),),
    "ACST": (("Australia/Adelaide", 570),),
    "NZST": (("Pacific/Auckland", 720),),
    "NZDT": (("Pacific/Auckland", 780),),
    "SAST": (("Africa/Johannesburg", 120),),
    "WAT": (("Africa/Lagos", 60),),
    "EAT": (("Africa/Nairobi", 180),),
    "BRT": (("America/Sao_Paulo", -180),),
    "ART": (("America/Argentina/Buenos_Aires", -180),),
    "ET": (("America/New_York", -300),),
    "EST": (("America/New_York", -300),),
    "EDT": (("America/New_York", -240),),
    "CT": (("America/Chicago", -360),),
    "CST": (("America/Chicago", -360), ("Asia/Shanghai", 480)),
    "CDT": (("America/Chicago", -300),),
    "MT": (("America/Denver", -420),),
    "MST": (("America/Denver", -420), ("America/Phoenix", -420)),
    "MDT": (("America/Denver", -360),),
    "PT": (("America/Los_Angeles", -480),),
    "PST": (("America/Los_Angeles", -480),),
    "PDT": (("America/Los_Angeles", -420),),
    "AKST": (("America/Anchorage", -540),),
    "HST": (("Pacific/Honolulu", -600),),
}
PLACES: dict[str, str] = {
    **dict.fromkeys(("berlin", "germany", "german", "munich", "münchen", "hamburg", "frankfurt"), "Europe/Berlin"),
    **dict.fromkeys(("vienna", "wien", "austria"), "Europe/Vienna"),
    **dict.fromkeys(("zurich", "zürich", "swiss", "switzerland", "geneva"), "Europe/Zurich"),
    **dict.fromkeys(("paris", "french", "france"), "Europe/Paris"),
    **dict.fromkeys(("london", "uk", "british"), "Europe/London"),
    **dict.fromkeys(("madrid", "barcelona", "spain", "spanish"), "Europe/Madrid"),
    **dict.fromkeys(("rome", "milan", "italy", "italian"), "Europe/Rome"),
    **dict.fromkeys(("amsterdam", "netherlands", "dutch"), "Europe/Amsterdam"),
    **dict.fromkeys(("new york", "nyc", "boston", "toronto", "eastern", "us east"), "America/New_York"),
    **dict.fromkeys(("chicago", "dallas", "central"), "America/Chicago"),
    **dict.fromkeys(("denver", "mountain"), "America/Denver"),
    **dict.fromkeys(("los angeles", "la", "san francisco", "sf", "seattle", "pacific"), "America/Los_Angeles"),
    **dict.fromkeys(("sao paulo", "são paulo", "brazil"), "America/Sao_Paulo"),
    **dict.fromkeys(("india", "indian", "bangalore", "bengaluru", "mumbai", "delhi"), "Asia/Kolkata"),
    **dict.fromkeys(("beijing", "shanghai", "china"), "Asia/Shanghai"),
    **{"brussels": "Europe/Brussels", "lisbon": "Europe/Lisbon", "dublin": "Europe/Dublin", "warsaw": "Europe/Warsaw"},
    **{"prague": "Europe/Prague", "stockholm": "Europe/Stockholm", "oslo": "Europe/Oslo", "athens": "Europe/Athens"},
    **{"copenhagen": "Europe/Copenhagen", "helsinki": "Europe/Helsinki", "kyiv": "Europe/Kyiv", "kiev": "Europe/Kyiv"},
    **{"moscow": "Europe/Moscow", "istanbul": "Europe/Istanbul", "tel aviv": "Asia/Jerusalem", "dubai": "Asia/Dubai"},
    **{"singapore": "Asia/Singapore", "hong kong": "Asia/Hong_Kong", "tokyo": "Asia/Tokyo", "japan": "Asia/Tokyo"},
    **{"seoul": "Asia/Seoul", "sydney": "Australia/Sydney", "melbourne": "Australia/Melbourne"},
    **{"auckland": "Pacific/Auckland", "johannesburg": "Africa/Johannesburg", "lagos": "Africa/Lagos"},
}
LOWER_TOO = ("utc", "gmt", "cet", "cest", "mez", "mesz", "pst", "pdt", "edt", "bst", "aest", "jst", "zulu")
_PLACES = "|".join(sorted(map(re.escape, PLACES), key=len, reverse=True))
_ABBREVIATIONS = "|".join(sorted((*ABBREVIATIONS, *LOWER_TOO), key=len, reverse=True))

ZONE = (
    r"(?:(?P<offset>(?:UTC|GMT|utc|gmt)?[ ]?[+-](?:0\d|1[0-4]|\d)(?::?[0-5]\d)?)(?![\d:])"
    rf"|(?P<abbr>{_ABBREVIATIONS})(?![\w+-])"
    r"|(?P<iana>(?:Europe|America|Asia|Africa|Australia|Pacific|Atlantic|Etc)/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?)"
    rf"|(?P<place>(?i:{_PLACES}))(?i:[ ]time)?(?!\w))"
)
"""What may follow a time of day. `place` counts only in brackets or before the word time: see `placed`."""
AFTER = rf"[ ]?[(（]?(?:{ZONE})"
ZONED = re.compile(AFTER)

TOLD = re.compile(
    r"(?i:(?<!\w)(?:(?:all |the |log )?times?(?: stamps?)?(?: here)?(?: are| is| in|:)(?: all)?(?: in| on)?"
    r"|(?:my|our|local|ortszeit|heure locale|hora local) time(?: zone)?(?: is)?,?|alle zeiten(?: in)?"
    r"|here,?(?: in)?|hier in|ici à|aquí en|(?:i'm|i am|we're|we are|based|sitting|located) in|zeitzone:?"
    r"|time ?zone:?)) ?\(?"
    rf"(?:[A-Z][a-z]+ \(?)?(?:{ZONE})"
)
"""Where the writer says whose clock all the times are of."""
CLOCKS = {
    **dict.fromkeys(("北京时间", "北京時間", "中国时间"), "Asia/Shanghai"),
    **dict.fromkeys(("台北時間", "台湾時間", "台灣時間"), "Asia/Taipei"),
    **dict.fromkeys(("香港時間", "香港时间"), "Asia/Hong_Kong"),
    **dict.fromkeys(("日本時間", "日本时间", "東京時間"), "Asia/Tokyo"),
    **dict.fromkeys(("한국 시간", "한국시간", "서울 시간"), "Asia/Seoul"),
}
"""What clocks are called in Chinese, Japanese and Korean; they stand before a time, or tell of all."""
SCRIPTS = (
    (re.compile("[\u3041-\u30ff]"), "Asia/Tokyo"),
    (re.compile("[\uac00-\ud7a3]"), "Asia/Seoul"),
    (re.compile("[\u4e00-\u9fff]"), "Asia/Shanghai"),
)
"""Letters that tell a language; those of Chinese last, as Japanese uses them too."""
EAST_ASIAN = re.compile("[\u3041-\u30ff\uac00-\ud7a3\u4e00-\u9fff]")
LANGUAGES = (
    (r"der|die|das|nicht|ich|wir|und|ist|seit|mit|bekomme|kommt|beim", "Europe/Berlin"),
    (r"le|la|les|des|nous|est|depuis|avec|une|je|sur|pas", "Europe/Paris"),
    (r"el|los|las|nos|desde|con|una|para|hoy|pero|está|que|del|y|no puedo", "Europe/Madrid"),
    (r"il|gli|che|non|con|da|una|sono|dalle|alle|oggi", "Europe/Rome"),
    (r"het|een|niet|wij|ik|sinds|met|van|krijg", "Europe/Amsterdam"),
    (r"jeg|ikke|og|af|blev|efter|siden|hvor|på|virkede|får|fik", "Europe/Copenhagen"),
    (r"jeg|ikke|og|av|ble|etter|siden|hvor|på|fungerte|får|fikk", "Europe/Oslo"),
    (r"jag|inte|och|av|blev|efter|sedan|är|på|fungerade|får|fick", "Europe/Stockholm"),
    (r"en|ei|ja|on|olen|kun|että|sitten|klo|saan|minä|mutta", "Europe/Helsinki"),
    (r"nie|się|jest|od|dziś|do|mam|przy|na|już|mnie|czy", "Europe/Warsaw"),
    (r"se|je|jsem|od|dnes|při|mi|není|nejde|už|mě|kdy", "Europe/Prague"),
    (r"bir|bu|ve|da|için|saat|ama|çok|değil|ile|alıyorum|beri", "Europe/Istanbul"),
)
LANGUAGE_WORDS = 4


def clock_of(text: str) -> tzinfo | None:
    """The zone that the writer says the times are of; None where that was not said."""
    match = TOLD.search(text)
    if match is None:
        return next((region(zone) for name, zone in CLOCKS.items() if name in text), None)
    return next(iter(meant(match)), None)


def language_clock(text: str) -> tzinfo | None:
    """The zone of most who write in the language of a text; None for one spoken in many, such as English."""
    if len(EAST_ASIAN.findall(text[:4000])) >= LANGUAGE_WORDS:
        return next(region(name) for letters, name in SCRIPTS if letters.search(text[:4000]))
    counted = ((len(set(re.findall(rf"(?i)(?<!\w)(?:{words})(?!\w)", text[:4000]))), name) for words, name in LANGUAGES)
    count, name = max(counted)
    return region(name) if count >= LANGUAGE_WORDS else None


@cache
def region(name: str) -> tzinfo | None:
    """The zone of that IANA name, None where it is unknown or no zone data are installed."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _fixed(minutes: int) -> tzinfo:
    return timezone(timedelta(minutes=minutes)) if minutes else UTC


def meant(match: re.Match[str]) -> tuple[tzinfo, ...]:
    """The zones that a match of `ZONE` may mean, the likeliest first; empty when it names none."""
    groups = match.groupdict()
    if groups.get("offset"):
        return (_offset(groups["offset"]),)
    if groups.get("abbr"):
        return tuple(_readings(groups["abbr"].upper()))
    name = groups.get("iana") or (meaning(PLACES, groups["place"]) if groups.get("place") else "")
    zone = region(name) if name else None
    return (zone,) if zone else ()


def placed(zone: re.Match[str], text: str) -> bool:
    """A place is a zone in brackets or with the word time: `(Berlin)`, `New York time`."""
    return not zone["place"] or zone[0].lstrip().startswith("(") or zone[0].lower().endswith("time")


def zones_at(text: str, at: int) -> tuple[tzinfo, ...]:
    """The zones that stand behind a time which ends there."""
    match = ZONED.match(text, at)
    return meant(match) if match and placed(match, text) else ()


def _readings(abbreviation: str) -> list[tzinfo]:
    readings: list[tzinfo] = []
    for name, minutes in ABBREVIATIONS[abbreviation]:
        zone = region(name) if name else None
        readings += [zone, _fixed(minutes)] if zone else [_fixed(minutes)]
    return readings


def _offset(text: str) -> tzinfo:
    sign = -1 if "-" in text else 1
    digits = re.sub(r"[^\d:]", "", text)
    hours, _, minutes = digits.partition(":") if ":" in digits else (digits[:-2] or digits, "", digits[-2:])
    if ":" not in digits and len(digits) <= 2:
        hours, minutes = digits, "0"
    return _fixed(sign * (int(hours) * 60 + int(minutes or 0)))
