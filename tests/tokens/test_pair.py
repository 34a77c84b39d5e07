"""Two tokens of one report: one is let in and the other is not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import jwt
import pytest

from bot.intake.reader import read
from bot.tokens.judge import judge

POSTED = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECRET = "a secret that is long enough for all of these"
OLD: dict[str, Any] = {"iss": "https://id.acme.test", "aud": "orders", "exp": 1795000000, "scope": "read write"}
NEW = {**OLD, "exp": 1795179600}


def token(claims: dict[str, Any], kid: str = "k1") -> str:
    return jwt.encode(claims, SECRET, headers={"kid": kid})


def found(text: str) -> set[str]:
    return {finding.id for finding in judge(read(text, posted_at=POSTED), None).findings}


@pytest.mark.parametrize(
    ("other", "finding"),
    [
        ({"aud": "billing"}, "audience"),
        ({"iss": "https://id.acme.example"}, "issuer"),
        ({"scope": "read"}, "scope"),
    ],
)
@pytest.mark.parametrize(
    "words",
    ["works since yesterday:\n{0}\n\ntoday 11:50, 401:\n{1}", "this one fails (401)\n{1}\n\nbut this is ok\n{0}"],
)
def test_what_parts_the_refused_token_from_the_accepted_one(words: str, other: dict[str, Any], finding: str) -> None:
    told = found("https://api.acme.test/x\n" + words.format(token(OLD), token({**NEW, **other})))
    assert f"token.pair_{finding}" in told
    assert "token.expired" not in told, "the one that was let in may have run out since"


def test_a_key_of_another_name_parts_them() -> None:
    assert "token.pair_key" in found(f"https://a.test/x works: {token(OLD)}\n\n401 with: {token(NEW, 'k2')}")


@pytest.mark.parametrize("words", ["old {0}\n\nnew {1}", "works {0}\n\nworks too {1}", "401 {0}\n\n401 {1}"])
def test_tokens_of_which_nobody_says_how_they_fared_are_not_compared(words: str) -> None:
    text = "https://a.test/x\n" + words.format(token(OLD), token({**NEW, "aud": "billing"}))
    assert not any(name.startswith("token.pair") for name in found(text))
