"""services.yaml: what the operator tells of each service, read strictly.

Everything but `name` and `hosts` is optional; an unknown key is an error that names the key and the line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service as its operator describes it."""

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
    required_claims: tuple[str, ...] = ()
    scheme: str | None = None
    """The authentication scheme that it wants, where it is one only."""
    key_prefix: str | None = None
    """How its API keys begin."""
    key_header: str | None = None
    """The header its API keys belong in."""
    owner: str | None = None
    """A Slack user group id (S...) whose members own the service."""
    logs: tuple[str, ...] = ()
    """Files, folders or globs."""
