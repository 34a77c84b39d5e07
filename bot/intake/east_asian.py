"""Times as Chinese, Japanese and Korean write them, unspaced: `昨天下午3点`, `午前9時41分`, `오전 9시`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from bot.intake.mention import Mention
from bot.intake.time_words import joined
from bot.intake.zones import CLOCKS, EAST_ASIAN, region, zones_at

Part = Literal["am", "pm", "night", "noon", "dawn"]

HOURS: dict[Part, tuple[float, float]] = {
    "am": (6, 12),
    "pm": (12, 18),
    "night": (18, 28),
    "noon": (11, 14),
    "dawn": (0, 6),
}
PARTS: dict[str, Part] = {
    **dict.fromkeys(("上午", "早上", "早晨", "清晨", "午前", "朝", "오전", "아침"), "am"),
    **dict.fromkeys(("下午", "傍晚", "午後", "夕方", "오후", "저녁"), "pm"),
    **dict.fromkeys(("晚上", "夜里", "夜裡", "深夜", "夜", "밤"), "night"),
    **dict.fromkeys(("中午", "正午", "昼", "낮"), "noon"),
    **dict.fromkeys(("凌晨", "半夜", "未明", "明け方", "새벽"), "dawn"),
}
DAYS: dict[str, tuple[int, Part | None]] = {
    **dict.fromkeys(("今天", "今日", "本日", "오늘"), (0, None)),
    **dict.fromkeys(("昨天", "昨日", "きのう", "어제"), (1, None)),
    **dict.fromkeys(("前天", "一昨日", "おととい", "그저께", "그제"), (2, None)),
    **dict.fromkeys(("今早", "今晨", "今朝", "けさ"), (0, "am")),
    **dict.fromkeys(("今晚", "今夜", "오늘밤"), (0, "night")),
    **dict.fromkeys(("昨晚", "昨夜", "ゆうべ", "어젯밤"), (1, "night")),
}
ALONE = ("上午", "下午", "午前", "午後", "오전", "오후")
"""Parts of the day that mean today's where no day and no clock stands beside them."""
UNITS = {
    **dict.fromkeys(("秒钟", "秒鐘", "秒", "초"), 1),
    **dict.fromkeys(("分钟", "分鐘", "分間", "分", "분"), 60),
    **dict.fromkeys(("小时", "小時", "钟头", "鐘頭", "時間", "시간"), 3600),
    **dict.fromkeys(("天", "日", "일"), 86400),
}
NUMERALS = {**{sign: at for at, sign in enumerate("〇一二三四五六七八九")}, "零": 0, "两": 2, "兩": 2, "半": 0.5}
TEN = "十"
NIGHT_ENDS = 5
"""Up to this hour a night is of the day before: `昨晚2点` was early today."""

_NUMBER = rf"(?:\d{{1,2}}|[{''.join(NUMERALS)}{TEN}]{{1,3}})"
_GAP = r"[ \u3000]?[,，のは]?[ \u3000]?"
_WEEKDAY = r"(?:[ ]?[(（]\w{1,3}[)）])?"
_DATE = (
    rf"(?:(?P<year>20\d\d)[年년] ?)?(?P<month>1[0-2]|0?[1-9])[月월] ?(?P<day>[12]\d|3[01]|0?[1-9])[日号號일]{_WEEKDAY}"
)
_DAY = rf"(?:{_DATE}|(?P<word>{joined(DAYS)}))"
_START = r"(?<![A-Za-z\d:：./=@%$€£+-])"
_END = r"(?![A-Za-z\d%:：])"
_OWN = (
    rf"(?P<hour>{_NUMBER}) ?[点點時时시](?![间間간])"
    rf"(?: ?(?:(?P<half>[半반])|(?P<minute>{_NUMBER})(?: ?[分분](?: ?(?P<second>{_NUMBER}) ?[秒초])?)?))?"
)
_COMMON = r"(?P<hour>[01]?\d|2[0-4])[:：](?P<minute>[0-5]\d)(?:[:：](?P<second>[0-5]\d))?"
WRITTEN = tuple(
    re.compile(rf"{_START}(?:{_DAY}{_GAP})?(?:(?P<part>{joined(PARTS)}){_GAP})?{clock}{_END}")
    for clock in (_OWN, _COMMON)
)
DAY = re.compile(rf"{_START}{_DAY}(?:{_GAP}(?P<part>{joined(PARTS)}))?|{_START}(?P<alone>{joined(ALONE)})")
AGO = re.compile(
    rf"{_START}(?P<amount>{_NUMBER}) ?[个個]?(?P<unit>{joined(UNITS)}) ?(?:ほど|くらい|左右|정도)? ?(?:之?前|以前|전)"
)
NOW = re.compile("刚才|刚刚|剛才|剛剛|さっき|先ほど|先程|たった今|방금")
ABOUT = re.compile(" ?(?:左右|前后|前後|頃|ごろ|くらい|쯤|경)")
SINCE = re.compile(" ?(?:左右|頃|ごろ|쯤|경)?(?:开始|開始|起|以来|以來|以降|以后|以後|之后|之後|から|より|부터|이후)")
ZONE_BEFORE = re.compile(f"(?P<name>{joined(CLOCKS)})[ の]?$")
ZONE_BEHIND = re.compile(f"[ ]?[(（]?(?P<name>{joined(CLOCKS)})")
SINCE_BEFORE = re.compile("(?:自从|自從|从|從|自)[ ]?$")


