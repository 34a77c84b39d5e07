from typing import Any

from bot.model import Entry, Report
from tests.reading.scenes import NOON, entry, ids, reading

KEYED: dict[str, Any] = {"client": "203.0.113.9", "user_agent": "curl/8", "fields": (("key", "st-1"),)}
OTHERS = [entry(n, status=200, client="203.0.113.5", fields=(("key", "st-2"),)) for n in range(-3, 0)]


def _mine(**known: Any) -> Entry:
    return entry(0, status=401, **{**KEYED, **known})


def test_a_key_that_is_let_in_from_another_address_is_known() -> None:
    before = entry(-60, status=200, **{**KEYED, "client": "198.51.100.7"})
    assert "log.key_ok_from_elsewhere" in ids(reading(_mine(), [*OTHERS, before]))
    here_too = entry(-30, status=200, **KEYED)
    assert "log.key_ok_from_elsewhere" not in ids(reading(_mine(), [*OTHERS, before, here_too]))


def test_a_key_that_is_let_in_with_another_call_is_known_also_where_nobody_is_refused() -> None:
    beats = [entry(n, status=202, path="/v1/beat", **KEYED) for n in (-5, 5)]
    others = [entry(n, status=202, path="/v1/beat", client="203.0.113.5", fields=(("key", "st-2"),)) for n in (-6, 6)]
    found = ids(reading(_mine(), [*OTHERS, *beats, *others]))
    assert "log.key_ok_on_other_call" in found
    assert "log.caller_never_ok" not in found


def test_an_open_path_tells_nothing_of_a_key() -> None:
    open_to_all = [entry(n, status=200, path="/ping", client="203.0.113.5", fields=()) for n in (-6, 6)]
    asked = entry(5, status=200, path="/ping", **KEYED)
    assert "log.key_ok_on_other_call" not in ids(reading(_mine(), [*OTHERS, *open_to_all, asked]))


def test_a_key_that_was_let_in_on_the_same_call_before_is_known() -> None:
    assert "log.key_ok_before" in ids(reading(_mine(), [*OTHERS, entry(-9, status=200, **KEYED)]))
    assert "log.key_ok_before" not in ids(reading(_mine(), OTHERS))


def test_a_session_that_came_again_did_reach_the_server() -> None:
    session: dict[str, Any] = {"client": "203.0.113.9", "fields": (("jsessionid", "abc"),)}
    mine = entry(0, status=401, path="/casks/34", **session)
    before = [entry(-n, status=200, path=f"/casks/{n}", **session) for n in (400, 410, 420)]
    assert {"log.session_refused", "log.idle_before"} <= ids(reading(mine, before))
    shortly = entry(-9, status=200, path="/casks/34", **session)
    assert "log.session_refused" not in ids(reading(mine, [*before, shortly]))
    after = entry(9, status=200, path="/casks/34", **session)
    assert "log.session_refused" not in ids(reading(mine, [*before, after]))


def _spoken(line: str, path: str = "/board/wipe") -> set[str]:
    """What is read of a refusal whose own line says this, where jorge's other calls are let in by name."""
    report = Report(text="Jorge cannot wipe the board, 401", posted_at=NOON, path=path)
    mine = entry(0, status=401, path=path)
    app: dict[str, Any] = {"file": "app.log", "format": "plain"}
    own = entry(0, **app, path=path, level="warning", message=line)
    others = [
        entry(n, **app, path="/board", message=f"GET /board from {'jorge' if n % 2 else 'ana'}") for n in range(1, 7)
    ]
    return ids(reading(mine, [own, *others], report, request=(mine, own)))


def test_who_is_let_in_by_name_elsewhere_is_known_to_the_service() -> None:
    assert "log.user_recognised" in _spoken("POST /board/wipe halt: jorge, grade 2 of 4")
    assert "log.user_recognised" not in _spoken("POST /board/wipe halt: ana, grade 2 of 4")
    assert "log.user_recognised" not in _spoken("POST /signin halt: jorge, wrong password", path="/signin")


def test_a_word_of_refusals_is_nobodys_name() -> None:
    report = Report(text="Invalid access token, says the board", posted_at=NOON, path="/board/wipe")
    mine = entry(0, status=401, path="/board/wipe")
    app: dict[str, Any] = {"file": "app.log", "format": "plain"}
    own = entry(0, **app, path="/board/wipe", level="warning", message="Invalid access token in wipe")
    others = [entry(n, **app, path="/board", message="left an invalid pin out" if n % 2 else "") for n in range(1, 7)]
    assert "log.user_recognised" not in ids(reading(mine, [own, *others], report, request=(mine, own)))
