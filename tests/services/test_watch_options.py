"""`watch:` in services.yaml."""

from pathlib import Path

import pytest

from bot import services
from bot.errors import UsageError
from bot.spikes.model import Cell
from bot.spikes.watch.options import ELSEWHERE, paths

LINE = b'%s - - [05/Jan/2026:10:42:07 +0000] "POST /api/v1/orders/abc/items HTTP/1.1" 401 12 "-" "okhttp/4.12.0"\n'


def write(folder: Path, watch: str) -> Path:
    path = folder / "services.yaml"
    path.write_text(f"services:\n- name: shop\n  hosts: [a.test]\n  logs: [a.log]\n  watch:\n{watch}")
    return path


def test_routes_regions_and_rules_are_as_told(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    (tmp_path / "openapi.yaml").write_text(
        "openapi: 3.1.0\nservers: [{url: 'https://a.test/api'}]\npaths: {'/v1/orders/{order}/items': {}}\n"
    )
    file = write(
        tmp_path,
        "    openapi: openapi.yaml\n    login_routes: [POST /login]\n    rules: {score: 6, routes: 50}\n"
        "    networks: {office: [10.1.0.0/16, '2001:db8::/48'], shops: 192.0.2.0/24}\n",
    )
    (service,) = services.load(file)
    watch = service.watch
    assert watch is not None
    assert (watch.rules.score, watch.rules.routes, watch.rules.apart) == (6.0, 50, frozenset(["POST /login"]))
    lines, now = watch.lines(), datetime(2026, 1, 6, tzinfo=UTC)
    chunk = b"".join(LINE % client for client in (b"10.1.2.3", b"2001:db8::7", b"192.0.2.9", b"203.0.113.5"))
    cells = [cell for _, cell in lines.read(chunk, "a.log", now).answers.elements()]
    route = "POST /api/v1/orders/{order}/items"
    wanted = ["office", "office", "shops", ELSEWHERE]
    assert cells and sorted(cells) == sorted(Cell(route, "okhttp/4.12", region) for region in wanted)


def test_names_every_fault_with_its_line(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "    regoin: host\n    rules: {score: high, most: 1, sure: -1}\n    networks: {office: [10.1]}\n"
        "    region: host\n    openapi: none.yaml\n    history: none.csv\n    login_routes: [[a]]\n",
    )
    with pytest.raises(UsageError) as caught:
        services.load(file)
    told = [fault.removeprefix(f"{tmp_path}/services.yaml:").split(": ", 1) for fault in caught.value.faults]
    assert [(line, text.split("'")[1]) for line, text in told] == [
        ("6", "regoin"), ("7", "score"), ("7", "most"), ("7", "sure"), ("8", "10.1"), ("10", "openapi"),
        ("11", "history"), ("12", "login_routes"), ("6", "watch"),
    ]  # fmt: skip
    with pytest.raises(UsageError, match=r"services.yaml:6: 'watch' is a mapping"):
        services.load(write(tmp_path, "    often\n"))


def test_an_openapi_document_that_is_none_is_named(tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    for text in ("[1, 2", "[]", "{}", '{"paths": []}'):
        file.write_text(text)
        with pytest.raises(UsageError, match=r"openapi\.json: "):
            paths(file)
    file.write_text('{"swagger": "2.0", "basePath": "/api/", "paths": {"/orders/{id}": {}, "x-note": {}}}')
    assert paths(file) == ("/orders/{id}", "/api/orders/{id}")
