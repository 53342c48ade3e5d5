"""A picture as the JSON that its web page reads."""

from __future__ import annotations

import json
from collections.abc import Iterable

from netlint_linter.picture.arrows import Arrow, End, arrows
from netlint_linter.picture.model import Flow, Node, Picture, Place, PolicyText, Reason
from netlint_rules.netset import PROTOCOLS, PortSet
from netlint_rules.policy import Direction

Json = dict[str, object]

# In a script element only these could end it or start another state of the HTML parser; the last
# two end a line in scripts of old browsers.
_UNSAFE = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def script_text(value: object) -> str:
    """JSON that may stand in a script element, whatever names are in it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    # A name may hold half of a surrogate pair, which no file can.
    return text.translate(_UNSAFE).encode("utf-8", "backslashreplace").decode()


class Numbers:
    """Ids as small integers: nodes first, then externals; policies count on their own.

    `reasons` numbers the reasons, for many flows have the same.
    """

    def __init__(self, picture: Picture) -> None:
        ids = [node.id for node in picture.nodes] + [outside.id for outside in picture.externals]
        self._ends = {each: number for number, each in enumerate(ids)}
        self._policies = {policy.id: number for number, policy in enumerate(picture.policies)}
        reasons = dict.fromkeys(reason for flow in picture.flows for reason in flow.reasons)
        self.reasons = {reason: number for number, reason in enumerate(reasons)}

    def ends(self, ids: Iterable[str]) -> list[int]:
        """The numbers of nodes and externals, in order."""
        return sorted(self._ends[each] for each in ids)

    def policy(self, name: str) -> int | None:
        """The number of a policy, None where its text isn't in the picture."""
        return self._policies.get(name)


def page_data(picture: Picture) -> Json:
    """Everything that the page shows. Its keys are the contract with `assets/app/data.js`."""
    numbers = Numbers(picture)
    return {
        "title": picture.title,
        "nodes": [_node(node) for node in picture.nodes],
        "externals": [
            {"label": each.label, "wide": each.is_wide, "inCluster": each.in_cluster}
            for each in picture.externals
        ],
        "reasons": [_reason(reason, numbers) for reason in numbers.reasons],
        "flows": [_flow(picture, flow, numbers) for flow in picture.flows],
        "arrows": [_arrow(arrow, numbers) for arrow in arrows(picture)],
        "policies": [_policy(policy, numbers) for policy in picture.policies],
        "problems": [
            {
                "code": found.code,
                "severity": found.severity.value,
                "message": found.message,
                "place": str(found.place),
            }
            for found in picture.problems
        ],
    }


def _node(node: Node) -> Json:
    return {
        "namespace": node.namespace,
        "kind": node.kind,
        "name": node.name,
        "isolated": _fields(node.isolated),
        "open": _fields(node.open),
        "labels": [f"{key}={value}" for key, value in node.labels],
        "replicas": node.replicas,
        "hostNetwork": node.host_network,
        "place": _place(node.place),
        "problems": list(node.problems),
        "ways": [
            {"words": way.words, "place": str(way.place), "passes": way.passes} for way in node.ways
        ],
    }


def _flow(picture: Picture, flow: Flow, numbers: Numbers) -> Json:
    return {
        "from": numbers.ends(flow.sources),
        "to": numbers.ends(flow.destinations),
        "ports": _ports(flow.ports),
        "certain": flow.certain,
        "open": picture.is_unrestricted(flow),
        "reasons": [numbers.reasons[reason] for reason in flow.reasons],
    }


def _reason(reason: Reason, numbers: Numbers) -> Json:
    return {
        "direction": reason.direction.field,
        "policy": numbers.policy(reason.policy),
        "place": _place(reason.place),
        "line": reason.place.line if reason.place else 0,
        "words": reason.words,
    }


def _arrow(arrow: Arrow, numbers: Numbers) -> Json:
    return {
        "from": _end(arrow.source, numbers),
        "to": _end(arrow.destination, numbers),
        "ports": _ports(arrow.ports),
        "certain": arrow.certain,
        "inDoubt": arrow.in_doubt,
    }


def _end(end: End, numbers: Numbers) -> list[object]:
    if end.extent in {"node", "external"}:
        return ["end", *numbers.ends([end.name])]
    return [end.extent.value, end.name]


def _policy(policy: PolicyText, numbers: Numbers) -> Json:
    return {
        "namespace": policy.namespace,
        "kind": policy.kind,
        "name": policy.name,
        "place": str(policy.place),
        "line": policy.place.line,
        "text": policy.text,
        "isolates": _fields(policy.isolates),
        "selects": numbers.ends(policy.selects),
    }


def _fields(directions: frozenset[Direction]) -> list[str]:
    return sorted(direction.field for direction in directions)


def _place(place: Place | None) -> str | None:
    return str(place) if place else None


def _ports(ports: PortSet) -> list[list[object]] | None:
    """None for every port; else protocol, first and last; a whole protocol is from 1 to 65535."""
    if ports.is_all:
        return None
    return [
        [protocol, first, last]
        for protocol in PROTOCOLS
        for first, last in ports.intervals(protocol)
    ]
