"""Webhooks and the harm of losing them, in words for messages and notes."""

from __future__ import annotations

from collections.abc import Sequence

from netlint_rules.apiserver import Admission
from netlint_rules.blockedcalls import BlockedCall
from netlint_rules.finding import Location
from netlint_rules.missedports import Slip
from netlint_rules.selector import Selector
from netlint_rules.webhooks import Call, ClientReference, Target

_LONGEST_SELECTOR = 45
"""Characters; Helm's label sets are longer, and the Service's name says more."""

_METRICS = "metrics.k8s.io"
_SHOWN = 2


def callers(references: Sequence[ClientReference]) -> str:
    """`webhook a.b.c and 2 more`: what can't be reached."""
    first = references[0]
    more = f" and {len(references) - 1} more" if len(references) > 1 else ""
    if first.call is Call.CONVERSION:
        return f"the conversion webhook of {first.name}{more}"
    kind = "API" if first.call is Call.API else "webhook"
    return f"{kind} {first.name}{more}"


def harm(reference: ClientReference) -> str:
    """What no longer works, in a few words."""
    if reference.call is Call.CONVERSION:
        return "its objects can't be listed"
    if reference.call is Call.API:
        return _api_harm(reference.name)
    if reference.fails_open:
        checks = "checks" if reference.call is Call.VALIDATING else "changes"
        return f"its {checks} are skipped"
    return f"writes to {_resources(reference.resources)} are rejected"


def _api_harm(name: str) -> str:
    group = name.partition(".")[2]
    if group == _METRICS:
        return "kubectl top and autoscaling fail"
    return "autoscaling fails" if group.endswith(f".{_METRICS}") else "its requests fail"


def _resources(resources: Sequence[str]) -> str:
    if not resources or any(resource.startswith("*") for resource in resources):
        return "everything"
    if len(resources) > _SHOWN:
        return f"{resources[0]} and {len(resources) - 1} more resources"
    return " and ".join(resources)


def reference_note(reference: ClientReference) -> str:
    """What the API server does here, and what its users see when the call fails."""
    calls = f"calls Service {reference.service} on port {reference.port}"
    if reference.call is Call.CONVERSION:
        return f"{calls}; without it, lists, reads and garbage collection of these objects fail"
    if reference.call is Call.API:
        return f"{calls}; without it, discovery fails and namespaces can't be deleted"
    if reference.fails_open:
        delay = f"{reference.timeout} s"
        return f"{calls}; failurePolicy Ignore: each request waits up to {delay}, then passes"
    return f'{calls}; else requests end in "failed calling webhook … context deadline exceeded"'


def service_note(target: Target) -> str:
    """What the Service does with the calls."""
    return f"forwards port {target.port.port} to {target.port.target} of the pods"


def reference_location(reference: ClientReference) -> Location:
    """The reference as a related place."""
    return Location(reference.document, reference.path, reference_note(reference))


def pods_in_words(selector: Selector, otherwise: str, namespace: str) -> str:
    """`pods app=hook in shop`, with another name for pods whose labels are many."""
    text = str(selector)
    return f"pods {otherwise if len(text) > _LONGEST_SELECTOR else text} in {namespace}"


def cause(call: BlockedCall, pods: str, in_view: str) -> str:
    """Why the API server doesn't get through; `in_view` qualifies what is not found."""
    port, missed = call.backend.port, call.missed
    if not call.is_whole:
        pods = f"some {pods}"
    if missed is not None:
        aim = ", the Service's port," if missed.slip is Slip.SERVICE_PORT else ""
        return f"{missed.policy.name} opens {missed.entry.ports}{aim} where {pods} listen on {port}"
    if call.admission is Admission.ELSEWHERE:
        return f"{port} on {pods} is open to peers that don't match it{_elsewhere(call)}"
    if call.is_open_to_others:
        return f"{port} on {pods} is open to others only"
    return f"no policy{in_view} opens {port} on {pods}"


def _elsewhere(call: BlockedCall) -> str:
    platforms = call.platforms
    if not platforms:
        return ""
    return f" except on {', '.join(platforms)}"
