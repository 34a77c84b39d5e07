"""The demo service: a small real API that refuses people in many ways, writes logs, and has a page to try it on.

It runs on loopback on its own port, beside the local workspace, to which its page can post reports.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.workspace import demo_api
from bot.workspace.demo_keys import AUDIENCE, Keys
from bot.workspace.demo_load import CALLERS, Load, write_history
from bot.workspace.demo_ways import BY_ID, MENDED, WAYS, Attempt, Outcome, Way, curl, report
from bot.workspace.guard import guard
from bot.workspace.page import STATIC
from bot.workspace.people import HELP_API, ONCALL, ONCALL_ROOM, ORDERS, ORDERS_ROOM, RITA
from bot.workspace.server import serving

AGENT = "orders-cli/2.3 python-requests/2.32"
KEPT = 200


class Demo:
    """The demo's keys, logs and what was tried."""

    def __init__(self, data_dir: Path, workspace_url: str) -> None:
        self.base_url = ""
        self.workspace_url = workspace_url
        self.keys = Keys()
        self.load = Load(self.keys)
        self.logs = demo_api.Logs(log_folder(data_dir))
        self.tried: deque[Outcome] = deque(maxlen=KEPT)
        self.turn = 0

    def at(self, base_url: str) -> None:
        """Tell it the address that it is served at, which its tokens name as their issuer."""
        self.base_url = self.keys.issuer = base_url

    async def attempt(self, way: Way) -> Outcome:
        """Make the request for real and keep what came of it. Raises aiohttp.ClientError."""
        return await self.send(way, way.attempt(self.keys))

    async def mended(self, way: Way) -> Outcome | None:
        """The same request as it should be; None where the caller cannot mend it. Raises aiohttp.ClientError."""
        make = MENDED.get(way.attempt(self.keys).path.partition("?")[0])
        return await self.send(way, make(self.keys)) if make else None

    async def send(self, way: Way, wanted: Attempt) -> Outcome:
        """Make a request and keep what came of it. Raises aiohttp.ClientError."""
        headers = {"User-Agent": AGENT, **wanted.headers}
        async with (
            aiohttp.ClientSession() as session,
            session.request(wanted.method, self.base_url + wanted.path, headers=headers) as answer,
        ):
            body = await answer.text()
        made = Outcome(
            way=way.id,
            method=wanted.method,
            url=self.base_url + wanted.path,
            status=answer.status,
            request_id=answer.headers.get("X-Request-Id", ""),
            at=time.time(),
            challenge=answer.headers.get("WWW-Authenticate", ""),
            body=body,
            curl=curl(wanted, self.base_url),
        )
        self.tried.append(made)
        return made

    async def report(self, outcome: Outcome, *, pasted: bool) -> str:
        """Post it as Rita into the support channel; returns what she wrote. Raises aiohttp.ClientError."""
        said = report(outcome, self.turn)
        self.turn += 1
        text = f"{said}\n```\n{outcome.curl}\n```" if pasted else said
        message = {"as": RITA, "channel": HELP_API, "text": text}
        async with aiohttp.ClientSession(raise_for_status=True) as session:
            await session.post(f"{self.workspace_url}/page/do/post", json=message)
        return text


def log_folder(data_dir: Path) -> Path:
    """Where the demo's logs are."""
    return data_dir / "demo-logs"


def history(data_dir: Path) -> Path:
    """Where what is usual of the demo is written."""
    return data_dir / "demo-history.csv.gz"


def demo_services(base_url: str, data_dir: Path) -> list[dict[str, Any]]:
    """The demo as an entry for services.yaml."""
    port = base_url.rpartition(":")[2]
    logs = log_folder(data_dir)
    return [
        {
            "name": "demo-orders",
            "hosts": [f"127.0.0.1:{port}", f"localhost:{port}"],
            "environment": "demo",
            "owner": ORDERS,
            "on_call": ONCALL,
            "channel": ORDERS_ROOM,
            "incidents": ONCALL_ROOM,
            "check": f"{base_url}/v1/orders",
            "issuer": base_url,
            "audience": [AUDIENCE],
            "jwks_uri": f"{base_url}/.well-known/jwks.json",
            "algorithms": ["RS256"],
            "key_prefix": "dk_",
            "key_header": "X-API-Key",
            "logs": [str(logs / "access.log"), str(logs / "app.log")],
            "watch": {"logs": [str(logs / "access.log")], "history": str(history(data_dir))},
        }
    ]


def create_demo(demo: Demo) -> web.Application:
    """The demo as an aiohttp application: its API and its page."""

    async def index(request: web.Request) -> web.FileResponse:
        return web.FileResponse(STATIC / "demo.html")

    async def ways(request: web.Request) -> web.Response:
        told = [{"id": w.id, "group": w.group, "title": w.title, "story": w.story} for w in WAYS]
        return web.json_response({"ways": told, "workspace": demo.workspace_url, "logs": str(demo.logs.app.parent)})

    async def try_one(request: web.Request) -> web.Response:
        way = BY_ID.get(request.match_info["way"])
        if way is None:
            raise web.HTTPNotFound(text="There is no such way.\n")
        return web.json_response(asdict(await demo.attempt(way)))

    async def mend(request: web.Request) -> web.Response:
        way = BY_ID.get(request.match_info["way"])
        made = await demo.mended(way) if way else None
        if made is None:
            raise web.HTTPNotFound(text="Only the service can mend this one.\n")
        return web.json_response(asdict(made))

    async def tell(request: web.Request) -> web.Response:
        wanted = request.query.get("id")
        outcome = next((o for o in demo.tried if o.request_id == wanted), None)
        if outcome is None:
            raise web.HTTPNotFound(text="That request is forgotten; make it again.\n")
        try:
            text = await demo.report(outcome, pasted=request.query.get("pasted") == "1")
        except aiohttp.ClientError:
            raise web.HTTPBadGateway(text="The local workspace does not answer.\n") from None
        return web.json_response({"text": text})

    async def incident(request: web.Request) -> web.Response:
        if not demo.load.begin(demo.base_url):
            raise web.HTTPConflict(text="It is going on; look into #oncall.\n")
        return web.json_response({"callers": len(CALLERS), "minutes": round(demo.load.refused_s / 60)})

    app = web.Application(middlewares=[guard, demo_api.logged(demo.logs)])
    app.add_routes(demo_api.routes(demo.keys, demo.logs))
    app.add_routes([web.get("/", index), web.static("/static", STATIC), web.get("/demo/ways", ways)])
    app.add_routes([web.post("/demo/try/{way}", try_one), web.post("/demo/mend/{way}", mend)])
    app.add_routes([web.post("/demo/report", tell), web.post("/demo/incident", incident)])
    return app


@asynccontextmanager
async def running_demo(data_dir: Path, *, workspace_url: str, port: int = 0) -> AsyncIterator[str]:
    """Serve the demo on loopback while the block runs; yields its address. Raises OSError for a port in use."""
    demo = Demo(data_dir, workspace_url)
    async with serving(create_demo(demo), port) as base_url:
        demo.at(base_url)
        write_history(history(data_dir), time.time())
        # So that the first report that anybody types finds a refusal in the log.
        await demo.attempt(BY_ID["expired"])
        try:
            yield base_url
        finally:
            await demo.load.end()
