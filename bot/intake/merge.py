"""A follow-up in a thread: new facts override or add, nothing is lost."""

from __future__ import annotations

from dataclasses import replace

from bot.model import Report
from bot.rotation import TOKEN, last


def follow(earlier: Report, new: Report) -> Report:
    """The report that both messages make. It stays posted when the first one was."""
    place = _place(earlier, new)
    timed = new if _better_time(earlier, new) else earlier
    ids = tuple(dict.fromkeys((*new.ids, *earlier.ids)))
    return replace(
        place,
        text=f"{earlier.text}\n\n{new.text}" if new.text else earlier.text,
        posted_at=earlier.posted_at,
        ahead_s=earlier.ahead_s,
        at=timed.at,
        at_precision_s=timed.at_precision_s,
        unzoned=timed.unzoned,
        request_id=ids[0] if ids else None,
        ids=ids,
        status=new.status or earlier.status,
        origin=new.origin or earlier.origin,
        user_agent=new.user_agent or earlier.user_agent,
        client_ip=new.client_ip or earlier.client_ip,
        users=tuple(dict.fromkeys((*new.users, *earlier.users))),
        exchanges=earlier.exchanges + new.exchanges,
        presented=tuple(dict.fromkeys((*new.presented, *earlier.presented))),
        links=tuple(dict.fromkeys((*new.links, *earlier.links))),
        secrets=tuple(dict.fromkeys((*earlier.secrets, *new.secrets))),
        tokens_end=last(report.tokens_end for report in (earlier, new) if TOKEN in report.secrets),
        logs=tuple(dict.fromkeys((*earlier.logs, *new.logs))),
        notes=tuple(dict.fromkeys((*earlier.notes, *new.notes))),
        answered=tuple((dict(earlier.answered) | dict(new.answered)).items()),
    )


def _place(earlier: Report, new: Report) -> Report:
    """The new address, completed from the old one: a path said later is on the host said before, and the reverse."""
    mentioned = tuple(u for u in dict.fromkeys((*new.urls, *earlier.urls, earlier.url)) if u)
    if new.host is None and new.path is None:
        return replace(
            earlier, urls=tuple(u for u in mentioned if u != earlier.url), method=new.method or earlier.method
        )
    if new.host is None and earlier.host is not None and earlier.url and new.path:
        base = earlier.url.partition("://")
        url = f"{base[0]}://{base[2].partition('/')[0].partition('?')[0]}{new.path}"
        return replace(new, url=url, host=earlier.host, urls=tuple(u for u in mentioned if u != url))
    if new.path in (None, "/") and earlier.path and (earlier.host in (None, new.host)) and new.url:
        url = new.url.rstrip("/") + earlier.path if earlier.host is None else (earlier.url or new.url)
        method, urls = new.method or earlier.method, tuple(u for u in mentioned if u != url)
        return replace(new, url=url, path=earlier.path, under=earlier.under, method=method, urls=urls)
    if new.under and earlier.path and earlier.host == new.host and earlier.path.startswith(f"{new.under.rstrip('/')}/"):
        method, urls = new.method or earlier.method, tuple(u for u in mentioned if u != earlier.url)
        return replace(new, url=earlier.url, path=earlier.path, under=earlier.under, method=method, urls=urls)
    return replace(
        new,
        method=new.method or (earlier.method if new.path == earlier.path else None),
        urls=tuple(u for u in mentioned if u != new.url),
    )


def _better_time(earlier: Report, new: Report) -> bool:
    if new.at is None:
        return False
    if earlier.at is None:
        return True
    return (new.at_precision_s or 0) <= max(300.0, earlier.at_precision_s or 0)
