"""A log that somebody posts with a report is searched like the service's own, through the command line."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.logs.posted import as_files
from bot.model import PostedLog

POSTED = "2026-11-24T08:20:00Z"


def record(second: int, status: int, message: str, path: str = "/orders") -> str:
    return json.dumps(
        {
            "time": f"2026-11-24T08:04:{second:02}Z",
            "level": "warn" if status == 401 else "info",
            "method": "GET",
            "path": path,
            "status": status,
            "msg": message,
        }
    )


LOG = "\n".join(
    [
        *(record(n, 200, "served", f"/other/{n}") for n in range(8)),
        record(9, 401, "jwt expired"),
        record(11, 200, "served"),
    ]
)


def diagnosed(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, Any]:
    assert main(["diagnose", "--json", "--no-probe", "--posted-at", POSTED, *argv]) == 0
    return dict(json.loads(capsys.readouterr().out))


def test_an_attached_log_answers_like_the_services_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "orders.jsonl"
    file.write_text(LOG)
    words = "401 on https://api.a.test/orders at 08:04:09 UTC"
    told = diagnosed(capsys, words, "--attach", str(file))
    kept = diagnosed(capsys, words, "--logs", str(file))
    pasted = diagnosed(capsys, f"{words}\n{LOG}")
    assert told["causes"] == kept["causes"] == pasted["causes"]
    assert told["causes"][0]["id"] == "token_expired"
    assert [line["file"] for line in told["log_lines"]] == ["orders.jsonl"]
    assert [line["text"] for line in told["log_lines"]] == [line["text"] for line in kept["log_lines"]]
    assert "No log was read" not in str(told["notes"])


def test_an_excerpt_without_the_request_says_nothing_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "orders.jsonl"
    file.write_text("\n".join(record(n, 200, "served") for n in range(6)))
    words = "401 on https://api.a.test/login at 08:04:09 UTC"
    told = diagnosed(capsys, words, "--attach", str(file))
    assert told["log_lines"] == []
    assert not [e for c in told["causes"] for e in c["evidence"] + c["against"] if e["source"] == "log"]


def test_nothing_is_left_on_the_disk() -> None:
    with as_files([PostedLog(name="../../a.log", text="\ud800 x"), PostedLog(name="../../a.log", text="y")]) as files:
        assert [Path(path).read_text() for path in files] == ["? x", "y"]
        assert list(files.values()) == ["../../a.log"] * 2
    assert not [path for path in files if Path(path).exists()]
