"""A change as somebody tells it, on the command line or over the webhook: checked, and made a `Change`."""

from __future__ import annotations

import difflib
import secrets
import time
from collections.abc import Iterable
from typing import Annotated, Literal, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError

from bot.spikes.change_log import EVERY, KEEP_S
from bot.spikes.model import Change, Node

Kind = Literal["deploy", "key_rotation", "certificate", "configuration", "client_release"]
KINDS: tuple[str, ...] = get_args(Kind)
AHEAD_S = 300
"""Clocks differ; what lies further ahead has not been done yet."""

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Told(BaseModel):
    """What is told of one change; the webhook's JSON body has these members."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
    """What was done, in words."""
    kind: Kind = "deploy"
    service: str = EVERY
    """A name in services.yaml; without it any service may be touched."""
    route: Name | None = None
    user_agent: Name | None = None
    region: Name | None = None
    at: AwareDatetime | None = None
    """When it was done; without it now."""
    id: Annotated[str, StringConstraints(pattern=r"^[\w.:/@+-]{1,100}$")] | None = None
    """Told twice under one id it is one change."""


def change(told: Told, id_: str = "") -> Change:
    """The change, under its own id, else the one given, else a new one."""
    at = told.at.timestamp() if told.at else time.time()
    name = told.id or id_ or secrets.token_hex(4)
    return Change(name, at, told.kind, Node(told.route, told.user_agent, told.region), told.text)


def fault(told: Told, services: Iterable[str]) -> str | None:
    """What is wrong with a change that is well formed: a service that is not known, a time that makes no sense."""
    names = tuple(services)
    if told.service != EVERY and told.service not in names:
        near = difflib.get_close_matches(told.service, names, n=1)
        known = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(names) or 'none'}"
        return f"service: '{told.service[:100]}' is no service of services.yaml; {known}"
    at = told.at.timestamp() if told.at else None
    if at is not None and at > time.time() + AHEAD_S:
        return "at: lies ahead; tell a change when it has been made"
    if at is not None and at < time.time() - KEEP_S:
        return f"at: lies more than {KEEP_S // 86400} days back; such changes are not kept"
    return None


def first_fault(error: ValidationError) -> str:
    """The first thing that is wrong with what should have been a `Told`, in one line without what was given."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(map(str, first["loc"])) or "the body"
    if first["type"] == "extra_forbidden":
        return f"{where[:100]}: is not known; known are {', '.join(Told.model_fields)}"
    return f"{where[:100]}: {first['msg'].replace(chr(10), ' ')}"
