"""HAR 1.2 files: what a browser recorded, refusals first."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.intake.interface import RawExchange
from bot.model import Headers

MOST = 40
BODY = 16_384


def looks_like(text: str) -> bool:
    """Whether this is meant to be a HAR file."""
    head = text[:4000]
    return (
        head.lstrip("\ufeff \r\n\t").startswith("{")
        and '"log"' in head
        and ('"entries"' in text or '"creator"' in head)
    )


def entries(text: str) -> tuple[RawExchange, ...] | None:
    """The exchanges of a HAR, those that failed first; None when it is not the JSON that it should be."""
    try:
        data = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None
    log = data.get("log") if isinstance(data, Mapping) else None
    found = log.get("entries") if isinstance(log, Mapping) else None
    if not isinstance(found, list):
        return None
    sanitized = _sanitized(log, found) if isinstance(log, Mapping) else False
    read = [replace(exchange, sanitized=sanitized) for entry in found if (exchange := _entry(entry)) is not None]
    failed = [e for e in read if e.failed]
    around = [e for e in read if not e.failed and (_sets_cookie(e) or (e.status or 0) in range(300, 400))]
    return tuple(failed[-MOST:] + around[-MOST:] or read[-MOST:])


def _sanitized(log: Mapping[str, Any], found: list[Any]) -> bool:
    """Chrome leaves credentials out of a HAR unless told otherwise: their absence then says nothing."""
    chrome = "webinspector" in str(_mapping(log.get("creator")).get("name", "")).lower()
    hidden = {"authorization", "cookie", "set-cookie"}
    sides = (_mapping(_mapping(e).get(side)) for e in found[:500] for side in ("request", "response"))
    return chrome and not any(name.lower() in hidden for side in sides for name, _ in _headers(side))


def _sets_cookie(exchange: RawExchange) -> bool:
    return exchange.response_header("set-cookie") is not None or exchange.method == "POST"


def _entry(entry: Any) -> RawExchange | None:
    if not isinstance(entry, Mapping):
        return None
    request, response = _mapping(entry.get("request")), _mapping(entry.get("response"))
    url, status = request.get("url"), response.get("status")
    if not isinstance(url, str):
        return None
    return RawExchange(
        method=str(request.get("method") or "GET").upper()[:20],
        url=url,
        request_headers=_headers(request),
        status=status if isinstance(status, int) and status > 0 else None,
        response_headers=_headers(response),
        body=_body(_mapping(response.get("content"))),
        at=_time(entry.get("startedDateTime")),
        recorded=True,
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _headers(side: Mapping[str, Any]) -> Headers:
    listed = side.get("headers")
    pairs = [_mapping(h) for h in listed] if isinstance(listed, list) else []
    headers = tuple((str(h.get("name", "")), str(h.get("value", ""))) for h in pairs[:200])
    if any(name.lower() == "cookie" for name, _ in headers) or not isinstance(side.get("cookies"), list):
        return headers
    # Some browsers list the cookies apart only; in the answer they stand in Set-Cookie already.
    cookies = [_mapping(c) for c in side["cookies"]] if "url" in side else []
    joined = "; ".join(f"{c.get('name')}={c.get('value')}" for c in cookies[:100])
    return (*headers, ("Cookie", joined)) if joined else headers


def _body(content: Mapping[str, Any]) -> str:
    text = content.get("text")
    if not isinstance(text, str):
        return ""
    if content.get("encoding") == "base64":
        try:
            return base64.b64decode(text[: BODY * 2 // 4 * 4]).decode("utf-8", "replace")[:BODY]
        except (binascii.Error, ValueError):
            return ""
    return text[:BODY]


def _time(value: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
