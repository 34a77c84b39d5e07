"""An outage that is over: everybody refused for a while, and let in again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from bot.logs.files import find
from bot.logs.interface import Found, LogQuery
from bot.model import Entry, Report
from bot.reading.summary import prepared, read
from tests.reading.scenes import NOON, entry

USERS = ("ann", "bob", "cem")


def course(refused: Iterable[str], afterwards: Iterable[str], sign_in: bool = False) -> list[Entry]:
    """Let in for a while, then refused one a minute around noon, and let in again two hours later."""
    before = [entry(-9000 + n * 60, user=USERS[n % 3], status=200, offset=n) for n in range(6)]
    run = [entry(n * 60, user=u, status=401, offset=100 + n) for n, u in enumerate(refused)]
    again = [entry(7200 + n * 60, user=u, status=200, offset=200 + n) for n, u in enumerate(afterwards)]
    again += [entry(7100, method="POST", path="/v1/login", status=200, offset=199)] if sign_in else []
    return [*before, *run, *again]


def over(entries: list[Entry]) -> bool:
    mine = next(e for e in entries if e.status == 401)
    near = [e for e in entries if abs(e.time - mine.time) < timedelta(hours=1)]  # type: ignore[operator]
    report = Report(text="401", posted_at=NOON + timedelta(hours=3), path="/v1/items")
    far = tuple(e for e in entries if e not in near)
    found = Found(request=(mine,), around=tuple(near), beyond=far, how="window", files=("access.log",))
    return any(f.id == "log.outage_over" for f in read(report, prepared(found)).findings)


def test_everybody_is_refused_for_a_while_and_let_in_again() -> None:
    assert over(course(["ann", "bob", "cem", "ann", "bob"], USERS))


def test_one_callers_own_fault_that_was_mended_is_none() -> None:
    assert not over(course(["ann"] * 6, USERS))


def test_refusals_that_go_on_are_not_over() -> None:
    assert not over(course(["ann", "bob", "cem", "ann", "bob"], ()))


def test_who_has_to_sign_in_again_was_not_refused_by_an_outage() -> None:
    assert not over(course(["ann", "bob", "cem", "ann", "bob"], USERS, sign_in=True))


def test_somebody_who_was_let_in_amid_the_refusals_ends_it() -> None:
    entries = course(["ann", "bob", "cem", "ann", "bob"], USERS)
    assert not over([*entries, entry(30, user="dan", status=200, offset=300)])


def test_a_small_file_is_read_for_hours_around_the_request(tmp_path: Path) -> None:
    hours = (2, 11, 12, 15, 23)
    lines = [f'1.2.3.4 - - [20/Nov/2026:{h:02}:00:00 +0000] "GET /x HTTP/1.1" {200 + 201 * (h == 12)} 5' for h in hours]
    (tmp_path / "access.log").write_text("\n".join(lines) + "\n")
    found = find(LogQuery(posted_at=NOON + timedelta(hours=12), at=NOON, path="/x"), [str(tmp_path)])
    assert [e.time.hour for e in found.beyond if e.time] == [11, 15]
