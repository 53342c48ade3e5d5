"""What a picture shows, as plain values: every renderer draws from these and nothing else."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from netlint_rules.finding import Severity
from netlint_rules.netset import PortSet
from netlint_rules.policy import Direction


class Place(NamedTuple):
    """A file as the user named it, and a line in it; 0 where the line isn't known."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class Problem(NamedTuple):
    """A finding of the linter."""

    code: str
    severity: Severity
    message: str
    place: Place


@dataclass(frozen=True, slots=True)
class Node:
    """A workload. `isolated` holds the directions in which some policy selects its pods.

    `problems` are indices into the picture's problems; `replicas` is None where nothing says it.
    """

    id: str
    namespace: str
    kind: str
    name: str
    isolated: frozenset[Direction] = frozenset()
    labels: tuple[tuple[str, str], ...] = ()
    replicas: int | None = None
    place: Place | None = None
    problems: tuple[int, ...] = ()


class External(NamedTuple):
    """Addresses outside the cluster: `internet`, or CIDRs in `label`."""

    id: str
    label: str


class Reason(NamedTuple):
    """The rule that allows a flow in one direction: `policy` is the id of a `PolicyText`."""

    direction: Direction
    policy: str
    place: Place
    words: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Each of `sources` reaches each of `destinations`, all but itself, on these ports.

    Both hold ids of nodes and externals. No `reasons` in a direction: no policy isolates it there.
    Not `certain`: something that isn't in view, or that netlint can't read, decides.
    """

    sources: frozenset[str]
    destinations: frozenset[str]
    ports: PortSet
    reasons: tuple[Reason, ...] = ()
    certain: bool = True

    @property
    def is_default(self) -> bool:
        """Whether it is open only because no policy isolates either end."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class PolicyText:
    """A policy with its text. `text` begins at the line of `place`; `selects` holds node ids."""

    id: str
    namespace: str
    name: str
    place: Place
    text: str
    isolates: frozenset[Direction]
    selects: frozenset[str] = frozenset()
    kind: str = "NetworkPolicy"


@dataclass(frozen=True)
class Picture:
    """Who can talk to whom, and why. `title` says what was looked at."""

    title: str
    nodes: tuple[Node, ...]
    externals: tuple[External, ...] = ()
    flows: tuple[Flow, ...] = ()
    policies: tuple[PolicyText, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    @cached_property
    def members(self) -> dict[str, frozenset[str]]:
        """The ids of each namespace's nodes; namespaces in order."""
        found: dict[str, set[str]] = defaultdict(set)
        for node in self.nodes:
            found[node.namespace].add(node.id)
        return {name: frozenset(found[name]) for name in sorted(found)}

    @cached_property
    def by_id(self) -> dict[str, Node]:
        """Nodes by their ids."""
        return {node.id: node for node in self.nodes}

    def unrestricted(self, direction: Direction) -> frozenset[str]:
        """The ids of the nodes that no policy isolates in this direction."""
        return frozenset(node.id for node in self.nodes if direction not in node.isolated)
