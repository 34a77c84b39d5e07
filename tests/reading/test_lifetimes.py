"""A credential that came into a program once and ended after its lifetime."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.intake import read as read_report
from bot.logs.search import find
from bot.reading.summary import prepared, query, read

POSTED = datetime(2026, 8, 3, 12, tzinfo=UTC)
BEGAN = datetime(2026, 8, 3, 8, tzinfo=UTC)


def line(minutes: float, text: str) -> str:
    return f"{BEGAN + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ} INFO {text}\n"


def call(minutes: float, status: int, host: str = "dwh.test") -> str:
    return line(minutes, f"GET https://{host}/rows?at={minutes} -> {status}")


def ended(folder: Path, first: str, *lines: str, text: str = "only 401 since 09:01 UTC") -> bool:
    (folder / "etl.log").write_text(first + "".join(lines))
    report = read_report(text, posted_at=POSTED)
    return any(
        f.id == "log.ends_with_lifetime" for f in read(report, prepared(find(query(report), [str(folder)]))).findings
    )


HOUR = (call(10, 200), call(50, 200), call(61, 401), call(65, 401))


@pytest.mark.parametrize(
    "came",
    [
        "service account token read from /var/run/secrets/token",
        "Anmeldung ok, Token erhalten",
        "logged in as svc",
        "new session created",
        "jeton obtenu",
    ],
)
def test_calls_go_well_until_the_lifetime_is_over(tmp_path: Path, came: str) -> None:
    assert ended(tmp_path, line(0, came), *HOUR)


@pytest.mark.parametrize(
    ("came", "calls"),
    [
        ("token could not be read", HOUR),
        ("configuration read", HOUR),
        ("token read", (*HOUR[:3], call(63, 200), call(65, 401))),
        ("token read", (call(10, 200), call(43, 401), call(61, 401))),
        ("token read", (call(10, 401), *HOUR)),
    ],
    ids=["none came", "something else came", "it comes and goes", "no lifetime", "it never was good"],
)
def test_other_refusals_are_no_end(tmp_path: Path, came: str, calls: tuple[str, ...]) -> None:
    assert not ended(tmp_path, line(0, came), *calls)


def test_a_lifetime_that_is_stated_counts_too(tmp_path: Path) -> None:
    calls = (call(10, 200), call(43, 401), call(47, 401))
    assert ended(tmp_path, line(0, "got access token, expires_in=2520"), *calls, text="401 since 08:43 UTC")
    assert ended(tmp_path, line(0, "token read"), *calls, text="401 since 08:43 UTC\nexpirationSeconds: 2520")


def test_what_another_service_answers_is_of_no_account(tmp_path: Path) -> None:
    others = (call(20, 401, "other.test"), call(70, 200, "other.test"))
    assert ended(tmp_path, line(0, "token read"), *sorted((*HOUR, *others)))


def test_the_first_refusal_may_lie_long_before_the_one_that_is_reported(tmp_path: Path) -> None:
    later = (call(minutes, 401) for minutes in range(70, 200, 10))
    assert ended(tmp_path, line(0, "token read"), *HOUR, *later, text="still 401 at 11:10 UTC")
