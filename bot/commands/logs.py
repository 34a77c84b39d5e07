"""`locksmith logs …`: what support engineers do with log files; picks one command and imports nothing of the others."""

from __future__ import annotations

import importlib
from argparse import REMAINDER, ArgumentParser, Namespace, RawDescriptionHelpFormatter

COMMANDS = {
    "find": "show a request's lines across all files and log stores, in the order of time",
    "check": "say what log files are made of: formats, times, ids, and the lines that cannot be read",
    "follow": "print new lines of growing files, without their secrets",
    "count": "count answers of a status by minute, route, user agent and network",
}
"""Each is `bot/commands/logs_<name>.py`, with `add_arguments(parser)` and `run(args)`."""


def add_arguments(parser: ArgumentParser) -> None:
    """The name of a command and its own arguments."""
    width = max(map(len, COMMANDS))
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.description = "\n".join(f"{name:<{width}}  {text}" for name, text in COMMANDS.items())
    parser.add_argument("name", choices=tuple(COMMANDS), metavar="COMMAND", help=" | ".join(COMMANDS))
    words = parser.add_argument(
        "words", nargs=REMAINDER, metavar="…", help="'locksmith logs COMMAND --help' tells more"
    )
    words.required = False  # argparse counts the rest among what is missing
    parser.set_defaults(parser=type(parser))


def run(args: Namespace) -> int:
    """Run the command; its exit status."""
    module = importlib.import_module(f"bot.commands.logs_{args.name}")
    parser = args.parser(prog=f"locksmith logs {args.name}", description=COMMANDS[args.name])
    module.add_arguments(parser)
    return int(module.run(parser.parse_args(args.words)))
