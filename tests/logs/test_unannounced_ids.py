"""Ids that nothing announces: told by where they stand in a log, and by words of a report that the log holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.logs.files import find
from bot.logs.interface import Found, LogQuery
from bot.model import Report
from bot.reading.codes import codes

POSTED = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
AT = datetime(2026, 11, 27, 8, 34, tzinfo=UTC)
QUERY = LogQuery(posted_at=POSTED, at=AT, precision_s=60.0)
MINE, OTHERS = 14, (3, 9)
"""Which of the requests are refused, a minute apart from each other."""


def numbered(n: int, style: str) -> str:
    """The id of a request as a service of its own makes it."""
    return {
        "base36": f"K{n * 7919 % 46656:05d}ZQX"[:7],
        "dashed": f"A3-{n * 104729 % 0xFFFFFF:06x}",
        "short": f"{n * 15485863 % 0xFFFFFF:06x}",
        "named": f"S{n * 7919 % 46656:05d}Y",
    }[style]


SHAPES = {
    "base36": "{at} ERROR bokning: {id} {words}",
    "dashed": "{at} billing[web] nota: {id} {words}",
    "short": '{at} {words} "agent/{n}" nr={id}',
    "named": '{{"time":"{at}","nr":"{id}","msg":"{words}"}}',
}


def log(path: Path, style: str) -> str:
    lines = []
    for n in range(30):
        at = AT + timedelta(seconds=(n - MINE) * 5)
        refused = n == MINE or n in OTHERS
        told = ["kunde har inte köpt det" if n == MINE else "hemligheten stämmer inte"] if refused else []
        for words in (*told, f"GET /v2/things/{n} {401 if refused else 200}"):
            lines.append(SHAPES[style].format(at=f"{at:%Y-%m-%d %H:%M:%S}", id=numbered(n, style), words=words, n=n))
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def texts(found: Found) -> str:
    return "\n".join(e.text for e in found.request)


@pytest.mark.parametrize("style", SHAPES)
def test_lines_of_one_request_are_joined_by_what_stands_at_the_ids_place(tmp_path: Path, style: str) -> None:
    found = find(replace(QUERY, path=f"/v2/things/{MINE}"), [log(tmp_path / "a.log", style)])
    assert len(found.request) == 2
    assert "köpt" in texts(found)


@pytest.mark.parametrize("style", SHAPES)
def test_a_word_of_the_report_that_stands_there_is_the_id(tmp_path: Path, style: str) -> None:
    query = replace(QUERY, at=None, precision_s=None, codes=("Zebra12", numbered(MINE, style)))
    found = find(query, [log(tmp_path / "a.log", style)])
    assert found.how == "id"
    assert f"/v2/things/{MINE} 401" in texts(found)
    assert "köpt" in texts(found)


def test_letters_alone_are_an_id_only_at_the_ids_place(tmp_path: Path) -> None:
    path = Path(log(tmp_path / "a.log", "base36"))
    path.write_text(path.read_text().replace(numbered(MINE, "base36"), "KLINQHX"))
    assert find(replace(QUERY, codes=("KLINQHX",)), [str(path)]).how == "id"
    assert find(replace(QUERY, codes=("ERROR",)), [str(path)]).how == "window"


@pytest.mark.parametrize("code", ["things", "agent", "3", f"{POSTED:%Y}"])
def test_what_many_requests_have_in_common_is_none(tmp_path: Path, code: str) -> None:
    assert find(replace(QUERY, codes=(code,)), [log(tmp_path / "a.log", "short")]).how == "window"


def test_the_id_of_a_request_that_was_let_in_is_not_the_failing_ones(tmp_path: Path) -> None:
    found = find(replace(QUERY, codes=(numbered(7, "dashed"),)), [log(tmp_path / "a.log", "dashed")])
    assert found.how == "window"


def test_who_asked_and_what_for_are_no_ids(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(f"{AT:%Y-%m-%d %H:%M:%S} WARN GET /v1/sites/site-21 401 user=svc-21 ip=192.0.2.7\n")
    assert find(replace(QUERY, codes=("site-21", "svc-21")), [str(tmp_path)]).how == "window"


def test_the_other_lines_of_a_request_name_the_writer(tmp_path: Path) -> None:
    path = Path(log(tmp_path / "a.log", "dashed"))
    path.write_text(path.read_text().replace("kunde har inte köpt det", "login f.neri: vecchia di 191 giorni"))
    query = replace(QUERY, at=AT - timedelta(seconds=25), precision_s=60.0, logins=("f.neri",))
    assert "f.neri" in texts(find(query, [str(path)]))


def test_a_session_is_no_id_of_a_request(tmp_path: Path) -> None:
    """The same ten come again and again: that joins nobody's lines."""
    at = [AT + timedelta(seconds=(n - 20) * 15) for n in range(40)]
    lines = [
        f"{t:%Y-%m-%d %H:%M:%S} web: s{n % 10:x}d4e{n % 10}c GET /p{n} {401 if n == 20 else 200}"
        for n, t in enumerate(at)
    ]
    (tmp_path / "a.log").write_text("\n".join(lines) + "\n")
    assert len(find(replace(QUERY, path="/p20"), [str(tmp_path)]).request) == 1


