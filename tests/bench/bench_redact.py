"""How fast the redactor is, and whether ten times the text takes ten times as long."""

from __future__ import annotations

import time
from hashlib import sha256

from bot.redact import redact

LINE = (
    '192.0.2.{n} - - [20/Nov/2026:23:37:24 +0000] "GET /dl/a.pdf?expires=17952189&signature={h:.40} HTTP/1.1" 401 58 '
    '"-" "okhttp/4.12.0" rid={h:.16}\n'
)
JSON_LINE = (
    '{{"level":30,"reqId":"{h:.32}","headers":{{"authorization":"Bearer tok{h:.20}","accept":"*/*"}},"msg":"x"}}\n'
)
QUIET_LINE = (
    '192.0.2.{n} - li [20/Nov/2026:23:37:24 +0000] "GET /v2/orders?page={n} HTTP/1.1" 401 58 "-" "okhttp" rid={h}\n'
)
TEXTS = {
    "access log without secrets": QUIET_LINE,
    "access log with signed URLs": LINE,
    "JSON log with a token a line": JSON_LINE,
    "one endless word": "a",
    "one endless base64 run": "eyJh",
    "unclosed quotes": 'password="',
    "key blocks without an end": "-----BEGIN PRIVATE KEY-----\n",
    "nested escapes": '\\"token\\":\\"',
    "headers on one line": "Authorization: a=b, Cookie: c=d; ",
}


def text(pattern: str, size: int) -> str:
    lines: list[str] = []
    length = 0
    while length < size:
        lines.append(
            pattern.format(n=len(lines), h=sha256(b"%d" % len(lines)).hexdigest()) if "{" in pattern else pattern
        )
        length += len(lines[-1])
    return "".join(lines)[:size]


def seconds(given: str) -> float:
    start = time.process_time()
    redact(given)
    return time.process_time() - start


def main() -> None:
    redact("password: warm-up-2")
    for name, pattern in TEXTS.items():
        one = 1.0 if "log" in name else 0.1
        small, large = seconds(text(pattern, int(one * 1e6))), seconds(text(pattern, int(one * 1e7)))
        speeds = f"{one / small:6.2f} MB/s at {one:g} MB, {10 * one / large:6.2f} MB/s at {10 * one:g} MB"
        print(f"{name:<32}{speeds}, ratio of times {large / small:5.1f}", flush=True)


if __name__ == "__main__":
    main()
