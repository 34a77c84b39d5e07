"""How a log file is packed, and the bytes in it: gzip by ISA-L, Zstandard, bzip2.

Damage comes as one exception whatever the library calls it, after all that could be unpacked before it.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Literal, Protocol, cast

Packing = Literal["", "gzip", "zstd", "bzip2"]
MAGIC: tuple[tuple[bytes, Packing], ...] = ((b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"BZh", "bzip2"))
FOREIGN = (b"\xfd7zXZ", b"PK\x03\x04", b"\x04\x22\x4d\x18", b"7z\xbc\xaf")
"""xz, zip, lz4, 7z: not read."""
READ = 1 << 18
"""Packed bytes that are read at once."""


class DamagedError(Exception):
    """A packed file is cut off or broken."""


class _Decompressor(Protocol):
    """What the standard library calls an incremental decompressor; the others follow it."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def packing(head: bytes) -> Packing:
    """How a file that begins so is packed; "" for one that is not."""
    return next((name for magic, name in MAGIC if head.startswith(magic)), "")


class Unpacked:
    """The unpacked bytes of a packed file, of all its members one after the other."""

    def __init__(self, raw: io.RawIOBase, kind: Packing) -> None:
        self._raw = raw
        self._make, self._faults = _library(kind)
        self._member = self._make()
        self._fresh = True
        """Whether the member has not begun: the file may end here."""

    def readinto(self, room: memoryview) -> int:
        """The next bytes into a buffer; 0 at the end. Raises DamagedError, and OSError where `raw` does."""
        while True:
            packed = self._packed()
            if packed is None:
                return 0
            try:
                found = self._member.decompress(packed, len(room))
            except self._faults as error:
                raise DamagedError(str(error)) from error
            if found:
                room[: len(found)] = found
                return len(found)

    def _packed(self) -> bytes | None:
        """What the decompressor is to get next; None at the end of the file."""
        packed = b""
        if self._member.eof:
            packed = self._member.unused_data.lstrip(b"\0")  # tapes and some writers pad with zeros
            self._member, self._fresh = self._make(), True
        if not packed and self._member.needs_input:
            packed = self._raw.read(READ) or b""
            if not packed and self._fresh:
                return None
            if not packed:
                raise DamagedError("ends in the middle")
        self._fresh = False
        return packed


def _library(kind: Packing) -> tuple[Callable[[], _Decompressor], tuple[type[Exception], ...]]:
    """What unpacks, and what it raises for bad data."""
    if kind == "gzip":
        from isal import igzip_lib  # half the time of zlib

        return (
            lambda: cast(_Decompressor, igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)),
            (cast("type[Exception]", igzip_lib.IsalError), ValueError),
        )
    if kind == "bzip2":
        import bz2

        return bz2.BZ2Decompressor, (OSError, ValueError)
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd.ZstdDecompressor, (zstd.ZstdError,)
