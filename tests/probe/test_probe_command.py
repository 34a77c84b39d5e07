"""`locksmith probe` as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

KEYS = {"url", "verdict", "reason", "status", "challenges", "redirects", "findings"}


class Protected(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="a\x1b[31mb", Bearer')
        self.end_headers()

    do_OPTIONS = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Protected)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


def locksmith(*words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "bot", "probe", *words]
    return subprocess.run(command, input=given, capture_output=True, timeout=60, check=False)


def rows(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    assert (done.returncode, done.stderr) == (0, b"")
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def test_shows_what_a_probe_saw(port: int) -> None:
    (row,) = rows(locksmith("http://api.acme.test/x", "--json", "--connect-to", f"::127.0.0.1:{port}"))
    assert row.keys() == KEYS
    assert (row["url"], row["verdict"], row["status"]) == ("http://api.acme.test/x", "answered", 401)
    assert [c["scheme"] for c in row["challenges"]] == ["Basic", "Bearer"]
    assert "probe.refuses" in {f["id"] for f in row["findings"]}


def test_a_person_reads_lines_that_no_server_can_colour(port: int) -> None:
    done = locksmith("http://api.acme.test/x", "http://10.0.0.1/", "--connect-to", f"api.acme.test::127.0.0.1:{port}")
    text = done.stdout.decode()
    assert "\x1b" not in text
    assert "answered     http://api.acme.test/x  401 Basic, Bearer" in text
    assert "refused      http://10.0.0.1/" in text


def test_a_private_host_opens_through_services_yaml(port: int, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{port}/"
    (refused,) = rows(locksmith("--json", url))
    assert (refused["verdict"], refused["status"], refused["challenges"]) == ("refused", None, [])
    services = tmp_path / "services.yaml"
    services.write_text(f"services: [{{name: x, hosts: ['127.0.0.1:{port}']}}]")
    (row,) = rows(locksmith("--json", url, "--services", str(services)))
    assert row["verdict"] == "answered"


def test_every_hostile_line_gives_one_object() -> None:
    lines = [
        b"http://127.0.0.1/\x1b[2J", b"\x00", b"http://\xff\xfe/", b"a" * 100_000, b"http://" + b"[" * 5000, b" ",
        b"\x0b\x0c\x1c\x85",
        "http://\u2028/".encode(), b"http://user:hunter22secret@10.0.0.1/", b"-", b"--json", b'{"a":', b"http://[::1]:99999999999999999999/",
        b"https://" + b"%00" * 600, b"http://xn--" + b"9" * 60 + b"/", "http://\U0001f600/".encode(), b"file:///etc/passwd",
    ] * 20  # fmt: skip
    done = locksmith("-", "--json", given=b"\n\n".join(lines) + b"\r\n\r\n")
    found = rows(done)
    assert len(found) == len(lines)
    assert {row["verdict"] for row in found} == {"refused"}
    assert all(row["reason"] and row["reason"].isprintable() for row in found)
    assert found[0]["url"] == "http://127.0.0.1/\x1b[2J"
    assert b"hunter22secret" not in done.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--connect-to", "nonsense"), b"HOST1:PORT1:HOST2:PORT2"),
        (("--cacert", "/nowhere/ca.pem"), b"cannot be read"),
        (("--services", "/nowhere/services.yaml"), b"cannot be read"),
    ],
)
def test_a_wrong_option_stops_with_one_line(words: tuple[str, ...], says: bytes) -> None:
    done = locksmith("http://example.com/", *words)
    assert done.returncode == 2
    assert done.stdout == b""
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_all_wrong_options_are_told_at_once() -> None:
    done = locksmith("http://example.com/", "--connect-to", "a", "--connect-to", "b", "--cacert", "/nowhere")
    assert len(done.stderr.splitlines()) == 3


def test_a_refusal_costs_no_http_library() -> None:
    code = "import sys; from bot.probe import prober, challenge; from bot.commands import probe; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert not {"httpx", "httpcore", "anyio"} & set(done.stdout.split())
