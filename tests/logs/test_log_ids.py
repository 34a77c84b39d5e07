"""Ids under every name and in every wrapper."""

from __future__ import annotations

import pytest

from bot.logs.formats import ids

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f"00-{TRACE}-00f067aa0ba902b7-01", TRACE),
        (f"{TRACE}-00f067aa0ba902b7-1", TRACE),
        (f"{TRACE}-00f067aa0ba902b7", TRACE),
        ("a3ce929d0e0e4736-00f067aa0ba902b7-d-05e3ac9a4f6e3b90", "a3ce929d0e0e4736"),
        ("Root=1-67891233-abcdef012345678912345678", "1-67891233-abcdef012345678912345678"),
        ("Self=1-1;Root=1-67891233-abcdef012345678912345678;CalledFrom=app", "1-67891233-abcdef012345678912345678"),
        ("8f1c2a3b4d5e6f70-FRA", "8f1c2a3b4d5e6f70"),
        (f"projects/shop/traces/{TRACE}", TRACE),
        (f"{TRACE}/123;o=1", TRACE),
        (f"{TRACE}:00f067aa0ba902b7:0:1", TRACE),
        ("7f3ad9c2-51b0-4e6f-9a1b-0c2d3e4f5a6b", "7f3ad9c2-51b0-4e6f-9a1b-0c2d3e4f5a6b"),
        ("aw0U_SGGdkljtqkYlOl0aQAAAJc", "aw0U_SGGdkljtqkYlOl0aQAAAJc"),
    ],
)
def test_the_shared_part_is_kept(written: str, kept: str) -> None:
    assert ids.kept(written) == kept
    assert ids.bare(written) == kept


NAMES = """
request_id requestid x-request-id req.headers.x-request-id request_x-request-id http_x_request_id sent_http_x_request_id
reqid req_id rid correlation-id x_correlation_id traceid trace_id dd.trace_id mdc.traceid traceparent http_traceparent
x-b3-traceid x-amzn-trace-id x-amzn-requestid x-edge-request-id cf-ray rayid insertid unique_id @tr cs(x-request-id)
x-ms-request-id uber-trace-id x-cloud-trace-context traceidentifier
"""


@pytest.mark.parametrize("name", NAMES.split())
def test_every_spelling_of_a_name_is_known(name: str) -> None:
    assert ids.is_name(name)


@pytest.mark.parametrize(
    "name",
    ["user_id", "order_id", "spanid", "session_id", "client_id", "id", "grid", "bird", "request", "parentid", "pid"],
)
def test_other_ids_are_none_of_the_request(name: str) -> None:
    assert not ids.is_name(name)


@pytest.mark.parametrize("text", ["", "-", "401", "deadbeef", "/private/orders", "curl/8.5.0", "2026-11-30", "hello"])
def test_what_looks_like_no_id_is_none(text: str) -> None:
    assert ids.bare(text) is None
