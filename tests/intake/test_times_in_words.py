"""Times in the words of many languages, and what only looks like them: `times.tsv`, `moments.tsv`."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.intake import read
from bot.intake.clock import moment
from bot.intake.time_words import DAY_WORDS, MONTHS, NUMBERS, UNITS, WEEKDAYS
from bot.intake.times import mentions
from knowledge.errors import KnowledgeError
from knowledge.times import FOLDER, folded, tongues

POSTED = datetime(2026, 11, 20, 16, tzinfo=UTC)
HERE = Path(__file__).parent


def rows(name: str) -> Iterator[tuple[str, str]]:
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            sentence, _, told = line.partition("\t")
            yield sentence.replace("\\n", "\n"), told


def clock(told: str) -> list[datetime]:
    day, _, time = told.rpartition(" ")
    if time == "-":
        return []
    hour, minute = map(int, time.split(":"))
    return [POSTED.replace(hour=hour, minute=minute) + timedelta(days=int(day or 0))]


@pytest.mark.parametrize(
    "written", [str.upper, lambda w: w.upper().replace("I", "İ"), lambda w: w.replace("i", "ı").replace("s", "ſ")]
)
@pytest.mark.parametrize("words", [MONTHS, WEEKDAYS, DAY_WORDS, UNITS, NUMBERS], ids=len)
def test_words_in_whatever_letters_are_read(words: dict[str, object], written: Callable[[str], str]) -> None:
    for word in words:
        mentions(f"401 {written(word)} 3, 2026 09:00, 5 {written(word)} ago, {written(word)} minutes ago")


def test_a_turkish_weekday_in_capitals() -> None:
    days = [m.weekday for word in ("PAZARTESİ", "pazartesi", "SALI", "salı") for m in mentions(f"401, {word} günü")]
    assert days == [0, 0, 1, 1]


@pytest.mark.parametrize(("sentence", "told"), list(rows("times.tsv")))
def test_a_time_in_words_and_what_only_looks_like_one(sentence: str, told: str) -> None:
    found = (moment(mention, POSTED, UTC) for mention in mentions(sentence))
    assert [m.at for m in found if m is not None] == clock(told)


@pytest.mark.parametrize(("report", "told"), list(rows("moments.tsv")))
def test_of_several_times_the_one_at_which_it_failed(report: str, told: str) -> None:
    at = read(report, posted_at=POSTED).at
    assert at is not None and at.strftime("%d %H:%M") == told


def test_a_loose_word_leaves_more_room() -> None:
    told = {
        words: read(f"refused {words} UTC", posted_at=POSTED)
        for words in ("at 9:00", "around nine", "some time after nine")
    }
    precise, around, loose = (report.at_precision_s or 0.0 for report in told.values())
    assert precise < around < loose


def test_folding_keeps_every_place() -> None:
    for text in ("Dziś o ósmej", "İstanbul'da saat üçte", "Straße ﬁ Ł", "a\u0301"):
        assert len(folded(text)) == len(text)


def test_the_languages_are_told_from_their_files() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == {tongue.code for tongue in tongues()}
    assert all(tongue.marks for tongue in tongues() if tongue.code != "en")


def test_a_word_that_yaml_takes_for_another_thing_names_its_line(tmp_path: Path) -> None:
    words = (FOLDER / "sv.yaml").read_text(encoding="utf-8").replace("[jag,", "[no, jag,", 1)
    (tmp_path / "sv.yaml").write_text(words, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"sv.yaml:\d+: 'follows'"):
        tongues(tmp_path)
