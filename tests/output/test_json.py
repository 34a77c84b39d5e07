import json
from pathlib import Path

import pytest
from hypothesis import given

from bot.cli import main
from bot.display import scrubbed
from bot.model import Diagnosis
from bot.output import to_json
from knowledge.causes import causes
from knowledge.findings import findings
from tests.blocks.samples import ALL, EXPIRED, NOTHING, SIGNATURE, SIGNED, STRANGE, hostile


def test_the_contract() -> None:
    told = to_json(EXPIRED)
    assert set(told) == {
        "known", "service", "report", "answer", "causes", "ruled_out", "next_step", "log_lines", "probes", "notes",
    }  # fmt: skip
    assert {"url", "method", "at", "at_precision_s", "request_id", "host", "path", "status"} <= set(told["report"])
    assert told["report"]["at"] == "2026-09-19T23:39:37Z"
    first = told["causes"][0]
    assert set(first) == {"id", "title", "confidence", "owner", "evidence", "against", "fix"}
    assert set(first["evidence"][0]) == set(first["against"][0]) == {"finding", "source", "text", "weight"}
    assert [set(fix) for fix in first["fix"]] == [{"for", "steps"}] * len(first["fix"])
    assert [cause["confidence"] for cause in told["causes"]] == [0.92, 0.04, 0.02]


def test_nothing_known_is_nothing_told() -> None:
    told = to_json(NOTHING)
    assert told["causes"] == [] and told["next_step"] is None and told["report"]["url"] is None


@pytest.mark.parametrize("diagnosis", ALL.values(), ids=ALL)
def test_every_diagnosis_goes_through_json_and_utf_8(diagnosis: Diagnosis) -> None:
    told = to_json(diagnosis)
    assert json.loads(json.dumps(told, ensure_ascii=False).encode()) == told
    assert told == to_json(diagnosis)


@given(STRANGE)
def test_whatever_strangers_write_can_be_encoded(text: str) -> None:
    assert json.dumps(to_json(hostile(text)), ensure_ascii=False).encode()


def test_a_secret_that_came_this_far_goes_no_further() -> None:
    assert SIGNATURE not in json.dumps(to_json(hostile(f"Authorization: Bearer {SIGNED}")))


def test_our_own_words_survive_the_redactor() -> None:
    for cause in causes().values():
        steps = [step for _, steps in (*cause.fix, *cause.for_users) for step in steps]
        steps += [part for sentence in cause.sentence.values() for part in sentence]
        for text in (cause.title, cause.means, cause.why, cause.example, *cause.sure, *cause.prevent, *steps):
            assert scrubbed(text) == text
    for kind in findings().values():
        assert scrubbed(kind.text) == kind.text


def test_what_of_an_attachment_cannot_be_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cut.har").write_text('{"log": {"entries": [')
    argv = ["diagnose", "--json", "--no-probe", "--attach", str(tmp_path / "cut.har"), "401 on https://a.test/x"]
    assert main(argv) == 0
    assert "cut.har is no HAR file" in " ".join(json.loads(capsys.readouterr().out)["notes"])
