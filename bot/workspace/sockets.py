"""Socket Mode's websocket: envelopes go out, acknowledgements come back.

Source: docs.slack.dev/apis/events-api/using-socket-mode.
"""

from __future__ import annotations

import json

from aiohttp import WSMsgType, web

from bot.workspace.delivery import Delivery
from bot.workspace.messages import Json
from bot.workspace.people import APP


async def serve_socket(request: web.Request, delivery: Delivery) -> web.StreamResponse:
    """One connection, from hello until it closes."""
    socket = web.WebSocketResponse(heartbeat=30)
    await socket.prepare(request)
    await socket.send_json(_hello(len(delivery.sockets) + 1))
    delivery.sockets.append(socket)
    delivery.state.change()
    try:
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                _take(delivery, frame.data)
    finally:
        delivery.sockets.remove(socket)
        delivery.state.change()
    return socket


def _hello(connections: int) -> Json:
    debug = {"host": "local", "build_number": 1, "approximate_connection_time": 18_060}
    info = {"connection_info": {"app_id": APP}, "num_connections": connections, "debug_info": debug}
    return {"type": "hello", **info}


def _take(delivery: Delivery, text: str) -> None:
    try:
        said = json.loads(text)
    except ValueError:
        return
    if not isinstance(said, dict):
        return
    payload = said.get("payload")
    told = payload if isinstance(payload, dict) else {}
    delivery.answers += [told] if told else []
    waiting = delivery.waiting.get(str(said.get("envelope_id")))
    if waiting and not waiting.done():
        waiting.set_result(told)
