"""The way to Slack's Web API: which calls may be repeated, and what a failure means."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import UsageError
from bot.proxies import bypasses_proxy

TIMEOUT_S = 10
BUSY = {"ratelimited", "rate_limited"}
TROUBLE = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", *BUSY}
"""Errors with which Slack says that the fault is its own: the call may have been carried out all the same."""

quiet = logging.getLogger("locksmith.slack")
"""For the library, which tells of every retry."""


class RefusedError(Exception):
    """Slack said no, with this error code: asking again changes nothing."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Slack answered {code}")
        self.code = code


class UninstalledError(Exception):
    """The bot has no token for this workspace: the app was taken out of it, or was never in it."""

    def __init__(self, team: str, why: str = "the app is not installed there") -> None:
        super().__init__(f"workspace {team or '?'} cannot be served: {why}")


class UnclearError(Exception):
    """Slack did not answer, or answered with its own trouble: the call may have been carried out or not."""

    def __init__(self, text: str, *, late: bool = False) -> None:
        super().__init__(text)
        self.late = late
        """Whether the call went out and no answer came in time: most likely it was carried out."""


class BusyError(UnclearError):
    """Slack was asked too often (429), and did nothing."""


@dataclass(frozen=True, slots=True)
class Slack:
    """One workspace's bot: its clients and who it is there."""

    calls: AsyncWebClient
    """For calls that may be repeated: it retries on rate limits, 5xx and broken connections."""
    posts: AsyncWebClient
    """For posting: it retries only when Slack says that it did nothing (429)."""
    once: AsyncWebClient
    """For what may be left out: it retries nothing, so that no answer waits for it."""
    team: str
    user: str
    """The bot's user id."""
    bot: str
    """The bot's own id (B…), by which some of its messages are known."""
    name: str = ""
    organisation: str = ""
    """The id of the Enterprise organisation that the workspace belongs to."""


class _Client(AsyncWebClient):
    """Sends the arguments of every call in the body of a POST, which Slack takes for all of its methods.

    The SDK writes those of some into the address: there proxies log them, and not every server that stands in for
    Slack looks for them there or takes a GET at all.
    """

    async def api_call(
        self, api_method: str, *, http_verb: str = "POST", params: dict[str, Any] | None = None, **rest: Any
    ) -> AsyncSlackResponse:
        """As the SDK's."""
        if not params or any(rest.get(kind) is not None for kind in ("data", "json", "files")):
            return await super().api_call(api_method, params=params, **rest)
        # As the SDK writes them into an address.
        body = {name: str(int(value)) if isinstance(value, bool) else value for name, value in params.items()}
        return await super().api_call(api_method, data=body, **rest)


def client(token: str, api_url: str, handlers: Sequence[AsyncRetryHandler], team: str = "") -> AsyncWebClient:
    """A Web API client that honours the API's base address. `team` is told in every call."""
    made = _Client(
        token=token, base_url=api_url, timeout=TIMEOUT_S, retry_handlers=[*handlers], logger=quiet, team_id=team or None
    )
    if bypasses_proxy(api_url):
        made.proxy = None
    return made


async def sign_in(token: str, api_url: str) -> Slack:
    """Who the token is (auth.test). Raises RefusedError or UnclearError, and UsageError when it does not say who."""
    calls = client(token, api_url, _repeating())
    who = await ask(calls.auth_test())
    if not who.get("user_id"):
        raise UsageError(
            f"SLACK_API_URL: {api_url} answers auth.test without a user_id, so that I do not know who I am there; "
            "check the address"
        )
    return workspace(
        token,
        api_url,
        team=who.get("team_id") or "",
        user=who["user_id"],
        bot=who.get("bot_id") or "",
        name=who.get("user") or "",
        organisation=who.get("enterprise_id") or "",
    )


def workspace(
    token: str,
    api_url: str,
    *,
    team: str,
    user: str,
    bot: str,
    name: str = "",
    organisation: str = "",
    org_wide: bool = False,
) -> Slack:
    """A workspace's bot, of whom everything is known. Arguments as in `Slack`.

    `org_wide`: the token is the whole organisation's, so that calls have to say which workspace they mean.
    """
    meant = team if org_wide and team != organisation else ""
    calls, posts, once = (client(token, api_url, retry, meant) for retry in (_repeating(), [_patient()], []))
    return Slack(calls, posts, once, team, user, bot, name, organisation)


def _patient() -> AsyncRetryHandler:
    return AsyncRateLimitErrorRetryHandler(max_retry_count=5)


def _repeating() -> list[AsyncRetryHandler]:
    broken = AsyncConnectionErrorRetryHandler(max_retry_count=2), AsyncServerErrorRetryHandler(max_retry_count=2)
    return [_patient(), *broken]


async def ask(call: Awaitable[Any]) -> dict[str, Any]:
    """What Slack answered. Raises RefusedError or UnclearError."""
    try:
        answer = await call
    except SlackApiError as error:
        explain(error)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        late = isinstance(error, TimeoutError) and not isinstance(error, aiohttp.ConnectionTimeoutError)
        raise UnclearError(type(error).__name__, late=late) from None
    except AttributeError:
        # The SDK takes the words of a page for JSON when a proxy answers with one, as plain text and with status 200.
        raise UnclearError("an answer that is no JSON") from None
    return dict(answer.data)


def explain(error: SlackApiError) -> NoReturn:
    """Raise the RefusedError or UnclearError that the SDK's error stands for."""
    answer = error.response
    status = getattr(answer, "status_code", None) or getattr(answer, "status", None) or 0
    data = getattr(answer, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    if status == 429 or code in BUSY:
        raise BusyError(str(code or "HTTP 429")) from None
    if code and status < 500 and code not in TROUBLE:
        raise RefusedError(str(code)) from None
    raise UnclearError(str(code or f"HTTP {status}")) from None
