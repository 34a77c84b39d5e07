"""What Slack wraps around events and interactions on their way to a bot.

Source: docs.slack.dev/apis/events-api, .../interactivity/handling-user-interaction, .../implementing-slash-commands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from bot.workspace.messages import Json, Message, View
from bot.workspace.people import APP, BOT_ID, CHANNELS, LOCKSMITH, ORGANISATION, TEAM, USERS

VERIFICATION = "local-verification"
"""The deprecated `token` field, which every payload still carries."""
COMMON: Json = {"api_app_id": APP, "token": VERIFICATION, "is_enterprise_install": False}


def in_team(told: Json, team: str) -> Json:
    """The same, told by the workspace with that id: all of them have the same people and channels."""
    if team == TEAM:
        return told
    other: Json = json.loads(json.dumps(told).replace(TEAM, team))
    return other


def in_organisation(told: Json) -> Json:
    """The same, told for the installation of the whole organisation."""
    whose = ORGANISATION["id"]
    named = {"enterprise_id": whose, "enterprise_name": ORGANISATION["name"]} if "command" in told else {}
    written = json.dumps({**told, **named})
    for was, becomes in (
        ('"is_enterprise_install": false', '"is_enterprise_install": true'),
        ('"is_enterprise_install": "false"', '"is_enterprise_install": "true"'),
        ('"enterprise_id": null', f'"enterprise_id": "{whose}"'),
        ('"enterprise": null', f'"enterprise": {json.dumps(ORGANISATION)}'),
    ):
        written = written.replace(was, becomes)
    made: Json = json.loads(written)
    return made


def event_callback(event: Json, event_id: str, now: float) -> Json:
    """The envelope of the Events API."""
    where = CHANNELS.get(str(event.get("channel")))
    who = {"enterprise_id": None, "team_id": TEAM, "user_id": LOCKSMITH, "is_bot": True, "is_enterprise_install": False}
    return {
        "token": VERIFICATION,
        "team_id": TEAM,
        "context_team_id": TEAM,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(now),
        "authorizations": [who],
        "is_ext_shared_channel": bool(where and where.shared),
        "event_context": f"4-{event_id}",
    }


def with_mention(event: Json) -> Iterator[Json]:
    """The event, and the `app_mention` that a mention of the bot in a channel makes beside it."""
    yield event
    said = event.get("type") == "message" and not event.get("hidden") and event.get("channel_type") == "channel"
    if said and event.get("user") != LOCKSMITH and f"<@{LOCKSMITH}>" in event.get("text", ""):
        dropped = {"type", "channel_type", "subtype", "parent_user_id"}
        yield {"type": "app_mention", **{k: v for k, v in event.items() if k not in dropped}}


def person(user: str) -> Json:
    """The `user` object of an interaction."""
    known = USERS[user]
    return {"id": user, "username": known.name, "name": known.name, "team_id": known.team}


def place(channel: str) -> Json:
    """The `channel` object of an interaction."""
    known = CHANNELS[channel]
    return {"id": channel, "name": "directmessage" if known.with_user else known.name}


def team() -> Json:
    """The `team` object of an interaction."""
    return {"id": TEAM, "domain": "local"}


def interaction(kind: str, user: str, trigger: str, **more: object) -> Json:
    """What every interaction payload holds, whatever was done."""
    base = {"type": kind, **COMMON, "team": team(), "enterprise": None, "user": person(user), "trigger_id": trigger}
    return {**base, **more}


def message_container(message: Message) -> Json:
    """Where a message's element was used."""
    told: Json = {"type": "message", "message_ts": message.ts, "channel_id": message.channel}
    told["is_ephemeral"] = message.only_for is not None
    return told | ({"thread_ts": message.thread_ts} if message.thread_ts else {})


def view_payload(kind: str, view: View, trigger: str, values: Json, **more: object) -> Json:
    """A `view_submission` or `view_closed`."""
    return interaction(kind, view.user, trigger, view=view.to_json(values), **more)


def command(user: str, *, channel: str, name: str, text: str, trigger: str, response_url: str) -> dict[str, str]:
    """The form fields of a slash command."""
    known, where = USERS[user], CHANNELS[channel]
    return {
        "token": VERIFICATION,
        "team_id": TEAM,
        "team_domain": "local",
        "channel_id": channel,
        "channel_name": "directmessage" if where.with_user else where.name,
        "user_id": user,
        "user_name": known.name,
        "command": name,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }


def response_metadata(details: tuple[str, ...]) -> Json:
    """How an API answer carries the sentences on what is wrong."""
    return {"response_metadata": {"messages": [f"[ERROR] {d}" for d in details]}, "errors": list(details)}


def authorised() -> Json:
    """The answer of `auth.test` for the bot's token."""
    return {"team": "Local workspace", "team_id": TEAM, "user": "locksmith", "user_id": LOCKSMITH, "bot_id": BOT_ID}
