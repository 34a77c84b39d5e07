"""curl, wget and HTTPie commands, read as a shell would read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise

from bot.intake.interface import RawCredential, RawExchange

COMMAND = re.compile(
    r"(?m)(?:(?<![\w/.-])(?P<tool>curl(?:\.exe)?|wget)|(?:^|`)[ \t]*(?:[$#%>][ \t]*)?(?P<pie>https?))(?=[ \t]+[^\s])"
)
MOST = 60
"""Commands that are read of one text."""
MAX_COMMAND = 65_536
WORD_END = " \t\n"
STOP = ("|", ";", "&&", "&", ">", ">>", "2>", "2>&1", "->", "=>", "#", "==>")
NAMED = {"-A": "User-Agent", "--user-agent": "User-Agent", "-e": "Referer", "--referer": "Referer"}
TICKETS = {"--negotiate": "Negotiate", "--ntlm": "NTLM"}
"""The login of the machine is used, and `-u :` beside it is no empty password (curl.se/docs/manpage.html)."""
SPEAKS = {"--digest": "Digest", "--ntlm": "NTLM", "--negotiate": "Negotiate", "--anyauth": "any"}
"""What `-u` makes of a login besides Basic; the last takes what is offered. HTTPie names them behind `-A`."""
FLAGS_WITH_VALUE = {
    *("-o", "-w", "-m", "-x", "-c", "-E", "-T", "-K", "-C", "-r", "-t", "-Q", "-y", "-Y", "-z", "-P", "-D"),
    *("--output", "--write-out", "--max-time", "--proxy", "--cookie-jar", "--cert", "--key", "--cacert", "--capath"),
    *("--connect-timeout", "--retry", "--retry-delay", "--resolve", "--connect-to", "--interface", "--proxy-user"),
    *("--upload-file", "--dump-header", "--limit-rate", "--ciphers", "--tls-max", "--form-string", "--netrc-file"),
    *("--unix-socket", "--dns-servers", "--config", "--range", "--pass", "--cert-type", "--key-type", "--noproxy"),
}
HEADER, DATA, USER = ("-H", "--header"), ("-d", "-F", "--data", "--form", "--json"), ("-u", "--user")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
STATUS = re.compile(r"[^\n]{0,40}?(?:->|=>|→|:|=|#|returns|gives|got)[ \t]*(?:HTTP[/ \d.]*)?\(?([1-5]\d\d)\b")
PRINTED = re.compile(
    r"\n[ \t]*[{\[](?![^\n]{0,2000}\b(?i:\w*error\w*|denied|unauth\w*|forbidden|invalid\w*|fail\w*|not|40[0-9]|50[0-9])"
    r"\b)[^\n]{1,4000}(?=\n|\Z)"
)
"""A line of JSON under a command that complains of nothing: the command was let in."""
VARIABLE = re.compile(r"\$\{?[A-Za-z_]\w*\}?|\$\([^)]*\)|`[^`]*`|%[A-Za-z_]\w*%")
EXPANDED = "***"
"""What stands for a value that the shell puts in and that the reader does not see."""


@dataclass(slots=True)
class _Command:
    """A command being read."""

    method: str | None = None
    url: str | None = None
    headers: list[tuple[str, str]] = field(default_factory=list)
    credentials: list[RawCredential] = field(default_factory=list)
    data: bool = False
    as_get: bool = False


def commands(text: str) -> Iterator[RawExchange]:
    """Every command in the text that asks an address."""
    end = 0
    for match in islice(COMMAND.finditer(text), MOST):
        if match.start() < end:
            continue
        words, end = split(text, match.end())
        if (exchange := _read(match["pie"] or match["tool"], words)) is not None:
            status = STATUS.match(text, end)
            printed = None if status else PRINTED.match(text, end)
            answer = int(status[1]) if status else 200 if printed else None
            yield _placed(exchange, (match.start(), end), answer)


def split(text: str, start: int) -> tuple[list[str], int]:
    """The words of the command that begins at `start`, quotes taken off, and where it ends.

    Bourne, ANSI-C (`$'...'`), cmd (`^`) and PowerShell (backtick) line continuations are joined. A quote that is
    never closed ends with its line. Variables outside single quotes become `***`: the shell would put a value there.
    """
    words: list[str] = []
    word: list[str] | None = None
    at, stop = start, min(len(text), start + MAX_COMMAND)
    while at < stop:
        char = text[at]
        if char in "\\^`" and text[at + 1 : at + 2] == "\n":
            at += 2
        elif char == "\n" or (char == "`" and word is None):
            break
        elif char in WORD_END:
            words += ["".join(word)] if word is not None else []
            word, at = None, at + 1
            if words and words[-1] in STOP:
                return words[:-1], at - 1 - len(words.pop())
        elif char in "'\"" or text.startswith(("$'", '$"'), at):
            piece, at = _quoted(text, at, stop)
            word = [*(word or []), piece]
        elif char in "|;" and word is not None:
            break
        elif char == "\\" and at + 1 < stop:
            word, at = [*(word or []), text[at + 1]], at + 2
        else:
            variable = VARIABLE.match(text, at, stop)
            word, at = [*(word or []), EXPANDED if variable else char], variable.end() if variable else at + 1
    return words + (["".join(word)] if word is not None else []), at


ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


def _quoted(text: str, at: int, stop: int) -> tuple[str, int]:
    ansi = text[at] == "$"
    at += ansi
    quote, at = text[at], at + 1
    end = at
    while end < stop and text[end] != quote:
        end += 2 if text[end] == "\\" and (ansi or quote == '"') else 1
    if end >= stop:  # never closed: the writer lost a quote
        line = text.find("\n", at, stop)
        end = line if line >= 0 else stop
    inner = text[at:end]
    if ansi:
        inner = re.sub(r"\\(.)", lambda m: ESCAPED.get(m[1], m[1]), inner, flags=re.DOTALL)
    elif quote == '"':
        inner = VARIABLE.sub(EXPANDED, re.sub(r"\\([\"\\$`])", r"\1", inner.replace("\\\n", "")))
    return inner, min(end + 1, stop)


def _read(tool: str, words: list[str]) -> RawExchange | None:
    command = _Command()
    (_httpie if tool in ("http", "https") else _curl)(command, words)
    if command.url is None:
        return None
    method = command.method or ("POST" if command.data and not command.as_get else "GET")
    spoken = next((SPEAKS[name] for name in (*words, *_auth_types(words)) if name in SPEAKS), "Basic")
    credentials = tuple(replace(c, name=spoken) for c in command.credentials)
    return RawExchange(method=method, url=command.url, request_headers=tuple(command.headers), credentials=credentials)


def _auth_types(words: list[str]) -> Iterator[str]:
    """HTTPie's types of authentication, written as curl's options are."""
    yield from (f"--{value.lower()}" for name, value in pairwise(words) if name in ("-A", "--auth-type"))


def _curl(command: _Command, words: list[str]) -> None:
    at = 0
    while at < len(words):
        word, at = words[at], at + 1
        if word.startswith("--") and "=" in word:
            name, _, value = word.partition("=")
        elif re.fullmatch(r"-[HuXbdAeF].+", word):
            name, value = word[:2], word[2:].removeprefix("=")
        elif word.startswith("-"):
            name = word if word.startswith("--") else _last_flag(word)
            takes = name in (*HEADER, *USER, *DATA, "-X", "--request", "-b", "--cookie", "-A", "--user-agent", "--url")
            takes = takes or name in (
                "-e",
                "--referer",
                "--oauth2-bearer",
                "--password",
                "--http-user",
                "--http-password",
            )
            takes = takes or name in FLAGS_WITH_VALUE or name.startswith("--data")
            value = words[at] if takes and at < len(words) else ""
            at += takes
        else:
            if command.url is None and _address(word):
                command.url = word.strip("<>")
            elif command.url is not None and not _address(word):
                return  # prose goes on behind the command
            elif command.url is None:
                return  # prose that speaks of curl
            continue
        _option(command, name, value)


def _last_flag(word: str) -> str:
    """`-sSLH` takes the value of its last letter."""
    return f"-{word[-1]}"


def _option(command: _Command, name: str, value: str) -> None:
    if name in HEADER and ":" in value:
        key, _, rest = value.partition(":")
        command.headers.append((key.strip(), rest.removeprefix(" ")))
    elif name in TICKETS:
        command.headers.append(("Authorization", f"{TICKETS[name]} {EXPANDED}"))
    elif name in ("-n", "--netrc", "--netrc-file", "--netrc-optional"):
        command.credentials.append(RawCredential("userinfo", "Basic", f"{EXPANDED}:{EXPANDED}"))
    elif name in (*USER, "--http-user"):
        command.credentials += [RawCredential("userinfo", "Basic", value)] if value != ":" else []
    elif name == "--oauth2-bearer":
        command.headers.append(("Authorization", f"Bearer {value}"))
    elif name in ("-X", "--request", "--method"):
        command.method = value.upper() if value.isalpha() else command.method
    elif name in ("-I", "--head"):
        command.method = "HEAD"
    elif name in ("-b", "--cookie") and "=" in value:
        command.headers.append(("Cookie", value))
    elif name in NAMED:
        command.headers.append((NAMED[name], value))
    elif name in DATA or name.startswith(("--data", "--post")):
        command.data = True
    elif name in ("-G", "--get"):
        command.as_get = True
    elif name == "--url" and _address(value):
        command.url = value


def _httpie(command: _Command, words: list[str]) -> None:
    """`http POST host/path Header:value field=value` (httpie.io/docs/cli)."""
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word in ("-a", "--auth", "-A", "--auth-type") and rest:
            value = rest.pop(0)
            command.credentials += [RawCredential("userinfo", "Basic", value)] if word in ("-a", "--auth") else []
        elif word in METHODS and command.url is None:
            command.method = word
        elif command.url is None and _address(word):
            command.url = f"http://localhost{word}" if word.startswith(":") else word
        elif (header := re.fullmatch(r"([A-Za-z][\w-]*):(?!=|//)(.*)", word, re.DOTALL)) and command.url:
            command.headers.append((header[1], header[2].strip()))
        elif re.match(r"[\w.-]+(?::?=|@)", word):
            command.data = True
        elif not word.startswith("-") and command.url:
            return


def _address(word: str) -> bool:
    return (
        re.match(
            r"<?(?:https?://.|(?:[\w-]+\.)+[A-Za-z]{2,}(?:[:/?]|$)|localhost(?:[:/]|$)|\d+\.\d+\.\d+\.\d+|:\d+|:/)",
            word,
        )
        is not None
    )


def _placed(exchange: RawExchange, span: tuple[int, int], status: int | None) -> RawExchange:
    url = exchange.url or ""
    whole = url if "://" in url else f"http://{url}"
    return RawExchange(
        method=exchange.method,
        url=whole,
        request_headers=exchange.request_headers,
        credentials=exchange.credentials,
        status=status,
        span=span,
    )
