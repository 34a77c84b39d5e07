"""Which subcommands there are, what each takes, and who may use it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from bot import audit
from bot.cases import ALPHABET
from bot.jobs import Job
from handlers.blocks.help import help_message
from handlers.blocks.message import Message
from handlers.blocks.told import did_you_mean, engineers_only, form_offered
from handlers.commands import (
    case,
    cases,
    decode,
    explain,
    known,
    logs,
    probe,
    services,
    stats,
    why,
)
from handlers.commands.asked import Answer, Asked, Office

CASE = rf"#?(?P<case>[{ALPHABET}{ALPHABET.lower()}]{{4,8}})"
SURE_CASE = rf"#?(?P<case>(?-i:[{ALPHABET}]{{4,8}}))"
"""In capitals: what is written small may be a word."""
ID = r"(?:id\s+)?(?P<id>[\w.:/+=@#|-]{4,200})"
NAME = r"(?P<name>(?:[\w-]+\s+){0,5}[\w-]+)"
ADDRESS = r"(?P<raw><?https?://\S+|<?(?:[\w-]+\.)+[\w-]{2,}(?::\d+)?(?:[/?|]\S*)?)"
CREDENTIAL = r"(?P<raw>\S+|[\w-]+:\s*\S.*|(?:bearer|basic|dpop|digest|token|apikey|negotiate)\s+\S.*)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subcommand:
    """One subcommand."""

    does: str
    """What it is for, in the help."""
    answer: Answer
    takes: str = ""
    """A regular expression for what stands behind the name; words that do not match are a report."""
    shown: str = ""
    """What it takes, in the help."""
    engineers: bool = False
    """For support engineers alone."""
    of_thread: bool = False
    """Without an argument it means the case of its thread."""
    slow: bool = False
    """It looks for longer than people wait without a word."""
    internal: bool = False
    """It is used by other surfaces, not typed."""


async def _help(asked: Asked) -> Message:
    return help_message(offered(asked.engineer))


async def _form(asked: Asked) -> Message:
    """Where words open nothing: the button that does."""
    return form_offered()


TABLE: Mapping[str, Subcommand] = {
    "why": Subcommand(
        takes=CASE,
        shown="<case>",
        does="the conclusion of a case, and what speaks for it",
        answer=why.answer,
        of_thread=True,
    ),
    "case": Subcommand(
        takes=rf"{CASE}(?:\s+(?P<was>was\s+(?:[\w-]+\s+){{0,5}}[\w-]+)\W*)?",
        shown="<case> [was <cause>]",
        does="where a case stands; for engineers, what it turned out to be, so that I learn from it",
        answer=case.answer,
        of_thread=True,
    ),
    "cases": Subcommand(does="the open cases that concern you", answer=cases.answer),
    "decode": Subcommand(
        takes=CREDENTIAL,
        shown="<token or header>",
        does="what a credential says, without personal claims",
        answer=decode.answer,
        of_thread=True,
    ),
    "explain": Subcommand(
        takes=NAME, shown="<cause>", does="what a cause means and how it is mended", answer=explain.answer
    ),
    "form": Subcommand(does="opens a form for a report", answer=_form),
    "help": Subcommand(does="this text", answer=_help),
    "probe": Subcommand(
        takes=ADDRESS,
        shown="<url>",
        does="ask an address now, with made-up credentials only",
        answer=probe.answer,
        engineers=True,
        slow=True,
    ),
    "logs": Subcommand(
        takes=rf"{SURE_CASE}|{ID}",
        shown="<request id or case>",
        does="the log lines of a request",
        answer=logs.answer,
        engineers=True,
        of_thread=True,
        slow=True,
    ),
    "services": Subcommand(does="what I know of your services", answer=services.answer, engineers=True),
    "stats": Subcommand(does="how many cases there are, and how they went", answer=stats.answer, engineers=True),
    "known": Subcommand(takes=CASE, does="", answer=known.answer, internal=True),
}
TYPED = tuple(name for name, subcommand in TABLE.items() if not subcommand.internal)
UNAUDITED = frozenset({"explain", "form", "help", "known"})
"""What shows everybody the same."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A subcommand in somebody's words."""

    name: str
    words: str = ""
    """Its argument where that is an id or a name."""
    raw: str = ""
    """Its argument where that may hold a secret: it is read like a report and goes no further."""


@dataclass(frozen=True, slots=True)
class Near:
    """A word that is nearly a subcommand, alone or before a case; or one before what it does not take."""

    name: str


def understood(text: str, *, thread_case: str = "") -> Ask | Near | None:
    """The subcommand in the words; None when they are a report. `thread_case`: the case of the thread they stand in."""
    name, _, rest = text.strip().partition(" ")
    name, rest = name.lower(), rest.strip()
    if name in {"", "?"}:
        return Ask("help") if not rest else None
    if name not in TYPED:
        alike = 0.75 if not rest else 0.6 if re.fullmatch(SURE_CASE, rest) else 1
        near = get_close_matches(name, TYPED, 1, alike)
        return Near(near[0]) if near else None
    subcommand = TABLE[name]
    if not rest:
        return _alone(name, subcommand, thread_case)
    found = re.fullmatch(subcommand.takes, rest, re.IGNORECASE | re.DOTALL)
    if found is None:
        return Near(name) if _slipped(subcommand, rest) else None
    given = {key: value for key, value in found.groupdict().items() if value}
    words = given.get("case", "").upper() or given.get("id", "") or given.get("name", "")
    words = f"{words} {' '.join(given['was'].lower().split())}" if "was" in given else words
    return Ask(name, words, given.get("raw", ""))


def _alone(name: str, subcommand: Subcommand, thread_case: str) -> Ask:
    return Ask(name, thread_case if subcommand.of_thread else "")


def _slipped(subcommand: Subcommand, rest: str) -> bool:
    """Whether one word was meant for the subcommand, which does not take it: a report for everybody it is not.

    A word without a digit may be somebody's own ("case closed"), unless only engineers use the subcommand, or it takes
    none at all ("stats month").
    """
    lone = len(rest.split()) == 1
    return lone and bool(not subcommand.takes or subcommand.engineers or re.search(r"\d", rest))


def at_once(ask: Ask | Near | None) -> Message | None:
    """The answer that needs nothing but the words; None where more must be asked."""
    if isinstance(ask, Near):
        return did_you_mean(ask.name, f"{ask.name} {TABLE[ask.name].shown}".strip())
    return explain.page(ask.words) if ask and ask.name == "explain" else None


def offered(engineer: bool) -> list[tuple[str, str]]:
    """(how it is typed, what it does) of what the asker may use."""
    shown = {name: TABLE[name] for name in TYPED if engineer or not TABLE[name].engineers}
    return [(f"{name} {each.shown}".strip(), each.does) for name, each in shown.items()]


async def reply_to(office: Office, job: Job) -> Message:
    """What the subcommand of a job answers to whoever asked. Raises RedisError; what is not audited is not done."""
    name, _, words = job.about.partition(" ")
    if name == "near":
        return did_you_mean(words, f"{words} {TABLE[words].shown}".strip())
    subcommand = TABLE[name]
    engineer = name not in {"explain", "known"} and await office.access.is_engineer(job.user)
    if subcommand.engineers and not engineer:
        return engineers_only(f"use `/401 {name}`")
    if engineer and name not in UNAUDITED:
        about = words or (job.report.host if job.report and job.report.host else "")
        await audit.record(office.redis, team=job.team, user=job.user, action=name, about=about)
    return await subcommand.answer(Asked(office=office, job=job, words=words, engineer=engineer))
