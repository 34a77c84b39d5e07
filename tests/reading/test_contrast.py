"""Who is refused and who is not, where the lines say nothing of why."""

from dataclasses import replace
from typing import Any

import pytest

from bot.intake import read
from bot.model import Entry
from knowledge.attributes import attributes
from knowledge.errors import KnowledgeError
from tests.reading.scenes import NOON, entry, ids, reading

HERE = ("192.0.2.17", "192.0.2.18", "192.0.2.17")
THERE = ("203.0.113.5", "198.51.100.9", "203.0.113.6", "198.51.100.9")
AGENTS = ("Orders/2.0", "PRTG/24", "Orders/2.0")


def some(statuses: int, clients: tuple[str, ...], start: int = 1, **known: Any) -> list[Entry]:
    """A request of each of these addresses, all answered alike."""
    return [
        entry(start + n, status=statuses, client=client, **{"user_agent": AGENTS[n % 3], **known})
        for n, client in enumerate(clients)
    ]


def test_a_network_that_ends_at_the_proxy_whoever_calls_is_blocked() -> None:
    mine, *same = some(401, HERE, upstream="-")
    others = some(200, THERE, start=10, upstream="10.0.0.1:80")
    expired = some(401, ("198.51.100.77",), start=20, upstream="10.0.0.1:80")
    assert {"log.address_refused", "log.network_never_ok"} <= ids(reading(mine, [*same, *others, *expired]))
    alone = [replace(e, user_agent="Orders/2.0") for e in same]
    assert "log.address_refused" not in ids(reading(mine, [*alone, *others, *expired])), "a caller's key may be wrong"
    fellow = entry(30, status=200, client="192.0.2.40", user_agent="Orders/2.0", upstream="10.0.0.1:80")
    assert "log.address_refused" not in ids(reading(mine, [*same, *others, *expired, fellow, fellow]))


def test_a_proxy_that_refuses_in_many_networks_checks_credentials_itself() -> None:
    mine, *same = some(401, HERE, upstream="-")
    elsewhere = some(401, ("198.51.100.77", "203.0.113.99"), start=20, upstream="-")
    others = some(200, THERE * 2, start=30, upstream="10.0.0.1:80")
    assert "log.address_refused" not in ids(reading(mine, [*same, *elsewhere, *others]))


def test_a_network_of_ipv6_is_what_a_site_has() -> None:
    mine, *same = some(401, ("2001:db8:41:7::11", "2001:db8:41:7::2a", "2001:db8:41:7::2a"), upstream="-")
    others = some(200, ("2001:db8:9:1::5", *THERE), start=10, upstream="10.0.0.1:80")
    expired = some(401, ("198.51.100.77",), start=20, upstream="10.0.0.1:80")
    assert "log.address_refused" in ids(reading(mine, [*same, *others, *expired]))


@pytest.mark.parametrize(("told", "seen"), [("the same curl from the old server gives 200", True), ("why?", False)])
def test_a_bare_call_that_works_elsewhere_needs_no_credentials(told: str, seen: bool) -> None:
    report = read(f"$ curl -X POST https://a.test/hooks/purge\n401\n\n{told}", posted_at=NOON)
    known: dict[str, Any] = {"path": "/hooks/purge", "method": "POST"}
    mine, *same = some(401, HERE, **known)
    others = some(200, THERE, start=10, **known)
    assert ("log.address_refused" in ids(reading(mine, [*same, *others], report))) is seen


def test_where_nobody_else_calls_it_cannot_be_told_who_is_refused() -> None:
    mine, *same = some(401, HERE, upstream="-", text="192.0.2.17 - - [20/Nov/2026:12:00:01 +0000]")
    unknown = {"log.address_refused", "log.network_never_ok", "log.agent_refused"}
    assert not unknown & reading(mine, [*same, *some(200, THERE[:2], start=10)]).looked_for


def test_one_release_of_a_client_at_several_places_is_stopped_by_a_rule() -> None:
    old: dict[str, Any] = {"user_agent": "Driver/5.1.3", "upstream": "-"}
    new = some(200, THERE, start=10, user_agent="Driver/5.2.0", upstream="10.0.0.1:80")
    mine, *same = some(401, ("192.0.2.1", "198.51.100.1", "203.0.113.1"), **old)
    refused = some(401, ("198.51.100.77",), start=20, user_agent="Driver/5.2.0", upstream="10.0.0.1:80")
    assert "log.agent_refused" in ids(reading(mine, [*same, *new, *refused]))
    one, *place = some(401, HERE, **old)
    assert "log.agent_refused" not in ids(reading(one, [*place, *new, *refused]))


