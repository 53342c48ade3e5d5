"""An ipBlock for clients whose address the pods never see

A Service of type LoadBalancer or NodePort forwards connections through any node, unless it has
`externalTrafficPolicy: Local`. The node that takes the connection replaces the client's address
by its own. Behind an Ingress or an HTTPRoute the connection comes from the controller. An
`ipBlock` with the clients' public addresses then matches nothing; netlint reports one where it is
all that lets connections in at the port.

## Why it matters

The policy keeps out the very clients that it names: all of them, or those whose connections come
by another node than the pod's. How plugins see the address differs, so a test may well succeed.

## How to fix

- Set `externalTrafficPolicy: Local` at the Service: the client's address stays.
- Or filter at the load balancer, with `loadBalancerSourceRanges`, and let the nodes in here.
- Behind a controller, filter there (allow lists of Ingress controllers), and let it in here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from netlint_rules.addresses import AddressSet
from netlint_rules.backends import Backend, backends
from netlint_rules.context import Context
from netlint_rules.exposed import TARGET_TYPE, health_checks, keeps_addresses, outside_services
from netlint_rules.finding import Confidence, Finding, Location, Severity
from netlint_rules.isolation import rules
from netlint_rules.peers import pods_of
from netlint_rules.policy import AddressPeer, Block, Direction, PodPeer, Policy, PolicyRule
from netlint_rules.record import NamedTuple
from netlint_rules.resources import Service, ServicePort, is_patched
from netlint_rules.routes import RoutesIn
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.selector import Selector
from netlint_rules.traits import Trait
from netlint_rules.truth import Truth

SOURCE = Code(
    "NP321",
    "lb-source-ip",
    Severity.WARNING,
    "an ipBlock names clients whose address the pods never see",
)
_INSIDE = AddressSet.union(
    [
        AddressSet.parse(cidr)
        for cidr in (
            "10.0.0.0/8",
            "100.64.0.0/10",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "fc00::/7",
            "fe80::/10",
        )
    ]
)
"""Networks in which nodes and load balancers may have their addresses."""


class _Way(NamedTuple):
    """How connections from outside come to pods without the client's address.

    `ports` are those of the Service that take the way; `why` is what becomes of the address.
    `by_pods`: they come from pods, which selectors may match.
    """

    service: Service
    ports: Sequence[ServicePort]
    why: str
    place: Location
    by_pods: bool = False


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look at the ipBlocks of public addresses that let connections in."""
    balancers = health_checks(context.facts)
    for policy in context.policies(namespace):
        blocks = [block for block in policy.blocks if _is_of_clients(block, balancers)]
        if blocks and not policy.broken and not is_patched(policy.document, ("spec",)):
            yield from _check_policy(context, policy, blocks)


def _is_of_clients(block: Block, balancers: AddressSet) -> bool:
    if block.direction is not Direction.INGRESS or not block.peer.block:
        return False
    return block.peer.block.isdisjoint(_INSIDE) and block.peer.block.isdisjoint(balancers)


def _check_policy(context: Context, policy: Policy, blocks: list[Block]) -> Iterator[Finding]:
    for way in chain(_by_node(context, policy), _by_controller(context, policy)):
        for pod in _pods(context, policy, way):
            for block in blocks:
                if _is_all(context, policy, way, pod, block):
                    yield _finding(context, policy, way, pod, block)
                    return


def _by_node(context: Context, policy: Policy) -> Iterator[_Way]:
    for service, selector in outside_services(context.index, policy.namespace):
        if selector.overlaps(policy.subject) and not keeps_addresses(service):
            place = Location(service.document, ("spec", "type"), "forwards through any node")
            yield _Way(service, service.ports, "replaces their address by a node's", place)


def _by_controller(context: Context, policy: Policy) -> Iterator[_Way]:
    for routed in context.workspace.derived(RoutesIn()).get(policy.namespace, ()):
        service = context.index.services.get(policy.namespace, {}).get(routed.service)
        if service and service.selector and Selector.of(service.selector).overlaps(policy.subject):
            why = "gets their requests from a controller, with its own address"
            yield _Way(service, routed.ports(service), why, routed.place, by_pods=True)


def _pods(context: Context, policy: Policy, way: _Way) -> Iterator[Backend]:
    """The pods at the end of a way that the policy surely selects."""
    isolation = context.isolation(policy.namespace)
    for port in way.ports:
        for pod in backends(isolation, way.service, port) if port.protocol == "TCP" else ():
            if policy in isolation.selecting(pod.subject, Direction.INGRESS).certain:
                yield pod


