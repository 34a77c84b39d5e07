"""Whether a refused request in a log is the reporter's: what a vague report may say of it, and what it is asked."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main

LET_IN = "2026-11-20T10:{m:02}:{s:02}Z INFO GET /app/{page} 200 user={user} ip=198.51.100.{ip}\n"
QUIET = "".join(
    LET_IN.format(m=m, s=s, page=page, user=user, ip=ip)
    for m in range(20)
    for s, page, user, ip in ((3, "home", "ben", 7), (31, "list", "ada", 9))
)
MIRA = '2026-11-20T10:04:12Z WARN POST /login 401 user=mira ip=203.0.113.5 reason="account locked"\n'
TOM = '2026-11-20T10:06:40Z WARN POST /login 401 user=tom ip=203.0.113.8 reason="wrong password"\n'
SYNC = '2026-11-20T10:08:01Z WARN GET /api/export 401 user=sync ip=203.0.113.77 reason="token expired"\n'
SAME = TOM.replace("wrong password", "account locked")


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def asked(report: str, *lines: str) -> dict[str, Any]:
        log = tmp_path / "app.log"
        log.write_text(QUIET + "".join(lines))
        argv = ["diagnose", "--json", "--no-probe", "--logs", str(log), "--posted-at", "2026-11-20T10:20:00Z"]
        assert main([*argv, report]) == 0
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        return told

    return asked


def doubt(told: dict[str, Any]) -> list[str]:
    return [note for note in told["notes"] if "may be somebody else's" in note]


@pytest.mark.parametrize(
    ("report", "lines", "question"),
    [
        ("I cannot log in since 10", [MIRA], "which_address"),
        ("cannot log in since 10:00, help", [MIRA, TOM], "which_user"),
        ("I get a 401, no idea why", [MIRA, TOM, SYNC], "which_user"),
        ("since this morning I am locked out", [MIRA], "which_address"),
        ("401 on POST /login since 10", [MIRA, TOM], "which_user"),
        ("the app on my phone cannot log in since 10", [MIRA], "which_user"),
    ],
)
def test_a_line_that_only_its_time_ties_to_the_report_is_doubted(
    ask: Any, report: str, lines: list[str], question: str
) -> None:
    told = ask(report, *lines)
    assert told["causes"][0]["confidence"] < 0.8 / len(lines) ** 0.5, told["causes"][0]
    assert doubt(told)
    assert told["next_step"]["id"] == question
    assert {one["user"] for one in told["next_step"]["among"]} <= {"mira", "tom", "sync"}
    assert len(told["next_step"]["among"]) == len(lines)


@pytest.mark.parametrize(
    ("report", "lines"),
    [
        ("mira cannot log in since 10", [MIRA, TOM, SYNC]),
        ("I cannot log in since 10, my address is 203.0.113.5", [MIRA, TOM, SYNC]),
        ("POST /login answers 401 since 10", [MIRA]),
        ("POST /login answers 401 since 10", [MIRA, SAME]),
        ("I got a 401 at 10:04:12 UTC", [MIRA, TOM, SYNC]),
        ("POST /login said 401 at 10:04", [MIRA, TOM]),
    ],
)
def test_a_line_that_is_tied_to_the_report_is_believed(ask: Any, report: str, lines: list[str]) -> None:
    told = ask(report, *lines)
    assert (told["causes"][0]["id"], doubt(told)) == ("account_blocked", [])
    assert told["causes"][0]["confidence"] > 0.85


def test_a_time_that_was_told_to_the_minute_is_not_asked_for_again(ask: Any) -> None:
    near = [MIRA.replace("user=mira", "user=-"), TOM.replace("user=tom", "user=-").replace("10:06:40", "10:04:50")]
    vague, exact = (ask(f"POST /login says 401 {when}", *near) for when in ("since 10:00", "at 10:04"))
    assert (vague["next_step"]["id"], len(vague["next_step"]["among"])) == ("which_time", 2)
    assert exact["next_step"] is None or exact["next_step"]["id"] != "which_time"


def test_the_more_are_refused_the_less_one_line_tells(ask: Any) -> None:
    alone, among = (ask("I cannot log in since 10", *lines) for lines in ([MIRA], [MIRA, TOM, SYNC]))
    assert among["causes"][0]["confidence"] < alone["causes"][0]["confidence"] / 2
    assert (alone["known"], among["known"]) == (True, False)


SENTENCES = "".join(
    f"20.11.2026 10:{m:02}:{s:02} HINWEIS Regal: {who}\n"
    for m in range(20)
    for s, who in ((5, "ben liest /akten/3"), (25, "ada liest /akten/9"))
)
CARD = "20.11.2026 10:{m:02}:40 WARNUNG Tor: Ausweis von kmeier abgelaufen, /akten/7\n"
KEY = "20.11.2026 10:{m:02}:50 WARNUNG Tor: Schlüssel von kasse4 eingezogen, /akten/7\n"
OTHERS = "".join(line.format(m=m) for m in range(20) for line in (CARD, KEY))
OWN = "20.11.2026 10:08:30 WARNUNG Tor: mweber bei /akten/7 nicht hereingelassen, Kennung gesperrt bis 12:00\n"


@pytest.fixture
def told_in_sentences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def asked(report: str, lines: str) -> dict[str, Any]:
        log = tmp_path / "tor.log"
        log.write_text("".join(sorted((SENTENCES + lines).splitlines(keepends=True))))
        argv = ["diagnose", "--json", "--no-probe", "--logs", str(log), "--posted-at", "2026-11-20T10:20:00Z"]
        assert main([*argv, report]) == 0
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        return told

    return asked


def test_of_sentences_the_one_that_names_the_writer_counts(told_in_sentences: Any) -> None:
    report = "Markus Weber hier. https://akten.amt.test/akten/7 sagt seit 10:07 UTC 401."
    told = told_in_sentences(report, OTHERS + OWN)
    assert (told["causes"][0]["id"], doubt(told)) == ("account_blocked", [])
    assert told["causes"][0]["confidence"] > 0.6


def test_a_sentence_that_names_nobody_is_doubted_among_others(told_in_sentences: Any) -> None:
    report = "https://akten.amt.test/akten/7 sagt um 10:08 UTC 401."
    alone, among = (told_in_sentences(report, lines) for lines in (OWN, OTHERS + OWN))
    assert among["causes"][0]["confidence"] < 0.6 < alone["causes"][0]["confidence"]
    assert doubt(among)


def test_where_no_line_was_found_those_of_others_prove_nothing(told_in_sentences: Any) -> None:
    lines = OTHERS.replace(", /akten/7", "")
    told = told_in_sentences("Markus Weber, 401 an https://akten.amt.test/akten/7 um 10:08 UTC", lines)
    assert told["causes"][0]["confidence"] < 0.8


def test_lines_without_callers_are_as_many_callers_as_they_give_reasons(ask: Any) -> None:
    why = ("token expired 3 h ago", "no token", "audience mail, wanted tasks")
    told = ask(
        "GET /tasks 401 around 10:01", *(f"2026-11-20T10:01:{n}0Z GET /tasks 401 {w}\n" for n, w in enumerate(why))
    )
    assert told["causes"][0]["confidence"] < 0.7
    assert doubt(told)


@pytest.mark.parametrize(
    "quoted",
    [
        '{"ok":false,"ref":"K-77F1","msg":"not accepted"}',
        "{'ok': False, 'tx': 'K-77F1'}",
        "<error><ref>K-77F1</ref></error>",
        "HTTP/1.1 401 Unauthorized\nTill-Tx: K-77F1\nContent-Type: text/plain\n",
        "on the error page: Kennung K-77F1",
    ],
)
def test_a_reference_that_the_answer_bears_is_the_line(ask: Any, quoted: str) -> None:
    refused = "2026-11-20T10:0{m}:00Z WARN POST /sales 401 tx={tx} {why}\n"
    lines = [
        refused.format(m=4, tx="K-77F1", why="key revoked"),
        refused.format(m=5, tx="K-77F2", why="no key"),
        refused.format(m=6, tx="K-77F3", why="user unknown"),
    ]
    told = ask(f"POST https://gate.acme.test/sales is refused\n{quoted}", *lines)
    assert told["causes"][0]["id"] == "credential_revoked"
    assert told["report"]["ids"] == ["K-77F1"]
    assert told["report"]["at"].startswith("2026-11-20T10:04:00"), "the line tells when it was"
