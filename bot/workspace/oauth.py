"""Slack's consent page, and the exchange of its code for a token.

Source: docs.slack.dev/authentication/installing-with-oauth, docs.slack.dev/reference/methods/oauth.v2.access.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from aiohttp import web

from bot.workspace.messages import Json
from bot.workspace.people import APP, LOCKSMITH, ORGANISATION, SAM
from bot.workspace.state import SlackError
from bot.workspace.workspace import Workspace

CODE_S = 600


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody allowed, until the app fetches its token."""

    workspace: Workspace
    scope: str
    redirect_uri: str
    organisation: bool
    until: float


def routes(workspace: Workspace) -> list[web.RouteDef]:
    """The consent page and what its links do."""

    async def ask(request: web.Request) -> web.Response:
        return web.Response(text=_page(workspace, _asked(workspace, request.query)), content_type="text/html")

    async def answer(request: web.Request) -> web.Response:
        asked = _asked(workspace, request.query)
        chosen = next((each for each in workspace.all if each.state.team == asked["team"]), None)
        told = {"error": "access_denied"}
        if chosen:
            kept = Consent(
                workspace=chosen,
                scope=asked["scope"],
                redirect_uri=asked["redirect_uri"],
                organisation=bool(asked["organisation"]),
                until=workspace.state.clock() + CODE_S,
            )
            told = {"code": secrets.token_hex(16)}
            workspace.consents[told["code"]] = kept
        raise web.HTTPFound(f"{workspace.redirect_url}?{urlencode({**told, 'state': asked['state']})}")

    return [web.get("/oauth/v2/authorize", ask), web.get("/oauth/v2/answer", answer)]


def _asked(workspace: Workspace, query: Mapping[str, str]) -> dict[str, str]:
    asked = {name: query.get(name, "") for name in ("scope", "state", "redirect_uri", "team", "organisation")}
    if query.get("client_id") != workspace.client_id:
        raise web.HTTPBadRequest(text="invalid_client_id: no app has it\n")
    if not workspace.redirect_url or asked["redirect_uri"] not in {"", workspace.redirect_url}:
        raise web.HTTPBadRequest(text="bad_redirect_uri: it is not among the app's redirect URLs\n")
    if not asked["scope"]:
        raise web.HTTPBadRequest(text="invalid_scope: the app asks for none\n")
    return asked


def _page(workspace: Workspace, asked: dict[str, str]) -> str:
    def link(text: str, team: str = "", organisation: str = "") -> str:
        words = {**asked, "client_id": workspace.client_id, "team": team, "organisation": organisation}
        return f'<p><a href="/oauth/v2/answer?{escape(urlencode(words))}">{escape(text)}</a></p>'

    choices = "".join(link(f"Allow in {each.name}", each.state.team) for each in workspace.all)
    choices += link("Allow in the whole organisation", workspace.state.team, "1") + link("Cancel")
    scopes = "".join(f"<li>{escape(scope)}</li>" for scope in asked["scope"].split(","))
    title = "Locksmith asks for permission"
    head = f'<meta charset="utf-8"><title>{title}</title>'
    return f"<!doctype html>{head}<h1>{title}</h1><p>It wants to have:</p><ul>{scopes}</ul>{choices}"


def access(workspace: Workspace, args: Json, authorization: str) -> Json:
    """oauth.v2.access. Raises SlackError."""
    _check_client(workspace, args, authorization)
    if args.get("grant_type") == "refresh_token":
        refresh = str(args.get("refresh_token"))
        if workspace.organisation.holds(refresh):
            return {**_told(workspace, organisation=True), **workspace.organisation.renew(refresh)}
        found = next((each for each in workspace.all if each.grants.holds(refresh)), None)
        if found is None:
            raise SlackError("invalid_refresh_token")
        return {**_told(found), **found.grants.renew(refresh)}
    consent = workspace.consents.pop(str(args.get("code")), None)
    if consent is None or consent.until <= workspace.state.clock():
        raise SlackError("invalid_code")
    if str(args.get("redirect_uri") or "") != consent.redirect_uri:
        raise SlackError("bad_redirect_uri")
    for each in workspace.all if consent.organisation else [consent.workspace]:
        each.state.organisation = consent.organisation
    told = _told(consent.workspace, consent.scope, organisation=consent.organisation)
    return {**told, **(workspace.organisation if consent.organisation else consent.workspace.grants).issue()}


def _check_client(workspace: Workspace, args: Json, authorization: str) -> None:
    """The client's id and secret, in HTTP Basic or among the arguments."""
    try:
        basic = base64.b64decode(authorization.removeprefix("Basic "), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        basic = ""
    name, _, secret = basic.partition(":")
    if (args.get("client_id") or name) != workspace.client_id:
        raise SlackError("invalid_client_id")
    if (args.get("client_secret") or secret) != workspace.client_secret:
        raise SlackError("bad_client_secret")


def _told(workspace: Workspace, scope: str = "", *, organisation: bool = False) -> Json:
    team = {"id": workspace.state.team, "name": workspace.name}
    return {
        "token_type": "bot",
        "scope": scope,
        "bot_user_id": LOCKSMITH,
        "app_id": APP,
        "team": None if organisation else team,
        "enterprise": ORGANISATION if organisation else None,
        "is_enterprise_install": organisation,
        "authed_user": {"id": SAM},
    }
