"""The values that travel through Locksmith: frozen, free of secrets, and able to go through JSON.

words -> Report -> Finding, Finding, ... -> Diagnosis -> reply
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

Source = Literal["report", "pasted", "probe", "log", "token", "service", "history", "answer"]
Headers = tuple[tuple[str, str], ...]
ATTACHED = "\n\n--- "
"""What a file of a report follows on, in its text: the file's name stands behind."""
Role = Literal["visitor", "app", "developer", "owner"]
"""Who reads an answer: who uses a web page, who uses an app, who sends requests, who runs the service."""

TRUST: dict[str, float] = {
    "log_by_id": 1.0,
    "log_by_window": 0.7,
    "token": 1.0,
    "pasted": 0.9,
    "probe": 0.5,
    "service": 1.0,
    "history": 0.5,
    "answer": 0.3,
    "report": 0.3,
}
"""How far each way of knowing is believed, 0..1: a factor on the weight of its findings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One typed observation. Its `id` is declared in `knowledge/findings/`, its `text` is redacted."""

    id: str
    source: Source
    text: str
    """One sentence on what was seen, concrete: the values, never a secret."""
    trust: float
    """0..1, usually one of `TRUST`."""
    at: datetime | None = None
    """When the thing observed happened, where that is known."""
    composed: bool = False
    """Put together from single words, as no known sentence fits: it may be misread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A refused request of the logs that may be the reporter's; all but its time may tell of somebody else."""

    at: datetime
    method: str | None = None
    path: str | None = None
    user: str | None = None
    client: str | None = None
    shared: bool = False
    """Whether several callers ask for that path: then it tells of none of them."""


@dataclass(frozen=True, slots=True)
class Tie:
    """Whether a request that was found in logs is the reporter's own."""

    share: float = 1.0
    """How likely that is, 0..1."""
    ask: str = ""
    """The question, of `knowledge/questions.yaml`, that would tell, where it is open."""
    note: str = ""
    """That it is open, and why, in a sentence for people."""
    among: tuple[Candidate, ...] = ()
    """The requests between which it is open, in the order of time."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What a collector brings: what it saw, what it looked for in vain, and what the reader should know of its work."""

    findings: tuple[Finding, ...] = ()
    looked_for: frozenset[str] = frozenset()
    """Ids that would have been seen were they there; those without a finding count as absent."""
    notes: tuple[str, ...] = ()
    """Sentences for people: what could not be read, asked or understood, and how to mend it."""
    tie: Tie = Tie()
    """Of what was read in logs."""
    denied: frozenset[str] = frozenset()
    """Ids that the reporter says are not so, when asked."""
    beside: tuple[str, ...] = ()
    """What the logs say of refusals at the same moment, whoever they are of."""


