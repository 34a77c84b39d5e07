"""In whose words an answer is told, by how people speak and what they bring."""

from datetime import UTC, datetime

import pytest

from bot.intake import read
from bot.model import Role
from bot.roles import role

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def who(text: str) -> Role:
    return role(read(text, posted_at=AT))


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("visitor", "I cannot log in to the portal, it says 401"),
        ("visitor", "der Login im Browser geht nicht: 401"),
        ("visitor", "I get error code 401 when I open the invoices page, request id 7f3c2a90"),
        ("visitor", "Chrome shows HTTP ERROR 401 on the wiki"),
        ("visitor", "Safari on my phone says unauthorized"),
        ("visitor", "the web app logs me out all the time"),
        ("visitor", "the link in the mail does not open: 401"),
        ("visitor", "docs.example.com/feb.pdf keeps asking for a password"),
        ("visitor", "401 on https://docs.example.com/x.pdf\nrequest id: 7f3c2a9012\n"
                    "How I sign in: With my user name and password, on a page in the browser."),
        ("app", "The iPhone app throws me out with 401, in the browser it works fine"),
        ("app", "It works on the website but not in the app: 401"),
        ("app", 'old tablet app can\'t sign in, it says "No authorization token was found"; I can on the website fine'),
        ("app", "I can't sign in on my phone any more"),
        ("app", "Outlook desktop client asks me for my password again and again"),
        ("app", "die App auf meinem Handy sagt 401, im Browser geht es"),
        ("developer", "my script gets 401 from the login endpoint"),
        ("developer", "401 on https://portal.example.com/app"),
        ("developer", "the app sends a bearer token and gets 401"),
        ("developer", "the web app's api calls get 401"),
        ("developer", "our service gets 401 from https://api.partner.example.com"),
        ("developer", "since we deployed the new client it gets 401 from the endpoint"),
        ("developer", "I cannot log in: curl -i https://a.example.com/login -H 'X-Api-Key: abcdef0123456789'"),
        ("developer", "I log in and then:\n\n$ registry login hub.example.com\nError: 401"),
        ("developer", "GET https://hafen.example.com/liegeplatz 401 seit dem Tausch des Anmeldeservers"),
        ("developer", "terraform apply against our server: 401"),
        ("visitor", "red box when I open an invoice in Chrome, app.example.com, not signed in"),
        ("visitor", "no puedo sacar el informe con mi usuario, sale 401. ¿Me ha caducado la sesión?"),
        ("owner", "since we deployed this morning everybody is logged out of the portal with 401"),
        ("owner", "users get 401 on our server since noon"),
        ("owner", "our gateway suddenly answers 401 to the app"),
        ("owner", "after moving it behind the load balancer nobody can log in, 401"),
        ("owner", "401 for all:\n\nlocation /api/ {\n  proxy_pass http://app;\n}"),
    ],
)  # fmt: skip
def test_four_roles_are_told_apart_by_how_people_speak(expected: Role, text: str) -> None:
    assert who(text) == expected
