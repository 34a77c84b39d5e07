"""services.yaml: what the operator tells of each service, read strictly.

Everything but `name` and `hosts` is optional; an unknown key is an error that names the key and the line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot.errors import UsageError
from bot.logs import declared
from bot.logs.shape import Shape
from bot.services.service import Service

if TYPE_CHECKING:
    from bot.logs.stores.interface import Place, Store
    from bot.paging.interface import Target
    from bot.spikes.watch.options import Watch

KEYS = tuple(f.name for f in fields(Service) if f.name != "stores")
LARGEST = 1_000_000
"""Bytes of a services.yaml: a larger one is something else."""
WHO = {"owner", "engineers", "on_call"}
"""Keys that say who: user groups and people."""
LISTS = {"hosts", "audience", "algorithms", "required_claims", "required_scopes", *WHO}
THEM = ("ids of user groups or people, like S0604QSJC or U024BE7LH", "SUW")
CHANNEL = ("a channel's id like C024BE91L", "CG")
SLACK_IDS = {**dict.fromkeys(WHO, THEM), "channel": CHANNEL, "incidents": CHANNEL}
"""Keys that hold ids of Slack: what such an id is, and the letters it may begin with."""
HOST = re.compile(
    r"(?:[^\s/@?#*:\[\]]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d{1,5}))?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*"
)
"""A name or an address, with a port or without; of IPv6 alone, or in brackets."""
PORTS = 65_535
ALGORITHMS = frozenset(f"{family}{bits}" for family in ("HS", "RS", "ES", "PS") for bits in (256, 384, 512))
ALGORITHMS |= {"ES256K", "EdDSA", "Ed25519", "Ed448", "none"}
"""What a token can be signed with: RFC 7518, RFC 8037, RFC 8812, RFC 9864."""
SINGULAR = {"algorithm": "algorithms", "host": "hosts"}
"""Spellings that mean a list of one."""


def load(path: Path) -> tuple[Service, ...]:
    """The services of a file, in its order. Raises UsageError with every fault found, one line each.

    From then on log lines are read with the formats that the file declares as well.
    """
    if path.exists() and not (path.is_file() and path.stat().st_size <= LARGEST):
        raise UsageError(
            f"{path}: is no file of at most {LARGEST // 1_000_000} MB; give the path of your services.yaml"
        )
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); give the path of your services.yaml") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is no text in UTF-8; give the path of your services.yaml") from None
    except yaml.YAMLError as error:
        raise UsageError(_not_yaml(path, error)) from None
    reader = _Reader(path)
    services = tuple(reader.services(root))
    formats = reader.formats(root)
    if reader.faults:
        raise UsageError(*reader.faults)
    declared.use(str(path), formats)
    return services


class _Reader:
    """Turns YAML nodes into services, gathering faults with their lines."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[str] = []
        self.readers: Mapping[str, Callable[[yaml.Node], Any]] = {
            "metrics": lambda node: tuple(self.metrics(node)),
            "watch": self.watch,
            "handover": self.handover,
            "jwks": self.jwks,
            "check": lambda node: self.address(node, "check", "https://api.example.com/v1/orders"),
            "jwks_uri": lambda node: self.address(node, "jwks_uri", "https://id.example.com/.well-known/jwks.json"),
            "check_status": self.status,
            "leeway_s": self.seconds,
        }

    def fault(self, node: yaml.Node, text: str) -> None:
        self.faults.append(f"{self.path}:{node.start_mark.line + 1}: {text}")

    def services(self, root: yaml.Node | None) -> Iterator[Service]:
        if root is None:
            self.faults.append(f"{self.path}: is empty; needs a list under 'services:'")
            return
        pairs = root.value if isinstance(root, yaml.MappingNode) else []
        for key, _ in pairs:
            if key.value not in {"services", "formats"}:
                self.fault(key, f"unknown key '{key.value}'; the file holds lists under 'services:' and 'formats:'")
        entries = [v for k, v in pairs if k.value == "services"]
        if not entries or not isinstance(entries[0], yaml.SequenceNode):
            self.fault(root, "needs a list under 'services:'")
            return
        names: set[str] = set()
        hosts: dict[str, str] = {}
        for node in entries[0].value:
            if not isinstance(node, yaml.MappingNode):
                self.fault(node, "a service is a mapping with at least 'name' and 'hosts'")
            elif (service := self.service(node)) is not None:
                if service.name in names:  # cases, counts and rights go by it
                    self.fault(node, f"another service is named '{service.name}' too; give each a name of its own")
                names.add(service.name)
                for host in map(str.lower, service.hosts):
                    if (other := hosts.setdefault(host, service.name)) != service.name:
                        self.fault(node, f"'{host}' is a host of '{other}' too, which answers for it; name it once")
                yield service

    def formats(self, root: yaml.Node | None) -> tuple[Shape, ...]:
        pairs = root.value if isinstance(root, yaml.MappingNode) else []
        return tuple(
            shape for key, node in pairs if key.value == "formats" for shape in declared.read(node, self.fault)
        )

    def service(self, node: yaml.MappingNode) -> Service | None:
        before = len(self.faults)
        values: dict[str, Any] = {}
        for key, value in node.value:
            name = SINGULAR.get(key.value, key.value)
            if name not in KEYS:
                self.fault(key, f"unknown key '{key.value}'; known are {', '.join(KEYS)}")
            elif name in values:
                self.fault(key, f"'{key.value}' is given twice")
            elif name == "logs":
                values |= self.logs(value)
            else:
                values[name] = self.value(name, value)
        for needed in ("name", "hosts"):
            if values.get(needed) is None or values[needed] == "":
                self.fault(node, f"the service needs '{needed}'")
        if (check := values.get("check")) and not _among(check, values.get("hosts") or ()):
            self.fault(node, "'check' is an address at one of the service's 'hosts'")
        return Service(**values) if len(self.faults) == before else None

    def value(self, name: str, node: yaml.Node) -> Any:
        if read := self.readers.get(name):
            return read(node)
        return self.items(name, node) if name in LISTS else self.text(name, node)

    def items(self, name: str, node: yaml.Node) -> tuple[str, ...]:
        items = self.strings(name, node)
        if name in WHO:
            items = tuple(one.strip() for item in items for one in item.split(",") if one.strip())
            self.slack_ids(name, node, items)
        for host in items if name == "hosts" else ():
            if not _is_host(host):
                self.fault(node, f"'{host}' is no host; give its name alone, as in api.example.com or 10.0.0.7:8443")
        for unknown in sorted(set(items) - ALGORITHMS) if name == "algorithms" else ():
            self.fault(node, f"no token is signed with '{unknown}'; give names like RS256, ES256 or EdDSA")
        return items

    def text(self, name: str, node: yaml.Node) -> str | None:
        given = _plain(node)
        if given is not None and not isinstance(given, (str, int, float)):
            self.fault(node, f"'{name}' is a single text")
        elif name in SLACK_IDS and given is not None:
            self.slack_ids(name, node, (str(given),))
        return None if given is None else str(given)

    def slack_ids(self, name: str, node: yaml.Node, given: Iterable[str]) -> None:
        what, letters = SLACK_IDS[name]
        for item in given:
            if not re.fullmatch(f"[{letters}][A-Z0-9]{{2,}}", item):
                self.fault(node, f"'{name}' is {what}, and '{item}' is none")

    def logs(self, node: yaml.Node) -> dict[str, tuple[Any, ...]]:
        """The paths, and the stores that stand among them as mappings."""
        items = node.value if isinstance(node, yaml.SequenceNode) else [node]
        remote = [item for item in items if isinstance(item, yaml.MappingNode)]
        paths = [path for item in items if item not in remote for path in self.strings("logs", item)]
        return {"logs": tuple(str(self.path.parent / path) for path in paths), "stores": tuple(self.stores(remote))}

    def watch(self, node: yaml.Node) -> Watch | None:
        """How it is watched; only where this is told need the watcher's options be known."""
        from bot.spikes.watch import options

        return options.read(node, self.path.parent, self.fault)

    def stores(self, nodes: list[yaml.MappingNode]) -> Iterator[Store]:
        """What is read of them; the kinds of stores are not even imported where there are none."""
        for node in nodes:
            from bot.logs.stores import KINDS
            from bot.logs.stores.config import read

            if store := read(node, self.path.parent, self.fault, KINDS):
                yield store

    def address(self, node: yaml.Node, name: str, like: str) -> str | None:
        given = _plain(node)
        if given is None or (isinstance(given, str) and re.fullmatch(r"https?://[^\s/?#@]+(/\S*)?", given)):
            return given
        self.fault(node, f"'{name}' is an address without credentials, like {like}")
        return None

    def status(self, node: yaml.Node) -> int:
        given = _plain(node)
        if isinstance(given, int) and 100 <= given <= 599:
            return given
        self.fault(node, "'check_status' is a status from 100 to 599")
        return 401

    def handover(self, node: yaml.Node) -> tuple[Target, ...]:
        """The receivers; their kinds are not even imported where there are none."""
        from bot.paging.config import read

        return tuple(read(node, self.path.parent, self.fault))

    def metrics(self, node: yaml.Node) -> Iterator[Place]:
        """The counters, each a mapping."""
        from bot.logs.stores.config import read
        from bot.spikes.sources.store import METRICS

        for item in node.value if isinstance(node, yaml.SequenceNode) else [node]:
            if not isinstance(item, yaml.MappingNode):
                self.fault(item, "'metrics' is a list of mappings: {prometheus: https://…, query: …}")
            elif store := read(item, self.path.parent, self.fault, METRICS):
                yield store

    def seconds(self, node: yaml.Node) -> float:
        given = _plain(node)
        if isinstance(given, (int, float)) and not isinstance(given, bool) and given >= 0:
            return float(given)
        self.fault(node, "'leeway_s' is a number of seconds, 0 or more")
        return 0.0

    def strings(self, name: str, node: yaml.Node) -> tuple[str, ...]:
        given = _plain(node)
        items = given if isinstance(given, list) else [] if given is None else [given]
        if all(isinstance(item, (str, int)) for item in items):
            return tuple(str(item) for item in items)
        self.fault(node, f"'{name}' is a list of texts")
        return ()

    def jwks(self, node: yaml.Node) -> Any:
        given = _plain(node)
        if isinstance(given, str):
            try:
                given = json.loads(given)
            except ValueError:
                given = None
        if isinstance(given, dict) and isinstance(given.get("keys"), list):
            return given
        self.fault(node, "'jwks' is a JWK Set: a mapping with a list under 'keys' (RFC 7517)")
        return None


def _plain(node: yaml.Node) -> Any:
    return yaml.constructor.SafeConstructor().construct_document(node)


def _among(url: str, hosts: tuple[str, ...]) -> bool:
    place = url.partition("//")[2].partition("/")[0].lower()
    return bool({place, re.sub(r":\d+$", "", place)} & {host.lower() for host in hosts})


def _is_host(text: str) -> bool:
    match = HOST.fullmatch(text)
    return match is not None and int(match["port"] or 0) <= PORTS


def _not_yaml(path: Path, error: yaml.YAMLError) -> str:
    """The fault at the line where what is broken begins."""
    mark = getattr(error, "context_mark", None) or getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"{path}:{mark.line + 1 if mark else 1}: is not YAML ({' '.join(problem.split())}); mend it from there on"
