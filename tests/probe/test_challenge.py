from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.probe.challenge import Challenge, parse

TOKEN = st.text(string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~", min_size=1, max_size=12)
VALUE = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=30)
BLOB = st.from_regex(r"[A-Za-z0-9._~+/-]{1,20}={0,2}", fullmatch=True)
CHALLENGE = st.one_of(
    st.builds(Challenge, TOKEN, st.lists(st.tuples(TOKEN, VALUE), max_size=4).map(tuple)),
    st.builds(Challenge, TOKEN, st.just(()), BLOB),
)


@given(st.lists(CHALLENGE, max_size=5), st.sampled_from([", ", ",", " , ,\t"]))
@settings(max_examples=150)
def test_what_is_written_is_read_again(offered: list[Challenge], gap: str) -> None:
    assert parse([gap.join(map(str, offered))]) == tuple(offered)
    assert parse(map(str, offered)) == tuple(offered)


@given(st.lists(st.text(max_size=200), max_size=4))
@settings(max_examples=150)
def test_reads_anything_without_complaint(values: list[str]) -> None:
    for challenge in parse(values):
        assert challenge.scheme
        assert challenge.get("realm") is None or ("realm" in {name.lower() for name, _ in challenge.params})


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        # RFC 9110 section 11.6.1
        (
            'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""',
            [("Basic", {"realm": "simple"}), ("Newauth", {"realm": "apps", "type": "1", "title": 'Login to "apps"'})],
        ),
        ("Negotiate, NTLM", [("Negotiate", {}), ("NTLM", {})]),
        ('Digest qop="auth,auth-int", stale=TRUE', [("Digest", {"qop": "auth,auth-int", "stale": "TRUE"})]),
        # The comma is forgotten by several servers.
        ('Basic realm="security" charset="UTF-8"', [("Basic", {"realm": "security", "charset": "UTF-8"})]),
        (
            "Bearer error_description=The token is old, error=x",
            [("Bearer", {"error_description": "The token is old", "error": "x"})],
        ),
        ('realm="nobody\'s", Basic realm="mine"', [("Basic", {"realm": "mine"})]),
        ('Basic realm="never closed', [("Basic", {"realm": "never closed"})]),
        ("@@@ Basic, Bearer", [("Bearer", {})]),
        ("", []),
    ],
)
def test_reads_what_servers_send(value: str, wanted: list[tuple[str, dict[str, str]]]) -> None:
    assert [(c.scheme, dict(c.params)) for c in parse([value])] == wanted


def test_keeps_a_blob_apart_from_parameters() -> None:
    first, second = parse(['Negotiate YIIB/+a==, Basic realm="x"'])
    assert (first.token68, first.params) == ("YIIB/+a==", ())
    assert second.get("REALM") == "x"


def test_an_endless_header_is_cut() -> None:
    assert len(parse(["a=" + " " * 100_000] * 1000)) == 0
