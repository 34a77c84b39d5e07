"""Changes come in over the signed webhook and the command line, and only so."""

import base64
import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot import webhook
from bot.cli import main
from bot.services import Service
from bot.settings import SETTINGS
from bot.spikes import change_log
from bot.spikes.model import Node
from tests.app.conftest import Running

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
SERVICES = (Service(name="billing", hosts=("billing.example.com",)),)


def signed(body: Any, id_: str = "msg_1", at: float | None = None, key: bytes = KEY) -> dict[str, Any]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp = str(int(time.time() if at is None else at))
    headers = {
        "webhook-id": id_,
        "webhook-timestamp": stamp,
        "webhook-signature": webhook.signature(key, id_, stamp, data),
    }
    return {"data": data, "headers": headers}


async def sent(address: str, message: dict[str, Any]) -> tuple[int, Any]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{address}/changes", data=io.BytesIO(message["data"]), headers=message.get("headers")) as answer,
    ):
        text = await answer.text()
        assert "\n" not in text.strip()
        return answer.status, json.loads(text) if answer.content_type == "application/json" else text


def test_the_signature_is_that_of_the_specification() -> None:
    # The example of the Standard Webhooks reference libraries.
    key = webhook.secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert key is not None
    made = webhook.signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_a_signed_change_is_kept_once(bot: Running, redis: Redis) -> None:
    told = {"text": "orders 4.12", "service": "billing", "route": "/v1/orders/{}"}
    told["at"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60))
    async with bot(changes_secret=SECRET, services=SERVICES) as address:
        assert await sent(address, signed(told, "deploy-17")) == (200, {"id": "deploy-17", "new": True})
        assert await sent(address, signed(told, "deploy-17")) == (200, {"id": "deploy-17", "new": False})
    (kept,) = await change_log.recent(redis, "billing", 0)
    assert (kept.kind, kept.text, kept.target) == ("deploy", "orders 4.12", Node(route="/v1/orders/{}"))
    assert abs(kept.at - (time.time() - 60)) < 30


async def test_what_is_not_signed_well_or_says_nonsense_is_refused_in_a_line(bot: Running, redis: Redis) -> None:
    good = {"text": "x"}
    async with bot(changes_secret=SECRET, services=SERVICES) as address:
        cases: list[tuple[dict[str, Any], int, str]] = [
            ({"data": b"{}"}, 401, "webhook-id, webhook-timestamp and webhook-signature"),
            (signed(good, key=b"other" * 8), 401, "webhook-signature: does not fit"),
            (signed(good, at=time.time() - 360), 401, "webhook-timestamp: differs by more than 5 minutes"),
            (signed(good, at=time.time() + 360), 401, "webhook-timestamp: differs by more than 5 minutes"),
            ({**signed(good), "data": b'{"text": "y"}'}, 401, "webhook-signature: does not fit"),
            (signed(b"[1"), 400, "the body: Invalid JSON"),
            (signed({"text": " "}), 400, "text: "),
            (signed({"text": "x", "kind": "party"}), 400, "kind: "),
            (signed({"text": "x", "servce": "billing"}), 400, "servce: is not known; known are text, kind"),
            (signed({"text": "x", "service": "biling"}), 400, "did you mean 'billing'?"),
            (signed({"text": "x", "at": "2020-01-01T00:00:00Z"}), 400, "at: lies more than 14 days back"),
            (signed({"text": "x", "at": time.time() + 900}), 400, "at: lies ahead"),
            (signed(b" " * (2**20 + 1)), 413, "too large"),
        ]
        for message, status, text in cases:
            found, body = await sent(address, message)
            assert (found, text in body["error"]) == (status, True), body
    assert await change_log.recent(redis, "billing", 0) == ()


async def test_without_a_secret_there_is_no_such_path(bot: Running) -> None:
    async with bot(services=SERVICES) as address:
        status, _ = await sent(address, signed({"text": "x"}))
        assert status == 404


@given(
    st.dictionaries(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), st.text()), st.binary()
)
def test_no_strangers_headers_pass_or_break_it(headers: dict[str, str], body: bytes) -> None:
    assert webhook.fault(KEY, headers, body, 1e9)


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    services = tmp_path / "services.yaml"
    services.write_text("services:\n- name: billing\n  hosts: [billing.example.com]\n")
    monkeypatch.setenv("LOCKSMITH_SERVICES", str(services))
    monkeypatch.setenv("LOCKSMITH_DATA", str(tmp_path / "data"))
    return monkeypatch.setenv


@pytest.mark.usefixtures("environ")
def test_the_command_keeps_a_change_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["change", "signing key rotated", "--service", "billing", "--kind", "key_rotation", "--id", "rot-3"]
    assert main(words) == 0
    assert capsys.readouterr().out.startswith("noted: key rotation of billing at ")
    assert main(words) == 0
    assert capsys.readouterr().out.startswith("known already: ")


@pytest.mark.usefixtures("environ")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["x", "--service", "biling"], "--service: 'biling' is no service of services.yaml; did you mean 'billing'?"),
        (["x", "--kind", "party"], "invalid choice"),
        (["x", "--at", "yesterday"], "is no moment"),
        (["x", "--at", "2020-01-01T00:00:00Z"], "--at: lies more than 14 days back"),
        (["x", "--user-agent", ""], "--user-agent: "),
        (["  "], "is empty"),
    ],
)
def test_the_command_refuses_in_a_line(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["change", *words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_a_bad_secret_is_told_without_showing_it(
    environ: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    environ("LOCKSMITH_CHANGES_SECRET", "hunter2hunter2")
    assert main(["change", "x"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "LOCKSMITH_CHANGES_SECRET: is not whsec_" in line
    assert "hunter2" not in line
