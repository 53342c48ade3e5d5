"""The reference semantics of NetworkPolicies, as tables: one direction, peers, ports.

Rows about AdminNetworkPolicy and BaselineAdminNetworkPolicy are missing: netlint doesn't read
these kinds, and says UNKNOWN where some are in view.
"""

from __future__ import annotations

from typing import Any

import pytest

from netlint_rules.truth import Truth
from tests.rules.reach.cluster import CLUSTER_CIDR, EXTERNAL, answer, network, policy

YES, NO = True, False
DIRECTIONS = ("Ingress", "Egress")
MATCHING = {"PEERS": [{"podSelector": {"matchLabels": {"app": "a"}}}], "ports": [{"port": 80}]}
OTHER = {"PEERS": [{"podSelector": {"matchLabels": {"app": "c"}}}]}
ELSEWHERE = {"podSelector": {"matchLabels": {"app": "nobody"}}}

THIS: dict[str, Any] = {"TYPES": ["THIS"]}
UNION: list[tuple[str, list[dict[str, Any]], bool]] = [
    ("1 no policy", [], YES),
    ("1 a policy for other pods", [{**ELSEWHERE, "TYPES": ["THIS"]}], YES),
    ("2 not this direction", [{"TYPES": ["THAT"], "RULES": [OTHER]}], YES),
    ("3 rules absent", [{"TYPES": ["THIS"]}], NO),
    ("3 rules null", [{"TYPES": ["THIS"], "RULES": None}], NO),
    ("3 rules empty", [{"TYPES": ["THIS"], "RULES": []}], NO),
    ("4 an empty rule", [{"TYPES": ["THIS"], "RULES": [{}]}], YES),
    ("4 a null rule", [{"TYPES": ["THIS"], "RULES": [None]}], YES),
    ("5 a rule matches", [{**THIS, "RULES": [MATCHING]}], YES),
    ("6 no rule matches", [{**THIS, "RULES": [OTHER]}], NO),
    (
        "7 the other's rules are inert",
        [{"TYPES": ["THIS"]}, {"TYPES": ["THAT"], "RULES": [MATCHING]}],
        NO,
    ),
    ("8 one of two allows", [{**THIS, "RULES": [OTHER]}, {**THIS, "RULES": [MATCHING]}], YES),
    ("9 deny all and allow all", [THIS, {**THIS, "RULES": [{}]}], YES),
    ("types twice", [{"TYPES": ["THIS", "THIS"]}], NO),
]


def written(spec: dict[str, Any], direction: str) -> dict[str, Any]:
    """A spec with the words for a direction filled in."""
    this, that = DIRECTIONS if direction == "Ingress" else DIRECTIONS[::-1]
    result = {key: value for key, value in spec.items() if key not in {"TYPES", "RULES"}}
    if "TYPES" in spec:
        result["policyTypes"] = [this if each == "THIS" else that for each in spec["TYPES"]]
    if "RULES" in spec:
        rules = spec["RULES"]
        result[direction.lower()] = rules and [rule_of(rule, direction) for rule in rules]
    return result


def rule_of(rule: dict[str, Any] | None, direction: str) -> dict[str, Any] | None:
    if rule is None:
        return None
    field = "from" if direction == "Ingress" else "to"
    return {field if key == "PEERS" else key: value for key, value in rule.items()}


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(
    ("specs", "expected"), [row[1:] for row in UNION], ids=[row[0] for row in UNION]
)
def test_one_direction_of_one_pod(direction: str, specs: list[Any], expected: bool) -> None:
    texts = [policy(written(spec, direction), name=f"p{at}") for at, spec in enumerate(specs)]
    assert answer(network(*texts), direction, "A/a") is Truth.of(expected)


IMPLICIT: list[tuple[str, dict[str, Any], bool, bool]] = [
    ("10 types absent, egress empty", {"egress": []}, NO, YES),
    ("11 types absent, egress rules", {"egress": [{"ports": [{"port": 80}]}]}, NO, YES),
    ("11 types absent, other egress rules", {"egress": [{"ports": [{"port": 81}]}]}, NO, NO),
    ("12 egress only", {"policyTypes": ["Egress"], "ingress": [{}]}, YES, NO),
    ("types null", {"policyTypes": None}, NO, YES),
    ("types empty", {"policyTypes": []}, NO, YES),
]


@pytest.mark.parametrize(
    ("spec", "ingress", "egress"), [row[1:] for row in IMPLICIT], ids=[row[0] for row in IMPLICIT]
)
def test_types_that_are_not_written(spec: Any, ingress: bool, egress: bool) -> None:
    net = network(policy(spec))
    assert answer(net, "Ingress", "A/a") is Truth.of(ingress)
    assert answer(net, "Egress", "A/a") is Truth.of(egress)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_13_a_policy_of_another_namespace_has_no_effect(direction: str) -> None:
    text = policy({"policyTypes": list(DIRECTIONS)}, namespace="b")
    assert answer(network(text), direction, "A/a") is Truth.YES


