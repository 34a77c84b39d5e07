"""When the proxy variables of the environment do not count."""

from __future__ import annotations

import urllib.request
from urllib.parse import urlsplit


def bypasses_proxy(url: str) -> bool:
    """Whether this address is reached directly whatever the proxy variables say: loopback, and what no_proxy names."""
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "127.0.0.1", "::1"} or bool(urllib.request.proxy_bypass(host))
