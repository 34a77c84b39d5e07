"""Whether the line that was found is the reporter's own: what ties it to the report, and who else it may be of.

A refusal near the named time is some caller's. How likely it is this one's is told by what the report and the line
have in common (the route, a name, an address, a rare word), and by how many others were refused then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.intake.findings import own_words
from bot.intake.phrases import said
from bot.logs.interface import AFTER, BEFORE
from bot.logs.match import akin, family, names_thing
from bot.model import Entry, Tie
from bot.reading.candidates import candidates
from bot.reading.hints import hints, named
from bot.reading.logins import logins
from bot.reading.scene import Scene, agent, same_path
from bot.roles import role
from knowledge.lexicon import meanings
from knowledge.messages import match
from knowledge.plain import plain

BY_PERSON, BY_ROUTE, BY_TIME = 0.998, 0.995, 0.95
"""How likely a line is the reporter's that names them or their address, that is of their route, that fits in time,
where nobody else is refused: the rest is the chance that theirs is in no log that was read."""
UNSEEN_ON_ROUTE, UNSEEN = 0.03, 0.3
"""Callers of whom a refusal is to be expected in the neighbourhood although none is seen there."""
SPAN_S = (BEFORE + AFTER).total_seconds()
AROUND_S, EXACT_S = 60.0, 2.0
"""How far clocks and memories are off, and how far two entries of one moment, in seconds."""
LINED_S = 60.0
"""A time that is told as exactly as this is not asked for again."""
UNLINED = (
    "No line of the log fits: the request may have gone to another host or environment, at another time, or never have"
    " been sent, or the log is not whole"
)
OTHERS_NAMED = 0.3
"""The same where other lines of that moment hold the writer's name and this one does not."""
NAMED = (
    "Other lines of that moment name you, and say nothing that I understand; the refusal that I read may be another's"
)
LONE_S = 900.0
"""Seconds either way within which a request may lie of which no time is known."""
ALL = frozenset({"report.everyone_affected"})
"""Where all are refused, any of them shows why; only those count against it who are refused for another reason."""
RARE, COMMON = 0.1, 0.5
"""A word of the report ties a line where at most these shares of other refusals, and of all lines, hold it too."""
SHORTEST = 4
CODED = re.compile(r"[\d@_-]")
WORD = re.compile(r"\w+")
YEAR = re.compile(r"(?:19|20)\d\d")
CARRIES = 0.8
"""From here on a line is taken for the reporter's without a word."""


def tie(scene: Scene) -> Tie:
    """How far what the lines say counts as said of the report, and what to ask where that is not far.

    Others are refused now and then: as many of them as the neighbourhood shows are to be expected, in proportion,
    within the stretch of time in which the reporter's request may lie.
    """
    if scene.found.how == "id" or not (scene.found.request or _in_words(scene)):
        return Tie()
    if not scene.found.request and naming(scene):
        return Tie(BY_PERSON)
    if _names_reporter(scene):
        return Tie(BY_PERSON)
    rivals = tuple(_rivals(scene))
    if said(own_words(scene.report)).keys() & ALL:
        rivals = tuple(rival for rival in rivals if _reasons(rival))
    alone, unseen = (BY_ROUTE, UNSEEN_ON_ROUTE) if _on_route(scene) or _posted(scene) else (BY_TIME, UNSEEN)
    others = len(rivals) + len(_worded_rivals(scene))
    if scene.failing is None and naming(scene) - set(scene.found.request):
        return Tie(OTHERS_NAMED, "which_time", NAMED)  # what is told of the writer was not understood
    share = alone / (1 + (others + unseen) * _stretch(scene) / SPAN_S)
    if share >= CARRIES:
        return Tie(share)
    return Tie(share, _question(scene, rivals), _note(rivals, _on_route(scene)), candidates(scene, rivals))


def _in_words(scene: Scene) -> tuple[Entry, ...]:
    """The lines of a log that answers no request with a status and tells of refusals in sentences."""
    return () if scene.access else tuple(e for e in scene.found.around if e.status is None and _reasons(e))


def _worded_rivals(scene: Scene) -> list[Entry]:
    """Refusals that are told in sentences, for another reason than the line's own: each may as well be meant."""
    own = frozenset[str]().union(*map(_reasons, scene.found.request))
    meant = [e for e in _in_words(scene) if not own & _reasons(e)]
    on_route = [e for e in meant if scene.report.path and scene.report.path in e.text]
    return on_route if _on_route(scene) else meant


def unlined(scene: Scene) -> Tie:
    """What to ask where the logs cover the time and no line of them fits."""
    return Tie(ask="which_time", note=UNLINED) if (scene.report.at_precision_s or LONE_S) > LINED_S else Tie()


def naming(scene: Scene) -> frozenset[Entry]:
    """The lines near the named time, of no request that was answered, with the reporter's name, address or a code."""
    report = scene.report
    within = min(report.at_precision_s or LONE_S, AROUND_S)
    near = [e for e in scene.found.around if e.status is None and scene.near(e, within)]
    told = (
        [plain(user) for user in report.users] + list(logins(report)) + ([report.client_ip] if report.client_ip else [])
    )
    told += [word for word in _words(scene) if CODED.search(word)] if near else []
    pattern = re.compile(rf"(?<![\w./-])(?:{'|'.join(map(re.escape, told))})(?![\w/-])", re.IGNORECASE)
    return frozenset(e for e in near if told and pattern.search(e.text))


def _words(scene: Scene) -> list[str]:
    """The words of the report by which a line may be known, but for its address."""
    place = f"{scene.report.host or ''}{scene.report.path or ''}".lower()
    return [w for w in hints(scene.report) if len(w) >= SHORTEST and w not in place and _telling(w)]


