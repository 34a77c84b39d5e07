"""The demo refuses for real, in each of its ways, and its logs say why."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import jwt
import pytest
import yaml

from bot import services
from bot.spikes import counts_file
from bot.spikes.lines import Lines
from bot.spikes.templates import Templates
from bot.workspace.demo import Demo, create_demo, demo_services, history, log_folder, running_demo
from bot.workspace.demo_load import CALLERS, Load, write_history
from bot.workspace.demo_ways import BY_ID, WAYS
from bot.workspace.people import HELP_API, RITA
from bot.workspace.server import serving
from bot.workspace.workspace import Workspace

REASONS = {
    "expired": "Signature has expired",
    "audience": "Audience doesn't match",
    "none": "Authorization header missing",
    "doubled": "found more than two parts",
    "refresh": "Token type is refresh",
    "staging": "Unable to find a signing key",
    "cut": "Invalid crypto padding",
    "scope": "Missing scope orders:write",
    "key": "API key not found",
    "key_place": "X-API-Key header missing",
    "password": "Password mismatch for user 'rita'",
    "session": "Session not found or expired",
    "link_expired": "Signed URL expired",
    "link_cut": "Signed URL signature mismatch",
    "preflight": "Authorization header missing",
    "redirect": "Authorization header missing",
    "path": "Unsupported authorization scheme 'Bearer'",
}


class Visitor:
    """Somebody on the demo's page."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str, data_dir: Path) -> None:
        self.session, self.base_url, self.data_dir = session, base_url, data_dir

    async def post(self, path: str) -> dict[str, Any]:
        async with self.session.post(self.base_url + path) as answer:
            assert answer.status == 200, await answer.text()
            told: dict[str, Any] = await answer.json()
            return told

    def logged(self, request_id: str) -> tuple[str, dict[str, Any]]:
        folder = log_folder(self.data_dir)
        access = (folder / "access.log").read_text().splitlines()
        app = map(json.loads, (folder / "app.log").read_text().splitlines())
        return next(a for a in access if a.endswith(request_id)), next(a for a in app if a["request_id"] == request_id)


@pytest.fixture
async def visitor(workspace: Workspace, tmp_path: Path) -> AsyncIterator[Visitor]:
    async with (
        running_demo(tmp_path, workspace_url=workspace.state.base_url) as base_url,
        aiohttp.ClientSession() as session,
    ):
        yield Visitor(session, base_url, tmp_path)


async def test_every_way_is_refused_and_the_logs_say_why(visitor: Visitor) -> None:
    for way in WAYS:
        made = await visitor.post(f"/demo/try/{way.id}")
        status = 403 if way.id == "scope" else 401
        access, app = visitor.logged(made["request_id"])
        assert made["status"] == status, way.id
        assert f'" {status} ' in access
        assert REASONS[way.id] in app["reason"]


async def test_every_way_but_the_services_own_fault_can_be_mended_by_the_same_caller(visitor: Visitor) -> None:
    for way in WAYS:
        if way.id == "preflight":
            continue
        refused = await visitor.post(f"/demo/try/{way.id}")
        made = await visitor.post(f"/demo/mend/{way.id}")
        assert made["status"] == 200, way.id
        _, before = visitor.logged(refused["request_id"])
        _, after = visitor.logged(made["request_id"])
        assert before.get("user") in {None, after.get("user")}, way.id


async def test_a_challenge_tells_whether_something_arrived(visitor: Visitor) -> None:
    assert (await visitor.post("/demo/try/none"))["challenge"] == 'Bearer realm="demo"'
    assert 'error="invalid_token"' in (await visitor.post("/demo/try/expired"))["challenge"]
    assert 'error="invalid_request"' in (await visitor.post("/demo/try/doubled"))["challenge"]
    assert 'error="insufficient_scope"' in (await visitor.post("/demo/try/scope"))["challenge"]


