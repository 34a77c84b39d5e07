"""Credentials of one environment at the address of another."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.intake.reader import read
from bot.reading.stages import called

POSTED = datetime(2026, 11, 20, 12, tzinfo=UTC)


def told(text: str) -> list[str]:
    return [finding.id for finding in called(read(text, posted_at=POSTED), ())]


@pytest.mark.parametrize(
    "text",
    [
        "I use the live key from the dashboard, https://api.sandbox.pay.test/v1/charges says 401",
        "401 from https://staging-api.acme.test/orders with our production credentials",
        "the sandbox api key is right, https://api.prod.acme.test/x 401",
        "test credentials, 401 at https://api.pay.test/x; with https://sandbox.api.pay.test/x I had others",
    ],
)
def test_a_key_of_one_environment_at_the_host_of_another(text: str) -> None:
    assert told(text) == ["request.other_stage_called"]


@pytest.mark.parametrize(
    "text",
    [
        "I use the live key, https://api.pay.test/v1/charges says 401",
        "the sandbox key at https://api.sandbox.pay.test/x gives 401",
        "live key and sandbox key tried at https://api.sandbox.pay.test/x, 401",
        "we are live since May, https://api.staging.acme.test/x 401",
        "test key, https://api.pay.test/x 401",
    ],
)
def test_what_fits_or_is_not_told_is_silent(text: str) -> None:
    assert told(text) == []