def _posted(scene: Scene) -> bool:
    """Whether the lines are of a log that the reporter posted, who chose it."""
    return {e.file for e in scene.found.request} <= {log.name for log in scene.report.logs}


def _stretch(scene: Scene) -> float:
    """The seconds within which the reporter's request may lie, as the line that was found for it has it."""
    report = scene.report
    if report.at is None:
        return 2 * LONE_S
    away = abs((scene.at - report.at).total_seconds())
    precision = report.at_precision_s or 0.0
    return 2 * (precision if away <= max(precision, AROUND_S) else away) + EXACT_S


def _names_reporter(scene: Scene) -> bool:
    """Whether the lines hold the reporter's name, address, or a word that few others hold."""
    report, lines = scene.report, scene.found.request
    if scene.names_writer:
        return True
    if report.client_ip and any(report.client_ip in (e.client, *e.text.split()) for e in lines):
        return True
    return _shares_rare_word(scene)


def _shares_rare_word(scene: Scene) -> bool:
    """Whether the lines hold a code of the report, or a word of it as a value, that few others hold."""
    own = set(scene.found.request)
    shared = [w for w in _words(scene) if any(_holds(e, w) for e in own)]
    others = [e for e in scene.found.around if e not in own and not _one_client(scene, e)] if shared else []
    refused = [e for e in others if _answered_alike(scene, e)]
    return any(_share(word, refused) <= RARE and _share(word, others) <= COMMON for word in shared)


def _one_client(scene: Scene, entry: Entry) -> bool:
    """Whether an entry is of the same caller, by the client's full name where no address is told."""
    mine = scene.failing
    unaddressed = mine is not None and not (mine.client or entry.client) and bool(mine.user_agent)
    return scene.same_caller(entry) or (unaddressed and mine is not None and entry.user_agent == mine.user_agent)


def _share(word: str, entries: Sequence[Entry]) -> float:
    return sum(_holds(e, word) for e in entries) / len(entries) if entries else 0.0


def _holds(entry: Entry, word: str) -> bool:
    if CODED.search(word):
        return word in entry.text.lower()
    told = {(v or "").lower() for v in (entry.user, *(value for _, value in entry.fields))}
    return word in told or word in WORD.findall((entry.user_agent or "").lower())


def _telling(word: str) -> bool:
    return not YEAR.fullmatch(word) and not match(word, "log") and not meanings(word)


def _on_route(scene: Scene) -> bool:
    path, lines = scene.report.under or scene.report.path or "", scene.found.request
    if not path:
        return any(e.path and names_thing(named(scene.report), e.path) for e in lines)
    if len(path) < 2:
        return any(e.path == path for e in lines)
    return any(path in e.text or (e.path and akin(e.path, path)) for e in lines)


def _rivals(scene: Scene) -> Iterator[Entry]:
    """One request of each other caller who was refused around then, for another reason where reasons are told."""
    reason = frozenset[str]().union(*map(_reasons, scene.found.request))
    seen: set[object] = set()
    for entry in scene.peers:
        why = _reasons(entry)
        # Where a log tells no callers apart, each reason is another caller's.
        caller = entry.user or (entry.client or why, agent(entry))
        if caller in seen or not _may_be_meant(scene, entry):
            continue
        seen.add(caller)
        if not reason & why:
            yield entry


def _answered_alike(scene: Scene, entry: Entry) -> bool:
    return entry.status == (scene.failing.status if scene.failing else scene.report.status or 401)


def _may_be_meant(scene: Scene, entry: Entry) -> bool:
    """Whether another caller's refusal fits what the report tells as well: its route and client."""
    report, mine = scene.report, scene.failing
    refused = _answered_alike(scene, entry) and entry not in scene.found.request
    if not refused or (mine is not None and (scene.same_caller(entry) or _at(entry) == _at(mine))):
        return False
    agents = report.user_agent, entry.user_agent
    alike = not all(agents) or family(report.user_agent or "") in (entry.user_agent or "").lower()
    return alike and (not _on_route(scene) or same_path(entry.path, scene.path))


def _at(entry: Entry) -> tuple[str, int]:
    return entry.file, entry.offset


def _reasons(entry: Entry) -> frozenset[str]:
    known = frozenset(hit.finding for hit in match(entry.text, "log"))
    return known or frozenset(m.finding for m in meanings(entry.message, entry.fields, entry.time))


def _question(scene: Scene, rivals: tuple[Entry, ...]) -> str:
    """What the report does not tell and would part the line from others': the most differing, the easiest told."""
    lines = [*scene.found.request, *rivals]
    unknown: list[tuple[str, bool, set[object]]] = [
        ("which_address", scene.report.path is None and _has_address(scene), {e.path for e in lines if e.path}),
        ("which_user", not scene.report.users, {e.user for e in lines if e.user}),
    ]
    asked = [(len(values), -at, name) for at, (name, missing, values) in enumerate(unknown) if missing and values]
    exact = (scene.report.at_precision_s or LONE_S) <= LINED_S
    return max(asked, default=(0, 0, "which_one" if exact else "which_time"))[2]


def _has_address(scene: Scene) -> bool:
    """Whether the reporter sees the addresses of what is asked for: an app shows none."""
    return role(scene.report) != "app"


def _note(rivals: tuple[Entry, ...], on_route: bool) -> str:
    fits = "nothing but its route and time fit" if on_route else "nothing but its time fits"
    others = "one other caller was" if len(rivals) == 1 else f"{len(rivals)} other callers were"
    beside = f", and {others} refused then too" if rivals else ""
    return f"The refused request that the log shows may be somebody else's: {fits} your report{beside}"
