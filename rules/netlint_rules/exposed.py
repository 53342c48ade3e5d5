"""Services that take connections from outside the cluster, and the pods behind them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from netlint_rules.addresses import AddressSet
from netlint_rules.discovery import parse
from netlint_rules.facts import Facts
from netlint_rules.index import ResourceIndex
from netlint_rules.policy import Policy
from netlint_rules.resources import Service, Workload, is_patched, mapping_at, mappings_at, texts
from netlint_rules.selector import Selector

TARGET_TYPE = "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type"
"""The annotation that says whether a load balancer of AWS sends to pods themselves."""
ENDPOINT_GROUP = "cloud.google.com/neg"
"""The annotation that makes a load balancer of Google Cloud send to pods themselves."""
_OUTSIDE = frozenset({"LoadBalancer", "NodePort"})


@lru_cache(maxsize=4)
def health_checks(facts: Facts, platform: str = "") -> AddressSet:
    """The addresses that load balancers check pods from, on one platform or on any."""
    return parse(
        row.cidr
        for row in facts.special_addresses
        if row.kind == "health-check" and (not platform or row.platforms == (platform,))
    )


def outside_services(index: ResourceIndex, namespace: str) -> Iterator[tuple[Service, Selector]]:
    """The Services of a namespace with a load balancer or node ports, with their selectors."""
    for service in index.services.get(namespace, {}).values():
        kind = mapping_at(service.document.body, ("spec",)).get("type")
        if kind in _OUTSIDE and service.selector and not is_patched(service.document, ("spec",)):
            yield service, Selector.of(service.selector)


def keeps_addresses(service: Service) -> bool:
    """Whether the pods see the client's address, because nodes or the load balancer keep it."""
    spec = mapping_at(service.document.body, ("spec",))
    annotations = texts(mapping_at(service.document.metadata, ("annotations",)))
    return spec.get("externalTrafficPolicy") == "Local" or annotations.get(TARGET_TYPE) == "ip"


def is_behind(index: ResourceIndex, policy: Policy) -> bool:
    """Whether such a Service may select pods of a policy, or they have ports of their node."""
    found = outside_services(index, policy.namespace)
    if any(selector.overlaps(policy.subject) for _, selector in found):
        return True
    pods = index.workloads.get(policy.namespace, ())
    return any(_has_host_port(pod) and policy.subject.matches(pod.labels) for pod in pods)


def _has_host_port(pod: Workload) -> bool:
    ports = (port for each in pod.containers for port in mappings_at(each, ("ports",)))
    return any(port.get("hostPort") for port in ports)


def has_endpoint_group(service: Service) -> bool:
    """Whether a load balancer of Google Cloud sends to the pods of a Service themselves."""
    document = service.document
    path = ("metadata", "annotations")
    if "annotations" not in document.metadata or is_patched(document, path):
        return False
    text = texts(mapping_at(document.body, path)).get(ENDPOINT_GROUP, "")
    return '"exposed_ports"' in text or '"ingress":true' in text.replace(" ", "")
