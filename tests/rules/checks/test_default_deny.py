"""What the examples of default-deny can't show: severities, wording, places, fixes."""

from __future__ import annotations

import pytest

from netlint_rules.engine import examine
from netlint_rules.finding import Confidence, Severity
from netlint_rules.registry import all_rules
from tests.rules.builders import configuration, lint, workspace

WEB = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, ingress: []}
---
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: shop, labels: {{app: {name}}}}}
spec: {{hostNetwork: {host}}}
---
"""
DENY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}}
---
"""
OPEN = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: NAME, namespace: shop}
spec: {podSelector: {}, ingress: [{from: [PEERS]}]}
---
"""


def pods(*names: str, host: str = "false") -> str:
    return "".join(POD.format(name=name, host=host) for name in names)


def grades(text: str, **settings: object) -> list[tuple[str, Severity, Confidence]]:
    found = lint(text, "default-deny", config=configuration(**settings))
    return [(finding.code, finding.severity, finding.confidence) for finding in found]


@pytest.mark.parametrize(
    ("settings", "severity", "confidence"),
    [
        ({}, Severity.WARNING, Confidence.HIGH),
        ({"complete": True}, Severity.WARNING, Confidence.CERTAIN),
        ({"complete": True, "strict": True}, Severity.ERROR, Confidence.CERTAIN),
        ({"complete_namespaces": ["sh*"]}, Severity.WARNING, Confidence.CERTAIN),
    ],
)
def test_certainty_follows_the_view(
    settings: dict[str, object], severity: Severity, confidence: Confidence
) -> None:
    assert ("NP401", severity, confidence) in grades(WEB + pods("web", "api"), **settings)


def test_documentation_shows_excerpts() -> None:
    rules = [rule for rule in all_rules() if rule.name == "default-deny"]
    text = "# Guide\n\n```yaml\n" + WEB.replace("---\n", "") + "```\n"
    (finding,) = examine(workspace(text, file="guide.md"), rules).findings
    assert finding.severity is Severity.INFO


def test_open_workloads_are_named_up_to_three() -> None:
    (finding,) = lint(WEB + pods("a", "b", "c", "d"), "default-deny")
    assert finding.message == (
        "pods of Pod a, Pod b, Pod c and 1 more accept every connection: "
        "no default-deny for ingress in shop in the files given"
    )
    assert [place.note for place in finding.related] == ["isolates pods app=web only"]


def test_new_pods_are_spoken_of_where_the_present_ones_are_isolated() -> None:
    (finding,) = lint(WEB + pods("web"), "default-deny", config=configuration(complete=True))
    assert finding.message.startswith("all current pods are isolated, but new ones accept")


def test_pods_in_the_hosts_network_are_no_subjects() -> None:
    assert grades(pods("a", host="true"), complete=True) == []


def test_the_place_is_the_policy_that_lacks_a_type() -> None:
    (finding,) = lint(
        DENY.replace("{podSelector: {}}", "{podSelector: {}, policyTypes: [Egress]}"),
        "default-deny",
    )
    assert finding.primary.api_path == "spec.policyTypes"
    assert finding.primary.note == "selects every pod, but isolates egress only"


def test_the_fix_is_a_new_policy() -> None:
    (finding,) = lint(WEB, "default-deny")
    assert finding.fix is not None
    assert finding.fix.creates == {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "default-deny", "namespace": "shop"},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
    }


EVERYONE = "{ipBlock: {cidr: 0.0.0.0/0}}, {ipBlock: {cidr: '::/0'}}, {namespaceSelector: {}}"


@pytest.mark.parametrize(
    ("peers", "cancels"),
    [
        (EVERYONE, True),
        (EVERYONE.replace("{namespaceSelector: {}}", "{podSelector: {}}"), False),
        (EVERYONE.replace("'::/0'", "'::/1'"), False),
        (EVERYONE.replace("0.0.0.0/0", "0.0.0.0/0, except: [10.0.0.0/8]"), False),
        (
            EVERYONE.replace("namespaceSelector: {}", "namespaceSelector: {matchLabels: {a: b}}"),
            False,
        ),
        (EVERYONE.replace("{}}", "{}, podSelector: {matchLabels: {a: b}}}"), False),
    ],
)
def test_what_counts_as_everything(peers: str, cancels: bool) -> None:
    text = DENY + OPEN.replace("PEERS", peers).replace("NAME", "open")
    assert [code for code, _, _ in grades(text)] == (["NP403"] if cancels else [])


def test_a_declared_opening_cancels_nothing_but_its_own_silence() -> None:
    named = OPEN.replace("PEERS", EVERYONE).replace("NAME", "allow-all")
    assert grades(named) == []
    assert [code for code, _, _ in grades(DENY + named)] == ["NP403"]


def test_void_policies_are_counted_and_shown() -> None:
    text = DENY + WEB + OPEN.replace("PEERS", EVERYONE).replace("NAME", "open")
    (finding,) = lint(text, "default-deny")
    assert finding.message == (
        "every ingress connection of every pod in shop is allowed: 2 other policies are void"
    )
    assert [place.document.name for place in finding.related] == ["deny", "web"]


def test_a_policy_that_the_server_refuses_makes_no_claim() -> None:
    broken = OPEN.replace("PEERS", EVERYONE + ", {}").replace("NAME", "open")
    assert grades(DENY + broken) == []


@pytest.mark.parametrize(
    ("name", "hint"), [("deny-all", True), ("default-denyall", True), ("deny-all-ingress", False)]
)
def test_names_that_promise_both_directions(name: str, hint: bool) -> None:
    found = grades(DENY.replace("name: deny", f"name: {name}"))
    assert [code for code, _, _ in found] == (["NP404"] if hint else [])


def test_a_contradiction_is_an_error_a_lone_opening_is_not() -> None:
    opening = OPEN.replace("PEERS", EVERYONE).replace("NAME", "open")
    egress = opening.replace("ingress:", "policyTypes: [Egress], egress:").replace("from", "to")
    assert [severity for _, severity, _ in grades(DENY + opening)] == [Severity.ERROR]
    assert [severity for _, severity, _ in grades(opening)] == [Severity.WARNING]
    assert [severity for _, severity, _ in grades(DENY + egress)] == [Severity.INFO]


def test_the_place_is_the_namespace_where_it_is_in_view() -> None:
    namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n"
    (finding,) = lint(WEB + namespace, "default-deny")
    assert (finding.primary.document.kind, finding.primary.api_path) == (
        "Namespace",
        "metadata.name",
    )
    (finding,) = lint(WEB, "default-deny")
    assert (finding.primary.document.name, finding.primary.api_path) == (
        "web",
        "metadata.namespace",
    )
    (finding,) = lint(WEB.replace(", namespace: shop", ""), "default-deny")
    assert finding.primary.api_path == "metadata.name"
    (finding,) = lint(pods("web"), "default-deny")
    assert (finding.primary.document.kind, finding.severity) == ("Pod", Severity.INFO)


def test_a_component_is_a_hint_an_open_pod_in_it_a_warning() -> None:
    component = (WEB + pods("web")).replace(", namespace: shop", "")
    assert [severity for _, severity, _ in grades(component)] == [Severity.INFO]
    opened = (WEB + pods("web", "api")).replace(", namespace: shop", "")
    assert [severity for _, severity, _ in grades(opened)] == [Severity.WARNING]
    assert [severity for _, severity, _ in grades(WEB + pods("web"))] == [Severity.WARNING]


def test_only_policies_of_the_direction_are_shown() -> None:
    egress = WEB.replace("name: web", "name: out").replace("ingress: []", "policyTypes: [Egress]")
    (finding,) = lint(WEB + egress, "default-deny")
    assert [place.document.name for place in finding.related] == ["web"]


def test_egress_isolation_needs_dns() -> None:
    text = DENY.replace("{podSelector: {}}", "{podSelector: {}, policyTypes: [Ingress]}")
    (finding,) = lint(text, "default-deny", config=configuration(strict=True))
    assert finding.fix is not None
    assert finding.fix.title.endswith("for egress and allows DNS")


def test_pods_that_only_the_configuration_knows_have_no_place_to_report() -> None:
    declared = [{"namespace": "shop", "labels": {"app": "legacy"}}]
    other = WEB.replace("shop", "other")
    found = lint(other, "default-deny", config=configuration(external_workloads=declared))
    assert [finding.primary.document.name for finding in found] == ["web"]
    (finding,) = lint(WEB, "default-deny", config=configuration(external_workloads=declared))
    assert finding.message.startswith("pods of Pod app=legacy accept")
