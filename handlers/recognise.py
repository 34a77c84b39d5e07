"""Which messages in a support channel report a refusal (401, and its kin 403 and 407), in several languages.

They say so, and they say where, bring a file, or speak of themselves.
"""

from __future__ import annotations

import re

LOOKED_AT = 8_000
"""Characters of a message in which people say what happened."""
_URL = re.compile(r"<?https?://[^\s>|]+(?:\|[^>]*)?>?", re.IGNORECASE)
_SAYS = re.compile(
    r"""(?<![\w$€£#.:/-]) 40[137] (?![\w%]|[.,]\d|-\w)
      | \bun-?authori[sz]ed\b
      | \bnot \s+ authori[sz]ed\b
      | \bauth(?:entication|orization)? \s+ (?:is \s+)? (?:fail(?:s|ed|ing|ure)|error|required|broken)
      | \b(?:log|sign)(?:ging|ing)?[\s-]?in \s+ (?:is \s+|keeps \s+)? (?:fail(?:s|ed|ing)|broken|rejected)
      | \b(?:can'?t|cannot|can \s not|unable \s to|couldn'?t) \s+ (?:log|sign|get)[\s-]?in\b
      | \b(?:lock|kick|throw|thrown|log|sign)(?:s|ed|ing|ged|ging)? \s+ (?:me \s+|us \s+|them \s+)? out\b
      | \btoken \s+ (?:is \s+|was \s+|has \s+ been \s+|gets \s+)? (?:rejected|refused|expired|invalid|not \s+ accepted)
      | \binvalid[_ ]token\b
      | \bwww-authenticate\b
      | \bnicht \s+ (?:mehr \s+)? (?:anmelden|einloggen|rein\w*|hinein\w*)\b | \bausgesperrt\b
      | \bnicht \s+ autorisiert\b
      | \b(?:plus|pas) \s+ (?:à \s+)? (?:me|nous|se) \s+ connecter\b | \bnon \s+ autoris[ée]e?\b
      | \bno \s+ (?:puedo|podemos|puede|pueden) \s+ (?:entrar|acceder|iniciar \s+ sesi[óo]n)\b | \bno \s+ autorizado\b
      | \bnão \s+ (?:consigo|conseguimos) \s+ (?:entrar|acessar|logar)\b | \bnão \s+ autorizado\b
      | \bnon \s+ (?:riesco|riusciamo) \s+ (?:più \s+)? ad? \s+ (?:entrare|accedere)\b | \bnon \s+ autorizzato\b
      | \bniet \s+ (?:meer \s+)? (?:inloggen|aanmelden)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_NOT = re.compile(
    r"\b(?:room|line|page|row|gate|flight|route|ticket|issue|pr|error code list)\s+\#?40[137]\b", re.IGNORECASE
)
_SUFFERS = re.compile(
    r"""\b(?:I|we|he|she|they|users?|customers?|colleagues?|everyone|everybody|nobody) \s+ (?:am|are|is)\b
      | \b(?:I|we|he|she|they|users?|customers?|colleagues?|everyone|everybody|nobody|clients?|apps?|devices?|jobs?
           |bots?|scripts?|builds?|pipelines?|integrations?|calls?|requests?|syncs?|uploads?|exports?|imports?) \s+
        (?:\w+\s+){0,2}? (?:gets?|got|sees?|keeps?|can'?t|cannot|can\s+not|couldn'?t|fails?|receives?)\b
      | \bgetting\b | \b(?:gives|kicks|throws|tells|logs|signs|locks|lets|shows) \s+ (?:me|us|them)\b
      | \bkeeps? \s+ \w+ing\b | \ball \s+ the \s+ time\b
      | \b(?:ich|wir|mir|mich|uns|bekomm\w*|krieg\w*|je|nous|puedo|podemos|recib\w+|consigo|conseguimos|riesco
           |riusciamo|ik)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""People or their programs that are refused now, and not people who talk about it."""
_HOST = re.compile(r"(?<![\w@.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::\d+)?(?![\w-])", re.IGNORECASE)
_PATH = re.compile(r"(?:^|[\s`'\"(])/[A-Za-z][\w.~-]*(?:/[\w.~%{}:-]*)*|\blocalhost:\d+", re.MULTILINE)
_FILE_ENDINGS = re.compile(
    r"\.(?:md|txt|png|jpe?g|gif|pdf|py|js|ts|java|go|rb|ya?ml|json|csv|docx?|xlsx?)$", re.IGNORECASE
)

SHORT = 200
"""Characters of a reply that says whether it works; who has more to say tells of something else besides."""
_WORKS = re.compile(
    r"""\b works? \s+ (?:now|again|fine|perfectly|with|for\s+(?:me|us)) \b
      | \b (?:it|that|this|everything|login) \s+ works \b
      | \b works [\s,.!]* (?:thanks|thank\s+you|thx|cheers|$)
      | \b working \s+ (?:now|again|fine) \b
      | \b (?:it|that|this|all|everything|problem|issue) (?:'?s|\s+is)? \s+ (?:now\s+)?
        (?:fixed|solved|resolved|good|fine|gone) \b
      | ^ \W* (?:fixed|solved|resolved) \b
      | \b (?:that|this) \s+ (?:did \s+ it|helped|was \s+ it) \b
      | \b I (?:'m|\s+am) \s+ (?:back\s+)? in (?:\s+(?:again|now))? [\s.!]* $
      | \b can \s+ (?:log|sign) \s+ in \s+ (?:now|again) \b""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_FAILS = re.compile(
    r"""\b still \s+ (?:not|no|the \s+ same|same|get|gets|getting|see|seeing|40[137]|unauthori[sz]ed|locked|can'?t
                     |cannot|doesn'?t|happens|happening|there|broken|fail\w*|refuse\w*|reject\w*) \b
      | \b (?:happen\w*|locked \s+ out|unauthori[sz]ed|40[137]|down) \s+ again \b | ^ \W* again \W* $
      | \b (?:it|that|this|problem|error) (?:'?s|\s+is) \s+ back \b
      | \b (?:doesn'?t|does \s+ not|didn'?t|did \s+ not|won'?t|not) \s+ (?:really\s+)?
        (?:work|working|help|fixed|solved)
      | \b (?:no \s+ luck|nope|no \s+ longer \s+ works?|same \s+ (?:error|problem|issue|thing|here|as \s+ before))
      | \b (?:fails|failing|broken|refused|rejected) \b""",
    re.IGNORECASE | re.VERBOSE,
)
_DOUBT = re.compile(
    r"""\? | n't\b
      | \b (?:not|never|no \s+ longer|still|only|if|when|should|would|unless|until|but|except|used|hope|try|once) \b""",
    re.IGNORECASE | re.VERBOSE,
)


def says_it_works(text: str) -> bool:
    """Whether a reply says, without a doubt, that the trouble is over; `works for others but not for me` does not."""
    words = text.strip().replace("’", "'")
    return len(words) <= SHORT and bool(_WORKS.search(words)) and not _DOUBT.search(words)


def says_it_fails(text: str) -> bool:
    """Whether a reply says that the trouble is not over."""
    words = text.strip().replace("’", "'")
    return len(words) <= SHORT and bool(_FAILS.search(words)) and not says_it_works(text) and "?" not in words


def is_report(text: str, *, files: bool = False) -> bool:
    """Whether the words say that somebody is refused, and name an address, bring a file that may, or say who.

    A 401 inside a URL says nothing: people link to pages about 401s.
    """
    text = text[:LOOKED_AT]
    without_urls = _URL.sub(" ", text)
    says = _SAYS.search(_NOT.sub(" ", without_urls))
    return bool(says) and (files or _names_a_place(text, without_urls) or bool(_SUFFERS.search(without_urls)))


def _names_a_place(text: str, without_urls: str) -> bool:
    hosts = (m.group() for m in _HOST.finditer(without_urls))
    return bool(
        _URL.search(text) or _PATH.search(without_urls) or any(not _FILE_ENDINGS.search(host) for host in hosts)
    )
