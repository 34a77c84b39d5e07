"""How a log file is packed, and the bytes in it: gzip by ISA-L, Zstandard, bzip2.

Damage comes as one exception whatever the library calls it, after all that could be read before it.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, cast

Packing = Literal["", "gzip", "zstd", "bzip2"]
MAGIC: tuple[tuple[bytes, Packing], ...] = ((b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"BZh", "bzip2"))
FOREIGN = (b"\xfd7zXZ", b"PK\x03\x04", b"\x04\x22\x4d\x18", b"7z\xbc\xaf")
"""xz, zip, lz4, 7z: not read."""


class DamagedError(Exception):
    """A packed file is cut off or broken."""


def packing(head: bytes) -> Packing:
    """How a file that begins so is packed; "" for one that is not."""
    return next((name for magic, name in MAGIC if head.startswith(magic)), "")


Fill = Callable[[memoryview], int]
"""Puts the next bytes at the beginning of a buffer and says how many; 0 at the end."""


@contextmanager
def unpacked(raw: io.RawIOBase, kind: Packing) -> Iterator[Fill]:
    """The unpacked bytes of a packed file. The filling raises DamagedError, and OSError where `raw` does."""
    stream, faults = _stream(raw, kind)

    def fill(room: memoryview) -> int:
        try:
            return stream.readinto1(room)
        except faults as error:
            raise DamagedError(str(error)) from error
        except OSError as error:
            # gzip and bz2 tell of bad data so, without a number
            if error.errno is None:
                raise DamagedError(str(error)) from error
            raise

    with stream:
        yield fill


def _stream(raw: io.RawIOBase, kind: Packing) -> tuple[io.BufferedIOBase, tuple[type[Exception], ...]]:
    """What unpacks, and what it raises for bad data. ISA-L takes half the time that zlib does."""
    if kind == "gzip":
        from isal import igzip, igzip_lib

        unpack: Any = igzip.open
        return unpack(raw, "rb"), (EOFError, cast("type[Exception]", igzip_lib.IsalError))
    if kind == "bzip2":
        import bz2

        return bz2.BZ2File(raw), (EOFError, ValueError)
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd.ZstdFile(raw), (EOFError, zstd.ZstdError)
