"""More of the reference semantics: Services, nodes, both ends, and what can't be known."""

from __future__ import annotations

from typing import Any

import pytest

from netlint_rules.netset import PortSet
from netlint_rules.reach import Network, Owner, Verdict
from netlint_rules.truth import Truth
from tests.rules.reach.cluster import answer, end, network, policy

DIRECTIONS = ("Ingress", "Egress")


def on(namespace: str, app: str, **spec: Any) -> str:
    whole = {"podSelector": {"matchLabels": {"app": app}}, **spec}
    return policy(whole, namespace, f"{namespace}-{app}-{len(str(whole))}")


def service(**spec: Any) -> str:
    fields = {"selector": "{app: x}", "ports": "[{port: 80, targetPort: http}]", **spec}
    body = ", ".join(f"{key}: {value}" for key, value in fields.items())
    head = "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: a}"
    return f"---\n{head}\nspec: {{{body}}}\n"


def through(net: Network, peer: str = "A/a", port: int = 80) -> Verdict:
    return net.allowed(end(net, peer), net.index.services["a"]["s"], "TCP", port)


def test_both_ends_must_allow() -> None:
    out = on("a", "a", policyTypes=["Egress"], egress=[{"ports": [{"port": 80}]}])
    closed = on("a", "x", policyTypes=["Ingress"])
    assert answer(network(out), "Ingress", "A/a") is Truth.YES
    assert answer(network(out), "Ingress", "A/a", 81) is Truth.NO
    net = network(out, closed)
    verdict = net.allowed(end(net, "A/a"), end(net, "x"), "TCP", 80)
    assert verdict.answer is Truth.NO
    assert [half.direction for half in verdict.closed()] == ["Ingress"]


def test_a_pod_always_reaches_itself() -> None:
    net = network(policy({"policyTypes": list(DIRECTIONS)}))
    assert net.allowed(end(net, "x"), end(net, "x"), "TCP", 80).answer is Truth.YES


def test_selectors_that_share_some_pods_unite_on_these() -> None:
    every = {"podSelector": {}, "policyTypes": ["Ingress"]}
    not_c = {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["c"]}]}
    some = {"podSelector": not_c, "ingress": [{"ports": [{"port": 80}]}]}
    net = network(policy(every, "b", "p1"), policy(some, "b", "p2"))
    source, pod_a, pod_c = (end(net, name) for name in ("x", "B/a", "B/c"))
    assert net.allowed(source, pod_a, "TCP", 80).answer is Truth.YES
    assert net.allowed(source, pod_a, "TCP", 81).answer is Truth.NO
    assert net.allowed(source, pod_c, "TCP", 80).answer is Truth.NO


def test_not_in_selects_pods_without_the_label() -> None:
    expression = {"key": "tier", "operator": "NotIn", "values": ["db"]}
    spec = {"podSelector": {"matchExpressions": [expression]}, "policyTypes": ["Ingress"]}
    assert answer(network(policy(spec)), "Ingress", "A/a") is Truth.NO


def test_a_node_reaches_its_own_pods_and_no_others() -> None:
    net = network(policy({"policyTypes": list(DIRECTIONS)}))
    assert {name: answer(net, "Ingress", name) for name in ("near", "n1", "host", "n2")} == {
        "near": Truth.YES,
        "n1": Truth.YES,
        "host": Truth.NO,
        "n2": Truth.NO,
    }
    assert answer(net, "Egress", "near") is Truth.NO


def test_policies_have_no_effect_on_the_host_network() -> None:
    spec = {"podSelector": {}, "policyTypes": list(DIRECTIONS)}
    net = network(policy(spec))
    assert net.allowed(end(net, "B/a"), end(net, "host"), "TCP", 80).answer is Truth.YES


@pytest.mark.parametrize(("port", "expected"), [(80, Truth.NO), (8080, Truth.YES)])
def test_policies_see_the_port_behind_a_service(port: int, expected: Truth) -> None:
    net = network(policy({"ingress": [{"ports": [{"port": port}]}]}), service())
    verdict = through(net)
    assert verdict.answer is expected
    assert [(str(part.destination), part.port) for part in verdict.parts] == [("a/Pod/x", 8080)]


