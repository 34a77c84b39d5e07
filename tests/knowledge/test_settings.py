"""The words of settings, code and lines."""

from pathlib import Path

import pytest

from knowledge.errors import KnowledgeError
from knowledge.settings import KINDS, pattern, words


def test_every_kind_has_its_words() -> None:
    assert words().keys() == KINDS
    assert pattern(r"\b{logins}=").search("UserName=ann")
    assert not pattern(r"\b{passwords}=").search("UserName=ann")


def test_a_broken_expression_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("".join(f"{kind}: ['(']\n" if kind == "came" else f"{kind}: [a]\n" for kind in sorted(KINDS)))
    with pytest.raises(KnowledgeError, match=r"settings\.yaml:\d+: 'came' is no regular expression"):
        words(path)
