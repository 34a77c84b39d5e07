"""What is said of a service, and how bad it is."""

import time
from dataclasses import replace
from typing import Any

import pytest

from bot.health.state import Endpoint, Keys, State, Trouble
from bot.probe.outcome import Certificate
from bot.spikes.watch.hours import LastDay
from bot.status import Incident, ServiceStatus, Share, Status

NOW = 1_800_000_000.0
GOOD = Endpoint(url="https://api.acme.test/", status=401, schemes=("Bearer",), clock_s=0.3)
KEYS = Keys(address="https://id.acme.test/keys", keys=(("one", "1"),))


def status(endpoint: Endpoint = GOOD, keys: Keys | None = KEYS, seen: float = NOW - 30, **more: Any) -> ServiceStatus:
    state = State(at=seen, endpoints=(endpoint,), keys=keys)
    return ServiceStatus(name="acme", at=NOW, state=state, **more)


def said(one: ServiceStatus) -> dict[str, tuple[str, str]]:
    return {row.id: (row.level, row.text) for row in one.rows}


def certificate(days: float) -> Endpoint:
    return Endpoint(url="https://api.acme.test/", status=401, certificate=Certificate("ab", NOW + days * 86400))


def trouble(rounds: int, **more: Any) -> Trouble:
    return Trouble(text="api.acme.test refused the connection", since=NOW - 600, rounds=rounds, **more)


def failing(rounds: int, **more: Any) -> Endpoint:
    return Endpoint(url="https://api.acme.test/", trouble=trouble(rounds, **more))


def test_before_the_first_look_nothing_is_claimed() -> None:
    one = ServiceStatus(name="acme", at=NOW)
    assert one.level == "unknown"
    assert {text for _, text in said(one).values()} == {"not looked at yet", "not watched"}
    assert Status(at=NOW).level == "unknown"


def test_what_was_seen_too_long_ago_says_nothing_of_now() -> None:
    one = status(failing(5), seen=NOW - 3600)
    assert said(one)["endpoint"] == ("unknown", "not looked at since 2027-01-15 07:00 UTC")
    assert (one.level, one.answers_as_expected, one.keys_reachable) == ("unknown", None, None)


@pytest.mark.parametrize(
    ("one", "row", "level", "text"),
    [
        (status(), "endpoint", "ok", "answers as expected: 401 Bearer"),
        (
            status(failing(1)),
            "endpoint",
            "warning",
            "api.acme.test refused the connection, since 2027-01-15 07:50 UTC",
        ),
        (status(failing(2)), "endpoint", "bad", "api.acme.test refused the connection, since 2027-01-15 07:50 UTC"),
        (status(failing(9, kind="unasked")), "endpoint", "unknown", "api.acme.test refused the connection"),
        (status(), "keys", "ok", "1 key at https://id.acme.test/keys"),
        (status(keys=None), "keys", "unknown", "no provider is named"),
        (status(keys=Keys(address="x")), "keys", "bad", "0 keys at x"),
        (status(), "clock", "ok", "as here, within 2 s"),
        (status(Endpoint(url="x", clock_s=-6.0)), "clock", "warning", "6 s behind the clock here"),
        (status(Endpoint(url="x", clock_s=3600.0)), "clock", "bad", "3,600 s ahead of the clock here"),
        (status(certificate(60)), "certificate", "ok", "60 days left, until 2027-03-16"),
        (status(certificate(13)), "certificate", "warning", "13 days left, until 2027-01-28"),
        (status(certificate(2)), "certificate", "bad", "2 days left, until 2027-01-17"),
        (status(certificate(-1)), "certificate", "bad", "ended on 2027-01-14"),
    ],
)
def test_each_thing_is_judged(one: ServiceStatus, row: str, level: str, text: str) -> None:
    assert said(one)[row] == (level, text)


def share(now: float, usual: float, total: int, age: float = 30, **more: Any) -> Share:
    bad = round(now * total)
    return Share(at=NOW - age, now=now, usual=usual, total=total, unauthorized=bad, lag_s=1.0, **more)


@pytest.mark.parametrize(
    ("counted", "level"),
    [
        (share(0.02, 0.02, 1000), "ok"),
        (share(0.04, 0.02, 100), "ok"),  # too few to tell
        (share(0.3, 0.29, 1000), "ok"),  # a log-in route, as always
        (share(0.32, 0.02, 200), "warning"),
        (share(0.32, 0.02, 200, age=3600), "unknown"),
    ],
)
def test_the_share_is_held_against_the_usual_one(counted: Share, level: str) -> None:
    assert said(status(share=counted))["share"][0] == level


DAY = LastDay(hours=24, total=19_600, unauthorized=412)


@pytest.mark.parametrize(
    ("day", "counted", "level", "text"),
    [
        (DAY, share(0.02, 0.02, 1000), "ok", "last day 2.1_% (412 of 19,600), now 2.0_%, usual 2.0_%"),
        (
            replace(DAY, hours=3),
            share(0.02, 0.02, 1000),
            "ok",
            "last 3 hours 2.1_% (412 of 19,600), now 2.0_%, usual 2.0_%",
        ),
        (
            LastDay(hours=1, total=200, unauthorized=64),
            share(0.32, 0.02, 200, learning=True),  # nothing to hold it against
            "unknown",
            "last hour 32.0_% (64 of 200), now 32.0_%, still learning what is usual",
        ),
        (DAY, share(0.0, 0.02, 0), "unknown", "last day 2.1_% (412 of 19,600), no requests now, usual 2.0_%"),
        (
            LastDay(hours=24, total=0, unauthorized=0),
            share(0.0, 0.02, 0, learning=True),
            "unknown",
            "no requests in the last day, still learning what is usual",
        ),
        (None, share(0.02, 0.02, 1000), "ok", "now 2.0_%, usual 2.0_%"),
    ],
)
def test_the_last_day_is_told_beside_now_and_the_usual(
    day: LastDay | None, counted: Share, level: str, text: str
) -> None:
    assert said(status(share=counted, last_day=day))["share"] == (level, text.replace("_", "\u00a0"))


def test_the_worst_counts_and_an_open_incident_is_trouble() -> None:
    assert status().level == "ok"
    assert status(certificate(5)).level == "warning"
    assert status(incidents=(Incident("1", "401s x9"),)).level == "bad"
    good, bad = status(), status(failing(2))
    assert Status(at=time.time(), services=(good, bad)).level == "bad"
