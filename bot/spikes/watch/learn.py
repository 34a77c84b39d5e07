"""Learning what is usual from recorded counts, so that watching begins warm."""

from __future__ import annotations

from pathlib import Path

from bot.errors import UsageError
from bot.spikes import counts_file
from bot.spikes.detector import Detector, Memory
from bot.spikes.gaps import SILENT_MIN
from bot.spikes.model import MINUTE
from bot.spikes.notices import Memo
from bot.spikes.wording import dated


def learn(detector: Detector, path: Path, last: int) -> None:
    """Count all minutes of a file up to `last`, and judge none. Raises UsageError.

    Between the end of the file and now no logs are missing: nobody looked.
    """
    ends = None
    for minute, counts in counts_file.read(path):
        if minute > last:
            break
        detector.counter.minute(minute, counts)
        ends = minute
    if ends is None:
        told = dated(last)
        raise UsageError(f"{path}: holds nothing from before {told}; give counts of the weeks before now")
    detector.resume(Memory((), (), (), Memo(since=last + SILENT_MIN * MINUTE)))
