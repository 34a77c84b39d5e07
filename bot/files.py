"""Fetches the files that people share with a message; they are read, redacted and forgotten, never stored."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

import aiohttp

from bot.intake.interface import Attachment
from bot.jobs import File
from bot.proxies import bypasses_proxy

LIMIT = 5 * 1024 * 1024
TIMEOUT_S = 20
HOSTS = {"files.slack.com", "slack-files.com"}

log = logging.getLogger(__name__)


async def fetch(file: File, *, token: str, api_url: str) -> Attachment | str:
    """The file, or a sentence on why it was left out. The token goes to the workspace's own file host only."""
    if file.size > LIMIT:
        return "A file that you shared is larger than 5 MB and was not read; paste the part that matters"
    if not _is_own(file.url, api_url):
        return "A file that you shared is not kept by Slack and was not fetched; upload it instead"
    try:
        data = await _get(file.url, token)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        log.warning("a file could not be fetched (%s)", type(error).__name__)
        data = None
    if data is None:
        return "A file that you shared could not be fetched; paste its text instead"
    return Attachment(file.name, data)


def _is_own(url: str, api_url: str) -> bool:
    """Slack's file host over TLS; with a stand-in, the very origin of its Web API."""
    try:
        asked, api = urlsplit(url), urlsplit(api_url)
        same = (asked.scheme, asked.hostname, asked.port) == (api.scheme, api.hostname, api.port)
    except ValueError:
        return False
    return same or (asked.scheme == "https" and asked.hostname in HOSTS and asked.port in (None, 443))


async def _get(url: str, token: str) -> bytes | None:
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(timeout=timeout, trust_env=not bypasses_proxy(url)) as session,
        # A redirect would carry the token elsewhere, or lead to a page that asks to sign in.
        session.get(url, headers=headers, allow_redirects=False) as answer,
    ):
        if answer.status != 200:
            return None
        data = bytearray()
        async for chunk in answer.content.iter_chunked(65536):
            data += chunk
            if len(data) > LIMIT:
                return None
        return bytes(data)
