"""Diagnoses of every kind, for all that shows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot.model import (
    Candidate,
    Cause,
    Diagnosis,
    Entry,
    Evidence,
    Exchange,
    Finding,
    LinkFacts,
    NextStep,
    Presented,
    Report,
    TokenFacts,
)
from knowledge.causes import causes

POSTED = datetime(2026, 9, 19, 23, 41, 2, tzinfo=UTC)
FAILED = datetime(2026, 9, 19, 23, 39, 37, tzinfo=UTC)
CASE = "c-7f3k2"
HOSTILE = (
    "<!channel> <@U024BE7LH> <https://evil.test|your bank> `code ```block *bold* &lt;!here&gt; [red]x[/red] [link=https://e]\x1b[31m\x1b]8;;https://evil.test\x07"
    " \u202egnp.exe\u202c zero\u200bwidth\ufeff \x00\x07\x9b \ud800 :tada: "
)
HEBREW = "שגיאה 401 בכתובת /api/הזמנות מאז הבוקר"
SIGNATURE = "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
SIGNED = f"eyJhbGciOiJIUzI1NiJ9.{'eyJzdWIiOiIxMjM0NTY3ODkwIn0'}.{SIGNATURE}"
EMOJI = "👩‍👩‍👧‍👦🇩🇪👍🏽1️⃣e\u0301"

TOKEN = TokenFacts(
    segments=3,
    length=812,
    alg="RS256",
    kid="2026-08",
    iss="https://id.example.com/",
    aud=("https://orders.example.com",),
    exp=int((FAILED - timedelta(seconds=12)).timestamp()),
    scopes=("orders:read",),
    claim_names=("aud", "exp", "iss", "sub"),
)
REPORT = Report(
    text="getting 401 on POST https://api.example.com/v1/orders since ten minutes",
    posted_at=POSTED,
    url="https://api.example.com/v1/orders",
    method="POST",
    host="api.example.com",
    path="/v1/orders",
    at=FAILED,
    at_precision_s=0.5,
    request_id="7f3c2a90-11aa-4c55-9d1e-0a1b2c3d4e5f",
    ids=("7f3c2a90-11aa-4c55-9d1e-0a1b2c3d4e5f",),
    status=401,
    presented=(Presented(place="authorization", name="Authorization", scheme="Bearer", kind="jwt", token=TOKEN),),
)
LINES = (
    Entry(
        file="/var/log/nginx/access.log",
        offset=8812,
        text='203.0.113.9 - - [19/Sep/2026:23:39:37 +0000] "POST /v1/orders HTTP/1.1" 401 112 "-" "okhttp/4.12"',
        format="nginx-access",
        time=FAILED,
        method="POST",
        path="/v1/orders",
        status=401,
    ),
    Entry(
        file="/srv/orders/app.log",
        offset=120,
        text='{"level":"warning","msg":"token rejected: exp 1789947565 is in the past","user":"somebody@example.com"}',
        format="json",
        time=FAILED,
        level="warning",
        message="token rejected: exp 1789947565 is in the past",
    ),
)
PROBES = (
    Exchange(
        method="GET",
        url="https://api.example.com/v1/orders",
        status=401,
        response_headers=(("WWW-Authenticate", 'Bearer realm="orders"'), ("Server", "nginx")),
        body='{"error":"unauthorized"}',
        at=POSTED,
    ),
    Exchange(method="OPTIONS", url="https://api.example.com/v1/orders", status=204, at=POSTED),
)


def evidence(finding: str = "token.expired", source: str = "token", text: str = "", weight: float = 3.2) -> Evidence:
    """One piece of evidence."""
    return Evidence(finding=finding, source=source, text=text or "exp is 23:39:25 UTC, 12 s before", weight=weight)


def cause(cause_id: str = "token_expired", confidence: float = 0.92, **changes: object) -> Cause:
    """One cause, told by knowledge where it knows it."""
    known = causes().get(cause_id)
    made = Cause(
        id=cause_id,
        title=known.title if known else cause_id.replace("_", " ").capitalize(),
        confidence=confidence,
        owner=known.owner if known else "caller",
        evidence=(
            evidence(),
            evidence("says.token_expired", "log", "app.log says: token rejected for somebody@example.com", 2.9),
            evidence("probe.refuses", "probe", "GET answered 401 with a Bearer challenge", 0.4),
        ),
        against=(evidence("report.never_worked", "report", "“first try with this client”", -0.3),),
        fix=known.fix if known else (("caller", ("Sign in again.", "Send `Authorization: Bearer …` with it.")),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


EXPIRED = Diagnosis(
    report=REPORT,
    causes=(cause(), cause("clock_skew", 0.04), cause("wrong_audience", 0.02)),
    known=True,
    ruled_out=(("no_credentials", "Looked for and not found: no credentials"), ("cached_401", "It was answered anew")),
    log_lines=LINES,
    probes=PROBES,
    notes=("The file /var/log/app/old.log.gz could not be read", "The time was taken from the request id's line"),
    service="orders",
    findings=(Finding(id="token.expired", source="token", text="exp is 23:39:25 UTC", trust=1.0, at=FAILED),),
)
QUESTION = NextStep(
    kind="question",
    text="Does it work in a private window?",
    why="It tells a stale cookie from a blocked account.",
    answers=("Yes", "No", "I cannot try"),
    id="other_client",
)
WHOSE = NextStep(
    kind="question",
    text="Which user name did you sign in with?",
    why="Others were refused around then too.",
    id="which_user",
    among=(
        Candidate(at=FAILED, method="GET", path="/v1/orders", user="mira", client="203.0.113.5", shared=True),
        Candidate(at=FAILED - timedelta(days=1), method="GET", path="/v1/users/tom", user="tom"),
    ),
)
TEST = NextStep(kind="test", text="Run `date -u` on the machine that calls.", why="It shows whether its clock is off.")
LIKELY = replace(
    EXPIRED,
    causes=(cause("session_expired", 0.55), cause("cookie_not_sent", 0.31), cause("account_blocked", 0.05)),
    next_step=QUESTION,
)
SERVICE = replace(EXPIRED, causes=(cause("unknown_signing_key", 0.97), cause("bad_signature", 0.01)))
UNKNOWN = replace(
    EXPIRED,
    known=False,
    causes=(cause("wrong_url", 0.14, evidence=()), cause("cached_401", 0.11, evidence=())),
    next_step=QUESTION,
)
NOTHING = Diagnosis(report=Report(text="help, 401", posted_at=POSTED), causes=(), known=False)
SECRET = replace(EXPIRED, report=replace(REPORT, secrets=("JSON Web Token",)))
SECRETS = replace(EXPIRED, report=replace(REPORT, secrets=("JSON Web Token", "GitHub personal access token")))


def hostile(text: str) -> Diagnosis:
    """A diagnosis with this text in every place that strangers can reach."""
    said = tuple(
        evidence(name, source, text)
        for name, source in (
            ("token.expired", "token"),
            ("says.token_expired", "log"),
            ("probe.refuses", "probe"),
            ("report.works_now", "report"),
        )
    )
    token = replace(TOKEN, kid=text, iss=text, aud=(text, text), alg=text, scopes=(text,))
    report = replace(
        REPORT,
        text=text,
        url=f"https://x.test/{text}",
        path=text,
        host=text,
        method=text,
        request_id=text,
        ids=(text,),
        urls=(text,),
        secrets=(text,),
        user_agent=text,
        client_ip=text,
        users=(text,),
        presented=(Presented(place="header", name=text, scheme=text, kind="jwt", vendor=text, token=token),),
        links=(LinkFacts(kind=text, host=text, path=text),),
    )
    lines = tuple(replace(LINES[0], text=text, file=text, message=text) for _ in range(5))
    probe = replace(PROBES[0], url=text, body=text, response_headers=(("WWW-Authenticate", text), (text, text)))
    return replace(
        EXPIRED,
        report=report,
        causes=tuple(
            cause(name, confidence, title=text, evidence=said, against=said, fix=(("caller", (text, text)),))
            for name, confidence in (("wrong_issuer", 0.5), ("wrong_audience", 0.3))
        ),
        ruled_out=((text, text), ("cached_401", text)),
        next_step=NextStep(
            kind="question",
            text=text,
            why=text,
            id="which_user",
            among=(Candidate(at=FAILED, method=text, path=text, user=text, client=text, shared=True),) * 4,
        ),
        log_lines=lines,
        probes=(probe,),
        notes=(text, text),
        service=text,
    )


MANY = replace(
    EXPIRED,
    log_lines=tuple(replace(LINES[at % 2], text=f"{at} {LINES[at % 2].text}", offset=at) for at in range(200)),
    probes=PROBES * 20,
    notes=tuple(f"note {at}" for at in range(60)),
    ruled_out=tuple((name, "It does not fit") for name in sorted(causes())) * 3,
    causes=tuple(cause(evidence=(evidence(),) * 30, confidence=0.5 / (at + 1)) for at in range(40)),
)
ALL: dict[str, Diagnosis] = {
    "expired": EXPIRED,
    "likely": LIKELY,
    "service": SERVICE,
    "unknown": UNKNOWN,
    "nothing": NOTHING,
    "secret": SECRET,
    "secrets": SECRETS,
    "many": MANY,
    "test": replace(LIKELY, next_step=TEST),
    "whose": replace(UNKNOWN, next_step=WHOSE),
    "hostile": hostile(HOSTILE),
    "huge": hostile("lorem ipsum " * 4200),
    "hebrew": hostile(HEBREW),
    "emoji": hostile(EMOJI * 900),
    "empty": hostile(""),
    "blank": hostile(" \n\t\u200b"),
    "huge, unknown": replace(hostile("x" * 50_000), known=False),
}
"""By a name for the test's title."""

STRANGE = st.text(max_size=80) | st.lists(
    st.sampled_from(
        [
            "<!channel>",
            "<@U1>",
            "<http://e|x>",
            "`",
            "```",
            "&lt;",
            "\x1b[2J",
            "\u202e",
            "\u200b",
            "\ud800",
            "[bold]",
            "[/]",
            "א",
            "ب",
            "👩‍👧",
            "🇩🇪",
            "\n",
            "\r",
            "\x00",
            "a",
            " ",
            ":tada:",
            "@here",
        ]
    ),
    max_size=400,
).map("".join)
"""Texts as strangers write them."""
