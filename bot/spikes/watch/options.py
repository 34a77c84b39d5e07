"""`watch:` of a service in services.yaml: how its 401s are counted and judged."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot.errors import UsageError, reason
from bot.logs.names import network
from bot.services import Service
from bot.spikes import geoip
from bot.spikes.geoip import ELSEWHERE, GeoIp
from bot.spikes.model import NETWORK, NUMBERS, Rules
from bot.spikes.sources.interface import Source
from bot.spikes.sources.store import sources
from bot.spikes.templates import Templates

if TYPE_CHECKING:
    from bot.spikes.lines import Lines

KEYS = ("logs", "login_routes", "openapi", "region", "networks", "geoip", "rules", "history")
REGIONS = ("region", "networks", "geoip")
"""Of which one tells the region."""
MOST = 1e6
Fault = Callable[[yaml.Node, str], None]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How one service is watched."""

    rules: Rules = field(default_factory=Rules)
    logs: tuple[str, ...] = ()
    """The files, folders or globs that are counted; empty: all of the service's."""
    openapi: Path | None = None
    """An OpenAPI document whose paths name the routes."""
    region: str = NETWORK
    """`network`, or the field of the logs that tells the region."""
    networks: tuple[tuple[str, tuple[Network, ...]], ...] = ()
    """Regions by the callers' networks."""
    geoip: GeoIp | None = None
    """Regions by a file that tells where addresses are."""
    history: Path | None = None
    """Counts to learn from when nothing is known yet."""

    def lines(self) -> Lines:
        """What reads the lines of its logs. Raises UsageError when the OpenAPI document is none."""
        from bot.spikes.lines import Lines

        return Lines(self._templates(), region=self.region, regions=self._regions())

    def sources(self, service: Service) -> Iterator[Source]:
        """The stores that count its answers. Raises UsageError as `lines` does."""
        return sources(service, self._templates(), self._regions())

    def _templates(self) -> Templates:
        return Templates(paths(self.openapi) if self.openapi else ())

    def _regions(self) -> Callable[[str], str]:
        if self.geoip:
            return self.geoip.opened()
        return self._region if self.networks else network

    def _region(self, client: str) -> str:
        try:
            address = ipaddress.ip_address(client.partition("%")[0])
        except ValueError:
            return ELSEWHERE
        named = (name for name, some in self.networks if any(address in network for network in some))
        return next(named, ELSEWHERE)


def read(root: yaml.Node, folder: Path, fault: Fault) -> Watch | None:
    """What stands under `watch:`; what is wrong goes to `fault`, with the node where it stands."""
    if not isinstance(root, yaml.MappingNode):
        fault(root, f"'watch' is a mapping with any of {', '.join(KEYS)}")
        return None
    found: dict[str, Any] = {}
    rules = Rules()
    for key, node in root.value:
        if key.value not in KEYS:
            fault(key, f"unknown key '{key.value}' in 'watch'; known are {', '.join(KEYS)}")
        elif key.value == "rules":
            rules = replace(rules, **_rules(node, fault))
        elif key.value == "login_routes":
            rules = replace(rules, apart=frozenset(_texts(node, "login_routes", fault)))
        elif key.value == "logs":
            found["logs"] = tuple(str(folder / path) for path in _texts(node, "logs", fault))
        elif key.value == "networks":
            found["networks"] = _networks(node, fault)
        elif key.value == "geoip":
            found["geoip"] = geoip.read(node, folder, fault)
        elif key.value == "region":
            found["region"] = _text(node, "region", fault)
        else:
            found[key.value] = _file(node, key.value, folder, fault)
    if sum(key in found for key in REGIONS) > 1:
        fault(root, "'watch' takes one of 'region', a field of the logs, 'networks' and 'geoip'")
    return Watch(rules=rules, **found)


def paths(document: Path) -> tuple[str, ...]:
    """The paths of an OpenAPI document, each also below the paths of its servers. Raises UsageError."""
    try:
        told = yaml.load(document.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except OSError as error:
        raise UsageError(f"{document}: cannot be read ({reason(error)}); mend 'openapi' in services.yaml") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise UsageError(f"{document}: is neither JSON nor YAML; name an OpenAPI document") from None
    named = told.get("paths") if isinstance(told, dict) else None
    if not isinstance(named, dict) or not named:
        raise UsageError(f"{document}: has no 'paths'; name an OpenAPI document")
    below = {"", *(base.rstrip("/") for base in _bases(told))}
    return tuple(f"{base}{path}" for base in sorted(below) for path in map(str, named) if path.startswith("/"))


def _bases(told: dict[str, Any]) -> list[str]:
    """The path of each server (OpenAPI 3, 4.8.5), or the basePath of Swagger 2."""
    from urllib.parse import urlsplit

    servers = told.get("servers")
    urls = [str(s.get("url", "")) for s in servers if isinstance(s, dict)] if isinstance(servers, list) else []
    return [urlsplit(url).path for url in urls] + [str(told.get("basePath") or "")]


def _rules(node: yaml.Node, fault: Fault) -> dict[str, Any]:
    found = {}
    for key, value in node.value if isinstance(node, yaml.MappingNode) else []:
        try:
            number = NUMBERS[key.value](value.value)
        except KeyError:
            fault(key, f"unknown rule '{key.value}'; known are {', '.join(NUMBERS)}")
        except (TypeError, ValueError):
            fault(value, f"the rule '{key.value}' is a number")
        else:
            if 0 <= number < MOST:
                found[key.value] = number
            else:
                fault(value, f"the rule '{key.value}' is a number from 0 to a million")
    if not isinstance(node, yaml.MappingNode):
        fault(node, f"'rules' is a mapping with any of {', '.join(NUMBERS)}")
    return found


def _networks(node: yaml.Node, fault: Fault) -> tuple[tuple[str, tuple[Network, ...]], ...]:
    if not isinstance(node, yaml.MappingNode):
        fault(node, "'networks' is a mapping of regions, each to a list of networks like 10.1.0.0/16")
        return ()
    return tuple((str(key.value), tuple(_network(value, fault))) for key, value in node.value)


def _network(node: yaml.Node, fault: Fault) -> list[Network]:
    found = []
    for text in _texts(node, "networks", fault):
        try:
            found.append(ipaddress.ip_network(text))
        except ValueError:
            fault(node, f"'{text}' is no network; give one like 10.1.0.0/16 or 2001:db8::/48")
    return found


def _file(node: yaml.Node, name: str, folder: Path, fault: Fault) -> Path | None:
    path = folder / _text(node, name, fault)
    if not path.is_file():
        fault(node, f"'{name}': {path}: there is no such file; mend the path")
    return path


def _text(node: yaml.Node, name: str, fault: Fault) -> str:
    if isinstance(node, yaml.ScalarNode) and node.value:
        return str(node.value)
    fault(node, f"'{name}' is a single text")
    return ""


def _texts(node: yaml.Node, name: str, fault: Fault) -> list[str]:
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return [text for item in items if (text := _text(item, name, fault))]
