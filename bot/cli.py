"""The `locksmith` command: picks one command and imports nothing of the others."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from bot.errors import UsageError
from knowledge.errors import KnowledgeError

COMMANDS = {
    "diagnose": "say why a request was answered 401, from a report in anybody's words",
    "probe": "show what an endpoint answers, or why it may not be asked",
    "redact": "take the secrets out of a text or a HAR file",
    "explain": "show what a cause means, how to be sure of it, and how it is mended",
    "logs": "find, follow, count and check the lines of log files",
    "spikes": "replay recorded counts of 401s and tell the spikes, to tune on your own history",
    "change": "tell of a deploy, a key rotation or the like, which an alert may then name as the cause",
    "run": "serve and work in one process; without a Slack token, with a local workspace to try it in",
    "serve": "take in what Slack sends",
    "work": "do the work that was taken in",
    "watch": "watch the logs of your services, and tell the spikes of 401s",
    "stats": "show how often the first answer was right, and how long answers and fixes took",
    "proposals": "show log lines that look like a refusal in unknown words, and draft what makes them known",
    "doctor": "check the settings and what they point to",
}


class _Parser(argparse.ArgumentParser):
    """Tells of a wrong option like of any other unusable input: in one line, without the whole usage."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message.removeprefix('argument ')}; '{self.prog} --help' shows how")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 when it did its work and 2 when its input was unusable."""
    words = list(sys.argv[1:] if argv is None else argv)
    name = words[0] if words else ""
    if name not in COMMANDS:
        return _overview(name)
    module = importlib.import_module(f"bot.commands.{name}")
    parser = _Parser(prog=f"locksmith {name}", description=COMMANDS[name])
    module.add_arguments(parser)
    try:
        return int(module.run(parser.parse_args(words[1:])))
    except UsageError as error:
        return _refuse(error.faults)
    except KnowledgeError as error:
        return _refuse((str(error),))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader went away; keep the interpreter from complaining as it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _refuse(faults: Sequence[str]) -> int:
    """Tell what is wrong, one line a fault. Faults quote what was typed, and people type secrets."""
    from bot.display import one_line, scrubbed

    for fault in faults:
        # Each half by itself: "SLACK_APP_TOKEN: Slack refuses it" names a setting, not its value.
        told = ": ".join(map(scrubbed, fault.split(": ", 1)))
        print(f"locksmith: {one_line(told)}", file=sys.stderr)
    return 2


def _overview(name: str) -> int:
    wanted = name in {"", "help", "-h", "--help"}
    stream = sys.stdout if wanted else sys.stderr
    if not wanted:
        print(f"locksmith: there is no command {name!r}", file=stream)
    print("usage: locksmith COMMAND …   (locksmith COMMAND --help tells more)\n", file=stream)
    for command, text in COMMANDS.items():
        print(f"  {command:<10}{text}", file=stream)
    return 0 if wanted else 2


if __name__ == "__main__":
    sys.exit(main())
