"""What pasted configuration does to credentials: directives that drop them, keep refusals, or fit nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.intake.kept_for import kept_for
from bot.model import Report

MOST = 200_000
STRIPS = re.compile(
    # nginx, Apache, HAProxy, Varnish, Caddy, Envoy: the request goes on without the header
    r"(?im)^[^#\n]{0,200}?(?P<line>proxy_set_header\s+Authorization\s+(?:\"\"|'')\s*;|RequestHeader\s+unset\s+Authorization\b"
    r"|http-request\s+del-header\s+Authorization\b|unset\s+req\.http\.Authorization\b|header_up\s+-Authorization\b"
    r"|request_headers_to_remove:\s*\[[^\]\n]*authorization[^\]\n]*\])"
)
FASTCGI = re.compile(
    r"(?im)^[ \t]*(?P<line>(?:ProxyPass(?:Match)?|SetHandler|ProxyPassMatch)\s[^\n]{0,300}?(?:fcgi://|proxy:fcgi|php[\w.-]*fpm)[^\n]{0,200})$"
)
HANDED_ON = re.compile(r"(?i)CGIPassAuth\s+On|HTTP_AUTHORIZATION|SetEnvIf\w*\s+Authorization")
KEEPS = re.compile(
    r"(?im)^[^#\n]{0,80}?(?P<line>(?:proxy|fastcgi|uwsgi|scgi)_cache_valid\s+(?:[1-5]\d\d\s+)*(?:any|401)\b[^\n;]{0,60})"
)
DENIES = re.compile(r"(?im)^[^#\n]{0,80}?(?P<line>\w*auth\w*\s*[=:]\s*[\w.\"']*deny_?all\b)")
LEGACY = re.compile(r"(?i)(?P<line>\b\w*legacy[\w-]*auth\w*[\"']?\W{1,4}(?:false|off|no|disabled|0)\b)")
FROM_VARIABLE = re.compile(
    r"(?i)(?:token|password|secret|passwd|api_?key|_auth)[\"']?\s*[=:]\s*[\"']?\$\{?(?-i:(?P<name>[A-Z][A-Z0-9_]{2,60}))\}?"
)
"""A credential that is taken from a variable of the environment."""
ASSIGNED = re.compile(r"(?m)(?<![\w$%{])(?P<name>[A-Z][A-Z0-9_]{2,60})[\"']?\s?[:=](?!=)")
SCHEME_IN_SECRET = re.compile(
    r"(?m)(?<![\w$%{-])(?P<name>[A-Z][A-Z0-9_]{0,60}(?:TOKEN|KEY|SECRET|PAT|JWT))[\"']?[ \t]?[:=][ \t]?[\"']?"
    r"(?P<scheme>(?i:bearer|basic|token))[ \t]+(?=[^\s\"']{3})"
)
"""A variable for a bare secret that holds the scheme as well."""
SECRET_NAME = re.compile(r"TOKEN|KEY|SECRET|PASS|AUTH")
ISSUER = re.compile(
    r"(?im)(?<![\w.-])[\w.-]{0,80}?issuer(?:[-_.]?ur[il])?[\"']?\s*[=:]\s*[\"']?(?P<issuer>https?://[^\s\"',;]{3,300})"
)


def config_findings(report: Report) -> dict[str, str]:
    """Finding -> sentence, for the configuration that stands in the report and its files."""
    text = report.text[:MOST]
    found = dict(_directives(text))
    for id_, sentence in (*kept_for(text, report), *_issuer(text, report), *_variable(text), *_scheme(text)):
        found.setdefault(id_, sentence)
    return found


def _directives(text: str) -> Iterator[tuple[str, str]]:
    if match := STRIPS.search(text):
        yield "config.strips_authorization", f"The configuration takes the credentials out ({_shown(match)})"
    # mod_proxy_fcgi hands Authorization on only when told (httpd.apache.org, CGIPassAuth).
    elif (match := FASTCGI.search(text)) and not HANDED_ON.search(text):
        yield (
            "config.strips_authorization",
            f"Apache gives FastCGI no Authorization without CGIPassAuth ({_shown(match)})",
        )
    if match := KEEPS.search(text):
        yield "config.caches_refusals", f"The configuration keeps refusals as well ({_shown(match)})"
    if match := DENIES.search(text):
        yield "config.denies_all", f"The configuration lets nobody in ({_shown(match)})"
    if match := LEGACY.search(text):
        yield "config.legacy_auth_off", f"The older ways to authenticate are switched off ({_shown(match)})"


def _variable(text: str) -> Iterator[tuple[str, str]]:
    """A variable that nothing shown sets, while another one that holds a credential is set."""
    wanted = dict.fromkeys(match["name"] for match in FROM_VARIABLE.finditer(text))
    given = {match["name"] for match in ASSIGNED.finditer(text) if SECRET_NAME.search(match["name"])}
    unset = [name for name in wanted if name not in given]
    if unset and given - wanted.keys():
        other = min(given - wanted.keys())
        yield "config.variable_unset", f"The credential is read from {unset[0]}; what is shown sets {other} instead"


def _scheme(text: str) -> Iterator[tuple[str, str]]:
    """Most programs write the scheme before the value of such a variable themselves."""
    if match := SCHEME_IN_SECRET.search(text):
        yield "config.scheme_in_secret", f'{match["name"]} holds "{match["scheme"]} " before the secret itself'


def _issuer(text: str, report: Report) -> Iterator[tuple[str, str]]:
    wanted = {match["issuer"].rstrip("/.") for match in ISSUER.finditer(text)}
    for credential in report.presented:
        issuer = credential.token.iss if credential.token else None
        if wanted and issuer and issuer.rstrip("/") not in wanted:
            yield (
                "config.other_issuer",
                f"The token is from {issuer}, the configuration names {', '.join(sorted(wanted))}",
            )
            return


def _shown(match: re.Match[str]) -> str:
    return " ".join(match["line"].split())[:100]
