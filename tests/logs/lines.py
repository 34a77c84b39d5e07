"""Log lines for the tests of reading."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

BEGAN = datetime(2026, 11, 20, 12, tzinfo=UTC)


def access(at: datetime, path: str = "/v2/orders", status: int = 401, tail: str = "", agent: str = "curl/8.5.0") -> str:
    """A line in the combined format."""
    return f'203.0.113.9 - - [{at:%d/%b/%Y:%H:%M:%S} +0000] "GET {path} HTTP/1.1" {status} 44 "-" "{agent}"{tail}'


def traffic(count: int, apart: float = 0.5, began: datetime = BEGAN) -> list[str]:
    """So many successes, each with an id of its own: `aa`, its number in eight digits, `bb`."""
    return [access(began + timedelta(seconds=n * apart), f"/p/{n % 9}", 200, f" rid=aa{n:08}bb") for n in range(count)]


def write(path: Path, lines: list[str]) -> Path:
    """The lines in a file."""
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
