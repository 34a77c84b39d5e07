"""The causes as one page of documentation: `python -m knowledge.document > docs/causes.md`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from knowledge.causes import KnownCause, causes

WHO = {
    "caller": "whoever sends the request",
    "service": "whoever runs the service",
    "network": "whoever runs the network or proxy in between",
}
HEADINGS = {
    "caller": "If you send the request",
    "service": "If you run the service",
    "network": "If you run the proxy",
    "visitor": "If you use a page in the browser",
    "app": "If you use an app",
}


def page() -> str:
    """All causes as Markdown: a table of contents, then one section a cause."""
    known = sorted(causes().values(), key=lambda cause: cause.id)
    return "\n".join([*_opening(known), *(line for cause in known for line in _section(cause))])


def _opening(known: Sequence[KnownCause]) -> Iterator[str]:
    yield "# Why a request is answered 401"
    yield ""
    yield f"The {len(known)} causes that Locksmith tells apart. `locksmith explain CAUSE` shows the same in a terminal."
    yield "Made from `knowledge/causes/` by `make docs`; change it there."
    for who, words in WHO.items():
        yield ""
        yield f"Mended by {words}:"
        yield ""
        yield from (f"- [{cause.title}](#{cause.id}) (`{cause.id}`)" for cause in known if cause.owner == who)
    yield ""


def _section(cause: KnownCause) -> Iterator[str]:
    # The heading is the id, so that its anchor stays when the title is reworded.
    yield from (f"## {cause.id}", "", f"**{cause.title}.** {cause.means}", "")
    for who, steps in (*cause.fix, *cause.for_users):
        heading = HEADINGS[who] + (" (the fix is yours)" if who == cause.owner else "")
        yield from _listed(heading, steps, mark="1.")
    yield from (f"**Why it happens.** {cause.why}", "") if cause.why else ()
    yield from (f"**For example.** {cause.example}", "") if cause.example else ()
    yield from _listed("How to be sure", cause.sure)
    yield from _listed("So that it stays away", cause.prevent)
    yield from _listed("Read on", [f"[{title}]({url})" for title, url in cause.references])


def _listed(heading: str, lines: Sequence[str], *, mark: str = "-") -> Iterator[str]:
    if lines:
        yield from (f"**{heading}**", "")
        yield from (f"{mark} {line}" for line in lines)
        yield ""


if __name__ == "__main__":
    print(page(), end="")
