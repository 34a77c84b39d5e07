"""How the demo's routes decide whom to let in, and how they say no (RFC 6750 section 3, RFC 7617, RFC 9110)."""

from __future__ import annotations

import base64
import binascii
import hmac
import time

import jwt
from aiohttp import web

from bot.workspace.demo_keys import USER, Keys

REALM = 'realm="demo"'


class Refused(Exception):  # noqa: N818 -- an answer, not an error of the program
    """A refusal: why, for the log, what the caller is told, and the challenge."""

    def __init__(self, reason: str, told: str, challenge: str, status: int = 401, *, user: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.told = told
        self.challenge = challenge
        self.status = status
        self.user = user


def bearer(request: web.Request, keys: Keys, scope: str = "orders:read") -> str:
    """The subject of a good bearer token with the scope. Raises Refused."""
    header = request.headers.get("Authorization")
    if header is None:
        raise Refused("Authorization header missing", "Authentication required", f"Bearer {REALM}")
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise Refused(f"Unsupported authorization scheme '{scheme}'", "Authentication required", f"Bearer {REALM}")
    if not token.strip() or " " in token.strip():
        raise _bad("Authorization header must be 'Bearer <token>', found more than two parts", "invalid_request")
    try:
        claims = keys.claims(token.strip())
    except jwt.PyJWTError as error:
        raise _bad(str(error), "invalid_token", user=keys.subject(token.strip())) from None
    if scope not in str(claims.get("scope")).split():
        more = f'error="insufficient_scope", scope="{scope}"'
        raise Refused(f"Missing scope {scope}", "Not allowed", f"Bearer {REALM}, {more}", 403, user=claims["sub"])
    return str(claims["sub"])


def api_key(request: web.Request, keys: Keys) -> str:
    """The owner of a good API key in X-API-Key. Raises Refused."""
    given = request.headers.get("X-API-Key")
    if given is None:
        raise Refused("X-API-Key header missing", "API key required", f"ApiKey {REALM}")
    if not hmac.compare_digest(given, keys.api_key):
        raise Refused(f"API key not found: prefix {given[:5]}", "Invalid API key", f"ApiKey {REALM}")
    return "key-1"


def basic(request: web.Request, keys: Keys) -> str:
    """The user of a good name and password (RFC 7617). Raises Refused."""
    challenge = f'Basic {REALM}, charset="UTF-8"'
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if not encoded:
        raise Refused("Authorization header missing", "Authentication required", challenge)
    if scheme.lower() != "basic":
        raise Refused(
            f"Unsupported authorization scheme '{scheme}', expected Basic", "Authentication required", challenge
        )
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Refused("Basic credentials are not base64", "Authentication required", challenge) from None
    if user != USER or not hmac.compare_digest(password, keys.password):
        raise Refused(f"Password mismatch for user '{user}'", "Wrong user name or password", challenge, user=user)
    return user


def session(request: web.Request, keys: Keys) -> str:
    """The user of a good session cookie. Raises Refused."""
    given = request.cookies.get("demo_session")
    if given is None:
        raise Refused("Session cookie missing", "Please sign in", f"Cookie {REALM}")
    if not hmac.compare_digest(given, keys.session):
        raise Refused("Session not found or expired", "Please sign in again", f"Cookie {REALM}")
    return USER


def signed_link(request: web.Request, keys: Keys) -> str:
    """Whether a link's signature is whole and its time not over. Raises Refused."""
    expires, signature = request.query.get("expires", ""), request.query.get("signature", "")
    if not expires.isdigit() or not signature:
        raise Refused("Signed URL is incomplete", "This link is not complete", f"SignedUrl {REALM}")
    if not hmac.compare_digest(keys.sign_link(request.path, int(expires)), signature):
        raise Refused("Signed URL signature mismatch", "This link is not valid", f"SignedUrl {REALM}")
    if int(expires) < time.time():
        raise Refused(f"Signed URL expired at {expires}", "This link has expired", f"SignedUrl {REALM}")
    return "link"


def _bad(reason: str, error: str, *, user: str | None = None) -> Refused:
    described = reason.replace('"', "'")
    challenge = f'Bearer {REALM}, error="{error}", error_description="{described}"'
    return Refused(reason, described, challenge, user=user)
