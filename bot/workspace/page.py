"""The door for the page: what one person sees, as JSON, and what they do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web

from bot.workspace.control import read_json
from bot.workspace.messages import Json, Message, View
from bot.workspace.people import CHANNELS, GROUPS, HUMANS, LOCKSMITH, PEOPLE, USERS
from bot.workspace.state import SlackError
from bot.workspace.workspace import Workspace

STATIC = Path(__file__).parent / "static"
MOST_SHOWN = 500
MOST_BYTES = 20 * 1024 * 1024
Deed = Callable[[Workspace, str, Json], Awaitable[Any]]


def routes(workspace: Workspace) -> list[web.AbstractRouteDef]:
    """The page and its routes."""

    async def index(request: web.Request) -> web.FileResponse:
        return web.FileResponse(STATIC / "index.html")

    async def seen(request: web.Request) -> web.Response:
        return web.json_response(seen_by(workspace, _person(request.query.get("as"))))

    async def listen(request: web.Request) -> web.StreamResponse:
        return await changes(request, workspace)

    async def act(request: web.Request) -> web.Response:
        body, name = await read_json(request), request.match_info["deed"]
        if name not in DEEDS:
            raise web.HTTPNotFound(text=f"There is nothing called '{name}' to do.\n")
        try:
            done = await DEEDS[name](workspace, _person(body.get("as")), body)
        except SlackError as error:
            return web.json_response({"ok": False, "error": error.code}, status=400)
        except (KeyError, TypeError) as error:
            return web.json_response({"ok": False, "error": f"needs {error}"}, status=400)
        return web.json_response({"ok": True, "result": done})

    async def upload(request: web.Request) -> web.Response:
        user = _person(request.query.get("as"))
        part = await (await request.multipart()).next()
        if not isinstance(part, BodyPartReader) or not part.filename:
            raise web.HTTPBadRequest(text="Send one file.\n")
        content = bytes(await part.read())
        if len(content) > MOST_BYTES:
            raise web.HTTPRequestEntityTooLarge(MOST_BYTES, len(content))
        kind = part.headers.get("Content-Type", "application/octet-stream").partition(";")[0]
        file = workspace.upload(user, part.filename, content, kind)
        return web.json_response({"id": file.id, "name": file.name})

    async def shown_file(request: web.Request) -> web.Response:
        file = workspace.state.files.get(request.match_info["file"])
        if file is None:
            raise web.HTTPNotFound
        picture = file.mimetype in {"image/png", "image/jpeg", "image/gif", "image/webp"}
        kind = file.mimetype if picture else "text/plain"
        # A sandbox, so that an uploaded page cannot run as this one.
        return web.Response(body=file.content, content_type=kind, headers={"Content-Security-Policy": "sandbox"})

    return [
        web.get("/", index),
        web.static("/static", STATIC),
        web.get("/page/seen", seen),
        web.get("/page/changes", listen),
        web.post("/page/upload", upload),
        web.get("/page/files/{file}", shown_file),
        web.post("/page/do/{deed}", act),
    ]


async def changes(request: web.Request, workspace: Workspace) -> web.StreamResponse:
    """Server-sent events: a number that grows whenever there is something new to see."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    state = workspace.state
    with suppress(ConnectionError, asyncio.CancelledError):
        while state.serving:
            waiting = asyncio.ensure_future(state.changed.wait())
            await response.write(f"data: {state.version}\n\n".encode())
            done, _ = await asyncio.wait({waiting}, timeout=15)
            if not done:
                waiting.cancel()
    return response


