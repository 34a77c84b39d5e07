"""Times as people write them."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake import Attachment, read
from bot.intake.clock import moment
from bot.intake.time_words import DAY_WORDS, MONTHS, WEEKDAYS
from bot.intake.times import mentions
from knowledge.times import tongues

POSTED = datetime(2026, 11, 20, 23, 45, tzinfo=UTC)
BERLIN, PARIS, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York")


def times_in(text: str, posted_at: datetime = POSTED, tz: tzinfo = UTC) -> list[datetime]:
    found = (moment(m, posted_at, tz) for m in mentions(text))
    return [m.at for m in found if m is not None]


FIXED = """
failed at 11:41 pm UTC
20 Nov 2026 23:41 UTC
Nov 20th 11:41 pm
November 20, 2026 at 11:41 PM UTC
Friday, 20 November 2026, 23:41 UTC
11/20/2026 23:41 UTC
20/11/2026 23:41 UTC
20.11.2026 23:41 UTC
2026/11/20 23:41 UTC
2026-11-20T23:41Z
2026-11-20T23:41:00+00:00
2026-11-21 00:41 CET
2026-11-21 00:41:00,000 +0100
20/Nov/2026:23:41:00 +0000
Fri, 20 Nov 2026 23:41:00 GMT
20261120T234100Z
6:41 PM EST
3:41pm PST
18:41 (New York)
18:41 New York time
5:11 IST
08:41 JST
10:41 AEDT
at 18:41 (GMT-5)
01:41 +02:00
00:41 Europe/Berlin
00:41 MEZ
2341 UTC
23:41Z
at 1795218060
1795218060000 (epoch ms)
el 20 de noviembre a las 23:41 UTC
le 20 novembre 2026 à 23h41 UTC
am 20. November um 23:41 UTC
today at 23:41 UTC
11/20 23:41 UTC
19 to 12 (London)
11月21日 07:41（北京时间）
11月21日上午7点41分 北京时间
今天23:41 UTC
2026年11月21日 午前8時41分（JST）
日本時間 8時41分
2026/11/21(土) 08:41 JST
2026/11/21 8時41分 JST
11월 21일 오전 8시 41분 (KST)
"""


EAST_ASIAN = [
    ("上午9点41分开始报401", "09:41"),
    ("昨天下午3点就登录不了", "-1 15:00"),
    ("今天早上8:15登录失败", "08:15"),
    ("11月27日 10:21 报错", "10:21"),
    ("昨晚两点报错", "02:00"),
    ("昨晚10点左右报错", "-1 22:00"),
    ("今天下午三点半之前都正常", "15:30"),
    ("在10:21收到401", "10:21"),
    ("十分钟前还是401", "15:50"),
    ("半小时前登录", "15:30"),
    ("午前9時41分に失敗", "09:41"),
    ("昨日15時頃から失敗します", "-1 15:00"),
    ("10：21に失敗", "10:21"),
    ("30分前から失敗", "15:30"),
    ("오전 9시 41분에 오류", "09:41"),
    ("어제 오후 3시부터 안 됩니다", "-1 15:00"),
    ("밤 12시 30분에 오류", "00:30"),
    ("2시간 전에 오류", "14:00"),
]


@pytest.mark.parametrize(("text", "told"), EAST_ASIAN)
def test_times_in_chinese_japanese_and_korean_need_no_spaces(text: str, told: str) -> None:
    posted = datetime(2026, 11, 27, 16, 0, tzinfo=ZoneInfo("Asia/Seoul"))
    day, _, clock = told.rpartition(" ")
    hour, minute = map(int, clock.split(":"))
    meant = posted.replace(hour=hour, minute=minute) + timedelta(days=int(day or 0))
    assert times_in(text, posted.astimezone(UTC), ZoneInfo("Asia/Seoul")) == [meant]


@pytest.mark.parametrize("text", ["有一点问题", "我们有三点建议", "24時間使えません", "다시 시도", "v2.10:21に"])
def test_what_only_looks_like_a_time_to_them_is_none(text: str) -> None:
    assert times_in(text) == []


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("上午9点41分登录失败", "Asia/Shanghai"),
        ("午前9時41分に失敗", "Asia/Tokyo"),
        ("오전 9시 41분에 오류", "Asia/Seoul"),
    ],
)
def test_who_writes_in_such_a_language_lives_by_its_clock_where_no_other_is_known(text: str, zone: str) -> None:
    posted = datetime(2026, 11, 27, 16, 0, tzinfo=ZoneInfo(zone))
    assert read(text, posted_at=posted.astimezone(UTC)).at == posted.replace(hour=9, minute=41)


@pytest.mark.parametrize("text", FIXED.strip().split("\n"))
def test_one_moment_in_many_spellings(text: str) -> None:
    assert datetime(2026, 11, 20, 23, 41, tzinfo=UTC) in times_in(text)


@pytest.mark.parametrize(
    ("text", "zone", "minutes_before"),
    [
        ("um 0:41 Uhr kam 401", BERLIN, 4),
        ("gegen 00.41 Uhr", BERLIN, 4),
        ("gestern um 14:10 Uhr", BERLIN, 635),
        ("hier à 14h10", PARIS, 635),
        ("depuis 10 minutes", PARIS, 10),
        ("vor 20 Minuten", BERLIN, 20),
        ("seit einer Stunde", BERLIN, 60),
        ("hace diez minutos", PARIS, 10),
        ("half an hour ago", NEW_YORK, 30),
        ("since ten minutes", NEW_YORK, 10),
        ("for the past 20 minutes", NEW_YORK, 20),
        ("yesterday around 9:15 am", NEW_YORK, 570 + 24 * 60 - 570 - 30),
        ("18:41", NEW_YORK, 4),
        ("23:41", NEW_YORK, 4),
    ],
)
def test_times_that_lean_on_the_message(text: str, zone: ZoneInfo, minutes_before: int) -> None:
    if "9:15" in text:
        assert times_in(text, tz=zone) == [datetime(2026, 11, 19, 14, 15, tzinfo=UTC)]
    else:
        assert times_in(text, tz=zone) == [POSTED - timedelta(minutes=minutes_before)]


@pytest.mark.parametrize(
    "text",
    [
        "ratio 16:9",
        "version 10.11.12",
        "app 5.1.3",
        "release 2.5.13",
        "on Acme (server 5.12) it never works",
        "with the plugin 2.46 every call is refused",
        "after bumping the chart (1.29 -> 1.31)",
        "upgraded the app to 10.15",
        "Expires: Thu, 19 Nov 1981 08:52:00 GMT",
        "< Last-Modified: Fri, 20 Nov 2026 22:10:00 GMT",
        "Set-Cookie: sid=x; expires=Sat, 21 Nov 2026 10:00:00 GMT; Path=/",
        "expires_in 3600",
        "order 1042",
        "mac 10:00:00:ab:cd:ef",
        "step 1.2.",
        "it may 2x",
        "v2/10:30x",
        "in 5 to 10 tries, from 10 to 12",
        "right after two attempts, las dos claves",
    ],
)
def test_numbers_that_are_no_times(text: str) -> None:
    assert times_in(text) == []


@pytest.mark.parametrize("version", ["app 5.1.3", "iOS 2.5.13", "5.1.3", "Version 17.4.1"])
def test_a_version_beside_a_clock_is_no_date(version: str) -> None:
    assert times_in(f"he tried at 23:29:25 UTC, {version}") == [datetime(2026, 11, 20, 23, 29, 25, tzinfo=UTC)]


@given(
    posted=st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)),
    ago=st.integers(1, 11 * 60),
    zone=st.sampled_from([UTC, BERLIN, NEW_YORK, ZoneInfo("Asia/Kolkata"), ZoneInfo("Australia/Sydney")]),
    spelling=st.sampled_from(
        [
            "%H:%M:%S",
            "%Y-%m-%d %H:%M:%S",
            "%Y-%m-%dT%H:%M:%S%z",
            "%d %b %Y %H:%M:%S",
            "%b %d, %Y %I:%M:%S %p",
            "%d.%m.%Y %H:%M:%S",
            "%d/%b/%Y:%H:%M:%S %z",
        ]
    ),
)
def test_what_is_written_in_the_own_zone_is_read_back(posted: datetime, ago: int, zone: tzinfo, spelling: str) -> None:
    posted = posted.replace(tzinfo=UTC, microsecond=0)
    meant = (posted - timedelta(minutes=ago)).astimezone(zone)
    text = f"POST /x failed, {meant.strftime(spelling)}, please help"
    found = times_in(text, posted, zone)
    wall_clock = meant.replace(tzinfo=UTC)  # the same digits read as UTC: a reading too, where it is nearer
    assert found and found[0] in (meant.astimezone(UTC), meant.replace(fold=1 - meant.fold).astimezone(UTC), wall_clock)
    if zone is UTC or "%z" in spelling:
        assert found[0] == meant


@given(st.text(alphabet="0123456789:.-/ TZamphUhrsinceago+,()", max_size=60))
def test_no_digits_break_the_grammar(text: str) -> None:
    assert all(abs((at - POSTED).days) < 402 for at in times_in(text))


WORDS = [
    *DAY_WORDS,
    *WEEKDAYS,
    *(word for t in tongues() for word in (*t.hours, *t.minutes, *t.parts, *t.days, *t.wholes, *sorted(t.marks))),
    *MONTHS,
    "at",
    "um",
    "las",
    "menos",
    "y",
    "de la tarde",
    "halb",
]
WORDS += ["kurz", "12", "8:1x", "31", "0", "24:00", "(Lisbon)", "UTC", "ago", "since", "since then", ",", "-", "\n"]


@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_no_words_break_the_grammar(words: list[str]) -> None:
    assert all(abs((at - POSTED).days) < 402 for at in times_in(" ".join(words)))
    read(" ".join(words), posted_at=POSTED)


def at(text: str, **more: object) -> tuple[str, float] | None:
    report = read(text, posted_at=POSTED, **more)  # type: ignore[arg-type]
    return (report.at.strftime("%d %H:%M:%S"), report.at_precision_s or 0) if report.at else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("401 at 23:41:08 UTC", ("20 23:41:08", 2)),
        ("401, 23:41 UTC", ("20 23:41:00", 60)),
        ("401 around 23:41 UTC", ("20 23:41:00", 300)),
        ("401 between 23:30 and 23:40 UTC", ("20 23:35:00", 360)),
        ("401 from 23:30-23:40 UTC", ("20 23:35:00", 360)),
        ("tried at 23:20, 23:31 and 23:40 UTC, each 401", ("20 23:40:00", 60)),
        ("401 since 23:40 UTC", ("20 23:40:00", 300)),
        ("it worked an hour ago. now 401. 23:41:08 UTC", ("20 23:41:08", 2)),
        ("token created 23:10 UTC, refused 23:41 UTC", ("20 23:41:00", 60)),
        ("this was fine earlier today", None),
        ("401 and I want coffee", None),
        ("tries at 23:14 23:15 23:22 UTC, localhost one 23:31", ("20 23:22:00", 60)),
        ("upgraded this evening (23:00 UTC), since then the page is 401", ("20 23:00:00", 1800)),
        ("deployed 22:58 UTC. Since then every caller has 401", ("20 22:58:00", 1800)),
        ("Since the rollout at 22:20 UTC all get 401. Latest 22:44:02", ("20 22:44:02", 2)),
        ("Seit dem Umzug um 22:20 UTC kommt 401, zuletzt 22:44", ("20 22:44:00", 60)),
        ("401. 11:41 pm here in London", ("20 23:41:00", 60)),
        ("401 at 20 to 1, times are Berlin", ("20 23:40:00", 60)),
        ("um Viertel vor eins, Zeitzone: Berlin, kam 401", ("20 23:45:00", 60)),
        ("hoy serían las cinco menos diez de la tarde y no puedo, con error 401", ("20 15:50:00", 60)),
        ("Kurz nach acht am Abend kam 401 und die App geht nicht seit dem", ("20 19:07:00", 300)),
        ("Since shortly after 21 the page is empty, 401", ("20 21:07:00", 1800)),
        ("kurz vor zehn wollte ich es eintragen, 401; um acht ging es noch", ("20 21:53:00", 300)),
        ("the new one 401: (22:12, 401) and the old one (22:40, 200)", ("20 22:12:00", 60)),
        ("locked my PC (23:1x here, London), since then 401", ("20 23:15:00", 1800)),
        ("22:40 UTC haben wir auf authlib 1.4 aktualisiert, seitdem 401", ("20 22:40:00", 1800)),
        ("2026-11-21 00:39:35.118 ERROR request failed with 401", ("20 23:39:35", 2)),
        ("[22:13:59] failed with 401\n[22:14:03] failed with 404", ("20 22:13:59", 2)),
        (
            "Gesendet: Freitag, 20. November 2026 16:12\n401 um 22:40 UTC\n> Am 19.11.2026 um 09:00 schrieb Support:",
            ("20 22:40:00", 60),
        ),
        ("one child today, another last Friday: 401", None),
        ("401 faz 20 minutos", ("20 23:25:00", 600)),
    ],
)
def test_the_time_of_the_failure_and_how_well_it_is_known(text: str, expected: tuple[str, float] | None) -> None:
    assert at(text) == expected


def test_the_answer_in_a_file_tells_to_the_second_what_words_tell_to_the_minute() -> None:
    answer = b"HTTP/1.1 401 Unauthorized\nDate: Fri, 20 Nov 2026 23:41:08 GMT\nServer: x\n\n"
    assert at("401 at about 23:40 UTC", attachments=[Attachment("answer.txt", answer)]) == ("20 23:41:08", 2)


def test_the_answer_that_the_words_name_too_is_the_one_they_are_about() -> None:
    answer = b"HTTP/1.1 401 Unauthorized\nDate: Fri, 20 Nov 2026 23:14:09 GMT\nServer: x\n\n"
    words = "output of the failed step is attached (today 23:14Z). Second attempt 23:26Z failed the same way"
    assert at(words, attachments=[Attachment("answer.txt", answer)]) == ("20 23:14:09", 2)


def test_where_the_words_and_the_servers_clock_differ_the_words_count() -> None:
    answer = b"HTTP/1.1 401 Unauthorized\nDate: Fri, 20 Nov 2026 22:57:03 GMT\nServer: x\n\n"
    words = "copied as curl and run in a terminal 23:44 UTC, 401"
    assert at(words, attachments=[Attachment("answer.txt", answer)]) == ("20 23:44:00", 60)


def test_of_a_log_the_line_that_fails_tells_the_second() -> None:
    log = b"23:41:31 $ mise install\n23:41:33 node installed\n23:41:58 GET https://a.test/x 403 Forbidden\n"
    assert at("403 on https://a.test/x, 23:41 UTC", attachments=[Attachment("job.log", log)]) == ("20 23:41:58", 2)


def test_a_language_tells_whose_clock_it_is_where_the_time_would_lie_in_the_future() -> None:
    words = "Seit dem Neustart heute gegen 16 Uhr bekomme ich nur noch 401 und die App geht nicht."
    report = read(words, posted_at=datetime(2026, 7, 12, 15, 40, tzinfo=UTC))
    assert report.at == datetime(2026, 7, 12, 14, 0, tzinfo=UTC)


def test_a_time_that_only_the_other_half_of_the_day_would_put_in_the_past_is_of_another_zone() -> None:
    assert at("last try 00:36 our time") == ("20 23:36:00", 60)


def test_a_zoneless_time_in_the_future_is_read_by_another_clock() -> None:
    assert at("401 at 00:41") == ("20 23:41:00", 60)
    assert at("401 at 00:41", tz=BERLIN) == ("20 23:41:00", 60)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("401 at 07:31 Berlin time", 2),
        ("Depuis ce matin 401 vers 7h31, je suis sûr que la clé est la bonne et nous avons redémarré", 2),
        ("401 at 05:31 UTC", 0),
        ("401 at 07:31", 0),
    ],
)
def test_how_far_the_writers_clock_is_ahead_is_told_by_the_time_or_the_language(text: str, hours: int) -> None:
    assert read(text, posted_at=datetime(2026, 7, 3, 6, 50, tzinfo=UTC)).ahead_s == hours * 3600


@pytest.mark.parametrize("text", ["seit kurz vor neun sagt meine App 401", "since shortly before 9 my app gets 401"])
def test_a_spoken_hour_that_is_yet_to_come_in_utc_is_of_another_clock(text: str) -> None:
    report = read(text, posted_at=datetime(2026, 12, 1, 8, 20, tzinfo=UTC))
    assert report.at == datetime(2026, 12, 1, 7, 53, tzinfo=UTC)
