"""What a service told to hold at its start, against what the failing request brings."""

from typing import Any

import pytest

from bot.model import Entry, Presented, Report, TokenFacts
from tests.reading.scenes import NOON, entry, ids, reading
from tests.reading.test_traces import line

MINE: dict[str, Any] = {"status": 401, "client": "203.0.113.9", "ids": ("req-1",)}
KEY = "log.key_not_held"


def with_token(**claims: Any) -> Report:
    token = TokenFacts(segments=3, length=300, alg="RS256", **claims)
    shown = (Presented(place="loose", kind="jwt", token=token),)
    return Report(text="401", posted_at=NOON, path="/v1/items", presented=shown)


def found(report: Report, *told: Entry) -> set[str]:
    return ids(reading(entry(0, **MINE), told, report))


@pytest.mark.parametrize(
    "start",
    [
        "orders 2.1 starting, signing keys acme-2026-08",
        "keyring loaded, 2 key(s): acme-2026-07, acme-2026-08",
        '{"msg":"started","kids":["acme-2026-07","acme-2026-08"]}',
        "JWKS refreshed: acme-2026-08",
        "Schlüssel geladen: acme-2026-08",
        "llaves cargadas: acme-2026-08",
        "arranque llaves=[acme-2026-08]",
    ],
)
def test_a_key_that_the_service_did_not_load_is_told(start: str) -> None:
    assert KEY in found(with_token(kid="acme-2026-11"), line(start, -300))


@pytest.mark.parametrize(
    ("kid", "lines"),
    [
        ("acme-2026-08", [("starting, signing keys acme-2026-08", -300)]),
        ("acme-2026-11", [("starting, signing keys acme-2026-08", -300), ("starting, signing keys acme-2026-11", -60)]),
        ("acme-2026-11", [("starting, signing keys acme-2026-08", 60)]),
        ("Zq3kPw9_xR", [("starting, signing keys main-1", -300)]),
        ("acme-2026-11", [("starting, keys: acme-2026-08, main, acme-2026-11", -300)]),
        ("acme-2026-11", [("starting, keys: acme-2026-08 and 3 more", -300)]),
        ("acme-2026-11", [("loaded signing key acme-2026-11", -301), ("loaded signing key acme-2026-08", -300)]),
        ("acme-2026-11", [("starting, api keys acme-2026-08", -300)]),
        ("acme-2026-11", [("loaded 12 keys in 35ms", -300)]),
        ("acme-2026-11", [("signing keys acme-2026-08 were asked for by ops", -300)]),
        ("acme-2026-11", [("starting, signing keys key…#1a2b3c", -300)]),
    ],
)
def test_a_key_that_is_held_or_cannot_be_compared_is_not(kid: str, lines: list[tuple[str, float]]) -> None:
    assert KEY not in found(with_token(kid=kid), *(line(text, second) for text, second in lines))


def test_a_key_of_another_instance_is_named_by_the_refusal() -> None:
    here, there = "b.log", "a.log"
    starts = (
        line("start keys=[spring-26]", -300, file=here),
        line("start keys=[autumn-26, spring-26]", -300, file=there),
    )
    mine = entry(0, **MINE)
    asked = line("pass refused, asked=autumn-26 have=spring-26", 0, file=here, ids=("req-1",))
    report = Report(text="401", posted_at=NOON, path="/v1/items")
    assert KEY in ids(reading(mine, (*starts, asked), report, request=(mine, asked)))
    fine = line("pass refused, asked=spring-26", 0, file=here, ids=("req-1",))
    assert KEY not in ids(reading(mine, (*starts, fine), report, request=(mine, fine)))


@pytest.mark.parametrize(
    ("start", "claims", "finding"),
    [
        (
            "starting, issuer https://id.acme.test/staff",
            {"iss": "https://id.acme.test/partners"},
            "log.issuer_not_held",
        ),
        ("listening, audience=orders-api", {"aud": ("billing-api",)}, "log.audience_not_held"),
    ],
)
def test_what_a_start_names_is_held_against_the_token(start: str, claims: dict[str, Any], finding: str) -> None:
    assert finding in found(with_token(**claims), line(start, -300))


@pytest.mark.parametrize(
    ("start", "claims"),
    [
        ("starting, issuer https://id.acme.test/staff/", {"iss": "https://id.acme.test/staff"}),
        ("listening, audiences: billing-api, orders-api", {"aud": ("orders-api", "web")}),
        ("listening, audience of some size", {"aud": ("orders-api",)}),
    ],
)
def test_a_token_that_fits_the_start_is_fine(start: str, claims: dict[str, Any]) -> None:
    assert not {f for f in found(with_token(**claims), line(start, -300)) if f.endswith("_not_held")}
