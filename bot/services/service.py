"""A service as its operator describes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.logs.stores.interface import Place, Store
    from bot.paging.interface import Target
    from bot.spikes.watch.options import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What services.yaml tells of one service."""

    name: str
    hosts: tuple[str, ...]
    """Host names, each optionally with `:port`; these may be probed, private addresses included."""
    environment: str | None = None
    issuer: str | None = None
    """The OIDC issuer that its tokens must come from."""
    audience: tuple[str, ...] = ()
    jwks: Mapping[str, Any] | None = field(default=None, repr=False)
    """A JWK Set (RFC 7517) given in place."""
    jwks_uri: str | None = None
    algorithms: tuple[str, ...] = ()
    leeway_s: float = 0
    """How far it lets exp, nbf and iat differ from its clock."""
    required_claims: tuple[str, ...] = ()
    required_scopes: tuple[str, ...] = ()
    username_claim: str | None = None
    """The claim that names the user, which is therefore required."""
    scheme: str | None = None
    """The authentication scheme that it wants, where it is one only."""
    key_prefix: str | None = None
    """How its API keys begin."""
    key_header: str | None = None
    """The header its API keys belong in."""
    owner: tuple[str, ...] = ()
    """Who owns it: ids of Slack user groups (S...) and of people (U..., W...)."""
    engineers: tuple[str, ...] = ()
    """Who may see its log lines, besides LOCKSMITH_ENGINEERS: ids of user groups and of people."""
    on_call: tuple[str, ...] = ()
    """Who is on call for it: ids of user groups and of people."""
    channel: str | None = None
    """The Slack channel (C...) where its owners are told: of hand-overs and of incidents."""
    incidents: str | None = None
    """The Slack channel (C...) where incidents are told, where that is another than `channel`."""
    check: str | None = None
    """An address that wants credentials, asked without any every minute to see that it still refuses as it should."""
    check_status: int = 401
    """What it should answer."""
    handover: tuple[Target, ...] = ()
    """PagerDuty, Opsgenie or a webhook that is told of hand-overs as well."""
    logs: tuple[str, ...] = ()
    """Files, folders or globs; a relative one is looked for beside services.yaml."""
    stores: tuple[Store, ...] = ()
    """The remote log stores that stand among `logs`."""
    metrics: tuple[Place, ...] = ()
    """Counters of its answers, for watching 401s."""
    watch: Watch | None = None
    """How its 401s are watched, where that is not as usual."""

    @property
    def incidents_room(self) -> str | None:
        """Where its incidents are told."""
        return self.incidents or self.channel

    @property
    def keys(self) -> frozenset[str]:
        """The environment variables that hold its stores' and receivers' credentials."""
        stores = (*self.stores, *self.metrics)
        return frozenset(filter(None, (*(s.credentials for s in stores), *(t.credentials for t in self.handover))))

    @property
    def files(self) -> tuple[str, ...]:
        """All files, folders and globs that are read or counted, each once."""
        return tuple(dict.fromkeys((*self.logs, *(self.watch.logs if self.watch else ()))))

    @property
    def watchable(self) -> bool:
        """Whether its answers are counted: from log files, by a store, or by counters."""
        return bool(self.files) or any(store.counting for store in (*self.stores, *self.metrics))


def is_group(who: str) -> bool:
    """Whether it is a user group's id."""
    return bool(re.fullmatch("S[A-Z0-9]{2,}", who))


def is_person(who: str) -> bool:
    """Whether it is a user's id."""
    return bool(re.fullmatch("[UW][A-Z0-9]{2,}", who))
