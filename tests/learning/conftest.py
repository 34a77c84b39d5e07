"""A real engine for every test, and cases to be right and wrong about."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot import store
from bot.cases import Case
from bot.model import Cause, Diagnosis, Report
from bot.settings import Settings

CREATED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    async with store.connect(Settings(data=tmp_path / "data")) as client:
        yield client


def case_of(cause: str = "token_expired", confidence: float = 0.8, **changes: Any) -> Case:
    """A case that was answered with that cause half a minute after it was reported; unknown where `cause` is empty."""
    report = Report(text="401", posted_at=CREATED)
    causes = (Cause(id=cause or "clock_skew", title="It", confidence=confidence, owner="caller"),)
    diagnosis = Diagnosis(report=report, causes=causes, known=bool(cause), service=changes.pop("service", "orders"))
    base: dict[str, Any] = {
        "id": "AB23",
        "team": "T1",
        "channel": "C1",
        "thread_ts": "1.0",
        "reporter": "U1",
        "report": report,
        "diagnosis": diagnosis,
        "revision": 1,
        "created": CREATED,
        "updated": CREATED + timedelta(seconds=30),
    }
    return Case(**{**base, **changes})
