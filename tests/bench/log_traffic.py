"""Makes logs to measure with: an nginx access log of 2 GB a day, of any size, in the order of time within two seconds.

    python tests/bench/log_traffic.py access.log --megabytes 2000 [--packed 20]

Every line has a request id; one line in fifty is a 401. The same size and seed give the same bytes. `--packed N` also
writes the same lines as N gzip files, the newest as `access.log.1.gz`, as logrotate does.
"""

from __future__ import annotations

import argparse
import random
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

BEGAN = datetime(2026, 11, 20, tzinfo=UTC)
RATE = 125
"""Lines a second, some 23 kB: a larger log is a longer time."""
LINE_BYTES = 185
"""What a line has on average."""
ROUTES = ("/v2/orders", "/v2/orders/{}", "/v2/cart", "/v1/users/{}/keys", "/oauth/token", "/healthz", "/static/{}.js")
AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14.6; rv:133.0) Gecko/20100101 Firefox/133.0",
    "python-requests/2.32.3",
    "okhttp/4.12.0",
    "curl/8.5.0",
)
POOL = 4096
"""Ready-made middles of lines: making each anew would take longer than everything that is measured."""


def request_id(number: int) -> str:
    """The id of the line of that number: 32 hex digits that look like chance."""
    return f"{(number * 0x9E3779B97F4A7C15F39CC0605CEDC835 + 0x5851F42D4C957F2D14057B7EF767814F) % (1 << 128):032x}"


def moment(number: int) -> datetime:
    """About when the line of that number was written."""
    return BEGAN + timedelta(seconds=number // RATE)


def lines(megabytes: int) -> int:
    """About how many lines a log of that size has."""
    return megabytes * 1_000_000 // LINE_BYTES


def _middles(chance: random.Random) -> list[tuple[str, str]]:
    """What stands before and after the stamp, of many requests."""
    found = []
    for number in range(POOL):
        status = 401 if number % 50 == 7 else chance.choice((200, 200, 200, 200, 201, 204, 304, 404, 500))
        path = chance.choice(ROUTES).format(chance.randrange(100_000))
        client = f"198.51.{chance.randrange(100)}.{chance.randrange(256)}"
        request = f'"{chance.choice(("GET", "GET", "POST"))} {path} HTTP/1.1" {status} {chance.randrange(90_000)}'
        found.append((f"{client} - - [", f' +0000] {request} "-" "{chance.choice(AGENTS)}" rid='))
    chance.shuffle(found)
    return found


def _seconds(size: int, chance: random.Random) -> Iterator[str]:
    """The lines of one second after the other."""
    middles = _middles(chance)
    stamps = [f"{BEGAN + timedelta(seconds=s):%d/%b/%Y:%H:%M:%S}" for s in range(size // LINE_BYTES // RATE + 3)]
    for second in range(len(stamps) - 2):
        made = []
        for number in range(second * RATE, (second + 1) * RATE):
            before, after = middles[number * 2654435761 % POOL]
            stamp = stamps[second + (number % 7 == 0) + (number % 11 == 0)]
            made.append(f"{before}{stamp}{after}{request_id(number)} rt=0.0{number % 97:02}\n")
        yield "".join(made)


def write(path: Path, megabytes: int, *, seed: int = 1) -> Path:
    """Write a log of about so many million bytes, unless it is there."""
    if not path.exists():
        with path.open("w", encoding="ascii") as stream:
            stream.writelines(_seconds(megabytes * 1_000_000, random.Random(seed)))
    return path


def pack(path: Path, parts: int) -> list[Path]:
    """The same lines as so many gzip files beside it in a folder of their own, the newest first."""
    folder = path.with_name(f"{path.name}-packed")
    if not folder.exists():
        folder.mkdir()
        subprocess.run(["split", "-n", f"l/{parts}", "-d", "-a", "3", path, f"{folder}/part."], check=True)
        for number, part in enumerate(sorted(folder.glob("part.*"), reverse=True), start=1):
            target = part.rename(folder / f"{path.name}.{number}")
            subprocess.run(["gzip", "-6", target], check=True)
    return sorted(folder.glob("*.gz"), key=lambda packed: int(packed.suffixes[-2][1:]))


def main() -> None:
    """Write what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--packed", type=int, default=0)
    given = parser.parse_args()
    write(given.path, given.megabytes)
    if given.packed:
        pack(given.path, given.packed)


if __name__ == "__main__":
    main()
