"""Ports that policies open, and that no pod at the other end has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netlint_rules.context import Context
from netlint_rules.dns.servers import Servers, ServersOf
from netlint_rules.isolation import labels_match
from netlint_rules.lazy import cached_property
from netlint_rules.meant import Meant, Peers, PeersOf, TablesOf, in_whole_view
from netlint_rules.policy import Direction, PodPeer, Policy, PolicyRule, SinglePort
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
    Numbers in egress rules count only where a Service has them: pods needn't declare theirs.
    """
    tables = context.workspace.derived(TablesOf())
    known = context.workspace.derived(PeersOf(tables))
    table = tables.of(context.index, namespace)
    surroundings = _Surroundings(context, namespace)
    for policy in context.policies(namespace):
        selected = (table.matching(policy.subject),)
        rule: PolicyRule | None = None
        ends: Sequence[Meant]
        destinations: Sequence[Meant] = ()
        for single in policy.single_ports:
            ends = selected
            if single.direction is Direction.EGRESS:
                if single.rule is not rule:
                    rule, destinations = single.rule, _destinations(known, namespace, single)
                ends = destinations
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
        self._concerns: dict[tuple[bool, tuple[Workload, ...]], bool] = {}
        self._fronts: dict[str, dict[tuple[str, int | str], list[Service]]] = {}

    def are_others_concern(self, single: SinglePort, pods: tuple[Workload, ...]) -> bool:
        """Whether rules about DNS servers, or about what the API server calls, speak of pods."""
        may_be_called = single.direction is Direction.INGRESS and single.protocol == "TCP"
        known = self._concerns.get((may_be_called, pods))
        if known is None:
            known = any(map(self._is_server, pods)) or (
                may_be_called and any(map(self._is_called, pods))
            )
            self._concerns[may_be_called, pods] = known
        return known

    def _is_server(self, pod: Workload) -> bool:
        return self._dns.is_server(pod.namespace, pod.labels)

    @cached_property
    def _dns(self) -> Servers:
        context = self.context
        return context.workspace.derived(ServersOf(context.config.cluster, context.facts))

    def _is_called(self, pod: Workload) -> bool:
        return pod in self._signed or any(
            labels_match(each, pod) is Truth.YES for each in self._callees
        )

    @cached_property
    def _signed(self) -> frozenset[Workload]:
        return self.context.workspace.derived(SignsOf(self.context.facts, self._namespace))

    @cached_property
    def _callees(self) -> Sequence[Selector]:
        calls = self.context.workspace.derived(CallsOf()).targets.get(self._namespace, ())
        return [Selector.of(each.service.selector) for each in calls if each.service.selector]

    @cached_property
    def is_whole(self) -> bool:
        """Whether all pods of the policies' namespace are in view."""
        return self.context.index.complete(self._namespace)

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
    if policy.broken or is_patched(policy.document, single.entry.path):
        return
    if not all(end.is_settled for end in ends):
        return
    pods = _subjects(ends)
    if not (pods and (_is_narrow(policy, single) or _is_sure(surroundings, policy, single, ends))):
        return
    forwarding = _forwarding(surroundings, single, pods)
    if forwarding is None and _is_number_of_egress(single):
        return
    if not surroundings.are_others_concern(single, pods):
        is_sure = _is_sure(surroundings, policy, single, ends)
        yield UnmetPort(policy, single, pods, is_sure, forwarding)


def _subjects(ends: Sequence[Meant]) -> tuple[Workload, ...]:
    """The pods that are certainly meant, and to which policies apply."""
    if len(ends) == 1:
        return ends[0].subjects
    return tuple(dict.fromkeys(pod for end in ends for pod in end.subjects))


def _is_number_of_egress(single: SinglePort) -> bool:
    return single.direction is Direction.EGRESS and isinstance(single.port, int)


def _is_sure(
    surroundings: _Surroundings, policy: Policy, single: SinglePort, ends: Sequence[Meant]
) -> bool:
    """Whether the ends are all pods that there can be."""
    if any(end.is_open for end in ends):
        return False
    if single.direction is Direction.INGRESS:
        return surroundings.is_whole
    index = surroundings.context.index
    return all(
        isinstance(peer, PodPeer) and in_whole_view(index, policy.namespace, peer)
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


def _forwarding(
    surroundings: _Surroundings, single: SinglePort, pods: tuple[Workload, ...]
) -> Forwarding | None:
    """The Service's port that was meant, if every pod is behind it or shows what it listens on."""
    for namespace in dict.fromkeys(pod.namespace for pod in pods):
        for service in surroundings.fronts(namespace, single):
            each = _through(single, pods, service)
            if each is not None:
                return each
    return None


def _through(single: SinglePort, pods: tuple[Workload, ...], service: Service) -> Forwarding | None:
    if service.selector is None or is_patched(service.document, ("spec",)):
        return None
    if service.is_headless and isinstance(single.port, int):
        return None  # Its name stands for the pods: nothing passes connections on to other ports.
    ports = [port for port in service.ports if _is_same(port, single)]
    if not ports:
        return None
    selector = Selector.of(service.selector)
    behind = [pod for pod in pods if labels_match(selector, pod) is Truth.YES]
    if not behind or not all(pod.ports or pod in behind for pod in pods):
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
    ports = found.pods[0].ports
    return any(
        rule.ports.resolve(ports).covers(found.single.protocol, forwarding.target)
        for other in (policy, *context.isolation(policy.namespace).broader(policy))
        for rule in other.rules[direction]
    )
