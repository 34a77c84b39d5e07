"""Formats that a test declares end with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.logs import declared


@pytest.fixture(autouse=True)
def _only_its_own_formats() -> Iterator[None]:
    before = set(declared.origins())
    yield
    for origin in set(declared.origins()) - before:
        declared.use(origin, ())