async def test_good_credentials_get_in(visitor: Visitor) -> None:
    """A token that is refused for its scope alone is good elsewhere."""
    command = shlex.split((await visitor.post("/demo/try/scope"))["curl"])
    name, _, value = command[command.index("-H") + 1].partition(": ")
    async with visitor.session.get(f"{visitor.base_url}/v1/orders", headers={name: value}) as answer:
        assert (answer.status, "orders" in await answer.json()) == (200, True)
        assert answer.headers["X-Request-Id"].startswith("req_")


async def test_its_keys_check_its_tokens(visitor: Visitor) -> None:
    command = shlex.split((await visitor.post("/demo/try/expired"))["curl"])
    token = command[command.index("-H") + 1].partition("Bearer ")[2]
    async with visitor.session.get(f"{visitor.base_url}/.well-known/jwks.json") as answer:
        key = jwt.PyJWKSet.from_dict(await answer.json())[jwt.get_unverified_header(token)["kid"]]
    with pytest.raises(jwt.ExpiredSignatureError):
        jwt.decode(token, key.key, algorithms=["RS256"], audience="orders-api", issuer=visitor.base_url)


async def test_a_report_comes_from_rita_with_what_is_needed(workspace: Workspace, visitor: Visitor) -> None:
    made = await visitor.post("/demo/try/link_expired")
    await visitor.post(f"/demo/report?id={made['request_id']}")
    await visitor.post(f"/demo/report?id={made['request_id']}&pasted=1")
    plain, pasted = workspace.messages(HELP_API)
    assert plain.user == RITA
    assert made["request_id"] in plain.text
    assert made["url"].replace("&", "&amp;") in plain.text
    assert "```\ncurl -i" in pasted.text


def test_every_report_can_be_written() -> None:
    for way in BY_ID.values():
        for words in way.words:
            words.format(url="u", time="t", id="i", path="p")


async def test_the_services_entry_is_a_good_one(visitor: Visitor) -> None:
    path, port = visitor.data_dir / "services.yaml", int(visitor.base_url.rpartition(":")[2])
    path.write_text(yaml.safe_dump({"services": demo_services(visitor.base_url, visitor.data_dir)}))
    (service,) = services.load(path)
    assert services.service_for((service,), "localhost", port) == service
    logs = log_folder(visitor.data_dir)
    assert service.logs == (str(logs / "access.log"), str(logs / "app.log"))


async def test_a_key_rotated_under_load_refuses_callers_that_the_watcher_knows(tmp_path: Path) -> None:
    demo = Demo(tmp_path, "http://127.0.0.1:1")
    demo.load = Load(demo.keys, good_s=0.01, refused_s=0.01, again_s=0.01, pause_s=0.01)
    write_history(history(tmp_path), time.time())
    known = {count.cell for _, counts in counts_file.read(history(tmp_path)) for count in counts}
    async with serving(create_demo(demo), 0) as base_url, aiohttp.ClientSession(base_url) as session:
        demo.at(base_url)
        old = demo.keys.jwks()
        async with session.post("/demo/incident") as begun, session.post("/demo/incident") as again:
            assert (begun.status, again.status) == (200, 409)
        await demo.load.over()
        lines = demo.logs.access.read_bytes()
    taken = Lines(Templates()).read(lines, "access.log", datetime.now(UTC))
    assert {cell for _, cell in taken.answers} == known
    assert {refusal.caller.decode() for refusal in taken.refusals} == set(CALLERS)
    assert sum(taken.answers.values()) == 3 * len(taken.refusals)
    assert demo.keys.jwks() != old


async def test_the_log_holds_no_signature_and_no_forged_line(visitor: Visitor) -> None:
    made = await visitor.post("/demo/try/link_expired")
    signature = made["url"].rpartition("signature=")[2]
    agent = {"User-Agent": 'x" 200 1 "\\'}
    async with visitor.session.get(f"{visitor.base_url}/v1/orders", headers=agent) as answer:
        forged, _ = visitor.logged(answer.headers["X-Request-Id"])
    assert signature not in (log_folder(visitor.data_dir) / "access.log").read_text()
    assert forged.count('"') == 6
