"""`locksmith proposals`: log lines that look like a refusal and that no pattern knows, to be made into knowledge."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.stored import with_store
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.proposals.store import Proposal


def add_arguments(parser: ArgumentParser) -> None:
    """What to do with which proposal."""
    parser.add_argument("action", nargs="?", choices=("draft", "drop"), help="write a draft of its file, or forget it")
    parser.add_argument("id", nargs="?", metavar="ID", help="the proposal's id, as the list has it")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="where the draft goes (default: it is printed)"
    )
    parser.add_argument("--json", action="store_true", help="print the list as one JSON object a line")


def run(args: Namespace) -> int:
    """List, draft or drop; exit status 0."""
    if args.action and not args.id:
        raise UsageError(f"say which: locksmith proposals {args.action} ID; 'locksmith proposals' lists them")
    if args.action == "drop":
        return _drop(args.id)
    return _draft(args.id, args.output) if args.action else _list(json_too=args.json)


def _list(*, json_too: bool) -> int:
    from bot.codec import dump
    from bot.display import one_line, scrubbed
    from bot.proposals import store

    found = with_store(store.every)
    for one in found:
        if json_too:
            print(json.dumps(json.loads(dump(one)), ensure_ascii=False))
            continue
        print(f"{one.id}  {one.lines:>5}  {one.service or '-'}  {one_line(scrubbed(one.template))}")
    if not found and not json_too:
        print("No log line looked like a refusal in words that are not known.")
    return 0


def _draft(name: str, output: Path | None) -> int:
    from bot.display import scrubbed
    from bot.proposals import draft, store

    found: Proposal | None = with_store(lambda redis: store.get(redis, name))
    if found is None:
        raise UsageError(f"there is no proposal {name}; 'locksmith proposals' lists them")
    safe = replace(found, template=scrubbed(found.template), samples=tuple(map(scrubbed, found.samples)))
    made = draft.draft(safe)
    if output:
        try:
            with output.open("x", encoding="utf-8") as file:
                file.write(made.text)
        except OSError as error:
            raise UsageError(f"{output}: cannot be written ({error.strerror}); give another -o") from None
    else:
        print(made.text, end="")
    for fault in made.faults:
        print(f"locksmith: {fault.replace('draft.yaml', str(output or 'draft.yaml'), 1)}", file=sys.stderr)
    return 0


def _drop(name: str) -> int:
    from bot.proposals import store

    if not with_store(lambda redis: store.drop(redis, name)):
        raise UsageError(f"there is no proposal {name}; 'locksmith proposals' lists them")
    print(f"{name} is dropped; lines like it are not collected any more")
    return 0
