"""Scopes that code demands, those that a client asks for, and rights that an answer tells of."""

from datetime import UTC, datetime

import pytest

from bot.intake import Attachment, read
from bot.intake.findings import collect

POSTED = datetime(2026, 11, 20, 23, 45, tzinfo=UTC)
ASKED = "https://id.a.test/oauth/authorize?client_id=8a1&response_type=code&scope=orders.read%20profile"


def found(text: str, *files: str) -> set[str]:
    attached = [Attachment(f"file{n}.txt", file.encode()) for n, file in enumerate(files)]
    return {f.id for f in collect(read(text, posted_at=POSTED, attachments=attached)).findings}


@pytest.mark.parametrize(
    "code",
    [
        "doorkeeper_for :create, :scopes => [:write]",
        "before_action -> { doorkeeper_authorize! :write }",
        "router.post('/orders', requireScopes(['orders.write']), create)",
        "@PreAuthorize(\"hasAuthority('SCOPE_orders.write')\")",
        'policy.RequireClaim("scope", "orders.write")',
        'def create(user = Security(current_user, scopes=["orders.write"])):',
    ],
)
def test_a_scope_that_nobody_asked_for(code: str) -> None:
    assert "config.scope_not_asked" in found("saving gives 401", ASKED, code)
    assert "config.scope_not_asked" in found(
        "401", f"{code}", "client_id: web\nredirect_uri: https://b.test/cb\nscope: 'openid'"
    )


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (ASKED, "router.get('/orders', requireScopes(['orders.read']), list)"),
        (ASKED, "router.get('/orders', list)"),
        ("https://a.test/orders?scope=mine", "requireScopes(['orders.write'])"),
        (ASKED.replace("orders.read%20profile", "*"), "requireScopes(['orders.write'])"),
        ("nothing", "requireScopes(['orders.write'])"),
    ],
)
def test_a_scope_that_was_asked_for_or_may_have_been(asked: str, code: str) -> None:
    assert "config.scope_not_asked" not in found("saving gives 401", asked, code)


def answer(method: str, *headers: str) -> str:
    shown = "".join(f"< {header}\n" for header in ("content-type: application/json", *headers))
    sent = f"> {method} /v2/items/4 HTTP/1.1\n> Host: api.a.test\n> Authorization: Bearer ***\n>\n"
    return f"{sent}< HTTP/1.1 401 Unauthorized\n{shown}<\n"


def test_rights_that_an_answer_tells_of() -> None:
    lacks = "response.rights_too_few"
    assert lacks in found(answer("DELETE", "x-access-level: read"))
    assert lacks in found(answer("GET", "X-OAuth-Scopes: gist", "X-Accepted-OAuth-Scopes: repo, admin:org"))
    assert lacks not in found(answer("GET", "x-access-level: read"))
    assert lacks not in found(answer("DELETE", "x-access-level: read-write"))
    assert lacks not in found(answer("GET", "X-OAuth-Scopes: repo", "X-Accepted-OAuth-Scopes: repo"))


def test_headers_of_an_answer_that_a_program_prints() -> None:
    printed = (
        "DELETE https://api.a.test/2/items/4 401\nresponse headers: {'date': 'x', 'x-access-level': 'read'}\nerror 401"
    )
    assert "response.rights_too_few" in found(printed)
