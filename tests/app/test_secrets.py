"""A dozen kinds of secrets pushed through every door: they come out of none."""

import base64
import contextlib
import io
import json
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.workspace.people import HELP_API, LOCKSMITH, RANDOM, RITA, SAM, SUPPORT, dm
from bot.workspace.workspace import Workspace
from tests.app.programs import locksmith

URL = "https://api.example.com/v1/orders"
REQUEST = "7f3c2a90bd41"


def encoded(value: object) -> str:
    raw = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def told(door: str) -> tuple[dict[str, str], str]:
    """A report of a door with secrets of its own, by kind, and the words that hold them."""
    mark = encoded(f"{door}-made-up")[:10]
    signature = encoded(f"signature of {door} that is long enough to be one")
    made_up = {
        "bearer": f"Zx81kQp0Lw7vTn3R{mark}",
        "password": f"correct-horse-{mark}9",
        "cookie": f"s3ss10n{mark}Qz7Xw5Vt3Rp1",
        "query": f"tokAa1Bb2Cc3{mark}Dd4",
        "userinfo": f"hunter2-{mark}",
        "signature": signature,
        "subject": f"patient-{mark}",
        "vendor": "gh" + "p_" + (mark * 4)[:36].replace("-", "x").replace("_", "y"),
        "key": f"k3y{mark}Lm0Np9Qr8",
        "form": f"cl13nt{mark}s3cr3t",
        "json": f"r3fr3sh{mark}t0k3n88",
        "said": f"Tr0ub4dor{mark}",
        "pem": encoded(f"private key of {door} " * 6),
    }
    token = f"{encoded({'alg': 'HS256'})}.{encoded({'sub': made_up['subject'], 'exp': 1700000000})}.{signature}"
    made_up["payload"] = token.split(".")[1]
    text = (
        f"getting 401 on {URL} since ten minutes, request id {REQUEST}\n"
        f"curl -u admin:{made_up['password']} -H 'Authorization: Bearer {made_up['bearer']}' "
        f"-b 'session={made_up['cookie']}' -H 'X-Api-Key: {made_up['key']}' '{URL}?access_token={made_up['query']}'\n"
        f"https://nora:{made_up['userinfo']}@api.example.com/v1/orders with {token}\n"
        f"GITHUB_TOKEN={made_up['vendor']} grant_type=x&client_secret={made_up['form']}\n"
        f'{{"refresh_token": "{made_up["json"]}"}} and the password is {made_up["said"]}\n'
        f"-----BEGIN PRIVATE KEY-----\n{made_up['pem']}\n-----END PRIVATE KEY-----"
    )
    return made_up, text


def leaked(kinds: dict[str, str], where: str) -> list[str]:
    return [kind for kind, value in kinds.items() if value in where]


def logged(door: str) -> tuple[dict[str, str], str]:
    """What a careless service logs of the request."""
    kinds, _ = told(door)
    at = datetime.now(UTC)
    line = {
        "time": at.isoformat(),
        "level": "warn",
        "msg": f"401 for Bearer {kinds['bearer']}: invalid token",
        "request_id": REQUEST,
        "path": f"/v1/orders?access_token={kinds['query']}",
        "headers": {"authorization": f"Bearer {kinds['key']}", "cookie": f"session={kinds['cookie']}"},
        "password": kinds["password"],
    }
    seen = {kind: kinds[kind] for kind in ("bearer", "query", "key", "cookie", "password")}
    return seen, json.dumps(line) + "\n"


def answers(workspace: Workspace) -> int:
    """How often the bot has answered, a second answer in the same message counted too."""
    edits = [call.args for call in workspace.state.calls if call.method == "chat.update"]
    return sum("Looking" not in edit["text"] for edit in edits)


async def test_slack_redis_disk_and_logs_hold_none_of_what_was_posted(workspace: Workspace, tmp_path: Path) -> None:
    kinds: dict[str, str] = {}

    def words(door: str) -> str:
        made_up, text = told(door)
        kinds.update({f"{door} {kind}": value for kind, value in made_up.items()})
        return text

    (tmp_path / "logs").mkdir()
    seen, lines = logged("log")
    kinds.update({f"log {kind}": value for kind, value in seen.items()})
    (tmp_path / "logs" / "app.jsonl").write_text(lines)
    named = told("name")[0]
    kinds["file name"] = named["vendor"]
    data, logs = tmp_path / "data", str(tmp_path / "logs")
    async with locksmith(workspace, data, "run", LOCKSMITH_ENGINEERS=SUPPORT, LOCKSMITH_LOGS=logs) as process:
        file = workspace.upload(RITA, f"out-{named['vendor']}.txt", b"401 on https://api.example.com/b")
        content = workspace.upload(RITA, "out.txt", words("file").encode())
        ts = await workspace.post(RITA, HELP_API, words("message"))
        await workspace.until(lambda: answers(workspace) == 1)
        await workspace.post(RITA, HELP_API, f"here is more {words('follow-up')}", thread_ts=ts, files=[file, content])
        await workspace.post(RITA, RANDOM, f"@locksmith {words('mention')}")
        await workspace.post(RITA, dm(RITA), words("direct"))
        await workspace.command(RITA, RANDOM, "/401", words("command"))
        await workspace.until(lambda: answers(workspace) == 5)
        await workspace.delivered()
        (reply,) = [m for m in workspace.messages(HELP_API, ts) if m.user == LOCKSMITH]
        await workspace.click(SAM, HELP_API, reply.ts, action_id="case_evidence")
        await workspace.until(lambda: workspace.views(SAM))
        await workspace.open_home(SAM)
        await workspace.until(lambda: workspace.home(SAM))
        # The append-only file holds every write since the start; read before the engine goes with the bot.
        kept = "".join(path.read_text(errors="replace") for path in data.rglob("*") if path.is_file())
        process.send_signal(signal.SIGTERM)
        out, errors = await process.communicate()
    sent = json.dumps([call.args for call in workspace.state.calls])
    assert "api.example.com" in kept
    assert "rotate" in sent
    assert "/v1/orders" in json.dumps(workspace.views(SAM)[-1].body)
    sinks = {"slack": sent, "store": kept, "log": errors.decode(), "out": out.decode()}
    assert {sink: leaked(kinds, text) for sink, text in sinks.items()} == {sink: [] for sink in sinks}


