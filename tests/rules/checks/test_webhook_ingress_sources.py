"""Where webhook-ingress expects the API server, by platform, plugin and what is in view."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.rules.builders import configuration, lint

HOOK = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: hook, namespace: shop}
spec:
  template:
    metadata: {labels: {app: hook}}
    spec: {containers: [{name: hook, image: hook, ports: [{containerPort: 9443}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: hook, namespace: shop}
spec: {selector: {app: hook}, ports: [{port: 443, targetPort: 9443}]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: orders}
webhooks:
- name: orders.shop.io
  clientConfig: {service: {name: hook, namespace: shop}}
  rules: [{apiGroups: [shop.io], resources: [orders]}]
"""
NOTHING: Mapping[str, object] = {}
OPEN_TO = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: hook, namespace: shop}
spec:
  podSelector: {matchLabels: {app: hook}}
  ingress: [{from: [PEERS]}]
"""
KUBE_SYSTEM = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}"
HOST_NETWORK = (
    'namespaceSelector: {matchLabels: {policy-group.network.openshift.io/host-network: ""}}'
)
NAMESPACE = """\
---
apiVersion: v1
kind: Namespace
metadata: {name: kube-system, labels: {zone: system}}
"""
ENDPOINTS = """\
---
apiVersion: v1
kind: Endpoints
metadata: {name: kubernetes, namespace: default}
subsets: [{addresses: [{ip: 10.0.0.1}], ports: [{port: 6443}]}]
---
apiVersion: v1
kind: Endpoints
metadata: {name: other, namespace: default}
subsets: [{addresses: [{ip: 10.0.0.9}]}]
---
apiVersion: v1
kind: Endpoints
metadata: {name: kubernetes, namespace: elsewhere}
subsets: [{addresses: [{ip: 10.0.0.9}]}]
"""
SLICE = """\
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: kubernetes
  namespace: default
  labels: {kubernetes.io/service-name: kubernetes}
