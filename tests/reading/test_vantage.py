"""A program's own log: what is refused is its call, and not a service behind the one that was asked."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.intake import read as read_report
from bot.logs.search import find
from bot.model import Report
from bot.reading.summary import prepared, query, read
from bot.reading.vantage import own_call

POSTED = datetime(2026, 8, 3, 10, tzinfo=UTC)
SAYS = "the nightly sync gets 401 since 09:14 UTC"
REFUSED = "2026-08-03T09:14:10Z WARN GET https://api.partner.test/v2/stock -> 401"
REASON = '2026-08-03T09:14:10.100Z WARN answer: {"error":"the access token expired"}'
OWN = ("2026-08-03T09:00:01Z INFO sync started", REFUSED, REASON, "2026-08-03T09:15:00Z INFO sync sleeps")
SERVED = (
    "2026-08-03T09:10:00Z INFO GET /orders 200 12ms user=ann",
    *OWN,
    "2026-08-03T09:16:00Z INFO GET /cart 200 9ms",
)


def report(text: str = SAYS) -> Report:
    return read_report(text, posted_at=POSTED)


def findings(folder: Path, lines: tuple[str, ...], text: str = SAYS) -> dict[str, str]:
    (folder / "app.log").write_text("".join(f"{line}\n" for line in lines))
    told = report(text)
    return {f.id: f.text for f in read(told, prepared(find(query(told), [str(folder)]))).findings}


def test_in_a_programs_own_log_its_call_is_what_failed(tmp_path: Path) -> None:
    found = findings(tmp_path, OWN)
    assert "log.upstream_refused" not in found
    assert found["log.status_401"] == "The log shows 401 for GET /v2/stock"
    assert "says.token_expired" in found


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (SERVED, SAYS),
        (("2026-08-03T09:10:00Z INFO received request 81", *OWN), SAYS),
        (OWN, "https://shop.test/v2/stock says 401 since 09:14 UTC"),
    ],
    ids=["it answers requests", "it says that it does", "another address is reported"],
)
def test_in_a_services_log_a_refused_call_is_one_further_on(tmp_path: Path, lines: tuple[str, ...], text: str) -> None:
    assert "log.upstream_refused" in findings(tmp_path, lines, text)


def test_the_call_that_the_report_names_is_its_own(tmp_path: Path) -> None:
    assert "log.upstream_refused" not in findings(tmp_path, OWN, f"{SAYS} from https://api.partner.test/v2/stock")


@pytest.mark.parametrize(
    "line",
    [
        "2026-08-03T09:14:10Z ERROR requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url:"
        " https://api.partner.test/v2/stock",
        "2026-08-03T09:14:10Z ERROR HTTP 401 from https://api.partner.test/v2/stock",
        "2026-08-03T09:14:10Z ERROR Abruf https://api.partner.test/v2/stock?page=2 fehlgeschlagen: 401",
        '{"ts":"2026-08-03T09:14:10Z","level":"error","method":"GET","url":"https://api.partner.test/v2/stock",'
        '"status":401}',
    ],
)
def test_the_call_is_read_in_whatever_words(tmp_path: Path, line: str) -> None:
    (tmp_path / "app.log").write_text(f"{OWN[0]}\n{line}\n")
    call = own_call(report(), find(query(report()), [str(tmp_path)]))
    assert call and (call.host, call.path) == ("api.partner.test", "/v2/stock")


def test_a_call_and_its_refusal_may_stand_in_two_lines(tmp_path: Path) -> None:
    asked, failed = "DEBUG Asking https://api.partner.test/v2/stock", "WARN Asking failed: 401"
    found = findings(tmp_path, (f"2026-08-03T09:14:10.100Z {asked}", f"2026-08-03T09:14:10.900Z {failed}"))
    assert "/v2/stock" in found["log.status_401"]


@pytest.mark.parametrize(
    ("call", "renewal"),
    [
        ("GET https://api.home.test/web/token/refresh?grant_type=refresh_token", True),
        ("PUT https://api.home.test/auth/session/renew", True),
        ("POST https://media.home.test/library/refresh", False),
        ("POST https://api.home.test/v1/models/refresh", False),
    ],
)
def test_a_refused_renewal_is_told_from_what_else_is_refreshed(tmp_path: Path, call: str, renewal: bool) -> None:
    found = findings(tmp_path, (OWN[0], f"2026-08-03T09:14:10Z ERROR {call} -> 401", OWN[3]))
    assert ("log.renewal_refused" in found) == renewal


def test_a_renewal_that_the_program_tries_next_is_its_own(tmp_path: Path) -> None:
    tried = "2026-08-03T09:14:11Z WARN POST https://id.partner.test/oauth/token -> 401"
    assert "log.renewal_refused" in findings(tmp_path, (OWN[0], REFUSED, tried, OWN[3]))


def test_several_calls_of_a_program_are_of_one_caller(tmp_path: Path) -> None:
    fine = "2026-08-03T09:05:00Z INFO GET https://api.partner.test/v2/stock -> 200"
    found = findings(tmp_path, (OWN[0], fine, REFUSED, OWN[3]))
    assert "log.caller_ok_before" in found
    assert "log.others_ok" not in found


def test_lines_of_a_program_count_whole_where_the_time_was_told_wrong(tmp_path: Path) -> None:
    told = report("the nightly sync gets 401, 08:20 UTC")
    (tmp_path / "app.log").write_text("\n".join(OWN))
    found = read(told, prepared(find(query(told), [str(tmp_path)])))
    assert {f.trust for f in found.findings if f.id == "log.status_401"} == {0.7}
