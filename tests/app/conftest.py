"""A real engine for every test, in a folder of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot import store
from bot.settings import Settings


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    async with store.connect(Settings(data=tmp_path / "data")) as client:
        yield client
