"""Paths as templates: what names one thing of many is taken out, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.spikes.templates import Templates

ids = st.one_of(
    st.integers(0, 10**18).map(str),
    st.uuids().map(str),
    st.uuids().map(lambda u: u.hex),
    st.binary(min_size=20, max_size=32).map(bytes.hex).filter(lambda h: any(c.isdigit() for c in h)),
)
words = st.sampled_from(["v1", "orders", "users", "login", "oauth2", "me", "items", "well-known"])


@given(st.lists(st.tuples(words, ids), min_size=1, max_size=4), st.sampled_from(["", "?page=2", "?token=abc"]))
def test_ids_are_taken_out_and_words_stay(parts: list[tuple[str, str]], query: str) -> None:
    path = "".join(f"/{word}/{name}" for word, name in parts)
    assert Templates().of(path + query) == "".join(f"/{word}/{{}}" for word, _ in parts)


@given(st.lists(words, min_size=1, max_size=6))
def test_words_alone_stay_as_they_are(parts: list[str]) -> None:
    assert Templates().of("/" + "/".join(parts)) == "/" + "/".join(parts)


@given(st.text(max_size=60))
def test_a_template_is_its_own_template(path: str) -> None:
    once = Templates().of(path)
    assert Templates().of(once) == once
    assert "?" not in once


@pytest.mark.parametrize("path, named", [
    ("/v1/orders/17", "/v1/orders/{id}"), ("/v1/orders/latest", "/v1/orders/latest"),
    ("/v1/orders/blue/items", "/v1/orders/{id}/items"), ("/v1/files/a.pdf", "/v1/files/{name}.pdf"),
    ("/v1/orders/1/2", "/v1/orders/{}/{}"), ("/v1/orders/", "/v1/orders/"),
])  # fmt: skip
def test_paths_that_are_named_come_first_and_the_most_particular_of_them(path: str, named: str) -> None:
    known = ["/v1/orders/{id}", "/v1/orders/latest", "/v1/orders/{id}/items", "/v1/files/{name}.pdf"]
    assert Templates(known).of(path) == named
