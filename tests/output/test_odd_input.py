"""What only looks like an address, a count or a zone, in reports, settings and logs, is answered all the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli import main

ODD = "https://[abc/api/x"
LOG = f"""2026-11-30 10:00:00 INFO start
2026-11-30 10:00:01 ERROR call GET {ODD} -> 401 unauthorized
2026-11-30 10:00:01 ERROR 401 Client Error: Unauthorized for url: https://[::1/api/x
10.0.0.1 - - [30/Nov/2026:10:00:01 +0000] "GET {ODD} HTTP/1.1" 401 0 "{ODD}" "curl"
{{"time":"2026-11-30T10:00:01Z","url":"{ODD}","status":401,"msg":"token expired"}}
"""


@pytest.mark.parametrize(
    "report",
    [
        "our bot gets 401 since 10:00:01 UTC",
        f"curl {ODD} gives 401 at 10:00:01 UTC",
        f"GET {ODD} HTTP/1.1\nAuthorization: Bearer x1y2z3a4\n\nHTTP/1.1 401 Unauthorized",
        f"E401 from npm install\nregistry={ODD}\n//[abc/:_authToken=x1y2z3a4",
        f'401\n<packageSources><add key="a" value="{ODD}" /></packageSources>\nhttps://api.test/x',
        f'401 with this\nissuer: {ODD}\njwksUri: "{ODD}/jwks"\nand https://api.test/x',
    ],
)
def test_odd_addresses_are_answered(report: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "bot.log"
    log.write_text(LOG)
    asked = ["--logs", str(log), "--no-probe", "--posted-at", "2026-11-30T10:30:00Z", "--json"]
    assert main(["diagnose", report, *asked]) == 0
    assert json.loads(capsys.readouterr().out)["causes"]


REFUSED = '10.0.0.1 - - [30/Nov/2026:10:00:01 +0000] "GET /a HTTP/1.1" 401 0'


@pytest.mark.parametrize(
    "lines",
    [
        '{"msg":"x","uptime_ms":"abc","status":401,"path":"/a"}',
        '{"msg":"x","uptime_ms":"1e400","status":401,"path":"/a"}',
        '{"msg":"x","uptime_s":"99999999999","status":401,"path":"/a"}',
        '{"time":253402300799,"status":401,"path":"/a"}',
        '{"time":"0001-01-01T00:00:00Z","status":401,"path":"/a"}',
        "2026-11-30 10:00:01 ERROR /a 401 token for bob expired, valid until 31.12.9999",
        f"# open 08:00-24:00\n{REFUSED}",
        "# begun 2026-11-30 08:00:00 +9900\n2026-11-30 10:00:01 GET /a 401",
    ],
)
def test_odd_logs_are_answered(lines: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "app.log"
    log.write_text(f"{lines}\n")
    asked = ["--logs", str(log), "--no-probe", "--posted-at", "2026-11-30T10:30:00Z", "--json"]
    assert main(["diagnose", "GET https://api.test/a answers 401, 10:00:01 UTC", *asked]) == 0
    assert json.loads(capsys.readouterr().out)["causes"]


@pytest.mark.parametrize("posted", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_moment_at_the_end_of_the_calendar_is_refused(posted: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", "GET https://api.test/a answers 401", "--no-probe", "--posted-at", posted]) == 2
    assert "is no moment" in capsys.readouterr().err
