"""What the API server calls inside the cluster: webhooks, conversions and aggregated APIs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from netlint_rules.choices import StrEnum
from netlint_rules.index import ResourceIndex
from netlint_rules.record import dataclass, field
from netlint_rules.resources import (
    Service,
    ServicePort,
    is_patched,
    items_at,
    mapping_at,
    mappings_at,
)
from netlint_rules.source.document import Document, Path
from netlint_rules.source.placeholders import is_placeholder

_DEFAULT_PORT = 443
_DEFAULT_TIMEOUT = 10
_NARROWING = ("namespaceSelector", "objectSelector", "matchConditions")
_CONVERSION: Path = ("spec", "conversion", "webhook", "clientConfig", "service")


class Call(StrEnum):
    """Why the API server connects to a Service."""

    VALIDATING = "ValidatingWebhookConfiguration"
    MUTATING = "MutatingWebhookConfiguration"
    CONVERSION = "CustomResourceDefinition"
    API = "APIService"


_GROUPS: Mapping[Call, str] = {
    Call.VALIDATING: "admissionregistration.k8s.io",
    Call.MUTATING: "admissionregistration.k8s.io",
    Call.CONVERSION: "apiextensions.k8s.io",
    Call.API: "apiregistration.k8s.io",
}


@dataclass(frozen=True, slots=True, eq=False)
class ClientReference:
    """A place where the API server is told to call a Service.

    `path` leads to the reference in `document`. `resources` are those whose requests make it
    call an admission webhook, `*` for all; `is_narrowed` where selectors or conditions leave some
    requests out. `fails_open`: with failurePolicy Ignore, a failed call passes as if it had
    agreed. `timeout` is in seconds.
    """

    call: Call
    name: str
    document: Document
    path: Path
    namespace: str
    service: str
    port: int
    resources: tuple[str, ...] = ()
    is_narrowed: bool = False
    fails_open: bool = False
    timeout: int = _DEFAULT_TIMEOUT


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """A port of a Service that the API server calls, with all that makes it call.

    The references whose failure hurts most come first.
    """

    service: Service
    port: ServicePort
    references: tuple[ClientReference, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Dangling:
    """References to a Service that isn't in view, or, if `service` is, to a port it hasn't."""

    references: tuple[ClientReference, ...]
    service: Service | None


@dataclass(slots=True)
class Calls:
    """Everything that the API server calls, by the namespace of the Service."""

    targets: dict[str, list[Target]] = field(default_factory=lambda: defaultdict(list))
    dangling: dict[str, list[Dangling]] = field(default_factory=lambda: defaultdict(list))

    def homes(self, document: Document) -> set[str]:
        """The namespaces to which the calls belong that a document makes."""
        return {
            where
            for groups in (self.targets, self.dangling)
            for where, group in groups.items()
            for member in group
            if any(reference.document is document for reference in member.references)
        }


@dataclass(frozen=True, slots=True)
class CallsOf:
    """Makes the calls of a bundle, for `Workspace.derived`."""

    def inputs(self, index: ResourceIndex) -> tuple[object, ...]:
        """Services, namespaces, and the documents that name Services."""
        return (index.services, index.namespaces, *map(index.documents.get, Call))

    def __call__(self, index: ResourceIndex) -> Calls:
        """The calls, as far as the objects in view tell."""
        return calls(index)


def calls(index: ResourceIndex) -> Calls:
    """The calls of a bundle.

    A Service that isn't in view counts for its namespace where that is in view, else for the
    first namespace that is, so that every reference belongs to one that is examined.
    """
    found = Calls()
    names = index.names()
    for (where, name), references in _grouped(index):
        service = index.services.get(where, {}).get(name)
        port = _tcp_port(service, references[0].port) if service else None
        if service is not None and port is not None:
            found.targets[where].append(Target(service, port, references))
        elif service is not None:
            if not (_is_external(service) or is_patched(service.document, ("spec", "ports"))):
                found.dangling[where].append(Dangling(references, service))
        elif where:
            home = where if where in names or not names else names[0]
            found.dangling[home].append(Dangling(references, None))
    return found


def find_service(index: ResourceIndex, namespace: str, name: str) -> Service | None:
    """The Service that a reference means.

    Where the namespace has none of that name, one whose own namespace isn't known is meant, if
    only one of them is in view.
    """
    named = index.services.get(namespace, {}).get(name)
    if named is not None:
        return named
    unsettled = [
        services[name]
        for where, services in index.services.items()
        if name in services and (where.startswith("?") or not namespace)
    ]
    return unsettled[0] if len(unsettled) == 1 else None


def _tcp_port(service: Service, number: int) -> ServicePort | None:
    return next((p for p in service.ports if p.port == number and p.protocol == "TCP"), None)


def _is_external(service: Service) -> bool:
    return mapping_at(service.document.body, ("spec",)).get("type") == "ExternalName"


def _grouped(
    index: ResourceIndex,
) -> Iterator[tuple[tuple[str, str], tuple[ClientReference, ...]]]:
    """The references to one port of one Service, with the Service's namespace and name."""
    groups: dict[tuple[str, str, int], list[ClientReference]] = defaultdict(list)
    for reference in _references(index):
        service = find_service(index, reference.namespace, reference.service)
        where = service.namespace if service else reference.namespace
        groups[where, reference.service, reference.port].append(reference)
    for (where, name, _), members in groups.items():
        yield (where, name), tuple(sorted(members, key=lambda reference: reference.fails_open))


