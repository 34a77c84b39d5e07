"""What the confirmed cases in the store teach the engine."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping

from redis.asyncio import Redis

from bot.engine.learned import Learned, Told, fitted
from bot.outcomes import ANSWERS, OUTCOMES, TEACHING, Outcome
from bot.services import Service
from knowledge.causes import causes

LATEST = 200
"""Confirmed cases by which confidences are calibrated: knowledge and services change, so old ones tell little."""


async def learned(redis: Redis, service: Service) -> Learned:
    """What was confirmed at the service, and how far answers are to be believed here."""
    teaching = {name: o for name, o in (await OUTCOMES.all(redis)).items() if _teaches(o)}
    seen = Counter(o.cause for o in teaching.values() if o.service == service.name)
    # In a thread: hundreds of answers take a while to fit, and Slack waits for others meanwhile.
    return Learned(dict(seen), await asyncio.to_thread(fitted, await _told(redis, teaching)))


def _teaches(outcome: Outcome) -> bool:
    return outcome.how in TEACHING and outcome.cause in causes()


async def _told(redis: Redis, teaching: Mapping[str, Outcome]) -> list[Told]:
    latest = sorted(teaching, key=lambda name: teaching[name].at)[-LATEST:]
    answers = await ANSWERS.get(redis, latest)
    return [
        Told(answer.standing, answer.temperature, teaching[name].cause)
        for name, answer in answers.items()
        if answer.standing
    ]