def test_endpoints_that_differ_are_mixed() -> None:
    both = service(selector="{app: a}", ports="[{port: 80, targetPort: 80}]").replace(
        "namespace: a", "namespace: b"
    )
    labels = "metadata: {name: z, namespace: b, labels: {app: a, q: r}}"
    more = f"---\n{{apiVersion: v1, kind: Pod, {labels}, spec: {{}}}}\n"
    spec = {"podSelector": {"matchLabels": {"q": "r"}}, "policyTypes": ["Ingress"]}
    net = network(both, more, policy(spec, "b"))
    verdict = net.allowed(end(net, "x"), net.index.services["b"]["s"], "TCP", 80)
    assert verdict.mixed and verdict.answer is Truth.UNKNOWN
    assert [part.answer for part in verdict.parts] == [Truth.YES, Truth.NO]


def test_a_headless_service_is_its_pods() -> None:
    net = network(service(clusterIP="None"), policy({"ingress": [{"ports": [{"port": 9}]}]}))
    assert through(net, port=9).answer is Truth.YES
    assert through(net, port=80).answer is Truth.NO


def test_a_service_without_selector_has_the_pods_that_slices_list() -> None:
    listed = """\
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: s-1, namespace: a, labels: {kubernetes.io/service-name: s}}
ports: [{name: "", port: 7000}]
endpoints: [{addresses: [10.244.1.1], targetRef: {kind: Pod, name: x}}]
"""
    net = network(service(selector="null"), listed)
    assert [(str(p.destination), p.port) for p in through(net).parts] == [("a/Pod/x", 7000)]


def test_what_a_service_lacks() -> None:
    net = network(service(), service(selector="{app: none}").replace("name: s", "name: other"))
    assert through(net, port=81).answer is Truth.NO
    assert through(net, port=81).why == "Service s has no port TCP 81"
    other = net.allowed(end(net, "A/a"), net.index.services["a"]["other"], "TCP", 80)
    assert (other.answer, other.why) == (Truth.UNKNOWN, "no pod behind Service other is in view")
    unnamed = service(ports="[{port: 80, targetPort: nothing}]")
    (part,) = through(network(unnamed)).parts
    assert (part.answer, part.why) == (
        Truth.NO,
        "Pod x has no port of the name that Service s gives",
    )


@pytest.mark.parametrize(
    ("peer", "port", "with_aws", "usual"),
    [
        ({"ipBlock": {"cidr": "10.96.0.0/12"}}, 80, Truth.YES, Truth.NO),
        ({"ipBlock": {"cidr": "10.96.0.0/12"}}, 8080, Truth.NO, Truth.NO),
        ({"ipBlock": {"cidr": "10.244.0.0/16"}}, 8080, Truth.NO, Truth.YES),
        ({"podSelector": {"matchLabels": {"app": "x"}}}, 8080, Truth.YES, Truth.YES),
        ({"podSelector": {"matchLabels": {"app": "x"}}}, 80, Truth.NO, Truth.NO),
    ],
)
def test_ipblocks_mean_the_address_of_the_service_before_it_is_translated(
    peer: dict[str, Any], port: int, with_aws: Truth, usual: Truth
) -> None:
    rule = on("a", "a", policyTypes=["Egress"], egress=[{"to": [peer], "ports": [{"port": port}]}])
    objects = rule, service(clusterIP="10.96.0.7")
    assert through(network(*objects)).answer is usual
    assert through(network(*objects, cni="aws-vpc-cni")).answer is with_aws


def test_finished_pods_are_left_out() -> None:
    done = """\
---
apiVersion: v1
kind: Pod
metadata: {name: job, namespace: a, labels: {app: x}}
status: {phase: Succeeded}
"""
    net = network(done, service())
    assert Owner("a", "Pod", "job") not in net.workloads
    assert len(through(net).parts) == 1


