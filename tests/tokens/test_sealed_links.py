"""Signed links whose end stands inside their seal."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.logs.files import find
from bot.logs.interface import LogQuery
from bot.redact import redact
from bot.tokens.signed_links import read_link

END = 1_785_746_400
MAC = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c"
BEWIT = base64.urlsafe_b64encode(f"bot\\{END}\\bWFjbWFj\\".encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        (f"bewit={BEWIT}", "Hawk bewit"),
        (f"hdnts=exp={END}~acl=/live/*~hmac={MAC}", "Akamai token"),
        (f"__token__=st=1785746000~exp={END}~acl=/*~hmac={MAC}", "Akamai token"),
        (f"token={END}_{MAC}", "Fastly token"),
        (f"q-sign-algorithm=sha1&q-sign-time=1785744000;{END}&q-signature={MAC}", "Tencent COS"),
    ],
)
def test_the_end_is_read(query: str, kind: str) -> None:
    link = read_link(f"https://cdn.test/live/a.ts?{query}")
    assert link and (link.kind, link.expires_at) == (kind, datetime.fromtimestamp(END, UTC))


@pytest.mark.parametrize("query", ["bewit=bm90IGEgYmV3aXQ", "bewit=%%%", "token=4711_abc", "exp=1785746400", "page=2"])
def test_other_parameters_have_none(query: str) -> None:
    assert read_link(f"https://cdn.test/live/a.ts?{query}") is None


def test_a_bewit_is_a_secret_and_its_end_is_none(tmp_path: Path) -> None:
    line = f"GET https://q.test/a?bewit={BEWIT} -> 401"
    assert BEWIT not in redact(line).text
    (tmp_path / "w.log").write_text(f"2026-08-03T08:41:00Z {line}\n")
    at = datetime(2026, 8, 3, 8, 41, tzinfo=UTC)
    (entry,) = find(LogQuery(posted_at=at, at=at), [str(tmp_path)]).request
    assert BEWIT not in f"{entry.text}{entry.query}"
    assert f"bewit.ends={END}" in entry.query
