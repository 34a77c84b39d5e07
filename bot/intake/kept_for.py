"""For which address a client keeps its credential, by that client's own rules, against where the request goes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.address import split
from bot.model import Report

OTHER, SLASH = "config.key_for_other_host", "config.key_without_slash"
NPMRC = re.compile(r"(?m)(?:^|\s)//(?P<key>[^\s=]{1,300}?):_(?:authToken|auth|password)\s*=")
REGISTRY = re.compile(r"(?m)\bregistry\s?=\s?\"?https?://(?P<place>[^\s\"']{1,300})")
NETRC = re.compile(r"(?m)(?:^|\s)machine\s+(?P<host>[\w.:-]{1,200})\s+(?:login|account|password)\s")
NETRC_REST = re.compile(r"(?m)(?:^|\s)default\s+login\s")
DOCKER = re.compile(r"\"(?:auths|credHelpers)\"\s*:\s*\{(?P<body>(?:[^{}]|\{[^{}]*\}){0,20000})\}")
DOCKER_KEY = re.compile(r"\"(?P<key>[^\"\s]{1,300})\"\s*:\s*(?:\{|\"(?!\"))")
DOCKER_FIELDS = frozenset({"auth", "username", "password", "email", "identitytoken", "registrytoken"})
MAVEN_SERVER = re.compile(r"<server>(?:(?!</server>).){0,2000}?<id>\s*(?P<id>[^<\s]{1,200})\s*</id>", re.DOTALL)
MAVEN_PLACE = re.compile(
    r"<(?P<kind>repository|snapshotRepository|pluginRepository|mirror)>(?P<body>(?:(?!</(?P=kind)>).){0,4000})",
    re.DOTALL,
)
NUGET_SOURCES = re.compile(r"<packageSources>(?P<body>.{0,20000}?)</packageSources>", re.DOTALL)
NUGET_SOURCE = re.compile(r"<add\s+key=\"(?P<name>[^\"]{1,200})\"\s+value=\"(?P<url>https?://[^\"]{1,500})\"")
NUGET_KEPT = re.compile(r"<packageSourceCredentials>(?P<body>.{0,20000}?)</packageSourceCredentials>", re.DOTALL)
NUGET_NAME = re.compile(r"<(?P<name>[A-Za-z_][\w.-]{0,200})>\s*<add\b")
CARGO = re.compile(
    r"(?m)^\[registries\.\"?(?P<name>[\w-]{1,100})\"?\][^\[]{0,500}?^(?P<what>index|token)\s*=\s*\"?(?P<value>[^\"\n]{0,500})"
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The address of the request."""

    host: str
    """Without its port."""
    place: str
    """With its port, where one is written."""
    path: str

    def below(self, url: str) -> bool:
        """Whether it lies at or below another address."""
        parts = split(url.removeprefix("sparse+").removeprefix("registry+"))
        return parts.netloc.lower() == self.place and f"{self.path}/".startswith(parts.path.rstrip("/") + "/")


def kept_for(text: str, report: Report) -> Iterator[tuple[str, str]]:
    """(finding, sentence) of each client whose configuration is shown."""
    asked = _asked(report)
    yield from _nowhere(text)
    if asked is None:
        return
    readers: tuple[Callable[[str, _Asked], Iterator[tuple[str, str]]], ...] = (_npm, _netrc, _docker)
    for read in (*readers, _maven, _nuget, _cargo):
        yield from read(text, asked)


def _asked(report: Report) -> _Asked | None:
    parts = split(report.url)
    return _Asked(parts.hostname.lower(), parts.netloc.lower(), parts.path) if parts.hostname else None


def _other(client: str, keys: list[str], asked: str) -> tuple[str, str]:
    return OTHER, f"{client} keeps the credential for {', '.join(keys[:3])}, the request goes to {asked}"


def _npm_keys(text: str) -> list[str]:
    return list(dict.fromkeys(match["key"] for match in NPMRC.finditer(text)))


def _nowhere(text: str) -> Iterator[tuple[str, str]]:
    keys = _npm_keys(text)
    if keys and all(re.match(r"https?:", key) for key in keys):
        yield OTHER, f"The token in .npmrc is kept for //{keys[0]}, an address that no request has"


