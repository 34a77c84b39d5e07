"""What is told, whom, and what can go wrong; nothing here knows of cases, incidents or HTTP clients."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Literal
from urllib.parse import urlsplit

EventKind = Literal["trigger", "acknowledge", "resolve"]
"""Something needs somebody; somebody has it; it needs nobody any more."""


class PagingError(Exception):
    """An event that was not taken. The text is one line, without a secret: by whom, what went wrong, how to mend it."""

    def __init__(self, text: str, *, again: bool, wait_s: float = 0.0) -> None:
        super().__init__(text)
        self.again = again
        """Whether the same may be sent again: it was busy, down, or did not answer."""
        self.wait_s = wait_s
        """How long it asked to be left alone, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """News on something that needs somebody. Free of secrets."""

    kind: EventKind
    id: str
    """The same however often the event is sent, and of no other event; letters, digits, `-` and `.`."""
    key: str
    """What it is about, the same from its trigger to its resolve; at most 255 characters of the same."""
    subject: str
    """What kind of thing that is, in a word: `handover`."""
    at: datetime
    title: str
    """What it is, in one sentence."""
    source: str
    """The service that it concerns."""
    details: tuple[tuple[str, str], ...] = ()
    """(name, value), what else is worth knowing, the most telling first."""
    link: str = ""
    """Where people see more."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is posted; `body` is JSON."""

    url: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target(ABC):
    """One receiver as services.yaml describes it."""

    kind: ClassVar[str]
    """The key that names it."""
    hosts: ClassVar[Mapping[str, str]] = {}
    """Where it is by region, for those that are somebody's service."""

    credentials: str
    """The environment variable or `file:/path` that holds its key or secret."""
    region: str = "us"
    endpoint: str | None = None
    """Its address, where it is not the usual one."""
    cacert: str | None = None
    """A PEM file with the authorities that vouch for it, instead of the usual ones."""

    @property
    def base(self) -> str:
        """Its address without a slash at the end."""
        return (self.endpoint or self.hosts[self.region]).rstrip("/")

    @property
    def name(self) -> str:
        """What people call it: the kind and where it is, without a path, which may hold a secret."""
        return f"{self.kind} {urlsplit(self.base).netloc.rpartition('@')[2]}"

    def fault(self, text: str, *, again: bool = False, wait_s: float = 0.0) -> PagingError:
        """An error that begins with its name."""
        return PagingError(f"{self.name}: {text}", again=again, wait_s=wait_s)

    def secret(self, environ: Mapping[str, str] = os.environ) -> str:
        """Its key. Raises PagingError, which never holds the value, when there is none or one that is none."""
        path = self.credentials.removeprefix("file:")
        try:
            is_file = path != self.credentials
            found = Path(path).read_text(encoding="utf-8") if is_file else environ.get(self.credentials, "")
        except (OSError, UnicodeDecodeError) as error:
            raise self.fault(f"{path} cannot be read ({type(error).__name__}); mend the path") from None
        found = found.strip()
        if not found:
            raise self.fault(f"its key is not set; put it into {self.credentials}")
        if not (found.isascii() and found.isprintable() and self.fits(found)):
            raise self.fault(f"what {self.credentials} holds is no such key; {self.told()}")
        return found

    @abstractmethod
    def fits(self, secret: str) -> bool:
        """Whether a key can be one of this kind at all."""

    @abstractmethod
    def told(self) -> str:
        """Where such a key is to be had, as the end of a sentence."""

    @abstractmethod
    def request(self, event: Event, secret: str, now: datetime) -> Request:
        """What to post, at `now`, to tell of the event."""
