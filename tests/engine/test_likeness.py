"""What the wording of a report adds to an answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main

POSTED = ["--posted-at", "2026-11-20T10:20:00Z"]
REPORT = "https://shop.acme.test/v1/orders says 401 since 10:00 UTC"


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    def asked(report: str, *lines: str) -> dict[str, Any]:
        log = tmp_path / "app.log"
        log.write_text("".join(f"{line}\n" for line in lines))
        assert main(["diagnose", "--json", "--no-probe", *POSTED, "--logs", str(log), report]) == 0
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        return told

    return asked


def worded(told: dict[str, Any], cause: str) -> list[str]:
    """What is said of the words for one cause."""
    found = [c for c in told["causes"] if c["id"] == cause]
    return [e["text"] for c in found for e in c["evidence"] if e["finding"] == "history.reads_like"]


ODD = "Shortly before, somebody at the far end had mislaid what the badge reader goes by"
TELLING = (
    "Then the office network got a new provider and so a new address; the edge lets only listed ranges through, "
    "from the VPN all is well"
)


def test_words_raise_the_cause_that_they_are_like_and_are_named(ask: Any) -> None:
    without, with_them = ask(f"{REPORT}. {ODD}"), ask(f"{REPORT}. {TELLING}")
    of = [[c["confidence"] for c in told["causes"] if c["id"] == "network_blocked"] for told in (without, with_them)]
    assert of[1][0] > max([*of[0], 0.0])
    assert "“address”" in worded(with_them, "network_blocked")[0]


def test_words_alone_settle_nothing(ask: Any) -> None:
    told = ask(f"{REPORT}. expired expired token expired exp jwt refresh")
    assert told["causes"][0]["confidence"] < 0.95


def test_no_name_is_quoted(ask: Any) -> None:
    """The words were learned from accounts with made-up names in them, and a log may hold the same."""
    names = "jonas lena petra mira tom felix marta anna"
    line = f"2026-11-20T10:04:12Z WARN GET /v1/orders 401 user=jonas team={names.replace(' ', ',')} account locked"
    told = ask(f"{REPORT}, we are {names}", line)
    quoted = [text for cause in told["causes"] for text in worded(told, cause["id"])]
    assert quoted
    assert not [name for name in names.split() if f"“{name}”" in " ".join(quoted)]


def test_evidence_that_proves_a_cause_stands_against_other_words(ask: Any) -> None:
    line = '2026-11-20T10:04:12Z WARN [req=77aa77aa] GET /v1/orders 401 reason="jwt expired at 2026-11-20T09:00:00Z"'
    told = ask(f"{REPORT}, request 77aa77aa. {TELLING}", line)
    assert told["causes"][0]["id"] == "token_expired"
