"""A store in trouble is one line that says which, what and how to mend it; the rest of the answer stands."""

from __future__ import annotations

import dataclasses
import datetime
import socket
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiohttp import web

from bot.logs.search import find
from bot.logs.stores import http as store_http
from bot.logs.stores.interface import Store
from bot.logs.stores.troubles import NO_JSON, OTHER_SHAPE
from tests.logs.stores.places import ENVIRON, REAL, WEB, configured
from tests.logs.stores.standins import AT, Handler, Record, drip, loki, serving
from tests.logs.stores.test_stores import ID, QUERY, access

ENTRIES = {kind: entry for kind, (_, entry) in WEB.items()} | {"clickhouse": REAL["clickhouse"]}
SECRETS = [word for value in ENVIRON.values() for word in (value, *value.split(":")) if len(word) > 4]


@pytest.fixture(params=sorted(ENTRIES))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_http, "PAUSE_S", 0.0)


def always(status: int, text: str = "", **headers: str) -> Handler:
    async def handler(request: web.BaseRequest) -> web.Response:
        return web.Response(status=status, text=text, headers=headers)

    return handler


def notes(store: Store, folder: Path, environ: dict[str, str] = ENVIRON, seconds: float = 15.0) -> tuple[str, ...]:
    """The notes of a look-up in the store and a file; what the file holds must be found whatever the store does."""
    log = folder / "access.log"
    log.write_text(access(0, 401) + "\n")
    found = find(QUERY, [str(log)], [store], seconds=seconds, environ=environ)
    assert [e.text for e in found.request] == [access(0, 401)]
    assert found.files == (str(log),)
    for note in found.notes:
        assert note.startswith(f"{store.name}: ")
        assert "\n" not in note
        assert len(note) < 500
        assert not [secret for secret in SECRETS if secret in note]
    return found.notes


def trouble(kind: str, folder: Path, handler: Handler, **more: Any) -> str:
    """The one note on a store that answers so."""
    with serving(handler) as url:
        (store,) = configured(folder, ENTRIES[kind](url))
        (note,) = notes(store, folder, **more)
    return note.removeprefix(f"{store.name}: ")


def test_nobody_is_there(kind: str, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        (store,) = configured(tmp_path, ENTRIES[kind](f"http://127.0.0.1:{free.getsockname()[1]}"))
        (note,) = notes(store, tmp_path)
    assert note.endswith("refuses the connection; see whether it runs, and check its address")


@pytest.mark.parametrize("status", [401, 403])
def test_it_refuses_the_credentials(kind: str, status: int, tmp_path: Path) -> None:
    note = trouble(kind, tmp_path, always(status, f"bad token {ENVIRON['STORE_TOKEN']}"))
    variable = ENTRIES[kind]("http://x")["credentials"]
    assert note == f"refuses the credentials ({status}); check what {variable} holds and may read"


def test_the_credentials_are_not_set(kind: str, tmp_path: Path) -> None:
    asked: list[str] = []

    async def handler(request: web.BaseRequest) -> web.Response:
        asked.append(request.path)
        return web.Response()

    note = trouble(kind, tmp_path, handler, environ={})
    assert note == f"its credentials are not set; put them into {ENTRIES[kind]('http://x')['credentials']}"
    assert asked == []


def test_it_wants_credentials(tmp_path: Path) -> None:
    with serving(always(401)) as url:
        (store,) = configured(tmp_path, {"loki": url, "query": "{}"})
        (note,) = notes(store, tmp_path)
    assert note.endswith("wants credentials (401); name where they are under 'credentials'")


@pytest.mark.parametrize("page", ["<html>Please sign in</html>", "", "{", "[" * 100_000])
def test_it_is_no_json(kind: str, page: str, tmp_path: Path) -> None:
    if not page and kind in ("clickhouse", "victorialogs", "splunk"):
        pytest.skip("no lines are no rows")
    assert trouble(kind, tmp_path, always(200, page)) == NO_JSON


@pytest.mark.parametrize(
    "page", ['"a"', "[1]", '{"status": "success", "data": 3, "hits": [], "tables": [], "_time": 1}']
)
def test_its_json_has_another_shape(kind: str, page: str, tmp_path: Path) -> None:
    if kind in ("google", "splunk") and page.startswith("{"):
        pytest.skip("objects without entries are empty answers")
    note = trouble(kind, tmp_path, always(200, page))
    assert note == OTHER_SHAPE


def test_a_redirect_is_not_followed(kind: str, tmp_path: Path) -> None:
    with serving(always(200, "{}")) as elsewhere:
        note = trouble(kind, tmp_path, always(302, Location=f"{elsewhere}/login"))
    assert note == "sends elsewhere (302), which is not followed; give the store's own address"


def test_it_is_busy_for_a_while(tmp_path: Path) -> None:
    answers = iter([429, 503])
    asked: list[int] = []

    async def handler(request: web.BaseRequest) -> web.StreamResponse:
        status = next(answers, 200)
        asked.append(status)
        if status != 200:
            return web.Response(status=status, headers={"Retry-After": "0"})
        return await loki([Record(AT, access(0, 401))])(request)

    with serving(handler) as url:
        (store,) = configured(tmp_path, WEB["loki"][1](url))
        found = find(QUERY, [], [store], environ=ENVIRON)
    assert found.notes == ()
    assert len(found.request) == 1
    assert {*asked[:2]} == {429, 503}
    assert {*asked[2:]} == {200}


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (429, "is asked too often (429); ask again in a while, or raise its limit"),
        (503, "fails (503: overloaded); see"),
    ],
)
def test_it_stays_busy(kind: str, status: int, told: str, tmp_path: Path) -> None:
    asked: list[str] = []

    async def handler(request: web.BaseRequest) -> web.Response:
        asked.append(request.path)
        return web.Response(status=status, text="overloaded")

    assert trouble(kind, tmp_path, handler).startswith(told)
    assert len(asked) == 2 * store_http.TRIES  # before and after the named time


