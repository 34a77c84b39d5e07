"""How events and interactions reach the bot: signed HTTP, or Socket Mode while a socket is open.

Source: docs.slack.dev/apis/events-api (retries), .../verifying-requests-from-slack, .../using-socket-mode.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Coroutine
from typing import Any, Literal
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from bot.workspace.envelopes import event_callback, in_organisation, in_team, with_mention
from bot.workspace.messages import Json
from bot.workspace.state import State

Kind = Literal["events_api", "interactive", "slash_commands"]


DEFAULT_EVENTS = frozenset(
    {"app_home_opened", "app_mention", "app_uninstalled", "message.channels", "message.im", "tokens_revoked"}
)


class DeliveryError(Exception):
    """The bot did not take it; the text is Slack's reason: http_timeout, http_error or connection_failed."""


class Delivery:
    """Carries what happens in the workspace to the bot. Retries events; interactions are tried once."""

    def __init__(self, state: State, signing_secret: str, retry_delays: tuple[float, ...], ack_timeout: float) -> None:
        self.state = state
        self.signing_secret = signing_secret
        self.retry_delays = retry_delays
        self.ack_timeout = ack_timeout
        self.subscribed = DEFAULT_EVENTS
        self.request_url: str | None = None
        self.sockets: list[web.WebSocketResponse] = []
        self.session: aiohttp.ClientSession | None = None
        self.waiting: dict[str, asyncio.Future[Json]] = {}
        self.answers: list[Json] = []
        """What acknowledgements over sockets carried; the first one of an envelope counts."""
        self.tasks: set[asyncio.Task[None]] = set()
        self._turn = 0

    @property
    def connected(self) -> bool:
        """Whether there is a bot to deliver to."""
        return bool(self.sockets or self.request_url)

    def tell(self, event: Json, channel: str) -> None:
        """Deliver an event in the background, and its mention."""
        for each in with_mention(event):
            if _subscription(each) not in self.subscribed:
                continue
            envelope = event_callback(each, self.state.new_id("Ev"), self.state.clock())
            for _ in range(self.state.controls.deliveries if self.connected else 0):
                self.start(self._insist(envelope))

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run in the background until `close`."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def close(self) -> None:
        """Stop delivering."""
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for socket in list(self.sockets):
            await socket.close()
        if self.session:
            await self.session.close()

    async def send(self, kind: Kind, payload: Json, retry: tuple[int, str] = (0, "")) -> Json:
        """Deliver once and return what the bot acknowledged with. Raises DeliveryError."""
        payload = in_team(payload, self.state.team)
        payload = in_organisation(payload) if self.state.organisation else payload
        if self.sockets:
            return await self._by_socket(kind, payload, retry)
        if self.request_url:
            return await self._by_http(self.request_url, kind, payload, retry)
        raise DeliveryError("no_bot")

    async def _insist(self, envelope: Json) -> None:
        retry = (0, "")
        for delay in (*self.retry_delays, None):
            try:
                await self.send("events_api", envelope, retry)
            except DeliveryError as error:
                if delay is None:
                    return
                await asyncio.sleep(delay)
                retry = (retry[0] + 1, str(error))
            else:
                return

    async def _by_http(self, url: str, kind: Kind, payload: Json, retry: tuple[int, str]) -> Json:
        self.session = self.session or aiohttp.ClientSession()
        body, content_type = _encoded(kind, payload)
        headers = {"Content-Type": content_type, **self._signature(body), **_retry_headers(retry)}
        wait = aiohttp.ClientTimeout(total=self.ack_timeout)
        try:
            async with self.session.post(url, data=body.encode(), headers=headers, timeout=wait) as answer:
                text = await answer.text()
                status = answer.status
        except TimeoutError:
            raise DeliveryError("http_timeout") from None
        except aiohttp.ClientError:
            raise DeliveryError("connection_failed") from None
        if status != 200:
            raise DeliveryError("http_error")
        return _acknowledged(text)

    def _signature(self, body: str) -> dict[str, str]:
        # The bot compares with its own clock, so this is the real time even where the workspace's clock is set by hand.
        now = str(int(time.time()))
        base = f"v0:{now}:{body}".encode()
        digest = hmac.new(self.signing_secret.encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": f"v0={digest}"}

    async def _by_socket(self, kind: Kind, payload: Json, retry: tuple[int, str]) -> Json:
        envelope_id = self.state.new_id("en")
        envelope: Json = {"envelope_id": envelope_id, "type": kind, "payload": payload}
        envelope |= {"accepts_response_payload": kind != "events_api"}
        envelope |= {"retry_attempt": retry[0], "retry_reason": retry[1]} if kind == "events_api" else {}
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self.waiting[envelope_id] = future
        try:
            for socket in self._chosen():
                await socket.send_json(envelope)
            return await asyncio.wait_for(future, self.ack_timeout)
        except TimeoutError:
            raise DeliveryError("http_timeout") from None
        except ConnectionError:
            raise DeliveryError("connection_failed") from None
        finally:
            del self.waiting[envelope_id]

    def _chosen(self) -> list[web.WebSocketResponse]:
        if self.state.controls.every_socket:
            return list(self.sockets)
        self._turn += 1
        return [self.sockets[self._turn % len(self.sockets)]]


def _subscription(event: Json) -> str:
    """The name that an event goes by in a manifest's `bot_events`."""
    if event["type"] != "message":
        return str(event["type"])
    return "message.im" if event["channel_type"] == "im" else "message.channels"


def _encoded(kind: Kind, payload: Json) -> tuple[str, str]:
    if kind == "events_api":
        return json.dumps(payload), "application/json"
    fields = {"payload": json.dumps(payload)} if kind == "interactive" else payload
    return urlencode(fields), "application/x-www-form-urlencoded"


def _retry_headers(retry: tuple[int, str]) -> dict[str, str]:
    number, reason = retry
    return {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason} if number else {}


def _acknowledged(text: str) -> Json:
    """What an acknowledgement says: nothing, JSON, or plain text that is shown to the person."""
    if not text.strip():
        return {}
    try:
        said = json.loads(text)
    except ValueError:
        return {"text": text}
    return said if isinstance(said, dict) else {"text": text}