def pods(app: str) -> dict[str, Any]:
    return {"podSelector": {"matchLabels": {"app": app}}}


SPACES_B = {"namespaceSelector": {"matchLabels": {"t": "b"}}}
EVERY_SPACE: dict[str, Any] = {"namespaceSelector": {}}
NAMED_B = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "b"}}}
NOT_B = {"key": "t", "operator": "NotIn", "values": ["b"]}
ALL_BUT = {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["198.51.100.0/24"]}}
PEERS: list[tuple[str, Any, str]] = [
    # in A: app=a | in B: app=a | in B: app=c | host network | node | outside
    ("none", [], "✓✓✓✓✓✓"),
    ("null", None, "✓✓✓✓✓✓"),
    ("podSelector {}", [{"podSelector": {}}], "✓✗✗✗✗✗"),
    ("podSelector app=a", [pods("a")], "✓✗✗✗✗✗"),
    ("namespaceSelector {}", [EVERY_SPACE], "✓✓✓✗✗✗"),
    ("namespaceSelector t=b", [SPACES_B], "✗✓✓✗✗✗"),
    ("both, t=b and app=a", [{**SPACES_B, **pods("a")}], "✗✓✗✗✗✗"),
    ("both, all and app=a", [{**EVERY_SPACE, **pods("a")}], "✓✓✗✗✗✗"),
    ("two entries", [SPACES_B, pods("a")], "✓✓✓✗✗✗"),
    ("every address", [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "✓✓✓✓✓✓"),
    ("addresses of pods", [{"ipBlock": {"cidr": CLUSTER_CIDR}}], "✓✓✓✗✗✗"),
    ("an address outside", [{"ipBlock": {"cidr": "198.51.100.0/24"}}], "✗✗✗✗✗✓"),
    ("except it", [ALL_BUT], "✓✓✓✓✓✗"),
    ("namespace by name", [NAMED_B], "✗✓✓✗✗✗"),
    ("NotIn, label absent", [{"namespaceSelector": {"matchExpressions": [NOT_B]}}], "✓✗✗✗✗✗"),
]
ENDS = ("A/a", "B/a", "B/c", "host", "n2", EXTERNAL)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(
    ("peers", "expected"), [row[1:] for row in PEERS], ids=[row[0] for row in PEERS]
)
def test_peers(direction: str, peers: Any, expected: str) -> None:
    net = network(policy(written({"TYPES": ["THIS"], "RULES": [{"PEERS": peers}]}, direction)))
    found = (answer(net, direction, each) for each in ENDS)
    assert "".join("✓" if each is Truth.YES else "✗" for each in found) == expected


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_peers_with_cilium(direction: str) -> None:
    """Policy goes by identity there: an ipBlock matches no pod and no node."""
    spec = {"TYPES": ["THIS"], "RULES": [{"PEERS": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}]}
    net = network(policy(written(spec, direction)), cni="cilium")
    assert [answer(net, direction, each) for each in ENDS] == [Truth.NO] * 5 + [Truth.YES]


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_peers_with_ovn_kubernetes(direction: str) -> None:
    """A podSelector means pods of the host network as well, a namespaceSelector alone doesn't."""
    for peer, expected in (({"podSelector": {}}, Truth.YES), (EVERY_SPACE, Truth.NO)):
        spec = written({"TYPES": ["THIS"], "RULES": [{"PEERS": [peer]}]}, direction)
        assert answer(network(policy(spec), cni="ovn-kubernetes"), direction, "host") is expected


def test_no_policy_has_an_effect_with_a_plugin_that_enforces_none() -> None:
    net = network(policy({"policyTypes": list(DIRECTIONS)}), cni="flannel")
    assert answer(net, "Ingress", "A/a") is answer(net, "Egress", "A/a") is Truth.YES


PORTS: list[tuple[str, Any, dict[str, list[int]]]] = [
    ("null", None, {"TCP": [1, 80, 65535], "UDP": [1, 65535], "SCTP": [1]}),
    ("empty", [], {"TCP": [1, 80, 65535], "UDP": [1, 65535], "SCTP": [1]}),
    ("an empty entry", [{}], {"TCP": [1, 80, 65535]}),
    ("a null entry", [None], {"TCP": [1, 80, 65535]}),
    ("a protocol", [{"protocol": "UDP"}], {"UDP": [1, 53, 65535]}),
    ("a port", [{"port": 80}], {"TCP": [80]}),
    ("a range", [{"port": 8000, "endPort": 8010}], {"TCP": [8000, 8005, 8010]}),
    ("SCTP", [{"protocol": "SCTP", "port": 38412}], {"SCTP": [38412]}),
    ("two entries", [{"port": 80}, {"protocol": "UDP", "port": 53}], {"TCP": [80], "UDP": [53]}),
]
ASKED = (1, 53, 79, 80, 81, 7999, 8000, 8005, 8010, 8011, 38412, 65535)
ALL_OF = {
    "null": {"TCP", "UDP", "SCTP"},
    "empty": {"TCP", "UDP", "SCTP"},
    "an empty entry": {"TCP"},
    "a null entry": {"TCP"},
    "a protocol": {"UDP"},
}


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("name", "ports", "some"), PORTS)
def test_ports(direction: str, name: str, ports: Any, some: dict[str, list[int]]) -> None:
    net = network(policy(written({"TYPES": ["THIS"], "RULES": [{"ports": ports}]}, direction)))
    for protocol in ("TCP", "UDP", "SCTP"):
        for port in ASKED:
            expected = protocol in ALL_OF.get(name, ()) or port in some.get(protocol, ())
            assert answer(net, direction, "B/a", port, protocol) is Truth.of(expected)


