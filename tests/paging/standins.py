"""PagerDuty, Opsgenie and a receiver of webhooks on a real socket, each as strict as its documentation."""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot import webhook
from bot.workspace.server import serving

ROUTING_KEY = "0123456789abcdef0123456789ABCDEF"
GENIE_KEY = "0b3d5c1e-7a24-4f0e-9a53-1f2e3d4c5b6a"
HOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ENVIRON = {"PD_KEY": ROUTING_KEY, "GENIE_KEY": GENIE_KEY, "HOOK_SECRET": HOOK_SECRET}


@dataclass
class Receiver:
    """What came in, and how the next calls are answered instead of being taken."""

    url: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    """What each accepted call said, with its headers under `headers` and its path under `path`."""
    tries: list[dict[str, Any]] = field(default_factory=list)
    """The same of every call, accepted or not."""
    failures: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """(status, headers) for the next calls; status 0 breaks the connection."""
    open: dict[str, str] = field(default_factory=dict)
    """Alerts that are open, by their key."""


def pagerduty(told: dict[str, Any], receiver: Receiver) -> web.Response:
    """Events API v2: 202, or 400 with what is wrong."""
    errors = []
    if told.get("routing_key") != ROUTING_KEY:
        errors.append("'routing_key' is invalid")
    if told.get("event_action") not in {"trigger", "acknowledge", "resolve"}:
        errors.append("'event_action' is invalid")
    if not 0 < len(told.get("dedup_key", "")) <= 255:
        errors.append("'dedup_key' is missing or too long")
    payload = told.get("payload")
    if told.get("event_action") == "trigger":
        if not payload or not 0 < len(payload.get("summary", "")) <= 1024 or not payload.get("source"):
            errors.append("'payload.summary' or 'payload.source' is missing or too long")
        elif payload.get("severity") not in {"critical", "error", "warning", "info"}:
            errors.append("'payload.severity' is invalid")
        elif any(not link.get("href") for link in told.get("links", [])):
            errors.append("'links.href' is missing")
        receiver.open[told.get("dedup_key", "")] = "open"
    elif told.get("event_action") == "resolve":
        receiver.open.pop(told.get("dedup_key", ""), None)
    if errors:
        answer = {"status": "invalid event", "message": "Event object is invalid", "errors": errors}
        return web.json_response(answer, status=400)
    receiver.taken.append(told)
    answer = {"status": "success", "message": "Event processed", "dedup_key": told["dedup_key"]}
    return web.json_response(answer, status=202)


def opsgenie(told: dict[str, Any], receiver: Receiver) -> web.Response:
    """Alert API v2: 202, 401 for another key, 422 for what is missing or too long."""
    if told["headers"].get("Authorization") != f"GenieKey {GENIE_KEY}":
        return web.json_response({"message": "Could not authenticate", "took": 0.0, "requestId": "r"}, status=401)
    later = re.fullmatch(r"/v2/alerts/([^/?]+)/(close|acknowledge)\?identifierType=alias", told["path"])
    if later:
        if later[2] == "close":
            receiver.open.pop(later[1], None)
    elif told["path"] != "/v2/alerts":
        return web.json_response({"message": "Not found"}, status=404)
    elif not _processable(told):
        return web.json_response({"message": "Request body is not processable."}, status=422)
    else:
        receiver.open[told["alias"]] = "open"
    receiver.taken.append(told)
    return web.json_response({"result": "Request will be processed", "took": 0.1, "requestId": "r"}, status=202)


def _processable(told: dict[str, Any]) -> bool:
    fits = 0 < len(told.get("message", "")) <= 130 and 0 < len(told.get("alias", "")) <= 512
    return (
        fits
        and len(told.get("description", "")) <= 15_000
        and all(isinstance(v, str) for v in told["details"].values())
    )


def hook(told: dict[str, Any], receiver: Receiver) -> web.Response:
    """Standard Webhooks: signed, lately, and an id that was taken before is taken again without effect."""
    key = webhook.secret(HOOK_SECRET)
    assert key is not None
    headers = {name.lower(): value for name, value in told["headers"].items()}
    if wrong := webhook.fault(key, headers, told["body"], time.time()):
        return web.json_response({"error": wrong}, status=401)
    if headers["webhook-id"] not in receiver.open:
        receiver.open[headers["webhook-id"]] = told["type"]
        receiver.taken.append(told)
    return web.Response(status=204)


@asynccontextmanager
async def receiving(taker: Any) -> AsyncIterator[Receiver]:
    """One of the above, listening."""
    receiver = Receiver()

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        told = {} if request.method == "HEAD" else json.loads(body)
        told |= {"headers": dict(request.headers), "path": request.path_qs, "body": body}
        if request.method == "HEAD":
            return web.Response(status=404)
        receiver.tries.append(told)
        if receiver.failures:
            status, headers = receiver.failures.pop(0)
            if not status:
                assert request.transport
                request.transport.close()
            return web.Response(status=status or 500, headers=headers)
        if request.content_type != "application/json":
            return web.Response(status=415)
        answer: web.Response = taker(told, receiver)
        return answer

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", take)
    async with serving(app) as url:
        receiver.url = url
        yield receiver
