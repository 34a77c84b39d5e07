"""Ready-made ways to be refused by the demo, and how people would report each."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.workspace.demo_keys import USER, Keys

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request to make."""

    path: str
    headers: Headers = field(default_factory=dict)
    method: str = "GET"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to be refused. `words` holds reports, with {url}, {time}, {id} and {path} to be filled in."""

    id: str
    group: str
    title: str
    story: str
    attempt: Callable[[Keys], Attempt]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt."""

    way: str
    method: str
    url: str
    status: int
    request_id: str
    at: float
    challenge: str
    body: str
    curl: str


COMMON = (
    "getting 401 on {url} since a few minutes, anyone else?? req id {id}",
    "hey, {url} says unauthorized. worked yesterday! happened at {time}, X-Request-Id: {id}",
    "Hi all, our job can't read {path} any more, 401 at {time} ({url}, request id {id}). what can I do?",
    "can somebody look at this pls... {url} -> 401, around {time}. id was {id}",
)


def _bearer(path: str, make: Callable[[Keys], str]) -> Callable[[Keys], Attempt]:
    return lambda keys: Attempt(path, {"Authorization": f"Bearer {make(keys)}"})


def _basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}


def _link(path: str, *, late: int, cut: int | None = None) -> Callable[[Keys], Attempt]:
    return lambda keys: Attempt(keys.link(path, expires=int(time.time()) - late)[:cut])


TOKENS, OTHERS, ROADS = "Tokens", "Keys, passwords, sessions, links", "On the way there"
WAYS: tuple[Way, ...] = (
    Way(
        "expired",
        TOKENS,
        "An expired token",
        "Issued two hours ago for one hour.",
        _bearer("/v1/orders", lambda keys: keys.token(age=7200)),
    ),
    Way(
        "audience",
        TOKENS,
        "A token for another API",
        "Its audience is billing-api, this is orders-api.",
        _bearer("/v1/orders", lambda keys: keys.token(aud="billing-api")),
        ("I use the token from billing and {url} gives me a 401, request {id}, just now", *COMMON),
    ),
    Way(
        "none",
        TOKENS,
        "No credentials",
        "The client forgot the Authorization header.",
        lambda keys: Attempt("/v1/orders"),
    ),
    Way(
        "doubled",
        TOKENS,
        "“Bearer” twice",
        "The code adds Bearer to a token that already begins with it.",
        _bearer("/v1/orders", lambda keys: f"Bearer {keys.token()}"),
        ("401 from {url} although my token is brand new!! id {id}, {time}", *COMMON),
    ),
    Way(
        "refresh",
        TOKENS,
        "A refresh token",
        "Sent where the access token belongs.",
        _bearer("/v1/orders", lambda keys: keys.token(life=1_209_600, token_type="refresh", scope="offline_access")),
    ),
    Way(
        "staging",
        TOKENS,
        "A token from staging",
        "Signed with a key that this service does not know.",
        _bearer("/v1/orders", lambda keys: keys.token(staging=True)),
        ("deployed to prod and now {url} answers 401, was fine on staging. {time}, request id {id}", *COMMON),
    ),
    Way(
        "cut",
        TOKENS,
        "A token cut off",
        "The last characters were lost when it was copied.",
        _bearer("/v1/orders", lambda keys: keys.token()[:-41]),  # a length that no base64url text has
    ),
    Way(
        "scope",
        TOKENS,
        "A token without the scope",
        "Not a 401: a 403, since the token is good but may not do this.",
        _bearer("/v1/orders/1/refund", lambda keys: keys.token()),
        ("I can't refund: {url} says 403 forbidden, request id {id}, {time}",),
    ),
    Way(
        "key",
        OTHERS,
        "A wrong API key",
        "It was rotated, the client still has the old one.",
        lambda keys: Attempt("/v1/billing", {"X-API-Key": "dk_" + "0" * 32}),
    ),
    Way(
        "key_place",
        OTHERS,
        "An API key in the wrong header",
        "Sent as a bearer token instead of in X-API-Key.",
        lambda keys: Attempt("/v1/billing", {"Authorization": f"Bearer {keys.api_key}"}),
        ("my api key does not work on {url} :( I get 401, id {id}. key is sent in the Authorization header", *COMMON),
    ),
    Way(
        "password",
        OTHERS,
        "A wrong password",
        "Basic, with last month's password.",
        lambda keys: Attempt("/v1/reports", _basic(USER, "last-month")),
    ),
    Way(
        "session",
        OTHERS,
        "A session that ended",
        "The cookie is there, the session is not.",
        lambda keys: Attempt("/account", {"Cookie": "demo_session=" + "0" * 32}),
        ("I'm logged out all the time, {url} 401 at {time} {id}", *COMMON),
    ),
    Way(
        "link_expired",
        OTHERS,
        "An expired link",
        "A signed download link from an e-mail of yesterday.",
        _link("/files/invoice-7.pdf", late=86_400),
        ("the download link from the mail doesn't work: {url} 401, {time}, {id}",),
    ),
    Way(
        "link_cut",
        OTHERS,
        "A link cut off",
        "The mail program broke the line, the signature lost its end.",
        _link("/files/invoice-8.pdf", late=-86_400, cut=-20),
        ("customer says this link gives unauthorized {url} (request {id}, {time})",),
    ),
    Way(
        "preflight",
        ROADS,
        "A preflight refused",
        "The browser asks first, without credentials, and is refused.",
        lambda keys: Attempt(
            "/v1/web/orders",
            {
                "Origin": "https://shop.example",
                "Access-Control-Request-Method": "GET",
                "Access-Control-Request-Headers": "authorization",
            },
            "OPTIONS",
        ),
        ("CORS error in the console on https://shop.example: OPTIONS {url} gets 401, {time}, {id}. curl works",),
    ),
    Way(
        "redirect",
        ROADS,
        "A token lost in a redirect",
        "Without the slash it redirects to another host name; clients drop the token.",
        _bearer("/v1/export", lambda keys: keys.token()),
        ("{url} gives 401 with a token that works everywhere else, {time}. X-Request-Id {id}", *COMMON),
    ),
    Way(
        "path",
        ROADS,
        "The wrong path",
        "/internal wants a name and a password, not a token.",
        _bearer("/internal/orders", lambda keys: keys.token()),
    ),
)
BY_ID: Mapping[str, Way] = {way.id: way for way in WAYS}

