"""Services are looked at over real sockets, and what changes about them is written down once."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from redis.asyncio import Redis

from bot.health import watch
from bot.health.state import State, load, save
from bot.leader import Leader
from bot.probe.keys import Cache
from bot.spikes import change_log
from tests.health.conftest import Acme, context

ENDS = datetime.now(UTC) + timedelta(days=10)


async def looked(redis: Redis, acme: Acme, cacert: Path | None = None, **more: str) -> State:
    service = acme.service(**more)
    await watch.watch(redis, service, acme.policy(cacert), Cache())
    state = await load(redis, service.name)
    assert state is not None
    return state


async def told(redis: Redis) -> list[tuple[str, str]]:
    return [(c.kind, c.text) for c in await change_log.recent(redis, "orders", 0)]


async def test_a_look_sees_endpoint_keys_and_clock(redis: Redis, acme: Acme) -> None:
    state = await looked(redis, acme)
    (endpoint,) = state.endpoints
    assert (endpoint.url, endpoint.status, endpoint.schemes) == (f"{acme.base}/v1/orders", 401, ("Bearer",))
    assert endpoint.trouble is None
    assert endpoint.clock_s is not None
    assert state.keys is not None
    assert [kid for kid, _ in state.keys.keys] == ["3f2a"]
    assert (state.keys.issuer, state.keys.trouble) == (acme.base, None)
    assert sorted(acme.asked) == ["/jwks", "/v1/orders"]
    assert await told(redis) == []


async def test_a_rotated_key_is_a_change_of_the_time_when_it_was_rotated(redis: Redis, acme: Acme) -> None:
    await looked(redis, acme)
    acme.kids = {"9c1d": "AQAC"}
    await looked(redis, acme)
    await looked(redis, acme)
    (change,) = await change_log.recent(redis, "orders", 0)
    assert (change.kind, change.text) == ("key_rotation", "kid 3f2a vanished; kid 9c1d is new")
    assert abs(change.at - time.time()) < 60


async def test_another_key_under_the_same_kid_is_a_change(redis: Redis, acme: Acme) -> None:
    await looked(redis, acme)
    acme.kids = {"3f2a": "AQAC"}
    await looked(redis, acme)
    assert await told(redis) == [("key_rotation", "kid 3f2a holds another key")]


async def test_keys_out_of_reach_are_told_when_they_stay_so_and_a_rotation_meanwhile_is_seen(
    redis: Redis, acme: Acme
) -> None:
    await looked(redis, acme)
    acme.jwks_status = 503
    first = await looked(redis, acme)
    assert await told(redis) == []
    second = await looked(redis, acme)
    assert await told(redis) == [("outage", f"{acme.base}/jwks answers 503")]
    assert first.keys and second.keys and first.keys.trouble and second.keys.trouble
    assert second.keys.trouble.since == first.keys.trouble.since
    acme.jwks_status, acme.kids = 200, {"9c1d": "AQAC"}
    assert (await looked(redis, acme)).keys.trouble is None  # type: ignore[union-attr]
    assert sorted(await told(redis))[0] == ("key_rotation", "kid 3f2a vanished; kid 9c1d is new")


async def test_an_endpoint_that_opens_or_asks_for_something_else_is_told(redis: Redis, acme: Acme) -> None:
    await looked(redis, acme)
    acme.challenge = "Basic"
    await looked(redis, acme)
    acme.status = 200
    for _ in range(3):
        state = await looked(redis, acme)
    url = f"{acme.base}/v1/orders"
    assert sorted(await told(redis)) == [
        ("configuration", f"{url} answers 200, 401 expected"),
        ("configuration", f"{url} asks for Basic, before for Bearer"),
    ]
    assert state.endpoints[0].trouble is not None
    assert state.endpoints[0].trouble.rounds == 3


async def test_a_service_that_is_gone_keeps_what_was_known_of_it(redis: Redis) -> None:
    acme = Acme()
    async with acme.serving():
        await looked(redis, acme)
    state = await looked(redis, acme)
    (endpoint,) = state.endpoints
    assert endpoint.status == 401
    assert endpoint.trouble is not None
    assert endpoint.trouble.text == f"127.0.0.1:{acme.port} refused the connection"


async def test_a_replaced_certificate_is_told_with_its_end(redis: Redis, tmp_path: Path) -> None:
    authority, acme = trustme.CA(), Acme()
    trusted = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(trusted))
    for _ in range(2):
        async with acme.serving(context(authority, ENDS)):
            state = await looked(redis, acme, trusted)
    found = state.endpoints[0].certificate
    assert found is not None
    assert 9 < (found.ends - time.time()) / 86400 < 10
    ((kind, text),) = await told(redis)
    assert kind == "certificate"
    assert text.startswith(f"the certificate at {acme.base}/v1/orders was replaced; the new one ends {ENDS:%Y-%m-%d}")


async def test_what_our_own_rules_forbid_is_not_asked_and_no_outage(redis: Redis, acme: Acme) -> None:
    for _ in range(3):
        state = await looked(redis, acme, check="http://169.254.169.254/latest")
    troubles = [e.trouble for e in state.endpoints if e.trouble and e.trouble.kind == "unasked"]
    assert "was not asked" in troubles[0].text
    assert "/v1/orders" not in acme.asked
    assert not [kind for kind, text in await told(redis) if "169.254" in text]


async def test_what_another_version_kept_is_begun_anew(redis: Redis, acme: Acme) -> None:
    await looked(redis, acme)
    await redis.set("{locksmith}:health:orders", '{"at": 1, "odd": []}')
    acme.kids = {"9c1d": "AQAC"}
    await redis.set("{locksmith}:health:orders", "no JSON")
    await looked(redis, acme)
    assert await told(redis) == []


async def test_one_leads_at_a_time(redis: Redis) -> None:
    one, other = Leader(redis, "health", 30), Leader(redis, "health", 30)
    assert [await one.hold(), await other.hold(), await one.hold()] == [True, False, True]
    await other.leave()
    assert not await other.hold()
    await one.leave()
    assert await other.hold()


async def test_another_process_takes_over_when_the_one_that_looks_dies(
    redis: Redis, acme: Acme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "EVERY_S", 0.05)
    dead, stop = Leader(redis, "health", 0.3), asyncio.Event()
    assert await dead.hold()
    keeping = asyncio.create_task(watch.keep(redis, [acme.service()], acme.policy(), stop))
    await asyncio.wait_for(acme.reached.wait(), 60)
    assert not await dead.hold()
    stop.set()
    await keeping
    assert await dead.hold()


async def test_a_bug_in_a_look_is_not_hidden(redis: Redis, acme: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> State:
        raise KeyError("bug")

    monkeypatch.setattr(watch, "look", broken)
    with pytest.raises(KeyError):
        await watch.keep(redis, [acme.service()], acme.policy(), asyncio.Event())


async def test_state_survives_a_round_trip(redis: Redis, acme: Acme) -> None:
    state = await looked(redis, acme)
    await save(redis, "again", state)
    assert await load(redis, "again") == state
    assert await load(redis, "never") is None
