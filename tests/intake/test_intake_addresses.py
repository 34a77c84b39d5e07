"""Which call fails, among all that a report mentions."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake import Attachment, read
from bot.model import Report

POSTED = datetime(2026, 11, 20, 23, 45, tzinfo=UTC)


def report(text: str, *files: bytes) -> Report:
    return read(text, posted_at=POSTED, attachments=[Attachment(f"{n}.txt", f) for n, f in enumerate(files)])


WHERE = {
    "I get 401 on <https://api.shop.test/v1/users|https://api.shop.test/v1/users>": "None https://api.shop.test/v1/users",
    "`POST https://api.shop.test/v1/u?x=1&amp;y=2` 401, see <https://docs.shop.test/auth>": "POST https://api.shop.test/v1/u?x=1&y=2",
    "calling [the API](https://api.shop.test/v1/users) fails with 401": "None https://api.shop.test/v1/users",
    "401 Client Error: Unauthorized for url: https://api.shop.test/v1/users?page=2": "None https://api.shop.test/v1/users?page=2",
    "Client error '401 Unauthorized' for url 'https://a.test/x'\nSee https://m.test/docs": "None https://a.test/x",
    "GET https://api.shop.test/v1/users 401 (Unauthorized)": "GET https://api.shop.test/v1/users",
    "service: api.shop.test\nroute: /v1/users\nmethod: PATCH\nstatus: 401": "PATCH https://api.shop.test/v1/users",
    "the /v1/users endpoint (host api.shop.test) gives 401, /v1/health is fine": "None https://api.shop.test/v1/users",
    "orders/list on api.shop.test = 401": "None https://api.shop.test/orders/list",
    "hitting api.shop.test:8443/v1/users, HTTP 401": "None https://api.shop.test:8443/v1/users",
    "localhost:8080/api/me returns 401": "None http://localhost:8080/api/me",
    "http://10.1.2.3:9000/metrics 401": "None http://10.1.2.3:9000/metrics",
    "See https://github.com/acme/app/issues/12. Same here: https://api.shop.test/me -> 401": "None https://api.shop.test/me",
    "https://api.shop.test/a works, https://api.shop.test/b is 401": "None https://api.shop.test/b",
    "POST https://a.test/login is 200, then GET https://a.test/me is 401": "GET https://a.test/me",
    "from origin 'https://app.shop.test': Access to fetch at 'https://api.shop.test/me' blocked, 401": "None https://api.shop.test/me",
    "token has iss https://id.shop.test/ but https://api.shop.test/me says 401": "None https://api.shop.test/me",
    "docker pull registry.shop.test/team/app:1.2 -> unauthorized": "None https://registry.shop.test/v2/team/app/manifests/1.2",
    'Get "https://r.test/v2/app/manifests/1": unauthorized: authentication required': "GET https://r.test/v2/app/manifests/1",
    "https://stock.test/api/*: GET works, every POST to /api/moves is 401": "POST https://stock.test/api/moves",
    "link https://dl.test/f?expires=1&signature=ab12cd34ef56ab12... does not open": "None https://dl.test/f?expires=1&signature=‹signature›",
    "(see https://api.shop.test/v1/(x)). 401!": "None https://api.shop.test/v1/(x)",
    "https://user:hunter2hunter2@api.shop.test/v1 gives 401": "None https://api.shop.test/v1",
    "Beim Aufruf von https://a.test/kunden kommt 401, https://a.test/status geht": "None https://a.test/kunden",
    "I tried https://a.test/test and got through. Back to https://a.test/ - prompt again": "None https://a.test/",
    "Getting 401 from Postman, for example GET http://gw.a.test:81/api/p. It gives me a token without error, "
    "Access Token URL is http://localhost:8080/realms/x/token": "GET http://gw.a.test:81/api/p",
    "GET http://gw.a.test:8181/api/p gives 401": "GET http://gw.a.test:8181/api/p",
    "we call the new /v3/stock/<article>. Always 401, e.g. /v3/stock/A-118. https://a.test": "None https://a.test/v3/stock/A-118",
    "401s everywhere, plan.xlsx and requests.get and asp.net 2.1": "None None",
}


@pytest.mark.parametrize("text", WHERE)
def test_the_failing_call(text: str) -> None:
    found = report(text)
    masked = re.sub("‹[^›]*›", "‹signature›", found.url or "None")
    assert f"{found.method} {masked}" == WHERE[text]


BELOW = {
    "docker push registry.shop.test/team/app:41 says unauthorized": "/v2/team/app",
    "export VAULT_ENDPOINT=https://vault.shop.test:8006/ and then 401": "/",
    "agent.ini has\nserver = https://backup.shop.test/agent\nand it gets 401": "/agent",
    "401, the base URL is https://crm.shop.test/api/v2": "/api/v2",
    "401 since we changed the base url to https://crm.shop.test/v2": "/v2",
    "401 since I was sent to https://crm.shop.test/v2": None,
    "pip install --index-url https://pypi.shop.test/simple/ tool: 401": "/simple/",
    "git clone https://git.shop.test/team/repo.git 401": "/team/repo.git",
    "https://shop.test/ gave me 401": None,
    "URL: https://api.shop.test/orders gives 401": None,
    "GET https://api.shop.test/orders?next_url=https://b.test/ 401": None,
}


@pytest.mark.parametrize("text", BELOW)
def test_a_setting_and_a_command_name_no_more_than_where_paths_begin(text: str) -> None:
    assert report(text).under == BELOW[text]


def test_a_path_without_a_host_is_kept() -> None:
    found = report("Our worker's calls to /api/orders/ fail w/ 401")
    assert (found.host, found.url, found.path) == (None, None, "/api/orders/")


def test_other_addresses_are_kept_beside() -> None:
    found = report("https://a.test/x is 401, https://a.test/y works")
    assert found.url == "https://a.test/x"
    assert found.urls == ("https://a.test/y",)


def test_the_sign_in_that_came_back_fine_is_not_what_failed() -> None:
    login = b"POST https://www.a.test/login\n\nHTTP/1.1 200 OK\nServer: x\nX-Ref: 598594\n\n"
    found = report("the link https://a.test/visitors/318 always gives me a red cross, attached is my login", login)
    assert (found.url, found.ids) == ("https://a.test/visitors/318", ())


def test_headers_as_people_write_them_down_are_read() -> None:
    copied = (
        b"POST http://a.test:88/login/\nStatus Code: 302 FOUND\nResponse headers\n  Server: x\n"
        b"  Set-Cookie: session=abc; Secure\nRequest headers\n  Origin: http://a.test:88\n\n"
        b"GET http://a.test:88/api/me/\nStatus Code: 401 UNAUTHORIZED\nRequest headers\n  Accept: */*\n"
    )
    found = report("login form again, F12 shows /api/me/ = 401", copied)
    assert [(e.method, e.url, e.status) for e in found.exchanges] == [
        ("POST", "http://a.test:88/login/", 302),
        ("GET", "http://a.test:88/api/me/", 401),
    ]
    assert (found.method, found.url) == ("GET", "http://a.test:88/api/me/")


def test_the_last_hop_of_a_redirect_is_what_failed() -> None:
    transcript = (
        b"* Connected to a.test (192.0.2.1) port 80 (#0)\n> GET /x HTTP/1.1\n> Host: a.test\n> Authorization: Basic "
        b"YTpi\n>\n"
        b"< HTTP/1.1 301 Moved\n< Location: http://www.a.test/x\n<\n> GET /x HTTP/1.1\n> Host: www.a.test\n> Accept: "
        b"*/*\n>\n"
        b"< HTTP/1.1 401 Unauthorized\n< WWW-Authenticate: Basic realm=x\n<\n"
    )
    found = report("fails since the move", transcript)
    assert (found.method, found.url) == ("GET", "http://www.a.test/x")
    assert [e.status for e in found.exchanges] == [301, 401]


HOSTS = st.from_regex(r"[a-z]{3,8}\.(shop|acme)\.(test|com|io)", fullmatch=True)
PATHS = st.from_regex(r"(/[a-z0-9_.~-]{1,8}[a-z0-9]){1,4}/?", fullmatch=True)
NOISE = st.sampled_from(
    [
        "hi all,",
        "no idea why,",
        "(urgent)",
        "our app 2.1 is new,",
        "ticket 4711,",
        "ask @kim,",
        "mail x@y.test,",
        "50% of 12,",
    ]
)


@given(
    HOSTS,
    PATHS,
    st.sampled_from(["", ":8443"]),
    st.lists(NOISE, max_size=4),
    st.sampled_from(["<%s>", "`%s`", '"%s"', "(%s)", "%s", "%s,", "%s."]),
)
def test_a_url_is_found_in_any_noise(host: str, path: str, port: str, noise: list[str], wrap: str) -> None:
    url = f"https://{host}{port}{path}"
    found = report(f"{' '.join(noise)} GET {wrap % url} gives 401")
    assert found.url == url
    assert (found.method, found.host, found.path) == ("GET", host, path)


def test_an_address_ends_at_the_punctuation_of_chinese_and_japanese() -> None:
    text = "git cloneが401になります (https://git.a.test/app.git/info/refs)。再実行すると成功します。"
    assert report(text).url == "https://git.a.test/app.git/info/refs"
    assert report("接口 https://ops.a.test/api/repairs，返回401").url == "https://ops.a.test/api/repairs"
