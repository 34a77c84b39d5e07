"""A file of changes: a JSON object whose `changes` list what was deployed, rotated or configured, when and where."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ValidationError

from bot.errors import UsageError, reason
from bot.spikes.counts_file import moment
from bot.spikes.model import Change, Node


def _seconds(given: object) -> float:
    return moment(str(given))


class _Target(BaseModel):
    route: str | None = None
    user_agent: str | None = None
    region: str | None = None


class _Change(BaseModel):
    id: str
    time: Annotated[float, BeforeValidator(_seconds)]
    type: str = "change"
    target: _Target = _Target()
    text: str = ""


class _File(BaseModel):
    changes: list[_Change]


def read(path: Path) -> list[Change]:
    """The changes of a file; what else it holds is passed over. Raises UsageError."""
    try:
        found = _File.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({reason(error)})") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        shape = '{"changes": [{"id": "d17", "time": "2026-01-05T09:00:00Z", "type": "deploy", "target": {"route": …}}]}'
        raise UsageError(f"{path}: {where}: {first['msg']}; write it like {shape}") from None
    return [Change(c.id, c.time, c.type, Node(**c.target.model_dump()), c.text) for c in found.changes]
