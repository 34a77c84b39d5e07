"""The port for operators: status, JSON and metrics of the running bot, and the dashboard that asks for them."""

import asyncio
import json
import logging
import re
import socket
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families as families
from redis.asyncio import Redis

from bot import tally
from bot.health import watch
from bot.incidents.tell import tell
from bot.incidents.told import Told
from bot.probe.asked import ASKED
from bot.services import Service
from bot.spikes.model import Node
from bot.workspace.people import HELP_API, LOCKSMITH, RITA
from bot.workspace.workspace import Workspace
from tests.app.conftest import Running
from tests.health.conftest import Acme

ODD = Service(name="<b>odd</b>", hosts=("odd.invalid",), environment="staging")
KNOWN = Service(name="api", hosts=("api.example.com",))
REPORT = "@locksmith getting 401 on https://api.example.com/v1/orders since ten minutes"
SPIKE = Told(
    service="orders",
    incident="spike-1",
    at=int(time.time()),
    state="open",
    first_line="401s x14 on ios/5.2 (all routes) since 12:03 UTC, 42 vs 3.0 expected",
    node=Node(user_agent="ios/5.2"),
    onset=int(time.time()) - 300,
    observed=42,
    expected=3.0,
)
DASHBOARD = Path(__file__).parents[2] / "docs" / "grafana" / "locksmith.json"

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture(autouse=True)
def told(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


def address(told: pytest.LogCaptureFixture) -> str:
    """Where the running bot says that its pages are."""
    return str(re.findall(r"metrics are at (http://\S+)/status", told.text)[-1])


async def got(url: str, **headers: str) -> tuple[int, str, str]:
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, answer.headers.get("Content-Type", ""), await answer.text()


async def scraped(told: pytest.LogCaptureFixture) -> Samples:
    _, _, text = await got(f"{address(told)}/metrics")
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for f in families(text) for s in f.samples}


async def becomes(read: Callable[[], Awaitable[Any]], good: Callable[[Any], bool]) -> Any:
    async with asyncio.timeout(60):
        while True:
            if good(found := await read()):
                return found
            await asyncio.sleep(0.02)


async def test_a_report_is_counted_from_its_opening_to_its_end(
    bot: Running, workspace: Workspace, told: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "FLUSH_S", 0.05)
    ASKED.clear()  # of this process, in which other tests asked before

    async with bot(admin_port=0, services=(KNOWN,)):
        assert (await scraped(told))[("locksmith_cases_opened_total", ())] == 0
        ts = await workspace.post(RITA, HELP_API, REPORT)

        def answered() -> list[Any]:
            return [m for m in workspace.messages(HELP_API, ts) if m.user == LOCKSMITH and "Looking" not in m.text]

        (reply,) = await workspace.until(answered)
        now = await becomes(lambda: scraped(told), lambda s: s[("locksmith_answer_seconds_count", ())] == 1)
        assert now[("locksmith_cases_opened_total", ())] == 1
        assert now[("locksmith_answer_seconds_bucket", (("le", "+Inf"),))] == 1
        assert 0 < now[("locksmith_answer_seconds_sum", ())] < 60
        assert sum(v for (name, _), v in now.items() if name == "locksmith_answers_total") == 1
        # A name that cannot be resolved here is asked all the same.
        asked = await becomes(
            lambda: scraped(told), lambda s: sum(v for (n, _), v in s.items() if n == "locksmith_probes_total") > 0
        )
        assert asked[("locksmith_probes_total", (("outcome", "answered"),))] == 0
        for _ in range(2):
            await workspace.click(RITA, HELP_API, reply.ts, action_id="case_works")
        now = await becomes(lambda: scraped(told), lambda s: s[("locksmith_cases_solved_total", ())] > 0)
        await becomes(lambda: scraped(told), lambda s: s[("locksmith_queue_cases", ())] == 0)
        now = await scraped(told)
        assert now[("locksmith_cases_solved_total", ())] == 1
        assert now[("locksmith_dead_letters", ())] == 0


