"""Where clients keep their credentials, by the rules of each, against the address that is asked for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.intake import Attachment, read
from bot.intake.findings import collect

POSTED = datetime(2026, 11, 20, 23, 45, tzinfo=UTC)
OTHER, SLASH = "config.key_for_other_host", "config.key_without_slash"
NUGET = (
    '<packageSources><add key="own" value="https://a.test/v3/index.json" /></packageSources>'
    '<packageSourceCredentials><{}><add key="Username" value="ci" /></{}></packageSourceCredentials>'
)
MAVEN = (
    "<servers><server><username>ci</username><id>{}</id></server></servers>"
    "<repository><id>own</id><url>https://a.test/releases</url></repository>"
    "<mirror><id>all</id><url>https://mirror.test/</url></mirror>"
)
CARGO = '[registries.own]\nindex = "sparse+https://a.test/index/"\n\n[registries.{}]\ntoken = "***"\n'
CASES = (
    ("https://a.test/npm/x", "registry=https://a.test/npm/\n//a.test/npm:_authToken=***", SLASH),
    ("https://a.test/npm/x", "registry=https://a.test/npm/\n//a.test/npm/:_authToken=***", ""),
    ("https://a.test/npm/x", "registry=https://a.test/npm/\n//a.test/:_authToken=***", ""),
    ("https://a.test/npm/x", "@s:registry=https://a.test/npm/\n//a.test/other/:_authToken=***", OTHER),
    ("https://a.test:4873/x", "registry=https://a.test:4873/\n//a.test/:_authToken=***", OTHER),
    ("https://a.test:4873/x", "//a.test:4873/:_authToken=***", ""),
    ("https://a.test/x", "//a.test:_authToken=***", ""),
    ("https://a.test:8443/simple/", "machine a.test:8443\nlogin ci\npassword ***\n", OTHER),
    ("https://a.test:8443/simple/", "machine a.test login ci password ***\n", ""),
    ("https://a.test/simple/", "machine b.test login ci password ***\ndefault login me password ***\n", ""),
    ("https://a.test:5000/v2/x/manifests/1", '{"auths": {"a.test": {"auth": "***"}}}', OTHER),
    ("https://a.test:5000/v2/x/manifests/1", '{"auths": {"https://a.test:5000": {"auth": "***"}}}', ""),
    ("https://a.test/v2/x/manifests/1", '{"auths": {"a.test/y": {"auth": "***"}}}', OTHER),
    ("https://a.test/v2/x/manifests/1", '{"auths": {"a.test/x": {"auth": "***"}}}', ""),
    ("https://a.test/v2/x/manifests/1", '{"credHelpers": {"b.test": "gcloud"}}', OTHER),
    ("https://a.test/orders", '{"auths": {"b.test": {"auth": "***"}}}', ""),
    ("https://a.test/releases/b/b.pom", MAVEN.format("other"), OTHER),
    ("https://a.test/releases/b/b.pom", MAVEN.format("own"), ""),
    ("https://c.test/releases/b/b.pom", MAVEN.format("other"), ""),
    ("https://a.test/v3/index.json", NUGET.format("Feed", "Feed"), OTHER),
    ("https://a.test/v3/index.json", NUGET.format("Own", "Own"), ""),
    ("https://a.test/index/config.json", CARGO.format("other"), OTHER),
    ("https://a.test/index/config.json", CARGO.format("own"), ""),
)


@pytest.mark.parametrize(("url", "shown", "wanted"), CASES)
def test_a_client_finds_its_credential_or_does_not(url: str, shown: str, wanted: str) -> None:
    report = read(f"401 on {url}", posted_at=POSTED, attachments=[Attachment("file.txt", shown.encode())])
    found = {f.id for f in collect(report).findings} & {OTHER, SLASH}
    assert found == ({wanted} if wanted else set())


def test_a_client_that_is_told_to_look_in_netrc_finds_nothing_there() -> None:
    shown = Attachment("netrc", b"machine old.test login ci password ***")
    report = read("curl -n https://a.test/export gives 401", posted_at=POSTED, attachments=[shown])
    found = {f.id for f in collect(report).findings}
    assert OTHER in found
    assert "request.credentials_left" not in found
