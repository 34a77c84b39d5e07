"""The switches under /_control/: make the workspace slow, failing or forgetful, and see what the bot called."""

from __future__ import annotations

from dataclasses import asdict

from aiohttp import web

from bot.workspace.messages import Json
from bot.workspace.state import Controls
from bot.workspace.workspace import Workspace

KINDS = {
    "slow_s": (int, float),
    "deliveries": int,
    "held": str,
    **dict.fromkeys(("drop_metadata", "every_socket", "posts_only", "no_agents", "no_charts"), bool),
}


def routes(workspace: Workspace) -> list[web.RouteDef]:
    """The routes of the switches."""
    state = workspace.state

    async def show(request: web.Request) -> web.Response:
        return web.json_response(asdict(state.controls))

    async def set_switches(request: web.Request) -> web.Response:
        wanted = await read_json(request)
        for name, value in wanted.items():
            if name not in KINDS or not isinstance(value, KINDS[name]):  # type: ignore[arg-type]
                raise web.HTTPBadRequest(text=f"'{name}' cannot be set so; the switches are {', '.join(KINDS)}\n")
        for name, value in wanted.items():
            setattr(state.controls, name, value)
        state.change()
        return await show(request)

    async def fail(request: web.Request) -> web.Response:
        wanted = await read_json(request)
        status, times = wanted.get("status", 500), wanted.get("times", 1)
        if not (isinstance(status, int) and isinstance(times, int) and (status == 429 or 500 <= status <= 599)):
            raise web.HTTPBadRequest(text="'status' is 429 or 5xx, 'times' a whole number\n")
        failure = (status, float(wanted.get("retry_after", 1)))
        state.controls.failures.setdefault(str(wanted.get("method", "*")), []).extend([failure] * times)
        return await show(request)

    async def calls(request: web.Request) -> web.Response:
        return web.json_response([asdict(call) for call in state.calls])

    async def reset(request: web.Request) -> web.Response:
        state.controls = Controls()
        state.clear()
        return web.json_response({"ok": True})

    return [
        web.get("/_control/switches", show),
        web.post("/_control/switches", set_switches),
        web.post("/_control/fail", fail),
        web.get("/_control/calls", calls),
        web.post("/_control/reset", reset),
    ]


async def read_json(request: web.Request) -> Json:
    """The JSON object that was sent. Answers 400 in plain words when it is none."""
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="Send a JSON object.\n")
    return body
