"""Tokens as people post them, the signature left out or written over."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake.reader import read
from bot.tokens.unsigned_copy import unsigned_copy

POSTED = datetime(2026, 11, 20, 12, tzinfo=UTC)


def part(value: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


CLAIMS = f"{part({'alg': 'RS256', 'kid': 'k1'})}.{part({'iss': 'https://id.acme.test', 'exp': 1795176000})}"
SIGNATURE = "A1b2C3d4-_" * 34 + "ab"


@pytest.mark.parametrize(
    "rest",
    [
        ".***",
        ".…",
        ".<signature>",
        ".[signature_removed]",
        ".(cut)",
        ".xxxxx",
        ".SIGNATURE",
        ".sig",
        ".REDACTED",
        ".abc...",
        "...",
        ".EXAMPLE",
        ".signature_removed",
        ".c2lnbmF0dXJl",
    ],
)
@pytest.mark.parametrize("words", ["Authorization: Bearer {}\nhttps://a.test/x", "the token is {} at https://a.test/x"])
def test_a_token_without_its_signature_still_tells_its_claims(rest: str, words: str) -> None:
    (shown,) = read(words.format(CLAIMS + rest), posted_at=POSTED).presented
    assert shown.token is not None and shown.token.exp == 1795176000
    assert not shown.token.truncated and shown.token.fault is None


@pytest.mark.parametrize("value", [CLAIMS, f"{CLAIMS}.{SIGNATURE}", f"{CLAIMS}.{SIGNATURE[:40]}", f"{CLAIMS[:-9]}..."])
def test_what_shows_its_signature_or_too_little_is_no_such_copy(value: str) -> None:
    assert unsigned_copy(value) is None


def test_an_old_short_key_is_no_cut() -> None:
    (shown,) = read(f"https://a.test/x 401 with {CLAIMS}.{'Ab1_' * 42}xyz", posted_at=POSTED).presented
    assert shown.token is not None and not shown.token.truncated


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    unsigned_copy(text)
    unsigned_copy(f"{CLAIMS}{text}")
