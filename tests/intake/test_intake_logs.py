"""Server logs that come with a report: handed on as logs, never read as the writer's own words."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake import Attachment, read
from bot.intake.logs import parted
from bot.model import Report

POSTED = datetime(2026, 11, 24, 8, 20, tzinfo=UTC)


def access(number: int, path: str = "/x", status: int = 200, agent: str = "okhttp/4.9.2") -> str:
    return (
        f"203.0.113.{number} - - [24/Nov/2026:08:0{number % 10}:09 +0000] "
        f'"GET {path} HTTP/1.1" {status} 85 "https://shop.a.test/" "{agent}"'
    )


LOG = "\n".join([*(access(n) for n in range(9)), access(9, "/coupons/", 401, "App/2 CFNetwork/3")])
ERRORS = "\n".join(
    f"2026-11-24 08:0{n}:11,123 ERROR [http-{n}] com.acme.Auth - token expired\n\tat com.acme.Auth.check(Auth.java:88)"
    for n in range(5)
)


def report(text: str, **files: str) -> Report:
    attachments = [Attachment(name, data.encode()) for name, data in files.items()]
    return read(text, posted_at=POSTED, attachments=attachments)


@pytest.mark.parametrize("log", [LOG, ERRORS])
def test_an_attached_log_is_a_log_and_its_requests_are_not_the_writers(log: str) -> None:
    found = report("401 on https://api.a.test/coupons/ in the iPhone app, about 8:04 UTC", **{"access.log": log})
    assert [(posted.name, posted.text) for posted in found.logs] == [("access.log", log)]
    assert log[:40] not in found.text
    assert (found.url, found.urls, found.user_agent) == ("https://api.a.test/coupons/", (), "CFNetwork")
    assert (found.at, found.at_precision_s) == (datetime(2026, 11, 24, 8, 4, tzinfo=UTC), 300)


def test_log_lines_within_the_message_are_taken_out_of_it() -> None:
    found = report(f"see our log:\n```{LOG}```\nand https://api.a.test/me is 401 for me")
    assert [posted.text for posted in found.logs] == [LOG]
    assert " ".join(found.text.split()) == "see our log: and https://api.a.test/me is 401 for me"
    assert found.url == "https://api.a.test/me"


def test_a_line_or_two_are_what_the_writer_wants_to_show() -> None:
    found = report(f"this is ours: {access(1, '/mine', 401)}\n{access(2, '/mine', 401)}")
    assert (found.logs, found.path) == ((), "/mine")


def test_where_the_words_name_nothing_the_one_refused_path_of_the_log_counts() -> None:
    assert report("we get 401s, log attached", **{"a.log": LOG}).path == "/coupons/"
    assert report("we get 401s, log attached", **{"a.log": f"{LOG}\n{access(1, '/other', 401)}"}).path is None


@pytest.mark.parametrize(
    "text",
    [
        "server {\n    location / {\n        proxy_pass http://a;\n        proxy_cache_valid any 5m;\n    }\n}",
        "services:\n  api:\n    image: a\n    environment:\n      - TOKEN=x\n      - ISSUER=http://id/\n",
        "A=1\nB=2\nC=3\nD=4\nE=5\n",
        "> GET /x HTTP/1.1\n> Host: a.test\n> Accept: */*\n>\n< HTTP/1.1 401 No\n< Server: x\n< Date: y\n<\n",
        "\n".join(f"11:57:3{n} DEBUG GET https://api.a.test/{n} 403 Forbidden" for n in range(6)),
        "\n".join(f"2026-11-24T08:00:0{n}.1Z ##[debug]step {n}" for n in range(6)),
        "11:02 ana: it is broken\n11:03 bob: for me too\n11:04 ana: 401\n11:05 bob: same\n11:06 ana: help\n",
    ],
    ids=["nginx.conf", "compose", "env", "curl", "a caller's log", "job", "chat"],
)
def test_other_files_stay_words(text: str) -> None:
    assert report("401 at https://a.test/x", **{"file.txt": text}).logs == ()
    assert report(f"401 at https://a.test/x\n{text}").logs == ()


def test_secrets_in_a_log_are_hidden_and_told() -> None:
    leaking = LOG.replace("/x HTTP", "/x?access_token=s3cr3t-t0k3n-v4lue HTTP")
    found = report("401 at https://a.test/x", **{"a.log": leaking})
    assert "s3cr3t" not in found.logs[0].text
    assert found.secrets
    assert found.presented == ()


@given(st.lists(st.sampled_from([*LOG.split("\n"), *ERRORS.split("\n"), "hello", "", "401!", "\tat x"]), max_size=30))
def test_every_line_stays_words_or_goes_to_the_log(lines: list[str]) -> None:
    text = "\n".join(lines)
    words, log = parted(text, POSTED, file=False)
    assert sorted(line for line in (*words.split("\n"), *log.split("\n")) if line) == sorted(
        line for line in lines if line
    )
    assert len(words.split("\n")) == len(text.split("\n"))


@given(st.text(max_size=300), st.booleans())
def test_no_text_makes_it_raise(text: str, file: bool) -> None:
    parted(text, POSTED, file=file)
