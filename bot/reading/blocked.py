"""Whom a rule in front refuses, whatever they send: a kind of client, a release of it, an address, a network."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.intake.findings import collect
from bot.logs.formats.tokens import ALARMING
from bot.model import Entry
from bot.reading.contrast import LET_IN, MOST, Attribute, Parted, near, parted
from bot.reading.kinds import SIGN_IN, signs_in_elsewhere
from bot.reading.links import sealed
from bot.reading.own import proxy_authenticates
from bot.reading.scene import Scene, agent, network, ok, same_path
from bot.reading.verdict import Check, Verdict
from knowledge.messages import match

NAMES_USERS = re.compile(r"^\S+ (\S+ )?- (- )?\[")
"""Common log format: it has a column for the user, and where that is empty nobody signed in."""
PRODUCT = re.compile(r"(?!Mozilla)[\w.-]+/\d[\w.-]*")
NONE_NEEDED = "request.none_needed"


def address(entry: Entry) -> str | None:
    """The caller's address."""
    return entry.client


def _agent_refused(scene: Scene) -> Verdict:
    """Whether one kind of client, or a release of it at several places, never comes past the proxy, and others do."""
    mine = scene.failing
    if mine is None or mine.upstream != "-" or proxy_authenticates(scene):
        return None
    kind, release = _stopped(scene, mine, agent), _stopped(scene, mine, product)
    found = release if release and release.clean and len({network(e) for e in release.refused}) > 1 else kind
    if found is None or not mine.user_agent:
        return None
    if not found.clean:
        return ""
    refused, reached = len(found.refused), len(found.let_in)
    return f"All {refused} requests of {found.value} are refused before the application; {reached} of others reach it"


def product(entry: Entry) -> str | None:
    """The client with its release, as it names itself first; browsers differ too often."""
    named = PRODUCT.match(entry.user_agent or "")
    return named[0] if named else None


def _stopped(scene: Scene, mine: Entry, of: Attribute) -> Parted | None:
    """How an attribute parts what a proxy refuses everywhere from what it hands on, on the failing path."""
    told = (e for e in scene.peers if of(e) == of(mine) or same_path(e.path, mine.path))
    return parted(told, mine, of, lambda e: e.upstream not in {"-", None})


def _network_refused(scene: Scene) -> Verdict:
    """Whether an address or its network is refused whatever it brings, and others are let in."""
    mine = scene.failing
    if mine is None or not mine.client or signs_in_elsewhere(scene):
        return None
    theirs = [e for e in scene.found.request if e.status is None and e.file != mine.file]
    if any(e.level in ALARMING or match(e.text, "log") for e in theirs):
        return ""  # the application refused it in words of its own
    return _all_stopped(scene, mine) or _unasked(scene, mine)


def _all_stopped(scene: Scene, mine: Entry) -> Verdict:
    """Whether the proxy stops a network of which several kinds of callers come, and hands on what others send."""
    found = _stopped(scene, mine, network) if mine.upstream == "-" and not proxy_authenticates(scene) else None
    if found is None or not found.clean or len(_kinds(found.refused)) < 2:
        return None
    refused, reached = len(found.refused), len(found.let_in)
    return f"All {refused} requests from {found.value} end at the proxy; {reached} of others reach the application"


def _network_never_ok(scene: Scene) -> Verdict:
    """Whether several kinds of callers of one network are never let in, and those of several others are."""
    mine = scene.failing
    guarded = [e for e in scene.peers if scene.guarded(e.path)]
    if mine is None or network(mine) is None or len(_kinds(e for e in guarded if network(e) == network(mine))) < 2:
        return None
    found = parted(guarded, mine, network)
    if found is None or len({network(e) for e in found.let_in}) < 2:
        return None
    if not found.clean or len(_kinds(found.refused)) < 2:
        return ""
    kinds = len(_kinds(found.refused))
    return f"{kinds} kinds of callers from {found.value} are refused and never let in; those of other networks are"


def _kinds(entries: Iterable[Entry]) -> set[str]:
    """Who calls, but for the address: users where they are known, else clients."""
    return {e.user or agent(e) for e in entries} - {""}


def _unasked(scene: Scene, mine: Entry) -> Verdict:
    """Whether the network is refused where others are let in without a sign-in."""
    if not _needless(scene, mine) or _own_link(scene, mine):
        return None
    alone = near(scene, mine, address)
    found = alone if alone is not None and alone.clean else near(scene, mine, network)
    if found is None:
        return None
    if not found.clean or mine.user:
        return ""
    ours, theirs = {e.client for e in found.refused}, {e.client for e in found.let_in if not e.user}
    either = [
        e for e in scene.peers if (ok(e) and e.client in ours) or (e.status == mine.status and e.client in theirs)
    ]
    if either or sum(not e.user for e in found.let_in) < max(LET_IN, MOST * len(found.let_in)):
        return ""
    return f"Every request from {found.value} is refused; {len(theirs)} other addresses are let in without a sign-in"


def _own_link(scene: Scene, mine: Entry) -> bool:
    """Whether a signed link was refused that nobody opened from elsewhere: it may be the link, not who opens it."""
    same = (e for e in scene.peers if e.query == mine.query and e.client != mine.client)
    return sealed(mine.query) and not any(map(ok, same))


def _needless(scene: Scene, mine: Entry) -> bool:
    """Whether who needs no sign-in is seen: the log has a column for users, or the report says that none is needed.

    Where people sign in at the application the column stays empty for them too.
    """
    signed_in = any(SIGN_IN.search(e.path or "") for e in (*scene.peers, *scene.found.beyond))
    told = any(e.user for e in scene.peers) or (bool(NAMES_USERS.match(mine.text)) and not signed_in)
    return told or any(f.id == NONE_NEEDED for f in collect(scene.report).findings)


CHECKS: dict[str, Check] = {
    "log.agent_refused": _agent_refused,
    "log.address_refused": _network_refused,
    "log.network_never_ok": _network_never_ok,
}
