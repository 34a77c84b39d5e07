"""The service that a name, an address or a report means."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.services.service import Service

LONG_NAME = 6
"""Letters of a name that stands inside another word by no accident."""
_WORD = re.compile(r"\w+")


def service_for(services: tuple[Service, ...], host: str | None, port: int | None = None) -> Service | None:
    """The service that answers at this host; an entry with a port is for that port alone.

    A single service without hosts stands for all: its operator runs nothing else.
    """
    if len(services) == 1 and not services[0].hosts:
        return services[0]
    if not host:
        return None
    name = host.lower()
    exact = {name, f"{name}:{port}"} if port else {name}
    return next((s for s in services if exact & {h.lower() for h in s.hosts}), None) or next(
        (s for s in services if any(h.lower().partition(":")[0] == name for h in s.hosts) and not port), None
    )


def named(services: Iterable[Service], name: str | None) -> Service | None:
    """The service of that name."""
    return next((service for service in services if service.name == name), None)


def service_meant(services: tuple[Service, ...], text: str) -> Service | None:
    """The one service that a report without an address can mean: the only one that it names, or that there is."""
    words = _WORD.findall(text.lower())
    fitting = [s for s in services if _names(s.name.lower(), words)] or services
    return fitting[0] if len(fitting) == 1 else None


def _names(name: str, words: list[str]) -> bool:
    """Whether a service's name stands in the words, in one, in several, or within a longer one, as in German."""
    parts = _WORD.findall(name)
    together = any(words[i : i + len(parts)] == parts for i in range(len(words)))
    return together or (len(name) >= LONG_NAME and any(name in word for word in words))