def east_asian(text: str) -> Iterator[Mention]:
    """Every such time of a text; `9:41` where words of these languages touch it, which is no time to others."""
    for pattern in WRITTEN:
        for match in pattern.finditer(text):
            if _is_clock(text, match):
                yield _read(text, match, clock=True)
    for match in AGO.finditer(text):
        seconds = _number(match["amount"]) * UNITS[match["unit"]]
        yield _placed(text, Mention(start=match.start(), end=match.end(), back=seconds, about=True))
    for match in NOW.finditer(text):
        yield Mention(start=match.start(), end=match.end(), back=60, about=True)
    for match in DAY.finditer(text):
        yield _read(text, match, clock=False)


def _is_clock(text: str, match: re.Match[str]) -> bool:
    """Not `一点`, which is a little, nor a clock that stands alone as it does everywhere."""
    beside = match["part"] or match["word"] or match["month"]
    if match.re is WRITTEN[0]:
        return bool(beside or match["hour"].isdecimal() or match["half"] or match["minute"])
    around = text[max(0, match.start() - 1) : match.start()] + text[match.end() : match.end() + 1]
    return bool(beside or EAST_ASIAN.search(around))


def _read(text: str, match: re.Match[str], *, clock: bool) -> Mention:
    parts = match.groupdict()
    back, part = DAYS[parts["word"]] if parts["word"] else (0 if parts.get("alone") else None, None)
    if named := parts["part"] or parts.get("alone"):
        part = PARTS[named]
    month = parts["month"]
    mention = Mention(
        start=match.start(),
        end=match.end(),
        date=(int(parts["year"]) if parts["year"] else None, int(month), int(parts["day"])) if month else None,
        days_back=back,
        hours=HOURS[part] if part and not clock else None,
    )
    return _placed(text, _clocked(mention, parts, part) if clock else mention)


def _clocked(mention: Mention, parts: dict[str, str | None], part: Part | None) -> Mention:
    said = parts["hour"] or ""
    hour, minute = int(_number(said)), 30 if parts.get("half") else int(_number(parts["minute"] or "0"))
    early = part == "night" and hour <= NIGHT_ENDS
    return replace(
        mention,
        clock=(_of_day(hour, part), minute, float(_number(parts["second"] or "0"))),
        days_back=mention.days_back - 1 if early and mention.days_back else mention.days_back,
        twelve=part is not None or said.startswith("0") or hour > 12,
        local=part is not None or mention.days_back is not None,
        seconds=parts["second"] is not None,
    )


def _of_day(hour: int, part: Part | None) -> int:
    """The hour on the clock of 24; 24 is the midnight at which the day ends."""
    if hour > 12 or part is None:
        return hour
    if part in ("am", "dawn"):
        return hour % 12
    if part == "pm":
        return hour % 12 + 12
    return hour + 12 if (hour > NIGHT_ENDS if part == "night" else hour <= NIGHT_ENDS) else hour


def _placed(text: str, mention: Mention) -> Mention:
    """With what is said right behind and before it."""
    before = text[max(0, mention.start - 8) : mention.start]
    since = SINCE.match(text, mention.end) or SINCE_BEFORE.search(before)
    about = mention.about or ABOUT.match(text, mention.end) is not None
    zone = ZONE_BEHIND.match(text, mention.end) or ZONE_BEFORE.search(before)
    named = region(CLOCKS[zone["name"]]) if zone else None
    zones = (named,) if named else zones_at(text, mention.end)
    return replace(mention, about=about, since=since is not None, zones=zones)


def _number(text: str) -> float:
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition(TEN)
    if ten:
        return 10 * NUMERALS.get(tens, 1) + NUMERALS.get(ones, 0)
    return (
        NUMERALS.get(text, 0) if len(text) == 1 else sum(NUMERALS.get(s, 0) * 10**i for i, s in enumerate(text[::-1]))
    )