def test_it_asks_for_more_patience_than_there_is(tmp_path: Path) -> None:
    note = trouble("loki", tmp_path, always(429, **{"Retry-After": "3600"}))
    assert note.startswith("is asked too often (429)")


def test_it_says_what_is_wrong_with_the_question(kind: str, tmp_path: Path) -> None:
    own = ENVIRON[ENTRIES[kind]("http://x")["credentials"]]
    said = f"no such field in key sk_live_{'4242' * 6}, {own}, {'x' * 5000}"
    note = trouble(kind, tmp_path, always(400, said))
    assert note.startswith("does not take the question (400: no such field")
    assert "4242" not in note


def test_it_drips(kind: str, tmp_path: Path) -> None:
    note = trouble(kind, tmp_path, drip, seconds=0.3)
    assert note.endswith("ask with the exact time")


def test_it_breaks_off(kind: str, tmp_path: Path) -> None:
    async def handler(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b'{"data"')
        assert request.transport
        request.transport.abort()
        return response

    assert trouble(kind, tmp_path, handler) == "breaks the connection off; see whether it is well"


def test_it_sends_too_much(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_http, "LARGEST", 1 << 20)
    note = trouble(kind, tmp_path, always(200, "[" + "1," * (1 << 20)))
    assert note == "answered with more than 1 MB; narrow its entry in services.yaml"


def test_what_came_before_it_broke_is_told(tmp_path: Path) -> None:
    """The request's rows were there, the neighbourhood's were not."""
    inner = loki([Record(AT, access(0, 401, tail=f" rid={ID}"))])

    async def handler(request: web.BaseRequest) -> web.StreamResponse:
        return await inner(request) if "|~" in request.query["query"] else web.Response(status=500, text="disk full")

    with serving(handler) as url:
        (store,) = configured(tmp_path, WEB["loki"][1](url))
        found = find(QUERY, [], [store], environ=ENVIRON)
    assert [e.status for e in found.request] == [401]
    assert found.notes[0].startswith(f"{store.name}: fails (500: disk full)")


@pytest.fixture
def tls(tmp_path: Path) -> Iterator[tuple[trustme.CA, Path]]:
    ca = trustme.CA()
    path = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    yield ca, path


