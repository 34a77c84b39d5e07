import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.recognise import is_report, says_it_fails, says_it_works

REPORTS = [
    "getting 401 on https://api.example.com/v1/orders since ten minutes",
    "GET /v1/orders returns 401 (Unauthorized) for me",
    "I get a 401 from api.example.com, anyone?",
    "<https://api.example.com/v1/orders|api.example.com/v1/orders> says Unauthorized",
    "login fails on https://portal.example.com since the update",
    "can't log in to portal.example.com anymore",
    "HTTP/1.1 401\nWWW-Authenticate: Bearer\n`curl https://api.example.com/x`",
    "not authorised to call https://api.example.com/x",
    "Error 401: curl -H 'Authorization: …' http://localhost:8000/me",
    "status=401 on /v1/orders, request id 7f3c2a",
    "my token is rejected by https://api.example.com/",
    "we are locked out of https://admin.example.com",
    "authentication failed at https://api.example.com/login",
    "I get a 401",
    "hey I can't log in, unauthorized all the time!!",
    "getting unauthorized since this morning, can somebody help?",
    "our customers are locked out",
    "our app on my iphone keeps kicking me out, error 401",
    "we deployed orders an hour ago and now all clients get 401, any idea?",
    "nightly export job fails with 401 since tuesday",
    "it logs me out every five minutes",
    "Hallo, ich kann mich seit heute morgen nicht mehr anmelden",
    "wir bekommen seit 9 Uhr nur noch 401",
    "je n'arrive plus à me connecter depuis ce matin",
    "no puedo entrar desde esta mañana, dice no autorizado",
    "não consigo acessar https://api.example.com/v1, não autorizado",
    "kan sinds vanochtend niet meer inloggen, ik krijg een foutmelding",
    "I cannot refund: https://api.example.com/v1/orders/1/refund says 403 forbidden",
]
CHATTER = [
    "401",
    "meet in room 401, see https://maps.example.com/hq",
    "my 401k provider moved to https://pension.example.com",
    "nice read about status codes: https://developer.example.org/docs/401",
    "the bill was $401 at https://shop.example.com",
    "see line 401 of https://git.example.com/repo/file.py",
    "deployed 1.401 to https://api.example.com",
    "4012 requests a second on https://api.example.com, wow",
    "the docs are at https://docs.example.com",
    "getting a 500 on https://api.example.com/v1/orders",
    "unauthorized is such a long word",
    "I fixed the 401 in handler.py",
    "https://api.example.com/v1/401",
    "our docs say what a 401 means",
    "my PR makes the handler return 401 for a missing token",
    "I wrote down when we answer 401 and when 403",
    "requests are answered with 401 where the token is missing, as documented",
    "please log out before you leave",
    "der Unterschied zwischen 401 und 403 ist klar",
    "please sign in to https://calendar.example.com and vote",
    "",
]


@pytest.mark.parametrize("text", REPORTS)
def test_reports_are_heard(text: str) -> None:
    assert is_report(text)


@pytest.mark.parametrize("text", CHATTER)
def test_chatter_is_left_alone(text: str) -> None:
    assert not is_report(text)


def test_a_file_stands_in_for_an_address() -> None:
    assert is_report("I get a 401, HAR attached", files=True)
    assert not is_report("holiday pictures", files=True)


@given(st.text(max_size=500))
def test_any_text_is_judged(text: str) -> None:
    assert is_report(text) in (True, False)


@pytest.mark.parametrize("text", ["a." * 20_000, "/a" * 20_000, "log in " * 10_000, "<https://" * 8_000, "a-" * 20_000])
def test_long_text_is_judged_in_linear_time(text: str) -> None:
    assert not is_report(text)


@pytest.mark.parametrize(
    "text",
    [
        "works now",
        "It works now, thanks!",
        "works with the new token",
        "ok that did it",
        "It's fixed :tada:",
        "fixed, thank you",
        "I'm in!",
        "working again",
        "I can log in now",
        "all good now",
    ],
)
def test_words_of_relief(text: str) -> None:
    assert says_it_works(text)
    assert not says_it_fails(text)


@pytest.mark.parametrize(
    "text",
    [
        "still the same",
        "it’s still not working",
        "doesn't work with the new token either",
        "nope",
        "it is back",
        "401 again",
        "same error as before",
        "no longer works",
    ],
)
def test_words_of_trouble(text: str) -> None:
    assert says_it_fails(text)
    assert not says_it_works(text)


@pytest.mark.parametrize(
    "text",
    [
        "thanks again",
        "works for me?",
        "does it work now?",
        "works with curl but not in the browser",
        "it only works with the old token",
        "Sam works on it",
        "it used to work with the old key",
        "I'm still looking for the id",
        "how it works: the gateway takes the header off. " * 6,
        "",
    ],
)
def test_words_that_say_neither(text: str) -> None:
    assert not says_it_works(text)
    assert not says_it_fails(text)
