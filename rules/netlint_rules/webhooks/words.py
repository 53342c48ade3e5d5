"""Calls of the API server, and the harm of losing them, in words for messages and notes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from netlint_rules.apiserver import Admission
from netlint_rules.finding import Location
from netlint_rules.selector import Selector
from netlint_rules.webhooks.blocked import BlockedCall
from netlint_rules.webhooks.missed import Slip
from netlint_rules.webhooks.references import Call, ClientReference, Target
from netlint_rules.webhooks.suspects import Suspect

_LONGEST_SELECTOR = 45
"""Characters; Helm's label sets are longer, and the Service's name says more."""

_METRICS = "metrics.k8s.io"
_SHOWN = 2


def harm(references: Sequence[ClientReference]) -> str:
    """What no longer works, the worst of it: `writes to orders are rejected`."""
    first = references[0]
    count = f" ({len(references)} webhooks)" if len(references) > 1 else ""
    if first.call is Call.API:
        return _api_harm(first.name)
    if first.call is Call.CONVERSION:
        return f"{first.name} can't be listed{count}"
    if first.fails_open:
        checks = "checks" if first.call is Call.VALIDATING else "changes"
        return f"the {checks} of webhook {first.name} are skipped{count}"
    return f"{_writes(references)} are rejected{count}"


def _api_harm(name: str) -> str:
    group = name.partition(".")[2]
    if group == _METRICS:
        return "kubectl top and autoscaling fail"
    return "autoscaling fails" if group.endswith(f".{_METRICS}") else f"requests to {name} fail"


def _writes(references: Sequence[ClientReference]) -> str:
    """The writes that need one of the webhooks: `writes to orders and items`."""
    closed = [each for each in references if each.resources and not each.fails_open]
    resources = list(dict.fromkeys(name for each in closed for name in each.resources))
    some = "some " if all(each.is_narrowed for each in closed) else ""
    if "*" in resources:
        return f"{some or 'all '}writes"
    if len(resources) > _SHOWN:
        return f"{some}writes to {resources[0]} and {len(resources) - 1} more resources"
    return f"{some}writes to {' and '.join(resources)}"


def reference_location(reference: ClientReference) -> Location:
    """The place of a reference: what the API server does there, and what a failure looks like."""
    note = f"calls Service {reference.service} on port {reference.port}; {_failure(reference)}"
    return Location(reference.document, reference.path, note)


def _failure(reference: ClientReference) -> str:
    if reference.call is Call.CONVERSION:
        return "else lists, reads and garbage collection of these objects fail"
    if reference.call is Call.API:
        return "else discovery fails and namespaces can't be deleted"
    if reference.fails_open:
        return f"else each request waits {reference.timeout} s and passes (failurePolicy Ignore)"
    return f'else requests fail: "failed calling webhook {reference.name}"'


def pods_in_words(selector: Selector, otherwise: str, namespace: str) -> str:
    """`pods app=hook in shop`, with another name for pods whose labels are many."""
    text = str(selector)
    return f"pods {otherwise if len(text) > _LONGEST_SELECTOR else text} in {namespace}"


def told(lost: str, call: BlockedCall, pods: str, in_view: str) -> str:
    """What is lost, and why; `in_view` qualifies what is not found."""
    place = f"{call.backend.tcp} on {pods}"
    if call.admission is Admission.PARTLY:
        return f"now and then {lost}: {place} is closed to {', '.join(call.missing)}"
    if call.admission is Admission.UNKNOWN:
        return f"{place} may not be open to the API server; then {lost}"
    return f"{lost}: {_cause(call, pods, in_view)}"


def _cause(call: BlockedCall, pods: str, in_view: str) -> str:
    """Why the API server doesn't get through."""
    place = f"{call.backend.tcp} on {'' if call.is_whole else 'some '}{pods}"
    missed = call.missed
    if missed is not None:
        aim = ", the Service's port" if missed.slip is Slip.SERVICE_PORT else ""
        opens = f"{missed.policy.name} opens {missed.entry.ports}{aim}"
        return f"the API server needs {place}, but {opens}"
    if call.admission is Admission.ELSEWHERE:
        return f"{place} is open to peers that don't match the API server"
    return f"no policy{in_view} lets the API server reach {place}"


def suspicion(suspect: Suspect) -> str:
    """What fails if these pods are what they look like."""
    if not suspect.component:
        return f"this may be a webhook ({suspect.sign})"
    if suspect.fails_open:
        return f"the checks of {suspect.component} are skipped"
    return f"{'API' if suspect.is_api else 'webhook'} calls to {suspect.component} fail"


def forwarding(target: Target) -> str:
    """What the Service does with the calls, as a note."""
    return f"forwards port {target.port.port} to {target.port.target} of the pods"


def policy_name(called: str, taken: Collection[str], *, is_api: bool = False) -> str:
    """A name for a policy that lets the API server call a Service or workload."""
    purpose = "" if "webhook" in called else "-api" if is_api else "-webhook"
    name = f"allow-{called}{purpose}"
    return f"{name}-from-api-server" if name in taken else name