endpoints: [{addresses: [10.0.0.1]}, {addresses: [10.0.0.2]}]
"""
NODES = """\
---
apiVersion: v1
kind: Node
metadata: {name: control, labels: {node-role.kubernetes.io/control-plane: ""}}
status: {addresses: [{type: InternalIP, address: 10.0.0.1}, {type: Hostname, address: control}]}
---
apiVersion: v1
kind: Node
metadata: {name: worker}
status: {addresses: [{type: InternalIP, address: 10.0.0.9}]}
"""


def codes(
    peers: str, more: str = "", namespace: str = "shop", cluster: Mapping[str, object] = NOTHING
) -> list[str]:
    """What is said of a webhook that is open to these peers."""
    policy = OPEN_TO.replace("PEERS", peers)
    text = (policy + HOOK).replace("namespace: shop", f"namespace: {namespace}") + more
    found = lint(text, "webhook-ingress", config=configuration(cluster=cluster))
    return [f"{finding.code} {finding.severity}" for finding in found]


def block(*cidrs: str) -> str:
    return ", ".join(f"{{ipBlock: {{cidr: {cidr}}}}}" for cidr in cidrs)


OPEN: list[str] = []
UNSURE = ["NP504 info"]
PARTLY = ["NP504 warning"]
BLOCKED = ["NP501 warning"]
ELSEWHERE = ["NP503 warning"]


@pytest.mark.parametrize(
    ("platform", "peers", "expected"),
    [
        ("", "{podSelector: {}}", BLOCKED),
        ("", "{namespaceSelector: {}}", ELSEWHERE),
        ("", f"{{{KUBE_SYSTEM}}}", ELSEWHERE),
        ("", f"{{{HOST_NETWORK}}}", ELSEWHERE),
        ("", f"{{{KUBE_SYSTEM}, podSelector: {{matchLabels: {{k8s-app: other}}}}}}", ELSEWHERE),
        ("no-such-platform", f"{{{KUBE_SYSTEM}}}", ELSEWHERE),
        ("kubeadm", "{namespaceSelector: {}}", ELSEWHERE),
        ("kubeadm", "{podSelector: {}}", BLOCKED),
        ("eks", f"{{{KUBE_SYSTEM}}}", ELSEWHERE),
        ("gke", "{namespaceSelector: {}}", OPEN),
        ("gke", f"{{{KUBE_SYSTEM}}}", OPEN),
        ("gke", f"{{{KUBE_SYSTEM}, podSelector: {{}}}}", OPEN),
        ("gke", "{podSelector: {}}", BLOCKED),
        ("gke", f"{{{KUBE_SYSTEM}, podSelector: {{matchLabels: {{version: a}}}}}}", UNSURE),
        ("gke", f"{{{HOST_NETWORK}}}", UNSURE),  # kube-system's labels are not in view
        ("aks", f"{{{KUBE_SYSTEM}, podSelector: {{matchLabels: {{app: x}}}}}}", ELSEWHERE),
        ("openshift", f"{{{HOST_NETWORK}}}", OPEN),
        ("openshift", f"{{{HOST_NETWORK}, podSelector: {{}}}}", ELSEWHERE),
        ("openshift", "{namespaceSelector: {}}", OPEN),
        ("openshift", "{namespaceSelector: {}, podSelector: {}}", ELSEWHERE),
        ("openshift", "{podSelector: {}}", BLOCKED),
        ("kubeadm", f"{{podSelector: {{}}}}, {{{KUBE_SYSTEM}}}", ELSEWHERE),
    ],
)
def test_selectors(platform: str, peers: str, expected: list[str]) -> None:
    assert codes(peers, cluster={"platform": platform}) == expected


def test_the_labels_of_a_namespace_in_view() -> None:
    zone = "{namespaceSelector: {matchLabels: {zone: system}}}"
    other = "{namespaceSelector: {matchLabels: {zone: other}}}"
    assert codes(zone, cluster={"platform": "gke"}) == UNSURE
    assert codes(other, cluster={"platform": "gke"}) == UNSURE
    assert codes(zone, NAMESPACE, cluster={"platform": "gke"}) == OPEN
    assert (
        codes(other, NAMESPACE, cluster={"platform": "gke"}) == ELSEWHERE
    )  # OpenShift's, for all we know
    named = other.replace(
        "{zone: other}", "{zone: other, kubernetes.io/metadata.name: kube-system}"
    )
    assert codes(named, NAMESPACE, cluster={"platform": "gke"}) == ELSEWHERE


def test_the_namespace_of_the_agents_itself() -> None:
    unsettled = codes("{podSelector: {}}", namespace="''", cluster={"platform": "gke"})
    assert unsettled == UNSURE
    assert codes("{podSelector: {}}", namespace="kube-system", cluster={"platform": "gke"}) == OPEN
    assert (
        codes("{podSelector: {}}", namespace="kube-system", cluster={"platform": "kubeadm"})
        == ELSEWHERE
    )


@pytest.mark.parametrize(
    ("cluster", "peers", "expected"),
    [
        ({}, block("10.0.0.1/32"), UNSURE),
        ({}, block("0.0.0.0/0"), OPEN),
        ({}, block("0.0.0.0/1", "128.0.0.0/1"), OPEN),
        ({}, "{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}", UNSURE),
        ({}, block("'::/0'"), UNSURE),
        ({"platform": "kubeadm"}, block("10.0.0.1/32"), UNSURE),
        ({"api-server": ["10.0.0.1"]}, block("10.0.0.1/32"), OPEN),
        ({"api-server": ["10.0.0.0/30"]}, block("10.0.0.1/32"), PARTLY),
        ({"api-server": ["10.0.0.1", "fd00::1"]}, block("10.0.0.1/32"), PARTLY),
        ({"api-server": ["10.0.0.1", "fd00::1"]}, block("10.0.0.1/32", "fd00::/64"), OPEN),
        ({"api-server": ["10.0.0.1", "10.0.0.2"]}, block("10.0.0.1/32", "10.0.0.2/32"), OPEN),
        ({"api-server": ["10.0.0.1"]}, block("10.9.0.0/16"), BLOCKED),
        ({"api-server": ["10.0.0.1"]}, f"{block('10.9.0.0/16')}, {{{KUBE_SYSTEM}}}", ELSEWHERE),
        ({"api-server": ["10.0.0.1"]}, f"{block('0.0.0.0/0')}, {{{KUBE_SYSTEM}}}", OPEN),
        ({"api-server": ["10.0.0.1"], "platform": "gke"}, block("10.9.0.0/16"), BLOCKED),
        ({"platform": "kubeadm", "node-cidrs": ["10.0.0.0/24"]}, block("10.0.0.0/8"), OPEN),
        ({"platform": "kubeadm", "node-cidrs": ["10.0.0.0/24"]}, block("10.0.0.1/32"), UNSURE),
        ({"platform": "kubeadm", "node-cidrs": ["10.0.0.0/24"]}, block("10.9.0.0/16"), UNSURE),
        ({"node-cidrs": ["10.0.0.0/24"]}, block("10.0.0.0/8"), UNSURE),
        (
            {
                "platform": "kubeadm",
                "node-cidrs": ["10.0.0.0/24"],
                "cluster-cidrs": ["10.244.0.0/16"],
            },
            block("10.9.0.0/16"),
            BLOCKED,
        ),
        (
            {
                "platform": "kubeadm",
                "node-cidrs": ["10.0.0.0/24"],
                "cluster-cidrs": ["10.9.0.0/16"],
            },
            block("10.9.0.0/16"),
            UNSURE,  # a tunnel's address
        ),
        ({"platform": "eks", "node-cidrs": ["10.0.0.0/24"]}, block("10.9.0.0/16"), BLOCKED),
        ({"platform": "eks", "node-cidrs": ["10.0.0.0/24"]}, block("10.0.0.0/16"), OPEN),
        ({"platform": "gke", "cluster-cidrs": ["10.4.0.0/14"]}, block("10.0.0.0/8"), OPEN),
        ({"platform": "gke", "cluster-cidrs": ["10.4.0.0/14"]}, block("34.1.2.3/32"), BLOCKED),
        ({"platform": "gke", "cluster-cidrs": ["10.4.0.0/14"]}, block("10.4.1.0/24"), UNSURE),
        ({"platform": "gke"}, block("34.1.2.3/32"), UNSURE),
        ({"platform": "aks-vnet", "node-cidrs": ["10.0.0.0/24"]}, block("10.0.0.0/8"), UNSURE),
        ({"cni": "cilium"}, block("10.0.0.1/32"), UNSURE),
        ({"cni": "cilium"}, block("0.0.0.0/0"), UNSURE),
        ({"cni": "cilium", "platform": "kubeadm"}, block("0.0.0.0/0"), UNSURE),
        ({"cni": "cilium", "platform": "kubeadm"}, block("10.0.0.0/8"), ELSEWHERE),
        ({"cni": "calico", "platform": "kubeadm"}, block("0.0.0.0/0"), OPEN),
        ({"cni": "no-such-plugin"}, block("0.0.0.0/0"), OPEN),
    ],
)
def test_addresses(cluster: dict[str, object], peers: str, expected: list[str]) -> None:
    assert codes(peers, cluster=cluster) == expected


@pytest.mark.parametrize(
    ("more", "platform", "cidr", "expected"),
    [
        (ENDPOINTS, "", "10.0.0.1/32", OPEN),
        (ENDPOINTS, "", "10.0.0.9/32", UNSURE),
        (ENDPOINTS, "kubeadm", "10.0.0.1/32", OPEN),
        (ENDPOINTS, "gke", "10.0.0.1/32", UNSURE),  # the endpoint is not where it comes from
        (SLICE, "", "10.0.0.1/32", PARTLY),
        (SLICE, "kubeadm", "10.0.0.0/30", OPEN),
        (NODES, "kubeadm", "10.0.0.1/32", OPEN),
        (NODES, "kubeadm", "10.0.0.9/32", UNSURE),
        (NODES.replace("control-plane", "master"), "kubeadm", "10.0.0.1/32", OPEN),
    ],
)
def test_addresses_in_view(more: str, platform: str, cidr: str, expected: list[str]) -> None:
    assert codes(block(cidr), more, cluster={"platform": platform}) == expected


def test_addresses_in_view_with_known_pod_ranges() -> None:
    known = {"platform": "kubeadm", "cluster-cidrs": ["10.244.0.0/16"]}
    assert codes(block("10.9.0.0/16"), ENDPOINTS, cluster=known) == BLOCKED


def test_what_the_user_says_wins() -> None:
    given = {"api-server": ["192.168.0.1"]}
    assert codes(block("10.0.0.1/32"), ENDPOINTS, cluster=given) == BLOCKED
    assert codes(block("192.168.0.0/16"), ENDPOINTS, cluster=given) == OPEN
