"""What pasted configuration shows, and clocks in pasted answers."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake import Attachment, read
from bot.intake.config_findings import config_findings
from bot.intake.findings import collect

POSTED = datetime(2026, 11, 20, 23, 45, tzinfo=UTC)
HEADER = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9"
TOKEN = f"{HEADER}.eyJpc3MiOiJodHRwOi8vbG9jYWxob3N0OjgwODAvcmVhbG1zL2EifQ.c2lnbmF0dXJlLXRoYXQtaXMtbG9uZw"


def found(text: str, attached: str = "") -> set[str]:
    files = [Attachment("file.txt", attached.encode())] if attached else []
    return {f.id for f in collect(read(text, posted_at=POSTED, attachments=files)).findings}


SHOWS = {
    "config.scheme_in_secret": (
        ('CARGO_REGISTRY_TOKEN: "Bearer ***"', "API_TOKEN=Bearer abcdef", "export CI_KEY='Basic dXNlcjpwYXNz'"),
        ("CARGO_REGISTRY_TOKEN: ***", "TOKEN_TYPE=Bearer", "HEADER: Bearer abcdef", "token: Bearer abcdef"),
    ),
    "config.strips_authorization": (
        (
            'proxy_set_header Authorization "";',
            "http-request del-header Authorization",
            "ProxyPassMatch ^/(.*\\.php(/.*)?)$ unix:/run/php-fpm.sock|fcgi://localhost/www/",
            '<FilesMatch "\\.php$">\n  SetHandler "proxy:unix:/run/php.sock|fcgi://localhost"\n</FilesMatch>',
        ),
        (
            "proxy_set_header Authorization $http_authorization;",
            "# RequestHeader unset Authorization",
            'SetHandler "proxy:fcgi://127.0.0.1:9000"\nCGIPassAuth On',
        ),
    ),
    "config.caches_refusals": (
        ("proxy_cache_valid any 60m;", "proxy_cache_valid 200 401 1m;"),
        ("proxy_cache_valid 200 302 10m;", "# proxy_cache_valid any 1m;"),
    ),
    "config.denies_all": (
        ("auth_backend = airflow.api.auth.backend.deny_all",),
        ("auth_backend = airflow.api.auth.backend.basic_auth",),
    ),
    "config.legacy_auth_off": (
        ("<EnableLegacyAuthorization>false</EnableLegacyAuthorization>", "legacy_auth: off"),
        ("<EnableLegacyAuthorization>true</EnableLegacyAuthorization>",),
    ),
    "config.key_for_other_host": (
        ("//https://a.test/:_authToken=***", "//registry.b.test/:_authToken=***"),
        ("//a.test/:_authToken=***", "//a.test/npm/:_authToken=***"),
    ),
    "config.variable_unset": (
        (
            "//a.test/:_authToken=${NPM_TOKEN}\nenv:\n  NODE_AUTH_TOKEN: x",
            'password = "$REG_PASSWORD"\nexport REGISTRY_PASS=…',
        ),
        (
            "//a.test/:_authToken=${NPM_TOKEN}\nenv:\n  NPM_TOKEN: x\n  OTHER_KEY: y",
            "//a.test/:_authToken=${NPM_TOKEN}",
            "//a.test/:_authToken=${NPM_TOKEN}\nNODE_VERSION: 20",
        ),
    ),
    "config.other_issuer": (
        (f"ISSUER_URI=http://keycloak:8080/realms/a\n{TOKEN}",),
        (f"ISSUER_URI=http://localhost:8080/realms/a\n{TOKEN}",),
    ),
    "response.clock_off": (
        (
            "2026-06-18T09:14:47.6120Z ##[debug]Date: Thu, 18 Jun 2026 09:14:09 GMT",
            "Thu Nov 26 12:44:23 UTC 2026\nHTTP/1.1 401 No\nDate: Thu, 26 Nov 2026 11:57:03 GMT\n",
            "login answered 200, date: Tue, 05 May 2026 10:00:05 GMT\n401, date: Tue, 05 May 2026 10:00:04 GMT\n",
        ),
        (
            "2026-06-18T09:14:10.6120Z ##[debug]Date: Thu, 18 Jun 2026 09:14:09 GMT",
            "Thu Nov 26 11:57:23 UTC 2026\nHTTP/1.1 401 No\nDate: Thu, 26 Nov 2026 11:57:03 GMT\n",
            "login answered 200, date: Tue, 05 May 2026 10:00:05 GMT\n401, date: Tue, 05 May 2026 10:00:05 GMT\n",
            "login answered 200, date: Tue, 05 May 2026 10:00:05 GMT\n401, date: Mon, 04 May 2026 10:00:04 GMT\n",
        ),
    ),
    "response.renewal_refused": (
        ("13:52:14 net GET /shelves/minutes -> 401\n13:52:14 net POST /passes/renew -> 401\n",),
        ("13:52:14 net POST /passes/renew -> 200\n", "13:52:14 net GET /passes/renewals -> 401\n"),
    ),
    "request.to_cgi": (
        ("curl -H 'Authorization: Bearer 8fj39dk20fjw' https://a.test/cgi-bin/x",),
        ("curl -H 'X-Api-Key: 8fj39dk20fjw' https://a.test/cgi-bin/x", "https://a.test/cgi-bin/x"),
    ),
}


@pytest.mark.parametrize("finding", SHOWS)
def test_what_configuration_shows_and_what_it_does_not(finding: str) -> None:
    matches, near_misses = SHOWS[finding]
    assert [text for text in matches if finding not in found("401 on https://a.test/x", text)] == []
    assert [text for text in matches if finding not in found(f"401 on https://a.test/x\n{text}")] == []
    assert [text for text in near_misses if finding in found("401 on https://a.test/x", text)] == []


def test_a_query_that_is_added_to_the_address_is_a_fresh_copy() -> None:
    assert "report.works_with_fresh_copy" in found("401. Adding ?blah=1 to the URL and the page is there.")


def test_what_a_netrc_holds_is_sent() -> None:
    (presented,) = read("curl -n https://a.test/x -> 401", posted_at=POSTED).presented
    assert (presented.kind, presented.scheme) == ("masked", "Basic")
    assert "request.no_credentials" not in found("curl -n https://a.test/x -> 401")


def test_the_ticket_of_a_login_is_no_empty_password() -> None:
    (presented,) = read("curl -si --negotiate -u : http://a.test/x", posted_at=POSTED).presented
    assert (presented.scheme, presented.kind, presented.faults) == ("Negotiate", "masked", ())


@given(st.lists(st.sampled_from([m for ms, misses in SHOWS.values() for m in (*ms, *misses)]), max_size=6))
def test_no_mixture_makes_it_raise(texts: list[str]) -> None:
    config_findings(read("\n".join(texts), posted_at=POSTED))