def test_where_nothing_else_goes_on_another_file_tells_of_the_same_request(tmp_path: Path) -> None:
    stamp = f"{AT:%Y-%m-%d %H:%M:%S}"
    (tmp_path / "front.log").write_text(
        f"{stamp} GET / 401 192.0.2.7\n{AT + timedelta(seconds=9):%Y-%m-%d %H:%M:%S} GET / 200\n"
    )
    (tmp_path / "agent.log").write_text(f"{stamp} INFO auth: header did not match\n")
    assert "did not match" in texts(find(replace(QUERY, path="/"), [str(tmp_path)]))


def told(text: str, **known: object) -> tuple[str, ...]:
    return codes(Report(text=text, posted_at=POSTED, **known))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x-rid of one: PZn0O5AG, Ada", "PZn0O5AG"),
        ("11:23 in Umeå, nr SLINLKH, SJINLDD", "SJINLDD"),
        ('answer: {"fel":"x","kenmerk":"A3-cd9831"}', "A3-cd9831"),
        ("la ref 921605. Merci", "921605"),
        ("[tid=75d826f9]", "75d826f9"),
    ],
)
def test_what_looks_like_no_word_may_be_an_id(text: str, code: str) -> None:
    assert code in told(text)


def test_words_dates_measures_and_addresses_are_none() -> None:
    text = (
        "On 2026-11-20 at 12:03:11 OAuth2 with RS256 and utf-8 took 1500ms on www.acme1.test/v1/items/a1b2c3 from "
        "192.0.2.17, mail a1b2c3@acme.test, 2nd try, Python3"
    )
    assert told(text) == ()


def test_an_id_that_is_known_as_one_is_not_told_twice() -> None:
    assert told("request id a1b2c3d4", ids=("a1b2c3d4",)) == ()


def test_a_code_of_a_request_that_another_of_its_lines_says_was_let_in(tmp_path: Path) -> None:
    lines = [
        f"I, [{AT:%Y-%m-%dT%H:%M:%S}.{n:06d} #7]  INFO -- : [{n:08x}-0000-4000-8000-00000000000{n}] {words}"
        for n, words in (
            *(
                (1, w)
                for w in ('Started POST "/oauth/token" for 10.0.0.9', '  Parameters: {"client_id"=>"8a1EXAMPLE"}')
            ),
            *((1, w) for w in ("Completed 200 OK in 30ms",)),
            *((2, w) for w in ('Started POST "/things/4" for 10.0.0.9', "Completed 401 Unauthorized in 4ms")),
        )
    ]
    (tmp_path / "production.log").write_text("\n".join(lines) + "\n")
    found = find(replace(QUERY, path="/things/4", codes=("8a1EXAMPLE",)), [str(tmp_path / "production.log")])
    assert "/things/4" in texts(found)
    assert "oauth" not in texts(found)


def test_the_day_before_every_line_of_klog_is_no_id() -> None:
    report = Report(text="I1120 23:29:51 get_token.go:77 failed, PZn0O5AG", posted_at=POSTED)
    assert codes(report) == ("PZn0O5AG",)
