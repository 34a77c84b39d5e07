"""A setting that a start changed, after which nobody is let in."""

from typing import Any

import pytest

from bot.model import Entry
from tests.reading.scenes import entry, ids, reading
from tests.reading.test_traces import line

USERS = ("ann", "bob", "cem")


def changed(first: str, second: str, *, after: int = 401, extra: tuple[Entry, ...] = ()) -> bool:
    """Let in for a while, started again, and answered so from then on."""
    before = [entry(-500 + n * 60, user=USERS[n % 3], status=200, offset=n) for n in range(6)]
    since = [entry(-60 + n * 15, user=USERS[n % 3], status=after, offset=50 + n) for n in range(4)]
    started: dict[str, Any] = {"file": "app.log"}
    starts = [line("service starting", -600, **started), line(first, -599, **started)]
    starts += [line("service starting", -120, **started), line(second, -119, **started)]
    failing = entry(0, user="ann", status=401, offset=99)
    return "log.setting_changed" in ids(reading(failing, [*before, *since, *starts, *extra]))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("accounts: 5 entries of realm Mill; realm is Mill", "accounts: 5 entries of realm Mill; realm is Weir"),
        ("users from ldap://old.acme.test", "users from ldap://new.acme.test"),
        ("auth backend=database", "auth backend=directory"),
        ("Anmeldung aktiv: ja", "Anmeldung aktiv: nein"),
    ],
)
def test_a_start_with_another_value_that_ends_all_sign_ins_is_told(first: str, second: str) -> None:
    assert changed(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("realm is Mill", "realm is Mill"),
        ("worker pid=4711 up", "worker pid=4892 up"),
        ("release v2.1.0", "release v2.2.0"),
        ("pod api-7d9f4-x2k8q", "pod api-5c6b1-p9w3z"),
        ("signing keys acme-a, acme-b", "signing keys acme-c, acme-d"),
        ("warmed the cache of orders", "read eleven files of yesterday"),
    ],
)
def test_what_differs_at_every_start_is_none(first: str, second: str) -> None:
    assert not changed(first, second)


def test_who_is_let_in_since_shows_that_it_was_not_that() -> None:
    assert not changed("realm is Mill", "realm is Weir", after=200)


def test_a_line_that_is_said_amid_the_work_is_no_setting() -> None:
    amid = line("job is Slow", -300, file="app.log")
    assert not changed("job is Fine", "job is Done", extra=(amid,))
