"""`locksmith spikes …`: spikes of 401s in recorded counts; picks one command and imports nothing of the others."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from bot.commands import group

COMMANDS = {
    "replay": "tell the spikes in recorded counts as they would have been told, one JSON object a line",
    "counts": "make a file of counts from log files, to replay",
}
"""Each is `bot/commands/spikes_<name>.py`, with `add_arguments(parser)` and `run(args)`."""


def add_arguments(parser: ArgumentParser) -> None:
    """The name of a command and its own arguments."""
    group.add_arguments(parser, COMMANDS)


def run(args: Namespace) -> int:
    """Run the command; its exit status."""
    return group.run(args, "spikes", COMMANDS)
