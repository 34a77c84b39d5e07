"""Lines are counted alike on the quick way and on the careful ones."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.logs.formats import parse
from bot.spikes.lines import Lines, Taken
from bot.spikes.model import Cell
from bot.spikes.templates import Templates

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
USUAL = (
    '198.51.7.9 - ann [05/Jan/2026:10:42:07 +0000] "GET /v1/orders/17?k=1 HTTP/1.1" 401 12 "-" "okhttp/4.12.0" rt=0.01'
)
ODD = (" ", "", '"', "\\", '\\"', "\t", "[", "]", "-", "401", " 200 ", "\0", "é", "?", "GET ", '" "', "x" * 40, "{}")


class Careful(Lines):
    """Goes the careful way only."""

    def _quick(self, lines, taken):  # type: ignore[no-untyped-def]
        return list(lines)


@st.composite
def mangled(draw: st.DrawFn) -> str:
    """A common line with odd things put into it, or parts taken out."""
    text = draw(st.sampled_from((USUAL, USUAL.partition(' "-"')[0], USUAL.replace(" rt=0.01", ' "-" "203.0.113.9"'))))
    for _ in range(draw(st.integers(0, 3))):
        at, size = draw(st.integers(0, len(text))), draw(st.sampled_from((0, 0, 1, 3)))
        text = text[:at] + draw(st.sampled_from(ODD)) + text[at + size :]
    return text


def whole(taken: Taken) -> object:
    return taken.answers, sorted(taken.refusals), taken.callers


@given(st.lists(mangled(), max_size=8))
def test_both_ways_count_alike(lines: list[str]) -> None:
    chunk = "\n".join(lines).encode()
    quick, careful = Lines(Templates()), Careful(Templates())
    for _ in range(2):  # what was remembered counts like what is new
        assert whole(quick.read(chunk, "a.log", NOW)) == whole(careful.read(chunk, "a.log", NOW))


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
