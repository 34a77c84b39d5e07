"""One service in several regions: a credential that is good at one of its hosts, and calls that go to another."""

from __future__ import annotations

import pytest

from bot.model import Exchange, Presented, Report
from bot.reading.siblings import in_report, siblings
from tests.reading.scenes import NOON, entry, ids, reading

KEY = Presented(place="header", name="X-Key", kind="opaque")
GOOD = Exchange(method="GET", url="https://api.mon.eu/v1/validate", status=200, presented=(KEY,))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("api.mon.eu", "api.mon.com"),
        ("api.eu.mon.test", "api.mon.test"),
        ("eu1-api.mon.test", "us1-api.mon.test"),
        ("sqs.eu-west-1.cloud.test", "sqs.us-east-2.cloud.test"),
        ("monitor.co.uk", "monitor.de"),
    ],
)
def test_hosts_that_differ_in_the_region_alone(one: str, other: str) -> None:
    assert siblings(one, other) and siblings(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("api.mon.com", "app.mon.com"),
        ("api.mon.com", "API.mon.com"),
        ("api.mon.eu", "api.other.com"),
        ("eu.test", "us.test"),
    ],
)
def test_other_hosts(one: str, other: str) -> None:
    assert not siblings(one, other)


def read(called: str, refusal: str = "query failed: 403 Forbidden, invalid key", good: Exchange = GOOD) -> set[str]:
    start = entry(-60, status=None, text=f"client ready, endpoint {called}")
    line = entry(0, status=None, level="error", text=refusal)
    report = Report(text="403", posted_at=NOON, exchanges=(good,))
    return ids(reading(line, [start], report)) & {"log.sibling_called"}


def test_the_log_names_another_region_than_the_one_where_the_key_is_good() -> None:
    assert read("https://api.mon.com") == {"log.sibling_called"}


@pytest.mark.parametrize("called", ["https://api.mon.eu", "https://docs.mon.com", "https://api.other.com"])
def test_the_log_names_the_same_region_or_another_service(called: str) -> None:
    assert read(called) == set()


def test_where_the_good_host_refuses_as_well_no_region_is_to_blame() -> None:
    assert read("https://api.mon.com", "POST https://api.mon.eu/v1/query: 403 invalid key") == set()


def test_a_call_without_a_credential_shows_none_to_be_good() -> None:
    bare = Exchange(method="GET", url="https://api.mon.eu/v1/validate", status=200)
    assert read("https://api.mon.com", good=bare) == set()


def test_calls_that_are_all_pasted() -> None:
    def told(*exchanges: Exchange) -> list[str]:
        return [f.id for f in in_report(Report(text="", posted_at=NOON, exchanges=exchanges))]

    refused = Exchange(method="GET", url="https://api.mon.com/v1/query", status=403, presented=(KEY,))
    elsewhere = Exchange(method="GET", url="https://app.mon.com/v1/query", status=403, presented=(KEY,))
    assert told(GOOD, refused) == ["request.sibling_called"]
    assert told(GOOD, elsewhere) == told(refused) == []
