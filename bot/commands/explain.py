"""`locksmith explain CAUSE`: the page of a cause."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from difflib import get_close_matches

from bot.errors import UsageError
from knowledge.causes import causes


def add_arguments(parser: ArgumentParser) -> None:
    """One cause, or none for the list."""
    parser.add_argument(
        "cause", nargs="?", metavar="CAUSE", help="a cause id such as token_expired; without one all are listed"
    )


def run(args: Namespace) -> int:
    """Show one cause or the list."""
    known = causes()
    if args.cause is None:
        for cause in known.values():
            print(f"{cause.id:<28}{cause.title}")
        return 0
    if args.cause not in known:
        near = get_close_matches(args.cause, known, 1)
        hint = f"did you mean '{near[0]}'?" if near else "'locksmith explain' lists them"
        raise UsageError(f"there is no cause '{args.cause}'; {hint}")
    from rich.console import Console

    from bot.terminal import show_cause

    show_cause(known[args.cause], Console())
    return 0