@pytest.fixture
def posted(tmp_path: Path) -> Iterator[tuple[dict[str, str], list[str]]]:
    """The arguments of `locksmith diagnose` with secrets in each, and the secrets."""
    kinds: dict[str, str] = {}
    for door in ("report", "attachment", "har"):
        made_up, text = told(door)
        kinds.update({f"{door} {kind}": value for kind, value in made_up.items()})
        (tmp_path / f"{door}.txt").write_text(text)
    seen, lines = logged("log")
    kinds.update({f"log {kind}": value for kind, value in seen.items()})
    (tmp_path / "app.jsonl").write_text(lines)
    har = told("har")[1]
    headers = [{"name": "X-Note", "value": har}, {"name": "Cookie", "value": f"session={kinds['har cookie']}"}]
    entry: dict[str, Any] = {
        "request": {"method": "GET", "url": f"{URL}?access_token={kinds['har query']}", "headers": headers}
    }
    entry["response"] = {"status": 401, "headers": [], "content": {"text": har}}
    (tmp_path / "page.har").write_text(json.dumps({"log": {"entries": [entry]}}))
    files = [str(tmp_path / name) for name in ("attachment.txt", "page.har")]
    words = [told("report")[1], "--no-probe", "--logs", str(tmp_path / "app.jsonl"), "--attach", files[0]]
    yield kinds, [*words, "--attach", files[1]]


def run(*words: str) -> tuple[int, str]:
    """The exit status and everything that a command printed."""
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        status = main(list(words))
    return status, out.getvalue() + errors.getvalue()


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_the_terminal_shows_none(posted: tuple[dict[str, str], list[str]], more: list[str]) -> None:
    kinds, words = posted
    status, printed = run("diagnose", *words, *more)
    assert status == 0
    assert "/v1/orders" in printed
    assert leaked(kinds, printed) == []


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_probing_shows_none_of_what_stands_in_an_address(more: list[str]) -> None:
    kinds, _ = told("probe")
    addresses = [
        f"https://nora:{kinds['userinfo']}@127.0.0.1/a",
        f"http://127.0.0.1/a?access_token={kinds['query']}",
        f"http://127.0.0.1/a#id_token={kinds['bearer']}&client_secret={kinds['form']}",
        f"https://127.0.0.1/reset/{kinds['vendor']}",
        f"ftp://nora:{kinds['password']}@files.example.com/",
        f"http://[{kinds['key']}]/?api_key={kinds['key']}",
        f"nothing password={kinds['said']}",
    ]
    status, printed = run("probe", *more, "--", *addresses)
    assert status == 0
    assert leaked(kinds, printed) == []


def test_faults_of_the_input_show_none(tmp_path: Path) -> None:
    kinds, _ = told("fault")
    services: dict[str, Any] = {"services": [{"name": "a", "hosts": ["a.example.com"], "client_secret": kinds["form"]}]}
    (tmp_path / "services.yaml").write_text(json.dumps(services))
    printed = ""
    for words in (
        ["diagnose", f"401 on {URL}", "--services", str(tmp_path / "services.yaml")],
        ["diagnose", f"password={kinds['password']}", "--no-probe"],
        ["diagnose", f"401 on {URL}", "--attach", str(tmp_path / f"{kinds['vendor']}.har")],
        ["diagnose", f"401 on {URL}", "--no-probe", "--logs", str(tmp_path / f"{kinds['vendor']}.log")],
        ["diagnose", "401", "on", f"{URL}?access_token={kinds['query']}"],
        ["diagnose", f"401 on {URL}", "--connect-to", f"https://nora:{kinds['userinfo']}@a.example.com"],
        ["diagnose", f"401 on {URL}", f"--password={kinds['password']}"],
    ):
        printed += run(*words)[1]
    assert printed
    assert leaked(kinds, printed) == []
