"""Rules about what must reach pods and what shouldn't: grades, wording, fixes, what is unsure."""

from __future__ import annotations

import pytest

from netlint_rules.finding import Applicability, Finding
from netlint_rules.registry import all_rules
from netlint_rules.rule import Example, Rule
from tests.rules.builders import configuration, lint, repaired

GRADES = {
    "apiserver-egress": [
        "warning high",
        "warning medium",
        "warning medium",
        "error certain",
        "warning high",
        "info low",
    ],
    "cni-feature-gap": ["warning high", "info high"],
    "cross-namespace-allow-all": ["warning high", "warning high", "info medium", "info medium"],
    "dual-stack-gap": ["warning high"] * 3,
    "gke-neg-healthcheck": ["warning high"] * 3,
    "ingress-controller-blocked": ["error high", *["warning high"] * 4],
    "lb-source-ip": ["warning high"] * 3,
    "mesh-ports": ["warning high", "warning medium", "warning high", "warning high"],
    "metadata-reachable": ["info medium", "warning high", "info medium", "info medium"],
    "monitoring-blocked": ["warning high"] * 3,
    "namespace-label-spoofable": ["info high"],
    "protocol-needs-support": ["info high"] * 3,
    "world-open-ingress": ["warning high"] * 4,
}
RULES = {rule.name: rule for rule in all_rules() if rule.name in GRADES}
CASES = [
    pytest.param(rule, example, id=f"{rule.name}: {example.title}")
    for rule in RULES.values()
    for example in rule.bad
]


def judged(rule: str, example: Example, text: str = "", **more: object) -> list[Finding]:
    """What a rule says of an example, or of another text with its settings."""
    config = configuration(**{**example.settings, **more})
    return lint(text or example.text, rule, config=config)


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_nothing_is_said_of_what_is_not_sure_to_apply(rule: Rule, example: Example) -> None:
    config = configuration(**example.settings)
    assert lint(example.text, rule.name, config=config, patched=("spec",)) == []
    refused = example.text.replace("kind: NetworkPolicy", "statsu: {}\nkind: NetworkPolicy")
    assert judged(rule.name, example, refused) == []


@pytest.mark.parametrize("name", GRADES)
def test_grades(name: str) -> None:
    found = [judged(name, example) for example in RULES[name].bad]
    assert [f"{one.severity} {one.confidence}" for (one,) in found] == GRADES[name]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_a_fix_clears_the_finding(rule: Rule, example: Example) -> None:
    (finding,) = judged(rule.name, example)
    if finding.fix is not None:
        assert finding.fix.applicability is Applicability.UNSAFE
        assert judged(rule.name, example, repaired(example.text, finding)) == []


def test_most_findings_have_a_fix() -> None:
    fixable = {name for name, rule in RULES.items() if rule.codes[0].fixable}
    fixed = {
        name
        for name, rule in RULES.items()
        for example in rule.bad
        if judged(name, example)[0].fix is not None
    }
    assert fixable == fixed


def messages(name: str) -> list[str]:
    return [judged(name, example)[0].message for example in RULES[name].bad]


