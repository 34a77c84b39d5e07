"""A look at real log files after a failure: whose success closes a case, and whose does not."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.investigate import investigate
from bot.model import Diagnosis, Report
from bot.probe.gate import Policy
from bot.proof.look import look
from bot.proof.model import Seen

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
MINE, OTHER = "203.0.113.7", "203.0.113.99"


def line(
    seconds: int,
    status: int,
    client: str = MINE,
    path: str = "/v1/orders",
    *,
    agent: str = "okhttp/4.12",
    user: str = "-",
) -> str:
    stamp = f"{NOON + timedelta(seconds=seconds):%d/%b/%Y:%H:%M:%S +0000}"
    return f'{client} - {user} [{stamp}] "GET {path} HTTP/1.1" {status} 17 "-" "{agent}"'


CROWD = [line(n * 20, 200, f"198.51.100.{n}", "/v1/items") for n in range(20)]


def seen(tmp_path: Path, lines: Iterable[str], *, complained: int = 120, path: str = "/v1/orders") -> Seen:
    """What a look at 12:30 shows of a failure at noon that was reported two minutes later."""
    log = tmp_path / "access.log"
    log.write_text("\n".join([*CROWD, line(0, 401, path=path)]) + "\n")
    at = NOON + timedelta(seconds=complained)
    report = Report(text="401", posted_at=at, path=path, at=NOON, at_precision_s=2.0, client_ip=MINE)

    async def run() -> tuple[Diagnosis, Seen]:
        diagnosis = await investigate(report, logs=(str(log),))
        log.write_text(log.read_text() + "".join(f"{text}\n" for text in lines))
        now = NOON + timedelta(minutes=30)
        return diagnosis, await look(diagnosis, at, now, services=(), logs=(str(log),), policy=Policy())

    diagnosis, found = asyncio.run(run())
    assert diagnosis.log_lines
    return found


def test_the_same_callers_success_is_proof_and_says_so_without_showing_the_line(tmp_path: Path) -> None:
    found = seen(tmp_path, [line(300, 200)])
    assert (found.verdict, found.how) == ("works", "seen_in_logs")
    assert found.text == "The same caller got 200 on GET /v1/orders at 12:05:00 UTC"
    assert found.entry and MINE in found.entry.text


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        ([], "nothing"),
        ([line(300, 200, OTHER)], "nothing"),
        ([line(300, 200, agent="curl/8.5")], "nothing"),
        ([line(300, 200, path="/v1/items")], "nothing"),
        ([line(300, 304)], "nothing"),
        ([line(300, 302)], "nothing"),
        ([line(300, 500)], "nothing"),
        # Before it was reported: that the reporter has had, and complains all the same.
        ([line(60, 200)], "nothing"),
        ([line(300, 401)], "refused"),
        ([line(300, 200), line(400, 401)], "refused"),
        ([line(300, 401), line(400, 403)], "refused"),
        # Let in by turns: one success is chance.
        ([line(300, 200), line(301, 401), line(302, 200)], "nothing"),
        ([line(300, 401), *(line(301 + n, 200) for n in range(5))], "works"),
        # An address from which others were let in while the caller was locked out tells nothing.
        ([line(60, 200), line(300, 200)], "blind"),
        ([line(300, 200, user="ann"), line(301, 200, user="bob")], "blind"),
    ],
)
def test_what_a_look_shows(tmp_path: Path, lines: list[str], verdict: str) -> None:
    assert seen(tmp_path, lines).verdict == verdict


def test_another_order_is_the_same_route(tmp_path: Path) -> None:
    found = seen(tmp_path, [line(300, 200, path="/v1/orders/18")], path="/v1/orders/17")
    assert found.verdict == "works"
    assert "/v1/orders/{}" in found.text


@pytest.mark.parametrize(
    ("address", "crowd", "verdict"),
    [("127.0.0.1", 0, "blind"), ("10.0.0.2", 30, "blind"), ("10.0.0.2", 0, "works"), ("203.0.113.7", 30, "works")],
)
def test_behind_a_proxy_nobody_is_known_by_address(tmp_path: Path, address: str, crowd: int, verdict: str) -> None:
    log = tmp_path / "access.log"
    before = [line(n - 60, 200, address, agent=f"okhttp/4.{n}") for n in range(crowd)]
    log.write_text("\n".join([*before, line(0, 401, address)]) + "\n")
    report = Report(text="401", posted_at=NOON, path="/v1/orders", at=NOON, at_precision_s=2.0)

    async def run() -> Seen:
        diagnosis = await investigate(report, logs=(str(log),))
        after = [line(240 + n, 200, address, "/v1/items/orders") for n in range(crowd)]
        log.write_text(log.read_text() + "\n".join([*after, line(300, 200, address)]) + "\n")
        now = NOON + timedelta(minutes=30)
        return await look(diagnosis, NOON, now, services=(), logs=(str(log),), policy=Policy())

    assert asyncio.run(run()).verdict == verdict


def test_a_user_is_known_from_any_address_and_no_other_user_by_the_same(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text("\n".join([*CROWD, line(0, 401, user="ann")]) + "\n")
    report = Report(text="401", posted_at=NOON, path="/v1/orders", at=NOON, at_precision_s=2.0, users=("ann",))

    async def run(added: str) -> Seen:
        diagnosis = await investigate(report, logs=(str(log),))
        log.write_text(log.read_text() + added + "\n")
        now = NOON + timedelta(minutes=30)
        return await look(diagnosis, NOON, now, services=(), logs=(str(log),), policy=Policy())

    assert asyncio.run(run(line(300, 200, user="bob"))).verdict == "nothing"
    assert asyncio.run(run(line(310, 200, OTHER, user="ann", agent="curl/8.5"))).verdict == "works"
