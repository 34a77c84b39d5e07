"""The last hours of an incident as a picture: Slack's own chart where there is one, else a PNG in the thread."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Callable
from dataclasses import replace

from slack_sdk.errors import SlackRequestError

from bot import reply
from bot.casework.desk import Desk
from bot.incidents.record import KEPT_S, Record
from bot.incidents.told import Point, Told
from bot.reply import Message
from bot.slack import RefusedError, UnclearError, ask
from bot.store import key

DAY_S = 86_400
"""Matplotlib counts time in days since 1970."""
UNKNOWN_S = DAY_S
"""So long a workspace that refused a chart block is not tried again."""
REFUSED = {"invalid_blocks", "invalid_blocks_format"}

log = logging.getLogger(__name__)


async def show(desk: Desk, now: Record, page: Callable[..., Message]) -> None:
    """Edit the incident's message, with the chart in it or beside it. Raises RefusedError, UnclearError.

    `page` makes the message; `drawn=True`: with Slack's own chart.
    """
    assert now.ts is not None
    without = key("no-charts", now.team)
    if now.told.series and not await desk.redis.exists(without):
        try:
            await reply.edit(desk.slack, now.channel, now.ts, page(drawn=True), strict=True)
            return
        except RefusedError as error:
            if error.code not in REFUSED:
                raise
            log.info("the workspace takes no chart block; pictures go into the threads")
            await desk.redis.set(without, "1", ex=UNKNOWN_S)
    await reply.edit(desk.slack, now.channel, now.ts, page())
    if now.told.series:
        await _upload(desk, now)


async def _upload(desk: Desk, now: Record) -> None:
    """One picture at the beginning and one at the end; rather none than two when Slack gives no clear answer."""
    slot = key("posted", now.id, f"chart-{now.state == 'open'}")
    if not await desk.redis.set(slot, "1", nx=True, ex=KEPT_S):
        return
    content = await asyncio.to_thread(png, now.told)
    call = desk.slack.posts.files_upload_v2(
        channel=now.channel,
        thread_ts=now.ts,
        content=content,
        filename="401s.png",
        title=now.told.first_line[:200],
        alt_txt=now.told.first_line[:1000],
    )
    try:
        await ask(call)
    except (RefusedError, UnclearError, SlackRequestError) as error:
        log.warning("incident %s: its picture was not taken (%s)", now.id, error)


def png(told: Told) -> bytes:
    """The 401s a minute against the usual band, with the onset and the recent changes. 1000 x 380 pixels."""
    # Half a second to import, and only needed where Slack draws no charts itself.
    from matplotlib.dates import AutoDateLocator, DateFormatter
    from matplotlib.figure import Figure

    times = [point.minute / DAY_S for point in told.series]
    figure = Figure(figsize=(10, 3.8), dpi=100, layout="constrained")
    plot = figure.add_subplot()
    plot.fill_between(times, [p.high for p in told.series], color="#9db4c0", alpha=0.4, label="usual at most")
    plot.plot(times, [p.expected for p in told.series], color="#5c6b73", linestyle="--", label="usual")
    plot.plot(times, [p.unauthorized for p in told.series], color="#c1121f", linewidth=2, label="401s a minute")
    plot.axvline(told.onset / DAY_S, color="#c1121f", linestyle=":", label="since")
    for change in told.changes:
        if times[0] <= (when := change.at / DAY_S) <= times[-1]:
            plot.axvline(when, color="#1d3557", linewidth=1)
            words = change.kind.replace("_", " ") + " "
            plot.annotate(words, (when, 1), xycoords=("data", "axes fraction"), fontsize=9, va="top", ha="right")
    plot.set_ylim(bottom=0)
    plot.set_xmargin(0)
    plot.xaxis.set_major_locator(AutoDateLocator())  # type: ignore[no-untyped-call]
    plot.xaxis.set_major_formatter(DateFormatter("%H:%M"))  # type: ignore[no-untyped-call]
    plot.set_xlabel("UTC")
    plot.spines[["top", "right"]].set_visible(False)
    plot.legend(loc="upper left", frameon=False, fontsize=9)
    target = io.BytesIO()
    figure.savefig(target, format="png", metadata={"Software": None})
    return target.getvalue()


def buckets(series: tuple[Point, ...], most: int) -> tuple[Point, ...]:
    """The series as at most so many points, each the mean a minute of the minutes it stands for."""
    if not series:
        return ()
    width = -(-len(series) // most)
    return tuple(_mean(series[at : at + width]) for at in range(0, len(series), width))


def _mean(points: tuple[Point, ...]) -> Point:
    many = len(points)
    return replace(
        points[0],
        total=round(sum(p.total for p in points) / many),
        unauthorized=round(sum(p.unauthorized for p in points) / many),
        expected=sum(p.expected for p in points) / many,
        high=sum(p.high for p in points) / many,
    )
