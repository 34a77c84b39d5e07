"""What must go, what must stay, and what is told of it."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redact import Redacted, redact
from bot.redact.shapes import Shape, shapes
from tests.redact.corpus import BASIC, HARMLESS, JWT, OPAQUE, RSA, SECRET, SPANNING

MARKED = re.compile("⟦(.*?)⟧", re.DOTALL)
MASK = re.compile("‹[^›]*›")


def marked(text: str) -> tuple[str, list[str]]:
    return text.replace("⟦", "").replace("⟧", ""), MARKED.findall(text)


@pytest.mark.parametrize("text", SECRET + SPANNING)
def test_only_the_secrets_go(text: str) -> None:
    plain, secrets = marked(text)
    clean = redact(plain).text
    assert MASK.sub("‹›", clean) == MARKED.sub("‹›", text)
    assert not [s for s in secrets if s in clean]


@pytest.mark.parametrize("text", SECRET + SPANNING)
def test_a_clean_text_stays_as_it_is(text: str) -> None:
    clean = redact(marked(text)[0]).text
    assert redact(clean) == Redacted(clean)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text).text == text
    assert redact(text).secrets == ()


def test_the_corpus_is_large_enough() -> None:
    assert len(SECRET + SPANNING) >= 150
    assert len(HARMLESS) >= 80


@pytest.mark.parametrize("shape", shapes(), ids=lambda s: f"{s.kind} {s.has}")
def test_every_vendor_shape_is_known_by_its_sample(shape: Shape) -> None:
    front, behind = shape.sample
    secret = f"{front}{shape.has}{behind}"
    seen = redact(f"it says {secret} here").text
    assert seen.startswith("it says ")
    assert seen.endswith(" here")
    assert secret not in seen
    if not shape.keep:
        assert seen == f"it says ‹{shape.kind}› here"


def test_an_access_key_id_keeps_its_ends() -> None:
    assert redact("id AKIA" + "MADE2UP3TEST4XYZ").text == "id AKIA…4XYZ"


def test_secrets_are_told_once_each_in_order() -> None:
    told = redact(f"curl -u nora:hunter2 -H 'X-Api-Key: {OPAQUE}' x; hunter2 again, {OPAQUE}").secrets
    assert [(s.kind, s.value) for s in told] == [("password", "hunter2"), ("API key", OPAQUE)]
    assert "hunter2" not in repr(told)


def test_a_found_value_is_hidden_in_every_other_form() -> None:
    value = "p@ss/w0rd & more"
    text = f'password="{value}" then {value} or {quote(value, safe="")} or {base64.b64encode(value.encode()).decode()}'
    clean = redact(text).text
    assert clean == 'password="‹password›" then ‹password› or ‹password› or ‹password›'


def test_the_password_in_basic_credentials_is_hidden_in_clear_too() -> None:
    assert redact(f"Authorization: Basic {BASIC}\nI typed hunter2!x").text == (
        "Authorization: Basic ‹Basic credentials›\nI typed ‹password›"
    )


def test_a_bare_number_becomes_a_text_so_that_json_stays_json() -> None:
    assert redact('{"password":12345678,"n":1}').text == '{"password":"‹password›","n":1}'


def test_common_words_are_not_torn_out_of_the_text() -> None:
    text = 'login {"password":"orders"} then GET /orders -> 401, no orders'
    assert redact(text).text == 'login {"password":"‹password›"} then GET /orders -> 401, no orders'


def test_a_mask_made_up_of_something_else_hides_nothing() -> None:
    assert "hunter2" not in redact("password: ‹hunter2›").text


def test_a_long_text_is_read_as_carefully_as_a_short_one() -> None:
    quiet = [
        f"GET /v2/orders?q=a%20{n} 401 rid={n:016x} path=C:\\\\temp" if n % 9 == 0 else f"line {n}"
        for n in range(20_000)
    ]
    loud = list(quiet)
    loud[7_000] = f"GET /login?next=%2Fa%3Ftoken%3D{OPAQUE}%26b"
    loud[12_000] = '{"body":"{\\"password\\":\\"hunter2\\"}"}'
    loud[19_999] = f"later {OPAQUE}"
    clean = redact("\n".join(loud)).text.split("\n")
    changed = {n: line for n, line in enumerate(clean) if line != quiet[n]}
    assert changed == {
        7_000: "GET /login?next=%2Fa%3Ftoken%3D‹token›%26b",
        12_000: '{"body":"{\\"password\\":\\"‹password›\\"}"}',
        19_999: "later ‹token›",
    }
    assert redact("\n".join(clean)).text.split("\n") == clean


HOSTILE = [
    "\\",
    "password=",
    "token=/",
    "token=?",
    "ghp_a",
    "xoxb-1-",
    "cookie=",
    "cookies:",
    "key=\\",
    "token got ",
    "!= a",
]


def test_repetition_costs_no_more_than_its_length() -> None:
    """Seconds of the processor where the work grows with the length, hours where it grows with its square."""
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_CPU, (60, 60))\n"
        "from bot.redact import redact\n"
        "for piece in sys.argv[1:]: redact((piece * 100_000)[:100_000])"
    )
    ended = subprocess.run([sys.executable, "-c", program, *HOSTILE], check=False, capture_output=True)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_secret_that_holds_names_of_secrets_goes_whole() -> None:
    assert redact(f"now password=token=x{'a;key' * 3000} then").text == "now password=‹password› then"
    assert redact("xoxb-1-2-3-xoxb-AbCdEfGh1234567890 xoxb-9-8-7-zyxwvutsrqponm1").text.count("‹") == 2


TEMPLATES = [
    "Authorization: Bearer {}",
    '{{"headers":{{"authorization":"Bearer {}"}}}}',
    "curl -H 'X-Api-Key: {}' https://x.test/",
    "https://x.test/?token={}&a=1",
    "Cookie: lang=en; sid={}",
    "{{'access_token': '{}'}}",
    "API_TOKEN={}",
    "grant_type=x&client_secret={}&a=b",
    "https://nora:{}@x.test/",
    "curl -u nora:{} https://x.test/",
    '{{"password":"{}"}}',
]
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwyz23456789"
values = st.text(ALPHABET, min_size=12, max_size=60).map(lambda s: f"A7{s}q9")
around = st.text(st.sampled_from("abc .,;:-/\n\t<>\"'é‹›{}[]%&*`_|\\"), max_size=30)


def written(text: str, how: str) -> str:
    return {
        "plain": text,
        "slack": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
        "percent": quote(text, safe=""),
        "percent twice": quote(quote(text, safe=""), safe=""),
        "json": json.dumps({"text": text}),
        "json in json": json.dumps({"message": json.dumps({"body": text})}),
        "log": f"2026-11-20T23:51:54Z INFO {text}",
        "zero width": text.replace("A7", "A\u200b7"),
        "bold": text.replace("q9", "*q*9"),
    }[how]


HOWS = ["plain", "slack", "percent", "percent twice", "json", "json in json", "log", "zero width", "bold"]


@given(st.sampled_from(TEMPLATES), values, st.sampled_from(HOWS))
def test_a_secret_survives_in_no_spelling(template: str, value: str, how: str) -> None:
    clean = redact(written(template.format(value), how)).text
    assert value not in clean
    assert value[:10] not in clean
    assert value[-10:] not in clean


@given(around, st.sampled_from([JWT, RSA]), around)
def test_what_has_a_form_of_its_own_is_hidden_wherever_it_stands(before: str, value: str, after: str) -> None:
    clean = redact(f"{before} {value} {after}").text
    assert value[-30:] not in clean
    assert value[40:80] not in clean


PIECES = st.sampled_from(
    ["password", "token", "=", ":", " is ", '"', "'", "\\", "Authorization", "Bearer ", "Cookie", "a=b;", "eyJ", JWT[:40],  # noqa: E501
     "-----BEGIN PRIVATE KEY-----", "\n", " ", "-u ", "://", "@", "%25", "%3D", "&amp;", "<https://x|", ">", "‹", "›",
     "‹token›", "{", "}", "[", "]", ",", "name", "value", "\u200b", "İ", "\udc80", "A1b2C3d4E5f6G7h8", "ghp_", "*", "…"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_text_is_taken_and_cleaning_twice_changes_nothing(text: str) -> None:
    clean = redact(text).text
    assert redact(clean).text == clean


@given(st.text(max_size=300))
def test_strange_text_is_taken_too(text: str) -> None:
    clean = redact(text).text
    assert redact(clean).text == clean


KEYS = st.sampled_from(
    ["name", "value", "password", "token", "text", "encoding", "cookies", "headers", "kty", "d", "x"]
)
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    values,
    st.text(max_size=20),
    st.sampled_from([marked(s)[0] for s in SECRET]),
)
documents = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=15
)


def form(value: object) -> object:
    if isinstance(value, dict):
        return {k: form(v) for k, v in value.items()}
    return [form(v) for v in value] if isinstance(value, list) else None


@given(documents, st.sampled_from([None, 2]), st.booleans())
def test_json_stays_json_of_the_same_form(value: object, indent: int | None, ascii_only: bool) -> None:
    clean = redact(json.dumps({"log": value}, indent=indent, ensure_ascii=ascii_only)).text
    assert form(json.loads(clean)) == form({"log": value})


@pytest.mark.parametrize("empty", ["[]", "null"])
def test_a_har_without_cookies_keeps_what_stands_after_them(empty: str) -> None:
    line = '{"cookies":%s,"headers":[{"name":"WWW-Authenticate","value":"Bearer realm=\\"demo\\""}]}'
    assert redact(line % empty).secrets == ()
