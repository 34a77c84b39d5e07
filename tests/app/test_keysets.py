import asyncio

import pytest
from aiohttp import web

from bot import keysets
from bot.workspace.server import serving

KEYS = {"keys": [{"kty": "oct", "k": "bWFkZS11cA"}]}


async def answers(request: web.Request) -> web.StreamResponse:
    kind = request.match_info["kind"]
    if kind == "redirect":
        raise web.HTTPFound("/good")
    texts = {"good": '{"keys": [{"kty": "oct", "k": "bWFkZS11cA"}]}', "list": "[]", "broken": "{", "binary": "\x00"}
    return web.Response(text=texts[kind], status=200)


@pytest.mark.parametrize("kind", ["list", "broken", "binary", "redirect", "missing/there"])
async def test_what_is_no_key_set_is_none(kind: str) -> None:
    app = web.Application()
    app.router.add_get("/{kind}", answers)
    async with serving(app) as url:
        assert await keysets.fetch(f"{url}/{kind}") is None
    assert await keysets.fetch(f"{url}/gone") is None


async def test_sets_are_kept_by_their_address_until_told_to_stop() -> None:
    app, stop = web.Application(), asyncio.Event()
    app.router.add_get("/{kind}", answers)
    sets: keysets.KeySets = {}
    async with serving(app) as url:
        keeping = asyncio.create_task(keysets.keep([f"{url}/good", f"{url}/broken"], sets, stop))
        async with asyncio.timeout(5):
            while not sets:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        stop.set()
        await keeping
    assert sets == {f"{url}/good": KEYS}
