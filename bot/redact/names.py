"""Which names a secret goes by, however they are spelled: `clientSecret`, `CLIENT_SECRET`, `client-secret`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

ANY, OPAQUE, LONG = "any", "opaque", "long"
"""What a value must be like: anything; generated-looking in prose; long and generated-looking everywhere."""


class Named(NamedTuple):
    """What a name promises of its value."""

    kind: str
    needs: str


WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")

_NEUTRAL = """
value raw b64 base64 enc encoded plain plaintext text str string header hash old new current confirm
confirmation again repeat prod production dev test staging stage live sandbox default primary secondary
"""
NEUTRAL = frozenset(_NEUTRAL.split())

ENDINGS: tuple[tuple[str, str, str], ...] = (
    # (the end of the name without separators, the kind, what the value must be like); the first that fits counts
    ("pagetoken", "", ""),
    ("nexttoken", "", ""),
    ("prevtoken", "", ""),
    ("starttoken", "", ""),
    ("continuationtoken", "", ""),
    ("cancellationtoken", "", ""),
    ("canceltoken", "", ""),
    ("publictoken", "", ""),
    ("proxyauthorization", "authorization", ANY),
    ("authorization", "authorization", ANY),
    ("setcookie", "cookies", ANY),
    ("cookie", "cookies", ANY),
    ("cookies", "cookies", ANY),
    ("cookieheader", "cookies", ANY),
    ("clientsecret", "client secret", ANY),
    ("consumersecret", "client secret", ANY),
    ("secretaccesskey", "AWS secret access key", ANY),
    ("secretkey", "secret key", ANY),
    ("secretkeybase", "secret key", ANY),
    ("secret", "secret", ANY),
    ("password", "password", ANY),
    ("passwd", "password", ANY),
    ("passwort", "password", ANY),
    ("passphrase", "password", ANY),
    ("passcode", "password", ANY),
    ("pword", "password", ANY),
    ("pwd", "password", ANY),
    ("userpass", "password", ANY),
    ("requirepass", "password", ANY),
    ("privatekey", "private key", OPAQUE),
    ("apikey", "API key", OPAQUE),
    ("apisecret", "API key", OPAQUE),
    ("subscriptionkey", "API key", OPAQUE),
    ("functionskey", "API key", OPAQUE),
    ("authkey", "API key", OPAQUE),
    ("appkey", "API key", OPAQUE),
    ("applicationkey", "API key", OPAQUE),
    ("adminkey", "API key", OPAQUE),
    ("servicekey", "API key", OPAQUE),
    ("servicerolekey", "API key", OPAQUE),
    ("licensekey", "API key", OPAQUE),
    ("ingestkey", "API key", OPAQUE),
    ("deploykey", "API key", OPAQUE),
    ("masterkey", "secret key", OPAQUE),
    ("signingkey", "secret key", OPAQUE),
    ("encryptionkey", "secret key", OPAQUE),
    ("accountkey", "secret key", OPAQUE),
    ("sharedkey", "secret key", OPAQUE),
    ("sharedaccesskey", "secret key", OPAQUE),
    ("hmackey", "secret key", OPAQUE),
    ("accesskey", "API key", OPAQUE),
    ("refreshtoken", "refresh token", OPAQUE),
    ("accesstoken", "access token", OPAQUE),
    ("idtoken", "ID token", OPAQUE),
    ("securitytoken", "session token", OPAQUE),
    ("csrftoken", "CSRF token", OPAQUE),
    ("xsrftoken", "CSRF token", OPAQUE),
    ("csrfmiddlewaretoken", "CSRF token", OPAQUE),
    ("apitoken", "API token", OPAQUE),
    ("token", "token", OPAQUE),
    ("jwt", "token", OPAQUE),
    ("bearer", "token", OPAQUE),
    ("dpop", "DPoP proof", LONG),
    ("codeverifier", "code verifier", OPAQUE),
    ("devicecode", "device code", OPAQUE),
    ("authcode", "authorization code", OPAQUE),
    ("authorizationcode", "authorization code", OPAQUE),
    ("assertion", "assertion", LONG),
    ("samlresponse", "SAML response", OPAQUE),
    ("otp", "one-time code", OPAQUE),
    ("phpsessid", "session cookie", ANY),
    ("jsessionid", "session cookie", ANY),
    ("sessionid", "session id", LONG),
    ("sessid", "session id", LONG),
    ("sessionkey", "session id", LONG),
    ("connectsid", "session cookie", ANY),
    ("aspxauth", "session cookie", ANY),
    ("session", "session id", LONG),
    ("sid", "session id", LONG),
    ("signature", "signature", LONG),
    ("hmac", "signature", LONG),
    ("bewit", "signature", LONG),
    ("sig", "signature", LONG),
    ("xauth", "credentials", LONG),
    ("auth", "credentials", LONG),
    ("authinfo", "credentials", LONG),
)

WHOLE = {
    "pass": Named("password", ANY),
    "pw": Named("password", ANY),
    "psw": Named("password", ANY),
    "dbpass": Named("password", ANY),
    "dbpw": Named("password", ANY),
    "smtppass": Named("password", ANY),
    "mysqlpass": Named("password", ANY),
    "redispass": Named("password", ANY),
    "adminpass": Named("password", ANY),
    "keypass": Named("password", ANY),
    "storepass": Named("password", ANY),
}

ONLY_IN_QUERY = {
    "key": Named("API key", LONG),
    "code": Named("authorization code", LONG),
    "policy": Named("signed policy", LONG),
    "t": Named("token", LONG),
    "auth": Named("token", OPAQUE),
    "session": Named("session id", OPAQUE),
    "sid": Named("session id", LONG),
    "ticket": Named("service ticket", LONG),
}


@lru_cache(maxsize=4096)
def named(name: str, *, query: bool = False) -> Named | None:
    """What a name promises: a kind, `authorization` or `cookies` for whole headers, or None for a name of no secret."""
    words = [w.lower() for w in WORD.findall(name)]
    while len(words) > 1 and (words[-1] in NEUTRAL or words[-1].isdigit()):
        words.pop()
    joined = "".join(words)
    if not joined:
        return None
    if query and joined in ONLY_IN_QUERY:
        return ONLY_IN_QUERY[joined]
    if joined in WHOLE:
        return WHOLE[joined]
    for ending, kind, needs in ENDINGS:
        if joined.endswith(ending) and _starts_a_word(words, joined, ending):
            return Named(kind, needs) if kind else None
    return None


def _starts_a_word(words: list[str], joined: str, ending: str) -> bool:
    """Short endings must be words of their own: `sid` is none in `inside`, nor `sig` in `config`."""
    if ending == "idtoken":
        return words[-2:] == ["id", "token"] or joined == ending
    return len(ending) >= 5 or ending in {words[-1], joined}
