"""Web API methods for modals, the Home tab and files. Source: docs.slack.dev/reference/methods."""

from __future__ import annotations

import mimetypes
from dataclasses import replace
from typing import Any

from bot.workspace.messages import Json, Message, StoredFile, View
from bot.workspace.methods_chat import channel_id, needed
from bot.workspace.people import LOCKSMITH, USERS
from bot.workspace.replies import open_view, publish_home, thread_root, update_view
from bot.workspace.state import SlackError, State

TRIGGER_LIFE_S = 3.0


def views_open(state: State, args: Json) -> Json:
    """views.open."""
    return {"view": open_view(state, _spend(state, args), args.get("view") or {}).to_json()}


def views_push(state: State, args: Json) -> Json:
    """views.push: on top of the modals that are open."""
    return {"view": open_view(state, _spend(state, args), args.get("view") or {}, onto=True).to_json()}


def views_update(state: State, args: Json) -> Json:
    """views.update, by view id or external id."""
    key, wanted = ("id", args["view_id"]) if args.get("view_id") else ("external_id", args.get("external_id"))
    shown = [view for stack in state.modals.values() for view in stack]
    found = [v for v in shown if wanted and wanted == (v.id if key == "id" else v.body.get("external_id"))]
    if not found:
        raise SlackError("not_found")
    _same_hash(args, found[0])
    return {"view": update_view(state, found[0], args.get("view") or {}).to_json()}


def views_publish(state: State, args: Json) -> Json:
    """views.publish: a person's Home tab."""
    (user,) = needed(args, "user_id")
    if user not in USERS:
        raise SlackError("user_not_found")
    if old := state.homes.get(user):
        _same_hash(args, old)
    return {"view": publish_home(state, user, args.get("view") or {}).to_json()}


def file_info(state: State, args: Json) -> Json:
    """files.info."""
    (file,) = needed(args, "file")
    return {"file": _file(state, file).to_json(state.base_url)}


def get_upload_url(state: State, args: Json) -> Json:
    """files.getUploadURLExternal: where to send the content."""
    name, _ = needed(args, "filename", "length")
    file_id, created = state.new_id("F"), int(state.clock())
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    file = StoredFile(id=file_id, name=name, title=name, mimetype=kind, user=LOCKSMITH, created=created)
    state.uploads[file_id] = file
    return {"upload_url": f"{state.base_url}/upload/v1/{file_id}", "file_id": file_id}


def complete_upload(state: State, args: Json) -> Json:
    """files.completeUploadExternal: share what was uploaded."""
    listed: Any = args.get("files")
    if not isinstance(listed, list) or not listed:
        raise SlackError("invalid_arguments", ["missing required field: files"])
    files = tuple(_uploaded(state, str(entry.get("id")), entry.get("title")) for entry in listed)
    channel, thread = args.get("channel_id") or args.get("channels"), args.get("thread_ts")
    if channel:
        where = channel_id(str(channel))
        comment = str(args.get("initial_comment") or "")
        root = thread_root(state, where, str(thread)) if thread else None
        told = Message(ts=state.new_ts(), channel=where, user=LOCKSMITH, text=comment, thread_ts=root, files=files)
        state.add(told)
    return {"files": [file.to_json(state.base_url) for file in files]}


def _uploaded(state: State, file_id: str, title: Any) -> StoredFile:
    if file_id not in state.uploads:
        raise SlackError("file_not_found")
    file = replace(state.uploads.pop(file_id), title=str(title or "") or "untitled")
    state.files[file_id] = file
    return file


def _file(state: State, file_id: str) -> StoredFile:
    if file_id not in state.files:
        raise SlackError("file_not_found")
    return state.files[file_id]


def _spend(state: State, args: Json) -> str:
    """The person whose trigger this is. A trigger is good once, for three seconds. Raises SlackError."""
    trigger, _ = str(args.get("trigger_id") or ""), needed(args, "trigger_id")
    if trigger not in state.triggers:
        raise SlackError("invalid_trigger_id")
    user, made = state.triggers[trigger]
    if not user:
        raise SlackError("exchanged_trigger_id")
    if state.clock() - made > TRIGGER_LIFE_S:
        raise SlackError("expired_trigger_id")
    state.triggers[trigger] = ("", made)
    return user


def _same_hash(args: Json, view: View) -> None:
    if args.get("hash") and args["hash"] != view.hash:
        raise SlackError("hash_conflict")


METHODS = {
    "files.completeUploadExternal": complete_upload,
    "files.getUploadURLExternal": get_upload_url,
    "files.info": file_info,
    "views.open": views_open,
    "views.publish": views_publish,
    "views.push": views_push,
    "views.update": views_update,
}
