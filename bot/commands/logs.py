"""`locksmith logs ACTION`: picks one action and imports nothing of the others."""

from __future__ import annotations

import argparse
import importlib

ACTIONS = {
    "check": "say what a log file is made of: formats, times, ids, and the lines that cannot be read",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions; what an action takes is declared by its own module."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text in ACTIONS.items():
        action = actions.add_parser(name, help=text, description=text)
        importlib.import_module(f"bot.commands.logs_{name}").add_arguments(action)


def run(args: argparse.Namespace) -> int:
    """Run the action."""
    return int(importlib.import_module(f"bot.commands.logs_{args.action}").run(args))
