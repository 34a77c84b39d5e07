"""What a key begins with against what the service's keys begin with."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.intake.reader import read
from bot.services import Service
from bot.tokens.prefixes import prefixes

SERVICE = Service(name="orders", hosts=("api.acme.test",), key_prefix="ac_live_")


def told(key: str) -> list[str]:
    report = read(f"curl -H 'X-Api-Key: {key}' https://api.acme.test/x gives 401", posted_at=datetime.now(UTC))
    return [finding for finding, _ in prefixes(report, SERVICE)]


@pytest.mark.parametrize(
    ("key", "findings"),
    [
        ("ac_test_3nYc8WqLzB1k", ["token.other_environment"]),
        ("ac_live_3nYc8WqLzB1k", []),
        ("xy-9f8e7d6c5b4a3210", ["request.key_prefix_differs"]),
        ("AIzaSyB7q0mXv3nTz5RkPw1LdYcE8uHsJfGaN2i", ["request.key_prefix_differs"]),
        ("9f8e7d6c5b4a32109f8e7d6c", []),
    ],
)
def test_a_key_that_begins_otherwise(key: str, findings: list[str]) -> None:
    assert told(key) == findings
