"""Logs that count from the start of a device."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.logs.files import find
from bot.logs.interface import Found, LogQuery

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SERIAL = """I (3600000) power: 48.0 W
I (3811402) http_server: PATCH /api/system
I (3811403) gate: caller is not one of ours
W (3811404) httpd_txrx: httpd_resp_send_err: 401 Unauthorized
I (3825000) power: 44.2 W
I (4102118) http_server: PATCH /api/system
"""
RING = """[ 3600.000000] power: 48.0 W
[ 3811.402000] httpd: PATCH /api/system
[ 3811.403000] gate: caller is not one of ours
[ 3811.404000] httpd: WARN answer 401
[ 3825.000000] power: 44.2 W
"""


def look(folder: Path, text: str) -> Found:
    (folder / "serial.log").write_text(text)
    query = LogQuery(posted_at=NOON + timedelta(hours=1), at=NOON, precision_s=60, path="/api/system")
    return find(query, [str(folder)])


@pytest.mark.parametrize("text", [SERIAL, RING])
def test_lines_of_one_moment_are_found_together(tmp_path: Path, text: str) -> None:
    found = look(tmp_path, text)
    told = " ".join(e.text for e in found.request)
    assert "PATCH" in told
    assert "not one of ours" in told
    assert "48.0" not in told
    assert {e.time.replace(microsecond=0) for e in found.around if e.time and "401" in e.text} == {NOON}


def test_without_a_refusal_nothing_tells_when_it_was(tmp_path: Path) -> None:
    found = look(tmp_path, SERIAL.replace("401 Unauthorized", "sent"))
    assert all(e.time is None for e in found.around)
