"""`locksmith redact`: text or a HAR file in, the same without its secrets out."""

from __future__ import annotations

import argparse
import sys

from bot.redact import redact


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command; it reads standard input and writes standard output."""
    parser.epilog = (
        "Reads standard input. What was hidden is told on standard error: locksmith redact < report.har > clean.har"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="do not tell what was hidden")


def run(args: argparse.Namespace) -> int:
    """Clean standard input onto standard output; bytes that are no UTF-8 come out as they went in."""
    if sys.stdin.isatty() and not args.quiet:
        print("locksmith redact: paste the text, then Ctrl-D", file=sys.stderr)
    redacted = redact(sys.stdin.buffer.read().decode("utf-8", "surrogateescape"))
    sys.stdout.buffer.write(redacted.text.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()
    if redacted.secrets and not args.quiet:
        print(f"locksmith redact: hid {_summary([s.kind for s in redacted.secrets])}", file=sys.stderr)
    return 0


def _summary(kinds: list[str]) -> str:
    return ", ".join(f"{kinds.count(kind)} × {kind}" for kind in dict.fromkeys(kinds))
