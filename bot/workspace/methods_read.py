"""Web API methods that read: conversations, people, user groups. Source: docs.slack.dev/reference/methods."""

from __future__ import annotations

from bot.workspace.envelopes import authorised
from bot.workspace.messages import Json, Message
from bot.workspace.methods_chat import channel_id, needed
from bot.workspace.people import CHANNELS, GROUPS, ORGANISATION, PEOPLE, USERS
from bot.workspace.state import SlackError, State

WHOSE = {"enterprise_id": ORGANISATION["id"], "enterprise_name": ORGANISATION["name"]}


def auth_test(state: State, args: Json) -> Json:
    """auth.test."""
    return {"url": f"{state.base_url}/", **authorised(), "is_enterprise_install": False}


def api_test(state: State, args: Json) -> Json:
    """api.test."""
    if args.get("error"):
        raise SlackError(str(args["error"]))
    return {"args": args}


def replies(state: State, args: Json) -> Json:
    """conversations.replies, oldest first."""
    channel, ts = needed(args, "channel", "ts")
    if ts not in state.channel_messages(channel):
        raise SlackError("thread_not_found")
    thread = state.thread(channel, state.message(channel, ts).thread_ts or ts)
    return _page(state, args, [m for m in thread if _within(args, m) or m.ts == ts])


def history(state: State, args: Json) -> Json:
    """conversations.history, newest first, without replies."""
    (channel,) = needed(args, "channel")
    shown = (m for m in state.channel_messages(channel).values() if not m.thread_ts or m.broadcast)
    return _page(state, args, [m for m in shown if _within(args, m)][::-1])


def info(state: State, args: Json) -> Json:
    """conversations.info."""
    (channel,) = needed(args, "channel")
    state.channel_messages(channel)
    return {"channel": CHANNELS[channel].to_json()}


def channels(state: State, args: Json) -> Json:
    """conversations.list."""
    kinds = str(args.get("types") or "public_channel").split(",")
    wanted = [c for c in CHANNELS.values() if ("im" if c.with_user else "public_channel") in kinds]
    return {"channels": [c.to_json() for c in wanted], "response_metadata": {"next_cursor": ""}}


def members(state: State, args: Json) -> Json:
    """conversations.members."""
    (channel,) = needed(args, "channel")
    state.channel_messages(channel)
    there = [user.id for user in PEOPLE if CHANNELS[channel].seen_by(user)]
    return {"members": there, "response_metadata": {"next_cursor": ""}}


def open_conversation(state: State, args: Json) -> Json:
    """conversations.open: the direct message with one person."""
    named = str(args.get("users") or args.get("channel") or "")
    if args.get("users") and named not in USERS:
        raise SlackError("user_not_found")
    return {"no_op": True, "already_open": True, "channel": {"id": channel_id(named)}}


def user_info(state: State, args: Json) -> Json:
    """users.info."""
    (user,) = needed(args, "user")
    if user not in USERS:
        raise SlackError("user_not_found")
    kin = state.organisation and not USERS[user].external
    return {"user": USERS[user].to_json(state.clock()) | ({"enterprise_user": WHOSE} if kin else {})}


def users(state: State, args: Json) -> Json:
    """users.list."""
    now = state.clock()
    told = [user.to_json(now) for user in PEOPLE]
    return {"members": told, "cache_ts": int(now), "response_metadata": {"next_cursor": ""}}


def user_groups(state: State, args: Json) -> Json:
    """usergroups.list."""
    return {"usergroups": [group.to_json(bool(args.get("include_users"))) for group in GROUPS]}


def group_members(state: State, args: Json) -> Json:
    """usergroups.users.list."""
    (named,) = needed(args, "usergroup")
    group = next((g for g in GROUPS if g.id == named), None)
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.members)}


def _within(args: Json, message: Message) -> bool:
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    at = float(message.ts)
    return oldest <= at <= latest if args.get("inclusive") else oldest < at < latest


def _page(state: State, args: Json, found: list[Message]) -> Json:
    start, size = int(args.get("cursor") or 0), min(int(args.get("limit") or 100), 999)
    page, rest = found[start : start + size], found[start + size :]
    metadata = bool(args.get("include_all_metadata"))
    told = [_with_replies(state, m, m.to_json(state.base_url, metadata=metadata)) for m in page]
    cursor = str(start + size) if rest else ""
    return {"messages": told, "has_more": bool(rest), "response_metadata": {"next_cursor": cursor}}


def _with_replies(state: State, message: Message, told: Json) -> Json:
    thread = state.thread(message.channel, message.ts)[1:] if not message.thread_ts else []
    if not thread:
        return told
    who = list(dict.fromkeys(m.user for m in thread))
    count = {"reply_count": len(thread), "reply_users": who, "reply_users_count": len(who)}
    return {**told, "thread_ts": message.ts, **count, "latest_reply": thread[-1].ts}


METHODS = {
    "api.test": api_test,
    "auth.test": auth_test,
    "conversations.history": history,
    "conversations.info": info,
    "conversations.list": channels,
    "conversations.members": members,
    "conversations.open": open_conversation,
    "conversations.replies": replies,
    "usergroups.list": user_groups,
    "usergroups.users.list": group_members,
    "users.info": user_info,
    "users.list": users,
}
