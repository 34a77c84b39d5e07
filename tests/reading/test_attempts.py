"""Pasted requests held against each other: the header, scheme or path by which one was let in."""

from datetime import UTC, datetime

from bot.intake import Attachment, read
from bot.reading.compare import compare

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
REFUSED = '{"message":"401 Unauthorized"}'


def shown(text: str, attached: str = "") -> dict[str, str]:
    files = [Attachment("debug.txt", attached.encode())] if attached else []
    report = read(text, posted_at=NOON, attachments=files)
    return {f.id: f.text for f in compare(report, (), None, ()).findings}


def curl(header: str, answer: str, path: str = "/user") -> str:
    return f'$ curl -H "{header}: ****" http://git.a.test{path}\n{answer}\n\n'


def test_the_header_in_which_the_same_host_took_the_credential() -> None:
    text = curl("Private-Token", '{"id":7}') + curl("X-Api-Key", REFUSED)
    assert shown(text)["request.other_header_wanted"].startswith("Private-Token is accepted on /user")
    assert "request.other_header_wanted" not in shown(curl("X-Api-Key", '{"id":7}') + curl("X-Api-Key", REFUSED))


def test_a_header_in_place_of_a_parameter() -> None:
    asked = f'$ curl "http://git.a.test/user?private_token=****"\n{REFUSED}\n'
    assert "request.other_header_wanted" in shown(curl("Private-Token", '{"id":7}') + asked)


def test_where_one_credential_is_exchanged_for_another_nothing_differs() -> None:
    text = curl("X-Api-Key", '{"access_token":"***"}', "/oauth/token") + curl("X-Auth-Token", REFUSED)
    assert "request.other_header_wanted" not in shown(text)


def test_another_scheme_in_the_same_header() -> None:
    basic = '$ curl -H "Authorization: Token ****" http://git.a.test/user\n{"id":7}\n\n'
    bearer = f'$ curl -H "Authorization: Bearer ****" http://git.a.test/user\n{REFUSED}\n'
    assert "Token is accepted" in shown(basic + bearer)["request.scheme_not_offered"]


def test_a_remark_above_a_command_says_how_it_ended() -> None:
    calls = [f'curl -H "{name}: ****" http://git.a.test/user' for name in ("Private-Token", "X-Api-Key")]
    assert "request.other_header_wanted" in shown(f"# this works\n{calls[0]}\n# this fails\n{calls[1]}\n{REFUSED}")
    assert "request.other_header_wanted" not in shown(f"# first\n{calls[0]}\n# second\n{calls[1]}\n{REFUSED}")


def test_a_call_that_a_client_logged_with_its_headers() -> None:
    logged = (
        "[mcp] GET http://git.a.test/issues\n[mcp]   headers { Accept: 'x', Authorization: 'Bearer ****' }\n"
        f"[mcp] Error: API error: 401 Unauthorized\n{REFUSED}\n\n"
    )
    found = shown("401 in the tool, see file", logged + curl("Private-Token", '{"id":7}'))
    assert "request.other_header_wanted" in found


def test_another_path_with_the_same_headers() -> None:
    text = curl("X-Api-Key", '{"id":7}', "/v1/orders") + curl("X-Api-Key", REFUSED, "/v1/stock")
    assert shown(text)["report.works_on_other_path"] == "The same request headers are accepted on /v1/orders"


def test_the_address_of_the_sign_in_itself() -> None:
    fine = curl("X-Api-Key", '{"id":7}', "/v1/orders")
    assert "request.sign_in_called" in shown(fine + curl("X-Api-Key", REFUSED, "/api/login/ping"))
    assert "request.sign_in_called" not in shown(fine + curl("X-Api-Key", REFUSED, "/auth/me"))
    assert "request.sign_in_called" not in shown(fine + curl("X-Other-Key", REFUSED, "/api/login/ping"))
