"""What a picture shows, as plain values: every renderer draws from these and nothing else."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from netlint_rules.finding import Severity
from netlint_rules.netset import PortSet
from netlint_rules.policy import Direction
from netlint_rules.record import NamedTuple, dataclass, field


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


class Way(NamedTuple):
    """What leads from outside the cluster to a workload, such as an Ingress, and where it stands.

    `passes`: whether policies let it in: `yes`, `no`, `perhaps`, or `partly` for some addresses.
    """

    words: str
    place: Place
    passes: str


@dataclass(frozen=True, slots=True)
class Node:
    """A workload. `isolated` holds the directions in which some policy selects its pods.

    `open` holds those in which nothing is refused: no policy isolates them, or one allows all.
    `problems` are indices into the picture's problems; `replicas` is None where nothing says it.
    Policies have no effect on pods in the network of their nodes (`host_network`).
    """

    id: str
    namespace: str
    kind: str
    name: str
    isolated: frozenset[Direction] = frozenset()
    open: frozenset[Direction] = frozenset(Direction)
    labels: tuple[tuple[str, str], ...] = ()
    replicas: int | None = None
    host_network: bool = False
    place: Place | None = None
    problems: tuple[int, ...] = ()
    ways: tuple[Way, ...] = ()


class External(NamedTuple):
    """What isn't a workload in view: addresses, or pods of any namespace.

    `is_wide`: whoever it is open to is open to more than anyone can list. `in_cluster`: pods
    rather than addresses.
    """

    id: str
    label: str
    is_wide: bool = False
    in_cluster: bool = False


class Reason(NamedTuple):
    """Why a flow is open in one direction: a rule of `policy`, the id of a `PolicyText`.

    Without a policy, `words` say what else makes it open.
    """

    direction: Direction
    words: str
    policy: str = ""
    place: Place | None = None


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

    @cached_property
    def senders(self) -> frozenset[str]:
        """The ids of the nodes that are open for egress."""
        return frozenset(node.id for node in self.nodes if Direction.EGRESS in node.open)

    @cached_property
    def receivers(self) -> frozenset[str]:
        """The ids of the nodes that are open for ingress."""
        return frozenset(node.id for node in self.nodes if Direction.INGRESS in node.open)

    def is_unrestricted(self, flow: Flow) -> bool:
        """Whether nothing is refused at either end: such traffic has no policy to thank for."""
        sources, destinations = flow.sources - self.senders, flow.destinations - self.receivers
        return self.by_id.keys().isdisjoint(sources | destinations)