def _is_all(context: Context, policy: Policy, way: _Way, pod: Backend, block: Block) -> bool:
    """Whether nothing but ipBlocks of clients lets connections from outside in at the port."""
    if pod.covers(block.rule.ports) is not Truth.YES:
        return False
    selecting = context.isolation(policy.namespace).selecting(pod.subject, Direction.INGRESS)
    return not any(
        _lets_in(way, rule)
        for _, rule in rules(tuple(selecting.all()), Direction.INGRESS)
        if pod.opened_by(rule) is not Truth.NO
    )


def _lets_in(way: _Way, rule: PolicyRule) -> bool:
    """Whether a rule may let in what the connections come from: nodes, or a controller's pods."""
    if rule.peers is None or rule.opaque_reasons:
        return True
    if way.by_pods and any(isinstance(peer, PodPeer) for peer in rule.peers):
        return True
    blocks = (peer.block for peer in rule.peers if isinstance(peer, AddressPeer))
    return any(not block.isdisjoint(_INSIDE) for block in blocks)


def _finding(context: Context, policy: Policy, way: _Way, pod: Backend, block: Block) -> Finding:
    path = (*block.peer.path, "ipBlock", "cidr")
    return context.finding(
        SOURCE,
        f"clients from {block.peer.cidr} may not get to {pods_of(context.index, [policy])}: "
        f"Service {way.service.name} {way.why}",
        Location(policy.document, path, f"names clients' addresses, which {pod.tcp} never sees"),
        confidence=Confidence.HIGH,
        related=[way.place],
    )


_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - from:
"""
_OFFICE = "    - ipBlock: {cidr: 203.0.113.0/24}  # <- NP321\n"
_UNMARKED = _OFFICE.replace("  # <- NP321", "")
_PORTS = "    ports: [{port: 8080}]\n"
_CONTROLLER = "    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: traefik}}\n"
_SERVICE = """\
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  type: LoadBalancer
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
"""

_INGRESS = """\
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
"""
_INSIDE_SERVICE = _SERVICE.replace("LoadBalancer", "ClusterIP")

RULE = Rule(
    name="lb-source-ip",
    title="an ipBlock for clients whose address the pods never see",
    codes=(SOURCE,),
    groups=("addresses", "correctness"),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example("Clients of a load balancer", _POLICY + _OFFICE + _PORTS + _SERVICE),
        Example(
            "Clients of a node port, and pods of the namespace",
            _POLICY
            + "    - podSelector: {}\n"
            + _OFFICE
            + _SERVICE.replace("LoadBalancer", "NodePort"),
        ),
        Example("Clients of an Ingress", _POLICY + _OFFICE + _INSIDE_SERVICE + _INGRESS),
    ),
    good=(
        Example(
            "The Service keeps the client's address",
            _POLICY + _UNMARKED + _SERVICE + "  externalTrafficPolicy: Local\n",
        ),
        Example(
            "The load balancer sends to the pods themselves",
            _POLICY
            + _UNMARKED
            + _SERVICE.replace("shop}", f"shop, annotations: {{{TARGET_TYPE}: ip}}}}"),
        ),
        Example(
            "A Service for the cluster alone",
            _POLICY + _UNMARKED + _INSIDE_SERVICE,
        ),
        Example(
            "The Ingress controller is let in, too",
            _POLICY + _UNMARKED + _CONTROLLER + _INSIDE_SERVICE + _INGRESS,
        ),
        Example(
            "The load balancers of Google Cloud",
            _POLICY
            + _UNMARKED.replace("203.0.113.0/24", "35.191.0.0/16")
            + _INSIDE_SERVICE
            + _INGRESS,
        ),
        Example(
            "The nodes are let in, too",
            _POLICY + _UNMARKED + "    - ipBlock: {cidr: 10.0.0.0/16}\n" + _SERVICE,
        ),
        Example(
            "Any source is let in by another rule",
            _POLICY + _UNMARKED + _PORTS + "  - " + _PORTS.strip() + "\n" + _SERVICE,
        ),
        Example(
            "The block is for another port",
            _POLICY + _UNMARKED + _PORTS.replace("8080", "9090") + _SERVICE,
        ),
        Example(
            "Other pods",
            _POLICY + _UNMARKED + _SERVICE.replace("{app: web}", "{app: api}"),
        ),
    ),
    check=check,
    eased=True,
    needs=frozenset({Trait.ADDRESSES, Trait.INGRESS}),
    references=(
        "https://kubernetes.io/docs/tutorials/services/source-ip/",
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors",
    ),
)
