"""Refused requests that are held for people to look at."""

from bot.spikes.model import Cell, Node
from bot.spikes.taken import Refusal
from bot.spikes.watch.samples import LONGEST, Samples

MINUTE = 1_772_361_720
LINE = '192.0.2.7 - - [01/Mar/2026:10:42:00 +0000] "GET /v1/orders{} HTTP/1.1" 401 12 "-" "okhttp/4.12.0"'


def test_a_line_of_a_megabyte_is_not_held_and_drives_no_other_out() -> None:
    samples, cell = Samples(), Cell("GET /v1/orders", "okhttp/4.12", "192.0.2.0/24")
    for more in ("", "?q=" + "x" * LONGEST, "?q=" + "y" * LONGEST):
        samples.add([Refusal(MINUTE, cell, b"192.0.2.7", LINE.format(more).encode())], "access.log")
    (entry,) = samples.of(Node(), MINUTE)
    assert entry.path == "/v1/orders"
