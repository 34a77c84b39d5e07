"""`locksmith logs follow`: new lines of growing files as they come, without their secrets."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

from bot.commands.options import add_log_options, log_paths
from bot.errors import UsageError
from bot.logs.follower import Follower

EVERY_S = 0.25


def add_arguments(parser: ArgumentParser) -> None:
    """What to follow, from where, and how it is shown."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a log file, folder or glob")
    parser.add_argument("--from-start", action="store_true", help="begin with what the files hold already")
    parser.add_argument(
        "--state", type=Path, metavar="FILE", help="keep in FILE how far was read, and go on from there next time"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line: file, offset, text")
    add_log_options(parser)


def run(args: Namespace) -> int:
    """Print lines until it is interrupted."""
    args.logs = [*args.paths, *args.logs]
    follower = Follower(log_paths(args), from_start=args.from_start, kept=_kept(args.state))
    kept = None
    try:
        while True:
            _print(follower, as_json=args.json)
            if args.state and kept != (kept := follower.state()):
                _keep(args.state, kept)
            time.sleep(EVERY_S)
    finally:
        if args.state:
            _keep(args.state, follower.state())
        follower.close()


def _print(follower: Follower, *, as_json: bool) -> None:
    from bot.display import clean
    from bot.redact import redact

    for new in follower.poll():
        text = redact(new.raw.decode("utf-8", "replace")).text
        if as_json:
            print(json.dumps({"file": new.file, "offset": new.offset, "text": text}, ensure_ascii=False))
        else:
            print(clean(text, reveal=True))
    sys.stdout.flush()
    for note in follower.notes():
        print(f"locksmith: {note}", file=sys.stderr)


def _kept(path: Path | None) -> object:
    if path is None or not path.exists():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: holds no state that can be read ({error}); remove it to begin anew") from None


def _keep(path: Path, state: object) -> None:
    """Written beside and moved there, so that a crash leaves the old state or the new one."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.write_text(json.dumps(state), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); name another file with --state") from None
