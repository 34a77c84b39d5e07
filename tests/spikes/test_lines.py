"""Lines are counted alike on the quick way and on the careful ones."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import columns, parts
from bot.logs.count import Tally
from bot.logs.formats import parse
from bot.logs.names import VARIABLE, network, route
from bot.redact import redact
from bot.spikes import lines as module
from bot.spikes.lines import OWN, Lines
from bot.spikes.model import Cell
from bot.spikes.taken import Taken
from bot.spikes.templates import Templates

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
USUAL = (
    '198.51.7.9 - ann [05/Jan/2026:10:42:07 +0000] "GET /v1/orders/17?k=1 HTTP/1.1" 401 12 "-" "okhttp/4.12.0" rt=0.01'
)
SEGMENTS = (
    "v1", "orders", "17", "2024", "facade", "8df61237", "x17", "17.json", "0", "{}", "latest", "a@b.example", "fade-17",
    "8df61237-0c3e-4b7a-9d2e-1f2a3b4c5d6e", "8DF612370C3E4B7A9D2E1F2A3B4C5D6E", "aaaaaaaa" * 5,
)  # fmt: skip
NAMED = ((), ("/v1/orders/{order}",), ("/v1/orders/17", "/v1/{name}-17", "/{any}/{id}.json"))
ODD = (
    " ", "", '"', "\\", '\\"', "\t", "[", "]", "-", "401", " 200 ", "\0", "é", "?", "GET ", '" "', "x" * 40, "{}",
    "\r", "\x1f", "\u2028", "/17", "/17/", "31/Dec/1969:23:59:60", "+9999", "locksmith-prob", "\ufeff", "1.2.3.4.5",
)  # fmt: skip


class Careful(Lines):
    """Goes the careful way only."""

    def _quick(self, lines, taken):  # type: ignore[no-untyped-def]
        return lines.split(b"\n")


class OneByOne(Tally):
    """Sums up the careful way only."""

    def _columns(self, lines, other):  # type: ignore[no-untyped-def]
        other |= {number: lines.line(row) for row, number in enumerate(lines.numbers)}


@st.composite
def mangled(draw: st.DrawFn) -> str:
    """A common line of some path, with odd things put into it, or parts taken out."""
    usual = USUAL.replace("v1/orders/17", "/".join(draw(st.lists(st.sampled_from(SEGMENTS), max_size=4))))
    text = draw(st.sampled_from((usual, usual.partition(' "-"')[0], usual.replace(" rt=0.01", ' "-" "203.0.113.9"'))))
    for _ in range(draw(st.integers(0, 3))):
        at, size = draw(st.integers(0, len(text))), draw(st.sampled_from((0, 0, 1, 3)))
        text = text[:at] + draw(st.sampled_from(ODD)) + text[at + size :]
    return text


hostile = st.lists(mangled().map(str.encode) | st.binary(max_size=60).filter(lambda raw: b"\n" not in raw), max_size=8)


def whole(taken: Taken) -> object:
    refusals = sorted(refusal._replace(raw=refusal.raw.rstrip(b"\n")) for refusal in taken.refusals)
    return taken.answers, refusals, Counter(taken.callers)  # blank lines behind an entry may be part of it or not


def summed(tally: Tally) -> object:
    return tally.total, tally.minutes, tally.routes, tally.agents, tally.networks


@pytest.fixture(scope="module", autouse=True)
def _small_pieces() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "PIECE", 3 * len(USUAL))
        yield


@given(hostile, st.sampled_from(NAMED))
def test_both_ways_count_alike(lines: list[bytes], named: tuple[str, ...]) -> None:
    chunk = b"\n".join(lines)
    quick, careful = Lines(Templates(named)), Careful(Templates(named))
    for _ in range(2):  # what was remembered counts like what is new
        assert whole(quick.read(chunk, "a.log", NOW)) == whole(careful.read(chunk, "a.log", NOW))


@given(st.lists(hostile, min_size=2, max_size=4))
def test_what_was_forgotten_is_made_anew(chunks: list[list[bytes]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        quick, careful = Lines(Templates()), Careful(Templates())
        patch.setattr(parts, "MOST", 2)
        patch.setattr(module, "MOST", 1)
        for chunk in map(b"\n".join, chunks):
            assert whole(quick.read(chunk, "a.log", NOW)) == whole(careful.read(chunk, "a.log", NOW))


@given(hostile, st.integers(0, 7))
def test_what_the_bot_asks_itself_is_left_out_wherever_it_stands(lines: list[bytes], place: int) -> None:
    own = [line[:place] + OWN + line[place:] for line in lines]
    mixed = [line for pair in zip(own, lines, strict=True) for line in pair]
    for some in (mixed, mixed[::-1], [*lines, *own], [*own, *lines]):
        kept = Lines(Templates()).read(b"\n".join(line for line in some if OWN not in line), "a.log", NOW)
        assert whole(Lines(Templates()).read(b"\n".join(some), "a.log", NOW)) == whole(kept)


@given(hostile)
def test_a_summary_counts_many_lines_as_it_counts_each(lines: list[bytes]) -> None:
    together, alone = Tally(401, NOW), OneByOne(401, NOW)
    together.runs([b"\n".join(lines)])
    for line in lines:
        alone.runs([line])
    assert summed(together) == summed(alone)


@given(st.lists(st.sampled_from(SEGMENTS) | st.text("0aF-~.@x", max_size=40), max_size=5))
def test_what_is_taken_out_first_changes_no_route(segments: list[str]) -> None:
    path = "/" + "/".join(segments)
    assert route(path) == redact(VARIABLE.sub("/{}", path)).text


@given(st.one_of(st.ip_addresses(v=4).map(str), st.from_regex(r"[0-9]{1,3}([.][0-9]{1,4}){3}", fullmatch=True)))
def test_a_network_is_that_of_the_standard_library(client: str) -> None:
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        assert network(client) == ""
    else:
        assert network(client) == str(ipaddress.ip_network((address, 24), strict=False))


@given(mangled())
def test_the_expression_and_the_formats_agree_on_what_is_usual(line: str) -> None:
    if any(char in line for char in "\\\0") or line.count('"') != USUAL.count('"'):
        return
    taken = Lines(Templates()).read(line.encode(), "a.log", NOW)
    entries = [e for e in parse([(0, line)], file="a.log", reference=NOW) if e.time and e.status]
    assert sum(taken.answers.values()) == len(entries)


def test_a_usual_line_is_taken_apart() -> None:
    (refusal,) = Lines(Templates(["/v1/orders/{order}"])).read(USUAL.encode(), "a.log", NOW).refusals
    assert refusal.cell == Cell("GET /v1/orders/{order}", "okhttp/4.12", "198.51.7.0/24")
    assert datetime.fromtimestamp(refusal.minute, UTC) == datetime(2026, 1, 5, 10, 42, tzinfo=UTC)
    assert refusal.caller == b"198.51.7.9"


def test_a_request_in_two_logs_counts_once() -> None:
    own = b"2026-03-01 12:00:01,000 WARNING orders request_id=7f3a GET /v1/orders 401 token rejected\n"
    front = b'203.0.113.9 - - [01/Mar/2026:12:00:01 +0000] "GET /v1/orders HTTP/1.1" 401 12 "-" "ios-app/5.2"\n'
    alone, both = Lines(Templates()), Lines(Templates())
    now = datetime(2026, 3, 1, 12, 5, tzinfo=UTC)
    assert sum(alone.read(own, "app.log", now).answers.values()) == 1
    taken = [both.read(chunk, file, now) for chunk, file in ((front, "access.log"), (own, "app.log"))]
    assert [len(one.refusals) for one in taken] == [1, 0]


def test_what_the_bot_asks_itself_is_not_counted() -> None:
    own = USUAL.replace("okhttp/4.12.0", "locksmith-probe/0.1")
    taken = Lines(Templates()).read(f"{own}\n{USUAL}\n".encode(), "a.log", NOW)
    assert [refusal.cell.user_agent for refusal in taken.refusals] == ["okhttp/4.12"]
    assert sum(taken.answers.values()) == 1
