"""Shell variables of a script: addresses that they hold, and tokens that they get with the quotes of JSON."""

from __future__ import annotations

import re

from bot.intake.urls import trimmed

ADDRESS = re.compile(
    r"(?m)(?<![\w$])(?:export[ \t]+|set[ \t]+|\$)?(?P<name>[A-Za-z_]\w{0,60})[ \t]?=[ \t]?[\"']?"
    r"(?P<url>https?://[^\s\"'<>]{1,500})"
)
OUTPUT = re.compile(
    r"(?P<name>[A-Za-z_]\w{0,60})=[\"']?(?:\$\((?P<new>[^\n]{1,1000}?)\)[\"']?|`(?P<old>[^`\n]{1,1000})`)(?=\s*(?:$|[;&\n]))",
    re.MULTILINE,
)
RAW_JSON = re.compile(r"\bjq\b(?![^|]*\s(?:-\w*[rj]\w*\b|--raw-output|--join-output))[^|]*$")
"""jq prints strings with their quotes unless told otherwise (jqlang.org/manual, --raw-output)."""
CLOUD = (
    re.compile(r"\baz\s(?![^|]*(?:-o|--output)[ =]tsv)[^|]*--query\b[^|]*$"),
    re.compile(r"\baws\s(?![^|]*--output[ =]text)[^|]*--query\b[^|]*$"),
)
"""So do the clouds' clients, by default (learn.microsoft.com/cli/azure/format-output-azure-cli, AWS CLI user guide)."""


def filled(text: str) -> str:
    """The text with addresses in place of the variables that hold them: `$API/courts`."""
    held = {m["name"]: trimmed(m["url"])[0].rstrip("/") for m in ADDRESS.finditer(text)}
    if not held:
        return text
    names = "|".join(map(re.escape, sorted(held, key=len, reverse=True)))
    use = re.compile(rf"\$\{{(?P<braced>{names})\}}|\$(?P<bare>{names})\b(?![ \t]*=)|%(?P<dos>{names})%(?=/)")
    return use.sub(lambda m: held[m["braced"] or m["bare"] or m["dos"]], text)


def quoted_output(text: str) -> str | None:
    """The variable in a credential's header that gets a JSON string with its quotes on; None where there is none."""
    for found in OUTPUT.finditer(text):
        printed = (found["new"] or found["old"]).strip()
        if not (RAW_JSON.search(printed) or any(tool.search(printed) for tool in CLOUD)):
            continue
        name = found["name"]
        if re.search(rf"(?i:authorization|token|key)[\w-]*: [^\n]{{0,40}}\$\{{?{name}\b", text[found.end() :]):
            return name
    return None