def joined(*parts: Collected) -> Collected:
    """What several collectors brought, as one."""
    return Collected(
        tuple(f for part in parts for f in part.findings),
        frozenset().union(*(part.looked_for for part in parts)),
        tuple(note for part in parts for note in part.notes),
        min((part.tie for part in parts), key=lambda tie: (tie.share, not tie.ask), default=Tie()),
        frozenset().union(*(part.denied for part in parts)),
        tuple(text for part in parts for text in part.beside),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFacts:
    """What a JWT shows without its secrets: no signature, no personal claim values (RFC 7519)."""

    segments: int
    length: int
    alg: str | None = None
    kid: str | None = None
    typ: str | None = None
    iss: str | None = None
    aud: tuple[str, ...] = ()
    exp: int | None = None
    nbf: int | None = None
    iat: int | None = None
    scopes: tuple[str, ...] = ()
    claim_names: tuple[str, ...] = ()
    """Every claim name in the payload; values only of the harmless ones in `claims`."""
    claims: tuple[tuple[str, str], ...] = ()
    """token_type, token_use, typ, azp, client_id, acr, amr, auth_time, env, environment, tid, ver: as text."""
    binding: str | None = None
    """`jkt` (DPoP, RFC 9449) or `x5t#S256` (mutual TLS, RFC 8705) where the token is bound."""
    fault: str | None = None
    """Why it cannot be parsed (`two segments`, `header is not base64url JSON`, ...), None when it parses."""
    truncated: bool = False
    """The signature or last segment is shorter than its algorithm allows."""
    signature: Literal["valid", "invalid", "unknown_key", "unchecked"] = "unchecked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """How one credential was presented: everything about it except the secret."""

    place: Literal["authorization", "header", "query", "cookie", "userinfo", "body", "loose"]
    """`loose`: a token pasted by itself."""
    name: str = ""
    """The header, parameter or cookie name as it was spelled."""
    scheme: str | None = None
    """The authentication scheme as it was spelled (RFC 9110 section 11.1)."""
    kind: Literal[
        "jwt", "jwe", "opaque", "basic", "api_key", "digest", "sigv4", "empty", "placeholder", "literal", "masked"
    ]
    """`literal`: undefined, null, None, an unexpanded ${VAR}. `masked`: the reporter hid it already."""
    vendor: str | None = None
    """Whose shape the value has (`GitHub personal access token`, `Google OAuth access token`, ...)."""
    prefix: str = ""
    """What a key begins with up to the last mark before its secret part: `sk-or-v1-`, `acme_test_`."""
    faults: tuple[str, ...] = ()
    """doubled_scheme, quoted, whitespace, line_end, no_scheme, glued_scheme, bad_base64, no_colon, empty, literal or
    computed."""
    token: TokenFacts | None = None
    dpop_nonce: bool | None = None
    """For a DPoP proof: whether it holds a nonce."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFacts:
    """A signed URL taken apart (S3 and GCS SigV4/V2, Azure SAS, CloudFront, home-made expires+signature)."""

    kind: str
    host: str
    path: str
    signed_at: datetime | None = None
    expires_at: datetime | None = None
    signature_length: int | None = None
    """None: the signature parameter is missing."""
    signature_expected: int | None = None
    """The length it should have, where the kind or its alphabet tells."""
    missing: tuple[str, ...] = ()
    re_encoded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and its answer as pasted, recorded or probed; secrets masked. None: not shown."""

    method: str | None = None
    url: str | None = None
    request_headers: Headers | None = None
    presented: tuple[Presented, ...] = ()
    status: int | None = None
    response_headers: Headers | None = None
    body: str = ""
    """The first 4 KiB of the answer's body, redacted."""
    at: datetime | None = None

    def header(self, name: str) -> str | None:
        """The first response header of that name, in any case."""
        return next((v for k, v in self.response_headers or () if k.lower() == name.lower()), None)

    def all(self, name: str) -> tuple[str, ...]:
        """Every response header of that name, in any case."""
        return tuple(v for k, v in self.response_headers or () if k.lower() == name.lower())


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedLog:
    """A server's log that came with a report, redacted; it is searched like the service's own."""

    name: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A 401 as somebody reported it: what could be understood, nothing secret."""

    text: str
    """The whole of the words and attachments but for logs, redacted."""
    posted_at: datetime
    url: str | None = None
    """The failing URL, without secrets. May be a guess at the scheme when only host and path were given."""
    method: str | None = None
    host: str | None = None
    path: str | None = None
    """Known even where no host was given."""
    under: str | None = None
    """What the failing path begins with, where a command or setting was named that makes calls to many addresses."""
    at: datetime | None = None
    """When the failing request was made, UTC."""
    at_precision_s: float | None = None
    """The failing request lies within this many seconds of `at`, either way."""
    unzoned: bool = False
    """Whether `at` was told without a zone: it may be whole hours off."""
    borne_out: bool = False
    """Whether a line of the log that is the request's own bears `at` out: then a clock that differs is off."""
    ahead_s: int = 0
    """How far the writer's clock was ahead of UTC when they wrote, in seconds: a log may be on it too."""
    request_id: str | None = None
    ids: tuple[str, ...] = ()
    """All request, trace and correlation ids, the best first."""
    urls: tuple[str, ...] = ()
    """Other URLs that were mentioned."""
    status: int | None = None
    """The status the reporter saw, where it was said."""
    origin: str | None = None
    """The page's origin in a browser report (RFC 6454)."""
    user_agent: str | None = None
    """The client as it names itself or as the reporter names it (python-requests, Firefox, okhttp, ...)."""
    client_ip: str | None = None
    users: tuple[str, ...] = ()
    """User names that the report names as those who are refused."""
    exchanges: tuple[Exchange, ...] = ()
    presented: tuple[Presented, ...] = ()
    """Every credential seen in the report, wherever it stood."""
    links: tuple[LinkFacts, ...] = ()
    secrets: tuple[str, ...] = ()
    """The kinds of secrets that were posted, for the warning (`JSON Web Token`, ...)."""
    tokens_end: int | None = None
    """When the last of the posted JSON Web Tokens expires, wherever it stood; None: one never does, or does not say."""
    logs: tuple[PostedLog, ...] = ()
    notes: tuple[str, ...] = ()
    """What of the message and its files could not be read, and how to mend it."""
    answered: tuple[tuple[str, int], ...] = ()
    """(id of a question in `knowledge/questions.yaml`, which of its answers): each question once."""

    @property
    def parts(self) -> tuple[str, str]:
        """The words, and the files that came with them."""
        own, _, attached = self.text.partition(ATTACHED)
        return own, attached

    @property
    def query(self) -> str:
        """The query of the failing URL, without the question mark."""
        return urlsplit(self.url).query if self.url else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One log record as understood: undated lines (stack traces) hang on the record before."""

    file: str
    offset: int
    text: str
    """The record as written, redacted."""
    format: str
    """nginx-access, haproxy-http, json, logfmt, plain, ..."""
    time: datetime | None = None
    level: str | None = None
    message: str = ""
    method: str | None = None
    path: str | None = None
    """Without query."""
    query: str = ""
    host: str | None = None
    status: int | None = None
    client: str | None = None
    """The caller's address; behind a proxy the forwarded one."""
    user: str | None = None
    user_agent: str | None = None
    pid: str | None = None
    ids: tuple[str, ...] = ()
    upstream: str | None = None
    """The upstream's address, `-` when a proxy was not asking any; None when the format has no such field."""
    upstream_status: str | None = None
    cache: str | None = None
    """HIT, MISS, ... where the proxy says so."""
    fields: tuple[tuple[str, str], ...] = ()
    """Every other named field, flattened with dots, redacted (`req.headers.authorization`, `verify`, `csrf_in`)."""

    def get(self, name: str) -> str | None:
        """The field of that name."""
        return next((v for k, v in self.fields if k == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A finding as it spoke for or against one cause."""

    finding: str
    source: str
    text: str
    weight: float
    """Natural logarithm of the likelihood ratio, after trust and group discount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One ranked cause of a diagnosis."""

    id: str
    title: str
    confidence: float
    owner: str
    evidence: tuple[Evidence, ...] = ()
    against: tuple[Evidence, ...] = ()
    fix: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(for whom: caller, service or network; the steps)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """The one question or test that would tell most."""

    kind: Literal["question", "test"]
    text: str
    why: str
    answers: tuple[str, ...] = ()
    """Likely answers, for buttons."""
    id: str = ""
    """The question's, in `knowledge/questions.yaml`."""
    among: tuple[Candidate, ...] = ()
    """Where it is asked whose request a log shows: those that it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The answer to a report."""

    report: Report
    causes: tuple[Cause, ...]
    known: bool
    """False: the evidence does not carry an answer."""
    ruled_out: tuple[tuple[str, str], ...] = ()
    """(cause id, why)."""
    next_step: NextStep | None = None
    log_lines: tuple[Entry, ...] = ()
    probes: tuple[Exchange, ...] = ()
    notes: tuple[str, ...] = ()
    service: str | None = None
    """The name of the service in services.yaml."""
    role: Role = "developer"
    """In whose words it is told."""
    findings: tuple[Finding, ...] = field(default=(), repr=False)
    facts: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """What is known of the case, by the names of `knowledge.steps.FACTS`: short, no secret, fit for everybody."""
    standing: tuple[tuple[str, float], ...] = field(default=(), repr=False)
    """(cause id, confidence) of every cause that is worth a thought, `unknown` among them."""
    temperature: float = 1.0
    """The deployment's own, by which the confidences were made."""
