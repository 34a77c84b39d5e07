"""Whether a request line that names only a path went over http or https: by what else the paste shows."""

from __future__ import annotations

import re

ENCRYPTED = re.compile(
    r"(?m)^[ \t]*[*=].{0,40}\b(?:TLS|SSL|ALPN)\b|^[ \t<>*]*(?:HTTP/[23]\b|:authority\b)|\bport 443\b"
)
"""What tools print of a connection with TLS; no browser speaks HTTP/2 without it."""
CONNECTED = re.compile(r"(?m)^[ \t]*\*[ \t]+(?:Connected to |Trying )")
"""What `curl -v` prints of any connection, before what it prints of TLS."""
NEARBY = re.compile(
    r"(?i)(?:localhost|127\.[\d.]+|\[::1\]|10\.[\d.]+|192\.168\.[\d.]+|172\.(?:1[6-9]|2\d|3[01])\.[\d.]+)(?::\d+)?\Z"
)
"""This machine and private networks (RFC 1918), where TLS is the exception."""


def scheme(host: str, text: str) -> str:
    """`http` or `https`: as the paste writes the host elsewhere, else by its connection. https where nothing tells."""
    written = re.search(rf"(?i)\b(https?)://{re.escape(host)}(?![\w.:-])", text)
    if written:
        return written[1].lower()
    if ENCRYPTED.search(text):
        return "https"
    return "http" if CONNECTED.search(text) or NEARBY.match(host) or host.endswith(":80") else "https"
