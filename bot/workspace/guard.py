"""Keeps other web pages out: only this machine may ask, by its own name, and only this page may act.

A page elsewhere can point its own name at 127.0.0.1 (DNS rebinding) or post a form here; neither gets through.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse foreign names and foreign pages; tell browsers to run nothing but what is served here."""
    if urlsplit(f"//{request.host}").hostname not in LOCAL:
        raise web.HTTPForbidden(text="This is a local page: open it at 127.0.0.1 or localhost.\n")
    if request.method not in {"GET", "HEAD", "OPTIONS"} and not own_page(request):
        raise web.HTTPForbidden(text="Only this page itself may do that.\n")
    response = await handler(request)
    if not response.prepared:
        response.headers.update({k: v for k, v in HEADERS.items() if k not in response.headers})
    return response


def own_page(request: web.Request) -> bool:
    """Whether a request comes from this server's own page, or from a program rather than a page."""
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        return False
    return request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}
