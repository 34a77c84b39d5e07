"""What an answer hands out and the refused request after it does not bring."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.intake import read
from bot.intake.findings import collect

POSTED = datetime(2026, 11, 20, 23, 45, tzinfo=UTC)
POWERSHELL = """VERBOSE: POST https://disk.a.test/session with -1-byte payload
  < 201 Created
  < Set-Cookie: sessid=abcdef0123; path=/; HttpOnly
  < Set-Cookie: filecsrf=0123-abcd; path=/
  < {"username":"svc"}
VERBOSE: GET https://disk.a.test/quota?type=dir with 0-byte payload
  > Cookie: sessid=abcdef0123
  < 401 Authorization Required
  < {"errors":[]}
"""
CURL = """> POST /login HTTP/1.1
> Host: a.test
>
< HTTP/1.1 200 OK
< Set-Cookie: sid=abcdef0123; Path=/
{given}
<
> {then} HTTP/1.1
> Host: a.test
{sent}
>
< HTTP/1.1 401 Unauthorized
< Server: x
"""


def shown(text: str) -> set[str]:
    found = {f.id for f in collect(read(text, posted_at=POSTED)).findings}
    return found & {"request.csrf_not_returned", "request.cookie_not_returned"}


def curl(given: str, then: str, sent: str) -> set[str]:
    return shown(CURL.format(given=f"< {given}", then=then, sent="\n".join(f"> {line}" for line in sent.split("|"))))


def test_powershell_shows_two_cookies_of_which_one_comes_back() -> None:
    report = read(POWERSHELL, posted_at=POSTED)
    assert (report.method, report.path, report.status) == ("GET", "/quota", 401)
    assert [e.status for e in report.exchanges] == [201, 401]
    assert shown(POWERSHELL) == {"request.csrf_not_returned"}


@pytest.mark.parametrize(
    ("given", "then", "sent", "finding"),
    [
        ("X-CSRF-Token: abc", "POST /x", "Cookie: sid=abcdef0123", "request.csrf_not_returned"),
        ("Set-Cookie: app_xsrf=abc; Path=/", "PUT /x", "Cookie: sid=a; app_xsrf=abc", "request.csrf_not_returned"),
        ("Set-Cookie: app_xsrf=abc; Path=/", "PUT /x", "Cookie: sid=a; app_xsrf=abc|X-XSRF-Token: abc", ""),
        ("Set-Cookie: csrftoken=abc; Path=/", "GET /x", "Cookie: sid=a; csrftoken=abc", ""),
        ("X-CSRF-Token: abc", "POST /x", "Cookie: sid=a|Content-Type: application/x-www-form-urlencoded", ""),
        ("Server: x", "GET /x", "Accept: */*", "request.cookie_not_returned"),
        ("Server: x", "GET /x", "Cookie: sid=abcdef0123", ""),
        ("Server: x", "GET /x", "Authorization: Bearer abc", ""),
        ("Set-Cookie: sid=; Max-Age=0", "GET /x", "Cookie: other=1", ""),
    ],
)
def test_what_is_not_brought_along(given: str, then: str, sent: str, finding: str) -> None:
    assert curl(given, then, sent) == ({finding} if finding else set())


DRAWN = """{0}22:12:04 {1} POST https://a.test/login {{"user":"svc"}}
22:12:04 {2} 200 OK
   Set-Cookie: sid=abcdef0123; Path=/
   Set-Cookie: app_csrf=abc; Path=/
22:12:06 {1} POST https://a.test/rooms
   Cookie: sid=abcdef0123; app_csrf=abc
   {{"name":"x"}}
22:12:06 {2} 401 Unauthorized
   {{"error":"no"}}
"""


@pytest.mark.parametrize(("there", "back"), [("->", "<-"), ("==>", "<=="), ("→", "←"), (">>>", "<<<")])
def test_a_program_draws_its_calls_with_arrows(there: str, back: str) -> None:
    text = DRAWN.format("", there, back)
    report = read(text, posted_at=POSTED)
    assert (report.path, report.status, [e.status for e in report.exchanges]) == ("/rooms", 401, [200, 401])
    assert report.at == datetime(2026, 11, 20, 22, 12, 6, tzinfo=UTC)
    assert shown(text) == {"request.csrf_not_returned"}


@pytest.mark.parametrize(
    "text",
    [
        "menu -> POST https://a.test/login gives me nothing",
        "client -> GET /orders\nserver <- nothing yet",
        DRAWN.format("", "->", "<-").replace("401 Unauthorized", "201 Created"),
    ],
)
def test_arrows_that_draw_no_refused_call(text: str) -> None:
    assert shown(text) == set()


def test_another_host_is_owed_nothing() -> None:
    assert shown(POWERSHELL.replace("GET https://disk", "GET https://other")) == set()
