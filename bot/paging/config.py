"""`handover:` in services.yaml, read strictly: one receiver, or a list of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from bot.paging.interface import Target
from bot.paging.opsgenie import Opsgenie
from bot.paging.pagerduty import PagerDuty
from bot.paging.signed import SignedWebhook

KINDS: dict[str, type[Target]] = {kind.kind: kind for kind in (PagerDuty, Opsgenie, SignedWebhook)}
BESIDE = {
    "pagerduty": ("region", "endpoint", "cacert"),
    "opsgenie": ("region", "endpoint", "cacert"),
    "webhook": ("secret", "cacert"),
}
VARIABLE = re.compile(r"[A-Z][A-Z0-9]*_[A-Z0-9_]{1,99}")
"""With an underscore: without one it is rather a key in capitals."""

Fault = Callable[[yaml.Node, str], None]


def read(node: yaml.Node, folder: Path, fault: Fault) -> Iterator[Target]:
    """The receivers; `fault` is told of each thing that is wrong, never of a secret. Paths are relative to `folder`."""
    for entry in node.value if isinstance(node, yaml.SequenceNode) else [node]:
        target = _target(entry, folder, fault)
        if target is not None:
            yield target


def _target(node: yaml.Node, folder: Path, fault: Fault) -> Target | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    given = {str(key.value): value for key, value in pairs}
    kinds = [key for key in given if key in KINDS]
    if len(kinds) != 1:
        fault(node, f"'handover' is a mapping with one of the keys {', '.join(KINDS)}, or a list of such")
        return None
    (kind,) = kinds
    problems = [
        *((value, problem) for key, value in given.items() if (problem := _fault(kind, key, value))),
        *([(node, "'webhook' needs 'secret' beside it")] if kind == "webhook" and "secret" not in given else []),
    ]
    for where, problem in problems:
        fault(where, problem)
    return None if problems else _made(kind, {key: str(value.value) for key, value in given.items()}, folder)


def _fault(kind: str, key: str, node: yaml.Node) -> str | None:
    if key != kind and key not in BESIDE[kind]:
        return f"unknown key '{key[:60]}' beside '{kind}'; known are {', '.join(BESIDE[kind])}"
    if not isinstance(node, yaml.ScalarNode) or not node.value:
        return f"'{key}' is a single text"
    if key == "endpoint" or (key, kind) == ("webhook", "webhook"):
        return _address(key, node.value)
    if key == "region" and node.value not in KINDS[kind].hosts:
        return f"'region' is one of {', '.join(KINDS[kind].hosts)}"
    if key in {"pagerduty", "opsgenie", "secret"} and not _names_a_key(node.value):
        return f"'{key}' names an environment variable, as in PAGERDUTY_KEY, or file:/path; it never holds a key"
    return None


def _names_a_key(text: str) -> bool:
    return text.startswith("file:") or bool(VARIABLE.fullmatch(text))


def _address(key: str, text: str) -> str | None:
    try:
        parts = urlsplit(text)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or not text.isprintable() or " " in text:
        return f"'{key}' is no address; give one like https://hooks.example.com/locksmith"
    return f"'{key}' holds a user or password; leave it out" if "@" in parts.netloc else None


def _made(kind: str, given: dict[str, str], folder: Path) -> Target:
    endpoint = given[kind] if kind == "webhook" else given.get("endpoint")
    named = given["secret"] if kind == "webhook" else given[kind]
    path = named.removeprefix("file:")
    return KINDS[kind](
        credentials=named if path == named else f"file:{folder / path}",
        region=given.get("region", "us"),
        endpoint=endpoint,
        cacert=str(folder / given["cacert"]) if "cacert" in given else None,
    )
