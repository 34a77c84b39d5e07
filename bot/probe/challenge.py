"""What an answer says it wants: WWW-Authenticate and Proxy-Authenticate taken apart (RFC 9110 section 11.6.1).

Lenient, because it is a diagnosis: a forgotten comma, a bare sentence as a value or a quote that never
closes still yields what can be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

MOST, LONGEST = 20, 4096
"""Fields and characters a field that are read: beyond them, it is an attack on the reader."""

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_GAP = re.compile(r"[ \t,]*")
_EQUALS = re.compile(r"[ \t]*=[ \t]*")
_TOKEN68 = re.compile(r"[ \t]+([A-Za-z0-9._~+/-]+=*)[ \t]*(?=,|$)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)(?:"|\\?$)', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_BARE = re.compile(r"[^,]*?(?=[ \t]*(?:,|$)|[ \t]+[A-Za-z_-]+[ \t]*=[ \t]*\")")
_REST = re.compile(r"[^,]*")


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way of authentication that is offered."""

    scheme: str
    """As it was spelled; schemes compare without case."""
    params: tuple[tuple[str, str], ...] = ()
    token68: str | None = None
    """The one blob of Negotiate, NTLM and their like, in place of parameters."""

    def get(self, name: str) -> str | None:
        """The first parameter of that name, in any case."""
        return next((value for key, value in self.params if key.lower() == name.lower()), None)

    def __str__(self) -> str:
        if self.token68 is not None:
            return f"{self.scheme} {self.token68}"
        return f"{self.scheme} {', '.join(f'{k}={_quote(v)}' for k, v in self.params)}".rstrip(" ")


def parse(values: Iterable[str]) -> tuple[Challenge, ...]:
    """The challenges of all header fields of one name, in order. Never raises; what cannot be read is left out."""
    return tuple(challenge for value in list(values)[:MOST] for challenge in _field(value[:LONGEST]))


def _field(value: str) -> Iterable[Challenge]:
    scheme: str | None = None
    params: list[tuple[str, str]] = []
    at = 0
    while (at := _GAP.match(value, at).end()) < len(value):  # type: ignore[union-attr]
        word = _TOKEN.match(value, at)
        if not word:
            at = max(_REST.match(value, at).end(), at + 1)  # type: ignore[union-attr]
            continue
        equals = _EQUALS.match(value, word.end())
        if equals and scheme is not None:
            text, at = _value(value, equals.end())
            params.append((word.group(), text))
            continue
        if scheme is not None:
            yield Challenge(scheme, tuple(params))
        scheme, params, at = (None if equals else word.group()), [], word.end()
        if equals:
            _, at = _value(value, equals.end())
        elif blob := _blob(value, at):
            yield Challenge(word.group(), (), blob.group(1))
            scheme, at = None, blob.end()
    if scheme is not None:
        yield Challenge(scheme, tuple(params))


def _blob(value: str, at: int) -> re.Match[str] | None:
    """A token68 here. A lone `name=` is read as one too, as the grammar says."""
    return _TOKEN68.match(value, at)


def _value(value: str, at: int) -> tuple[str, int]:
    quoted = _QUOTED.match(value, at)
    if quoted:
        return _ESCAPE.sub(r"\1", quoted.group(1)), quoted.end()
    bare = _BARE.match(value, at)
    end = bare.end() if bare else at
    return value[at:end], end


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
