"""Many workloads in few words: `every pod of shop`, `shop/a, shop/b and 3 more`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from netlint_rules.addresses import AddressSet
from netlint_rules.bundle import describe_namespace
from netlint_rules.questions.names import Names
from netlint_rules.reach import Owner
from netlint_rules.record import dataclass

_SHOWN = 4

Ends = Owner | AddressSet


@dataclass(frozen=True, slots=True)
class Crowd:
    """Every workload in view by namespace, to tell when all of them are meant."""

    names: Names
    namespaces: Mapping[str, frozenset[Owner]]

    @staticmethod
    def of(names: Names, owners: Iterable[Owner]) -> Crowd:
        """The crowd of some workloads."""
        found: dict[str, set[Owner]] = defaultdict(set)
        for owner in owners:
            found[owner.namespace].add(owner)
        return Crowd(names, {name: frozenset(members) for name, members in found.items()})

    def described(
        self, ends: Collection[Ends], *, but: Owner | None = None, shown: int = _SHOWN
    ) -> str:
        """Workloads and addresses in words; `but` is left out and needn't be among them."""
        owners = {end for end in ends if isinstance(end, Owner)}
        texts = sorted(self.names.end(end) for end in ends if not isinstance(end, Owner))
        texts += self._owners(owners, but)
        if len(texts) > shown + 1:
            texts = [*texts[:shown], f"{len(texts) - shown} more"]
        if len(texts) > 1:
            return f"{', '.join(texts[:-1])} and {texts[-1]}"
        return "".join(texts)

    def _owners(self, owners: Collection[Owner], but: Owner | None) -> list[str]:
        whole = {
            name
            for name, members in self.namespaces.items()
            if len(members - {but}) > 1 and members - {but} <= set(owners)
        }
        every = [name for name, members in self.namespaces.items() if not members <= {but}]
        if len(every) > 1 and all(self.namespaces[name] - {but} <= set(owners) for name in every):
            return [f"every {_other(but)}pod of all {len(every)} namespaces"]
        texts = []
        for name in sorted(whole):
            other = _other(but if but and but.namespace == name else None)
            texts.append(f"every {other}pod of {describe_namespace(name)}")
        rest = sorted(owner for owner in owners if owner.namespace not in whole)
        return texts + [self.names.owner(owner) for owner in rest]


def _other(but: Owner | None) -> str:
    return "other " if but else ""
