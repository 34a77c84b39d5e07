"""The generated documentation is what knowledge says now, and every link in it leads somewhere."""

import re
import subprocess
import sys
from pathlib import Path

from knowledge.causes import causes
from knowledge.document import page

ROOT = Path(__file__).parents[2]
WRITTEN = ROOT / "docs" / "causes.md"


def test_the_page_of_causes_is_current() -> None:
    assert WRITTEN.read_text(encoding="utf-8") == page(), "knowledge/causes/ has changed: run 'make docs'"


def test_the_command_of_the_makefile_writes_the_page() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "knowledge.document"], cwd=ROOT, capture_output=True, check=True, timeout=60
    )
    assert done.stdout.decode() == page()
    assert "knowledge.document > docs/causes.md" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_cause_has_one_section_and_the_contents_lead_to_it() -> None:
    text = page()
    headings = re.findall(r"^## (\S+)$", text, re.MULTILINE)
    assert sorted(headings) == sorted(causes())
    assert sorted(re.findall(r"\(#(\w+)\)", text)) == sorted(headings)


def test_the_page_holds_general_words_only() -> None:
    assert not re.search(r"\{[a-z_]+\}", page())


def test_the_readme_leads_to_the_page() -> None:
    assert "(docs/causes.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
