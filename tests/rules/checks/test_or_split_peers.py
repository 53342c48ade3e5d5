"""What the examples of or-split-peers can't show: severities, notes, the fix."""

from __future__ import annotations

import pytest

from netlint_rules.finding import Applicability, Confidence, Finding, Severity
from tests.rules.builders import configuration, lint

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: api, namespace: shop}}
spec:
  podSelector: {{matchLabels: {{tier: backend}}}}
  policyTypes: [{types}]
  {field}:
  - {peers}:
    - namespaceSelector: {{matchLabels: {namespace}}}
    - podSelector: {{matchLabels: {pods}}}
"""
OWN = "{kubernetes.io/metadata.name: shop}"
MONITORING = "{kubernetes.io/metadata.name: monitoring}"
PROMETHEUS = "{app.kubernetes.io/name: prometheus}"


def text(namespace: str, pods: str, *, egress: bool = False) -> str:
    fields = ("Egress", "egress", "to") if egress else ("Ingress", "ingress", "from")
    types, field, peers = fields
    return POLICY.format(types=types, field=field, peers=peers, namespace=namespace, pods=pods)


def only(source: str, **settings: object) -> Finding:
    (finding,) = lint(source, "or-split-peers", config=configuration(**settings))
    return finding


@pytest.mark.parametrize(
    ("source", "severity", "confidence"),
    [
        (text(OWN, "{app: x}"), "error", "certain"),
        (
            text(OWN, "{app: x}", egress=True),
            "warning",
            "certain",
        ),
        (text("{}", "{app: x}", egress=True), "error", "certain"),
        (text(MONITORING, PROMETHEUS), "warning", "high"),
        (text("{user: alice}", "{role: client}"), "warning", "medium"),
        (text("{user: alice}", "{tier: client}"), "info", "low"),
        (text(OWN, "{tier: client}"), "error", "certain"),
        (text(OWN, "{tier: backend}"), "warning", "high"),
    ],
)
def test_severity_follows_the_evidence(source: str, severity: str, confidence: str) -> None:
    finding = only(source)
    assert finding.severity == Severity(severity)
    assert finding.confidence == Confidence(confidence)


def test_the_message_says_what_is_allowed() -> None:
    finding = only(text(MONITORING, PROMETHEUS))
    assert finding.message == (
        "2 entries allow all pods of monitoring OR pods app.kubernetes.io/name=prometheus of shop"
    )
    assert finding.primary.api_path == "spec.ingress[0].from[1]"
    (other,) = finding.related
    assert (other.api_path, other.note) == (
        "spec.ingress[0].from[0]",
        "allows all pods of monitoring",
    )


def test_counts_of_what_is_in_view() -> None:
    namespace = (
        "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: apps, labels: {user: alice}}\n"
    )
    pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: apps}\nspec: {}\n"
    finding = only(text("{user: alice}", "{role: client}") + namespace + pod)
    assert "namespaces user=alice (1 namespace, 1 workload) OR" in finding.message
    assert finding.message.endswith("if both were meant to hold, they belong in one entry")


def test_a_redundant_entry_is_called_so() -> None:
    finding = only(text("{}", "{app: x}"))
    assert finding.message == (
        "all pods of every namespace are allowed already: "
        "the entry for pods app=x of shop adds nothing"
    )


def test_the_fix_makes_one_entry_of_two() -> None:
    fix = only(text(MONITORING, PROMETHEUS)).fix
    assert fix is not None
    assert fix.applicability is Applicability.UNSAFE
    selector = {"matchLabels": {"app.kubernetes.io/name": "prometheus"}}
    assert fix.patch == (
        {"op": "test", "path": "/spec/ingress/0/from/1", "value": {"podSelector": selector}},
        {"op": "add", "path": "/spec/ingress/0/from/0/podSelector", "value": selector},
        {"op": "remove", "path": "/spec/ingress/0/from/1"},
    )


def test_the_known_component_at_home_is_no_evidence() -> None:
    source = text(MONITORING, PROMETHEUS).replace("namespace: shop", "namespace: prometheus")
    assert only(source).confidence is Confidence.MEDIUM


def bundle(namespace: str) -> str:
    """A pod of this namespace, and role=client pods in a namespace labelled user=alice."""
    pod = (
        "---\napiVersion: v1\nkind: Pod\n"
        "metadata: {{name: p, namespace: {0}, labels: {{{1}}}}}\nspec: {{}}\n"
    )
    labelled = f"---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: {namespace}"
    return (
        text("{user: alice}", "{role: client}")
        + pod.format("shop", "app: api")
        + labelled
        + (", labels: {user: alice}}\n" if namespace == "apps" else "}\n")
        + pod.format(namespace, "role: client")
    )


@pytest.mark.parametrize(
    ("source", "settings", "grade"),
    [
        (bundle("apps"), {"complete": True}, "error/certain"),
        (bundle("apps"), {}, "warning/high"),
        (bundle("other"), {"complete": True}, "warning/medium"),
        (bundle("apps").replace("app: api", "role: client"), {}, ""),
    ],
)
def test_where_the_pods_are(source: str, settings: dict[str, object], grade: str) -> None:
    found = lint(source, "or-split-peers", config=configuration(**settings))
    assert [f"{each.severity}/{each.confidence}" for each in found] == ([grade] if grade else [])


@pytest.mark.parametrize(
    ("comment", "confidence"),
    [
        ("    # and the clients here\n", Confidence.LOW),
        ("    # netlint: ignore[NP101] no\n", Confidence.MEDIUM),
        ("", Confidence.MEDIUM),
    ],
)
def test_a_comment_between_the_entries(comment: str, confidence: Confidence) -> None:
    source = text("{user: alice}", "{role: client}").replace(
        "    - podSelector", comment + "    - podSelector"
    )
    assert only(source).confidence is confidence
    above = source.replace("    - namespaceSelector", "    # above\n    - namespaceSelector")
    assert only(above).confidence is confidence


def test_an_entry_is_reported_once_however_many_others_explain_it() -> None:
    source = text("{}", "{app: x}").replace(
        "    - podSelector", "    - namespaceSelector: {}\n    - podSelector"
    )
    finding = only(source)
    assert finding.related[0].api_path == "spec.ingress[0].from[1]"


def test_long_lists_are_judged_in_time() -> None:
    """A thousand pairs: the work must grow with the entries, not with their product."""
    pairs = "".join(
        f"    - namespaceSelector: {{matchLabels: {{a: x{at}}}}}\n"
        f"    - podSelector: {{matchLabels: {{b: y{at}}}}}\n"
        for at in range(1000)
    )
    head = text("{}", "{app: x}").partition("    - namespaceSelector")[0]
    assert len(lint(head + pairs, "or-split-peers")) == 1000


def test_the_home_of_a_component_may_stand_on_either_side() -> None:
    source = (
        text("{team: x}", PROMETHEUS) + f"    - namespaceSelector: {{matchLabels: {MONITORING}}}\n"
    )
    finding = only(source)
    assert (finding.confidence, finding.related[0].api_path) == (
        Confidence.HIGH,
        "spec.ingress[0].from[2]",
    )
