"""Times that are told without a zone, and the hour of the log in which the request lies."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.logs.files import find
from bot.logs.interface import LogQuery
from tests.logs.test_log_find import AT, access, query, texts, write

HOUR = timedelta(hours=1)


def unzoned(**more: object) -> LogQuery:
    return query(unzoned=True, precision_s=300.0, at=AT - 8 * HOUR, **more)


def found(folder: Path, asked: LogQuery, *lines: str) -> tuple[list[str], tuple[str, ...]]:
    write(folder / "access.log", *lines)
    seen = find(asked, [str(folder)])
    return texts(seen), seen.notes


@pytest.mark.parametrize("hours", [-9, -1, 2, 7])
def test_the_route_is_found_whole_hours_away(tmp_path: Path, hours: int) -> None:
    mine = access(AT - 8 * HOUR + hours * HOUR + timedelta(minutes=3))
    lines, notes = found(tmp_path, unzoned(), access(AT - 20 * HOUR, "/other", 200), mine)
    assert lines == [mine] and any(f"{-hours:+d} h from UTC" in note for note in notes)


def test_what_lies_at_the_named_time_goes_first(tmp_path: Path) -> None:
    here, elsewhere = access(AT - 8 * HOUR), access(AT - 9 * HOUR)
    assert found(tmp_path, unzoned(), elsewhere, here)[0] == [here]


def test_a_word_of_the_report_in_the_path_tells_the_hour(tmp_path: Path) -> None:
    here, mine = access(AT - 8 * HOUR, "/files/scan"), access(AT - 9 * HOUR, "/files/befund-kowalczyk.pdf")
    asked = unzoned(path=None, hints=("befund-kowalczyk",))
    assert found(tmp_path, asked, mine, here)[0] == [mine]


@pytest.mark.parametrize("changed", [{"unzoned": False}, {"precision_s": 7200.0}])
def test_a_known_zone_or_a_vague_time_tells_no_hour(tmp_path: Path, changed: dict[str, object]) -> None:
    asked = query(**{"at": AT - 8 * HOUR, "unzoned": True, "precision_s": 300.0, **changed})
    _, notes = found(tmp_path, asked, access(AT - 3 * HOUR))
    assert not any("from UTC" in note for note in notes)


def test_a_sign_in_that_went_well_leads_to_the_refusal_behind_it(tmp_path: Path) -> None:
    asked = query(path="/auth/signin", method="POST")
    refused = access(AT + timedelta(seconds=1), "/me")
    lines, _ = found(
        tmp_path,
        asked,
        access(AT, "/auth/signin", 200, method="POST"),
        access(AT + timedelta(seconds=1), "/me", client="203.0.113.77"),
        refused,
    )
    assert lines == [refused]


def test_a_log_that_knows_no_such_route_tells_what_was_refused_then(tmp_path: Path) -> None:
    refused = f'time="{AT:%Y-%m-%dT%H:%M:%SZ}" level=warning msg="access denied" path=/authenticate error="is expired"'
    granted = refused.replace("warning", "info").replace("access denied", "access granted").replace("is expired", "")
    assert found(tmp_path, query(path="/api/v1/namespaces"), granted, refused)[0] == [refused]
    on_route = access(AT - timedelta(minutes=2), "/api/v1/namespaces", 200)
    assert refused not in found(tmp_path, query(path="/api/v1/namespaces"), on_route, refused)[0]
