"""A service whose logs stop coming is said once, and made true when they come again: silence is no peace."""

from __future__ import annotations

import logging

from bot import codec, reply
from bot.casework.desk import Desk
from bot.codec import UnreadableError
from bot.incidents.record import KEPT_S
from bot.incidents.told import Noticed
from bot.reply import Place, Posted
from bot.slack import RefusedError
from bot.store import key

log = logging.getLogger(__name__)


async def say(desk: Desk, noticed: Noticed) -> None:
    """Post that logs are missing, or edit that message when they are back. May be repeated."""
    service, notice = desk.service(noticed.service), noticed.notice
    channel = (service.incidents_room if service else None) or desk.incidents_channel
    what = codec.dump(notice.node) + notice.source
    slot = key("missing", noticed.service, what)
    page = desk.pages.noticed(noticed)
    try:
        if notice.kind == "gap" and channel:
            inbox, name = f"logs-{noticed.service}", f"gap-{notice.at}-{what}"
            posted = await reply.post_once(desk.slack, desk.redis, Place(channel), page, case=inbox, name=name)
            await desk.redis.set(slot, codec.dump(posted), ex=KEPT_S)
        elif kept := await desk.redis.get(slot):
            posted = codec.load(Posted, str(kept))
            await reply.edit(desk.slack, posted.channel, posted.ts, page)
            await desk.redis.delete(slot)
    except (RefusedError, UnreadableError) as error:
        log.error("%s: what was noticed could not be told (%s)", noticed.service, error)
