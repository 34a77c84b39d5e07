"""Where an account lives, as an answer before told, beside the address to which the refused call went.

Services that keep accounts in several regions, shards or data centres answer a sign-in with the account's own: a code
that stands in the host's name, or the whole address to call. A credential is good there, and refused elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bot.address import split
from bot.intake.urls import owner
from bot.model import TRUST, Finding, Report
from bot.reading.scene import Scene, ok
from bot.reading.verdict import Check, Verdict

FIELD = re.compile(
    r"[\"'](?P<key>[A-Za-z][\w-]{1,40})[\"']\s{0,4}:\s{0,4}(?:\{\s{0,4})?[\"'](?P<value>[^\"'\s]{2,200})[\"']"
)
"""A name with its value, or with the first name of the object that it holds: `"region": {"eu3": "Frankfurt"}`."""
ADDRESS = re.compile(
    r"(?i)^(?:instance|api|rest|base|server|service|shard|home|tenant|account|regional|region|fleet_api_base|pod|cell)"
    r"[_-]?(?:api[_-]?)?(?:base[_-]?)?(?:url|uri|host(?:name)?|domain|server|endpoint|access_?point)$"
)
CODE = re.compile(
    r"(?i)^(?:(?:account|user|home|api|tenant|preferred|default|assigned)[_-]?)?"
    r"(?:region|dns|sub_?domain|shard|pod|cluster|data_?cent(?:er|re)|dc|cell|stack|silo)(?:[_-]?(?:code|id|name|dns))?$"
)
LABEL = re.compile(r"(?i)^(?:[a-z]{1,8}[-_]?\d{1,4}|[a-z]{2}-[a-z]{4,9}-\d)$")
"""What names one of several alike: `u001`, `eu-west-1`. A mere `us` may be a country."""
HOST = re.compile(r"(?i)^(?:https?://)?(?P<host>(?:[a-z0-9][a-z0-9-]{0,62}\.){1,6}[a-z]{2,18})(?::\d{1,5})?(?:/\S*)?$")
MOST, LONGEST = 60, 8_000


def homes(text: str) -> Iterator[tuple[str, str]]:
    """(field, place) of each place that an answer names as the account's: a host, or a part of a host's name."""
    for match in islice(FIELD.finditer(text[:LONGEST]), MOST):
        host = HOST.match(match["value"])
        if host and ADDRESS.match(match["key"]):
            yield match["key"], host["host"].lower()
        elif CODE.match(match["key"]) and LABEL.match(match["value"]):
            yield match["key"], match["value"].lower()


def elsewhere(text: str, told_by: str, called: str, path: str = "") -> str | None:
    """The place that an answer of one host names, where the call to another, or the same, did not go there."""
    if owner(told_by) != owner(called):
        return None
    places = dict.fromkeys(homes(text))
    labels = {*re.split(r"[.-]", called), *called.split("."), *path.lower().split("/")}
    if not places or any(place == called or place in labels for _, place in places):
        return None
    name, place = next(iter(places))
    return f"An answer of {told_by} names the account's own place ({name} {place}); the refused call went to {called}"


def _home_elsewhere(scene: Scene) -> Verdict:
    mine = scene.failing
    if mine is None or not mine.host or scene.own_log is None:
        return None
    if any(ok(e) for e in scene.on_path):
        return ""
    answered = [e for e in scene.found.around if e.file == mine.file and e.host and ok(e) and scene.before(e)]
    told = (elsewhere(e.text, e.host or "", mine.host, mine.path or "") for e in reversed(answered))
    return next((text for text in told if text), None)


def in_report(report: Report) -> Iterator[Finding]:
    """The same of the calls that are pasted, in their order."""
    for at, refused in enumerate(report.exchanges):
        where = split(refused.url)
        if refused.status != 401 or not where.hostname:
            continue
        for fine in report.exchanges[:at]:
            host = split(fine.url).hostname
            if host and (fine.status or 200) < 300 and (text := elsewhere(fine.body, host, where.hostname, where.path)):
                yield Finding(id="response.home_elsewhere", source="pasted", text=text, trust=TRUST["pasted"])
                return


CHECKS: dict[str, Check] = {"log.home_elsewhere": _home_elsewhere}
