"""What endpoints stand for in a bundle: pods, addresses, and the ports at them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from netlint_rules.addresses import AddressSet
from netlint_rules.guess import closest
from netlint_rules.isolation import labels_match
from netlint_rules.netset import PROTOCOLS, PortSet
from netlint_rules.questions.endpoint import Addresses, Backends, Endpoint, EndpointError, Wide
from netlint_rules.questions.endpoint import Pods as PodsNamed
from netlint_rules.reach import End, Network, Outside, Owner, Pods
from netlint_rules.reach.services import behind
from netlint_rules.record import dataclass
from netlint_rules.resources import Service, ServicePort, Workload
from netlint_rules.selector import Selector
from netlint_rules.truth import Truth


class NotInViewError(EndpointError):
    """An endpoint that nothing in view has the name of. `known`: its namespace is in view."""

    def __init__(self, message: str, *, known: bool) -> None:
        super().__init__(message)
        self.known = known


@dataclass(frozen=True, slots=True)
class Target:
    """Where connections arrive: an end, and the ports there; `ports` None for any."""

    end: End
    ports: PortSet | None


def ends(endpoint: Endpoint, network: Network) -> list[End]:
    """What an endpoint stands for. Raises NotInViewError.

    Labels that no pod in view has stand for a pod with just these labels.
    """
    match endpoint:
        case Wide.ANY:
            return [*_all_pods(network), network.stranger, *network.parts(network.internet)]
        case Wide.INTERNET:
            return list(network.parts(network.internet))
        case Wide.NODE:
            return [*network.nodes.values()] or [network.any_node]
        case Wide.CONTROLLER:
            return list(network.controllers)
        case Addresses():
            node = _node_with(endpoint.block, network)
            return [node] if node else list(network.parts(Outside(endpoint.block)))
        case Backends():
            service = _service(endpoint, network)
            return [network.pods(workload) for workload, _ in _behind(service, network)]
        case PodsNamed():
            return list(_pods(endpoint, network))


def _node_with(block: AddressSet, network: Network) -> Outside | None:
    """The node that has these addresses: it always reaches its own pods."""
    for node in network.nodes.values():
        if block <= node.addresses:
            return Outside(block, node.node)
    return None


def targets(endpoint: Endpoint, ports: PortSet | None, network: Network) -> list[Target]:
    """Where connections to an endpoint arrive. Raises EndpointError.

    A Service's ports are those that clients use: what is given back are the pods' ports.
    """
    if isinstance(endpoint, Backends):
        return list(_behind_ports(_service(endpoint, network), ports, network))
    found = ends(endpoint, network)
    if ports is None or not ports.names:
        return [Target(end, ports) for end in found]
    resolved = [Target(end, _numbers(end, ports)) for end in found]
    kept = [target for target in resolved if target.ports]
    if not kept:
        names = ", ".join(name for _, name in sorted(ports.names))
        raise EndpointError(f"{endpoint} has no port {names}{_declared(found)}")
    return kept


def _numbers(end: End, ports: PortSet) -> PortSet:
    return ports.resolve(end.workload.ports if isinstance(end, Pods) else ())


def _declared(found: Iterable[End]) -> str:
    names = {
        port.name
        for end in found
        if isinstance(end, Pods)
        for port in end.workload.ports
        if port.name
    }
    return f" (its pods have {', '.join(sorted(names))})" if names else ""


def _all_pods(network: Network) -> Iterator[Pods]:
    for pods in network.workloads.values():
        yield from pods


def _pods(named: PodsNamed, network: Network) -> Iterator[Pods]:
    if named.labels:
        yield from _labelled(named, network)
        return
    found = [owner for owner in network.workloads if _is_meant(named, owner)]
    if not found and named.alone:
        found = _by_name(named.namespace, network)
    if not found:
        raise NotInViewError(_missing(named, network), known=_is_known(named, network))
    for owner in found:
        yield from network.workloads[owner]


def _is_meant(named: PodsNamed, owner: Owner) -> bool:
    return (
        _is_in(named.namespace, owner.namespace)
        and fnmatchcase(owner.name, named.name or "*")
        and named.kind.lower() in {"", owner.kind.lower(), f"{owner.kind.lower()}s"}
    )


def _is_in(wanted: str, namespace: str) -> bool:
    """Whether a name or glob is that of a namespace; of its folder's, where nobody gave it."""
    if namespace.startswith("?"):
        return fnmatchcase(namespace[1:].rpartition("/")[2], wanted)
    return fnmatchcase(namespace, wanted)


def _by_name(name: str, network: Network) -> list[Owner]:
    """The workload with a name, which only one namespace may have."""
    if any(_is_in(name, where) for where in network.index.names()):
        return []
    found = [owner for owner in network.workloads if owner.name == name]
    namespaces = sorted({owner.namespace for owner in found})
    if len(namespaces) > 1:
        listed = " or ".join(f"{where}/{name}" for where in namespaces)
        raise EndpointError(f"{name} is in several namespaces: write {listed}")
    return found


