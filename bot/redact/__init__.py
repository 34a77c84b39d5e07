"""Secrets never get past here: every text from outside goes through `redact` before it is kept, shown or logged."""

from bot.redact.engine import redact
from bot.redact.model import Redacted, Secret

__all__ = ["Redacted", "Secret", "redact"]