def serving_with(ca: trustme.CA, *names: str, **more: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(*names, **more).configure_cert(context)
    return context


def test_tls_with_an_authority_of_its_own(tls: tuple[trustme.CA, Path], tmp_path: Path) -> None:
    ca, path = tls
    with serving(loki([Record(AT, access(0, 401))]), serving_with(ca, "127.0.0.1")) as url:
        (store,) = configured(tmp_path, WEB["loki"][1](url) | {"cacert": path.name})
        found = find(QUERY, [], [store], environ=ENVIRON)
    assert found.notes == ()
    assert len(found.request) == 1


@pytest.mark.parametrize(
    ("name", "until", "told"),
    [("127.0.0.1", 2020, "has expired; mend that"), ("logs.acme.test", 2099, "is for another name; mend that")],
)
def test_its_certificate_is_no_good(
    name: str, until: int, told: str, tls: tuple[trustme.CA, Path], tmp_path: Path
) -> None:
    ca, path = tls
    with serving(loki([]), serving_with(ca, name, not_after=datetime.datetime(until, 1, 1))) as url:
        (store,) = configured(tmp_path, WEB["loki"][1](url) | {"cacert": str(path)})
        (note,) = notes(store, tmp_path)
    assert told in note


def test_nobody_vouches_for_its_certificate(tls: tuple[trustme.CA, Path], tmp_path: Path) -> None:
    with serving(loki([]), serving_with(tls[0], "127.0.0.1")) as url:
        (store,) = configured(tmp_path, WEB["loki"][1](url))
        (note,) = notes(store, tmp_path)
    assert "is not trusted" in note
    assert note.endswith("or name its authority under 'cacert'")


def test_it_speaks_no_tls(tmp_path: Path) -> None:
    with serving(loki([])) as url:
        (store,) = configured(tmp_path, WEB["loki"][1](url.replace("http:", "https:")))
        (note,) = notes(store, tmp_path)
    assert "does not speak TLS at this port" in note


@pytest.mark.parametrize("text", ["", "no certificate"])
def test_the_file_with_the_authority_is_no_good(text: str, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text(text)
    (store,) = configured(tmp_path, WEB["loki"][1]("https://127.0.0.1:1") | {"cacert": "ca.pem"})
    (note,) = notes(store, tmp_path)
    assert note.endswith("holds no CA certificate in PEM form; mend 'cacert'")


def test_credentials_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{ENVIRON['STORE_TOKEN']}\n")
    with serving(loki([Record(AT, access(0, 401))])) as url:
        (store,) = configured(tmp_path, WEB["loki"][1](url) | {"credentials": "file:token"})
        assert find(QUERY, [], [store], environ={}).notes == ()
    (tmp_path / "token").unlink()
    (note,) = notes(store, tmp_path)
    assert "cannot be read (No such file or directory); mend the path" in note


@pytest.mark.parametrize("value", ["two\nlines", "Bearer naïve", "user:\udce9"])
def test_credentials_that_no_header_can_hold_are_not_shown(value: str, tmp_path: Path) -> None:
    with serving(loki([])) as url:
        (store,) = configured(tmp_path, WEB["loki"][1](url))
        (note,) = notes(store, tmp_path, environ={"STORE_TOKEN": value})
    assert note.endswith("its credentials hold what no header can; check STORE_TOKEN")


@pytest.mark.parametrize("address", ["http://x..y", "http://-", "http://a:99999"])
def test_an_address_that_is_none(address: str, tmp_path: Path) -> None:
    store = dataclasses.replace(configured(tmp_path, WEB["loki"][1]("http://a"))[0], place=address)
    (note,) = notes(store, tmp_path)
    assert "check its" in note


def test_datadog_wants_two_keys(tmp_path: Path) -> None:
    with serving(always(200)) as url:
        (store,) = configured(tmp_path, WEB["datadog"][1](url))
        (note,) = notes(store, tmp_path, environ={"DD_KEYS": "0a1b2c3d"})
    assert note.endswith("wants API_KEY:APPLICATION_KEY; put both into DD_KEYS")


def test_cloudwatch_without_boto3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "botocore.exceptions", None)
    (store,) = configured(tmp_path, {"cloudwatch": "/aws/lambda/x"})
    assert notes(store, tmp_path) == (
        "cloudwatch /aws/lambda/x: needs boto3; install it with pip install 'locksmith[cloudwatch]'",
    )


def test_cloudwatch_without_such_a_group(tmp_path: Path, moto_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    (store,) = configured(tmp_path, {"cloudwatch": "/none", "region": "eu-west-1", "endpoint": moto_url})
    (note,) = notes(store, tmp_path)
    assert note == "cloudwatch /none: there is no such log group; check its name and 'region'"


@pytest.mark.parametrize(
    ("more", "told"),
    [({"profile": "nobody"}, "names a profile that there is not; check 'profile'"), ({}, "needs a region; name it")],
)
def test_cloudwatch_without_a_place(
    more: dict[str, str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    (store,) = configured(tmp_path, {"cloudwatch": "/aws/lambda/x"} | more)
    (note,) = notes(store, tmp_path)
    assert told in note


def test_a_table_that_there_is_not(tmp_path: Path, clickhouse: Any) -> None:
    clickhouse.fill([])
    (store,) = configured(tmp_path, REAL["clickhouse"](clickhouse.url) | {"table": "logs.nothing"})
    (note,) = notes(store, tmp_path)
    assert "has nothing there (404: Code: 60. DB::Exception: Unknown table" in note


def test_splunk_tells_of_its_own_faults(tmp_path: Path) -> None:
    line = '{"messages": [{"type": "FATAL", "text": "Search not executed: disk is full"}]}'
    note = trouble("splunk", tmp_path, always(200, line))
    assert note == "fails (Search not executed: disk is full); check its entry in services.yaml"
