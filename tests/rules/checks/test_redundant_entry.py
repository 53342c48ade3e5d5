"""What the examples of redundant-entry can't show: wording, places, and that fixes are safe."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from netlint_rules.addresses import AddressSet
from netlint_rules.finding import Applicability, Finding, Severity
from netlint_rules.netset import PortSet
from netlint_rules.policy import Direction
from netlint_rules.source.document import Path
from tests.rules.builders import lint, repaired, workspace

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: web, namespace: shop}}
spec:
  podSelector: {{}}
  ingress:
  - {rule}
"""


def found(rule: str, patched: Path | None = None) -> list[Finding]:
    return lint(POLICY.format(rule=rule), "redundant-entry", patched=patched)


def test_message_places_and_fix() -> None:
    rule = "from: [{podSelector: {}}, {podSelector: {matchLabels: {app: api}}}]"
    (finding,) = found(rule)
    assert finding.severity is Severity.INFO
    assert finding.message == (
        "this source of web adds nothing: another entry of the list covers it"
    )
    assert finding.primary.api_path == "spec.ingress[0].from[1]"
    assert [place.api_path for place in finding.related] == ["spec.ingress[0].from[0]"]
    assert finding.fix is not None
    assert finding.fix.applicability is Applicability.SAFE
    assert lint(repaired(POLICY.format(rule=rule), finding), "redundant-entry") == []


def test_what_can_not_be_read_is_left_alone() -> None:
    assert found("ports: [{port: 80}, {port: 80, endPort: 10}]") == []
    assert found("from: [{}, {}]") == []
    assert found('ports: [{port: "${PORT}"}, {port: "${PORT}"}]') == []
    assert found("ports: [{port: 80}, {port: 80}]", patched=("spec", "ingress")) == []
    assert len(found("ports: [{port: 80}, {port: 80}]")) == 1


def test_long_lists_are_compared_in_order() -> None:
    blocks = [f"{{ipBlock: {{cidr: 10.{at}.0.0/16}}}}" for at in range(200)]
    blocks += [f"{{ipBlock: {{cidr: 10.{at}.7.0/24}}}}" for at in range(200)]
    places = [finding.primary.api_path for finding in found(f"from: [{', '.join(blocks)}]")]
    assert sorted(places) == sorted(f"spec.ingress[0].from[{at}]" for at in range(200, 400))


CIDRS = st.builds(
    lambda number, length: f"198.18.{number}.0/{length}",
    st.integers(0, 3),
    st.integers(21, 26),
)
PORTS = st.fixed_dictionaries(
    {"port": st.one_of(st.integers(1, 6), st.just("http"))},
    optional={"protocol": st.sampled_from(["TCP", "UDP"])},
)
BLOCKS = st.builds(
    lambda cidr, excepts: {
        "ipBlock": {"cidr": cidr, "except": excepts} if excepts else {"cidr": cidr}
    },
    CIDRS,
    st.lists(st.sampled_from(["198.18.0.0/27", "198.18.1.0/28", "198.18.2.0/27"]), max_size=2),
)


@given(st.lists(BLOCKS, min_size=1, max_size=6), st.lists(PORTS, min_size=1, max_size=5))
def test_the_rest_means_the_same(
    blocks: Sequence[dict[str, object]], ports: Sequence[dict[str, object]]
) -> None:
    text = POLICY.format(rule=json.dumps({"from": blocks, "ports": ports}))
    findings = lint(text, "redundant-entry")
    before = opened(text)
    # From the end, so that the places of the others stay.
    for finding in sorted(findings, key=lambda each: each.primary.path, reverse=True):
        text = repaired(text, finding)
    assert opened(text) == before
    if before is not None:
        assert lint(text, "redundant-entry") == []


def opened(text: str) -> tuple[AddressSet, PortSet] | None:
    """The addresses and ports of the only rule; None for what the API server refuses."""
    (policy,) = workspace(text).index.policies["shop"]
    if policy.broken:
        return None
    (rule,) = policy.rules[Direction.INGRESS]
    return AddressSet.union([block.peer.block for block in policy.blocks]), rule.ports
