"""The demo's API and the logs it writes, an access log and an application log, as such services write them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.workspace import demo_doors as doors
from bot.workspace.demo_doors import Refused
from bot.workspace.demo_keys import Keys

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
API = ("/v1/", "/internal/", "/account", "/files/")
ORDERS = [{"id": 1, "item": "brass key", "amount": "12.50"}, {"id": 2, "item": "padlock", "amount": "8.00"}]


let_in: ContextVar[str] = ContextVar("let_in")
"""Who passed the door of the request at hand."""


class Logs:
    """The two log files in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.access, self.app = folder / "access.log", folder / "app.log"
        for path in (self.access, self.app):
            path.touch()

    def write(self, request: web.Request, status: int, size: int, fields: dict[str, Any]) -> None:
        """One request: a line of nginx's combined format with the request id, and a JSON line."""
        now, agent = datetime.now(UTC), request.headers.get("User-Agent", "-")
        # As behind a proxy that is trusted to tell whom it speaks for.
        client = _quoted(request.headers.get("X-Forwarded-For") or request.remote or "-").replace(" ", "")
        stamp, user = now.strftime("%d/%b/%Y:%H:%M:%S +0000"), fields.get("user") or "-"
        line = f'"{request.method} {_loggable(request)} HTTP/1.1" {status} {size} "-" "{_quoted(agent)}"'
        _append(self.access, f"{client} - {_quoted(user)} [{stamp}] {line} {fields['request_id']}")
        told = {
            "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": "info" if status < 400 else "warning",
            "event": "request finished" if status < 400 else "request refused",
            "logger": "orders.auth",
            "method": request.method,
            "path": request.path,
            "status": status,
            "client": client,
            "user_agent": agent,
        }
        _append(self.app, json.dumps({**told, **{k: v for k, v in fields.items() if v}}))


def routes(keys: Keys, logs: Logs) -> list[web.RouteDef]:
    """The API's routes, each behind its own kind of door."""

    async def orders(request: web.Request) -> web.Response:
        return _let_in(doors.bearer(request, keys), {"orders": ORDERS})

    async def refund(request: web.Request) -> web.Response:
        return _let_in(doors.bearer(request, keys, "orders:write"), {"refunded": True})

    async def billing(request: web.Request) -> web.Response:
        return _let_in(doors.api_key(request, keys), {"invoices": []})

    async def reports(request: web.Request) -> web.Response:
        return _let_in(doors.basic(request, keys), {"reports": []})

    async def account(request: web.Request) -> web.Response:
        return _let_in(doors.session(request, keys), {"name": "Rita"})

    async def file(request: web.Request) -> web.Response:
        return _let_in(doors.signed_link(request, keys), {"file": request.match_info["name"]})

    async def export(request: web.Request) -> web.Response:
        # To the other name of this machine: clients drop the Authorization header when the host changes.
        other = request.host.replace("127.0.0.1", "localhost")
        raise web.HTTPPermanentRedirect(f"http://{other}/v1/export/")

    async def jwks(request: web.Request) -> web.Response:
        return web.json_response(keys.jwks())

    return [
        web.get("/.well-known/jwks.json", jwks),
        web.get("/v1/orders", orders),
        web.get("/v1/orders/{id}/refund", refund),
        web.get("/v1/billing", billing),
        web.get("/v1/reports", reports),
        web.get("/v1/export", export),
        web.get("/v1/export/", orders),
        web.get("/v1/web/orders", orders),
        # The fault of many a gateway: the preflight, which never has credentials, must pass the same door.
        web.options("/v1/web/orders", orders),
        web.get("/internal/orders", reports),
        web.get("/account", account),
        web.get("/files/{name}", file),
    ]


def logged(logs: Logs) -> Any:
    """A middleware that gives every API request an id, turns refusals into answers, and logs both."""

    @web.middleware
    async def log(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(API):
            return await handler(request)
        fields: dict[str, Any] = {"request_id": f"req_{secrets.token_hex(8)}"}
        let_in.set("")
        response = await _answered(request, handler, fields)
        fields.setdefault("user", let_in.get())
        response.headers["X-Request-Id"] = fields["request_id"]
        logs.write(request, response.status, response.content_length or 0, fields)
        return response

    return log


async def _answered(request: web.Request, handler: Handler, fields: dict[str, Any]) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refused as refused:
        fields |= {"reason": refused.reason, "user": refused.user}
        body = {"error": "forbidden" if refused.status == 403 else "unauthorized", "message": refused.told}
        told = {**body, "request_id": fields["request_id"]}
        return web.json_response(told, status=refused.status, headers={"WWW-Authenticate": refused.challenge})
    except web.HTTPException as answer:
        return web.Response(status=answer.status, text=answer.text, headers=_plain(answer))


def _plain(answer: web.HTTPException) -> dict[str, str]:
    location = answer.headers.get("Location")
    return {"Location": location} if location else {}


def _let_in(user: str, body: dict[str, Any]) -> web.Response:
    let_in.set(user)
    return web.json_response(body)


def _loggable(request: web.Request) -> str:
    """The path with its query, but of a signature only the beginning."""
    query = "&".join(f"{k}={v[:8] + '…' if k == 'signature' else v}" for k, v in request.query.items())
    return _quoted(f"{request.path}?{query}" if query else request.path)


def _quoted(text: str) -> str:
    return "".join(c if c.isprintable() and c not in '"\\' else f"\\x{ord(c) & 255:02X}" for c in text)


def _append(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
