"""Following many logs at once: files, and what comes to be in folders and globs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.errors import UsageError
from bot.logs.follow import Block, Followed, New
from bot.logs.siblings import live
from bot.logs.sources import NOT_REGULAR, Shelf, names

AGAIN_S = 2.0
"""Folders and globs are looked over this often."""


class Follower:
    """The new lines of some paths, each a file (which need not be there yet), a folder or a glob."""

    def __init__(
        self,
        paths: Sequence[str],
        *,
        from_start: bool = False,
        kept: Any = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`kept`: what `state` gave once. Raises UsageError for anything else."""
        self._paths, self._clock = tuple(paths), clock
        self._followed: dict[str, Followed] = {}
        self._notes: dict[str, bool] = {}
        """Note -> whether it was told."""
        self._kept = dict(kept) if isinstance(kept, dict) else {}
        if kept is not None and not isinstance(kept, dict):
            raise UsageError("the state of following is none of ours; remove its file to begin anew")
        self._find(from_start=from_start)
        for path in (path for path in self._followed if not Path(path).exists()):
            self._note(f"{path}: is not there yet; its lines are shown when it comes")

    def poll(self) -> Iterator[New]:
        """The lines that came since the last look."""
        for followed in self._looked():
            yield from followed.poll()

    def blocks(self) -> Iterator[Block]:
        """The same lines, many at once. `state` holds after each block that was taken."""
        for followed in self._looked():
            yield from followed.blocks()

    def _looked(self) -> list[Followed]:
        """The files, after a look for new ones when it is time."""
        if self._clock() - self._found >= AGAIN_S:
            self._find(from_start=True)
        return list(self._followed.values())

    def notes(self) -> tuple[str, ...]:
        """What went wrong since this was asked last, each thing once."""
        for followed in self._followed.values():
            self._note(*followed.notes)
            followed.notes.clear()
        fresh = tuple(note for note, told in self._notes.items() if not told)
        self._notes |= dict.fromkeys(fresh, True)
        return fresh

    def state(self) -> dict[str, Any]:
        """How far each file was read, as plain values, for `kept`; of files that are not followed now, as it was."""
        return self._kept | {path: followed.state() for path, followed in self._followed.items()}

    def close(self) -> None:
        """Close every file."""
        for followed in self._followed.values():
            followed.close()

    def _find(self, *, from_start: bool) -> None:
        """Follow what is not followed yet; a file that comes to be later is new from its start."""
        self._found = self._clock()
        shelf = Shelf(())
        for path in self._paths:
            every = list(names(path, shelf))
            for name in every if every == [path] else live(every, shelf):
                if Path(name).exists() and not Path(name).is_file():
                    shelf.note(name, NOT_REGULAR)  # opening a pipe would wait for its writer
                elif name not in self._followed:
                    self._followed[name] = self._begun(name, from_start=from_start)
        self._note(*(note for note in shelf.notes.values()))

    def _begun(self, path: str, *, from_start: bool) -> Followed:
        try:
            return Followed(path, from_start=from_start, kept=self._kept.get(path), clock=self._clock)
        except ValueError as error:
            raise UsageError(f"{path}: what was kept of it {error}; remove the state to begin anew") from None

    def _note(self, *notes: str) -> None:
        for note in notes:
            self._notes.setdefault(note, False)
