"""What a refusal's own line tells in few or in other words: whole reports through the command, and near misses."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main

ORDERS = "".join(f"2026-11-20T10:{m:02}:07Z INFO [req={m:08x}] GET /v1/orders 200\n" for m in range(15))
TOKENS = "".join(f"2026-11-20T10:{m:02}:06Z INFO issued token for client=portal\n" for m in range(15))
CALLED = (
    "2026-11-20T10:15:12.100Z ERROR [req=77aa77aa] token endpoint https://id.acme.test/oauth2/token answered 401\n"
    "2026-11-20T10:15:12.110Z WARN [req=77aa77aa] GET /v1/orders 401\n"
)
TOLD = '2026-11-20T10:15:12.110Z WARN [req=77aa77aa] GET /v1/orders 401 "could not get a token: 401"\n'
SECRET = "2026-11-20T10:15:12.090Z WARN token request refused client=orders-svc: client secret does not match\n"
ASSERTION = "2026-11-20T10:15:12.090Z WARN client_id=orders-svc assertion rejected, key unknown\n"
ANOTHERS = SECRET.replace("10:15:12", "10:13:40").replace("orders-svc", "crm")


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def asked(report: str, **logs: str) -> dict[str, Any]:
        for name, text in logs.items():
            (tmp_path / f"{name}.log").write_text(text)
        argv = ["diagnose", "--json", "--no-probe", "--logs", str(tmp_path), "--posted-at", "2026-11-20T10:20:00Z"]
        assert main([*argv, report]) == 0
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        return told

    return asked


def first(told: dict[str, Any]) -> str:
    return str(told["causes"][0]["id"]) if told["known"] else ""


@pytest.mark.parametrize("provider", [SECRET, ASSERTION])
@pytest.mark.parametrize("service", [CALLED, TOLD])
def test_the_providers_words_count_before_the_services_generic_ones(ask: Any, service: str, provider: str) -> None:
    told = ask("GET /v1/orders gives 401 at 10:15:12 UTC", app=ORDERS + service, idp=TOKENS + provider)
    assert first(told) == "client_auth_failed"


def test_another_clients_refusal_at_another_moment_is_not_the_services(ask: Any) -> None:
    told = ask("GET /v1/orders gives 401 at 10:15:12 UTC", app=ORDERS + CALLED, idp=TOKENS + ANOTHERS)
    assert first(told) == "upstream_rejected"


def test_a_line_without_a_request_is_the_reporters_where_it_names_them(ask: Any) -> None:
    line = "2026-11-20T10:15:01Z app=swap-bot asked for a pass, its own secret is not the one we have\n"
    report = "our swap bot gets no token: POST https://id.acme.test/token 401 10:15Z, client id "
    own, anothers = (ask(f"{report}{name}", api=ORDERS, idp=TOKENS + line) for name in ("swap-bot", "rota-bot7"))
    sure, doubted = (told["causes"][0]["confidence"] for told in (own, anothers))
    assert first(own) == "client_auth_failed"
    assert doubted < 0.85 * sure


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("Session not found or expired", "session_expired"),
        ("session lookup failed: unknown session", "session_expired"),
        ("Session cookie missing", "cookie_not_sent"),
    ],
)
def test_a_session_that_came_is_told_from_none_that_came(ask: Any, reason: str, cause: str) -> None:
    line = f'2026-11-20T10:15:12.110Z WARN [req=77aa77aa] GET /account 401 reason="{reason}"\n'
    told = ask("https://shop.acme.test/account says 401, request 77aa77aa", app=ORDERS + line)
    assert first(told) == cause
    assert told["causes"][0]["confidence"] > 2 * told["causes"][1]["confidence"]


@pytest.mark.parametrize(
    ("compared", "cause"),
    [
        ("exp 1795166000 now 1795169712", "token_expired"),
        ("iss=https://id.acme.test/a want=https://id.acme.test/b", "wrong_issuer"),
        ("aud=billing want=orders", "wrong_audience"),
        ("kid v1 != v2", "unknown_signing_key"),
        ("client secret: got hunter2 want s3cretWinter", "client_auth_failed"),
        ("aud=orders want=orders", ""),
        ("attempt 1 != 3", ""),
    ],
)
def test_values_that_are_compared_tell_the_cause_and_secrets_among_them_are_hidden(
    ask: Any, compared: str, cause: str
) -> None:
    line = f"2026-11-20T10:15:12.110Z WARN [req=77aa77aa] GET /v1/orders 401 deny {compared}\n"
    told = ask("https://shop.acme.test/v1/orders says 401, request 77aa77aa", app=ORDERS + line)
    assert first(told) == cause
    assert not [secret for secret in ("hunter2", "s3cretWinter") if secret in json.dumps(told)]


@pytest.mark.parametrize(
    ("said", "at", "within"),
    [
        ("since this morning", "2026-11-20T08:10:00Z", 7800),
        ("this morning", "2026-11-20T08:10:00Z", 7800),
        ("since yesterday", "2026-11-19T22:20:00Z", 43200),
        ("since 10", "2026-11-20T10:00:00Z", 1200),
        ("since 10 minutes", "2026-11-20T10:10:00Z", 600),
        ("after 10 tries", None, None),
    ],
)
def test_what_lasts_reaches_until_the_report(ask: Any, said: str, at: str | None, within: float | None) -> None:
    told = ask(f"{said} nothing works, 401", app=ORDERS)["report"]
    assert (told["at"], told["at_precision_s"]) == (at, within)
