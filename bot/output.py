"""A diagnosis as the JSON that scripts read; the contract of `locksmith diagnose --json`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot import wording
from bot.advice import advice
from bot.display import scrubbed
from bot.model import Cause, Diagnosis, Entry, Evidence, Exchange, NextStep, Presented, Report


def to_json(diagnosis: Diagnosis) -> dict[str, Any]:
    """The diagnosis as plain JSON values, without secrets, the same for the same diagnosis.

    Times are ISO 8601 in UTC, confidences 0..1, weights natural logarithms, `at_precision_s` seconds either way.
    """
    step = diagnosis.next_step
    told = {
        "known": diagnosis.known,
        "service": diagnosis.service,
        "report": _report(diagnosis.report),
        "answer": _answer(diagnosis),
        "causes": [_cause(cause) for cause in diagnosis.causes],
        "ruled_out": [{"id": cause_id, "why": why} for cause_id, why in diagnosis.ruled_out],
        "next_step": step and _step(step),
        "log_lines": [_line(entry) for entry in diagnosis.log_lines],
        "probes": [_probe(probe) for probe in diagnosis.probes],
        "notes": list(diagnosis.notes),
    }
    safe: dict[str, Any] = _clean(told)
    return safe


def _answer(diagnosis: Diagnosis) -> dict[str, Any]:
    """What the reader is told, in their role's words and order."""
    steps = [{"title": one.title, "for": one.audience, "steps": list(one.steps)} for one in advice(diagnosis)]
    return {"role": diagnosis.role, "sentence": wording.sentence(diagnosis), "steps": steps}


def _report(report: Report) -> dict[str, Any]:
    return {
        "url": report.url,
        "method": report.method,
        "at": _time(report.at),
        "at_precision_s": _rounded(report.at_precision_s),
        "posted_at": _time(report.posted_at),
        "request_id": report.request_id,
        "ids": list(report.ids),
        "host": report.host,
        "path": report.path,
        "status": report.status,
        "origin": report.origin,
        "user_agent": report.user_agent,
        "client_ip": report.client_ip,
        "credentials": [_presented(shown) for shown in report.presented],
        "secrets": list(report.secrets),
    }


def _presented(shown: Presented) -> dict[str, Any]:
    token = shown.token
    return {
        "place": shown.place,
        "name": shown.name,
        "scheme": shown.scheme,
        "kind": shown.kind,
        "vendor": shown.vendor,
        "faults": list(shown.faults),
        "token": token
        and {
            "alg": token.alg,
            "kid": token.kid,
            "iss": token.iss,
            "aud": list(token.aud),
            "exp": token.exp,
            "scopes": list(token.scopes),
            "signature": token.signature,
            "fault": token.fault,
        },
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "id": cause.id,
        "title": cause.title,
        "confidence": _rounded(cause.confidence, 4),
        "owner": cause.owner,
        "evidence": [_evidence(one) for one in cause.evidence],
        "against": [_evidence(one) for one in cause.against],
        "fix": [{"for": audience, "steps": list(steps)} for audience, steps in cause.fix],
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    weight = _rounded(evidence.weight)
    return {"finding": evidence.finding, "source": evidence.source, "text": evidence.text, "weight": weight}


def _step(step: NextStep) -> dict[str, Any]:
    among = [
        {"at": _time(one.at), "method": one.method, "path": one.path, "user": one.user, "client": one.client}
        for one in step.among
    ]
    return {
        "kind": step.kind,
        "id": step.id,
        "text": step.text,
        "why": step.why,
        "answers": list(step.answers),
        "among": among,
    }


def _line(entry: Entry) -> dict[str, Any]:
    return {
        "file": entry.file,
        "time": _time(entry.time),
        "format": entry.format,
        "status": entry.status,
        "text": entry.text,
    }


def _probe(probe: Exchange) -> dict[str, Any]:
    headers = None if probe.response_headers is None else [[name, value] for name, value in probe.response_headers]
    return {
        "method": probe.method,
        "url": probe.url,
        "at": _time(probe.at),
        "status": probe.status,
        "headers": headers,
    }


def _time(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def _rounded(number: float | None, digits: int = 3) -> float | None:
    return None if number is None else round(number, digits) + 0.0


def _clean(value: Any) -> Any:
    """Every string once more through the redactor, since this is where they leave the house."""
    if isinstance(value, dict):
        return {key: _clean(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_clean(inner) for inner in value]
    if isinstance(value, str):
        # Half a surrogate pair is no text: UTF-8 cannot carry it.
        return scrubbed(value).encode("utf-8", "replace").decode()
    return value
