"""Recorded refusals of real software (tests/cases): the installed command answers each, and names what was wrong."""

from __future__ import annotations

import contextlib
import io
import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import trustme
import yaml

from bot.cli import main

CASES = Path(__file__).parent / "cases"
SLUGS = sorted(path.parent.name for path in CASES.glob("*/case.yaml"))
FLOOR = 0.99
"""Of all cases, how many are answered right at the first place (all 585 at this time, as they are learned from too)."""
SIGNED = re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.([\w-]{16,})")
ADDRESS = re.compile(r"https?://(?:[^/@\s]*@)?([\w.-]+)")
FRAMING = {"content-length", "transfer-encoding", "connection", "keep-alive", "content-encoding"}

Rule = dict[str, Any]


class Replay(ThreadingHTTPServer):
    """A case's recorded answers over http and https at one port of 127.0.0.1."""

    daemon_threads = True

    def __init__(self, rules: list[Rule], posted_at: datetime, tls: ssl.SSLContext) -> None:
        self.rules, self.posted_at, self.tls = rules, posted_at, tls
        super().__init__(("127.0.0.1", 0), Answer)

    def finish_request(self, request: Any, client_address: Any) -> None:
        request.settimeout(20)
        if request.recv(1, socket.MSG_PEEK) == b"\x16":
            request = self.tls.wrap_socket(request, server_side=True)
        with contextlib.closing(request):
            super().finish_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up early is none of this server's concern."""

    def dated(self, recorded: str) -> str:
        """A clock that was right when it was recorded is right now; one that was off stays off as much."""
        off = parsedate_to_datetime(recorded) - self.posted_at
        return format_datetime(datetime.now(UTC) + (off if abs(off) > timedelta(minutes=30) else timedelta()), True)


class Answer(BaseHTTPRequestHandler):
    server: Replay
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        rule = self.rule()
        body = (rule.get("body") or "").encode()
        self.send_response_only(int(rule["status"]))
        for name, value in rule.get("headers") or []:
            if name.lower() not in FRAMING:
                self.send_header(name, self.server.dated(value) if name.lower() == "date" else str(value))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)

    def rule(self) -> Rule:
        """The first that fits; where no answer to credentials was recorded, the one without them."""
        placed = [r for r in self.server.rules if {"path", "path_prefix"} & r["match"].keys()]
        for rules, strict in ((placed, True), (placed, False), (self.server.rules, True)):
            for rule in rules:
                if self.fits(rule["match"], strict):
                    return rule
        return {"status": 404}

    def fits(self, match: Rule, strict: bool) -> bool:
        path = urlsplit(self.path).path
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0]
        methods = match.get("method") or [self.command]
        return (
            self.command in ([methods] if isinstance(methods, str) else methods)
            and urlsplit(match.get("path", path)).path == path
            and path.startswith(match.get("path_prefix", ""))
            and match.get("host", host) == host
            and (not strict or match.get("authorization", self.sent()) == self.sent())
        )

    def sent(self) -> str:
        return "present" if "Authorization" in self.headers else "absent"

    do_GET = do_HEAD = do_OPTIONS = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - names of the standard library

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


def attachments(slug: str) -> list[Path]:
    return sorted((CASES / slug / "attachments").glob("*"))


def texts(slug: str, case: Rule) -> list[str]:
    return [case["report"], *(path.read_text(encoding="utf-8", errors="replace") for path in attachments(slug))]


@cache
def authority() -> trustme.CA:
    return trustme.CA()


@contextlib.contextmanager
def serving(case: Rule, hosts: list[str]) -> Iterator[int]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority().issue_cert(*hosts, "localhost.test").configure_cert(tls)
    rules = [{**rule, "match": rule.get("match") or {}} for rule in case.get("server") or []]
    with Replay(rules, moment(case), tls) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def moment(case: Rule) -> datetime:
    posted = case["posted_at"]
    posted = datetime.fromisoformat(posted) if isinstance(posted, str) else posted
    return posted if posted.tzinfo else posted.replace(tzinfo=UTC)


@cache
def read(slug: str) -> Rule:
    case: Rule = yaml.load((CASES / slug / "case.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    return case


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cases")
    authority().cert_pem.write_to_path(str(folder / "ca.pem"))
    return folder


ANSWERS: dict[str, str] = {}


def answered(slug: str, work: Path) -> str:
    """What the command prints for a case; each is asked once."""
    if slug not in ANSWERS:
        ANSWERS[slug] = ask(slug, work)
    return ANSWERS[slug]


def ask(slug: str, work: Path) -> str:
    case = read(slug)
    hosts = sorted({host for text in texts(slug, case) for host in ADDRESS.findall(text)})
    argv = ["diagnose", "--json", "--posted-at", moment(case).isoformat(), "--cacert", str(work / "ca.pem")]
    argv += [word for path in attachments(slug) for word in ("--attach", str(path))]
    argv += ["--logs", str(CASES / slug / "logs")] if (CASES / slug / "logs").is_dir() else []
    if case.get("service"):
        known = work / f"{slug}.services.yaml"
        known.write_text(yaml.safe_dump({"services": [{"name": "case", "hosts": hosts, **case["service"]}]}))
        argv += ["--services", str(known)]
    out = io.StringIO()
    with serving(case, hosts) as port, contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        status = main([*argv, "--connect-to", f"::127.0.0.1:{port}", case["report"]])
    assert status == 0, out.getvalue()
    return out.getvalue()


def causes(slug: str, work: Path) -> list[str]:
    return [cause["id"] for cause in json.loads(answered(slug, work))["causes"]]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_case_is_answered_and_no_signature_leaks(slug: str, work: Path) -> None:
    case = read(slug)
    shown = answered(slug, work)
    assert "causes" in json.loads(shown)
    secrets = {found for text in texts(slug, case) for found in SIGNED.findall(text)} | set(case.get("secrets") or [])
    assert not [secret for secret in secrets if secret in shown]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_cause_is_among_the_first_three(slug: str, work: Path) -> None:
    assert set(causes(slug, work)[:3]) & set(read(slug)["expected"]), causes(slug, work)[:3]


def test_most_cases_are_right_at_the_first_place(work: Path) -> None:
    right = [slug for slug in SLUGS if causes(slug, work)[:1] and causes(slug, work)[0] in read(slug)["expected"]]
    assert len(right) / len(SLUGS) >= FLOOR, sorted(set(SLUGS) - set(right))
