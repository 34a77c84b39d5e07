"""Google Cloud Logging (https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list): `entries:list`."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from bot.logs.stores.interface import Ask, Row, Store
from bot.logs.stores.quoting import in_runs
from bot.logs.stores.rows import iso, row_of

if TYPE_CHECKING:
    from bot.logs.stores.http import Http

PAGE = 1_000
MOST_PAGES = 20
"""About sixty requests a minute are allowed."""
SCOPE = "https://www.googleapis.com/auth/logging.read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Google(Store):
    """Log entries of a project. The credentials are a service account's key (JSON), or an access token."""

    kind: ClassVar[str] = "google"
    web: ClassVar[bool] = False
    shapes: ClassVar = {"google": re.compile(r"[a-z0-9:.-]+")}

    query: str = ""
    """A filter: `resource.type="k8s_container"`."""
    endpoint: str = "https://logging.googleapis.com"

    async def rows(self, ask: Ask, http: Http) -> Sequence[Row]:
        """Pages; an empty one may be followed by others."""
        found: list[Row] = []
        page = ""
        for _ in range(MOST_PAGES):
            reply = await http.call(
                "POST",
                f"{self.endpoint.rstrip('/')}/v2/entries:list",
                json={
                    "resourceNames": [f"projects/{self.place}"],
                    "filter": self._filter(ask),
                    "orderBy": f"timestamp {'desc' if ask.newest_first else 'asc'}",
                    "pageSize": min(PAGE, ask.most - len(found)),
                }
                | ({"pageToken": page} if page else {}),
                headers=await self._login(http),
            )
            rows, page = reply.read(_page)
            found += rows
            if not page or len(found) >= ask.most:
                break
        return found

    def _filter(self, ask: Ask) -> str:
        span = (f'timestamp>="{ask.start.isoformat()}"', f'timestamp<="{ask.end.isoformat()}"')
        own = (f"({self.query})",) if self.query else ()
        return " AND ".join((*own, *span, *in_runs(ask.having)))

    async def _login(self, http: Http) -> dict[str, str]:
        secret = http.secret() or ""
        return await http.bearer(partial(self._token, http, secret)) if secret.startswith("{") else http.login()

    async def _token(self, http: Http, key: str) -> str:
        address, assertion = self._assertion(key)
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
        reply = await http.call("POST", address, data=form)
        return reply.read(lambda answer: str(answer["access_token"]))

    def _assertion(self, key: str) -> tuple[str, str]:
        """Where a token is to be had, and what is shown there (RFC 7523)."""
        import jwt

        try:
            account = json.loads(key)
            now = int(time.time())
            claims = {"iss": account["client_email"], "scope": SCOPE, "aud": account["token_uri"], "iat": now}
            headers = {"kid": account["private_key_id"]}
            signed = jwt.encode(claims | {"exp": now + 600}, account["private_key"], "RS256", headers)
        except (ValueError, KeyError, TypeError, jwt.PyJWTError):
            raise self.fault(f"{self.credentials} holds no service account's key; download it anew as JSON") from None
        return account["token_uri"], signed


def _page(answer: Any) -> tuple[list[Row], str]:
    return [_row(entry) for entry in answer.get("entries", ())], answer.get("nextPageToken", "")


def _row(entry: Any) -> Row:
    payload = entry.get("jsonPayload") or entry.get("protoPayload") or {"message": entry.get("textPayload", "")}
    beside = {name: entry[name] for name in ("severity", "httpRequest", "trace", "spanId", "insertId") if name in entry}
    if "trace" in beside:
        beside["trace_id"] = beside.pop("trace").rpartition("/")[2]
    labels = entry.get("resource", {}).get("labels", {})
    stream = labels.get("container_name") or labels.get("service_name") or entry.get("logName", "").rpartition("/")[2]
    return row_of(iso(entry["timestamp"]), str(stream), {**payload, **beside}, "message")