DEPLOYMENT = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d, namespace: a}
spec: {template: {metadata: {labels: {app: d}}}}
"""
OPERATED = """\
---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: d, namespace: a}
spec: {podMetadata: {labels: {app: d}}}
"""


def to_d(net: Network, kind: str = "Deployment") -> Verdict:
    (pods,) = net.workloads[Owner("a", kind, "d")]
    return net.allowed(end(net, "B/a"), pods, "TCP", 80)


REFUSED = {"from": [{"podSelector": {"matchLabels": {"-": "x"}}}]}
FOREIGN = "---\n{apiVersion: %s, kind: %s, metadata: {name: c%s}}\n"
DOUBTS = {
    "can't be read: a placeholder that is filled in later": on(
        "a", "d", ingress=[{"from": ["${PEER}"]}]
    ),
    "the API server would refuse it": on("a", "d", ingress=[REFUSED]),
    "means pods pod-template-hash=x, Deployment d has no label pod-template-hash": policy(
        {"podSelector": {"matchLabels": {"pod-template-hash": "x"}}}
    ),
    "netlint can't read CiliumNetworkPolicy c": FOREIGN
    % ("cilium.io/v2", "CiliumNetworkPolicy", ", namespace: a"),
    "netlint can't read AdminNetworkPolicy c": FOREIGN
    % ("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", ""),
    "10.244.0.0/17 may hold the address of Deployment e": on(
        "a", "d", ingress=[{"from": [{"ipBlock": {"cidr": "10.244.0.0/17"}}]}]
    ),
}


@pytest.mark.parametrize("reason", DOUBTS)
def test_what_cannot_be_known_is_unknown_with_the_reason(reason: str) -> None:
    source = DEPLOYMENT.replace("name: d, namespace: a", "name: e, namespace: b")
    net = network(DEPLOYMENT, source, DOUBTS[reason])
    (one,) = net.workloads[Owner("b", "Deployment", "e")]
    (two,) = net.workloads[Owner("a", "Deployment", "d")]
    verdict = net.allowed(one, two, "TCP", 80)
    assert verdict.answer is Truth.UNKNOWN
    reasons = [half.why for half in verdict.closed()]
    for half in verdict.closed():
        reasons += [step.reason for step in half.steps]
        reasons += [step.reason("TCP", 80) for step in half.rules()]
    assert reason in reasons


def test_named_ports_of_pods_that_an_operator_makes_may_be_any() -> None:
    rule = on("a", "d", ingress=[{"ports": [{"port": "odd"}]}])
    net = network(OPERATED, rule)
    assert to_d(net, "Prometheus").answer is Truth.UNKNOWN
    assert to_d(network(DEPLOYMENT, rule)).answer is Truth.NO


def test_labels_of_a_namespace_out_of_view_may_be_any() -> None:
    other = DEPLOYMENT.replace("namespace: a", "namespace: unseen")
    rule = {"from": [{"namespaceSelector": {"matchLabels": {"t": "b"}}}]}
    net = network(other, policy({"ingress": [rule]}))
    (pods,) = net.workloads[Owner("unseen", "Deployment", "d")]
    verdict = net.allowed(pods, end(net, "x"), "TCP", 80)
    assert verdict.answer is Truth.UNKNOWN
    (step,) = verdict.closed()[0].rules()
    assert step.reason("TCP", 80) == "the labels of namespace unseen aren't in view (t=b)"


OWNED = """\
---
apiVersion: v1
kind: Pod
metadata:
  name: d-5d8f-%s
  namespace: a
  labels: {app: d, pod-template-hash: 5d8f}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: d-5d8f, controller: true}]
spec: {}
status: {podIP: 10.244.3.%s}
"""


def test_pods_of_a_controller_are_one_workload() -> None:
    """A Deployment with its ReplicaSet out of view, and two pods of which one has a port more."""
    rule = {"from": [{"ipBlock": {"cidr": "10.244.3.2/32"}}], "ports": [{"port": 9}]}
    net = network(DEPLOYMENT, OWNED % ("m", 1), OWNED % ("n", 2), policy({"ingress": [rule]}))
    owner, x = Owner("a", "Deployment", "d"), Owner("a", "Pod", "x")
    assert [pods.workload.kind for pods in net.workloads[owner]] == ["Pod", "Pod"]
    found = {(each.source, each.destination): each.ports for each in net.map().connections()}
    assert found[owner, x] == PortSet.of("TCP", 9)


def test_a_node_of_both_ip_versions_is_reached_by_the_one_that_is_open() -> None:
    node = """\
---
apiVersion: v1
kind: Node
metadata: {name: both}
status:
  addresses: [{type: InternalIP, address: 172.18.0.9}, {type: InternalIP, address: "fd11::9"}]
---
apiVersion: v1
kind: Pod
metadata: {name: dual, namespace: a, labels: {app: dual}}
status: {podIPs: [{ip: 10.244.1.9}, {ip: "fd00::9"}]}
"""
    rule = {"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}
    net = network(node, on("a", "dual", policyTypes=["Egress"], egress=[rule]))
    (pods,) = net.workloads[Owner("a", "Pod", "dual")]
    assert net.allowed(pods, net.nodes["both"], "TCP", 80).answer is Truth.YES
