"""What services.yaml says, for the services' engineers. Addresses of log stores and paths of files stay in it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services import Service
from handlers.blocks.mentions import called
from handlers.blocks.message import Block, Message
from handlers.blocks.text import Piece, bold, context, fallback, fit, header, items, piece, rich, section

_SHOWN = 40


def services_page(services: Sequence[Service]) -> Message:
    """Each service with what is known of it, and what is missing to say more."""
    if not services:
        told = "services.yaml names no service that you are an engineer of."
        return Message(fallback(told), [rich(section(piece(told)))])
    parts: list[tuple[int, Block | None]] = [(0, header("Services"))]
    parts += [(at + 1, _service(service)) for at, service in enumerate(services[:_SHOWN])]
    if len(services) > _SHOWN:
        parts.append((1, context(f"{len(services) - _SHOWN} more")))
    return Message(fallback(f"{len(services)} services."), fit(parts))


def _service(service: Service) -> Block:
    logs = len(service.logs) + len(service.stores)
    facts = {
        "environment": service.environment,
        "hosts": ", ".join(service.hosts[:10]),
        "issuer": service.issuer,
        "audience": ", ".join(service.audience[:5]),
        "keys": "given" if service.jwks or service.jwks_uri else None,
        "logs": f"{logs} source{'' if logs == 1 else 's'}" if logs else "none: I can only ask the endpoint",
    }
    lines: list[list[Piece]] = [[bold(f"{name}: "), piece(value, 300)] for name, value in facts.items() if value]
    who = {"owner": service.owner, "on call": service.on_call}
    lines += [[bold(f"{name}: "), *called(them)] for name, them in who.items() if them]
    rooms = {"channel": service.channel, "incidents": service.incidents}
    lines += [[bold(f"{name}: "), {"type": "channel", "channel_id": room}] for name, room in rooms.items() if room]
    return rich(section(bold(service.name, 150)), *items(lines))
