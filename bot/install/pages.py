"""What a person's browser shows on the way of an installation. Whatever comes from outside is escaped."""

from __future__ import annotations

from html import escape

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # The address holds the code and the state.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
STYLE = (
    "body{font:17px/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1rem;color:#1d1c1d}"
    "a.button{display:inline-block;background:#1d3557;color:#fff;padding:.7rem 1.2rem;border-radius:.4rem;"
    "text-decoration:none}small{color:#616061}"
)
FAILURES = {
    "access_denied": "The installation was cancelled in Slack. Nothing was installed.",
    "invalid_browser": (
        "This browser did not begin the installation, or the page was loaded again: then you have seen how it went. "
        "Otherwise begin here, over https, with cookies allowed."
    ),
    "invalid_state": "This link was used before, or is older than ten minutes.",
    "missing_code": "Slack sent you back without a code.",
    "storage_error": "The installation could not be kept. Please try again in a minute.",
    "refused": "Slack did not accept the installation. Whoever runs Locksmith finds the reason in its log.",
    "unclear": "Slack does not answer at the moment. Please try again in a minute.",
}
"""What to tell, by the reason that Slack or its library gives; others are shown as they are."""


def begin(url: str) -> str:
    """Where an installation begins; `url` is Slack's page that asks for consent."""
    return _page(
        "Add Locksmith to Slack",
        "<p>Somebody posts “I get a 401”; Locksmith says why, and what to do. Slack will show you what it may do in "
        "your workspace before anything is installed.</p>"
        f'<p><a class="button" href="{escape(url)}">Add to Slack</a></p>',
    )


def done(team: str) -> str:
    """The app is installed in the workspace or organisation of that name."""
    return _page(
        f"Locksmith is in {escape(team) or 'your workspace'}",
        "<p>Invite it into your support channel with <b>/invite @Locksmith</b>, or mention it, or try "
        "<b>/401 help</b>. You can close this page.</p>",
    )


def failed(reason: str, install_path: str) -> str:
    """Nothing was installed, and why."""
    told = FAILURES.get(reason) or f"Slack says: {reason[:200]}"
    return _page(
        "That did not work",
        f'<p>{escape(told)}</p><p><a class="button" href="{escape(install_path)}">Begin again</a></p>',
    )


def _page(title: str, body: str) -> str:
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    shown = f"<head>{head}<style>{STYLE}</style></head><body><h1>{title}</h1>{body}</body>"
    return f'<!doctype html><html lang="en">{shown}</html>'
