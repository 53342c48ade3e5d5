"""Ports that policies open, and that no pod at the other end has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from netlint_rules.backends import is_changed
from netlint_rules.context import Context
from netlint_rules.dns.servers import ServersOf
from netlint_rules.isolation import labels_match
from netlint_rules.meant import Meant, Peers, PeersOf, PodsIn, in_whole_view
from netlint_rules.policy import Direction, PodPeer, Policy, SinglePort
from netlint_rules.resources import Service, ServicePort, Workload, is_patched
from netlint_rules.selector import Selector
from netlint_rules.truth import Truth
from netlint_rules.webhooks.references import CallsOf
from netlint_rules.webhooks.suspects import SignsOf


class Forwarding(NamedTuple):
    """A port of a Service that stands in front of pods, and where it leads on them."""

    service: Service
    port: ServicePort
    target: int


class UnmetPort(NamedTuple):
    """A port of a policy that none of the `pods` declares, the destinations of its rule.

    `is_sure`: these are all the pods that the rule means. `forwarding` is the Service's port that
    was probably meant.
    """

    policy: Policy
    single: SinglePort
    pods: tuple[Workload, ...]
    is_sure: bool
    forwarding: Forwarding | None = None

    @property
    def names(self) -> frozenset[tuple[str, str]]:
        """The ports with names that the pods declare, as name and protocol."""
        return frozenset(
            (port.name, port.protocol) for pod in self.pods for port in pod.ports if port.name
        )

    @property
    def all_declare(self) -> bool:
        """Whether each of the pods declares some port."""
        return all(pod.ports for pod in self.pods)


def unmet_ports(context: Context, namespace: str) -> Iterator[UnmetPort]:
    """The single ports of policies for which the pods in view don't fit.

    What the API server calls, and what DNS servers listen on, are left to the rules about these.
    """
    known = context.workspace.derived(PeersOf())
    table = context.workspace.derived(PodsIn(namespace))
    for policy in context.policies(namespace):
        selected = (table.matching(policy.subject),)
        for single in policy.single_ports:
            if single.direction is Direction.INGRESS:
                ends: Sequence[Meant] = selected
            else:
                ends = _destinations(known, namespace, single)
            wanted = (single.protocol, single.port)
            for end in ends:
                if wanted in end.ports or end.is_nothing:
                    break
            else:
                if ends:
                    yield from _unmet(context, policy, single, ends)


def _destinations(known: Peers, namespace: str, single: SinglePort) -> Sequence[Meant]:
    """What each peer of an egress rule means; nothing where one of them isn't of pods."""
    ends: list[Meant] = []
    for peer in single.rule.peers or ():
        if not isinstance(peer, PodPeer):
            return ()
        ends.append(known.matching(namespace, peer))
    return ends


def _unmet(
    context: Context, policy: Policy, single: SinglePort, ends: Sequence[Meant]
) -> Iterator[UnmetPort]:
    matched = dict.fromkeys(pod for end in ends for pod in end.certain if pod.is_subject)
    pods = tuple(matched)
    is_sure = _is_sure(context, policy, single) and not any(end.is_open for end in ends)
    is_read = not policy.broken and not is_patched(policy.document, single.entry.path)
    if not (pods and is_read and (is_sure or _is_narrow(policy, single))):
        return
    if any(end.possible for end in ends) or any(is_changed(pod, ports=True) for pod in pods):
        return
    if not _is_told_elsewhere(context, single, pods):
        found = UnmetPort(policy, single, pods, is_sure)
        yield found._replace(forwarding=_forwarding(context, found))


def _is_sure(context: Context, policy: Policy, single: SinglePort) -> bool:
    if single.direction is Direction.INGRESS:
        return context.index.complete(policy.namespace)
    return all(
        isinstance(peer, PodPeer) and in_whole_view(context.index, policy.namespace, peer)
        for peer in single.rule.peers or ()
    )


def _is_narrow(policy: Policy, single: SinglePort) -> bool:
    """Whether labels tell the pods: those that are out of view would be of the same kind."""
    if single.direction is Direction.INGRESS:
        return bool(policy.subject.equalities())
    return all(
        isinstance(peer, PodPeer) and bool(peer.pods.equalities())
        for peer in single.rule.peers or ()
    )


def _is_told_elsewhere(context: Context, single: SinglePort, pods: Sequence[Workload]) -> bool:
    servers = context.workspace.derived(ServersOf(context.config.cluster, context.facts))
    if any(servers.is_server(pod.namespace, pod.labels) for pod in pods):
        return True
    if single.direction is Direction.EGRESS or single.protocol != "TCP":
        return False
    namespace = pods[0].namespace
    calls = context.workspace.derived(CallsOf()).targets.get(namespace, ())
    called = [Selector.of(each.service.selector) for each in calls if each.service.selector]
    signed = context.workspace.derived(SignsOf(context.facts, namespace))
    return any(
        pod in signed or any(labels_match(each, pod) is Truth.YES for each in called)
        for pod in pods
    )


def _forwarding(context: Context, found: UnmetPort) -> Forwarding | None:
    """The Service's port that was meant, if every pod is behind it or shows what it listens on."""
    for namespace in dict.fromkeys(pod.namespace for pod in found.pods):
        for service in context.index.services.get(namespace, {}).values():
            each = _through(found, service)
            if each is not None:
                return each
    return None


def _through(found: UnmetPort, service: Service) -> Forwarding | None:
    if service.selector is None or is_patched(service.document, ("spec",)):
        return None
    ports = [port for port in service.ports if _is_same(port, found.single)]
    if not ports:
        return None
    selector = Selector.of(service.selector)
    behind = [pod for pod in found.pods if labels_match(selector, pod) is Truth.YES]
    if not behind or not all(pod.ports or pod in behind for pod in found.pods):
        return None
    for port in ports:
        targets = {port.on(pod) for pod in behind}
        target = targets.pop()
        if target is not None and not targets:
            return Forwarding(service, port, target)
    return None


def _is_same(port: ServicePort, single: SinglePort) -> bool:
    named = port.name if isinstance(single.port, str) else port.port
    return named == single.port and port.protocol == single.protocol


def is_target_open(context: Context, found: UnmetPort, forwarding: Forwarding) -> bool:
    """Whether rules for the same pods open the port where the Service's connections arrive."""
    policy, direction = found.policy, found.single.direction
    ports = found.pods[0].named_ports()
    return any(
        rule.ports.resolve(ports).covers(found.single.protocol, forwarding.target)
        for other in (policy, *context.isolation(policy.namespace).broader(policy))
        for rule in other.rules[direction]
    )
