"""`locksmith redact` as people run it."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from typing import Any

SECRET = "m4d3Up" + "S3cr3tF0rT3sts"
JSON_BODY = json.dumps({"access_token": SECRET, "expires_in": 60})


def run(given: bytes, *options: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "redact", *options], input=given, capture_output=True, timeout=60, check=False
    )


def har() -> dict[str, Any]:
    request = {
        "method": "POST",
        "url": f"https://x.test/a?token={SECRET}&page=2",
        "headers": [
            {"name": "Authorization", "value": f"Bearer {SECRET}"},
            {"value": f"sid={SECRET}; lang=en", "name": "Cookie"},
            {"name": "X-Request-Id", "value": "7cd31c96-4beb-4ce9-af11-ff7ccaa4a72c"},
        ],
        "cookies": [{"name": "sid", "value": SECRET, "path": "/"}, {"value": "en", "name": "lang"}],
        "queryString": [{"value": SECRET, "name": "token"}, {"name": "page", "value": "2"}],
        "postData": {
            "mimeType": "application/x-www-form-urlencoded",
            "params": [{"name": "password", "value": "hunter2"}],
            "text": "user=nora&password=hunter2",
        },
    }
    response = {
        "status": 401,
        "headers": [{"name": "Set-Cookie", "value": f"sid={SECRET}; Path=/; HttpOnly"}],
        "content": {"size": 9, "encoding": "base64", "text": base64.b64encode(JSON_BODY.encode()).decode()},
    }
    image = {"content": {"text": base64.b64encode(b"\x89PNG\r\n\x1a\n\xff\xfe").decode(), "encoding": "base64"}}
    plain = {"content": {"mimeType": "application/json", "text": json.dumps({"id_token": SECRET, "error": "no"})}}
    return {
        "log": {"version": "1.2", "entries": [{"request": request, "response": r} for r in (response, image, plain)]}
    }


def test_text_goes_in_and_comes_out_clean() -> None:
    done = run(f"curl -u nora:{SECRET} https://x.test/a\n".encode())
    assert (done.returncode, done.stdout) == (0, "curl -u nora:‹password› https://x.test/a\n".encode())
    assert done.stderr == "locksmith redact: hid 1 × password\n".encode()


def test_quiet_tells_nothing() -> None:
    assert run(b"password: hunter2\n", "--quiet").stderr == b""


def test_bytes_that_are_no_text_come_out_as_they_went_in() -> None:
    given = bytes(range(256)) + b"\r\n\xff\xfepassword=hunter2\xff\r\n"
    done = run(given)
    assert done.stdout.startswith(bytes(range(256)) + b"\r\n\xff\xfepassword=")
    assert b"hunter2" not in done.stdout
    assert done.stdout.endswith(b"\r\n")


def test_nothing_in_nothing_out() -> None:
    assert (run(b"").returncode, run(b"").stdout) == (0, b"")


def test_a_har_stays_a_har() -> None:
    for given in (json.dumps(har()), json.dumps(har(), indent=2)):
        done = run(given.encode())
        clean = json.loads(done.stdout)
        assert SECRET.encode() not in done.stdout
        assert b"hunter2" not in done.stdout
        entry = clean["log"]["entries"][0]
        assert entry["request"]["url"] == "https://x.test/a?token=‹token›&page=2"
        assert [h["value"] for h in entry["request"]["headers"]] == [
            "Bearer ‹bearer token›",
            "sid=‹session cookie›; lang=en",
            "7cd31c96-4beb-4ce9-af11-ff7ccaa4a72c",
        ]
        assert entry["request"]["cookies"] == [
            {"name": "sid", "value": "‹session cookie›", "path": "/"},
            {"value": "en", "name": "lang"},
        ]
        assert entry["request"]["queryString"] == [
            {"value": "‹token›", "name": "token"},
            {"name": "page", "value": "2"},
        ]
        assert entry["request"]["postData"]["text"] == "user=nora&password=‹password›"
        body = json.loads(base64.b64decode(entry["response"]["content"]["text"]))
        assert body == {"access_token": "‹access token›", "expires_in": 60}
        assert clean["log"]["entries"][1] == json.loads(json.dumps(clean["log"]["entries"][1]))
        assert clean["log"]["entries"][1]["response"] == har()["log"]["entries"][1]["response"]
        assert json.loads(clean["log"]["entries"][2]["response"]["content"]["text"]) == {
            "id_token": "‹ID token›",
            "error": "no",
        }
