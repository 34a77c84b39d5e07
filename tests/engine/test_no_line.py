"""A request of which the service's log has no line: whether something in front answered, or the service itself."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main

OTHERS = "".join(
    f'198.51.100.{m % 3} - - [20/Nov/2026:10:{m:02}:03 +0000] "GET /v1/list HTTP/1.1" 200 9 "-" "okhttp/4"\n'
    for m in range(25)
)
REPORT = "http://orders.acme.test/v1/orders answers 401, about 10:15 UTC"


class Service(ThreadingHTTPServer):
    """Refuses everything, with this challenge, and writes what it was asked to its log where it has one."""

    def __init__(self, challenge: str, log: Path | None) -> None:
        self.challenge, self.log = challenge, log
        super().__init__(("127.0.0.1", 0), Answer)


class Answer(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        self.send_response(401)
        self.send_header("WWW-Authenticate", self.server.challenge)
        self.send_header("Content-Length", "0")
        self.end_headers()
        if self.server.log is not None:
            line = f'127.0.0.1 - - [20/Nov/2026:10:20:01 +0000] "{self.command} {self.path} HTTP/1.1" 401 0 "-" '
            with self.server.log.open("a") as file:
                file.write(f'{line}"{self.headers.get("User-Agent")}"\n')

    do_OPTIONS = do_HEAD = do_GET  # noqa: N815 - the same

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    log, services = tmp_path / "access.log", tmp_path / "services.yaml"

    def asked(report: str, challenge: str, *, logged: bool = False, known: str = "") -> dict[str, Any]:
        log.write_text(OTHERS)
        services.write_text(f"services:\n- name: orders\n  hosts: [orders.acme.test]\n{known}")
        with Service(challenge, log if logged else None) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
            thread.start()
            argv = ["diagnose", "--json", "--logs", str(log), "--services", str(services)]
            argv += ["--posted-at", "2026-11-20T10:20:00Z", "--connect-to", f"::127.0.0.1:{server.server_port}"]
            try:
                assert main([*argv, report]) == 0
            finally:
                server.shutdown()
                thread.join()
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        return told

    return asked


def proxy(told: dict[str, Any]) -> float:
    return max((c["confidence"] for c in told["causes"] if c["id"] == "proxy_auth_required"), default=0.0)


@pytest.mark.parametrize(
    ("challenge", "more"),
    [
        ('Bearer realm="x"', {"logged": True}),
        ('Bearer realm="orders"', {}),
        ('Bearer realm="x"', {"known": "  scheme: Bearer\n"}),
    ],
    ids=["its log holds the probe", "its realm", "its scheme"],
)
def test_where_the_service_itself_answers_it_is_no_proxy(ask: Any, challenge: str, more: dict[str, Any]) -> None:
    told = ask(REPORT, challenge, **more)
    assert proxy(told) < 0.1
    assert not told["known"]
    assert told["next_step"]["id"] == "which_time"
    assert any("another host or environment" in note for note in told["notes"])


def test_where_nothing_tells_who_answered_a_proxy_stays_possible(ask: Any) -> None:
    assert proxy(ask(REPORT, 'Bearer realm="x"')) > 0.15


def test_a_gateway_that_gives_itself_away_is_the_answer(ask: Any) -> None:
    told = ask(REPORT, 'Basic realm="Access Gateway"', known="  scheme: Basic\n")
    assert (told["causes"][0]["id"], told["known"]) == ("proxy_auth_required", True)


def test_a_time_that_is_told_exactly_is_not_asked_for(ask: Any) -> None:
    told = ask(REPORT.replace("about 10:15", "10:15:31"), 'Bearer realm="orders"')
    assert told["next_step"]["id"] != "which_time"
