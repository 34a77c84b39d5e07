"""Tokens of a shared secret against the secret in pasted settings."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import main
from bot.tokens.shared_secrets import secrets_in, with_secrets

SECRET, OTHER = "a-long-enough-shared-secret-of-ours", "another-long-enough-shared-secret-x"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def token(secret: str | bytes = SECRET) -> str:
    return jwt.encode({"sub": "lena", "exp": NOON + timedelta(hours=1)}, secret, "HS256")


def state(raw: str, *settings: str) -> str:
    return with_secrets(settings, None)(raw, None)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (f"JWT_SECRET={SECRET}", "valid"),
        (f'  jwt:\n    "signing-key": "{SECRET}",', "valid"),
        (f"export TOKEN_SIGNING_KEY='{base64.b64encode(SECRET.encode()).decode()}'", "valid"),
        (f"JWT_SECRET={OTHER}", "invalid"),
        (f"JWT_SECRET={OTHER}\nOLD_JWT_SECRET={SECRET}", "valid"),
        ("JWT_SECRET=${JWT_SECRET}", "unchecked"),
        (f"PAYMENT_SECRET={OTHER}", "unchecked"),
        ("JWT_SECRET=********", "unchecked"),
    ],
)
def test_the_secret_in_settings_tells_whether_a_token_is_of_it(settings: str, told: str) -> None:
    assert state(token(), settings) == told


def test_what_is_signed_otherwise_is_not_judged() -> None:
    head = base64.urlsafe_b64encode(json.dumps({"alg": "RS256"}).encode()).decode().rstrip("=")
    assert state(f"{head}.e30.c2ln", f"JWT_SECRET={SECRET}") == "unchecked"


@given(st.text(max_size=300))
def test_any_text_is_looked_through_without_harm(text: str) -> None:
    assert all(len(value) >= 6 for value in secrets_in([text]))
    assert state(text, f"JWT_SECRET={SECRET}") == "unchecked"


def test_a_pasted_secret_that_did_not_sign_the_token_is_the_answer(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    env = tmp_path / "env.txt"
    env.write_text(f"APP_NAME=orders\nJWT_SECRET={OTHER}\n")
    report = f"https://orders.acme.test/v1/items answers 401 at 12:00 UTC\n\nAuthorization: Bearer {token()}"
    argv = ["diagnose", "--json", "--no-probe", "--posted-at", NOON.isoformat(), "--attach", str(env), report]
    assert main(argv) == 0
    out = capsys.readouterr().out
    told: dict[str, Any] = json.loads(out)
    assert told["causes"][0]["id"] == "bad_signature"
    assert OTHER not in out
