"""`POST /changes`: a deploy pipeline or a rotation job says what it did, signed as Standard Webhooks are."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable

from aiohttp import web
from pydantic import ValidationError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot import webhook
from bot.settings import Settings
from bot.spikes import change_log
from bot.spikes.told import Told, change, fault, first_fault

log = logging.getLogger(__name__)


def taker(settings: Settings, redis: Redis) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler; `settings.changes_secret` is set."""
    key = webhook.secret(settings.changes_secret)
    assert key is not None  # checked as the settings were loaded
    services = tuple(service.name for service in settings.services)

    async def take(request: web.Request) -> web.Response:
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _refused(413, "the body is too large; a change is told in a line")
        if wrong := webhook.fault(key, request.headers, body, time.time()):
            return _refused(401, wrong)
        try:
            told = Told.model_validate_json(body)
        except ValidationError as error:
            return _refused(400, first_fault(error))
        if wrong := fault(told, services):
            return _refused(400, wrong)
        made = change(told, request.headers["webhook-id"])
        try:
            new = await change_log.add(redis, told.service, made)
        except (RedisError, OSError) as error:
            log.warning("a change was not taken (%s)", type(error).__name__)
            return _refused(503, "the store does not answer; send it again")
        return web.json_response({"id": made.id, "new": new})

    return take


def _refused(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)
