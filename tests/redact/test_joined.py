"""Passwords that code joins to a name."""

from __future__ import annotations

import pytest

from bot.redact import redact


@pytest.mark.parametrize(
    "code",
    [
        'header = btoa(user + password + "hunter2Zq9")',
        "btoa('petra' + ':' + 'hunter2Zq9')",
        "$auth = base64_encode($user . ':' . 'hunter2Zq9');",
    ],
)
def test_a_literal_that_code_joins_to_a_name_is_a_password(code: str) -> None:
    assert "hunter2Zq9" not in redact(code).text


@pytest.mark.parametrize("code", ["host + ':' + '8443'", "password + '@example.com'", "label + ':' + 'Orders'"])
def test_other_joined_literals_stay(code: str) -> None:
    assert redact(code).text == code
