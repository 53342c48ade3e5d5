"""What an API server says of a NetworkPolicy, and what netlint says, in one form to compare."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

from netlint_rules.bundle import cut
from netlint_rules.config import ClusterFacts, Config, View
from netlint_rules.context import Workspace
from netlint_rules.engine import examine
from netlint_rules.facts import Facts
from netlint_rules.finding import Finding, Severity
from netlint_rules.index import ResourceIndex
from netlint_rules.registry import all_rules
from netlint_rules.rule import Scope
from netlint_rules.source.reader import read
from netlint_rules.source.trouble import TroubleKind

NOT_YAML = ("", "not YAML")
_PREFIX = 'NetworkPolicy in version "v1" cannot be handled as a NetworkPolicy: '
_STRICT = "strict decoding error: "
_UNRECOGNISED = re.compile(
    r"the object provided is unrecognized .*?: (.*) \([0-9a-f]* ?\.*\)", re.S
)
_REPEATED = re.compile(r'line \d+: key "?(.*?)"? already set in map')
_TIME = re.compile(r'(parsing time "(?:[^"\\]|\\.)*").*', re.S)
_GENERATED = re.compile(r'[bcdfghjklmnpqrstvwxz2456789]{5}": ')


@dataclass(frozen=True)
class Verdict:
    """Why an object is refused, and what is warned of. `repeated` counts keys that stand twice."""

    causes: frozenset[tuple[str, str]] = frozenset()
    repeated: Mapping[str, int] = field(default_factory=dict)
    warnings: frozenset[str] = frozenset()

    def as_far_as(self, server: Verdict) -> Verdict:
        """This verdict of netlint's without what a server doesn't come to.

        A wrong type ends the decoding before a repeated key is noticed, and a repeated key ends
        it before the validation. kubectl drops repeated keys, so netlint goes on.
        """
        if not server.repeated:
            return Verdict(self.causes, {}, self.warnings)
        unknown = (each for each in self.causes if each[1].startswith("unknown field"))
        return Verdict(frozenset(unknown), self.repeated)

    def without_words(self) -> Verdict:
        """This verdict without the messages, which change; unknown fields are told in them."""
        causes = {
            (field, message if message.startswith("unknown field") else "")
            for field, message in self.causes
        }
        return Verdict(frozenset(causes), self.repeated, self.warnings)


def servers(api: httpx.Client, text: str, namespace: str) -> Verdict:
    """The verdict of a server on an object sent as YAML, with strict decoding."""
    answer = _sent(api, text, namespace)
    body: dict[str, Any] = answer.json()
    match answer.status_code:
        case 201:
            return Verdict(warnings=frozenset(_cidr_warnings(answer)))
        case 422:
            causes = body["details"]["causes"]
            return Verdict(frozenset(_told(each["field"], each["message"]) for each in causes))
        case 400:
            return _bad_request(body["message"])
        case _:
            raise AssertionError(answer.text)


def returns(api: httpx.Client, text: str) -> str:
    """An accepted object as the server would store it, in JSON."""
    answer = _sent(api, text, namespace_of(text))
    assert answer.status_code == 201, answer.text
    return answer.text


def _sent(api: httpx.Client, text: str, namespace: str) -> httpx.Response:
    return api.post(
        f"/apis/networking.k8s.io/v1/namespaces/{quote(namespace, safe='')}/networkpolicies",
        params={"dryRun": "All", "fieldValidation": "Strict"},
        content=text.encode(),
        headers={"content-type": "application/yaml"},
    )


def namespace_of(text: str) -> str:
    """The namespace that kubectl would send an object to."""
    documents = read(text.encode(), "policy.yaml").documents
    return (documents[0].namespace if documents else "") or "default"


def _cidr_warnings(answer: httpx.Response) -> Iterable[str]:
    for name, value in answer.headers.multi_items():
        if name == "warning" and "CIDR value" in value:
            quoted = value.removeprefix('299 - "').removesuffix('"')
            yield quoted.replace('\\"', '"')


def _told(where: str, message: str) -> tuple[str, str]:
    return where, _GENERATED.sub('xxxxx": ', message) if where == "metadata.name" else message


def _bad_request(message: str) -> Verdict:
    if unrecognised := _UNRECOGNISED.fullmatch(message):
        inner = unrecognised[1]
        said = ("", inner) if inner.startswith("json: ") else NOT_YAML
        return Verdict(frozenset({said}))
    text = message.removeprefix(_PREFIX)
    if not text.startswith(_STRICT):
        return Verdict(frozenset({("", _TIME.sub(r"\1", text))}))
    repeated = Counter(_REPEATED.findall(text))
    unknown = re.findall(r'unknown field "(?:[^"\\]|\\.)*"', text, re.S)
    return Verdict(frozenset(("", each) for each in unknown), repeated)


def netlints(text: str, version: str = "") -> Verdict:
    """The verdict of the rules of the group `validity`, as `--select validity` gives it."""
    parsed = read(text.encode(), "policy.yaml")
    if any(trouble.kind is TroubleKind.YAML_ERROR for trouble in parsed.troubles):
        return Verdict(frozenset({NOT_YAML}))
    config = Config(cluster=ClusterFacts(kube_version=version), view=View())
    findings = [
        finding
        for bundle in cut(parsed.documents).bundles
        for finding in _findings(ResourceIndex.build(bundle.placed, config, Facts()), config)
    ]
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    repeated = [
        str(trouble.path[-1])
        for trouble in parsed.troubles
        if trouble.kind is TroubleKind.DUPLICATE_KEY
    ]
    return Verdict(
        frozenset(_said(finding) for finding in errors),
        Counter(repeated),
        frozenset(
            finding.message.partition("; from Kubernetes")[0]
            for finding in findings
            if finding not in errors
        ),
    )


def _findings(index: ResourceIndex, config: Config) -> tuple[Finding, ...]:
    rules = [
        rule for rule in all_rules() if "validity" in rule.groups and rule.scope is Scope.NAMESPACE
    ]
    outcome = examine(Workspace(index, config, Facts()), rules)
    assert not outcome.errors, outcome.errors
    return outcome.findings


def _said(finding: Finding) -> tuple[str, str]:
    assert finding.cause is not None
    cause = finding.cause
    if cause.reason != "BadRequest":
        return cause.field, cause.message
    return "", _TIME.sub(r"\1", cause.message)
