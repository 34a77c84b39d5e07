"""Google's service accounts: a signed assertion is exchanged for a token, once (RFC 7523)."""

from __future__ import annotations

import json
from pathlib import Path

import jwt
import pytest
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.logs.search import find
from tests.logs.stores.places import configured
from tests.logs.stores.standins import AT, TOKEN, Record, google, serving
from tests.logs.stores.test_stores import QUERY, access

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()


def test_an_account_shows_an_assertion_once(tmp_path: Path) -> None:
    entries, shown = google([Record(AT, access(0, 401))]), []

    async def handler(request: web.BaseRequest) -> web.StreamResponse:
        if request.path != "/token":
            return await entries(request)
        form = await request.post()
        assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        assertion = str(form["assertion"])
        shown.append(jwt.decode(assertion, KEY.public_key(), ["RS256"], audience=f"http://{request.host}/token"))
        assert jwt.get_unverified_header(assertion)["kid"] == "key-1"
        return web.json_response({"access_token": TOKEN, "expires_in": 3600})

    with serving(handler) as url:
        account = {"client_email": "bot@acme-prod.test", "private_key": PEM, "private_key_id": "key-1"}
        (tmp_path / "key.json").write_text(json.dumps(account | {"token_uri": f"{url}/token"}))
        entry = {"google": "acme-prod", "query": "severity>=DEFAULT", "endpoint": url, "credentials": "file:key.json"}
        found = find(QUERY, [], configured(tmp_path, entry), environ={})
    assert found.notes == ()
    assert [e.status for e in found.request] == [401]
    assert [(claims["iss"], claims["scope"]) for claims in shown] == [
        ("bot@acme-prod.test", "https://www.googleapis.com/auth/logging.read")
    ]


@pytest.mark.parametrize(
    "text", ["{", "{}", json.dumps({"client_email": "a", "private_key": "b", "private_key_id": "c", "token_uri": "d"})]
)
def test_a_file_that_is_no_key_is_said(text: str, tmp_path: Path) -> None:
    (tmp_path / "key.json").write_text(text)
    stores = configured(tmp_path, {"google": "acme-prod", "credentials": "file:key.json"})
    (note,) = find(QUERY, [], stores, environ={}).notes
    assert note.endswith("key.json holds no service account's key; download it anew as JSON")


@pytest.mark.parametrize("address", ["http://[", "d", "http://x..y/token"])
def test_a_key_with_an_address_that_is_none_is_said(address: str, tmp_path: Path) -> None:
    account = {"client_email": "a", "private_key": PEM, "private_key_id": "c", "token_uri": address}
    (tmp_path / "key.json").write_text(json.dumps(account))
    stores = configured(tmp_path, {"google": "acme-prod", "credentials": "file:key.json"})
    (note,) = find(QUERY, [], stores, environ={}).notes
    assert note.startswith("google acme-prod: ")
    assert "check its" in note
