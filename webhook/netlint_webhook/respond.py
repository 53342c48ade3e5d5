"""A verdict in the words of the protocol: status, warnings, audit annotations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netlint_rules.finding import Finding
from netlint_webhook.modes import Mode
from netlint_webhook.protocol import API_VERSION, KIND, AdmissionRequest, Body
from netlint_webhook.settings import Settings
from netlint_webhook.verdict import LOWERED, Judged, Verdict

WIDTH = 120
"""Characters of one warning: beyond 4,096 in all the API server cuts and drops them."""

_BUDGET = 4_000
_ANNOTATION = 1_000
_LINE = 2_000
_FORBIDDEN = 403


def respond(request: AdmissionRequest, verdict: Verdict, settings: Settings) -> Body:
    """The AdmissionReview that answers a request."""
    response: Body = {"uid": request.uid, "allowed": verdict.allowed}
    if not verdict.allowed:
        message = denial(verdict, settings.max_findings)
        response["status"] = {"status": "Failure", "code": _FORBIDDEN, "message": message}
    lines = warnings(verdict, settings.max_findings)
    if lines:
        response["warnings"] = lines
    response["auditAnnotations"] = audit_annotations(verdict, settings)
    return {"apiVersion": API_VERSION, "kind": KIND, "response": response}


def denial(verdict: Verdict, limit: int) -> str:
    """One line for each finding that denies: code, name, place, effect, fix."""
    denied = [each.finding for each in verdict.judged if each.action is Mode.DENY]
    lines = [_line(finding) for finding in denied[:limit]]
    return "\n".join([*lines, *_rest(len(denied) - limit)])


def warnings(verdict: Verdict, limit: int) -> list[str]:
    """What doesn't deny, the most severe first, within what the API server passes on."""
    lines = list(_warnings(verdict))
    shown, used = [], 0
    for line in lines[:limit]:
        used += len(line)
        if used > _BUDGET:
            break
        shown.append(line)
    return [*shown, *_rest(len(lines) - len(shown))]


def audit_annotations(verdict: Verdict, settings: Settings) -> dict[str, str]:
    """What the audit log keeps of every request: texts by short names."""
    acted = [f"{each.finding.code}={each.action}" for each in verdict.judged]
    if verdict.opened and verdict.opened_action is not Mode.OFF:
        acted.append(f"{LOWERED}={verdict.opened_action}")
    found = {
        "decision": decision(verdict),
        "preset": settings.preset,
        "view": verdict.view,
        "findings": _listed(acted),
        "known": _listed(each.finding.code for each in verdict.judged if each.old),
        "crashed": _listed(error.rule for error in verdict.crashed),
        "skipped": _listed(verdict.skipped),
        "waived": verdict.waived,
    }
    return {name: text for name, text in found.items() if text}


def decision(verdict: Verdict) -> str:
    """The verdict in one word: deny, warn, audit or allow."""
    if verdict.action is Mode.OFF:
        return "warn" if verdict.crashed or verdict.skipped else "allow"
    return str(verdict.action)


def _warnings(verdict: Verdict) -> Iterator[str]:
    if verdict.opened_action is Mode.WARN:
        yield from (fitted(f"netlint: {sentence}") for sentence in verdict.opened)
    yield from (_warning(each) for each in verdict.judged if each.action is Mode.WARN)
    rules = sorted({error.rule for error in verdict.crashed})
    if rules:
        yield fitted(f"netlint: not checked, by a mistake of netlint's: {', '.join(rules)}")
    if verdict.skipped:
        yield fitted(f"netlint: not checked, for want of time: {', '.join(verdict.skipped)}")


def _warning(judged: Judged) -> str:
    finding = judged.finding
    text = f"{finding.code} {finding.name}: {finding.message}"
    return fitted(text if len(text) <= WIDTH else f"{finding.code}: {finding.message}")


def _line(finding: Finding) -> str:
    fix = f" Fix: {finding.fix.title}." if finding.fix else ""
    return one_line(f"{finding.code} {finding.name} at {_place(finding)}: {finding.message}.{fix}")


def _place(finding: Finding) -> str:
    """The field, after the object's name where the finding lies in another object."""
    document = finding.primary.document
    path = finding.primary.api_path or "the whole object"
    is_here = document.origin.file == "request"
    return path if is_here else f"{document.kind} {document.name} {path}"


def _rest(count: int) -> list[str]:
    return [f"netlint: and {count} more"] if count > 0 else []


def _listed(words: Sequence[str] | Iterator[str]) -> str:
    """Words for an annotation, counted where there are too many."""
    every = list(words)
    text, shown = "", 0
    for word in every:
        if len(text) + len(word) > _ANNOTATION:
            return f"{text} and {len(every) - shown} more"
        text, shown = f"{text} {word}".strip(), shown + 1
    return text


def one_line(text: str) -> str:
    """Text without line breaks and control characters, which a Warning header can't hold."""
    return "".join(char if char.isprintable() else " " for char in text)


def fitted(text: str) -> str:
    """A warning's text, cut at a word where it is too long."""
    line = one_line(text)
    if len(line) <= WIDTH:
        return line
    head, space, _ = line[:WIDTH].rpartition(" ")
    return (head if space and len(head) > WIDTH // 2 else line[: WIDTH - 1]) + "…"
