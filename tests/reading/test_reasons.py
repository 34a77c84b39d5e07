from typing import Any

import pytest

from bot.model import Entry, Report
from tests.reading.scenes import NOON, entry, ids, reading


def _line(second: float, **known: Any) -> Entry:
    return entry(second, **{"file": "app.log", "format": "plain", "text": f"line {second}", **known})


OTHERS = [_line(n, message="pass GET /v1/items", fields=(("sub", "u1"),)) for n in range(1, 6)]


def _read(**known: Any) -> set[str]:
    mine = entry(0, status=401)
    own = _line(0, **known)
    return ids(reading(mine, [own, *OTHERS], request=(mine, own)))


@pytest.mark.parametrize(
    "value, finding",
    [("exp", "says.token_expired"), ("E_AUD", "says.audience_wrong"), ("mac", "says.signature_invalid")],
)
def test_a_code_in_a_field_that_only_refusals_have_is_the_reason(value: str, finding: str) -> None:
    assert finding in _read(message=f"deny c={value}", fields=(("c", value),))


def test_a_common_word_counts_beside_another_code_of_its_field() -> None:
    assert "says.no_credentials" not in _read(message="deny c=none", fields=(("c", "none"),))
    mine, own = entry(0, status=401), _line(0, message="deny c=none", fields=(("c", "none"),))
    other = _line(7, message="deny c=exp", fields=(("c", "exp"),))
    assert "says.no_credentials" in ids(reading(mine, [own, other, *OTHERS], request=(mine, own)))


def test_a_field_that_all_lines_have_is_no_reason() -> None:
    mine, own = entry(0, status=401), _line(0, message="deny", fields=(("sub", "exp"),))
    assert "says.token_expired" not in ids(reading(mine, [own, *OTHERS], request=(mine, own)))


def test_a_permission_a_lasting_state_and_a_successor_are_read() -> None:
    assert "says.scope_missing" in _read(message="refused: pilar is without courts:block")
    assert "says.account_blocked" in _read(message="refused: signin sven, held since 18:46:52", path="/signin")
    assert "log.successor_named" in _read(message="refused: key vw-07.1 until 2026-11-30 (see vw-07.2)")


def test_a_line_beside_counts_where_nobody_else_is_refused_at_that_moment() -> None:
    mine = entry(0, status=401, path="/login", client="203.0.113.9")
    beside = _line(0, path=None, message="login birgit abgewiesen, ausgesetzt seit 10:03:10")
    other = entry(0.5, status=401, path="/login", client="203.0.113.5")
    assert "says.account_blocked" in ids(reading(mine, [beside], request=(mine,)))
    assert "says.account_blocked" not in ids(reading(mine, [beside, other], request=(mine,)))


def test_a_code_adds_nothing_to_a_sentence_that_is_known() -> None:
    said = "deny: Signature has expired c=aud"
    found = _read(message=said, text=said, fields=(("c", "aud"),))
    assert "says.token_expired" in found
    assert "says.audience_wrong" not in found


def test_a_value_that_accepted_requests_have_as_well_is_no_reason() -> None:
    mine = entry(0, status=401, fields=(("variant", "exp"),))
    others = [entry(n, status=200, fields=(("variant", "exp"),) if n % 3 == 0 else ()) for n in range(1, 9)]
    assert "says.token_expired" not in ids(reading(mine, others))
    assert "says.token_expired" in ids(reading(mine, [entry(n, status=200) for n in range(1, 9)]))


def test_where_no_refusal_is_found_the_line_that_names_the_reporter_tells() -> None:
    report = Report(text="noor gets 401", posted_at=NOON, at=NOON, path="/v1/items", users=("noor",))
    own = _line(0, message="gate no GET /v1/items who=noor on=mfa", text="who=noor on=mfa", fields=(("on", "mfa"),))
    assert "says.step_up_required" in ids(reading(None, [own, *OTHERS], report))
    other = _line(0, message="gate no GET /v1/items who=eli on=mfa", text="who=eli on=mfa", fields=(("on", "mfa"),))
    assert "says.step_up_required" not in ids(reading(None, [other, *OTHERS], report))
