"""What changed between two looks at a service. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from bot.health.state import CONFIRMED, Endpoint, Keys, State, Trouble
from bot.spikes.model import Change, Node
from bot.spikes.wording import dated

NEAR_S = 300.0
"""Looks that far apart still tell when something changed: in the middle between them."""
MOST_NAMED = 5
NAME_MAX = 24


def follow(service: str, before: State | None, seen: State) -> tuple[State, tuple[Change, ...]]:
    """The state to keep, with what this look did not show taken from the one before, and what changed since."""
    if before is None:
        return seen, ()
    known = {endpoint.url: endpoint for endpoint in before.endpoints}
    pairs = [(known.get(e.url), e) for e in seen.endpoints]
    state = replace(
        seen,
        endpoints=tuple(_endpoint(old, new) for old, new in pairs),
        keys=_keys(before.keys, seen.keys) if before.keys and seen.keys else seen.keys,
    )
    told = [
        *(t for (old, _), new in zip(pairs, state.endpoints, strict=True) if old for t in _of_endpoint(old, new)),
        *(_of_keys(before.keys, state.keys) if before.keys and state.keys else ()),
    ]
    return state, tuple(_change(service, before.at, seen.at, one) for one in told)


class _Told(NamedTuple):
    kind: str
    text: str
    at: float | None = None
    """Where it is known."""


def _endpoint(old: Endpoint | None, new: Endpoint) -> Endpoint:
    if old is None:
        return new
    if new.status is None:
        new = replace(old, trouble=new.trouble)
    return replace(new, trouble=_going_on(old.trouble, new.trouble))


def _keys(old: Keys, new: Keys) -> Keys:
    if new.trouble:
        new = replace(old, trouble=new.trouble)
    # The discovery document may fail while the keys do not.
    return replace(new, issuer=new.issuer or old.issuer, trouble=_going_on(old.trouble, new.trouble))


def _going_on(old: Trouble | None, new: Trouble | None) -> Trouble | None:
    return replace(new, since=old.since, rounds=old.rounds + 1) if old and new and old.kind == new.kind else new


def _of_endpoint(old: Endpoint, new: Endpoint) -> Iterator[_Told]:
    yield from _fails(new.trouble)
    if old.certificate and new.certificate and old.certificate.fingerprint != new.certificate.fingerprint:
        until = datetime.fromtimestamp(new.certificate.ends, UTC)
        yield _Told("certificate", f"the certificate at {new.url} was replaced; the new one ends {until:%Y-%m-%d}")
    if new.trouble or old.trouble or 429 in (old.status, new.status) or None in (old.status, new.status):
        return
    if old.status != new.status:
        yield _Told("configuration", f"{new.url} answers {new.status} without credentials, before {old.status}")
    elif old.schemes != new.schemes:
        offered, before = (", ".join(s) or "no scheme" for s in (new.schemes, old.schemes))
        yield _Told("configuration", f"{new.url} asks for {offered}, before for {before}")


def _of_keys(old: Keys, new: Keys) -> Iterator[_Told]:
    yield from _fails(new.trouble)
    if new.trouble:
        return
    if old.keys and old.keys != new.keys:
        yield _Told("key_rotation", "; ".join(_key_changes(dict(old.keys), dict(new.keys))), new.changed)
    if old.keys and old.address != new.address:
        yield _Told("configuration", f"the keys are at {new.address}, before at {old.address}")
    if old.issuer and new.issuer and old.issuer != new.issuer:
        yield _Told("configuration", f"the issuer calls itself {new.issuer}, before {old.issuer}")


def _key_changes(old: dict[str, str], new: dict[str, str]) -> Iterator[str]:
    parts = (
        ("vanished", sorted(old.keys() - new.keys())),
        ("is new", sorted(new.keys() - old.keys())),
        ("holds another key", sorted(kid for kid in old.keys() & new.keys() if old[kid] != new[kid])),
    )
    for what, kids in parts:
        more = f" and {len(kids) - MOST_NAMED} more" if len(kids) > MOST_NAMED else ""
        if kids:
            yield f"{', '.join(map(_named, kids[:MOST_NAMED]))}{more} {what}"


def _named(kid: str) -> str:
    return f"kid {kid if len(kid) <= NAME_MAX else f'{kid[: NAME_MAX // 2]}…'}" if kid else "the key without a kid"


def _fails(trouble: Trouble | None) -> Iterator[_Told]:
    if trouble and trouble.rounds == CONFIRMED and trouble.kind != "unasked":
        yield _Told("outage" if trouble.kind == "down" else "configuration", trouble.text, trouble.since)


def _change(service: str, before: float, now: float, told: _Told) -> Change:
    """The change; told at most once an hour, should it go to and fro between two servers."""
    at, text = told.at, told.text
    if at is None or not before - NEAR_S <= at <= now:
        at = (before + now) / 2 if now - before <= NEAR_S else now
    if now - before > NEAR_S:
        text = f"{text} (some time since {dated(before)})"
    digest = hashlib.sha256(f"{service}\n{told.text}".encode()).hexdigest()[:12]
    return Change(f"{told.kind}-{digest}-{int(now // 3600)}", at, told.kind, Node(), text)
