"""What a token is and whether it is whole: ID, access, refresh token; cut, doubled, unsigned."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Report, TokenFacts
from bot.services import Service

ID_MARKS = ("nonce", "at_hash", "c_hash", "s_hash")
PERSONAL = ("email", "name", "picture", "given_name", "family_name", "email_verified", "preferred_username")
ID_AUDIENCE = ("client", "client-id", "client_id", ".apps.googleusercontent.com", "-web", "-spa", "-app", "-mobile")


def kinds(token: TokenFacts, report: Report, service: Service | None) -> Iterator[tuple[str, str]]:
    """The findings on form and kind."""
    if token.truncated:
        yield "token.truncated", f"The token is cut off: {token.length} characters, {_short(token)}"
    elif token.fault:
        yield "token.malformed", f"The token cannot be parsed: {token.fault}"
    if token.alg is not None and token.alg.lower() == "none":
        yield "token.algorithm_none", "The token's header says alg none: it is not signed"
    refresh = _refresh(token)
    if refresh:
        yield "token.is_refresh_token", f"It is a refresh token ({refresh}); it only gets new access tokens"
    elif (identity := _identity(token)) and not _wanted(token, service):
        yield "token.is_id_token", f"It is an ID token ({identity}), made for the client that signed in, not for an API"
    if token.binding:
        what = "a DPoP key" if token.binding == "jkt" else "a client certificate"
        if not any(p.dpop_nonce is not None for p in report.presented):
            yield (
                "token.proof_bound",
                f"The token is bound to {what} (cnf {token.binding}), which each request must prove",
            )


def _wanted(token: TokenFacts, service: Service | None) -> bool:
    """Some services want ID tokens: Kubernetes does (kubernetes.io, "OpenID Connect Tokens")."""
    return service is not None and (service.username_claim is not None or bool(set(token.aud) & set(service.audience)))


def _short(token: TokenFacts) -> str:
    if token.segments < 3:
        return f"{token.segments} of its three segments"
    return f"and too short a signature for {token.alg}"


def _claim(token: TokenFacts, name: str) -> str:
    return dict(token.claims).get(name, "").lower()


def _refresh(token: TokenFacts) -> str | None:
    for name in ("token_type", "token_use", "typ"):
        if _claim(token, name) in ("refresh", "refresh_token", "offline"):
            return f"{name} is {_claim(token, name)}"
    if (token.typ or "").lower() in ("refresh", "rt+jwt", "refresh+jwt"):
        return f"typ is {token.typ}"
    return None


def _identity(token: TokenFacts) -> str | None:
    """OpenID Connect Core section 2 tells what an ID token holds; none but `at_hash` and its like is sure."""
    if (
        _claim(token, "token_use") == "id"
        or _claim(token, "typ") == "id"
        or _claim(token, "token_type") in ("id", "id_token")
    ):
        return "it says so itself"
    if (
        (token.typ or "").lower() in ("at+jwt", "application/at+jwt")
        or token.scopes
        or _claim(token, "token_use") == "access"
    ):
        return None
    marks = [name for name in ID_MARKS if name in token.claim_names]
    personal = [name for name in PERSONAL if name in token.claim_names]
    hashed = [name for name in marks if name != "nonce"]
    audience = next((a for a in token.aud if a.lower().endswith(ID_AUDIENCE)), None)
    if hashed or (marks and (personal or audience)) or (audience and len(personal) >= 2):
        shown = [*marks, *personal[:2], *([f"audience {audience}"] if audience else [])]
        return ", ".join(shown) + "; no scope"
    return None
