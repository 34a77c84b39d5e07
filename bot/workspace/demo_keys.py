"""The demo's credentials: signing keys, tokens good and bad, API keys, passwords, signed links.

All made up at start."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

AUDIENCE = "orders-api"
KID = "demo-2026-{}"
USER = "rita"


class Keys:
    """Everything that the demo signs and checks with. `issuer` is set once the address is known."""

    def __init__(self) -> None:
        self.issuer = ""
        self.rotations = 0
        self.rotate()
        self.staging = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.api_key = f"dk_{secrets.token_hex(16)}"
        self.password = secrets.token_urlsafe(9)
        self.session = secrets.token_hex(16)
        self._link_secret = secrets.token_bytes(32)

    def rotate(self) -> None:
        """Sign with a new key from here on, and forget the one before."""
        self.rotations += 1
        self.kid = KID.format(self.rotations)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def jwks(self) -> dict[str, Any]:
        """The public key as a JWK Set (RFC 7517)."""
        public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": self.kid, "use": "sig", "alg": "RS256"}]}

    def token(self, *, age: int = 60, life: int = 3600, staging: bool = False, **claims: Any) -> str:
        """An access token issued `age` seconds ago for `life` seconds, with other claims where they are given."""
        issued = int(time.time()) - age
        said = {
            "iss": self.issuer.replace("://", "://staging.") if staging else self.issuer,
            "aud": AUDIENCE,
            "sub": "u-1042",
            "iat": issued,
            "exp": issued + life,
            "scope": "orders:read",
            "token_type": "access",
            **claims,
        }
        key, kid = (self.staging, "staging-2026") if staging else (self.key, self.kid)
        return jwt.encode(said, key, algorithm="RS256", headers={"kid": kid})

    def claims(self, token: str) -> dict[str, Any]:
        """What a good access token says. Raises jwt.PyJWTError with the reason it is refused for."""
        kid = jwt.get_unverified_header(token).get("kid")
        if kid != self.kid:
            raise jwt.PyJWKClientError(f'Unable to find a signing key that matches: "{kid}"')
        said: dict[str, Any] = jwt.decode(
            token, self.key.public_key(), algorithms=["RS256"], audience=AUDIENCE, issuer=self.issuer
        )
        if said.get("token_type") != "access":
            raise jwt.InvalidTokenError(f"Token type is {said.get('token_type')}, expected access")
        return said

    def subject(self, token: str) -> str | None:
        """Whose token it says it is, good or not, as services log it; None where it cannot be read."""
        try:
            said = jwt.decode(token, options={"verify_signature": False})
        except jwt.PyJWTError:
            return None
        return str(said.get("sub") or "") or None

    def sign_link(self, path: str, expires: int) -> str:
        """The signature of a link to a path until a time: hex HMAC-SHA256 of both."""
        return hmac.new(self._link_secret, f"{path}\n{expires}".encode(), hashlib.sha256).hexdigest()

    def link(self, path: str, *, expires: int) -> str:
        """A signed link, without its host."""
        return f"{path}?expires={expires}&signature={self.sign_link(path, expires)}"
