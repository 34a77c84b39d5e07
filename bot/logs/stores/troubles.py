"""What goes wrong with a store, in words: what it is and how to mend it, in one line without secrets."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

from bot.probe.backend import tls_reason
from bot.redact import redact
from bot.web import httpx

CONNECT_S = 4.0
LONGEST_DETAIL = 200
NO_JSON = "answered with something that is no JSON; check that the address is the store's own and not a page to sign in"
OTHER_SHAPE = "answered with JSON of another shape than documented; is its address right?"
TOLD = {
    404: "has nothing there (404{detail}); check its entry in services.yaml",
    429: "is asked too often (429); ask again in a while, or raise its limit",
}


def refusal(status: int, body: bytes, *, credentials: str | None, secret: str | None) -> str:
    """Why an answer without success is none. `credentials` is where they are, `secret` what must not be shown."""
    if status in (401, 403):
        if credentials is None:
            return f"wants credentials ({status}); name where they are under 'credentials'"
        return f"refuses the credentials ({status}); check what {credentials} holds and may read"
    if 300 <= status < 400:
        return f"sends elsewhere ({status}), which is not followed; give the store's own address"
    told = TOLD.get(status) or (
        "does not take the question ({status}{detail}); check its entry in services.yaml"
        if status < 500
        else "fails ({status}{detail}); see whether it is well, and its entry in services.yaml"
    )
    return told.format(status=status, detail=_detail(body, secret))


def _detail(body: bytes, secret: str | None) -> str:
    """What the store says; nothing of a web page, and not the credentials that it may repeat."""
    text = body[:2_000].decode("utf-8", "replace").strip()
    if not text or text.startswith("<"):
        return ""
    for known in sorted({secret or "", *(secret or "").split(":")}, key=len, reverse=True):
        text = text.replace(known, "***") if len(known) > 3 else text
    return f": {words(text)}"


def words(text: str) -> str:
    """What a store says, in one short line without secrets."""
    shown = " ".join(redact(text).text.split())
    return f"{shown[:LONGEST_DETAIL]}{'…' if len(shown) > LONGEST_DETAIL else ''}"


def failure(error: httpx.HTTPError) -> str:
    """Why there was no answer."""
    host = error.request.url.host
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLError):
            return f"{tls_reason(cause, host)}; mend that, or name its authority under 'cacert'"
        if isinstance(cause, ConnectionRefusedError):
            return "refuses the connection; see whether it runs, and check its address"
    if isinstance(error, httpx.ConnectTimeout):
        return f"takes no connection within {CONNECT_S:g} s; check its address and the network"
    if isinstance(error, httpx.ConnectError):
        return f"{host} cannot be reached; check its address and the network"
    if isinstance(error, httpx.ReadError | httpx.WriteError | httpx.RemoteProtocolError):
        return "breaks the connection off; see whether it is well"
    return "does not speak proper HTTP; check its address"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
