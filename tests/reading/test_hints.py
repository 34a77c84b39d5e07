from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import search
from bot.model import Report
from bot.reading.hints import LONGEST, MOST, hints, named
from bot.reading.scene import Scene
from bot.reading.summary import query
from bot.reading.tie import tie
from tests.reading.scenes import NOON


def told(text: str, **known: str) -> tuple[str, ...]:
    return hints(Report(text=text, posted_at=NOON, **known))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("our nightly job gets 401 on /v1/orders/export since noon", "/v1/orders/export"),
        ("the page shows reference wq7k2m, nothing else", "wq7k2m"),
        ("Lucía cannot sign in any more", "lucia"),
        ("it is the billing-sync worker", "billing-sync"),
        ("user omar@acme.test is locked out", "omar@acme.test"),
    ],
)
def test_names_paths_and_codes_are_distinctive(text: str, hint: str) -> None:
    assert hint in told(text)


def test_times_plain_words_and_the_host_stand_in_every_line() -> None:
    text = "since 12:03:11 on 2026-11-30 we get HTTP/1.1 401 from api.acme.test, over https, 17 times"
    assert told(text, host="api.acme.test") == ()


def test_a_word_counts_once_and_long_reports_are_bounded() -> None:
    assert told("wq7k2m and again WQ7K2M") == ("wq7k2m",)
    assert len(told(" ".join(f"code-{n}" for n in range(500)))) == MOST
    assert told("a " * LONGEST + "wq7k2m") == ()


def test_what_is_said_to_work_is_not_what_is_meant() -> None:
    text = (
        "Die Klassenliste geht nicht auf. Der Aushang zeigt den Stundenplan (liest nie jemand) noch an, das geht auch."
    )
    assert "klassenliste" in told(text)
    assert "stundenplan" not in told(text)
    assert "stundenplan" in told(text + " Der Stundenplan im Sekretariat gibt 401.")
    assert "omar@acme.test" in told("everything else works for omar@acme.test.")


def test_letters_that_paths_spell_out_are_looked_for_in_both_ways() -> None:
    assert {"eintrage", "eintraege"} <= set(told("Klassen, Einträge"))


@given(st.text(max_size=300))
def test_any_text_gives_words_in_small_letters(text: str) -> None:
    for hint in told(text):
        assert hint
        assert hint == hint.lower()


@pytest.mark.parametrize("piece", ["/a", "a-", "/a/", "1:", "a.@", "é"])
def test_endless_words_do_no_harm(piece: str) -> None:
    assert len(told(piece * 100_000)) <= MOST


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Il Registro non si apre. L'Orario si vede e funziona.", "/api/registro/3a"),
        ("drivers cannot start trips, the dispatch board is fine", "/trips"),
        ("Klassen > Einträge geht nicht, der Stundenplan geht.", "/eintraege"),
    ],
)
def test_where_no_path_is_known_the_words_of_the_report_tell_the_line(tmp_path: Path, text: str, path: str) -> None:
    log = tmp_path / "app.log"
    wrong = ("/api/orario", "/dispatch/board", "/stundenplan")
    log.write_text(
        "".join(
            f'{{"time":"2026-11-20T12:00:{second:02}Z","method":"GET","path":"{asked}","status":401}}\n'
            for second, asked in ((1, wrong[0]), (2, wrong[1]), (3, wrong[2]), (20, path), (24, path), (28, path))
        )
    )
    report = Report(text=text, posted_at=NOON, at=NOON, at_precision_s=60.0)
    assert {e.path for e in search.find(query(report), [str(log)]).request} == {path}
    assert {e.path for e in search.find(replace(query(report), named=frozenset(), hints=()), [str(log)]).request} != {
        path
    }


def test_the_line_that_holds_the_reference_of_a_report_is_its_own(tmp_path: Path) -> None:
    """Four like refusals at the same time: only what the reporter copied tells which one was his."""
    log = tmp_path / "app.log"
    codes = ("b81xqd", "wq7k2m", "zz09pt", "k3kk1a")
    log.write_text(
        "".join(
            f'{{"time":"2026-11-20T12:00:00.{n}Z","method":"GET","path":"/v1/items","status":401,"trouble":"{c}"}}\n'
            for n, c in enumerate(codes)
        )
    )
    report = Report(text="the page shows wq7k2m", posted_at=NOON, at=NOON, at_precision_s=60.0, path="/v1/items")
    assert [e.get("trouble") for e in search.find(query(report), [str(log)]).request] == ["wq7k2m"]
    assert [e.get("trouble") for e in search.find(replace(query(report), hints=(), codes=()), [str(log)]).request] != [
        "wq7k2m"
    ]


@pytest.mark.parametrize("text", ["all bills 4410-4413 are refused", "le bollette 4410–4413, tutte", "bill 4412: 401"])
def test_numbers_of_a_report_name_the_things_that_paths_end_in(text: str) -> None:
    assert "4412" in named(Report(text=text, posted_at=NOON))


def test_statuses_and_parts_of_times_and_addresses_number_nothing() -> None:
    text = "it is 401 or 503, at 12:03:117 from 192.0.2.217, v 441.1, stand 418"
    assert {w for w in named(Report(text=text, posted_at=NOON)) if w.isdigit()} == {"418"}


def test_a_thing_that_is_named_by_its_number_is_preferred_and_ties_the_line(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text(
        "".join(
            f"2026-11-20 12:00:{n:02} WARN GET {path} 401 ip=192.0.2.{n}\n"
            for n, path in enumerate(("/bills/4401", "/stands/418", "/bills/4412", "/bills/4420", "/login"))
        )
    )
    report = Report(text="the bills 4410-4413 are all refused", posted_at=NOON, at=NOON, at_precision_s=60.0)
    found = search.find(query(report), [str(log)])
    assert [e.path for e in found.request] == ["/bills/4412"]
    tied = tie(Scene(report, found))
    assert tied.share > tie(Scene(replace(report, text="we are all refused"), found)).share
