from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import settings
from bot.cli import main
from bot.errors import UsageError
from bot.settings import SETTINGS, Setting

SLACK = {"SLACK_BOT_TOKEN": "xoxb-made-up", "SLACK_SIGNING_SECRET": "made-up"}


def faults(environ: dict[str, str], *, slack: bool = False) -> tuple[str, ...]:
    with pytest.raises(UsageError) as caught:
        settings.load(environ, slack=slack)
    return caught.value.faults


def test_an_empty_environment_is_fine_and_every_setting_has_a_meaning() -> None:
    given = settings.load({})
    assert given.slack_api_url == "https://slack.com/api/"
    assert given.port == 3000
    assert all(s.meaning for s in SETTINGS)


def test_every_fault_is_reported_at_once_on_a_line_of_its_own(tmp_path: Path) -> None:
    wrong = tmp_path / "services.yaml"
    wrong.write_text("services:\n- name: a\n  hosts: [a.example]\n  jwksuri: x\n- hosts: [b.example]\n")
    found = faults(
        {
            "SLACK_BOT_TOKEN": "xapp-1-made-up",
            "PORT": "http",
            "REDIS_URL": "localhost:6379",
            "SLACK_API_URL": "slack.com",
            "LOCKSMITH_SERVICES": str(wrong),
            "LOCKSMITH_LOGS": f"{tmp_path}/none.log,{tmp_path}/*.log,{tmp_path}/nowhere/*.log",
            "LOCKSMITH_SUPPORT_CHANNELS": "C024BE91L,#support",
            "LOCKSMITH_ENGINEERS": "U024BE7LH,@support",
            "LOCKSMITH_CACERT": str(wrong),
            "LOCKSMITH_SERVICE": "typo",
        }
    )
    names = sorted({fault.partition(":")[0] for fault in found})
    assert names == [
        "LOCKSMITH_CACERT",
        "LOCKSMITH_ENGINEERS",
        "LOCKSMITH_LOGS",
        "LOCKSMITH_SERVICE",
        "LOCKSMITH_SERVICES",
        "LOCKSMITH_SUPPORT_CHANNELS",
        "PORT",
        "REDIS_URL",
        "SLACK_API_URL",
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
    ]
    assert sum(fault.startswith("LOCKSMITH_SERVICES") for fault in found) == 2
    assert sum(fault.startswith("LOCKSMITH_LOGS") for fault in found) == 2
    assert all("\n" not in fault for fault in found)
    assert any("did you mean LOCKSMITH_SERVICES?" in fault for fault in found)


def test_log_paths_of_services_are_checked_too(tmp_path: Path) -> None:
    file = tmp_path / "services.yaml"
    file.write_text("services:\n- name: shop\n  hosts: [a.example]\n  logs: [gone.log]\n")
    (fault,) = faults({"LOCKSMITH_SERVICES": str(file)})
    assert fault.startswith(f"service 'shop': {tmp_path}/gone.log: there is no such")


def test_serving_needs_a_token_and_http_needs_the_signing_secret() -> None:
    assert [f.partition(":")[0] for f in faults({}, slack=True)] == ["SLACK_BOT_TOKEN"]
    assert [f.partition(":")[0] for f in faults({"SLACK_BOT_TOKEN": "xoxb-x"})] == ["SLACK_SIGNING_SECRET"]
    assert settings.load({"SLACK_BOT_TOKEN": "xoxb-x", "SLACK_APP_TOKEN": "xapp-x"}, slack=True).app_token == "xapp-x"


def test_several_workspaces_need_the_client_id_its_secret_and_good_keys() -> None:
    key, app = "K" * 43 + "=", {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s", "SLACK_SIGNING_SECRET": "x"}
    found = settings.load({**app, "LOCKSMITH_ENCRYPTION_KEY": f"{key}, {'+/' * 21}+="}, slack=True)
    assert (found.slack_token, len(found.encryption_keys)) == ("", 2)
    assert [f.partition(":")[0] for f in faults({"SLACK_CLIENT_ID": "1.2"}, slack=True)] == [
        "SLACK_SIGNING_SECRET",
        "SLACK_CLIENT_SECRET",
        "LOCKSMITH_ENCRYPTION_KEY",
    ]
    assert [f.partition(":")[0] for f in faults({"SLACK_CLIENT_SECRET": "s"})] == ["SLACK_CLIENT_ID"]
    (fault,) = faults({**app, "LOCKSMITH_ENCRYPTION_KEY": f"{key},short,"})
    assert fault.startswith("LOCKSMITH_ENCRYPTION_KEY: key 2 of 2 is not 32 bytes")
    assert "openssl rand -base64 32" in fault


def test_the_api_address_gets_its_slash_and_valkey_addresses_are_taken() -> None:
    found = settings.load({**SLACK, "SLACK_API_URL": "http://127.0.0.1:9/api", "REDIS_URL": "valkey://h:1/2"})
    assert (found.slack_api_url, found.redis_url) == ("http://127.0.0.1:9/api/", "redis://h:1/2")


@given(
    st.sampled_from([s for s in SETTINGS if s.secret]),
    st.text("abcdefghijkl0123456789:/@[]#", min_size=12, max_size=40),
)
def test_a_secret_never_shows_in_a_fault_or_a_repr(setting: Setting, value: str) -> None:
    try:
        shown = repr(settings.load({**SLACK, setting.name: value}))
    except UsageError as error:
        shown = str(error)
    assert value.strip() not in shown


def test_the_readme_holds_the_table_of_settings() -> None:
    assert settings.table() in (Path(__file__).parents[2] / "README.md").read_text()


def test_wrong_settings_stop_the_start_with_a_line_each(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in (s.name for s in SETTINGS):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("LOCKSMITH_CACERT", str(tmp_path / "no.pem"))
    for command in ("serve", "work"):
        assert main([command]) == 2
        lines = capsys.readouterr().err.splitlines()
        assert [line.split(":")[1].strip() for line in lines] == ["SLACK_BOT_TOKEN", "PORT", "LOCKSMITH_CACERT"]
    assert main(["run"]) == 2
    assert main(["doctor"]) == 1
    assert "wrong" in capsys.readouterr().out


def test_engineers_are_user_groups_and_people() -> None:
    assert settings.load({"LOCKSMITH_ENGINEERS": "S0604QSJC, U024BE7LH,W012A3CDE"}).engineers == (
        "S0604QSJC",
        "U024BE7LH",
        "W012A3CDE",
    )
    (fault,) = faults({"LOCKSMITH_ENGINEERS": "U024BE7LH, C024BE91L"})
    assert "'C024BE91L'" in fault
