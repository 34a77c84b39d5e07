"""What a reporter's words say: the patterns of `phrases.yaml`, searched, and what clauses tell by what works."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from knowledge.lexicon.clauses import stated, told

SOURCE = files("bot.intake") / "phrases.yaml"
LIMIT = 20_000
"""Characters of the report that are read for phrases."""
QUOTED = re.compile(r"\"[^\"\s]+ [^\"\n]{1,300}\"|“[^”\s]+ [^”\n]{1,300}”|`[^`\s]+ [^`\n]{1,300}`")
"""Words of a program that the writer quotes; one word alone is a name."""
ASIDE = re.compile(r" ?\([^()\n]{0,200}\)")
CLAUSE = re.compile(
    r"[.!?;:,](?:\s+|$)|[。！？、\n]| (?:but|while|whereas|aber|während|mais|pero|però|ma|mas|maar|ale|но)\s"
)
"""What stands in brackets is an aside; what parts the clauses of a sentence."""


@cache
def phrases() -> dict[str, re.Pattern[str]]:
    """Finding -> all its phrases as one pattern."""
    data = _data()
    return {finding: _pattern(listed, data["words"]) for finding, listed in data["findings"].items()}


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml.load(SOURCE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return data


def _pattern(listed: list[str], words: dict[str, str]) -> re.Pattern[str]:
    text = "|".join(f"(?:{pattern})" for pattern in listed)
    for name, alternatives in words.items():
        text = text.replace(f"{{{name}}}", alternatives)
    return re.compile(text, re.IGNORECASE | re.MULTILINE)


PRAISE = {
    *("report.works_with_other_client", "report.works_at_other_address", "report.works_on_other_path"),
    *(
        "report.same_credential_works",
        "report.other_credential_works",
        "report.only_some_affected",
        "report.works_from_other_place",
    ),
    *("report.works_without_middle", "report.works_with_slash", "report.works_with_fresh_copy"),
    *("report.several_instances", "report.only_writes_fail", "report.same_call_works_elsewhere"),
}
DENIED = re.compile(r"(?i)\b(?:stopped|not(?! affected)|never|no longer|cannot)\b|n't\b")


def said(text: str) -> dict[str, str]:
    """Each finding whose words stand in the text, with the words."""
    text = stated(text[:LIMIT])
    return told(QUOTED.sub(" ", text)) | {
        f: words for f, pattern in phrases().items() if (words := _words(f, pattern, text)) is not None
    }


def _words(finding: str, pattern: re.Pattern[str], text: str) -> str | None:
    for match in pattern.finditer(text):
        if finding not in PRAISE or not DENIED.search(match[0]):
            return " ".join(match[0].split())[:120]
    return None


def writes(text: str) -> bool:
    """Whether the words speak of saving or sending something."""
    return _writing().search(text[:LIMIT]) is not None


@cache
def _writing() -> re.Pattern[str]:
    data = _data()
    return _pattern([data["writing"]], data["words"])


@cache
def _clauses() -> tuple[re.Pattern[str], re.Pattern[str]]:
    data = _data()
    return _pattern([data["fine"]], data["words"]), _pattern([data["refusing"]], data["words"])


def praised(text: str) -> list[str]:
    """The clauses that say that something works, and nothing of what does not."""
    fine, refusing = _clauses()
    clauses = CLAUSE.split(ASIDE.sub("", text[:LIMIT]))
    return [clause for clause in clauses if fine.search(clause) and not refusing.search(clause)]
