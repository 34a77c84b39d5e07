"""Users whom the service let in and does not know any more."""

from __future__ import annotations

from bot.model import Entry
from tests.reading.scenes import entry, ids, reading

MINE = entry(0, status=401, user="irena", client="203.0.113.5")


def unknown(second: float, user: str) -> Entry:
    text = f"AH01618: user {user} not found: /v1/items"
    return entry(second, file="error.log", text=text, message=text, method=None, path=None, format="apache-error")


def told(*users: str) -> set[str]:
    before = [entry(-300 + n, status=200, user=name) for n, name in enumerate(("irena", "olaf", "marge"))]
    lines = [unknown(-20 + n, name) for n, name in enumerate(users)]
    return ids(reading(MINE, [*before, *lines], request=(MINE, unknown(0, "irena"))))


def test_several_who_were_let_in_are_unknown_now() -> None:
    assert "log.users_forgotten" in told("olaf", "irena")


def test_one_who_mistypes_a_name_or_strangers_are_not_forgotten() -> None:
    assert "log.users_forgotten" not in told("irena")
    assert "log.users_forgotten" not in told("eve", "mallory", "irena")
