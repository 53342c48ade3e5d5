"""A policy that is plain at a quick look is one that the close look finds nothing wrong with."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from itertools import product
from typing import Any

from netlint_rules.apivalidation import API_VERSION, NEWEST, looked_at_closely
from netlint_rules.apivalidation.plain import is_plain

PLAIN: dict[str, Any] = {
    "apiVersion": API_VERSION,
    "kind": "NetworkPolicy",
    "metadata": {
        "name": "web",
        "namespace": "shop",
        "labels": {"app.kubernetes.io/name": "web"},
        "annotations": {"example.com/Why": "anything: at all"},
    },
    "spec": {
        "podSelector": {
            "matchLabels": {"app": "web"},
            "matchExpressions": [
                {"key": "tier", "operator": "In", "values": ["front", ""]},
                {"key": "old", "operator": "DoesNotExist"},
            ],
        },
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [
            {
                "from": [
                    {"podSelector": {}, "namespaceSelector": {"matchLabels": {"team": "a"}}},
                    {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}},
                ],
                "ports": [{"protocol": "TCP", "port": 8080}, {"port": "http"}],
            },
            {},
        ],
        "egress": [{"to": [{"ipBlock": {"cidr": "2001:db8::/64"}}]}],
    },
}

ODD: tuple[Any, ...] = (
    *(None, True, -1, 0, 1, 65536, 1.5, 1e999, "", "Not a name", "x" * 254, "${LATER}", "80"),
    *("::ffff:10.0.0.0/104", "010.0.0.0/8", "10.0.0.1/8", "Egress", "egress", "In", "Exists"),
    *([], [None], [{}], ["Egress"], ["x", "y", "z"], {}, {"a": "b"}, {"": "b"}, {"a": None}),
    {"endPort": 90, "port": 80},
    {"cidr": "10.0.0.0/8", "except": ["10.0.0.0/8"]},
)
FIELDS = ("generateName", "finalizers", "status", "ipBlock", "endPort", "podSelector", "values")


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a value."""
    yield path
    listed = value if isinstance(value, list) else ()
    for step, item in value.items() if isinstance(value, dict) else enumerate(listed):
        yield from places(item, (*path, step))


def changed(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    body = deepcopy(PLAIN)
    item: Any = body
    for step in path[:-1]:
        item = item[step]
    item[path[-1]] = value
    return body


def without(path: tuple[Any, ...]) -> dict[str, Any]:
    body = deepcopy(PLAIN)
    item: Any = body
    for step in path[:-1]:
        item = item[step]
    del item[path[-1]]
    return body


def variants() -> Iterator[dict[str, Any]]:
    """The plain policy with each place changed, each one missing, and with more in each mapping.

    The API version is looked at before.
    """
    everywhere = [path for path in places(PLAIN) if path and path != ("apiVersion",)]
    yield from (changed(path, value) for path, value in product(everywhere, ODD))
    yield from map(without, everywhere)
    for path, field, value in product(everywhere, FIELDS, ODD):
        item: Any = PLAIN
        for step in path:
            item = item[step]
        if isinstance(item, dict) and field not in item:
            yield changed((*path, field), value)


def refused(body: dict[str, Any]) -> bool:
    return any(looked_at_closely(body, minor) for minor in (NEWEST, 28))


def test_what_is_plain_isnt_refused() -> None:
    told = [(is_plain(body), refused(body)) for body in variants()]
    assert (True, True) not in told
    # Nearly all that is accepted is plain, or the quick look would be for nothing.
    assert told.count((True, False)) > 2 * told.count((False, False))
    assert told.count((False, True)) > 1000


def test_the_plain_policy_is_plain() -> None:
    assert is_plain(PLAIN)
    assert not refused(PLAIN)
