"""A command that picks one of several: what `locksmith logs` and `locksmith spikes` have in common."""

from __future__ import annotations

import importlib
from argparse import REMAINDER, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Mapping


def add_arguments(parser: ArgumentParser, commands: Mapping[str, str]) -> None:
    """The name of a command and its own arguments."""
    width = max(map(len, commands))
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.description = "\n".join(f"{name:<{width}}  {text}" for name, text in commands.items())
    parser.add_argument("name", choices=tuple(commands), metavar="COMMAND", help=" | ".join(commands))
    words = parser.add_argument(
        "words", nargs=REMAINDER, metavar="…", help=f"'{parser.prog} COMMAND --help' tells more"
    )
    words.required = False  # argparse counts the rest among what is missing
    parser.set_defaults(parser=type(parser))


def run(args: Namespace, group: str, commands: Mapping[str, str]) -> int:
    """Run the command, which is the module `<group>_<name>`; its exit status."""
    module = importlib.import_module(f"bot.commands.{group}_{args.name}")
    parser = args.parser(prog=f"locksmith {group} {args.name}", description=commands[args.name])
    module.add_arguments(parser)
    return int(module.run(parser.parse_args(args.words)))
