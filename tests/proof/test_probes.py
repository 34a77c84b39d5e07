"""Faults whose end the bot's own requests show, asked of a real server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer

from bot.intake import read
from bot.investigate import investigate
from bot.probe.gate import Policy
from bot.proof.look import look
from bot.services import Service

ALLOWING = {
    "Access-Control-Allow-Origin": "https://app.example.com",
    "Access-Control-Allow-Headers": "authorization",
    "Access-Control-Allow-Methods": "GET",
}


class Door:
    """An API that asks even preflights for credentials, until it is mended."""

    mended = False

    async def answer(self, request: web.Request) -> web.Response:
        if request.method == "OPTIONS" and self.mended:
            return web.Response(status=204, headers=ALLOWING)
        return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})


@asynccontextmanager
async def serving(door: Door) -> AsyncIterator[BaseTestServer]:
    app = web.Application()
    app.router.add_route("*", "/v1/orders", door.answer)
    async with TestServer(app, host="127.0.0.1") as server:
        yield server


def test_a_preflight_that_passes_again_is_proof_and_one_that_does_not_is_none() -> None:
    async def run() -> None:
        door = Door()
        async with serving(door) as server:
            at = datetime.now(UTC)
            told = (
                f"Access to fetch at 'http://127.0.0.1:{server.port}/v1/orders' from origin 'https://app.example.com' "
                "has been blocked by CORS policy: Response to preflight request doesn't pass access control check: "
                "It does not have HTTP ok status. The preflight got a 401."
            )
            service = Service(name="orders", hosts=(f"127.0.0.1:{server.port}",))
            policy = Policy(hosts=frozenset(service.hosts))
            report = read(told, posted_at=at, tz=ZoneInfo("UTC"))
            diagnosis = await investigate(report, services=(service,), policy=policy)
            assert diagnosis.causes[0].id == "preflight_rejected"

            async def seen() -> tuple[str, str | None, str]:
                found = await look(diagnosis, at, datetime.now(UTC), services=(service,), logs=(), policy=policy)
                return found.verdict, found.how, found.text

            assert (await seen())[0] == "nothing"
            door.mended = True
            assert await seen() == ("works", "probe", "The preflight is answered as it should be now")

    asyncio.run(run())
