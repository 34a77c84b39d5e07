"""`watch:` in services.yaml."""

import re
from pathlib import Path

import pytest

from bot import services
from bot.errors import UsageError
from bot.spikes.geoip import ELSEWHERE
from bot.spikes.model import Cell
from bot.spikes.watch.options import paths

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


@pytest.fixture
def places(tmp_path: Path) -> Path:
    """A file in MaxMind's format."""
    from mmdb_writer import MMDBWriter
    from netaddr import IPSet

    writer = MMDBWriter(ip_version=6, database_type="Test-City", ipv4_compatible=True)
    for networks, told in (
        (
            ["192.0.2.0/24", "2001:db8::/48"],
            {"country": {"iso_code": "DE"}, "continent": {"code": "EU"}, "subdivisions": [{"iso_code": "BE"}]},
        ),
        (["198.51.100.0/24"], {"registered_country": {"iso_code": "FR"}, "continent": {"code": "EU"}}),
        (["203.0.113.0/24"], {"country": ["of another", "shape"]}),
    ):
        writer.insert_network(IPSet(networks), told)
    writer.to_db_file(str(tmp_path / "places.mmdb"))
    return tmp_path / "places.mmdb"


@pytest.mark.parametrize(
    ("geoip", "wanted"),
    [
        ("places.mmdb", ["DE", "DE", "FR"]),
        ("{file: places.mmdb, by: continent}", ["EU", "EU", "EU"]),
        ("{file: places.mmdb, by: subdivision}", ["DE-BE", "DE-BE", "FR"]),
    ],
)
def test_regions_by_a_file_of_places(places: Path, geoip: str, wanted: list[str]) -> None:
    from datetime import UTC, datetime

    (service,) = services.load(write(places.parent, f"    geoip: {geoip}\n"))
    assert service.watch is not None
    clients = (b"192.0.2.7", b"2001:db8::1", b"198.51.100.9", b"203.0.113.5", b"10.0.0.1", b"-", b"fe80::1%eth0")
    chunk = b"".join(LINE % client for client in clients)
    taken = service.watch.lines().read(chunk, "a.log", datetime(2026, 1, 6, tzinfo=UTC))
    regions = sorted(cell.region for _, cell in taken.answers.elements())
    assert regions == sorted([*wanted, *[ELSEWHERE] * 4])


def test_a_file_of_places_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "places.mmdb").write_bytes(b"no such thing" * 99)
    (service,) = services.load(write(tmp_path, "    geoip: places.mmdb\n"))
    assert service.watch is not None
    with pytest.raises(UsageError, match=r"places\.mmdb: no MaxMind DB can be read there"):
        service.watch.lines()
    file = write(
        tmp_path, "    geoip: {file: places.mmdb, by: street}\n    region: host\n    networks: {a: 10.0.0.0/8}\n"
    )
    with pytest.raises(UsageError) as caught:
        services.load(file)
    assert [fault.split("services.yaml:")[1][:20] for fault in caught.value.faults] == [
        "6: 'by' is one of co", "6: 'watch' takes one",
    ]  # fmt: skip
    with pytest.raises(UsageError, match=r"yaml:6: 'geoip' is the path"):
        services.load(write(tmp_path, "    geoip: {path: places.mmdb}\n"))
    with pytest.raises(UsageError, match=r"yaml:6: 'geoip': .*none.mmdb: there is no such file"):
        services.load(write(tmp_path, "    geoip: none.mmdb\n"))


def test_what_is_wrong_with_counting_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "services.yaml"
    file.write_text(
        """services:
- name: shop
  hosts: [a.test]
  logs:
  - clickhouse: https://ch.test
    table: logs.http
    time: ts
    count:
      path: 'path`; DROP'
      clinet: ip
      delay: soon
  - {loki: https://loki.test, query: '{a="b"}', count: {user_agent: user-agent}}
  - {loki: https://loki.test, query: '{a="b"}', count: [path]}
  - {splunk: https://splunk.test, query: index=main, count: {}}
  metrics:
  - {prometheus: https://p.test, query: 'sum(rate(x[1m]))'}
  - {prometheus: p.test, query: x_total, delay: 9999, route: 'a b', status: code}
  - {loki: https://loki.test, query: '{a="b"}'}
  - up
"""
    )
    with pytest.raises(UsageError) as caught:
        services.load(file)
    told = [fault.split("services.yaml:")[1] for fault in caught.value.faults]
    assert ["".join(re.split("['\"]", text)[:2]) for text in told] == [
        "9: path", "10: unknown key clinet", "11: delay", "9: count", "12: user_agent", "13: count",
        "14: unknown key count", "16: query", "17: prometheus", "17: delay", "17: route",
        "18: an entry has the key prometheus", "19: metrics",
    ]  # fmt: skip
