"""Credentials that are made for another purpose than the one they are used for."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.intake import read
from bot.model import Entry
from bot.reading.purpose import made_for_another
from knowledge.errors import KnowledgeError
from knowledge.purposes import purposes

POSTED = datetime(2026, 11, 20, 12, tzinfo=UTC)


def told(text: str, *lines: str) -> list[str]:
    entries = [Entry(file="app.log", offset=n, text=line, format="plain") for n, line in enumerate(lines)]
    return [f.text for f in made_for_another(read(text, posted_at=POSTED), entries)]


@pytest.mark.parametrize(
    ("text", "line", "name"),
    [
        ("401 at https://plex.a.test/", "plex.token=claim-**** (26 chars)", "a Plex claim code"),
        ("401 at https://git.a.test/api/v4/groups, token is glrt-...", "", "a GitLab runner's own token"),
        ("401 with glrt-Ab3dEf6hIj9kLm2nOp5q at https://git.a.test/api/v4/user", "", "a GitLab runner's own token"),
        ("401 at https://api.a.test/devices", "api_key=tskey-auth-••••", "a Tailscale auth key"),
    ],
)
def test_what_begins_like_a_credential_for_something_else_is_named(text: str, line: str, name: str) -> None:
    (found,) = told(text, line)
    assert name in found


@pytest.mark.parametrize(
    "text",
    [
        "401 at https://git.a.test/api/v4/runners/verify with glrt-...",
        "401 at https://api.a.test/v1, key is whsec_... or glrt-...",
        "401 at https://api.a.test/v1, there is a claim-service and an insurance claim-42",
        "401 at https://api.a.test/v1 with glpat-...",
    ],
)
def test_where_it_belongs_or_several_are_named_nothing_is_said(text: str) -> None:
    assert told(text) == []


def test_every_purpose_is_complete(tmp_path: Path) -> None:
    assert len({p.name for p in purposes()}) == len(purposes())
    (tmp_path / "p.yaml").write_text("purposes:\n- {begins: x-, is: an x, serves: nothing}\n")
    with pytest.raises(KnowledgeError, match="belongs"):
        purposes(tmp_path / "p.yaml")