@pytest.mark.parametrize(
    ("field", "finding"),
    [
        ("kid", "log.other_key_id_accepted"),
        ("jwt.kid", "log.other_key_id_accepted"),
        ("iss", "log.other_issuer_accepted"),
        ("auth_scheme", "log.other_scheme_accepted"),
    ],
)
def test_a_field_whose_values_part_refused_from_let_in(field: str, finding: str) -> None:
    mine, *same = some(401, HERE, fields=((field, "b7"),))
    others = some(200, THERE, start=10, fields=((field, "a7"),))
    assert finding in ids(reading(mine, [*same, *others]))
    assert finding not in ids(reading(mine, others)), "one line parts nothing"
    assert finding not in ids(reading(mine, [*same, *others, *some(200, THERE, start=20, fields=((field, "b7"),))]))
    assert finding not in reading(some(401, HERE)[0], others).looked_for


def test_an_instance_that_refuses_what_others_accept_at_the_same_time() -> None:
    def served(status: int, pod: str, seconds: range, **known: Any) -> list[Entry]:
        callers = ("anna", "bert", "cleo")
        return [
            entry(n, status=status, user=callers[n % 3], fields=(("pod", pod),), file="api.json", **known)
            for n in seconds
        ]

    mine, *same = served(401, "q1", range(5, 12))
    beside = [*served(200, "x2", range(2, 20, 3)), *served(200, "k8", range(1, 20, 3))]
    found = ids(reading(mine, [*same, *beside]))
    assert "log.process_dependent" in found
    assert not {"log.others_ok", "log.everyone_refused_since"} & found
    before = [*served(200, "x2", range(-20, 0)), *served(200, "k8", range(-20, 0))]
    assert "log.process_dependent" not in ids(reading(mine, [*same, *before])), "it is the time that parts them"
    stopped = [replace(e, upstream="-") for e in [mine, *same]]
    assert "log.process_dependent" not in ids(reading(stopped[0], [*stopped[1:], *beside]))


def test_callers_that_each_instance_knows_its_own_of() -> None:
    def turn(second: int, user: str, pid: str) -> Entry:
        return entry(second, status=200 if (user in "ab") == (pid == "11") else 401, user=user, pid=pid)

    mine, *others = [turn(n, "abcd"[n % 4], "11" if (n // 4) % 2 else "12") for n in range(40)]
    assert "log.process_dependent" in ids(reading(mine, others))


def test_logs_of_instances_are_held_against_each_other() -> None:
    mine, *same = [entry(n, status=401, client=f"10.0.0.{n % 3}", file="app-2.log") for n in range(6)]
    others = [entry(n + 0.5, status=200, client=f"10.0.1.{n % 3}", file="app-1.log") for n in range(6)]
    assert "log.process_dependent" in ids(reading(mine, [*same, *others]))
    proxy = [replace(e, file="proxy.log") for e in others]
    assert "log.process_dependent" not in ids(reading(mine, [*same, *proxy]))


def test_those_who_signed_in_anew_are_refused_and_the_others_are_not() -> None:
    new, old = ("192.0.2.1", "192.0.2.2", "192.0.2.3"), ("192.0.2.11", "192.0.2.12", "192.0.2.13")
    posts = [replace(e, method="POST", path="/auth/login") for e in some(200, new, start=-20, user_agent="Chrome")]
    mine, *same = some(401, new * 2, user_agent="Chrome")
    others = some(200, old * 2, start=2, user_agent="Chrome")
    assert "log.new_sign_ins_refused" in ids(reading(mine, [*posts, *same, *others]))
    assert "log.new_sign_ins_refused" not in ids(reading(mine, [posts[0], *same, *others])), "one is not several"
    let_in = some(200, new, start=30, user_agent="Chrome")
    assert "log.new_sign_ins_refused" not in ids(reading(mine, [*posts, *same, *others, *let_in]))
    assert "log.new_sign_ins_refused" not in reading(mine, [*same, *others]).looked_for


def test_an_attribute_that_shows_no_known_finding_is_named_with_its_line(tmp_path: Any) -> None:
    path = tmp_path / "attributes.yaml"
    path.write_text("servers: [pod]\nshows:\n  log.no_such_thing: [kid]\n")
    with pytest.raises(KnowledgeError, match=r"attributes\.yaml:3: no finding is called 'log\.no_such_thing'"):
        attributes(path)
