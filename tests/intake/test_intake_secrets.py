"""Whatever is posted, intake answers, and no secret leaves it."""

import json
from dataclasses import asdict
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.intake import Attachment, read
from bot.intake.findings import collect
from bot.tokens.judge import judge

POSTED = datetime(2026, 11, 20, 23, 45, tzinfo=UTC)
SECRET = "q7" + "Zk3vTn9Lx2" + "Bw8RdYp5Hm4"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1XzEifQ." + "s4LkxiEmm1OtIGFjdUmMbf0QZCc5w3iTblQ25JnZmgX"
WAYS = (
    "curl -H 'Authorization: Bearer {}' https://a.test/x",
    "curl -u kim:{} https://a.test/x",
    "Authorization: Bearer {}",
    "> GET /x HTTP/1.1\n> Host: a.test\n> Authorization: Bearer {}\n>\n< HTTP/1.1 401 No\n",
    "https://a.test/x?api_key={}",
    "https://kim:{}@a.test/x",
    "X-Api-Key: {}",
    "fetch('https://a.test/x', {{headers: {{'Authorization': 'Bearer {}'}}}})",
    "Cookie: session={}",
    'body {{"error":"x","access_token":"{}"}}',
    "https://a.test/f?expires=1795218932&signature={}",
    '$h = @{{"Authorization"="Bearer {}"}}; Invoke-RestMethod -Uri https://a.test/x -Headers $h',
    "config: {{ method: 'post', url: 'https://a.test/x', auth: {{ username: 'kim', password: '{}' }} }}, status: 401",
    "D/OkHttp: --> GET https://a.test/x\nD/OkHttp: Authorization: Bearer {}\nD/OkHttp: <-- 401 https://a.test/x (8ms)",
    "//a.test/:_authToken={}",
    "2026-11-20T23:41:08Z ##[debug]Authorization: Bearer {}",
    "\n".join(f"2026-11-20T23:41:0{n}Z INFO served /x?access_token={{0}} to kim" for n in range(5)),
)


def everything(text: str, files: list[bytes]) -> str:
    report = read(text, posted_at=POSTED, attachments=[Attachment(f"f{n}.har", f) for n, f in enumerate(files)])
    findings = (*collect(report).findings, *judge(report, None).findings)
    return json.dumps([asdict(report), [asdict(f) for f in findings]], default=str)


@given(st.sampled_from(WAYS), st.sampled_from([SECRET, JWT]), st.text(max_size=30), st.text(max_size=30), st.booleans())
def test_no_secret_survives(way: str, secret: str, before: str, after: str, attached: bool) -> None:
    text = f"{before}\n{way.format(secret)}\n{after}"
    shown = everything("401, see file" if attached else text, [text.encode("utf-8", "replace")] if attached else [])
    assert secret.rpartition(".")[2] not in shown


@given(st.sampled_from(["Authorization", "Cookie", "X-Api-Key"]), st.sampled_from([SECRET, JWT]))
def test_no_secret_survives_in_a_har(name: str, secret: str) -> None:
    value = {"Authorization": f"Bearer {secret}", "Cookie": f"sid={secret}"}.get(name, secret)
    entry = {
        "request": {"method": "GET", "url": "https://a.test/x", "headers": [{"name": name, "value": value}]},
        "response": {"status": 401},
    }
    shown = everything("see HAR", [json.dumps({"log": {"creator": {}, "entries": [entry]}}).encode()])
    assert secret.rpartition(".")[2] not in shown
    assert "https://a.test/x" in shown


PIECES = st.sampled_from(
    [
        "curl ",
        "-H '",
        "eyJ",
        "Bearer ",
        "https://",
        "a.test/x",
        "{",
        '"',
        "\n",
        "> ",
        "< HTTP/1.1 401",
        ": ",
        "23:41",
        " UTC",
        "<",
        "|",
        "&amp;",
        "Request URL:",
        "fetch(",
        "?sig=",
        "%25",
        "\\",
        "`",
        "req id ",
        "🙂",
        "\x00",
    ]
)


@settings(max_examples=150)
@given(
    st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=40).map("".join),
    st.lists(st.binary(max_size=80), max_size=2),
)
def test_nothing_makes_it_raise(text: str, files: list[bytes]) -> None:
    everything(
        text, [*files, text.encode("utf-8", "replace"), b'{"log": {"entries": [' + text.encode("utf-8", "replace")]
    )
