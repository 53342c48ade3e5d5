"""How webhook-ingress names what is wrong with the peers of a rule."""

from __future__ import annotations

from tests.rules.checks.hook import DENY, HOOK, KUBE_SYSTEM, only, opening


def block(cidr: str) -> str:
    return f"{{ipBlock: {{cidr: {cidr}}}}}"


def message(peers: str, **cluster: object) -> tuple[str, str]:
    both = f"ingress: [{{from: [{{podSelector: {{}}}}]}}, {{from: [{peers}]}}]"
    policy = DENY.replace("policyTypes: [Ingress]", both)
    finding = only(policy + HOOK, cluster=cluster)
    assert finding.primary.api_path == "spec.ingress[1].from"
    return finding.message, finding.primary.note


def test_words() -> None:
    """The rule that comes closest is the one to change."""
    ending = "TCP 9443 on pods app=hook in shop is open to peers that don't match the API server"
    assert message(f"{{{KUBE_SYSTEM}}}") == (
        f"writes to orders are rejected: {ending}",
        "matches the API server on k0s, gke, aks only",
    )
    cilium = {"cni": "cilium", "platform": "kubeadm"}
    assert message(block("10.0.0.1/32"), **cilium) == (
        f"writes to orders are rejected: {ending}",
        "never matches nodes with Cilium",
    )
    assert message(f"{{{KUBE_SYSTEM}}}", **cilium)[1].endswith("on k0s, gke, aks only")
    both = "{namespaceSelector: {matchLabels: {a: b}}}, " + block("10.0.0.1/32")
    assert message(both, **cilium)[1] == "never matches nodes with Cilium"
    labels = "{namespaceSelector: {matchLabels: {a: b}}}"
    others = "opens TCP 9443 to others, not to the API server"
    assert message(labels, **cilium)[1] == others
    partly = {"api-server": ["10.0.0.1", "10.0.0.4"]}
    assert message(block("10.0.0.1/32"), **partly) == (
        (
            "now and then writes to orders are rejected: "
            "TCP 9443 on pods app=hook in shop is closed to 10.0.0.4/32"
        ),
        "leaves out 10.0.0.4/32",
    )
    assert message(block("10.0.0.1/32")) == (
        (
            "TCP 9443 on pods app=hook in shop may not be open to the API server; "
            "then writes to orders are rejected"
        ),
        "may match the API server; the setting cluster.api-server tells",
    )


def test_known_addresses_that_are_not_among_the_blocks() -> None:
    policy = opening(peers=block("10.9.0.0/16"))
    finding = only(policy + HOOK, cluster={"api-server": ["10.0.0.1"]})
    assert finding.primary.note == "opens TCP 9443 to others, not to the API server"
