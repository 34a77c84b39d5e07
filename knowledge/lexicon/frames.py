"""A text without the frames of its stacks: code that was running says nothing of what happened.

`self.get(url, timeout=5)` is no call that nobody answered, nor is Node's `at listOnTimeout`.
"""

from __future__ import annotations

import re

_PYTHON = re.compile(
    r"(?m)^(?P<before>[^\n]{0,80}?)File \"[^\"\n]{1,300}\", line \d+[^\n]*(?:\n(?P=before)[ \t][^\n]*)*"
)
"""Its source line stands farther in than the frame, whatever a container's log puts before both."""
_OTHERS = re.compile(
    r"(?m)(?:^|(?<=\s))at (?:async )?"
    r"(?:[\w$.<>/`\[\], -]{1,200}\([^)\n]{0,300}\)|(?:file:|node:|/)[^\s()]{1,300}:\d+:\d+)"
    r"(?: in [^\n]{1,300}:line \d+)?"
    r"|(?<![\w./-])[\w./-]{1,300}\.rb:\d+:in [^\n]*|^[^\n]{0,80}?#\d+ \S{1,300}\(\d+\): [^\n]*"
    r"|(?<![\w./@-])[\w./@-]{1,300}\.go:\d+ \+0x[^\n]*"
    r"|\.\.\. \d+ (?:more|common frames)"
)
"""As Java, .NET, Node, Ruby, PHP and Go write them."""


def without_frames(text: str) -> str:
    """The text without the frames; what was raised and its message stay."""
    return _OTHERS.sub(" ", _PYTHON.sub(" ", text)) if "\n" in text or " at " in text else text
