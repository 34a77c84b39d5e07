"""Slack's OAuth v2 installation flow, as slack-bolt runs it, over our stores and with our pages.

Source: docs.slack.dev/authentication/installing-with-oauth.
"""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urljoin

import aiohttp
from redis.asyncio import Redis
from redis.exceptions import RedisError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot import audit
from bot.install import pages
from bot.install.states import LIFE_S, States
from bot.install.store import Installations, holder
from bot.proxies import bypasses_proxy
from bot.settings import Settings
from bot.slack import TIMEOUT_S, RefusedError, UnclearError, explain

SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "im:history",
    "im:write",
    "reactions:write",
    "usergroups:read",
    "users:read",
)
"""What the bot may do in a workspace: the manifest's scopes."""

log = logging.getLogger(__name__)
quiet = logging.getLogger("locksmith.bolt")


class Client(AsyncWebClient):
    """Calls Slack without a token of its own, once: a code and a refresh token are good for one use.

    Raises RefusedError or UnclearError where the SDK's flow would make one of both.
    """

    def __init__(self, api_url: str) -> None:
        super().__init__(base_url=api_url, timeout=TIMEOUT_S, logger=quiet)
        if bypasses_proxy(api_url):
            self.proxy = None

    async def api_call(self, *args: Any, **kwargs: Any) -> AsyncSlackResponse:
        """As the SDK's. Raises RefusedError or UnclearError."""
        try:
            return await super().api_call(*args, **kwargs)
        except SlackApiError as error:
            explain(error)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise UnclearError(type(error).__name__) from None


class Flow(AsyncOAuthFlow):
    """Both of its steps answer a page in any case."""

    def __init__(self, settings: AsyncOAuthSettings, redis: Redis, api_url: str) -> None:
        super().__init__(client=Client(api_url), logger=quiet, settings=settings)
        self._redis = redis

    async def handle_installation(self, request: AsyncBoltRequest) -> BoltResponse:
        """The page that begins an installation, with a state that is bound to the browser by a cookie."""
        try:
            response = await super().handle_installation(request)
            response.headers.update({name.lower(): [value] for name, value in pages.HEADERS.items()})
            return response
        except (RedisError, OSError):
            return _failed("storage_error", 503, self.install_path)

    async def handle_callback(self, request: AsyncBoltRequest) -> BoltResponse:
        """What Slack sends the browser back to."""
        try:
            return await super().handle_callback(request)
        except RefusedError as error:
            log.error("an installation failed: Slack refuses its code (%s)", error.code)
            return _failed("refused", 400, self.install_path)
        except UnclearError as error:
            log.error("an installation failed: Slack does not answer (%s)", error)
            return _failed("unclear", 503, self.install_path)
        except (RedisError, OSError) as error:
            log.error("an installation failed: the store does not answer (%s)", type(error).__name__)
            return _failed("storage_error", 503, self.install_path)

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:
        """Ours, without pictures from elsewhere."""
        return pages.begin(url)

    async def store_installation(self, request: AsyncBoltRequest, installation: Installation) -> None:
        """Keep it, and who installed it."""
        one = holder(installation.to_bot())
        await audit.record(self._redis, team=one, user=installation.user_id, action="install", about=one)
        await super().store_installation(request, installation)


def flow(settings: Settings, redis: Redis, installations: Installations) -> Flow:
    """The flow for the app that the settings name."""
    given = AsyncOAuthSettings(
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        scopes=SCOPES,
        user_scopes=(),
        authorization_url=urljoin(settings.slack_api_url, "../oauth/v2/authorize"),
        installation_store=installations,
        installation_store_bot_only=True,
        state_store=States(redis),
        state_expiration_seconds=LIFE_S,
        callback_options=AsyncCallbackOptions(success=_succeeded, failure=_not_succeeded),
        logger=quiet,
    )
    return Flow(given, redis, settings.slack_api_url)


async def _succeeded(args: AsyncSuccessArgs) -> BoltResponse:
    cookie = args.settings.state_utils.build_set_cookie_for_deletion()
    made = args.installation
    page = pages.done((made.enterprise_name if made.is_enterprise_install else made.team_name) or "")
    return BoltResponse(status=200, body=page, headers={**pages.HEADERS, "Set-Cookie": cookie})


async def _not_succeeded(args: AsyncFailureArgs) -> BoltResponse:
    return _failed(args.reason, args.suggested_status_code, args.settings.install_path)


def _failed(reason: str, status: int, install_path: str) -> BoltResponse:
    return BoltResponse(status=status, body=pages.failed(reason, install_path), headers=dict(pages.HEADERS))
