"""`locksmith logs …`: what support engineers do with log files; picks one command and imports nothing of the others."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from bot.commands import group

COMMANDS = {
    "find": "show a request's lines across all files and log stores, in the order of time",
    "check": "say what log files are made of: formats, times, ids, and the lines that cannot be read",
    "follow": "print new lines of growing files, without their secrets",
    "count": "count answers of a status by minute, route, user agent and network",
}
"""Each is `bot/commands/logs_<name>.py`, with `add_arguments(parser)` and `run(args)`."""


def add_arguments(parser: ArgumentParser) -> None:
    """The name of a command and its own arguments."""
    group.add_arguments(parser, COMMANDS)


def run(args: Namespace) -> int:
    """Run the command; its exit status."""
    return group.run(args, "logs", COMMANDS)
