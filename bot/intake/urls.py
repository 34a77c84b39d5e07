"""Addresses as people write them: whole URLs, hosts, paths, and a host here with a path there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

Kind = Literal["url", "host", "path"]
MOST = 300
METHODS = "GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|PROPFIND"
_TLDS = """
test example invalid localhost local internal lan corp intra home svc com net org io dev app cloud ai co eu
info biz edu gov mil int me tv xyz tech online site store shop bank health systems services network software
digital agency page link media team de fr uk us ch at nl be se no dk fi es it pl cz pt ie in jp cn kr br au ca
nz za ru ua tr gr hu ro sk si hr bg lt lv ee lu li mx ar cl il ae sg hk tw th vn id my ph fm gg sh is to im ly
"""
TLDS = frozenset(_TLDS.split())
FILE_ENDINGS = (
    "js|ts|py|md|json|ya?ml|toml|ini|conf|cfg|txt|log|csv|xlsx?|docx?|pdf|png|jpe?g|gif|svg|zip|gz|tgz|jar|war|pom|"
    "xml|html?|php|aspx?|jsp|go|rs|rb|java|kt|"
    "cs|cpp|sh|bat|exe|env|har|lock|sql|db|pem|crt|key|tsx|jsx|vue|css|NET|get|post|put|delete|request|head|new|env|"
    "auth|headers|status|code|text|url|"
    "encode|decode|dumps|loads|sample|template|createRecord|listModels|compose|properties|plist|service|digest|"
    "hexdigest|sha256"
)
URL = re.compile(r"(?<![A-Za-z])(?:https?|wss?)://[^\s<>\"`|^{}\\、。，；：！？（）「」]{1,8000}")
HOST = re.compile(
    r"(?<![\w@/.:~$%-])(?P<host>(?:[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.){1,"
    r"8}(?P<tld>[A-Za-z][A-Za-z0-9-]{1,20})|localhost|(?:\d{1,3}\.){3}\d{1,3})"
    r"(?P<port>:\d{2,5})?(?P<path>/[^\s<>\"'`|^{}\\,;)]{0,4000})?(?![\w@(=-])"
)
PATH = re.compile(
    r"(?<![\w/.:~*\\<>$%&=-])(?P<path>/(?=[\w.~%{:-]{0,60}[A-Za-z_])(?:[\w.~%@:+*{}$-]+/?)*(?:\?[^\s\"'`<>,)]{0,"
    r"2000})?)"
)
LOOSE_PATH = re.compile(
    r"(?<![\w/.:~-])(?P<path>[\w-]{2,40}(?:/[\w.-]{1,60}){1,8}/?) (?:on|at|von|auf|sur) (?=[\w.-]{3,80}\.[a-z]{2,})"
)
FILES = re.compile(r"/(?:etc|var|usr|home|tmp|opt|root|proc|sys|dev/null|bin|Users|mnt|srv|lib|run/secrets)(?:/|$)")
IMAGE = re.compile(r"(?P<name>(?:/[a-z0-9._-]+)+?):(?P<tag>[\w][\w.-]{0,120})$")
REGISTRY_WORDS = re.compile(
    r"(?i)(?<!\w)(?:docker|podman|containerd|image|images|registry|pull|push|kubelet|crane|skopeo)(?!\w)"
)
BUCKET = re.compile(
    r"(?i)\bbucket[ :=]+['\"]?(?P<bucket>[a-z0-9][a-z0-9.-]{2,62})['\"]?[ ,;]+(?:key|object)[ :=]+['\"]?(?P<key>[^\s,"
    r";'\"]{1,500})"
)
APART = re.compile(r"[ \t]+[,;.](?!\S)")
CUT = re.compile(r"(?:\.{3,}|…)[\"')\].,;:!?]*$")


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it stood. Parts that were not written are empty."""

    start: int
    end: int
    kind: Kind
    scheme: str
    host: str
    """With its port."""
    target: str
    """Path and query."""
    cut: bool = False
    """The writer left the end off."""
    under: str = ""
    """Where what was named makes calls to many addresses: what their paths begin with."""

    @property
    def url(self) -> str:
        """The address as a URL; https is a guess where no scheme was written."""
        return f"{self.scheme or 'https'}://{self.host}{self.target}"


