"""Pods that operators create for custom resources: no pod template of a workload shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netlint_rules.resources import ContainerPort, Workload, from_template, texts
from netlint_rules.source.document import Document
from netlint_rules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from netlint_rules.facts import CustomWorkload


def custom_workloads(document: Document, namespace: str, row: CustomWorkload) -> Iterator[Workload]:
    """The pods that a row of facts says an operator makes for this resource.

    One entry for each pod template of the resource, or one where it has none.
    """
    if row.when and not any(True for _ in _at(document.body, row.when)):
        return
    templates = [
        template
        for path in row.pod_templates
        for template in _at(document.body, path)
        if isinstance(template, Mapping)
    ]
    extra = {
        key: text
        for path in row.label_paths
        for found in _at(document.body, path)
        if isinstance(found, Mapping)
        for key, text in texts(found).items()
    }
    for template in templates or [{}]:
        yield _workload(document, namespace, row, template, extra)


def _workload(
    document: Document,
    namespace: str,
    row: CustomWorkload,
    template: Mapping[str, object],
    extra: Mapping[str, str],
) -> Workload:
    pod = from_template(document, namespace, template, ("spec",))
    values = {"{name}": document.name, "{namespace}": document.namespace}
    own = {key: _filled(text, values) for key, text in row.labels.items()}
    return Workload(
        kind=document.kind,
        namespace=namespace,
        name=document.name,
        labels={**extra, **pod.labels, **own},
        document=document,
        template=("spec",),
        host_network=pod.host_network,
        dns_policy=pod.dns_policy,
        nameservers=pod.nameservers,
        ports=(*pod.ports, *_ports(document, row)),
        containers=pod.containers,
        open_labels=row.open_labels,
    )


def _filled(text: str, values: Mapping[str, str]) -> str:
    for placeholder, value in values.items():
        text = text.replace(placeholder, value)
    return text


def _ports(document: Document, row: CustomWorkload) -> Iterator[ContainerPort]:
    for port in row.ports:
        yield ContainerPort(port.name, port.protocol, port.port)
    for path in row.port_paths:
        for number in _at(document.body, path):
            if isinstance(number, int):
                yield ContainerPort("", "TCP", number)


def _at(body: object, path: str) -> Iterator[object]:
    """Every value at a dotted path, in which `*` stands for each item of a list."""
    step, _, rest = path.partition(".")
    if step == "*":
        found = body if isinstance(body, list) else []
    elif isinstance(body, Mapping) and body.get(step) is not None:
        found = [body[step]]
    else:
        found = []
    for value in found:
        if rest:
            yield from _at(value, rest)
        else:
            yield value
