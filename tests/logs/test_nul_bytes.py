from datetime import UTC, datetime
from pathlib import Path

from bot.logs.files import find
from bot.logs.interface import LogQuery

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LINE = '10.0.0.9 - - [20/Nov/2026:12:00:01 +0000] "GET /v1/a HTTP/1.1" 401 9 "-" "curl/8.5" rid=aaaa0001\n'


def test_a_few_nul_bytes_of_a_log_that_was_truncated_in_place_do_not_hide_it(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_bytes(b"\0" * 64 + b"\n" + LINE.encode() * 3)
    (tmp_path / "core.bin").write_bytes(bytes(range(256)) * 8 + b"\0" * 4096)
    found = find(LogQuery(posted_at=NOON, at=NOON, precision_s=60, path="/v1/a"), [str(tmp_path)])
    assert {i for e in found.request for i in e.ids} == {"aaaa0001"}
    assert any("core.bin" in note for note in found.notes)
