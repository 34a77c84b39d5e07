"""How code and commands of a report make the value of a Basic header (RFC 7617), where they make it wrongly.

The value is base64 of `name:password` in UTF-8, in one line. What goes into the encoder is looked at: its strings, the
variables that it names, and what those were set to before. What is hashed or signed first is no Basic value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from bot.intake.code import STRING, closing

MOST_TEXT, MOST, LONGEST = 60_000, 20, 400
BASIC = re.compile(r"(?i)\bbasic\b")
ENCODE = re.compile(
    r"(?<![\w$])(?:(?:[\w$.:\[\]]|\(\)){0,60}[.:\]])?(?P<how>btoa|b64encode|urlsafe_b64encode|encodebytes|encodestring|encode_base64"
    r"|base64_encode|base64url|ToBase64String|Base64UrlEncode|[eE]ncodeToString|(?:strict_|urlsafe_)?encode64"
    r"|(?:Encoder|Base64)(?:\(\))?\.encode\w{0,12}|Buffer\.from|b64)\s*\("
)
"""How languages call their encoder; the dots before the name are part of it."""
PACKED = re.compile(r"\[(?P<inner>[^\[\]\n]{1,300})\]\.pack\(\s*[\"']m(?P<count>\d?)")
SHELL = re.compile(
    r"(?P<print>\becho|\bprintf)[ \t]+(?P<what>[^|\n]{1,300}+)\|[ \t]*(?P<between>[^|\n]{1,80}+\|[ \t]*)?"
    r"(?P<tool>base64|openssl[ \t]+(?:enc[ \t]+-|)(?:a|base64))\b(?P<rest>[^|)`\n]{0,80})"
    r"|\b(?P<here>base64)\b[^|<\n]{0,40}<<<[ \t]*(?P<fed>[^|)`\n]{1,300})"
)
STORES = re.compile(
    r"\becho[ \t]+(?P<what>[^|\n]{1,300}+)\|[ \t]*(?:gcloud[ \t]+secrets|vault[ \t]+(?:kv|write)|consul[ \t]+kv"
    r"|kubectl[ \t]+create[ \t]+secret|docker[ \t]+secret)\b"
)
"""What keeps its input as it comes, the end of the line with it."""
NO_NEWLINE = re.compile(r"(?:^|[ \t])-[eE]?n[eE]?(?:[ \t]|$)|\\c[\"']?$")
TRIMS = re.compile(r"\btr[ \t]+-d\b|\bxargs\b|printf|\bsed\b|\bhead[ \t]+-c")
DECODES = re.compile(r"(?:^|[ \t])(?:-d|-D|--decode)\b")
USER = re.compile(
    r"(?i)user|login|e?mail|acc(?:ou)?nt|client_?id|konto|benutzer|usuario|utente|usr|uid|api_?key|^name$|^u$"
)
PASSWORD = re.compile(r"(?i)pass|pwd|^pw|pw$|secret|kennwort|senha|mdp|contras|^p$")
NAME = re.compile(r"[A-Za-z_]\w{0,60}")
COLON = re.compile(r"(?i):|%3a|\\x3a|\\u003a")
COLON_NAMED = re.compile(r"(?i)colon|sep|delim|\bchr\(58\)|\bjoin\b")
HOLE = re.compile(r"\$\(?\{?[A-Za-z_][\w.]*\}?\)?|#\{[^{}\n]{1,80}\}|\\\([^()\n]{1,80}\)|\{[^{}\n]{1,80}\}|%[sv]")
OTHER_USE = re.compile(r"(?i)hmac|\bsha\d|md5|hash|sign|digest|encrypt|cipher|random|json|nonce")
WIDE = re.compile(r"(?i)(?:Encoding\]?::?\.?|Encoding\.)(?:Big\w{0,6})?Unicode\b|utf-?_?16|utf-?_?32|UTF16")
URL_SAFE = re.compile(r"(?i)urlsafe|url_safe|UrlEncod|base64url|URLEncoding|getUrlEncoder|Base64UrlEncode")
WRAPS = re.compile(
    r"encodebytes|encodestring|(?<!strict_)(?<!urlsafe_)encode64|encode_base64|getMimeEncoder|Base64\.DEFAULT"
)
TRIMMED = re.compile(r"strip|chomp|trim|replace|gsub|delete|\[:-1\]|,\s*[\"']{2}\s*\)")
BYTES = re.compile(r"(?:\bstr\(\s*|f[\"'][^\"'\n]{0,80}\{\s*)$")
"""What makes Python write a value of bytes as `b'...'`."""

WRITTEN = r"Basic \{NAME\}|Basic %s[\"']\s*%\s*\(?NAME\b|Basic \{\}[\"']\.format\(NAME\)|str\(NAME\)"


@dataclass(frozen=True, slots=True)
class Encoding:
    """One call of an encoder."""

    how: str
    """The call up to its bracket."""
    what: str
    """What goes in: the expression, and what its variable was set to."""
    before: str
    behind: str
    """The rest of its statement."""


def misbuilt(text: str) -> Iterator[tuple[str, str]]:
    """(finding, sentence) of each value for Basic that code or a command makes wrongly."""
    text = text[:MOST_TEXT]
    for match in islice(STORES.finditer(text), MOST):
        if not NO_NEWLINE.search(match["what"].strip()):
            yield "request.basic_misbuilt", "echo puts a line break behind the secret, and it is stored with it"
    for match in islice(SHELL.finditer(text), MOST):
        yield from _shell(match, text)
    if BASIC.search(text) is None:
        return
    for encoding in islice(_encodings(text), MOST):
        yield from _code(encoding, text)


def _shell(match: re.Match[str], text: str) -> Iterator[tuple[str, str]]:
    if DECODES.search(match["rest"] or match[0]):
        return
    what = (match["fed"] or match["what"]).strip()
    whole = _pair(what)
    if not whole and not BASIC.search(text) and "ecret" not in text:
        return  # any value may be encoded for any end
    if _newline(match, what):
        tool = "echo" if match["print"] else "The shell's <<<"
        yield "request.basic_misbuilt", f"{tool} puts a line break behind the value, and it is encoded with it"
    elif _unparted(what) and BASIC.search(text):
        yield "request.basic_misbuilt", "No colon stands between name and password where they are encoded"


def _newline(match: re.Match[str], what: str) -> bool:
    if match["print"] == "printf":
        return bool(re.search(r"\\n[\"']?(?:[ \t]|$)", what))
    return not (match["print"] and NO_NEWLINE.search(what)) and not TRIMS.search(match["between"] or "")


def _pair(what: str) -> bool:
    """Whether an argument of the shell is `name:password`."""
    return (
        "://" not in what and bool(re.search(r"[\w}\])\"'@.-]:[^/\s:]", what)) and not what.rstrip("\"'").endswith("}")
    )


def _encodings(text: str) -> Iterator[Encoding]:
    for match in islice(ENCODE.finditer(text), 3 * MOST):
        end = closing(text, match.end(), LONGEST + 1)
        inner, behind = text[match.end() : end], _line(text, end)
        if len(inner) > LONGEST or (match["how"] == "Buffer.from" and not re.match(r"[^;\n]{0,40}base64", behind)):
            continue
        how = match[0] + (behind if match["how"] == "Buffer.from" else "")
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        yield Encoding(how, inner + _set_to(inner, text[: match.start()]), before, behind)
    for match in islice(PACKED.finditer(text), MOST):
        how = "pack m" if match["count"] == "0" else "encode64"
        yield Encoding(how, match["inner"], "", _line(text, match.end()))


def _line(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)][:LONGEST]


def _set_to(inner: str, before: str) -> str:
    """What the variables of an expression were set to last, where they name neither user nor password themselves."""
    names = dict.fromkeys(NAME.findall(STRING.sub(" ", inner)))
    if any(map(USER.search, names)) and any(map(PASSWORD.search, names)):
        return ""
    found = []
    for name in islice(names, 8):
        set_ = list(
            islice(
                re.finditer(rf"(?<![\w.]){re.escape(name)}\s{{0,3}}:?=(?!=)\s{{0,3}}([^\n;]{{1,300}})", before), MOST
            )
        )
        found += [set_[-1][1]] if set_ else []
    return "".join(f" ; {value}" for value in found)


def _code(encoding: Encoding, text: str) -> Iterator[tuple[str, str]]:
    if OTHER_USE.search(encoding.what):
        return
    if (turned := _turned(encoding.what)) is not None:
        yield "request.basic_misbuilt", f"{turned} ({_shown(encoding)})"
    if not _of_login(encoding.what):
        return
    if _unparted(encoding.what):
        yield (
            "request.basic_misbuilt",
            f"No colon stands between name and password where they are encoded ({_shown(encoding)})",
        )
    if WIDE.search(encoding.what):
        yield (
            "request.basic_misbuilt",
            f"Name and password are encoded as UTF-16, two bytes a letter ({_shown(encoding)})",
        )
    if _as_bytes(encoding, text):
        yield (
            "request.basic_misbuilt",
            f"Python writes the encoded bytes as b'...' into the header ({_shown(encoding)})",
        )
    around = encoding.how + encoding.what
    if URL_SAFE.search(around):
        yield (
            "request.basic_may_break",
            f"The URL-safe alphabet of base64 is used, which Basic does not know ({_shown(encoding)})",
        )
    elif WRAPS.search(around) and not TRIMMED.search(encoding.behind):
        yield "request.basic_may_break", f"This encoder puts line breaks into what it makes ({_shown(encoding)})"


def _of_login(what: str) -> bool:
    return any(map(USER.search, _names(what))) and any(map(PASSWORD.search, _names(what)))


def _names(what: str) -> list[str]:
    """The variables of an expression, those within its strings as well."""
    within = [name for m in STRING.finditer(what) for hole in HOLE.findall(m["text"]) for name in NAME.findall(hole)]
    return [*NAME.findall(STRING.sub(" ", what)), *within]


def _unparted(what: str) -> bool:
    """Whether both name and password are there, and no colon in any string."""
    literals = [m["text"] for m in STRING.finditer(what)]
    bare = STRING.sub(" ", what)
    parted = any(COLON.search(HOLE.sub(" ", text)) for text in literals)
    return _of_login(what) and not parted and not COLON_NAMED.search(bare) and not re.search(r"\w\}?:[$\w]", bare)


def _turned(what: str) -> str | None:
    """What stands in place of name and password: one of them two times, or each in the other's place."""
    names = [n for n in _names(what.partition(" ; ")[0]) if USER.search(n) or PASSWORD.search(n)]
    if len(names) != 2:
        return None
    first, second = names
    if first == second:
        return "One variable stands both before and behind the colon" if ":" in what else None
    swapped = PASSWORD.search(first) and not USER.search(first) and USER.search(second) and not PASSWORD.search(second)
    return "The password stands before the user name" if swapped else None


def _as_bytes(encoding: Encoding, text: str) -> bool:
    if not re.search(r"\bb64encode\W*$", encoding.how) or "decode(" in encoding.behind:
        return False
    if BYTES.search(encoding.before):
        return True
    name = re.match(r"\s*(\w{1,60})\s*=\s*(?:base64\.)?$", encoding.before)
    return name is not None and re.search(WRITTEN.replace("NAME", name[1]), text) is not None


def _shown(encoding: Encoding) -> str:
    """The call as it is written; what its strings hold beside holes and signs may be the password itself."""
    what = STRING.sub(_masked, encoding.what.partition(" ; ")[0])
    return " ".join(f"{encoding.how}{what}".split())[:80]


def _masked(string: re.Match[str]) -> str:
    return "'…'" if re.search(r"\w", HOLE.sub("", string["text"])) else string[0]
