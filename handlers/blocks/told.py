"""Short things that are said to one person."""

from __future__ import annotations

from handlers.blocks.form import open_button
from handlers.blocks.message import Message
from handlers.blocks.text import Piece, actions, fallback, piece, pieces, rich, section


def engineers_only(what: str) -> Message:
    """A refusal; `what` was wanted, as in `see these logs`."""
    return _said(f"Only support engineers may {what}. Ask one of them.")


def not_on_call() -> Message:
    """A button under an incident was not for whoever pressed it."""
    return _said("Only those on call, the service's owners and support engineers may do that.")


def unknown_case(case_id: str, asked: str = "why") -> Message:
    """The same words whether there is no such case or none that the asker may know of; `asked`: the subcommand."""
    if not case_id:
        return say_which("a case", f"{asked} K7Q2")
    return _said(
        f"I know no case {case_id} that I could show you. Cases are kept for thirty days after their last change."
    )


def unknown_cause() -> Message:
    """No cause is called so."""
    return _said("I know no cause by that name. `/401 explain` lists them.")


def noted(case_id: str, cause: str) -> Message:
    """What an engineer says that a case was is kept."""
    return _said(f"Noted for case {case_id}: {cause}.")


def no_answer_yet(case_id: str) -> Message:
    """The case is still being looked into."""
    return _said(f"Case {case_id} has no answer yet; I am looking.")


def known_already(case_id: str, link: str = "") -> Message:
    """Nothing is answered twice."""
    told = f"That message is case {case_id} already; the answer is in its thread. "
    return Message(fallback(told, case_id=case_id), [rich(section(piece(told), *([to(link)] if link else [])))])


def did_you_mean(name: str, typed: str) -> Message:
    """A single word was nearly a subcommand."""
    return _said(f"Did you mean `{typed}`? If it was a report, tell me more: the address that answered 401, and when.")


def say_which(what: str, example: str) -> Message:
    """Something is missing behind the subcommand."""
    return _said(f"Say which: {what}, as in `/401 {example}`.")


def nothing_to_decode() -> Message:
    """No credential was recognised."""
    return _said(
        "I see no token and no credential in that. Give a JSON Web Token, or a header such as `Authorization: …`."
    )


def form_offered() -> Message:
    """A form opens only for who just pressed something."""
    told = "Here is the form for a report."
    return Message(fallback(told), [rich(section(piece(told))), actions(open_button())])


def not_answered() -> Message:
    """A question to the bot could not be answered."""
    return _said("I could not answer that now. Please try again in a minute.")


def looking() -> Message:
    """Something takes a while."""
    return _said("I am on it: the answer comes here, for you alone, within half a minute.")


def busy() -> Message:
    """What was asked could not be recorded."""
    return _said("I cannot take this in right now. Nothing was kept; please try again in a minute.")


def to(link: str, text: str = "Open the thread") -> Piece:
    """A link of ours; never one that a stranger wrote."""
    return {"type": "link", "url": link[:3000], "text": text}


def _said(text: str) -> Message:
    return Message(fallback(text), [rich(section(*pieces(text, 700)))])
