"""A record's words without what says nothing of the refusal: addresses, the packages of a class, the frames of a stack.

An exception's name and its message are the meaning of a record of many lines; where it was raised is none.
"""

from __future__ import annotations

import re

from knowledge.lexicon.frames import without_frames
from knowledge.lexicon.terms import terms_in

BESIDE_THE_POINT = re.compile(
    r"\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) \S+(?: HTTP/[\d.]+)?|https?://\S+"
    r"|\((?:e\.g\.|for example)[^)]{0,80}\)"
)
"""An address says nothing of what happened to the request, and neither does an example."""
PACKAGE = re.compile(
    r"\b(?:[a-z_]\w{0,60}\.){2,12}(?=[A-Z])|\b(?:[A-Za-z_]\w{0,60}(?:\.|::|\\)){1,12}(?=[A-Z]\w{0,80}(?:Exception|Error)\b)"
)
"""Where a class stands: `de.acme.claims.gate.` says nothing of claims."""
NAMELESS = re.compile(
    r"(?i)\b(?:names? no|states? no|(?:has|have|had|contains?|bears?) no|without|missing"
    r"|(?:does not|do not|did not|doesn't|didn't) (?:name|state|contain|have|bear|say)"
    r"|(?:nennt|hat|enthält) kein\w*|ohne|fehlt|no (?:nombra|contiene|tiene|indica)|sin"
    r"|ne (?:nomme|contient|comporte) (?:pas|aucun\w*)|sans|non (?:contiene|indica|riporta)|senza"
    r"|não (?:contém|tem|indica)|sem)"
    r"(?: an?| any| the| un[ae]?| de| d')? ?['\"`‘“«](?!bearer|basic|kid\b)[A-Za-z_][\w.-]{1,40}['\"`’”»]"
    r"(?! ?(?:role|scope|permission|right|group|header|prefix|cookie|rolle|recht|permiso|droit)s?\b)"
)
"""A quoted name that is not there: in a token it is a claim's. What a token carries or lacks may be a right."""
BARE = re.compile(
    r"(?i)\b(?:(?:carr(?:ies|y)|bears?|holds?|brings?|has|had|contains?|names?|states?|includes?|c[ao]mes? with) no"
    r"|(?:trägt|führt|bringt|enthält|hat|nennt) kein\w{0,2}|no (?:lleva|trae|tiene|contiene|incluye)(?: ning[úu]na?)?"
    r"|ne (?:porte|contient|comporte) (?:pas de|aucune?)|non (?:porta|contiene|riporta)(?: nessuna?)?"
    r"|não (?:traz|contém|tem))"
    r" (?P<name>[^\W\d][\w-]{2,30})(?=\s*(?:$|[,.;:)|]))"
)
"""The same without quotes, where the sentence ends with it: it may be a claim, if it is no other word."""
BEARER = re.compile(
    r"(?i)(?<![\w-])(?:sub|subject|claims?|claimset|payload|principal|subjekt|sujeto|sujet)"
    r"(?:[ =:]{1,2}[^\s:=]{1,60})?\s?\Z"
)
"""Whose lack of something is its token's."""
NO_CLAIM = re.compile(
    r"(?i)(?:roles?|scopes?|permissions?|rights?|groups?|headers?|cookies?|grants?|access|rolle\w*|recht\w*|permisos?|droits?"
    r"|longer|more|such|match\w*|error\w*|problem\w*|effect|value|values|reason|data|content|body|line|entry|session\w*)"
)
CLAIM_MISSING = " claim missing "
ASIDE = re.compile(r" ?\(([^()\n]{1,80})\)(?= )")
TELLING = frozenset({"subject", "state", "good", "let_in", "housekeeping"})


def without_places(text: str) -> str:
    """The text without what only tells where: addresses, frames and packages."""
    return PACKAGE.sub("", without_frames(BESIDE_THE_POINT.sub(" ", text)))


def without_asides(text: str) -> str:
    """The text without the brackets amid a sentence that only name somebody: `family 7 (lena@a.test) came again`."""
    return ASIDE.sub(lambda aside: aside[0] if any(t.role in TELLING for t in terms_in(aside[1])) else "", text)
