"""Grants of DNS that miss the servers: why, and what a named port of theirs stands for."""

from __future__ import annotations

import pytest

from netlint_rules.examples.dns_egress import BOTH, KUBE_DNS, policy, together
from tests.rules.builders import lint


@pytest.mark.parametrize(
    ("peer", "note"),
    [
        ("podSelector: {matchLabels: {k8s-app: kube-dns}}", "selects pods of shop only"),
        (
            "namespaceSelector: {matchLabels: {name: kube-system}}",
            "matches no namespace of DNS servers: theirs doesn't have name=kube-system",
        ),
    ],
)
def test_a_peer_that_misses_the_servers_says_why(peer: str, note: str) -> None:
    text = together(
        policy(f"- to: [{{{peer}}}]" + BOTH),
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: kube-system}\n",
    )
    (finding,) = lint(text, "dns-egress")
    assert (finding.name, finding.primary.note) == ("dns-wrong-peer", note)


def test_the_port_named_dns_is_udp() -> None:
    (finding,) = lint(
        policy(KUBE_DNS + "\n  ports: [{port: dns}, {port: dns, protocol: UDP}]"), "dns-egress"
    )
    assert finding.name == "dns-udp-only"
    assert finding.fix is not None
    assert finding.fix.patch[0]["value"] == {"protocol": "TCP", "port": 53}
