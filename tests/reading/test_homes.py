"""The region or host that an account has, told by an answer, and calls that go elsewhere."""

from datetime import UTC, datetime

import pytest

from bot.model import Exchange, Report
from bot.reading.homes import elsewhere, in_report

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answer", "called"),
    [
        ('{"token":"***","region":{"u001":"United States East"}}', "rest.cam.test"),
        ('{"instance_url":"https://eu12.crm.test","id":"4"}', "login.crm.test"),
        ("{'access_token': '***', 'api_server': 'https://api05.iq.test/'}", "login.iq.test"),
        ('{"dc": "us19", "login_url": "https://login.mail.test"}', "api.mail.test"),
    ],
)
def test_a_call_that_does_not_go_where_the_account_is(answer: str, called: str) -> None:
    told_by = f"login.{called.partition('.')[2]}"
    assert elsewhere(answer, told_by, called)


@pytest.mark.parametrize(
    ("answer", "called"),
    [
        ('{"region":{"u001":"United States East"}}', "rest.u001.cam.test"),
        ('{"dc": "us19"}', "us19.api.cam.test"),
        ('{"instance_url":"https://eu12.cam.test"}', "eu12.cam.test"),
        ('{"region":"DE","country":"Germany"}', "rest.cam.test"),
        ('{"avatar_url":"https://img.cam.test/a.png","web_url":"https://www.cam.test"}', "rest.cam.test"),
        ('{"region":"u001"}', "rest.other.test"),
    ],
)
def test_a_call_that_does_or_of_which_nothing_is_told(answer: str, called: str) -> None:
    assert elsewhere(answer, "login.cam.test", called) is None


def test_calls_that_are_pasted() -> None:
    def call(url: str, status: int, body: str = "") -> Exchange:
        return Exchange(method="GET", url=url, status=status, body=body, at=AT)

    sign_in = call("https://login.crm.test/token", 200, '{"instance_url":"https://eu12.crm.test"}')
    wrong, right = call("https://login.crm.test/data", 401), call("https://eu12.crm.test/data", 401)
    assert [f.id for f in in_report(Report(text="", posted_at=AT, exchanges=(sign_in, wrong)))] == [
        "response.home_elsewhere"
    ]
    assert not list(in_report(Report(text="", posted_at=AT, exchanges=(sign_in, right))))
    assert not list(in_report(Report(text="", posted_at=AT, exchanges=(wrong, sign_in))))
