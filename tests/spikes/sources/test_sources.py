"""Every store that counts gives the counts that its answers would give as lines of a log."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from aiohttp import web

from bot.cli import main
from bot.logs.stores.interface import StoreError
from bot.probe.client import USER_AGENT
from bot.spikes.lines import Lines
from bot.spikes.model import MINUTE, OTHER, Cell, Count
from bot.spikes.sources import clickhouse, elastic, loki
from bot.spikes.sources.interface import Counted, Source
from bot.spikes.templates import Templates
from bot.spikes.watch.options import Watch
from tests.logs.stores.standins import serving
from tests.spikes.sources.conftest import ENTRIES, Place, configured, entry
from tests.spikes.traffic import START, Request, line

MINUTES = 6
UNTIL = START + MINUTES * MINUTE
PATHS = (
    "/v1/orders/17", "/v1/orders/8df61237-28d2-4a79-b041-74425f8cc5aa/items/9?page=2", "/v1/1/2/3/4", "/v1/2fa", "/",
    "/u/ann@example.com/k", "/reset/0123456789abcdef0123456789abcdef", "/static/12.js", "/a/deadbeef1", "/müsli",
    "/1/v1/-/Ym9keSBvZiBhIGxvbmcgdG9rZW4gd2l0aG91dCBhbnkgZGlnaXRz",
)  # fmt: skip
AGENTS = (
    "okhttp/4.12.0", "Acme-iOS/5.2.1 (iPhone; iOS 17.4)", "curl/8.5.0", "", "it's `odd` {{ 日本", USER_AGENT,
)  # fmt: skip


def made(number: int = 400, seed: int = 1) -> list[Request]:
    """Answers of a few minutes, also at their very edges, and some of the minutes around."""
    rng = random.Random(seed)
    seconds = [rng.choice((0.0, 59.999, rng.uniform(0, 59.999))) for _ in range(number)]
    return [
        Request(
            datetime.fromtimestamp(START, UTC) + timedelta(minutes=rng.randrange(-1, MINUTES + 1), seconds=second),
            rng.choice(("GET", "POST")),
            rng.choice(PATHS),
            rng.choice((200, 200, 401, 503)),
            rng.choice(AGENTS),
            f"198.51.{rng.randrange(3)}.{rng.randrange(20)}",
        )
        for second in seconds
    ]


def as_lines(answers: Iterable[Request]) -> tuple[Count, ...]:
    """The counts of the same answers in an access log."""
    inside = [one for one in answers if START <= one.at.timestamp() < UNTIL]
    text = "".join(map(line, inside))
    taken = Lines(Templates()).read(text.encode(), "a.log", datetime(2027, 1, 1, tzinfo=UTC))
    bad = Counter((refusal.minute, refusal.cell) for refusal in taken.refusals)
    return tuple(sorted(Count(*key, total, bad[key]) for key, total in taken.answers.items()))


def source(folder: Path, kind: str, url: str, watch: Watch | None = None) -> Source:
    (found,) = (watch or Watch()).sources(configured(folder, logs=[entry(kind, url)]))
    return found


async def counted(one: Source, *edges: int) -> list[Counted]:
    return [await one.counts(since, until) for since, until in pairwise(edges)]


def total(some: Iterable[Counted]) -> tuple[Count, ...]:
    return tuple(sorted(count for counted in some for count in counted.counts))


async def test_counts_what_lines_of_a_log_would_give(kind: str, place: Place, tmp_path: Path) -> None:
    answers = made()
    wanted = as_lines(answers)
    with place(answers) as url:
        one = source(tmp_path, kind, url)
        edges = range(START, UNTIL + MINUTE, one.most_minutes * MINUTE)
        found = await counted(one, *edges, *([] if edges[-1] == UNTIL else [UNTIL]))
        await one.close()
    assert total(found) == wanted
    assert [note for some in found for note in some.notes] == []
    inside = [one for one in answers if one.user_agent != USER_AGENT and START <= one.at.timestamp() < UNTIL]
    refusals = Counter(one.client for one in inside if one.status == 401)
    asked = Counter[str]()
    for some in found:
        for refused in some.asked:
            asked[refused.caller.decode()] += refused.times
    assert asked == refusals


@pytest.mark.parametrize("kind", ["clickhouse"], indirect=True)
async def test_any_split_of_the_minutes_gives_the_same(kind: str, place: Place, tmp_path: Path) -> None:
    rng = random.Random(5)
    with place(made(seed=2)) as url:
        one = source(tmp_path, kind, url)
        whole = total(await counted(one, START, UNTIL))
        for _ in range(8):
            inner = sorted(rng.sample(range(START + MINUTE, UNTIL, MINUTE), rng.randrange(MINUTES)))
            assert total(await counted(one, START, *inner, UNTIL)) == whole
        await one.close()


async def test_what_is_beyond_the_limits_counts_as_other_and_is_said(
    kind: str, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clickhouse, "MOST_ROWS", 20)
    monkeypatch.setattr(loki, "MOST_SERIES", 10)
    monkeypatch.setattr(elastic, "PAGE", 7)
    monkeypatch.setattr(elastic, "MOST_PAGES", 3)
    made_now = [replace(one, at=datetime.fromtimestamp(START + 30, UTC)) for one in made(seed=3)]
    answers = [one for one in made_now if one.user_agent != USER_AGENT]
    with place(made_now) as url:
        one = source(tmp_path, kind, url)
        (found,) = await counted(one, START, START + MINUTE)
        await one.close()
    assert sum(count.total for count in found.counts) == len(answers)
    assert sum(count.unauthorized for count in found.counts) == sum(one.status == 401 for one in answers)
    (rest,) = [count for count in found.counts if count.cell == Cell(OTHER, OTHER, OTHER)]
    assert 0 < rest.total < len(answers)
    (note,) = found.notes
    assert "(other)" in note


@pytest.mark.parametrize("kind", ["loki"], indirect=True)
async def test_loki_with_too_many_series_still_tells_the_total(
    kind: str, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loki, "MOST_SERIES", 1000)  # Loki itself looks at them one by one, and may refuse before topk
    at = datetime.fromtimestamp(START + 30, UTC)
    answers = [Request(at, "GET", "/", 200 if n % 3 else 401, "a/1", f"10.0.{n % 7}.{n // 7}") for n in range(1400)]
    with place(answers) as url:
        one = source(tmp_path, kind, url)
        (found,) = await counted(one, START, START + MINUTE)
        await one.close()
    assert found.counts == (Count(START, Cell(OTHER, OTHER, OTHER), 1400, 467),)
    assert "max_query_series" in " ".join(found.notes)


async def test_a_store_that_cannot_be_asked_says_why_in_one_line(
    kind: str, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENTRIES[kind]["credentials"], "wrong-or-forgotten")
    with place([]) as url:
        one = source(tmp_path, kind, url)
        with pytest.raises(StoreError, match=r"^\w+ 127\.0\.0\.1:\d+: refuses the credentials") as caught:
            await one.counts(START, UNTIL)
        await one.close()
    assert "\n" not in str(caught.value)
    assert "wrong-or" not in str(caught.value)


@pytest.mark.parametrize("kind", ["opensearch"], indirect=True)
@pytest.mark.parametrize("part", [{"timed_out": True}, {"timed_out": False, "_shards": {"failed": 1}}])
async def test_an_answer_in_part_is_none(kind: str, part: dict[str, object], tmp_path: Path) -> None:
    async def handler(_: web.BaseRequest) -> web.Response:
        return web.json_response({"aggregations": {"cells": {"buckets": []}}} | part)

    with serving(handler) as url:
        one = source(tmp_path, kind, url)
        with pytest.raises(StoreError, match="answered in part only"):
            await one.counts(START, UNTIL)
        await one.close()


@pytest.mark.parametrize("kind", ["loki"], indirect=True)
def test_the_doctor_says_what_is_counted(
    kind: str, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = int(time.time() - 60) // MINUTE * MINUTE  # at its end the doctor may ask for one minute or the next
    at = [datetime.fromtimestamp(second, UTC) for second in (now - 30, now + 30)]
    answers = [replace(one, at=moment, status=401, user_agent="") for one in made(5) for moment in at]
    with place(answers) as url:
        configured(
            tmp_path, logs=[entry(kind, url)], metrics=[{"prometheus": "http://127.0.0.1:1", "query": "x_total"}]
        )
        monkeypatch.setenv("LOCKSMITH_SERVICES", str(tmp_path / "services.yaml"))
        monkeypatch.setenv("LOCKSMITH_DATA", str(tmp_path / "data"))
        assert main(["doctor"]) == 1
    shown = capsys.readouterr().out
    assert f"ok     loki {url[7:]}, counts: counts 5 answers in 1 min, 5 of them 401" in shown
    assert "wrong  prometheus 127.0.0.1:1, counts: refuses the connection; see whether it runs" in shown