def test_a_named_port_is_the_one_of_each_destination() -> None:
    """`http` is 80 in A/a, 8081 in B/a, and nothing outside."""
    spec = {"policyTypes": ["Egress"], "egress": [{"ports": [{"port": "http"}]}]}
    net = network(policy(spec))
    for peer, port in {"A/a": 80, "B/a": 8081, "B/c": 8082}.items():
        assert answer(net, "Egress", peer, port) is Truth.YES
        assert answer(net, "Egress", peer, port + 1) is Truth.NO
    assert answer(net, "Egress", EXTERNAL, 80) is Truth.NO
    assert answer(net, "Egress", "n2", 80) is Truth.NO


def test_a_named_port_of_another_protocol_is_none() -> None:
    spec = {"policyTypes": ["Egress"], "egress": [{"ports": [{"port": "dns"}]}]}
    assert answer(network(policy(spec)), "Egress", "A/a", 53) is Truth.NO
    spec = {"policyTypes": ["Egress"], "egress": [{"ports": [{"port": "dns", "protocol": "UDP"}]}]}
    assert answer(network(policy(spec)), "Egress", "A/a", 53, "UDP") is Truth.YES


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_named_port_never_matches_addresses_outside(direction: str) -> None:
    rule = {"PEERS": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": [{"port": "http"}]}
    net = network(policy(written({"TYPES": ["THIS"], "RULES": [rule]}, direction)))
    # To the pod itself its own port has the name, whoever asks.
    expected = Truth.of(direction == "Ingress")
    assert answer(net, direction, EXTERNAL, 8080) is expected


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_peers_and_ports_of_one_rule_go_together(direction: str) -> None:
    apart = [{"PEERS": [pods("a")]}, {"ports": [{"port": 80}]}]
    together = [{"PEERS": [pods("a")], "ports": [{"port": 80}]}]
    split = written({**THIS, "RULES": apart}, direction)
    whole = written({**THIS, "RULES": together}, direction)
    assert answer(network(policy(split)), direction, "A/a", 81) is Truth.YES
    assert answer(network(policy(split)), direction, "B/c", 80) is Truth.YES
    assert answer(network(policy(whole)), direction, "A/a", 81) is Truth.NO
    assert answer(network(policy(whole)), direction, "B/c", 80) is Truth.NO


BOUNDARIES: list[tuple[str, list[str], list[str], list[str]]] = [
    (
        "10.0.0.0/24",
        ["10.0.0.64/26"],
        ["10.0.0.0", "10.0.0.63", "10.0.0.128", "10.0.0.255"],
        ["9.255.255.255", "10.0.0.64", "10.0.0.127", "10.0.1.0"],
    ),
    (
        "2001:db8::/32",
        ["2001:db8:1::/48"],
        ["2001:db8::", "2001:db8:0:ffff:ffff:ffff:ffff:ffff", "2001:db8:2::"],
        ["2001:db8:1::", "2001:db8:1:ffff:ffff:ffff:ffff:ffff", "2001:db9::", "10.0.0.1"],
    ),
    ("::/0", [], ["2001:db8::1"], ["198.51.100.7"]),
]


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("cidr", "excepts", "inside", "outside"), BOUNDARIES)
def test_edges_of_blocks(
    direction: str, cidr: str, excepts: list[str], inside: list[str], outside: list[str]
) -> None:
    rule = {"PEERS": [{"ipBlock": {"cidr": cidr, "except": excepts}}]}
    net = network(policy(written({"TYPES": ["THIS"], "RULES": [rule]}, direction)))
    for host in (*inside, *outside):
        whole = f"{host}/{128 if ':' in host else 32}"
        assert answer(net, direction, whole) is Truth.of(host in inside), host


def test_a_block_that_is_cut_in_two_has_a_verdict_for_each_part() -> None:
    rule = {"from": [{"ipBlock": {"cidr": "10.0.0.0/24", "except": ["10.0.0.64/26"]}}]}
    net = network(policy({"ingress": [rule]}))
    (x,) = next(pods for owner, pods in net.workloads.items() if owner.name == "x")
    verdict = net.allowed(net.outside("10.0.0.0/24"), x, "TCP", 80)
    assert verdict.mixed and verdict.answer is Truth.UNKNOWN
    assert {str(part.source): part.answer for part in verdict.parts} == {
        "10.0.0.0/26, 10.0.0.128/25": Truth.YES,
        "10.0.0.64/26": Truth.NO,
    }
