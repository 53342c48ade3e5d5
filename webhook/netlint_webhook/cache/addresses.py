"""Addresses of pods: thousands that come and go, of which rules are shown one in each network.

That is enough to tell which networks are the pods', and changes seldom. All of them would make
rules derive the cluster's ranges anew with every pod that starts. The pod of one address is found
when a policy names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from netlint_rules.bundle import Placed
from netlint_rules.discovery import network
from netlint_rules.resources import mapping_at, mappings_at
from netlint_webhook.cache import slim
from netlint_webhook.cache.kinds import POD

Body = dict[str, Any]


class PodAddresses:
    """The addresses of all pods that have their own, by namespace and name.

    `placed` has a pod for each network, the one with the lowest address: every replica shows the
    same. It is another list only where one of them has changed.
    """

    def __init__(self) -> None:
        self.placed: list[Placed] = []
        self._addresses: dict[str, dict[str, tuple[str, ...]]] = {}
        self._names: dict[str, tuple[str, str]] = {}
        self._lowest: dict[str, tuple[str, str, str]] = {}
        self._is_fresh = True

    def note(self, where: str, name: str, body: Body, *, ended: bool) -> None:
        """Take over the addresses of a pod, none where it has `ended`."""
        addresses = () if ended else tuple(_addresses(body))
        if addresses == self._addresses.get(where, {}).get(name, ()):
            return
        self.forget(where, name)
        if addresses:
            self._addresses.setdefault(where, {})[name] = addresses
        for address in addresses:
            self._names[address] = where, name
            key, candidate = network(address), (address, where, name)
            if key not in self._lowest or candidate < self._lowest[key]:
                self._lowest[key], self._is_fresh = candidate, False

    def forget(self, where: str, name: str) -> None:
        """Drop a pod."""
        for address in self._addresses.get(where, {}).pop(name, ()):
            if self._names.get(address) == (where, name):
                del self._names[address]
            key = network(address)
            if self._lowest.get(key) == (address, where, name):
                del self._lowest[key]
                self._is_fresh = False
                self._look_for_another(key)

    def name(self, address: str) -> tuple[str, str] | None:
        """Namespace and name of the pod that has an address; may be asked from any thread."""
        return self._names.get(address)

    def keep(self, names: Mapping[str, Mapping[str, object]]) -> None:
        """Drop every pod but these."""
        gone = [
            (where, name)
            for where, addresses in self._addresses.items()
            for name in addresses
            if name not in names.get(where, {})
        ]
        for where, name in gone:
            self.forget(where, name)

    def publish(self) -> list[Placed]:
        """`placed`, up to date."""
        if not self._is_fresh:
            shown = sorted(self._lowest.values())
            if [_shown(each) for each in self.placed] != shown:
                self.placed = [placed(*each, {}) for each in shown]
            self._is_fresh = True
        return self.placed

    def _look_for_another(self, key: str) -> None:
        candidates = [
            (address, where, name)
            for where, pods in self._addresses.items()
            for name, addresses in pods.items()
            for address in addresses
            if network(address) == key
        ]
        if candidates:
            self._lowest[key] = min(candidates)


def _addresses(body: Body) -> Iterator[str]:
    """The addresses of a pod that isn't in its node's network."""
    if mapping_at(body, ("spec",)).get("hostNetwork") is not True:
        for entry in mappings_at(body, ("status", "podIPs")):
            if isinstance(entry.get("ip"), str):
                yield str(entry["ip"])


def placed(address: str, where: str, name: str, labels: Mapping[str, str]) -> Placed:
    """A pod with its address, as rules see it."""
    body: Body = {
        "apiVersion": POD.api_version,
        "kind": POD.kind,
        "metadata": {"name": name, "namespace": where, "labels": {**labels}},
        "status": {"podIP": address},
    }
    return Placed(slim.document(body), where)


def _shown(placed: Placed) -> tuple[str, str, str]:
    status = mapping_at(placed.document.body, ("status",))
    return str(status["podIP"]), placed.namespace, placed.document.name
