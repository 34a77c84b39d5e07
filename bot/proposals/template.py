"""What is the same in lines that say the same: their words, without ids, numbers, names and addresses. Pure."""

from __future__ import annotations

import re

from bot.display import cut, one_line, scrubbed
from bot.model import Entry
from bot.redact import redact
from knowledge import lexicon
from knowledge.messages import match
from knowledge.messages.reader import normalise

HOLE = "{}"
LONGEST, SHORTEST = 200, 8
"""Characters of a template; shorter ones say nothing."""
REFUSED = frozenset({401, 407})
TROUBLE = frozenset({"warning", "warn", "error", "err", "critical", "fatal"})
LIFECYCLE = "says.service_started"
_REFUSAL = re.compile(
    r"(?i)\b(denied|refus\w+|reject\w+|unauthori[sz]ed|forbidden|invalid|expired|not (valid|allowed|trusted))\b"
)
_REQUEST = re.compile(r"(?i)^\W*(\w+ )?(request|response|access|http)\b[\w ]{0,30}\W*$")
"""That a request was handled: it says nothing of why."""
_VARYING = re.compile(
    r"""‹[^‹›]*›"""  # what the redactor hid
    r"""|"[^"]*"|'[^']*'|“[^”]*”|`[^`]*`"""  # quoted values
    r"""|[{}]+"""  # what would look like a hole
    r"""|\b[a-z][a-z0-9+.-]*://[^\s,;)\]]+"""  # addresses
    r"""|\S+@\S+\.\w+"""  # mail addresses
    r"""|(?<![\w/])/[^\s,;)\]]+"""  # paths
    r"""|(?<==)[^\s,;)\]]+"""  # values of names
    r"""|\b(?=\w*\d)[\w:.+-]*\w""",  # numbers, times, ids, versions
    re.IGNORECASE,
)
_HOLES = re.compile(r"\{\}(?:[\s,;:/.-]*\{\})+")


def proposed(entry: Entry) -> tuple[str, str] | None:
    """(template, words) of a record that looks like a refusal in words that no pattern knows; None for any other."""
    words = said(entry)
    form = template(words) if words and _suspicious(entry, words) else ""
    # Taking a text apart can make a secret's shape of what was none.
    return (form, words) if form and not redact(form).secrets and not redact(words).secrets else None


def _suspicious(entry: Entry, words: str) -> bool:
    if _REQUEST.match(words) or any(hit.finding != LIFECYCLE for hit in match(entry.text, "log")):
        return False
    if entry.status in REFUSED or lexicon.meanings(words):
        return True
    return entry.level is not None and entry.level.lower() in TROUBLE and bool(_REFUSAL.search(words))


def said(entry: Entry) -> str:
    """What a record says in words, in one line without secrets; empty for an access line, which has none."""
    if not entry.message and (entry.status is not None or entry.path is not None):
        return ""
    return cut(one_line(normalise(scrubbed(entry.message or entry.text))), 500)


def template(words: str) -> str:
    """The words with `{}` for all that varies; empty where no words are left."""
    bare = _HOLES.sub(HOLE, _VARYING.sub(HOLE, words))
    bare = bare[:LONGEST].removesuffix("{").strip()
    return bare if len(re.findall(r"[^\W\d]", bare)) >= SHORTEST else ""
