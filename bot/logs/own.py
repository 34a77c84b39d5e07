"""The bot's own probes in a service's log: where one stands, the address that was asked leads to who writes it."""

from __future__ import annotations

import os
from collections.abc import Sequence

from bot.logs.neighbourhood import OWN_MARK
from bot.logs.sources import shelf

TAIL = 1 << 18
"""Bytes at the end of a file that are looked at: a probe was made a moment ago."""
SECONDS = 2.0


def probed(paths: Sequence[str], path: str) -> str | None:
    """The file whose last lines hold a probe of this path; None where none does, which says nothing.

    Logs are written late, or elsewhere, or without a client's name.
    """
    mark, asked = OWN_MARK.encode(), path.encode()
    for file in shelf(paths, SECONDS).files:
        lines = () if file.packing else _last(file.path)
        if any(mark in line and asked in line for line in lines):
            return file.path
    return None


def _last(path: str) -> list[bytes]:
    try:
        with open(path, "rb") as stream:  # noqa: PTH123
            stream.seek(max(0, os.fstat(stream.fileno()).st_size - TAIL))
            return stream.read(TAIL).splitlines()
    except OSError:
        return []
