"""What the running program logs: one line a record on standard error, redacted, without tracebacks."""

from __future__ import annotations

import logging
import sys

LIBRARIES = ("slack_bolt", "slack_sdk", "aiohttp", "asyncio", "httpcore", "httpx", "locksmith.bolt", "locksmith.slack")
"""They would quote what they were sent, or tell every request; only their errors are of use."""


class _OneLine(logging.Formatter):
    """Secrets never get past here, whoever wrote the record."""

    def format(self, record: logging.LogRecord) -> str:
        from bot.redact import redact

        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            text = f"{text} ({type(record.exc_info[1]).__name__})"
        at = self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z")
        return f"{at} {record.levelname.lower()} {record.name}: {' '.join(redact(text).text.split())}"


def begin(level: int = logging.INFO) -> None:
    """Log to standard error from now on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.ERROR)
