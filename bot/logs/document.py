"""The known log formats as a page of documentation: `python -m bot.logs.document > docs/logs.md`."""

from __future__ import annotations

from collections.abc import Iterator

from bot.logs.formats.table import Known, formats

OPENING = """# Log formats

Locksmith reads these without being told. Carriers (colours, `docker compose logs`, Kubernetes' CRI lines in parts,
docker's json-file, syslog, Heroku) are taken off first; then a line is tried as JSON, as a known shape, as an access
line, as `key=value`, as columns under a `#Fields:` line, and at last as plain words or columns with a time. An access
format of your own is mostly read as well: the pieces are recognised by what they are.

`locksmith logs check FILE` says what it makes of a file. For lines that it does not know, declare a format under
`formats:` in services.yaml (see the README).

Ids are kept by the part that all their wrappers share: `traceparent` and b3 by the trace id, `X-Amzn-Trace-Id` by its
`Root=`, `CF-Ray` without the data centre, Google's `trace` without the project. A UUID is one id with and without
dashes.

*Verified* means: the samples are output of that software, run for this purpose. *Documented* means: they were made
from that page. Made from `bot/logs/formats/known/` by `make docs`; change it there.
"""


def page() -> str:
    """All formats as Markdown: one table."""
    return "\n".join([OPENING, *_rows(), ""])


def _rows() -> Iterator[str]:
    yield "| format | what | read as | where its ids are | known from |"
    yield "|---|---|---|---|---|"
    for known in formats():
        cells = (f"`{known.name}`", known.title, f"`{known.format}`", known.ids, _source(known))
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _source(known: Known) -> str:
    return f"verified: {known.verified}" if known.verified else f"[documented]({known.documented})"


if __name__ == "__main__":
    print(page(), end="")
