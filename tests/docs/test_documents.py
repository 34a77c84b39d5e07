"""The generated documentation is what knowledge says now, and what is written by hand leaves no command out."""

import re
import subprocess
import sys
from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path

from bot.cli import COMMANDS
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


def options() -> dict[str, set[str]]:
    """The options of each command, subcommands apart; of two spellings the one that the usage shows."""
    modules = {name: import_module(f"bot.commands.{name}") for name in COMMANDS}
    for group in [name for name, module in modules.items() if hasattr(module, "COMMANDS")]:
        for name in modules.pop(group).COMMANDS:
            modules[f"{group} {name}"] = import_module(f"bot.commands.{group}_{name}")
    found = {}
    for name, module in modules.items():
        parser = ArgumentParser(prog="locksmith", add_help=False)
        module.add_arguments(parser)
        found[name] = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", parser.format_usage()))
    return found


def test_the_readme_names_every_command_with_all_its_options() -> None:
    rows = [row for row in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if row.startswith("| `lock")]
    for name, wanted in options().items():
        (row,) = [row for row in rows if re.search(rf"`locksmith {name}[ `]", row.split(" | ")[0])]
        assert wanted <= set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", row)), name
