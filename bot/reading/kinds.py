"""Kinds of clients that a service keeps apart: staff, partners and couriers each sign in at an address of their own."""

from __future__ import annotations

import re

from bot.reading.scene import Scene, agent, ok, same_path
from bot.reading.verdict import Verdict

SIGN_IN = re.compile(r"(?i)log[-_]?in|sign[-_]?in|token|oauth|session|auth(/|$)")
NAMED = re.compile(r"(?i)log[-_]?in|sign[-_]?in")
ANOTHER_CALL = re.compile(
    r"(?i)out$|refresh|renew|revoke|regist|sign[-_]?up|verif|reset|forgot|confirm|status|me$|check|callback"
)
"""Last segments that are no kind of users: `/login/reset`."""
ENOUGH = 2
"""Sign-ins of likes elsewhere, from which on that is where they belong."""


def signs_in_elsewhere(scene: Scene) -> Verdict:
    """Whether clients like the failing one sign in at another address, and none of them at this one."""
    mine = scene.failing
    if mine is None or not SIGN_IN.search(mine.path or "") or not agent(mine):
        return None
    likes = [e for e in scene.peers if ok(e) and e.method == mine.method and agent(e) == agent(mine)]
    if any(same_path(e.path, mine.path) for e in likes):
        return None
    there = [e for e in likes if _kind_apart(e.path, mine.path)]
    return (
        f"Clients like this one sign in at {there[0].path}, none of them at {mine.path}"
        if len(there) >= ENOUGH
        else None
    )


def _kind_apart(one: str | None, other: str | None) -> bool:
    """Whether two paths differ by one segment: `/auth/staff/login`, `/auth/partner/login`, `/login/customer`."""
    a, b = [(p or "").strip("/").split("/") for p in (one, other)]
    if a[-1] != b[-1]:
        kinds = a[:-1] == b[:-1] and NAMED.search("/".join(a[:-1])) is not None
        return kinds and not any(ANOTHER_CALL.search(path[-1]) for path in (a, b))
    if abs(len(a) - len(b)) > 1:
        return False
    if len(a) == len(b):
        return sum(x != y for x, y in zip(a, b, strict=True)) == 1
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer) - 1))
