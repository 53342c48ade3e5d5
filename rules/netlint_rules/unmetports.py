"""Ports that policies open, and that no pod at the other end has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netlint_rules.backends import is_changed
from netlint_rules.context import Context
from netlint_rules.dns.servers import Servers, ServersOf
from netlint_rules.isolation import labels_match
from netlint_rules.lazy import cached_property
from netlint_rules.meant import Meant, Peers, PeersOf, PodsIn, in_whole_view
from netlint_rules.policy import Direction, PodPeer, Policy, SinglePort
from netlint_rules.record import NamedTuple
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
    surroundings = _Surroundings(context, namespace)
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
                    yield from _unmet(surroundings, policy, single, ends)


def _destinations(known: Peers, namespace: str, single: SinglePort) -> Sequence[Meant]:
    """What each peer of an egress rule means; nothing where one of them isn't of pods."""
    ends: list[Meant] = []
    for peer in single.rule.peers or ():
        if not isinstance(peer, PodPeer):
            return ()
        ends.append(known.matching(namespace, peer))
    return ends


class _Surroundings:
    """What is asked again and again about the pods and Services around a namespace's policies."""

    def __init__(self, context: Context, namespace: str) -> None:
        self.context = context
        self._namespace = namespace
        self._servers: dict[Workload, bool] = {}
        self._called: dict[Workload, bool] = {}
        self._fronts: dict[str, dict[tuple[str, int | str], list[Service]]] = {}

    def are_others_concern(self, single: SinglePort, pods: Sequence[Workload]) -> bool:
        """Whether rules about DNS servers, or about what the API server calls, speak of pods."""
        if any(map(self._is_server, pods)):
            return True
        if single.direction is Direction.EGRESS or single.protocol != "TCP":
            return False
        return any(map(self._is_called, pods))

    def _is_server(self, pod: Workload) -> bool:
        known = self._servers.get(pod)
        if known is None:
            known = self._servers[pod] = self._dns.is_server(pod.namespace, pod.labels)
        return known

    @cached_property
    def _dns(self) -> Servers:
        context = self.context
        return context.workspace.derived(ServersOf(context.config.cluster, context.facts))

    def _is_called(self, pod: Workload) -> bool:
        known = self._called.get(pod)
        if known is None:
            known = pod in self._signed or any(
                labels_match(each, pod) is Truth.YES for each in self._callees
            )
            self._called[pod] = known
        return known

    @cached_property
    def _signed(self) -> frozenset[Workload]:
        return self.context.workspace.derived(SignsOf(self.context.facts, self._namespace))

    @cached_property
    def _callees(self) -> Sequence[Selector]:
        calls = self.context.workspace.derived(CallsOf()).targets.get(self._namespace, ())
        return [Selector.of(each.service.selector) for each in calls if each.service.selector]

    def fronts(self, namespace: str, single: SinglePort) -> Sequence[Service]:
        """The Services of a namespace that have the port of a policy."""
        if namespace not in self._fronts:
            found: dict[tuple[str, int | str], list[Service]] = {}
            for service in self.context.index.services.get(namespace, {}).values():
                keys = [(port.protocol, key) for port in service.ports for key in _names(port)]
                for key in dict.fromkeys(keys):
                    found.setdefault(key, []).append(service)
            self._fronts[namespace] = found
        return self._fronts[namespace].get((single.protocol, single.port), ())


def _names(port: ServicePort) -> tuple[int | str, ...]:
    return (port.port, port.name)


def _unmet(
    surroundings: _Surroundings, policy: Policy, single: SinglePort, ends: Sequence[Meant]
) -> Iterator[UnmetPort]:
    context = surroundings.context
    if policy.broken or is_patched(policy.document, single.entry.path):
        return
    matched = dict.fromkeys(pod for end in ends for pod in end.certain if pod.is_subject)
    pods = tuple(matched)
    is_sure = _is_sure(context, policy, single) and not any(end.is_open for end in ends)
    if not (pods and (is_sure or _is_narrow(policy, single))):
        return
    if any(end.possible for end in ends) or any(is_changed(pod, ports=True) for pod in pods):
        return
    if not surroundings.are_others_concern(single, pods):
        found = UnmetPort(policy, single, pods, is_sure)
        forwarding = _forwarding(surroundings, found)
        yield found._replace(forwarding=forwarding) if forwarding else found


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


def _forwarding(surroundings: _Surroundings, found: UnmetPort) -> Forwarding | None:
    """The Service's port that was meant, if every pod is behind it or shows what it listens on."""
    for namespace in dict.fromkeys(pod.namespace for pod in found.pods):
        for service in surroundings.fronts(namespace, found.single):
            each = _through(found, service)
            if each is not None:
                return each
    return None


def _through(found: UnmetPort, service: Service) -> Forwarding | None:
    if service.selector is None or is_patched(service.document, ("spec",)):
        return None
    if service.is_headless and isinstance(found.single.port, int):
        return None  # Its name stands for the pods: nothing passes connections on to other ports.
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
