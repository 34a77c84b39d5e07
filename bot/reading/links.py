"""Signed links in the log: which of their parameters a refused one lacks, and whether its time is over."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from bot.model import Entry, Finding
from bot.reading.scene import Scene, ok
from bot.reading.signers import told_keys
from bot.reading.verdict import Check, Verdict
from bot.tokens.signed_links import read_link
from knowledge.findings import findings as kinds
from knowledge.lexicon.terms import terms_in

SEAL = re.compile(r"(?i)^(x-(amz|goog)-signature|signature|sig|sign|hmac|hash|hdnts|verify|md5|s|policy|bewit)$")
SIGNATURE, LINK = "says.signature_invalid", "says.link_invalid"
STRICT = re.compile(r"(?i)^(x-(amz|goog)-signature|signature|sig|sign|hmac|hdnts|bewit)$")
END = re.compile(r"(?i)^([\w-]+\.ends|expires?(_?at)?|exp|until|valid_?(until|to)|se|e|ends?|not_?after)$")
BESIDE_S = 0.5
"""Seconds around a refusal within which lines of its file that name no path go with it."""
ENCODED = re.compile(r"%(?!2[DdEe]|5[Ff]|7[Ee])[0-9A-Fa-f]{2}|\+")
"""What stands in an address for a character that must not stand there itself."""
WRITTEN = re.compile(r"https?://[^\s\"'<>]{1,2000}\?[^\s\"'<>]{1,4000}")
ENOUGH = 3
"""Links that are let in, from which on it is known what belongs to one."""


def _names(entry: Entry) -> frozenset[str]:
    return frozenset(name.lower() for name, _ in parse_qsl(entry.query, keep_blank_values=True))


def sealed(query: str) -> bool:
    """Whether a query bears the signature of a link, under a name that means nothing else."""
    return any(STRICT.match(name) and value for name, value in parse_qsl(query))


def of_link(scene: Scene, finding: Finding) -> Finding:
    """A signature that is wrong is the link's, where a signed link came and no token."""
    mine = scene.failing
    tokens = any(p.token for p in scene.report.presented) or any(told_keys(scene.found.request))
    if finding.id != SIGNATURE or tokens or mine is None or not sealed(mine.query):
        return finding
    return replace(finding, id=LINK, text=finding.text.replace(kinds()[SIGNATURE].text, kinds()[LINK].text))


def _let_in(scene: Scene, mine: Entry) -> list[frozenset[str]]:
    """What the links of the same make bring that are let in."""
    alike = [(e, _names(e)) for e in scene.peers if ok(e) and e.query]
    return [names for e, names in alike if names & _names(mine) or _folder(e.path) == _folder(mine.path)]


def _folder(path: str | None) -> str:
    return (path or "").rpartition("/")[0]


def _incomplete(scene: Scene) -> Verdict:
    mine = scene.failing
    if mine is None or not mine.query:
        return None
    good = _let_in(scene, mine)
    common = frozenset[str].intersection(*good) if len(good) >= ENOUGH else frozenset[str]()
    if not any(SEAL.match(name) for name in common):
        return None
    lost = sorted(common - _names(mine))
    sealed = any(SEAL.match(name) or END.match(name) for name in lost)
    return f"The link lacks {' and '.join(lost[:3])}, which all links have that are let in" if sealed else ""


def _encoded(scene: Scene) -> Verdict:
    """Whether the values of the refused link hold what has to be encoded, and those of links that are let in do not.

    Who signs the values as they are and checks them as they are written, or the other way round, refuses such links.
    """
    mine = scene.failing
    if mine is None or not sealed(mine.query):
        return None
    alike = [e for e in scene.peers if ok(e) and sealed(e.query) and _folder(e.path) == _folder(mine.path)]
    if len(alike) < ENOUGH:
        return None
    told = {name: value for name, value in _values(mine) if ENCODED.search(value)}
    if not told or any(ENCODED.search(value) for e in alike for _, value in _values(e)):
        return ""
    return f"The link's {min(told)} holds encoded characters; no link that is let in has any"


def _values(entry: Entry) -> list[tuple[str, str]]:
    """The parameters as they are written, without the seal."""
    pairs = (part.partition("=") for part in entry.query.split("&"))
    return [(name, value) for name, _, value in pairs if not SEAL.match(name)]


def _over(scene: Scene) -> Verdict:
    mine = scene.failing
    if mine is None or not mine.query:
        return _written_over(scene)
    link = read_link(f"https://link{mine.path}?{mine.query.replace('#', '%23')}")  # stand-ins for secrets have one
    if link is None and not any(SEAL.match(name) for name in _names(mine)):
        return None
    end = (link.expires_at if link else None) or _end(mine)
    if end is None:
        return "The refusal of the signed link says that its time is over" if _says_over(scene, mine) else None
    return _ended(end, scene)


def _written_over(scene: Scene) -> Verdict:
    """The same of a link that stands whole in a line of the refusal, as the logs of object stores have it."""
    written = (m[0] for e in scene.found.request for m in WRITTEN.finditer(e.text))
    ends = [link.expires_at for url in written if (link := read_link(url)) and link.expires_at]
    return _ended(ends[0], scene) if ends else None


def _ended(end: datetime, scene: Scene) -> str:
    return f"The link ended at {end:%Y-%m-%d %H:%M:%S} UTC" if end < scene.at else ""


def _end(entry: Entry) -> datetime | None:
    ends = (moment(value) for name, value in parse_qsl(entry.query) if END.match(name))
    return next((end for end in ends if end), None)


def _says_over(scene: Scene, mine: Entry) -> bool:
    """Whether what is said right with the refusal speaks of an end: of whatever it says so, a link is what came."""
    beside = [e for e in scene.found.around if e.file == mine.file and scene.near(e, BESIDE_S) and not e.path]
    return any(t.role == "state" and t.name == "expired" for e in beside for t in terms_in(e.message))


def moment(value: str) -> datetime | None:
    """Seconds or milliseconds since 1970, or ISO 8601."""
    try:
        if value.isdecimal():
            return datetime.fromtimestamp(int(value[:10]), UTC) if len(value) in (10, 13) else None
        moment = datetime.fromisoformat(value)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


CHECKS: dict[str, Check] = {"log.link_incomplete": _incomplete, "log.link_over": _over, "log.link_encoded": _encoded}