def addresses(text: str) -> list[Address]:
    """Every address of the text, in its order, none inside another."""
    found: list[Address] = []
    for finder in (_urls, _hosts, _buckets, _loose, _paths):
        taken = [(a.start, a.end) for a in found]
        fresh = (a for a in islice(finder(text), MOST))
        found += [a for a in fresh if not any(a.start < end and start < a.end for start, end in taken)]
    return sorted(found, key=lambda a: a.start)


def whole(url: str) -> Address | None:
    """The parts of a URL that stands alone, None when it is none."""
    match = re.match(r"(https?|wss?)://([^/?#\s]+)([^\s]*)$", url)
    if not match:
        return Address(0, len(url), "path", "", "", url) if url.startswith("/") else None
    host = match[2].rpartition("@")[2]
    return Address(0, len(url), "url", match[1], host, match[3].partition("#")[0])


def trimmed(url: str) -> tuple[str, bool]:
    """(the URL without the sentence's own punctuation, whether its writer cut it off)."""
    if cut := CUT.search(url):
        return url[: cut.start()], True
    while url:
        last = url[-1]
        if last in ".,;:!?'\"*_~" or (
            last in ")]}>" and url.count(last) > url.count({")": "(", "]": "[", "}": "{", ">": "<"}[last])
        ):
            url = url[:-1]
        else:
            break
    return url, False


def owner(host: str) -> list[str]:
    """Whose a host is. Without the public suffix list, its last two labels stand for that."""
    return host.split(".")[-2:]


def _urls(text: str) -> Iterator[Address]:
    for match in URL.finditer(text):
        raw = re.split(r"'(?=[\s,;)\]:]|$)|\)[,.:;]|,(?=https?://)", match[0], maxsplit=1)[0]
        # Who sets the sentence's punctuation apart means the dot before it.
        url, cut = (raw, False) if APART.match(text, match.end()) and raw.endswith(".") else trimmed(raw)
        parts = whole(url)
        if parts is not None and re.match(r"[\w\[.-]", parts.host):
            # A template's hole in the path (https://host/api/*) is the end of what is known.
            cut = cut or _hole(text, match.start() + len(raw))
            yield Address(match.start(), match.start() + len(raw), "url", parts.scheme, parts.host, parts.target, cut)


def _hosts(text: str) -> Iterator[Address]:
    ending = re.compile(rf"(?:{FILE_ENDINGS})$")
    for match in HOST.finditer(text):
        tld, path = match["tld"] or "", match["path"] or ""
        known = tld.lower() in TLDS or (not tld and (match["port"] or path))
        if not known and not (path or match["port"]):
            continue
        if match[0].lower() in ("asp.net", "ado.net", "vb.net"):
            continue
        if tld and tld.lower() not in TLDS and (ending.match(tld) or not tld.isalpha()):
            continue
        if not path and not match["port"] and ending.match(tld) and tld not in ("sh", "rs"):
            continue
        target, cut = trimmed(path)
        host, under = match["host"] + (match["port"] or ""), ""
        if (image := IMAGE.match(target)) and REGISTRY_WORDS.search(
            text[max(0, match.start() - 200) : match.end() + 100]
        ):
            under = f"/v2{image['name']}"  # of which a push or pull asks for blobs as well
            target = f"{under}/manifests/{image['tag']}"
        scheme = "http" if host.startswith("localhost") else ""
        yield Address(match.start(), match.end(), "url" if target else "host", scheme, host, target, cut, under)


def _buckets(text: str) -> Iterator[Address]:
    for match in BUCKET.finditer(text):
        yield Address(match.start(), match.end(), "path", "", "", f"/{match['bucket']}/{match['key']}")


def _loose(text: str) -> Iterator[Address]:
    """`feed/products on partner.acme.test`."""
    for match in LOOSE_PATH.finditer(text):
        yield Address(match.start(), match.start() + len(match["path"]), "path", "", "", f"/{match['path']}")


def _paths(text: str) -> Iterator[Address]:
    for match in PATH.finditer(text):
        target, cut = trimmed(match["path"])
        if len(target) > 1 and not FILES.match(target) and not re.fullmatch(r"/40[1379]|/\w", target):
            end = match.start() + len(target)
            yield Address(match.start(), end, "path", "", "", target, cut or _hole(text, end))


def _hole(text: str, end: int) -> bool:
    """`/stock/<article>`: what stands for any value begins here."""
    return re.match(r"[<{]\w[\w -]{0,40}[>}]", text[end : end + 50]) is not None
