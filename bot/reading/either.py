"""Wordings that are used for several faults: what their single words say beside is no more than that."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge.lexicon.meaning import Meaning
from knowledge.messages import Hit

RESTATED = {"says.session_not_found": "says.session_expired"}
"""A wording for any session that is not taken, `invalid or expired session` -> what one of its words says."""


def beyond(known: Iterable[Hit], composed: Iterable[Meaning]) -> list[Meaning]:
    """What single words say beyond such a wording."""
    restated = {RESTATED.get(hit.finding) for hit in known if hit.vague}
    return [meaning for meaning in composed if meaning.finding not in restated]
