"""What was learnt and what was counted today as packed bytes, and back."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping

import numpy as np

from bot.spikes.history import BINS, Day, History
from bot.spikes.past import Row

CHUNK = 256
"""Nodes a field."""
LEVEL = 1
"""Of zlib: packing happens every minute."""


def history_fields(history: History, nodes: int) -> Iterator[tuple[int, bytes]]:
    """What was learnt of so many nodes, some of them a field."""
    for at in range(0, nodes, CHUNK):
        parts = [np.ascontiguousarray(array[..., at : min(at + CHUNK, nodes)]) for array in history.arrays()]
        yield at, zlib.compress(b"".join(part.tobytes() for part in parts), LEVEL)


def history_from(fields: Mapping[int, bytes], nodes: int) -> History:
    """The same again. Raises ValueError or KeyError when it is damaged."""
    history = History(nodes)
    for at in range(0, nodes, CHUNK):
        data, offset = zlib.decompress(fields[at]), 0
        size = min(CHUNK, nodes - at)
        for array in history.arrays():
            count = array[..., 0].size * size
            part = np.frombuffer(data, array.dtype, count, offset)
            array[..., at : at + size] = part.reshape(*array.shape[:-1], size)
            offset += count * array.itemsize
    return history


def row(day: Day, at: int, nodes: int) -> bytes:
    """What was counted in a bin."""
    told = np.stack([day.total[at, :nodes], day.bad[at, :nodes]]).round().astype(np.uint32)
    return zlib.compress(told.tobytes(), LEVEL)


def rows_from(fields: Mapping[int, bytes]) -> dict[int, Row]:
    """The bins that were kept."""
    found = {}
    for at, data in fields.items():
        told = np.frombuffer(zlib.decompress(data), np.uint32).reshape(2, -1).astype(np.float64)
        if 0 <= at < BINS:
            found[at] = (told[0], told[1])
    return found
