"""A real browser on the local workspace: as `locksmith run` opens it, or on one with a small bot made here."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.browser.window import Window

if TYPE_CHECKING:
    from playwright.async_api import Browser

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
HERE = Path(__file__).parent
SHOTS = os.environ.get("LOCKSMITH_SCREENSHOTS")
"""A folder: what the browser shows at the main steps is kept there."""


def _missing() -> str:
    """What a browser test lacks on this machine; empty when it can run. Nothing is downloaded."""
    if importlib.util.find_spec("playwright") is None:
        return "the Python package playwright is not installed"
    return "" if CHROMIUM else "no chromium is installed"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none, and say so once for each file."""
    if missing := _missing():
        for item in items:
            if item.path.parent == HERE:
                item.add_marker(pytest.mark.skip(reason=f"the browser test is skipped: {missing}"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        try:
            yield launched
        finally:
            await launched.close()


@pytest_asyncio.fixture(loop_scope="module")
async def window(browser: Browser) -> AsyncIterator[Window]:
    """A window of the size of a laptop's; it fails the test when the page's own scripts fail."""
    context = await browser.new_context(viewport={"width": 1280, "height": 820})
    page = await context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    yield Window(page, Path(SHOTS) if SHOTS else None)
    await context.close()
    assert not broken


@dataclass(frozen=True, slots=True)
class Program:
    """A running `locksmith run`."""

    workspace: str
    """The address of the local workspace."""
    demo: str
    """The address of the demo service."""
    data: Path
    """Where its state is: the folder of the embedded engine."""


@pytest_asyncio.fixture(loop_scope="module")
async def locksmith(tmp_path: Path) -> AsyncIterator[tuple[str, str]]:
    """`locksmith run` for one test alone: the addresses of the workspace and of the demo service."""
    async with running(tmp_path / "data") as program:
        yield program.workspace, program.demo


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def program(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    """`locksmith run` for all the stories of a file, which keep out of each other's way."""
    async with running(tmp_path_factory.mktemp("program")) as program:
        yield program


@asynccontextmanager
async def running(data: Path) -> AsyncIterator[Program]:
    """`locksmith run` in a process and a folder of its own."""
    environ = {"PATH": os.environ["PATH"], "LOCKSMITH_DATA": str(data)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout is not None
    told = ""
    try:
        async with asyncio.timeout(60):
            while len(found := re.findall(r"(?:workspace is open at|Open) (http://127\.0\.0\.1:\d+)", told)) < 2:
                line = await process.stdout.readline()
                assert line, f"locksmith run ended: {told}"
                told += line.decode()
        yield Program(found[0], found[1], data / "local")
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.communicate()
