"""Text as it is compared: people and programs spell one name in many ways."""

from __future__ import annotations

import unicodedata


def plain(text: str) -> str:
    """In small letters and without accents, as user names are: `Lucía` signs in as `lucia`."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text).lower() if not unicodedata.combining(c))
