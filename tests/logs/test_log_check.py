"""`locksmith logs check`: what it says of files of every kind, through the command line."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli import main
from bot.logs.formats.table import formats

SECRET = "sk_live_51HqLyjWDarjtT1zdp7dcXYZ"
START = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)


def access(number: int, at: datetime, extra: str = "") -> str:
    line = f'203.0.113.{number % 250} - - [{at:%d/%b/%Y:%H:%M:%S} +0000] "GET /orders/{number} HTTP/1.1" 200 17'
    return f'{line} "-" "curl/8.5.0"{extra}\n'


def checked(capsys: pytest.CaptureFixture[str], *args: str | Path) -> dict[str, Any]:
    assert main(["logs", "check", *map(str, args), "--json"]) == 0
    return dict(json.loads(capsys.readouterr().out))


def test_a_sound_log_is_described(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "access.log"
    log.write_text("".join(access(n, START + timedelta(seconds=n), f" {n:032x}") for n in range(100, 400)))
    (file,) = checked(capsys, log)["files"]
    assert (file["lines"], file["unread"]["lines"], file["ordered"], file["whole"]) == (300, 0, True, True)
    assert file["formats"] == [{"format": "access", "known_as": None, "lines": 300, "share": 1.0}]
    assert file["ids"] == {"lines": 300, "where": {"at the end of the line": 300}}
    assert file["lines_per_second"] == pytest.approx(300 / 299, abs=0.01)
    assert (file["first"], file["to_do"]) == ("2026-11-30T06:01:40+00:00", [])


def test_every_known_format_is_recognised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for known in formats():
        (tmp_path / f"{known.name}.log").write_text("".join(line + "\n" for line, _ in known.samples))
    for file in checked(capsys, tmp_path)["files"]:
        assert file["unread"]["lines"] == 0, file["file"]
        assert file["snippet"] is None or {form["format"] for form in file["formats"]} == {"plain"}


def test_ids_are_found_where_formats_put_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = {}
    for known in formats():
        if known.name in {"caddy-json", "nginx-named", "rails", "apache-unique-id", "google-load-balancer"}:
            (tmp_path / "x.log").write_text(known.samples[0][0] + "\n")
            places[known.name] = set(checked(capsys, tmp_path)["files"][0]["ids"]["where"])
    assert places == {
        "caddy-json": {"X-Amzn-Trace-Id", "Cf-Ray", "X-Request-Id", "Traceparent", "B3"},
        "nginx-named": {"rid", "trace"},
        "rails": {"in brackets"},
        "apache-unique-id": {"without a name"},
        "google-load-balancer": {"insertId", "trace"},
    }


def test_carriers_are_named_and_parts_joined(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pod.log").write_text(
        '2026-11-30T06:17:31.1Z stdout P {"level":"warn","msg":"tok\n'
        "2026-11-30T06:17:31.2Z stderr F E1130 06:17:31.000000       1 a.go:1] other\n"
        '2026-11-30T06:17:31.3Z stdout F en","status":401}\n'
    )
    (file,) = checked(capsys, tmp_path / "pod.log")["files"]
    assert (file["lines"], file["carriers"]) == (2, {"cri": 2})
    assert {form["format"] for form in file["formats"]} == {"json", "klog"}


def test_disorder_and_stack_traces_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        f"{START + timedelta(minutes=m):%Y-%m-%d %H:%M:%S} ERROR boom\n  at x.y\nValueError: z\n" for m in (0, 9, 3)
    ]
    (tmp_path / "app.log").write_text("".join(lines))
    (file,) = checked(capsys, tmp_path / "app.log")["files"]
    assert (file["continued"], file["ordered"], file["late"]) == (6, False, {"lines": 1, "by_s": 360.0})
    assert any("not in the order of time" in advice for advice in file["to_do"])


def test_unknown_lines_are_shown_without_secrets_and_a_format_is_drafted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "own.log"
    log.write_text("".join(f"A|20261130061731|WARN|abc1234f{n}|GET /orders|401|{SECRET}\n" for n in range(9)))
    (file,) = checked(capsys, log)["files"]
    assert file["unread"]["lines"] == 9
    assert file["unread"]["examples"][1]["offset"] == len(log.read_text().splitlines()[0]) + 1
    assert "has no time that is recognised" in file["unread"]["examples"][0]["why"]
    assert SECRET not in json.dumps(file)

    services = tmp_path / "services.yaml"
    services.write_text(f"services: []\n{file['snippet']}")
    (again,) = checked(capsys, log, "--services", services)["files"]
    assert [form["format"] for form in again["formats"]] == ["my-format"]
    assert (again["first"], again["ids"]["lines"]) == ("2026-11-30T06:17:31+00:00", 9)


def test_a_large_file_is_read_in_slices(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.logs.check.WHOLE", 10_000)
    monkeypatch.setattr("bot.logs.check.SLICE", 2_000)
    log = tmp_path / "large.log"
    log.write_text("".join(access(n, START + timedelta(seconds=n)) for n in range(20_000)))
    (file,) = checked(capsys, log)["files"]
    assert not file["whole"]
    assert file["unread"]["lines"] == 0
    assert file["lines_per_second"] == pytest.approx(1, rel=0.3)
    assert file["last"] == (START + timedelta(seconds=19_999)).isoformat()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        ("2026-11-30 06:17:31 WARN x\n".encode("utf-16"), "is UTF-16; convert it to UTF-8 first"),
        (
            "2026-11-30 06:17:31 WARN é\n".encode("utf-16-le"),
            "is UTF-16LE; convert it to UTF-8 first (iconv -f UTF-16LE",
        ),
        (
            "2026-11-30 06:17:31 WARN é\n".encode("utf-16-be"),
            "is UTF-16BE; convert it to UTF-8 first (iconv -f UTF-16BE",
        ),
        ("2026-11-30 06:17:31 WARN x\n".encode("utf-32"), "is UTF-32; convert it to UTF-8 first"),
        (bytes(b for n in range(2000) for b in (n % 32, 0)), "is binary, not a text log"),
        (bytes(range(128, 256)) * 40, "is binary, not a text log"),
        (b"\0" * 500, "is binary, not a text log"),
        (b"PK\x03\x04" + b"x" * 50, "is packed in a way that is not read"),
    ],
)
def test_a_file_that_is_no_text_log_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, said: str
) -> None:
    log = tmp_path / "bad.log"
    log.write_bytes(content)
    assert main(["logs", "check", str(log)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("2026-11-30 06:17:31 WARN café refused\n".encode("latin-1"), "1 lines are not UTF-8: convert the file"),
        (b"2026-11-30 06:17:31 WARN refused", "its last line has no end yet"),
        (b'{"time":"2026-11-30T06:17:31Z","msg":"x"}\n{"time":"2026-11-30T06:17:3', "begins like JSON but is cut"),
        (b"GET /x 401 1 - 3.1 ms\n", "no line has a time"),
    ],
)
def test_a_doubtful_file_is_described_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, said: str
) -> None:
    log = tmp_path / "doubtful.log"
    log.write_bytes(content)
    assert main(["logs", "check", str(log)]) == 0
    assert said in capsys.readouterr().out


def test_good_files_are_described_beside_bad_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.log").touch()
    with gzip.open(tmp_path / "old.log.gz", "wt") as file:
        file.write(access(1, START))
    found = checked(capsys, tmp_path, tmp_path / "missing.log")
    assert [Path(row["file"]).name for row in found["files"]] == ["old.log.gz"]
    assert len(found["notes"]) == 2


def test_mixed_formats_are_told_by_their_shares(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "mixed.log"
    log.write_text(access(1, START) * 3 + '{"time":"2026-11-30T06:00:01Z","msg":"x"}\n')
    assert main(["logs", "check", str(log)]) == 0
    assert "formats   75 % access (nginx-combined), 25 % json" in capsys.readouterr().out


def test_an_action_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logs", "guess"]) == 2
    assert "invalid choice: 'guess'" in capsys.readouterr().err


def test_what_is_cut_off_was_not_read_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "cut.log.gz"
    log.write_bytes(gzip.compress("".join(access(n, START) for n in range(900)).encode())[:1500])
    told = checked(capsys, log)
    assert told["files"][0]["whole"] is False
    assert len(told["notes"]) == 1


def test_the_draft_of_a_format_takes_a_path_with_its_query(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "audit.log"
    log.write_text("30.11.2026 08:19:14;WARN;f87d4f13af3f96c8;GET;/private/orders?x=1;401;token missing\n")
    (row,) = yaml.safe_load(checked(capsys, log)["files"][0]["snippet"])["formats"]
    match = re.match(row["pattern"], row["sample"])
    assert match
    assert (match["path"], match["status"], match["message"]) == ("/private/orders?x=1", "401", "token missing")
