"""Copies of one envelope over several sockets: one is handled, each is acknowledged."""

import asyncio

from bot.once import Copies

PAYLOAD = {"type": "block_actions", "trigger_id": "1.2.3"}


async def test_a_copy_over_another_socket_waits_for_the_first_and_is_not_handled() -> None:
    copies, handled, may_end = Copies(), [], asyncio.Event()

    async def handle() -> bool:
        handled.append(1)
        await may_end.wait()
        return True

    first = asyncio.create_task(copies.first("a", PAYLOAD, handle))
    second = asyncio.create_task(copies.first("b", PAYLOAD, handle))
    await asyncio.wait({second}, timeout=0)
    assert not second.done()
    may_end.set()
    assert (await first, await second, len(handled)) == (False, True, 1)
    # The same socket brings no copies of its own: this is said a second time.
    assert (await copies.first("b", {**PAYLOAD, "trigger_id": "1.2.4"}, handle), len(handled)) == (False, 2)
    assert (await copies.first("b", {**PAYLOAD, "trigger_id": "1.2.4"}, handle), len(handled)) == (False, 3)


async def test_of_copies_that_were_not_taken_the_next_gets_its_turn() -> None:
    copies, outcomes = Copies(), [False, True]

    async def handle() -> bool:
        return outcomes.pop(0)

    assert [await copies.first(socket, PAYLOAD, handle) for socket in "abc"] == [False, False, True]
    assert outcomes == []
