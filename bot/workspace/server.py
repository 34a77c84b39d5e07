"""The workspace as a server on this machine's loopback address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.workspace import api, control, oauth, page
from bot.workspace.guard import guard
from bot.workspace.workspace import Workspace

HOST = "127.0.0.1"


def create_app(workspace: Workspace) -> web.Application:
    """The aiohttp application: Web API, response_url, Socket Mode, the page and the test switches."""
    workspace.state.serving = True
    app = web.Application(middlewares=[guard], client_max_size=api.MOST_BYTES)
    for door in (api, oauth, page, control):
        app.add_routes(door.routes(workspace))

    async def stop(_: web.Application) -> None:
        for each in workspace.all:
            each.state.serving = False
            each.state.change()
            await each.delivery.close()

    app.on_shutdown.append(stop)
    return app


@asynccontextmanager
async def running(workspace: Workspace, port: int = 0) -> AsyncIterator[str]:
    """Serve the workspace while the block runs; yields its address, such as http://127.0.0.1:3000 (0: any free port).

    The Web API is at that address plus `/api/`, which is what SLACK_API_URL should be.
    """
    async with serving(create_app(workspace), port) as base_url:
        workspace.state.base_url = base_url
        yield base_url


@asynccontextmanager
async def serving(app: web.Application, port: int = 0) -> AsyncIterator[str]:
    """Serve any application on loopback while the block runs; yields its address. Raises OSError for a port in use."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, port)
        await site.start()
        bound = runner.addresses[0][1]
        yield f"http://{HOST}:{bound}"
    finally:
        await runner.cleanup()