def test_messages_name_the_effect() -> None:
    assert messages("apiserver-egress")[2:] == [
        (
            "pods app=controller in shop can't reach the API server: no selector matches it, "
            "and no policy in the files given allows its addresses"
        ),
        "pods app=controller in shop can't reach the API server: its endpoints listen on TCP 6443",
        (
            "pods app=controller in shop can't reach every endpoint of the API server: "
            "192.0.2.12/32 is left out"
        ),
        (
            "pods control-plane=elastic-operator in shop reach the API server on TCP 443 only: on "
            "many platforms it listens on 6443"
        ),
    ]
    assert messages("ingress-controller-blocked")[:2] == [
        (
            "requests of Ingress web don't reach pods of Service web: no policy lets a controller "
            "in at TCP 8080"
        ),
        (
            "requests of Ingress web don't reach pods of Service web: no policy in the files given "
            "lets a controller in at TCP 8080"
        ),
    ]
    assert messages("mesh-ports")[2] == (
        "pods app=web in shop don't get ready in the mesh: no policy in the files given allows "
        "TCP 15012 to another namespace (Istio's sidecars)"
    )
    assert messages("cross-namespace-allow-all")[1:] == [
        "every pod of the cluster can connect to Redis (TCP 6379) of pods app=db in shop",
        "every pod of the cluster can connect to every port of pods app=db in shop",
        "every pod of the cluster can connect to some ports of pods app=db in shop",
    ]
    assert messages("protocol-needs-support") == [
        (
            "core may decide nothing about SCTP 38412: network plugins differ in whether they "
            "filter SCTP, and some need a setting"
        ),
        (
            "core may decide nothing about SCTP 38412: Cilium filters SCTP only where that is "
            "switched on"
        ),
        "core may decide nothing about SCTP 38412: kube-router doesn't filter SCTP",
    ]
    assert messages("dual-stack-gap")[1:] == [
        "pods app=web in shop reach every IPv6 address, but no IPv4 one",
        "pods app=web in shop are reached from every IPv4 address, but no IPv6 one",
    ]


def test_an_endpoint_left_out_is_never_an_error() -> None:
    *_, missed, partly, _ = RULES["apiserver-egress"].bad
    assert judged("apiserver-egress", missed, complete=False)[0].severity == "warning"
    assert judged("apiserver-egress", partly, complete=True)[0].severity == "warning"


PLATFORMS = [("aks-kubenet", "warning"), ("eks", "warning"), ("kubeadm", "info"), ("kind", "info")]


@pytest.mark.parametrize(("platform", "severity"), PLATFORMS)
def test_the_metadata_server_matters_in_clouds(platform: str, severity: str) -> None:
    for example in RULES["metadata-reachable"].bad:
        (finding,) = judged("metadata-reachable", example, cluster={"platform": platform})
        assert finding.severity == severity


POLICY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: NAME, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [RULE]}
"""
SYSTEM = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}"


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        (f"{{to: [{SYSTEM}], ports: [{{port: 6443}}]}}", 1),
        (f"{{to: [{SYSTEM}, {{podSelector: {{}}}}], ports: [{{port: 6443}}]}}", 0),
        (f"{{to: [{SYSTEM}], ports: [{{port: 6443, protocol: UDP}}]}}", 0),
        (f"{{to: [{SYSTEM}]}}", 0),
        (f'{{to: [{SYSTEM}], ports: [{{port: 6443}}, {{port: "${{PORT}}"}}]}}', 0),
        (f"{{to: [{SYSTEM}], ports: [{{port: 443}}]}}, {{ports: [{{port: 443}}]}}", 0),
        (f"{{to: [{SYSTEM}], ports: [{{port: 443}}]}}, {{ports: [{{port: 8443}}]}}", 1),
        ("{to: [{ipBlock: {cidr: 192.0.2.7/32}}], ports: [{port: 443}]}", 0),
    ],
)
def test_what_is_meant_for_the_api_server(rule: str, count: int) -> None:
    text = POLICY.replace("NAME", "web").replace("RULE", rule)
    assert len(lint(text, "apiserver-egress")) == count


def test_a_policy_of_another_api_may_let_it_in() -> None:
    cilium = """---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec: {endpointSelector: {}}
"""
    silent = {"apiserver-egress", "monitoring-blocked", "gke-neg-healthcheck", "mesh-ports"}
    for name in silent:
        for example in RULES[name].bad:
            assert judged(name, example, f"{example.text}{cilium}") == []


def test_each_namespace_is_told_once_that_nothing_is_enforced() -> None:
    one = POLICY.replace("RULE", "")
    text = "---".join(
        (one.replace("NAME", "b"), one.replace("NAME", "a"), one.replace("shop", "billing"))
    )
    findings = lint(text, "cni-no-enforcement", config=configuration(cluster={"cni": "flannel"}))
    assert [each.message for each in findings] == [
        "flannel enforces no policies: the policy has no effect in billing",
        "flannel enforces no policies: 2 policies have no effect in shop",
    ]
    assert findings[1].primary.document.name == "a"