def _labelled(named: PodsNamed, network: Network) -> Iterator[Pods]:
    selector = Selector.of(named.labels)
    found = [
        each
        for owner, pods in network.workloads.items()
        if _is_in(named.namespace, owner.namespace)
        for each in pods
        if labels_match(selector, each.workload) is Truth.YES
    ]
    if found:
        yield from found
    else:
        where = _one_namespace(named, network)
        labels = ",".join(f"{key}={value}" for key, value in named.labels.items())
        yield network.pods(Workload("Pod", where, labels, dict(named.labels), None))


def _one_namespace(named: PodsNamed, network: Network) -> str:
    """The namespace of a pod that isn't in view."""
    found = [where for where in network.index.names() if _is_in(named.namespace, where)]
    if len(found) > 1:
        raise EndpointError(f"{named}: no pod in view has these labels, so name one namespace")
    return found[0] if found else named.namespace


def _is_known(named: PodsNamed, network: Network) -> bool:
    return any(_is_in(named.namespace, where) for where in network.index.names())


def _missing(named: PodsNamed, network: Network) -> str:
    """Why nothing is meant, and what may have been."""
    view = network.index.view.name
    names = {where for where in network.index.names() if not where.startswith("?")}
    workloads = {f"{owner.namespace}/{owner.name}" for owner in network.workloads}
    if not _is_known(named, network):
        known = names | {owner.name for owner in network.workloads} if named.alone else names
        hint = closest(named.namespace, known) or _listed(names)
        what = "namespace or workload" if named.alone else "namespace"
        return f"no {what} {named.namespace} in {view}{hint}"
    others = [owner for owner in network.workloads if _is_meant(_any_kind(named), owner)]
    if others:
        return f"{named.namespace}/{named.name} is a {others[0].kind}, not a {named.kind}"
    if named.name in network.index.services.get(named.namespace, {}):
        return f"{named} is a Service: write svc/{named.namespace}/{named.name}"
    own = {each for each in workloads if _is_in(named.namespace, each.partition("/")[0])}
    if not own:
        return f"no pods of {named.namespace} in {view}: ask by labels, {named.namespace}/app=NAME"
    hint = closest(str(named), own) or _listed(own)
    return f"no workload {named} in {view}{hint}"


def _any_kind(named: PodsNamed) -> PodsNamed:
    return PodsNamed(named.namespace, named.name)


def _listed(names: Iterable[str]) -> str:
    known = sorted(names)
    if not known:
        return ""
    more = f" and {len(known) - 5} more" if len(known) > 5 else ""
    return f" (known: {', '.join(known[:5])}{more})"


def _service(named: Backends, network: Network) -> Service:
    for where, services in network.index.services.items():
        if _is_in(named.namespace, where) and named.name in services:
            return services[named.name]
    known = {
        f"svc/{where}/{name}"
        for where, services in network.index.services.items()
        for name in services
    }
    hint = closest(str(named), known)
    in_view = any(_is_in(named.namespace, where) for where in network.index.names())
    message = f"no Service {named.namespace}/{named.name} in {network.index.view.name}{hint}"
    raise NotInViewError(message, known=in_view)


def _behind(service: Service, network: Network) -> Sequence[tuple[Workload, bool]]:
    found = list(behind(network.index, service))
    if not found:
        name = f"Service {service.namespace}/{service.name}"
        raise NotInViewError(f"no pod behind {name} is in {network.index.view.name}", known=True)
    return found


def _behind_ports(service: Service, ports: PortSet | None, network: Network) -> Iterator[Target]:
    found = _behind(service, network)
    if service.is_headless:
        yield from (Target(network.pods(workload), ports) for workload, _ in found)
        return
    meant = [each for each in service.ports if ports is None or _is_port(each, ports)]
    if not meant:
        known = ", ".join(f"{each.protocol}/{each.port}" for each in service.ports)
        raise EndpointError(
            f"Service {service.namespace}/{service.name} has no port {ports} (it has {known})"
        )
    for workload, _ in found:
        arriving = PortSet.empty()
        for each in meant:
            number = each.on(workload)
            if number is not None and each.protocol in PROTOCOLS:
                arriving |= PortSet.of(each.protocol, number)
        yield Target(network.pods(workload), arriving)


def _is_port(port: ServicePort, wanted: PortSet) -> bool:
    if port.protocol not in PROTOCOLS:
        return False
    named = PortSet.named(port.protocol, port.name) if port.name else PortSet.empty()
    is_named = bool(port.name) and named <= wanted
    return is_named or wanted.covers(port.protocol, port.port)
