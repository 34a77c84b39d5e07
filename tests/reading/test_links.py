"""Signed links in the log, held against those that are let in."""

from typing import Any

import pytest

from bot.model import Entry
from tests.reading.scenes import entry, ids, reading

MINE: dict[str, Any] = {"status": 401, "client": "203.0.113.9", "path": "/export/a.pdf"}
FINE = "k=pub_a1&sig=0f1e2d3c&until=1795600000"
LATER = 1_795_600_000


def peers(*queries: str) -> list[Entry]:
    return [entry(n, status=200, client=f"203.0.113.{n}", path=f"/t/{n}", query=q) for n, q in enumerate(queries, 10)]


@pytest.mark.parametrize("query", ["k=pub_a1", "k=pub_a1&until=1795600000", "k=pub_a1&sig=0f1e2d3c"])
def test_a_link_without_what_all_others_bring_is_incomplete(query: str) -> None:
    assert "log.link_incomplete" in ids(reading(entry(0, **MINE, query=query), peers(FINE, FINE, FINE)))


@pytest.mark.parametrize(
    ("query", "others"),
    [
        (FINE, [FINE] * 3),
        ("k=pub_a1", [FINE] * 2),
        ("k=pub_a1", ["k=1&page=2"] * 3),
        ("page=2", [FINE] * 3),
        ("k=pub_a1", [FINE, FINE, "k=pub_a1"]),
    ],
)
def test_a_link_like_others_is_not(query: str, others: list[str]) -> None:
    assert "log.link_incomplete" not in ids(reading(entry(0, **MINE, query=query), peers(*others)))


def test_the_end_in_a_link_is_held_against_the_time_of_the_request() -> None:
    def over(query: str) -> bool:
        return "log.link_over" in ids(reading(entry(0, **MINE, query=query), []))

    assert over("sig=0f&until=1795000000")
    assert over("Signature=0f&Expires=2026-11-20T11:59:00Z")
    assert not over(f"sig=0f&until={LATER}")
    assert not over("until=1795000000")
    assert not over("sig=0f&until=99999999999999999999")


def test_an_end_inside_the_seal_or_counted_from_its_signing_is_read_too() -> None:
    def over(query: str) -> bool:
        return "log.link_over" in ids(reading(entry(0, **MINE, query=query), []))

    signed = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=key…#0f1e2d&X-Amz-Date=20261120T{}Z&X-Amz-Expires=900"
    assert over("bewit=key…#0f1e2d&bewit.ends=1795000000")
    assert over(signed.format("114000"))
    assert not over(signed.format("115000"))


@pytest.mark.parametrize(("words", "over"), [("Zugriff abgelaufen", True), ("link opened", False)])
def test_a_link_of_no_known_end_is_over_where_its_refusal_says_so(words: str, over: bool) -> None:
    said = entry(0.1, method=None, path=None, format="plain", text=words, message=words)
    assert ("log.link_over" in ids(reading(entry(0, **MINE, query="k=8&sig=0f1e2d3c"), [said]))) == over


SEALED = "site={}&sig=0f1e2d3c4b5a"


@pytest.mark.parametrize("value", ["St.%20P%C3%B6lten", "a+b", "R%26D", "x%2Fy"])
def test_a_refused_link_with_characters_that_no_other_has_is_told(value: str) -> None:
    mine = entry(0, **{**MINE, "path": "/t/1"}, query=SEALED.format(value))
    assert "log.link_encoded" in ids(reading(mine, peers(*map(SEALED.format, ("linz", "wels", "graz")))))


@pytest.mark.parametrize(
    ("value", "others"),
    [
        ("linz", ["wels", "graz", "steyr"]),
        ("St.%20P%C3%B6lten", ["wels", "graz", "Bad%20Ischl"]),
        ("St.%20P%C3%B6lten", ["wels", "graz"]),
    ],
)
def test_a_link_of_characters_that_others_have_too_is_not(value: str, others: list[str]) -> None:
    mine = entry(0, **{**MINE, "path": "/t/1"}, query=SEALED.format(value))
    assert "log.link_encoded" not in ids(reading(mine, peers(*map(SEALED.format, others))))


@pytest.mark.parametrize(("query", "finding"), [(SEALED.format("a"), "link"), ("site=a", "signature")])
def test_a_wrong_signature_is_the_links_where_one_came(query: str, finding: str) -> None:
    mine = entry(0, **MINE, query=query)
    said = entry(
        0, method=None, path=None, format="plain", message="Gate: Invalid signature.", text="Invalid signature."
    )
    told = ids(reading(mine, [said], request=(mine, said)))
    assert f"says.{finding}_invalid" in told


def test_an_address_that_alone_opens_a_signed_link_is_not_what_is_refused() -> None:
    def blocked(query: str) -> bool:
        text = '203.0.113.9 - - [20/Nov/2026:12:00:00 +0000] "GET'
        mine = [entry(n, **{**MINE, "path": "/t/1"}, query=query, text=text) for n in (-5, 0)]
        others = peers(*map(SEALED.format, ("linz", "wels", "graz", "enns")))
        return "log.address_refused" in ids(reading(mine[1], [mine[0], *others]))

    assert blocked("") and not blocked(SEALED.format("St.%20P"))


@pytest.mark.parametrize(("end", "over"), [("2026-11-20T02%3A07%3A04Z", True), ("2026-11-21T02%3A07%3A04Z", False)])
def test_a_link_that_stands_whole_in_the_line_of_an_object_store_is_judged(end: str, over: bool) -> None:
    url = f"https://acct.store.test:443/results/a.json?sv=2021-08-06&amp;se={end}&amp;sp=r&amp;sig=XXXXX"
    line = entry(0, status=403, path=None, method=None, format="plain", text=f'PutBlob;AuthError;403;"{url}"')
    assert ("log.link_over" in ids(reading(line, peers(FINE)))) is over
