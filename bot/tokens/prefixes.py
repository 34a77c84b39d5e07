"""What a key begins with against what the service's keys begin with, as its operator told."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Report
from bot.services import Service
from bot.tokens.environment import environment_of

KEYS = frozenset({"api_key", "opaque", "masked"})


def prefixes(report: Report, service: Service | None) -> Iterator[tuple[str, str]]:
    """(finding, sentence) of each key that begins otherwise: it is of another environment, or no key of the service."""
    if service is None or not service.key_prefix:
        return
    wanted = service.key_prefix
    for shown in report.presented:
        begins = shown.prefix or shown.vendor
        if shown.kind not in KEYS or not begins or shown.prefix.startswith(wanted):
            continue
        told = f"begins with {shown.prefix}" if shown.prefix else f"is a {shown.vendor}"
        text = f"{service.name}'s keys begin with {wanted}; the one that was sent {told}"
        stage = environment_of(shown.prefix)
        other = stage is not None and stage != environment_of(wanted)
        yield ("token.other_environment" if other else "request.key_prefix_differs"), text