def _npm(text: str, asked: _Asked) -> Iterator[tuple[str, str]]:
    """npm looks under the registry's address and each folder above it (docs.npmjs.com, npmrc, "Auth related").

    A key without the slash at its end is found by npm from 7 on, by older ones and by others not.
    """
    keys = _npm_keys(text)
    if not keys or any(re.match(r"https?:", key) for key in keys):
        return
    here = [key for key in keys if key.partition("/")[0].lower() == asked.place]
    shown = [match["place"] for match in REGISTRY.finditer(text)]
    wanted = next((place for place in shown if place.partition("/")[0].lower() == asked.place), "")
    found = [key for key in here if f"{wanted.rstrip('/')}/".startswith(f"{key.rstrip('/')}/")]
    if not here or (wanted and not found):
        yield _other(".npmrc", [f"//{key}" for key in keys], f"//{wanted or asked.place}")
    elif found and "/" in found[0] and not any(key.endswith("/") for key in found):
        yield SLASH, f"The token in .npmrc is kept for //{found[0]}, the registry's address ends in a slash"


def _netrc(text: str, asked: _Asked) -> Iterator[tuple[str, str]]:
    """An entry is for a host, without a port (gnu.org, inetutils, The .netrc file)."""
    hosts = [match["host"].lower() for match in NETRC.finditer(text)]
    if hosts and asked.host not in hosts and not NETRC_REST.search(text):
        yield _other("The netrc file", hosts, asked.host)


def _docker(text: str, asked: _Asked) -> Iterator[tuple[str, str]]:
    """Docker and its like keep a login by host and port (docs.docker.com, docker login)."""
    if not re.match(r"/v[12](?:/|$)", asked.path):
        return
    bodies = [match["body"] for match in DOCKER.finditer(text)]
    keys = [m["key"] for body in bodies for m in DOCKER_KEY.finditer(body) if m["key"].lower() not in DOCKER_FIELDS]
    names = [re.sub(r"^https?://", "", key).lower() for key in keys]
    if names and not any(f"{asked.place}{asked.path}/".startswith(f"{_image(name)}") for name in names):
        yield _other("Docker's config.json", names, asked.place)


def _image(name: str) -> str:
    """A key may name a part of the registry, as containers' auth.json does; its paths have no /v2 there."""
    host, _, path = name.rstrip("/").partition("/")
    return f"{host}/v2/{path}/" if path and not re.match(r"v[12]$", path) else f"{host}/"


def _maven(text: str, asked: _Asked) -> Iterator[tuple[str, str]]:
    """A server's credentials go to the repository of the same id (maven.apache.org, Settings, Servers)."""
    servers = [match["id"] for match in MAVEN_SERVER.finditer(text)]
    places = [_place(match["body"]) for match in MAVEN_PLACE.finditer(text)]
    ids = [name for name, url in places if name and url and asked.below(url)]
    if servers and ids and not set(ids) & set(servers):
        yield _other("settings.xml", [f"the server {s}" for s in servers], f"the repository {ids[0]}")


def _place(body: str) -> tuple[str, str]:
    return _tag("id", body), _tag("url", body)


def _tag(name: str, body: str) -> str:
    found = re.search(rf"<{name}>\s*([^<\s]{{1,500}})\s*</{name}>", body)
    return found[1] if found else ""


def _nuget(text: str, asked: _Asked) -> Iterator[tuple[str, str]]:
    """Credentials go to the source of the same name (learn.microsoft.com, nuget.config, packageSourceCredentials)."""
    sources = [
        (s["name"], s["url"]) for block in NUGET_SOURCES.finditer(text) for s in NUGET_SOURCE.finditer(block["body"])
    ]
    kept = [m["name"] for block in NUGET_KEPT.finditer(text) for m in NUGET_NAME.finditer(block["body"])]
    names = [name for name, url in sources if split(url).netloc.lower() == asked.place]
    known = {name.replace("_x0020_", " ").lower() for name in kept}
    if kept and names and not {name.lower() for name in names} & known:
        yield _other("nuget.config", [f"the source {name}" for name in kept], f"the source {names[0]}")


def _cargo(text: str, asked: _Asked) -> Iterator[tuple[str, str]]:
    """A token is kept by the registry's name (doc.rust-lang.org/cargo, Configuration, Credentials)."""
    found = [(match["name"], match["what"], match["value"]) for match in CARGO.finditer(text)]
    names = [name for name, what, url in found if what == "index" and asked.host in url]
    kept = [name for name, what, _ in found if what == "token"]
    if names and kept and not set(names) & set(kept):
        yield _other("Cargo", [f"the registry {name}" for name in kept], f"the registry {names[0]}")
