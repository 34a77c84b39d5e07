import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import main
from bot.errors import UsageError
from bot.services import KEYS, Service, load, service_for, service_meant


def write(folder: Path, text: str) -> Path:
    path = folder / "services.yaml"
    path.write_text(text)
    return path


def test_reads_what_the_operator_tells(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
services:
- name: billing
  hosts: [billing.acme.test, "127.0.0.1:8443"]
  audience: billing-api
  algorithm: RS256
  leeway_s: 30
  jwks: {keys: []}
  logs: [logs/app.log]
  owner: S0604QSJC
  engineers: [S0604QSJD]
  on_call: S0604QSJE
  channel: C024BE91L
  incidents: C024BE91M
""",
    )
    (service,) = load(path)
    assert service == Service(
        name="billing",
        hosts=("billing.acme.test", "127.0.0.1:8443"),
        audience=("billing-api",),
        algorithms=("RS256",),
        leeway_s=30,
        jwks={"keys": []},
        logs=(str(tmp_path / "logs/app.log"),),
        owner=("S0604QSJC",),
        engineers=("S0604QSJD",),
        on_call=("S0604QSJE",),
        channel="C024BE91L",
        incidents="C024BE91M",
    )


def test_names_every_fault_with_its_line(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "services:\n- name: a\n  hosts: [a.test]\n  isuer: x\n- hosts: [b.test]\n- name: c\n  hosts: [c.test]\n"
        "  leeway_s: soon\n  jwks: [1]\n  channel: '#help'\n  engineers: [S0604QSJD, team]\n"
        "- {name: d, hosts: [d.test]}\n- {name: d, hosts: [e.test]}\n",
    )
    with pytest.raises(UsageError) as caught:
        load(path)
    faults = caught.value.faults
    assert [f.partition(": ")[0] for f in faults] == [
        f"{path}:4",
        f"{path}:5",
        f"{path}:8",
        f"{path}:9",
        f"{path}:10",
        f"{path}:11",
        f"{path}:13",
    ]
    assert "'isuer'" in faults[0]
    assert "'name'" in faults[1]
    assert "another service is named 'd'" in faults[-1]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("check: api.acme.test/v1", "'check' is an address without credentials"),
        ("check: https://user:word@api.acme.test/", "'check' is an address without credentials"),
        ("check: https://other.test/v1", "'check' is an address at one of the service's 'hosts'"),
        ("check_status: fine", "'check_status' is a status from 100 to 599"),
        ("check_status: 1000", "'check_status' is a status from 100 to 599"),
    ],
)
def test_what_is_to_be_checked_is_an_address_of_the_service(tmp_path: Path, line: str, fault: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(write(tmp_path, f"services:\n- name: a\n  hosts: [api.acme.test]\n  {line}\n"))
    assert [fault in found for found in caught.value.faults] == [True]
    good = "check: https://api.acme.test:443/v1?x=1\n  check_status: 200"
    (service,) = load(write(tmp_path, f"services:\n- name: a\n  hosts: ['API.acme.test']\n  {good}\n"))
    assert (service.check, service.check_status) == ("https://api.acme.test:443/v1?x=1", 200)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("hosts: ['api.acme.test:99999']", "'api.acme.test:99999' is no host"),
        ("hosts: ['*.acme.test']", "'*.acme.test' is no host"),
        ("hosts: ['https://api.acme.test/']", "'https://api.acme.test/' is no host"),
        ("hosts: [api.acme.test]\n  jwks_uri: id.acme.test/keys", "'jwks_uri' is an address without credentials"),
        ("hosts: [api.acme.test]\n  algorithms: [RS256, RS257]", "no token is signed with 'RS257'"),
        ("hosts: [api.acme.test]\n- name: b\n  hosts: [API.acme.test]", "'api.acme.test' is a host of 'a' too"),
    ],
)
def test_what_could_never_fit_is_refused(tmp_path: Path, line: str, fault: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(write(tmp_path, f"services:\n- name: a\n  {line}\n"))
    assert [fault in found for found in caught.value.faults] == [True]


@pytest.mark.parametrize("host", ["api.acme.test:8443", "[2001:db8::1]:443", "2001:db8::1", "10.0.0.7"])
def test_hosts_are_names_or_addresses(tmp_path: Path, host: str) -> None:
    (service,) = load(write(tmp_path, f"services:\n- name: a\n  hosts: ['{host}']\n"))
    assert service.hosts == (host,)


@pytest.mark.parametrize(
    ("text", "where"), [("services:\n- name: a\n  hosts: [a.test\n- b\n", ":3: is not YAML"), ("", ": is empty")]
)
def test_a_file_that_cannot_be_read_says_where(tmp_path: Path, text: str, where: str) -> None:
    with pytest.raises(UsageError, match=f"services.yaml{where}"):
        load(write(tmp_path, text))


@pytest.mark.parametrize(
    "text", ["services: 3", "- a", "services: [3]", "a: [", "\x00", "services:\n- {name: a, name: b}"]
)
def test_a_wrong_file_is_one_clear_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(write(tmp_path, text))
    assert all("\n" not in fault and "services.yaml" in fault for fault in caught.value.faults)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load(tmp_path / "none.yaml")


def test_what_is_no_small_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "huge.yaml").write_text("#" * 1_000_001)
    for path in (tmp_path, Path("/dev/zero"), tmp_path / "huge.yaml"):
        with pytest.raises(UsageError, match="is no file"):
            load(path)


def test_a_port_narrows_a_service() -> None:
    plain = Service(name="plain", hosts=("api.test",))
    narrow = Service(name="narrow", hosts=("api.test:8443",))
    assert service_for((narrow, plain), "API.test") == plain
    assert service_for((narrow, plain), "api.test", 8443) == narrow
    assert service_for((narrow,), "other.test") is None


@given(
    st.dictionaries(
        st.sampled_from([*KEYS, "other"]), st.one_of(st.none(), st.integers(), st.text(), st.lists(st.text()))
    )
)
def test_any_mapping_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, entry: dict[str, object]) -> None:
    import yaml

    path = write(tmp_path_factory.mktemp("services"), yaml.safe_dump({"services": [entry]}))
    try:
        (service,) = load(path)
    except UsageError as error:
        assert error.faults
    else:
        assert service.name


def test_an_address_is_no_host_and_nothing_stands_beside_the_services(tmp_path: Path) -> None:
    path = write(tmp_path, "services:\n- name: a\n  hosts: [a.test, 'https://b.test/v1']\nservice:\n- name: c\n")
    with pytest.raises(UsageError) as caught:
        load(path)
    unknown, host = caught.value.faults
    assert unknown.startswith(f"{path}:4: unknown key 'service'")
    assert host.startswith(f"{path}:3: 'https://b.test/v1' is no host")


HEIZ, BILLING, API = (
    Service(name="heizportal", hosts=("heizung.acme.test",)),
    Service(name="billing-api", hosts=("billing.acme.test",)),
    Service(name="api", hosts=("api.acme.test",)),
)


@pytest.mark.parametrize(
    ("text", "services", "meant"),
    [
        ("unser Mieterheizportal sagt 401", (HEIZ, BILLING), HEIZ),
        ("the billing api refuses me", (HEIZ, BILLING), BILLING),
        ("I get a 401", (HEIZ,), HEIZ),
        ("I get a 401", (HEIZ, BILLING), None),
        ("heizportal or billing-api, both 401", (HEIZ, BILLING), None),
        ("the capital city app says 401", (API, BILLING), None),
    ],
)
def test_a_report_without_an_address_means_the_service_it_names(
    text: str, services: tuple[Service, ...], meant: Service | None
) -> None:
    assert service_meant(services, text) == meant


def test_the_service_that_is_taken_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "door.log"
    log.write_text("2026-11-24T07:10:00Z WARN GET /v1/rooms 401 ticket expired\n")
    path = write(tmp_path, f"services:\n- {{name: heizportal, hosts: [heizung.acme.test], logs: [{log.name}]}}\n")
    argv = ["diagnose", "--json", "--no-probe", "--posted-at", "2026-11-24T07:12:00Z", "--services", str(path)]
    assert main([*argv, "our heizportal app says 401 since 07:10 UTC"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["service"] == "heizportal"
    assert told["causes"][0]["id"] == "token_expired"
    assert "No address was named; it is taken to be about heizportal (heizung.acme.test)" in told["notes"]


@pytest.mark.parametrize("key", ["owner", "engineers", "on_call"])
@pytest.mark.parametrize("given", ["S0604QSJC, U024BE7LH,W012A3CDE", "[S0604QSJC, U024BE7LH, W012A3CDE]"])
def test_people_are_named_beside_user_groups(tmp_path: Path, key: str, given: str) -> None:
    (service,) = load(write(tmp_path, f"services:\n- name: a\n  hosts: [a.test]\n  {key}: {given}\n"))
    assert getattr(service, key) == ("S0604QSJC", "U024BE7LH", "W012A3CDE")
    with pytest.raises(UsageError) as caught:
        load(write(tmp_path, f"services:\n- name: a\n  hosts: [a.test]\n  {key}: [U024BE7LH, '@team']\n"))
    (fault,) = caught.value.faults
    assert fault.startswith(f"{tmp_path}/services.yaml:4: '{key}' is ids of user groups or people")
    assert "'@team' is none" in fault
