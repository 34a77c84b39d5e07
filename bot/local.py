"""A workspace of its own to try the bot in: a page that looks like Slack, and a demo service to be locked out of."""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from cryptography.fernet import Fernet

from bot import app, embedded, services, store
from bot.errors import UsageError, reason
from bot.settings import Settings
from bot.workspace.demo import demo_services, running_demo
from bot.workspace.people import HELP_API, HELP_PARTNERS, SUPPORT
from bot.workspace.server import create_app, running, serving
from bot.workspace.several import another
from bot.workspace.workspace import Workspace

ALREADY = "a local workspace is open from this folder already; use it, end it, or set LOCKSMITH_DATA to another"


async def run(settings: Settings, stop: asyncio.Event, *, port: int, demo_port: int) -> None:
    """Open the workspace and the demo on loopback, and run the bot in them until `stop` is set. Ports: 0 is any."""
    data = settings.data / "local"
    embedded.folder(data)
    async with AsyncExitStack() as stack:
        stack.enter_context(_alone(data))
        workspace = Workspace(manifest=_manifest())
        page = await _opened(stack, running(workspace, port), f"--port {port}")
        demo = await _opened(stack, running_demo(data, workspace_url=page, port=demo_port), f"--demo-port {demo_port}")
        second = another(workspace, "TSECOND001", "Second workspace")
        second_page = await stack.enter_async_context(serving(create_app(second)))
        workspace.demo_url = second.demo_url = demo
        inside = _settings(settings, workspace, data, demo)
        await _forget(inside)
        await app.run(inside, stop, announce=_announce(workspace, page, demo, second_page))


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One workspace a folder: a second one would empty the database of the first, and take its work."""
    with (data / "workspace.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(f"{data}: {ALREADY}") from None
        yield


async def _opened(stack: AsyncExitStack, server: AbstractAsyncContextManager[str], where: str) -> str:
    try:
        return await stack.enter_async_context(server)
    except OSError as error:
        raise UsageError(f"{where}: cannot be listened on ({reason(error)}); give another") from None


def _manifest() -> dict[str, Any]:
    """The app's manifest, so that the workspace offers the command and sends what Slack would; a wheel has none."""
    file = Path(__file__).parents[1] / "manifest.yaml"
    return dict(yaml.safe_load(file.read_text(encoding="utf-8"))) if file.is_file() else {}


def _settings(settings: Settings, workspace: Workspace, data: Path, demo: str) -> Settings:
    """The operator's settings, with this workspace as Slack and the demo among the services."""
    file = data / "services.yaml"
    file.write_text(yaml.safe_dump({"services": demo_services(demo, data.resolve())}, sort_keys=False))
    return replace(
        settings,
        slack_token=workspace.bot_token,
        client_id=workspace.client_id,
        client_secret=workspace.client_secret,
        encryption_keys=(Fernet.generate_key().decode(),),  # for this run: what is kept of it is forgotten
        signing_secret=workspace.signing_secret,
        app_token="",
        slack_api_url=f"{workspace.state.base_url}/api/",
        redis_url="",
        host="127.0.0.1",
        port=0,
        services=(*settings.services, *services.load(file)),
        support_channels=(HELP_API, HELP_PARTNERS),
        engineers=(SUPPORT,),
        data=data,
    )


async def _forget(settings: Settings) -> None:
    """The workspace begins empty, so what was kept of the last one would point nowhere."""
    async with store.connect(settings) as redis:
        await redis.flushdb()


def _announce(workspace: Workspace, page: str, demo: str, second_page: str) -> Callable[[str], None]:
    def announce(address: str) -> None:
        from rich.console import Console
        from rich.text import Text

        workspace.request_url = f"{address}/slack/events"
        workspace.redirect_url = f"{address}/slack/oauth_redirect"
        out = Console(highlight=False, soft_wrap=True)
        out.print(Text.assemble("A local workspace is open at ", (page, "bold cyan"), "  (Ctrl-C ends it)"))
        out.print("Try it:")
        out.print(
            Text.assemble("  1. Open ", (demo, "cyan"), ": ready-made ways to get a 401, each with a report to post.")
        )
        out.print(Text(f"  2. Or write in #help-api: getting 401 on {demo}/v1/orders since ten minutes"))
        out.print("  3. Act as Sam, a support engineer, and press “Show evidence” under the answer.")
        install, second = (f"{address}/slack/install", "cyan"), (second_page, "cyan")
        out.print(Text.assemble("  4. Install the bot in a second workspace at ", install, "; that one is ", second))

    return announce
