"""Whether a webhook was sent by somebody who has its secret, and lately: the Standard Webhooks scheme.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, symmetric signatures.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping

TOLERANCE_S = 300
"""An older message may be a replay."""
PREFIX, VERSION = "whsec_", "v1"
LEAST, MOST = 24, 64
"""Bytes of a secret, as the specification has it."""
_ID = re.compile(r"[\w.:/@+-]{1,100}", re.ASCII)


def secret(text: str) -> bytes | None:
    """The bytes of a secret written as `whsec_` and base64; None when it is no such secret."""
    try:
        raw = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if text.startswith(PREFIX) and LEAST <= len(raw) <= MOST else None


def signature(key: bytes, id_: str, timestamp: str, body: bytes) -> str:
    """What a sender puts into `webhook-signature`."""
    signed = b".".join((id_.encode(), timestamp.encode(), body))
    return f"{VERSION},{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"


def fault(key: bytes, headers: Mapping[str, str], body: bytes, now: float) -> str | None:
    """Why a message is not taken, None when it is good; `headers` are looked up in any case, `now` is Unix time."""
    id_, timestamp, given = (headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not _ID.fullmatch(id_) or not re.fullmatch(r"\d{1,12}", timestamp, re.ASCII) or not given:
        return "webhook-id, webhook-timestamp and webhook-signature are needed; sign as standardwebhooks.com says"
    if abs(now - int(timestamp)) > TOLERANCE_S:
        return f"webhook-timestamp: differs by more than {TOLERANCE_S // 60} minutes from the clock here; sign it anew"
    expected = signature(key, id_, timestamp, body).encode()
    # Several when a secret is being replaced; all are looked at, in constant time each.
    matches = [hmac.compare_digest(one.encode(errors="replace"), expected) for one in given.split(" ")[:10]]
    return None if any(matches) else "webhook-signature: does not fit; check LOCKSMITH_CHANGES_SECRET on both sides"
