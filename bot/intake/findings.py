"""What a report shows by itself -> findings: what its writer says, how the pasted request and its answer look."""

from __future__ import annotations

import re

from bot.intake.config_findings import config_findings
from bot.intake.course import ended
from bot.intake.elsewhere import elsewhere
from bot.intake.handed_out import handed_out
from bot.intake.phrases import said
from bot.intake.request_findings import request_findings
from bot.intake.response_findings import response_findings
from bot.intake.scopes import scopes
from bot.model import TRUST, Collected, Finding, Report
from knowledge.findings import findings
from knowledge.lexicon.clauses import told

STATUSES = {403: "report.status_403", 404: "report.status_404", 407: "report.status_407"}
PASTED = re.compile(
    r"(?m)^[ \t]*[<>*] .*$|^[ \t]*(?:HTTP/\d|[A-Za-z]+(?:-[A-Za-z]+)+:).*$|\{\\?\"[^\n]{0,1000}\}|\?[\w%.~-]+=\S+"
)
UNSET = re.compile(
    r"(?m)(?:^|[ \t])(?P<name>[A-Z][A-Z0-9_]{0,60}(?:TOKEN|KEY|SECRET|PASSWORD|PASSWD|PAT|CREDENTIALS?))"
    r"(?::[ \t]*|[:=][ \t]*(?:\"\"|''))$"
)
"""A variable that a job's log lists without a value."""
FIRST_HAND = {"report.credential_unset": 0.6} | dict.fromkeys(
    (
        *("report.other_carrier_works", "report.works_with_cookie", "report.gateway_session"),
        *("report.restart_helps", "report.restart_ends_tokens", "report.ends_after_a_time"),
        *("report.one_way_in_affected", "report.long_in_use", "report.made_elsewhere"),
    ),
    0.5,
)
"""What reporters see on their own machine, or tried, is told with more right than their guesses."""
OWN = 20_000
WRITES = re.compile(r"(?i)\b(?:publish|push|deploy|upload|release|creat|updat|sav|delet)\w*\b")
WRITING = frozenset({"PUT", "POST", "PATCH", "DELETE", "MKCOL"})


def collect(report: Report) -> Collected:
    """The findings of the report itself. `looked_for` holds only what its material could have shown.

    The writer's words are searched for all of `report.*`, but silence is no denial: nobody says what did not happen.
    """
    own = own_words(report)
    words = elsewhere(report, own) | said(own)
    if not _writing(report, own):
        words.pop("report.only_writes_fail", None)
    idle, later = (words.get(f"report.{name}", "").lower() for name in ("after_idle", "retry_later_works"))
    if idle and idle in later:
        del words["report.after_idle"]  # the pause is what cures it
    spoken = [
        _finding(f, f"{findings()[f].text} (“{text}”)", "report")
        for f, text in words.items()
        if f not in STATUSES.values()
    ]
    status = STATUSES.get(report.status or 0)
    if status:
        spoken.append(_finding(status, f"The reporter saw {report.status}", "report"))
    spoken += [_finding(f, text, "report") for f, text in _seen(report).items() if f not in words]
    requests, looked = request_findings(report)
    responses, looked_too = response_findings(report)
    shown = {**requests, **responses, **config_findings(report), **dict(handed_out(report)), **dict(scopes(report))}
    if "config.key_for_other_host" in shown and all(p.kind == "masked" for p in report.presented):
        shown.pop("request.credentials_left", None)  # a client that is told to look there finds nothing
    if run := ended(report.text[:OWN]):
        shown["request.accepted_earlier"] = run
    if "request.no_credentials" in requests and (same := words.get("report.same_call_works_elsewhere")):
        shown["request.none_needed"] = f'The pasted request carries no credentials, and elsewhere it works: "{same}"'
    pasted = [_finding(f, text, "pasted") for f, text in shown.items()]
    return Collected(findings=(*spoken, *pasted), looked_for=frozenset(looked | looked_too | _said_for_sure(report)))


def _writing(report: Report, own: str) -> bool:
    """Whether it is a call that writes which is refused, by its method and the words, or by the writer's contrast."""
    if "report.only_writes_fail" in told(own):
        return report.method in WRITING or report.method is None
    return report.method in WRITING and WRITES.search(report.text[:OWN]) is not None


def own_words(report: Report) -> str:
    """The report without its files, pasted headers, bodies and queries: those are not the writer's words."""
    text = report.parts[0][:OWN]
    return PASTED.sub(lambda pasted: " query" if pasted[0].startswith("?") else " ", text)


def _seen(report: Report) -> dict[str, str]:
    """What the facts of the report say as plainly as words would."""
    found: dict[str, str] = {}
    if report.links:
        found["report.link_words"] = "The report is about a signed link"
    if any(p.kind not in ("empty", "masked", "literal") and p.place == "loose" for p in report.presented):
        found["report.sent_credentials"] = "The reporter pasted the token that was sent"
    attached = report.parts[1][:200_000]
    if re.search(r"(?i)blocked by cors policy|cross-origin request blocked", attached):
        found["report.cors_words"] = "The attached console holds a browser's CORS message"
    if unset := UNSET.search(report.text[:200_000]):
        found["report.credential_unset"] = f"{unset['name']} is empty where the report lists it"
    return found


def _said_for_sure(report: Report) -> set[str]:
    """A status that was said leaves out the others."""
    return set(STATUSES.values()) if report.status is not None else set()


def _finding(id_: str, text: str, source: str) -> Finding:
    if source == "report":
        return Finding(id=id_, source="report", text=text, trust=FIRST_HAND.get(id_, TRUST["report"]))
    return Finding(id=id_, source="pasted", text=text, trust=TRUST["pasted"])
