"""Formats that an operator declares in services.yaml, through the command line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli import main

LINE = "30.11.2026 06:17:3{n};WARN;abc1234{n};GET;/private/orders?page={n};{status};10.0.0.{n}:55;ann;s3"
FORMAT = {
    "name": "shop",
    "pattern": r"^(?P<time>[\d.]{10} [\d:]{8});(?P<level>\w+);(?P<request_id>\w+);(?P<method>[A-Z]+);(?P<path>\S+?);"
    r"(?P<status>\d+);(?P<client>\S+?);(?P<user>\w+);(?P<shard>\w+)$",
    "time": "%d.%m.%Y %H:%M:%S",
    "ids": ["request_id"],
    "sample": LINE.format(n=1, status=401),
}


def services(folder: Path, *formats: dict[str, Any] | str) -> str:
    file = folder / "services.yaml"
    given = {"services": [{"name": "shop", "hosts": ["shop.example.com"]}], "formats": list(formats)}
    file.write_text(yaml.safe_dump(given, sort_keys=False), encoding="utf-8")
    return str(file)


def log(folder: Path, text: str = "") -> str:
    file = folder / "shop.log"
    file.write_text(text or "".join(LINE.format(n=n, status=200 + 201 * (n == 4)) + "\n" for n in range(1, 8)))
    return str(file)


def test_a_declared_format_is_read_by_every_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--services", services(tmp_path, FORMAT), "--json"]
    assert main(["logs", "check", log(tmp_path), *given]) == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert file["formats"] == [{"format": "shop", "known_as": None, "lines": 7, "share": 1.0}]
    assert (file["first"], file["ids"]["lines"]) == ("2026-11-30T06:17:31+00:00", 7)

    report = "401 on https://shop.example.com/private/orders at 2026-11-30T06:17:34Z, request id abc12344"
    posted = ["--posted-at", "2026-11-30T06:20:00Z", "--no-probe", "--logs", log(tmp_path)]
    assert main(["diagnose", report, *posted, *given]) == 0
    line = json.loads(capsys.readouterr().out)["log_lines"][0]
    assert (line["format"], line["status"], line["time"]) == ("shop", 401, "2026-11-30T06:17:34Z")


def test_without_the_declaration_the_format_is_not_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logs", "check", log(tmp_path), "--json"]) == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert [form["format"] for form in file["formats"]] == ["plain"]


@pytest.mark.parametrize(
    ("time", "text", "moment"),
    [
        ("iso", "2026-11-30T06:17:31+02:00", "2026-11-30T04:17:31+00:00"),
        ("epoch_s", "1796019451", "2026-11-30T06:17:31+00:00"),
        ("epoch_ms", "1796019451500", "2026-11-30T06:17:31.500000+00:00"),
        ("%d/%m %H:%M", "01/02 06:17", None),
        ("", "2026-11-30 06:17:31", "2026-11-30T06:17:31+00:00"),
    ],
)
def test_times_are_read_as_declared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], time: str, text: str, moment: str | None
) -> None:
    line = f"~{text}~401~/x"
    form = {"name": "own", "pattern": r"^~(?P<time>[^~]+)~(?P<status>\d+)~(?P<path>.*)$", "sample": line}
    given = services(tmp_path, form | ({"time": time} if time else {}))
    assert main(["logs", "check", log(tmp_path, line + "\n"), "--services", given, "--json"]) == 0
    first = json.loads(capsys.readouterr().out)["files"][0]["first"]
    assert first == moment if moment else first.endswith("-02-01T06:17:00+00:00")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"colour": "red"}, "unknown key 'colour' of a format; known are name, pattern, time, ids, sample"),
        ({"pattern": "(?P<time>"}, "the pattern is not valid (missing ), unterminated subpattern at position 0)"),
        ({"pattern": r"^\d+$", "time": None}, "the pattern names nothing; name its parts"),
        ({"pattern": r"(?P<a>(\w+\s*)+):$", "time": None, "ids": None}, "the pattern of 'shop' takes too long"),
        ({"sample": "something else"}, "the pattern of 'shop' does not match its sample"),
        ({"time": "%d/%b/%Y"}, "the time '30.11.2026 06:17:31' of the sample cannot be read as '%d/%b/%Y'"),
        ({"ids": ["rid"]}, "'ids' names 'rid', which is no group of the pattern"),
        ({"name": "json"}, "the format 'json' is known already"),
        ({"name": "nginx-error"}, "the format 'nginx-error' is known already"),
        ({"name": "Shop Log"}, "'Shop Log' is no name of a format"),
        ({"name": ["a"]}, "'name' of a format is a single text"),
        ({"sample": None}, "the format needs 'sample'"),
        ({"pattern": r"^(?P<status>\d+)"}, "the pattern of 'shop' has no group 'time'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any], fault: str
) -> None:
    form = {key: value for key, value in (FORMAT | change).items() if value is not None}
    file = services(tmp_path, form)
    assert main(["logs", "check", log(tmp_path), "--services", file]) == 2
    said = capsys.readouterr().err
    assert fault in said
    assert said.startswith(f"locksmith: {file}:")
    place = int(said.removeprefix(f"locksmith: {file}:").split(":")[0])
    assert 4 < place <= len(Path(file).read_text().splitlines())


@pytest.mark.parametrize("given", ["formats: {name: x}", "formats: [x]", "formats: 3"])
def test_formats_that_are_no_list_of_mappings_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str
) -> None:
    file = tmp_path / "services.yaml"
    file.write_text(f"services: []\n{given}\n")
    assert main(["logs", "check", log(tmp_path), "--services", str(file)]) == 2
    assert f"{file}:2:" in capsys.readouterr().err


def test_two_formats_of_one_name_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logs", "check", log(tmp_path), "--services", services(tmp_path, FORMAT, FORMAT)]) == 2
    assert "there are two formats called 'shop'" in capsys.readouterr().err


def test_the_example_of_the_readme_is_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    example = next(block for block in readme.split("```") if block.startswith("yaml\nservices:"))
    file = tmp_path / "services.yaml"
    file.write_text(example.removeprefix("yaml\n"), encoding="utf-8")
    (tmp_path / "openapi.yaml").write_text("paths: {/orders: {}}\n")
    (tmp_path / "counts.csv.gz").touch()
    line = yaml.safe_load(file.read_text())["formats"][0]["sample"]
    assert main(["logs", "check", log(tmp_path, f"{line}\n"), "--services", str(file)]) == 0
    assert "100 % billing-audit" in capsys.readouterr().out


def test_formats_hold_in_every_thread_that_reads_packed_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files are read side by side; LOCKSMITH_SERVICES declares for files that --logs names, too."""
    for number in range(4):
        line = LINE.format(n=number + 1, status=401)
        (tmp_path / f"shop.log.{number}.gz").write_bytes(gzip.compress(f"{line}\n".encode()))
    given = ["--logs", str(tmp_path / "*.gz"), "--path", "/private/orders", "--json"]
    monkeypatch.setenv("LOCKSMITH_SERVICES", services(tmp_path, FORMAT))
    assert main(["logs", "find", *given]) == 0
    assert len(json.loads(capsys.readouterr().out)["lines"]) == 4
    assert main(["logs", "check", str(tmp_path / "shop.log.1.gz"), "--json"]) == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert [form["format"] for form in file["formats"]] == ["shop"]
    assert file["ids"]["where"] == {"request_id": 1}
