"""Documents and findings as the rules would make them, from a text and the parts to point at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import yaml

from netlint_linter.output import Style, render
from netlint_rules.config import Config
from netlint_rules.finding import Confidence, Finding, Fix, Location, Severity
from netlint_rules.report import Report, Summary
from netlint_rules.rule import Code, Rule
from netlint_rules.source.document import Comment, Document, Origin, Path, Span

API = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: api-egress
  namespace: shop
spec:
  podSelector: {matchLabels: {app: api}}
  policyTypes: [Egress]
  egress:
  - to:
    - namespaceSelector:
        matchLabels: {team: monitoring}
    - podSelector:
        matchLabels: {app: prometheus}
    ports:
    - {protocol: TCP, port: 5432}
"""

DENY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
"""

API_PARTS: Mapping[Path, str] = {
    ("metadata", "name"): "name: api-egress",
    ("spec", "policyTypes"): "policyTypes: [Egress]",
    ("spec", "egress", 0, "to", 0): "namespaceSelector:",
    ("spec", "egress", 0, "to", 1): "podSelector:\n",
    ("spec", "egress", 0, "ports", 0): "{protocol: TCP, port: 5432}",
}
DENY_PARTS: Mapping[Path, str] = {("spec", "policyTypes"): "policyTypes: [Ingress, Egress]"}

EGRESS: Path = ("spec", "policyTypes")
DNS_MESSAGE = "pods app=api in shop can't resolve names"


@dataclass
class Positions:
    """The lines of a text, and where some paths stand in them."""

    lines: Sequence[str]
    spans: Mapping[Path, Span]

    def span(self, path: Path) -> Span | None:
        while path and path not in self.spans:
            path = path[:-1]
        return self.spans.get(path) or Span(1, 1, 1, len(self.lines[0]) + 1)

    def comments(self) -> Sequence[Comment]:
        return ()

    def line(self, number: int) -> str | None:
        return self.lines[number - 1] if 0 < number <= len(self.lines) else None


def document(
    file: str, text: str, parts: Mapping[Path, str] | None = None, rendered_from: str = ""
) -> Document:
    """The object in `text`; `parts` gives the characters that each path is written as."""
    spans = {path: span_of(text, part) for path, part in (parts or {}).items()}
    positions = Positions(text.splitlines(), spans)
    body = cast("dict[str, object]", yaml.safe_load(text) or {})
    return Document(Origin(file, rendered_from), body, positions=positions)


def span_of(text: str, part: str) -> Span:
    """Where `part` first stands in `text`, without its line break."""
    before = text[: text.index(part)]
    column = len(before) - before.rfind("\n")
    line = before.count("\n") + 1
    return Span(line, column, line, column + len(part.rstrip("\n")))


def in_line(line: str, part: str, note: str = "") -> Location:
    """The place of `part` in a file of one line, which needn't be YAML."""
    positions = Positions([line], {})
    whole = Document(Origin("a.yaml"), {}, positions=positions)
    return Location(whole, exact=span_of(line, part), note=note)


def api(file: str = "policies/api.yaml") -> Document:
    return document(file, API, API_PARTS)


def deny(file: str = "policies/default-deny.yaml") -> Document:
    return document(file, DENY, DENY_PARTS)


def finding(
    primary: Location,
    message: str = DNS_MESSAGE,
    severity: Severity = Severity.ERROR,
    related: Sequence[Location] = (),
    fix: Fix | None = None,
    bundles: tuple[str, ...] = (),
) -> Finding:
    code, name, rule = {
        Severity.ERROR: ("NP101", "dns-missing", "dns-egress"),
        Severity.WARNING: ("NP201", "or-split-peers", "or-split-peers"),
        Severity.INFO: ("NP902", "template", "input"),
    }[severity]
    return Finding(
        code=code,
        name=name,
        rule=rule,
        severity=severity,
        confidence=Confidence.CERTAIN if severity is Severity.ERROR else Confidence.HIGH,
        message=message,
        primary=primary,
        related=tuple(related),
        fix=fix,
        bundles=bundles,
    )


def report(*findings: Finding, **summary: int) -> Report:
    counts: dict[str, Any] = {
        "files": 41,
        "documents": 118,
        "policies": 12,
        "namespaces": 3,
        **summary,
    }
    return Report(findings, Summary(**counts))


def show(report: Report, fmt: str = "text", style: Style | None = None) -> str:
    return render(report, fmt, RULES, style or Style(), Config())


def _no_findings(context: object, namespace: str) -> tuple[Finding, ...]:
    return ()


def _rule(name: str, groups: tuple[str, ...], *codes: Code) -> Rule:
    return Rule(
        name=name,
        title="Pods that can't resolve names",
        codes=codes,
        groups=groups,
        since="0.1.0",
        doc="Pods reach nothing by name.\n\n## Why it matters\n\nDNS is `port 53`.\n",
        bad=(),
        good=(),
        check=_no_findings,
        references=("https://kubernetes.io/docs/concepts/services-networking/",),
    )


RULES: tuple[Rule, ...] = (
    _rule(
        "or-split-peers",
        ("security",),
        Code("NP201", "or-split-peers", Severity.WARNING, "Peers are allowed one or the other"),
    ),
    _rule(
        "dns-egress",
        ("dns",),
        Code("NP102", "dns-udp-only", Severity.ERROR, "Long answers over TCP are blocked"),
        Code("NP101", "dns-missing", Severity.ERROR, "Pods can't resolve names", fixable=True),
    ),
    _rule("input", (), Code("NP902", "template", Severity.INFO, "A template was not linted")),
)
