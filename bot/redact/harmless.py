"""Values that stand where a secret would and are none: they are often the very cause of a 401."""

from __future__ import annotations

import re
from functools import cache

from bot.redact.masks import unmasked

_LITERALS = """
undefined null none nil nan true false yes no on off empty unset deleted expired revoked str string bytes int
integer bool boolean any optional object array text varchar varbinary char number float self this
"""
LITERALS = frozenset(_LITERALS.split())
"""What programs print for a value they do not have, and names of types."""

_DIAGNOSTIC = """
a about absent accepted access active actually after again all already also always an and any are as at auth
authenticated authentication authorization bad basic be bearer because been before being blank but by can cannot
change changed claim claims client configured correct correctly could created credentials day days decoded
delete denied did different digest disabled do does doesn't don't effect empty enabled endpoint error everywhere
exactly exchange exist exists expire expired expires expiry failed failure field fine first for format fresh
from generated get gets given gone good got had has have head header headers here hidden hour hours http https i
if ignored in incorrect input invalid is issue issued it its just kept key known last later length locked login
long longer malformed match matched matches may me minutes mismatch missing mixed must needed never new next no
non none not nothing now null obtained of off ok okay old on only options or other our out over own passed
passing password patch permissions post present probably problem provided put reason received recently refreshed
refused rejected renewed request required reset response right rotated safe same scope seems sent server session
set shared short should signature signed since so some still stored supplied supposed sure that the their them
then there these they this time to today token tokens too truncated type unauthorized unchanged unknown unset
unsupported until up updated url used user user's username valid validation value verified verify via was we
were what when where which who why will with within without won't working works would wrong yes yesterday yet
you your
"""
DIAGNOSTIC = frozenset(_DIAGNOSTIC.split())
"""Words that speak about a credential instead of being one."""

_ORDINARY = """
secret password passwd token apikey api_key api-key key credentials
"""
ORDINARY = frozenset(_ORDINARY.split())
"""What documentation writes where a secret belongs."""

SPOKEN = re.compile(r"[A-Za-z']{2,}(?:(?:ed|ing|ly|ble|tion|ment|ity)\b)")
PLACEHOLDER = re.compile(
    r"""(?ix) ^(?:
      (?:your|my|some|insert|put|enter|paste|replace|the)[\s_.-]+[\w\s.-]*(?:here|key|token|password|pass|secret|id|value|me|it)
    | [\w.-]*your[_-][\w.-]* | [\w.-]*(?:change|replace|fill|put)[_-]?(?:me|it|this)(?![A-Za-z])[\w!.-]*
    | [\w.-]*(?:redacted|placeholder|censored|scrubbed|sanitized|dummy|lorem|foobar)[\w.-]*
    | (?:masked|hidden|removed|filtered|omitted|snip(?:ped)?|todo|tbd|n/a|x+)
    | [\w+/-]*EXAMPLE(?:KEY|TOKEN|SECRET)?
    | <[^<>]*> | \[[^\[\]]*\] | \{\{.* | \$\{[^{}]*\}? | \$\w+ | \$\(.* | \$\{\{.* | %\w+% | %[sdvr@] | \{\w*\}
    | @\w+@ | \#\{.* | (?:process\.)?env[.\[].* | os\.(?:environ|getenv).* | secrets\.\w+ | System\.getenv.*
    | (?:ENC|AES256|vault)[\[:].* | !\w+.*
    )$"""
)
CODE = re.compile(
    r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*\(|(?:self|this|config|settings|options|args|req|request|ctx|data|user)\.[\w.]+$"
)
GAP = re.compile(r"\*{2,}|•{2,}|●{2,}|…|\.{3,}|x{4,}|X{4,}|-{4,}|_{4,}|#{3,}|█+")
ALPHANUMERIC = re.compile(r"[^\W_]")
WORDS = re.compile(r"[A-Za-z']{2,}")
SENTENCE = re.compile(r"[A-Za-z' _\-.,:!?()\"/]+")
VISIBLE = 12
"""As many characters may a value show around its gap and still count as hidden by its owner."""


@cache
def _words() -> frozenset[str]:
    return DIAGNOSTIC | LITERALS


def harmless(value: str, *, words: bool = True) -> bool:
    """Whether a value found under a secret's name is a literal, a placeholder, a variable or already masked.

    Without `words`, any word can be a secret: the place is one for passwords alone.
    """
    bare = unmasked(value).strip().strip("\"'`").strip()
    if not ALPHANUMERIC.search(bare) or bare.lower() in LITERALS:
        return True
    if len(bare) > 200:
        return False
    if words and (bare.lower() in ORDINARY or speaks(bare)):
        return True
    return bool(PLACEHOLDER.match(bare) or CODE.match(bare) or masked(bare))


def masked(value: str) -> bool:
    """Whether its owner hid most of it: `***`, `ak_live_7d1f...`."""
    if not GAP.search(value):
        return False
    return len(ALPHANUMERIC.findall(GAP.sub("", value))) <= VISIBLE


def speaks(value: str) -> bool:
    """Whether it is words about a credential: `expired`, `invalid_token`, `This field is required.`"""
    words = [w.lower() for w in WORDS.findall(value)]
    if not words or not SENTENCE.fullmatch(value):
        return False
    if len(words) == 1:
        return words[0] in _words() and value.strip(".,;:!?()").lower() == words[0]
    known = sum(w in DIAGNOSTIC for w in words)
    return known >= 2 or (known == 1 and len(words) <= 3 and value.islower())


def common(word: str) -> bool:
    """Whether a lone lower-case word after "password is" rather says how it is than what it is."""
    return word.lower() in _words() or bool(SPOKEN.fullmatch(word))


def opaque(value: str) -> bool:
    """Whether it has the look of a generated value: long enough, and no words."""
    if len(value) < 8 or re.fullmatch(r"[a-z]+(?:[_\-.:/][a-z]+)*[.,;:!?]?", value):
        return False
    letters = any(c.isalpha() for c in value)
    mixed = value[1:] != value[1:].lower() and value != value.upper()
    return letters and (any(c.isdigit() for c in value) or mixed or len(value) >= 24)
