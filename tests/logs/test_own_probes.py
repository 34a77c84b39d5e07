from datetime import UTC, datetime
from pathlib import Path

from bot.logs.files import find
from bot.logs.interface import LogQuery

AT = datetime(2026, 11, 20, 12, 0, 10, tzinfo=UTC)


def test_the_bots_own_probes_do_not_pass_for_the_failing_request(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text(
        '{"ts": "2026-11-20T12:00:01Z", "path": "/v1/a", "method": "GET", "status": 401, "request_id": "aaaa0001"}\n'
        '{"ts": "2026-11-20T12:00:09Z", "path": "/v1/a", "method": "GET", "status": 401, "request_id": "bbbb0002"}\n'
    )
    (tmp_path / "access.log").write_text(
        '10.0.0.9 - - [20/Nov/2026:12:00:01 +0000] "GET /v1/a HTTP/1.1" 401 9 "-" "curl/8.5" rid=aaaa0001\n'
        '10.0.0.1 - - [20/Nov/2026:12:00:09 +0000] "GET /v1/a HTTP/1.1" 401 9 "-" "locksmith-probe/0.1" rid=bbbb0002\n'
    )
    found = find(LogQuery(posted_at=AT, at=AT, precision_s=60, path="/v1/a"), [str(tmp_path)])
    assert {i for e in found.request for i in e.ids} == {"aaaa0001"}
    assert all("bbbb0002" not in e.ids for e in found.around)