def seen_by(workspace: Workspace, user: str) -> Json:
    """Everything that one person sees: channels with messages, their modals, their Home tab."""
    state = workspace.state
    mine = [c for c in CHANNELS.values() if c.seen_by(USERS[user])]
    view, home = workspace.views(user)[-1:], workspace.home(user)
    features = workspace.manifest.get("features", {})
    return {
        "me": user,
        "bot": LOCKSMITH,
        "connected": workspace.delivery.connected,
        "demo_url": workspace.demo_url,
        "people": [asdict(person) for person in PEOPLE],
        "groups": [{"id": g.id, "handle": g.handle, "members": g.members} for g in GROUPS],
        "commands": features.get("slash_commands", []),
        "shortcuts": features.get("shortcuts", []),
        "channels": [_channel(workspace, channel.id, user) for channel in mine],
        "statuses": [{"channel": c, "thread_ts": ts, "text": text} for (c, ts), text in state.statuses.items()],
        "modal": view[0].to_json() if view else None,
        "depth": len(workspace.views(user)),
        "home": home.to_json() if home else None,
    }


def _channel(workspace: Workspace, channel_id: str, user: str) -> Json:
    state, channel = workspace.state, CHANNELS[channel_id]
    said = [*state.channel_messages(channel_id).values()][-MOST_SHOWN:]
    said += [m for m in workspace.ephemerals(user) if m.channel == channel_id]
    told = [_message(workspace, m) for m in sorted(said, key=lambda m: m.ts)]
    name = "Locksmith" if channel.with_user else channel.name
    kind = {"dm": bool(channel.with_user), "shared": channel.shared}
    return {"id": channel_id, "name": name, "topic": channel.topic, **kind, "messages": told}


def _message(workspace: Workspace, message: Message) -> Json:
    told = message.to_json(workspace.state.base_url)
    told["files"] = [{**asdict(f, dict_factory=_without_content), "size": len(f.content)} for f in message.files]
    shown = {"ephemeral": message.only_for is not None, "broadcast": message.broadcast}
    return told | shown | {"streaming": message.streaming is not None}


def _without_content(pairs: list[tuple[str, Any]]) -> Json:
    return {key: value for key, value in pairs if key != "content"}


def _person(named: Any) -> str:
    if named not in USERS or named == LOCKSMITH:
        raise web.HTTPBadRequest(text=f"'as' is one of {', '.join(u.id for u in HUMANS)}.\n")
    return str(named)


def _view(workspace: Workspace, user: str, body: Json) -> View:
    home = workspace.home(user)
    shown = [*workspace.views(user), *([home] if home else [])]
    found = next((v for v in shown if v.id == body["view"]), None)
    if found is None:
        raise SlackError("not_found")
    return found


async def _post(w: Workspace, user: str, b: Json) -> str:
    files = [w.state.files[i] for i in b.get("files", [])]
    return await w.post(user, b["channel"], b["text"], thread_ts=b.get("thread_ts"), files=files)


async def _click_view(w: Workspace, user: str, b: Json) -> None:
    view = _view(w, user, b)
    values = w.values(view, b.get("values"))
    await w.click_view(view, action_id=b["action_id"], value=b.get("value"), values=values)


async def _submit(w: Workspace, user: str, b: Json) -> Json:
    return dict(await w.submit(_view(w, user, b), b["values"]))


DEEDS: dict[str, Deed] = {
    "post": _post,
    "edit": lambda w, user, b: w.edit(user, b["channel"], b["ts"], b["text"]),
    "delete": lambda w, user, b: w.delete(user, b["channel"], b["ts"]),
    "react": lambda w, user, b: w.react(user, b["channel"], b["ts"], b["name"], remove=bool(b.get("remove"))),
    "click": lambda w, user, b: w.click(user, b["channel"], b["ts"], action_id=b["action_id"], value=b.get("value")),
    "click_view": _click_view,
    "command": lambda w, user, b: w.command(user, b["channel"], b["name"], b.get("text", "")),
    "submit": _submit,
    "close": lambda w, user, b: w.close(_view(w, user, b), everything=bool(b.get("everything"))),
    "shortcut": lambda w, user, b: w.shortcut(user, b["callback_id"]),
    "message_shortcut": lambda w, user, b: w.message_shortcut(user, b["callback_id"], b["channel"], b["ts"]),
    "home": lambda w, user, b: w.open_home(user),
}
