from collections.abc import Callable
from typing import Any

import pytest

from bot.model import Entry
from tests.reading.scenes import entry, ids, reading


def _request(second: float, file: str, status: int, **known: Any) -> list[Entry]:
    """A request in the proxy's log and in that of the instance that answered it."""
    name = f"r{second:+.0f}"
    front = entry(second, status=status, ids=(name,), **{"client": "203.0.113.9", **known})
    return [front, entry(second, file=file, format="plain", ids=(name,), text=f"{name} {status}")]


def _scene(b: int) -> tuple[Entry, list[Entry]]:
    mine, own = _request(0, "b.log", 401)
    others = [e for n in range(1, 7) for e in _request(n, "b.log" if n % 2 else "a.log", b if n % 2 else 200)]
    others += _request(8, "a.log", 200, client="203.0.113.5")
    others += [e for n in range(-6, 0) for e in _request(n, "b.log" if n % 2 else "a.log", 200)]
    return mine, [own, *others]


def test_an_instance_that_refuses_whom_another_lets_in_by_turns_is_seen() -> None:
    mine, around = _scene(401)
    assert "log.instance_dependent" in ids(reading(mine, around, request=(mine, around[0])))
    mine, around = _scene(200)
    found = reading(mine, around, request=(mine, around[0]))
    assert "log.instance_dependent" not in ids(found)
    assert "log.instance_dependent" in found.looked_for


def test_the_log_of_another_instance_is_no_silent_application() -> None:
    mine, around = _scene(401)
    assert "log.app_has_no_line" not in ids(reading(mine, around, request=(mine, around[0])))
    app = [entry(n, file="app.log", format="plain", ids=(f"r{n:+.0f}",)) for n in range(1, 7)]
    assert "log.app_has_no_line" in ids(reading(mine, [*around, *app], request=(mine, around[0])))


@pytest.mark.parametrize(
    "named", [lambda node: {"fields": (("rest", node),)}, lambda node: {"upstream": f"api/{node}"}]
)
def test_a_column_or_the_proxy_may_name_the_instance(named: Callable[[str], dict[str, Any]]) -> None:
    def one(second: float, status: int, node: str) -> Entry:
        return entry(second, status=status, client="203.0.113.9", text=f"{second}", **named(node))

    mine = one(0, 401, "west")
    around = [one(n, 401 if n % 2 else 200, "west" if n % 2 else "east") for n in range(1, 8)]
    other = entry(9, status=200, client="203.0.113.5")
    assert "log.instance_dependent" in ids(reading(mine, [*around, other]))