async def test_a_rotated_key_is_seen_by_the_running_bot_and_shown(
    bot: Running, told: pytest.LogCaptureFixture, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.health.look.FRESH_S", 0.0)
    monkeypatch.setattr(watch, "EVERY_S", 0.1)
    acme = Acme()
    async with acme.serving():
        hour = int(time.time()) // 3600 - 6
        share = {"at": time.time(), "now": 0.32, "usual": 0.02, "total": 200, "unauthorized": 64, "lag_s": 3.5}
        await redis.set("{locksmith}:share:orders", json.dumps(share))
        await redis.hset("{locksmith}:hours:orders", mapping={f"{hour}": 900, f"{hour}u": 18})
        async with bot(admin_port=0, services=(acme.service(), ODD)):

            async def shown() -> str:
                return (await got(f"{address(told)}/status"))[2]

            page = await becomes(shown, lambda text: "1 key at" in text)
            assert "answers as expected: 401 Bearer" in page
            assert re.search(r"last \d hours 2\.0\xa0% \(18 of 900\), now 32\.0\xa0%, usual 2\.0\xa0%", page)
            acme.kids = {"9c1d": "AQAC"}
            await becomes(shown, lambda text: "kid 3f2a vanished; kid 9c1d is new" in text)
            await tell(redis, SPIKE)
            await becomes(shown, lambda text: f"<li>{SPIKE.first_line}</li>" in text)
            _, _, text = await got(f"{address(told)}/status.json")
            orders = json.loads(text)["services"][0]
            assert orders["changes"][0]["kind"] == "key_rotation"
            assert orders["incidents"] == [{"id": "spike-1", "first_line": SPIKE.first_line}]
            assert orders["level"] == "bad"
            assert orders["checks"]["share"]["level"] == "warning"
            assert (orders["last_day"]["total"], orders["last_day"]["unauthorized"]) == (900, 18)
            assert orders["checks"]["endpoint"]["level"] == "ok"
            now = await scraped(told)
            assert now[("locksmith_endpoint_as_expected", (("service", "orders"),))] == 1
            assert now[("locksmith_open_incidents", (("service", "orders"),))] == 1
            assert now[("locksmith_unauthorized_ratio", (("service", "orders"),))] == 0.32
            assert now[("locksmith_detector_lag_seconds", (("service", "orders"),))] >= 3.5


async def test_the_page_needs_nothing_else_and_says_names_as_they_are(
    bot: Running, told: pytest.LogCaptureFixture
) -> None:
    async with bot(admin_port=0, working=False, services=(ODD,)):
        status, kind, page = await got(f"{address(told)}/status")
    assert (status, kind) == (200, "text/html; charset=utf-8")
    assert "&lt;b&gt;odd&lt;/b&gt;" in page
    assert "<b>" not in page
    assert not re.search(r"(src|href)=|url\(|@import|<script", page)
    assert "not watched" in page


async def test_what_operators_see_is_not_on_the_port_that_slack_reaches(
    bot: Running, told: pytest.LogCaptureFixture
) -> None:
    async with bot(admin_port=0) as public:
        for path in ("/status", "/status.json", "/metrics"):
            assert (await got(public + path))[0] == 404
            assert (await got(address(told) + path))[0] == 200
        for path in ("/healthz", "/readyz"):
            assert (await got(public + path))[0] == (await got(address(told) + path))[0] == 200
        assert (await got(f"{address(told)}/slack/events"))[0] == 404


async def test_a_port_that_is_taken_costs_only_the_pages(bot: Running, told: pytest.LogCaptureFixture) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with bot(admin_port=port) as public:
            assert (await got(f"{public}/readyz"))[0] == 200
    assert f"LOCKSMITH_ADMIN_PORT: 127.0.0.1:{port} cannot be listened on (Address already in use)" in told.text


async def test_without_a_store_the_pages_say_so(bot: Running, told: pytest.LogCaptureFixture, redis: Redis) -> None:
    async with bot(admin_port=0, working=False, services=(KNOWN,)):
        assert (await got(f"{address(told)}/status"))[0] == 200
        await redis.shutdown(nosave=True)
        assert (await got(f"{address(told)}/status"))[0] == 503
        assert (await got(f"{address(told)}/readyz"))[0] == 503
        now = await scraped(told)
        assert now[("locksmith_store_up", ())] == 0
        assert ("locksmith_cases_opened_total", ()) not in now


async def test_openmetrics_is_spoken_to_those_who_ask_for_it(bot: Running, told: pytest.LogCaptureFixture) -> None:
    async with bot(admin_port=0, working=False):
        _, kind, text = await got(f"{address(told)}/metrics", Accept="application/openmetrics-text; version=1.0.0")
    assert kind.startswith("application/openmetrics-text")
    assert text.endswith("# EOF\n")


async def test_every_query_of_the_dashboard_asks_for_what_is_exposed(
    bot: Running, told: pytest.LogCaptureFixture, redis: Redis
) -> None:
    share = {"at": time.time(), "now": 0.1, "usual": 0.1, "total": 2, "unauthorized": 1, "lag_s": 1}
    await redis.set("{locksmith}:share:api", json.dumps(share))
    async with bot(admin_port=0, working=False, services=(KNOWN,)):
        _, _, text = await got(f"{address(told)}/metrics")
    exposed = {name for f in families(text) for name in (f.name, *(s.name for s in f.samples))}
    labels = {label for f in families(text) for s in f.samples for label in s.labels} | {"job", "instance"}
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
    queries += [v["definition"] for v in dashboard["templating"]["list"] if v["type"] == "query"]
    assert len(queries) > 20
    asked = {name for query in queries for name in re.findall(r"\b(?:locksmith|process)_\w+", query)}
    assert asked <= exposed
    # Nothing of ours is exposed and shown nowhere; a histogram is shown by its parts.
    ours = {f.name for f in families(text) if f.name.startswith("locksmith_")}
    assert {name for name in ours if not any(query.startswith(name) for query in asked)} == set()
    used = {label for query in queries for label in re.findall(r"(\w+)(?:=~|=)\"", query)}
    used |= {n for q in queries for part in re.findall(r"(?:by|on) \(([^)]*)\)", q) for n in part.split(", ")}
    assert used <= labels | {"le"}
