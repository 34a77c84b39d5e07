"""The door for the bot: the Web API, response_url, uploads, downloads and the Socket Mode connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from aiohttp import web

from bot.workspace import methods_chat, methods_read, methods_stream, methods_views, oauth, scopes
from bot.workspace.envelopes import in_team, response_metadata
from bot.workspace.grants import Grants
from bot.workspace.messages import Json
from bot.workspace.people import ORGANISATION
from bot.workspace.replies import use_response_url
from bot.workspace.sockets import serve_socket
from bot.workspace.state import Call, SlackError, State
from bot.workspace.workspace import Workspace

Method = Callable[[State, Json], Json]
METHODS: Mapping[str, Method] = {
    **methods_chat.METHODS,
    **methods_read.METHODS,
    **methods_stream.METHODS,
    **methods_views.METHODS,
}
AGENTS = frozenset({*methods_stream.METHODS, "assistant.threads.setStatus"})
OF_A_TEAM = frozenset({"conversations.list", "usergroups.list", "usergroups.users.list", "users.list"})
"""What an organisation's token can do for one workspace only, which it has to name."""
ORG_WIDE = {"enterprise_id": ORGANISATION["id"], "is_enterprise_install": True}
JSON_ARGS = frozenset({"blocks", "attachments", "chunks", "metadata", "view", "files"})
FLAGS = frozenset({"include_all_metadata", "include_users", "inclusive", "reply_broadcast", "unfurl_links"})
MOST_BYTES = 20 * 1024 * 1024


def routes(workspace: Workspace) -> list[web.RouteDef]:
    """The bot's routes."""
    state = workspace.state

    async def call(request: web.Request) -> web.Response:
        method = request.match_info["method"]
        await asyncio.sleep(state.controls.slow_s)
        if (failure := _next_failure(state, method)) is not None:
            state.calls.append(Call(method, {}, str(failure.status)))
            return failure
        if state.controls.posts_only and request.method == "GET":
            return web.Response(text="There is a page here.")
        answer = await _answer(workspace, method, request)
        while state.controls.held == method:
            await state.changed.wait()
        return answer

    async def respond(request: web.Request) -> web.Response:
        key = request.match_info["key"]
        asked = next((each.state for each in workspace.all if key in each.state.response_urls), None)
        try:
            if asked is None:
                raise SlackError("invalid_url")
            use_response_url(asked, asked.response_urls[key], await _json_body(request))
        except SlackError as error:
            return web.json_response({"ok": False, "error": error.code}, status=404 if "url" in error.code else 400)
        return web.Response(text="ok")

    async def upload(request: web.Request) -> web.Response:
        file_id = request.match_info["file"]
        uploads = next((each.state.uploads for each in workspace.all if file_id in each.state.uploads), None)
        if uploads is None:
            return web.Response(status=404, text="no such upload")
        uploads[file_id] = replace(uploads[file_id], content=await request.read())
        return web.Response(text=f"OK - {len(uploads[file_id].content)}")

    async def download(request: web.Request) -> web.Response:
        name, token = request.match_info["file"], _token(request, {})
        asked, grants = _whose(workspace, token, {})
        served = workspace.all if grants is workspace.organisation else [asked]
        file = next((each.state.files[name] for each in served if name in each.state.files), None)
        if file is None or not _may(grants, token):
            raise web.HTTPFound("/")  # Slack, too, sends strangers to its sign-in page rather than answer 401.
        return web.Response(body=file.content, content_type=file.mimetype)

    async def socket(request: web.Request) -> web.StreamResponse:
        if request.query.get("ticket") != workspace.app_token:
            raise web.HTTPUnauthorized
        return await serve_socket(request, workspace.delivery)

    return [
        web.get("/api/{method}", call),
        web.post("/api/{method}", call),
        web.post("/response/{key}", respond),
        web.post("/upload/v1/{file}", upload),
        web.get("/files-pri/{team}-{file:[A-Z0-9]+}/{rest:.*}", download),
        web.get("/link", socket),
    ]


async def _answer(workspace: Workspace, method: str, request: web.Request) -> web.Response:
    state, args = workspace.state, {}
    try:
        args = await _arguments(request, in_address=not state.controls.posts_only)
        token = _token(request, args)
        asked, grants = _whose(workspace, token, args)
        state = asked.state
        if method == "oauth.v2.access":
            told = oauth.access(workspace, args, request.headers.get("Authorization", ""))
        else:
            told = _run(asked, grants, method, args, token)
    except SlackError as error:
        state.calls.append(Call(method, args, error.code))
        more = response_metadata(error.details) if error.details else {}
        return web.json_response({"ok": False, "error": error.code, **error.more, **more})
    state.calls.append(Call(method, args, None))
    return web.json_response(in_team({"ok": True, **told}, state.team))


def _whose(workspace: Workspace, token: str, args: Json) -> tuple[Workspace, Grants]:
    """The workspace that a call is for, and by what it may; the organisation's token is good in all of them."""
    if workspace.organisation.knows(token):
        named = (each for each in workspace.all if each.state.team == args.get("team_id"))
        return next(named, workspace), workspace.organisation
    asked = next((each for each in workspace.all if each.grants.knows(token)), workspace)
    return asked, asked.grants


def _run(workspace: Workspace, grants: Grants, method: str, args: Json, token: str) -> Json:
    if not token:
        raise SlackError("not_authed")
    if token != workspace.app_token:
        grants.check(token)
    if (method == "apps.connections.open") != (token == workspace.app_token):
        raise SlackError("not_allowed_token_type")
    if method == "apps.connections.open":
        where = workspace.state.base_url.replace("http", "ws", 1)
        return {"url": f"{where}/link?ticket={token}"}
    if method not in METHODS or (method in AGENTS and workspace.state.controls.no_agents):
        raise SlackError("unknown_method")
    whole = grants is workspace.organisation
    if whole and method in OF_A_TEAM and not args.get("team_id"):
        raise SlackError("missing_argument")
    scopes.allow(method, args, workspace.scopes)
    told = METHODS[method](workspace.state, args)
    return {**told, **ORG_WIDE} if whole and method == "auth.test" else told


def _may(grants: Grants, token: str) -> bool:
    try:
        grants.check(token)
    except SlackError:
        return False
    return True


def _token(request: web.Request, args: Json) -> str:
    given = str(args.pop("token", "") or "")
    header = request.headers.get("Authorization", "")
    return header[7:].strip() if header.lower().startswith("bearer ") else given


async def _arguments(request: web.Request, *, in_address: bool) -> Json:
    args: Json = dict(request.query) if in_address else {}
    if request.content_type == "application/json":
        return {**args, **await _json_body(request)}
    if request.method == "POST":
        args |= {k: v for k, v in (await request.post()).items() if isinstance(v, str)}
    return {name: _decoded(name, value) for name, value in args.items()}


def _decoded(name: str, value: str) -> Any:
    if name in FLAGS:
        return value.lower() in {"1", "true"}
    if name not in JSON_ARGS:
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise SlackError(f"invalid_{name}" if name != "files" else "invalid_arguments") from None


async def _json_body(request: web.Request) -> Json:
    try:
        body = await request.json()
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body


def _next_failure(state: State, method: str) -> web.Response | None:
    for key in (method, "*"):
        if waiting := state.controls.failures.get(key):
            status, retry_after = waiting.pop(0)
            headers = {"Retry-After": f"{retry_after:g}"} if status == 429 else {}
            error = "ratelimited" if status == 429 else "internal_error"
            return web.json_response({"ok": False, "error": error}, status=status, headers=headers)
    return None