def _references(index: ResourceIndex) -> Iterator[ClientReference]:
    for call, group in _GROUPS.items():
        for placed in index.documents.get(call, ()):
            if placed.document.group == group:
                for reference in _read(call, placed.document):
                    named = (reference.namespace, reference.service)
                    if reference.service and not any(map(is_placeholder, named)):
                        yield reference


def _read(call: Call, document: Document) -> Iterator[ClientReference]:
    if call is Call.API:
        yield from _reference(call, document, ("spec", "service"))
    elif call is Call.CONVERSION:
        conversion = mapping_at(document.body, ("spec", "conversion"))
        if conversion.get("strategy") == "Webhook":
            yield from _reference(call, document, _CONVERSION)
    else:
        yield from _webhooks(call, document)


def _reference(call: Call, document: Document, path: Path) -> Iterator[ClientReference]:
    service = mapping_at(document.body, path)
    if not is_patched(document, path):
        yield ClientReference(call, document.name, document, path, *_service(service))


def _webhooks(call: Call, document: Document) -> Iterator[ClientReference]:
    """One reference for each webhook; one without rules is never called."""
    for position, webhook in enumerate(items_at(document.body, ("webhooks",))):
        path: Path = ("webhooks", position, "clientConfig", "service")
        body = webhook if isinstance(webhook, dict) else {}
        service = mapping_at(body, ("clientConfig", "service"))
        if items_at(body, ("rules",)) and not is_patched(document, path):
            timeout = body.get("timeoutSeconds")
            yield ClientReference(
                call,
                str(body.get("name") or document.name),
                document,
                path,
                *_service(service),
                resources=tuple(dict.fromkeys(_resources(body))),
                is_narrowed=any(body.get(field) for field in _NARROWING),
                fails_open=body.get("failurePolicy") == "Ignore",
                timeout=timeout if isinstance(timeout, int) else _DEFAULT_TIMEOUT,
            )


def _service(reference: Mapping[str, object]) -> tuple[str, str, int]:
    """Namespace, name and port of the Service."""
    port = reference.get("port")
    return (
        str(reference.get("namespace") or ""),
        str(reference.get("name") or ""),
        port if isinstance(port, int) else _DEFAULT_PORT,
    )


def _resources(webhook: Mapping[str, object]) -> Iterator[str]:
    """The resources of the rules; where they are all of a group, that."""
    for rule in mappings_at(webhook, ("rules",)):
        groups = [str(group) for group in items_at(rule, ("apiGroups",))]
        for resource in map(str, items_at(rule, ("resources",))):
            if not resource.startswith("*"):
                yield resource
            elif "*" in groups:
                yield "*"
            else:
                yield from (f"all of {group or 'the core group'}" for group in groups)
