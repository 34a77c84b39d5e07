"""The quick reading of common access lines says what the thorough one says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.logs.formats import access, common, parse

REFERENCE = datetime(2026, 11, 30, 8, tzinfo=UTC)
WORD = st.text(st.characters(codec="ascii", exclude_characters='" \\', min_codepoint=33), min_size=1, max_size=12)
AGENTS = st.one_of(
    st.sampled_from(
        ["-", "curl/8.5.0", "Mozilla/5.0 (X11; Linux)", "https://bot.example/x", "7f3ad9c251b04e6f", "curl"]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters='"\\'), max_size=20),
)


def told(draft: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in draft.items() if value not in (None, "")}


PARTS = st.tuples(
    st.one_of(st.ip_addresses().map(str), WORD),
    st.one_of(st.sampled_from(["-", "ann", "12", "info", "ann@example.com"]), WORD),
    st.sampled_from(["GET", "POST", "PROPFIND", "BREW"]),
    st.one_of(st.sampled_from(["/", "/a?b=c", "/a//b", "/x?next=http://y/z", "/%7Eann"]), WORD.map("/{}".format)),
    st.sampled_from(["200", "401", "999", "40"]),
    st.sampled_from(["-", "0", "17"]),
    st.sampled_from(["-", "https://shop.example.com/start", "android-app://x", ""]),
    AGENTS,
    st.sampled_from(
        ["", " 06e5c1db0e0932179ac7e50008064208 0.003 10.0.0.1:80 401", ' rt=0.1 rid=abc1234 us="502"', " x"]
    ),
)


@settings(max_examples=400)
@given(PARTS)
def test_both_readings_agree(parts: tuple[str, ...]) -> None:
    client, user, method, target, status, size, referer, agent, rest = parts
    line = f'{client} - {user} [30/Nov/2026:06:17:31 +0100] "{method} {target} HTTP/1.1" {status} {size}'
    for whole in (line, f'{line} "{referer}" "{agent}"', f'{line} "{referer}" "{agent}"{rest}', line + rest):
        quick = common.read(whole, REFERENCE)
        if quick is not None:
            thorough = access.read(whole, REFERENCE)
            assert thorough is not None
            assert told(quick) == told(thorough)


def test_the_quick_reading_serves_the_usual_line() -> None:
    line = '203.0.113.9 - ann [30/Nov/2026:06:17:31 +0100] "GET /a?b=c HTTP/1.1" 401 17 "-" "curl/8.5.0"'
    draft = common.read(line, REFERENCE)
    assert draft is not None
    assert (draft["time"], draft["path"]) == (datetime(2026, 11, 30, 5, 17, 31, tzinfo=UTC), "/a")


@pytest.mark.parametrize(
    "line",
    [
        '203.0.113.9 - ann [31/Feb/2026:06:17:31 +0100] "GET /a HTTP/1.1" 401 17',
        '203.0.113.9 - ann [30/Nov/2026:06:17:31 +0100] "GET /a HTTP/1.1" 401',
        '203.0.113.9 - ann [30/Nov/2026:06:17:31 +0100] "GET http://x/a HTTP/1.1" 401 17',
        'x 203.0.113.9 - ann [30/Nov/2026:06:17:31 +0100] "GET /a HTTP/1.1" 401 17',
    ],
)
def test_near_misses_are_left_to_the_thorough_reading(line: str) -> None:
    assert common.read(line, REFERENCE) is None


@pytest.mark.parametrize(
    ("line", "client", "host"),
    [
        (
            '10.0.0.7:8080 203.0.113.9 - - [30/Nov/2026:06:17:31 +0000] "GET / HTTP/1.1" 200 3',
            "203.0.113.9",
            "10.0.0.7:8080",
        ),
        (
            '203.0.113.9 10.0.0.7:8080 - [30/Nov/2026:06:17:31 +0000] "GET / HTTP/1.1" 200 3',
            "203.0.113.9",
            "10.0.0.7:8080",
        ),
        ('- - - [30/Nov/2026:06:17:31 +0000] "- http://localhost HTTP/1.0" 400 0', None, None),
    ],
)
def test_the_caller_is_told_from_the_host(line: str, client: str | None, host: str | None) -> None:
    (entry,) = parse([(0, line)], file="x.log", reference=REFERENCE)
    assert (entry.client, entry.host) == (client, host)


@pytest.mark.parametrize("status", ["9" * 5000, "99", "1000", "-1"])
def test_a_status_of_haproxy_that_is_none_is_left_out(status: str) -> None:
    line = f"203.0.113.9:4711 [30/Nov/2026:06:17:34.249] fe be/s1 0/0/0/0/0 {status} 200 - - ---- 1/1/0/0/0 0/0"
    line += ' "GET / HTTP/1.1"'
    (entry,) = parse([(0, line)], file="x.log", reference=REFERENCE)
    assert (entry.format, entry.status, entry.path) == ("haproxy-http", None, "/")