MENDED: Mapping[str, Callable[[Keys], Attempt]] = {
    "/v1/orders": _bearer("/v1/orders", lambda keys: keys.token()),
    "/v1/orders/1/refund": _bearer("/v1/orders/1/refund", lambda keys: keys.token(scope="orders:read orders:write")),
    "/v1/billing": lambda keys: Attempt("/v1/billing", {"X-API-Key": keys.api_key}),
    "/v1/reports": lambda keys: Attempt("/v1/reports", _basic(USER, keys.password)),
    "/internal/orders": lambda keys: Attempt("/internal/orders", _basic(USER, keys.password)),
    "/account": lambda keys: Attempt("/account", {"Cookie": f"demo_session={keys.session}"}),
    "/files/invoice-7.pdf": _link("/files/invoice-7.pdf", late=-86_400),
    "/files/invoice-8.pdf": _link("/files/invoice-8.pdf", late=-86_400),
    "/v1/export": _bearer("/v1/export/", lambda keys: keys.token()),
}
"""By the path that was refused: the request of somebody who mended it. The preflight is the service's own."""


def report(outcome: Outcome, turn: int) -> str:
    """What Rita writes of it. `turn` picks among the ways to say it. Times are hers, in Berlin."""
    way = BY_ID[outcome.way]
    words = (way.words or COMMON)[turn % len(way.words or COMMON)]
    clock = datetime.fromtimestamp(outcome.at, ZoneInfo("Europe/Berlin")).strftime("%H:%M")
    path = outcome.url.partition("://")[2].partition("/")[2].partition("?")[0]
    return words.format(url=outcome.url, time=clock, id=outcome.request_id, path=f"/{path}")


def curl(attempt: Attempt, base_url: str) -> str:
    """The same request for a terminal. The credentials are the demo's own."""
    parts = ["curl -i"]
    parts += ["-L"] if attempt.path == "/v1/export" else []
    parts += [f"-X {attempt.method}"] if attempt.method != "GET" else []
    parts += [f"-H {_shell(f'{name}: {value}')}" for name, value in attempt.headers.items()]
    return " ".join([*parts, _shell(base_url + attempt.path)])


def _shell(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
