"""Stores in services.yaml: read strictly, every fault with its line, never a secret."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.logs.stores import KINDS
from bot.logs.stores.elastic import OpenSearch
from bot.logs.stores.loki import Loki
from bot.services import Service, load

HEAD = "services:\n- name: billing\n  hosts: [b.acme.test]\n  logs:\n"
README = Path(__file__).parents[3] / "README.md"


def read(folder: Path, *entries: str) -> Service:
    path = folder / "services.yaml"
    path.write_text(HEAD + "".join(f"  - {entry}\n" for entry in entries))
    (service,) = load(path)
    return service


def faults(folder: Path, *entries: str) -> list[str]:
    with pytest.raises(UsageError) as caught:
        read(folder, *entries)
    return [fault.removeprefix(f"{folder / 'services.yaml'}:") for fault in caught.value.faults]


def test_stores_stand_among_paths(tmp_path: Path) -> None:
    service = read(
        tmp_path,
        "logs/app.log",
        "{loki: https://loki.acme.test/, query: '{a=\"b\"}', tenant: 1, credentials: LOKI_TOKEN, cacert: ca.pem}",
        "{opensearch: https://os.acme.test, index: logs-*, ids: request_id, credentials: 'file:secrets/os'}",
    )
    assert service.logs == (str(tmp_path / "logs/app.log"),)
    loki, search = service.stores
    assert loki == Loki(
        place="https://loki.acme.test/",
        query='{a="b"}',
        tenant="1",
        credentials="LOKI_TOKEN",
        cacert=str(tmp_path / "ca.pem"),
    )
    assert loki.name == "loki loki.acme.test"
    assert isinstance(search, OpenSearch)
    assert (search.ids, search.credentials) == (("request_id",), f"file:{tmp_path / 'secrets/os'}")


def test_one_store_needs_no_list(tmp_path: Path) -> None:
    path = tmp_path / "services.yaml"
    path.write_text(HEAD.replace("logs:\n", "logs: {cloudwatch: /aws/lambda/x}\n"))
    (service,) = load(path)
    assert [store.name for store in service.stores] == ["cloudwatch /aws/lambda/x"]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("{path: /var/log}", "a log store has one of the keys loki, opensearch,"),
        ("{loki: http://a, splunk: http://b, query: x}", "a log store has one of the keys loki, opensearch,"),
        ("{loki: http://a}", "'loki' needs 'query' beside it"),
        ("{loki: http://a, query: x, tennant: y}", "unknown key 'tennant' beside 'loki'; known are loki, credentials,"),
        ("{loki: http://a, query: x, place: y}", "unknown key 'place' beside 'loki'"),
        ("{loki: http://a, query: x, [a]: y}", "unknown key '' beside 'loki'"),
        ("{loki: http://a, query: x, query: y}", "'query' is given twice"),
        ("{loki: http://a, query: }", "'query' is empty"),
        ("{loki: http://a, query: [x]}", "'query' is a single text"),
        ("{opensearch: http://a, index: x, ids: {a: b}}", "'ids' is a list of texts"),
        ("{opensearch: http://a, index: x, ids: []}", "'ids' is empty"),
        ("{opensearch: http://a, index: ../_all}", "'index' has characters that it cannot have"),
        ("{loki: ftp://a, query: x}", "'loki' is no address"),
        ("{loki: 'http://a:port', query: x}", "'loki' is no address"),
        ("{loki: 'http://[', query: x}", "'loki' is no address"),
        ("{loki: 'http://a b', query: x}", "'loki' is no address"),
        ("{loki: http://a, query: x, tenant: köln}", "'tenant' has characters that it cannot have"),
        ("{loki: 'http://a?x=1', query: x}", "'loki' has a query or fragment"),
        ("{clickhouse: http://a, table: 'a; DROP TABLE b', time: ts}", "'table' has characters that it cannot have"),
        ("{clickhouse: http://a, table: a, time: 'ts`'}", "'time' has characters that it cannot have"),
        ("{clickhouse: http://a, table: a, time: ts, ids: [a, 'b`']}", "'ids' has characters that it cannot have"),
        ("{cloudwatch: x, credentials: AWS}", "unknown key 'credentials' beside 'cloudwatch'"),
        ("{google: 'a/../b'}", "'google' has characters that it cannot have"),
        ("{google: a, endpoint: nowhere}", "'endpoint' is no address"),
        ("{victorialogs: http://a, tenant: acme}", "'tenant' has characters that it cannot have"),
    ],
)
def test_a_fault_is_one_line_with_its_place(entry: str, told: str, tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, "a.log", entry)
    assert fault.startswith(f"6: {told}")


SECRETS = [
    "hunter2-and-more", "admin:changeme", "glsa_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6_a1b2c3d4", "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJub2JvZHkifQ.Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFy",
]  # fmt: skip


@pytest.mark.parametrize("secret", SECRETS)
def test_credentials_are_never_in_the_file(secret: str, tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, json.dumps({"loki": "http://a", "query": "x", "credentials": secret}))
    assert fault == (
        "5: 'credentials' names an environment variable, as in LOKI_TOKEN, or file:/path; it never holds a secret"
    )


@pytest.mark.parametrize(
    "entry",
    [
        {"loki": "https://admin:changeme@loki.acme.test", "query": "x"},
        {"loki": "https://loki.acme.test", "query": "Authorization: Bearer vN3kQ81sLxTq09ZbYw7"},
        {"splunk": "https://s.acme.test", "query": f"index=main token={SECRETS[-1]}"},
    ],
)
def test_nor_anywhere_else_beside_a_store(entry: dict[str, str], tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, json.dumps(entry))
    assert "into an environment variable, named by 'credentials'" in fault
    assert "vN3kQ81sLxTq09ZbYw7" not in fault
    assert "changeme" not in fault
    assert SECRETS[-1] not in fault


ATOMS = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("http://a.acme.test")
KEYS = st.sampled_from(
    [*KINDS, "query", "index", "table", "time", "ids", "credentials", "tenant", "count", "path", "status", "delay"]
) | st.text(max_size=9)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entry=st.dictionaries(KEYS, ATOMS | st.lists(ATOMS, max_size=3) | st.dictionaries(KEYS, ATOMS), max_size=6))
def test_any_mapping_is_read_or_refused(entry: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "services.yaml"
    path.write_text(yaml.safe_dump({"services": [{"name": "b", "hosts": ["b.acme.test"], "logs": [entry]}]}))
    try:
        (service,) = load(path)
    except UsageError as error:
        assert all(fault.startswith(f"{path}:") and "\n" not in fault for fault in error.faults)
    else:
        assert len(service.stores) == 1


def test_the_readme_shows_every_kind_and_key(tmp_path: Path) -> None:
    section = README.read_text().partition("### Log stores")[2].partition("\n## ")[0]
    example = section.partition("```yaml\n")[2].partition("```")[0]
    entries = yaml.safe_load(
        example.replace("0123abcd-…", "0123abcd-0123-4567-89ab-0123456789ab").replace("…,", "0" * 32 + ",")
    )
    path = tmp_path / "services.yaml"
    path.write_text(json.dumps({"services": [{"name": "b", "hosts": ["b.acme.test"], **entries}]}))
    (service,) = load(path)
    assert {store.kind for store in service.stores} == set(KINDS)
    keys = {field.name for store in KINDS.values() for field in fields(store)} - {"place"}
    assert [key for key in keys if f"{key}:" not in section] == []
