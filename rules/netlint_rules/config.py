"""What the user decides: which rules, how severe, and what is known of the cluster.

Plain values only; reading them from files and flags is the front end's job.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

from netlint_rules.finding import Confidence, Severity
from netlint_rules.record import dataclass, field
from netlint_rules.source.document import Span


@dataclass(frozen=True, slots=True)
class ClusterFacts:
    """What is known of the cluster that the objects are meant for. Empty means unknown.

    CIDRs are texts such as `10.244.0.0/16`. `external_ranges` look like cluster ranges but
    belong to something else (a peered cluster, a LAN). `api_server` holds the addresses or
    CIDRs that the API server connects from.
    """

    cluster_cidrs: tuple[str, ...] = ()
    service_cidrs: tuple[str, ...] = ()
    node_cidrs: tuple[str, ...] = ()
    external_ranges: tuple[str, ...] = ()
    api_server: tuple[str, ...] = ()
    cni: str = ""
    dns_profile: str = ""
    platform: str = ""
    kube_version: str = ""


@dataclass(frozen=True, slots=True)
class ExternalWorkload:
    """Pods that no manifest shows, declared by the user: `namespace` may be a glob."""

    namespace: str
    labels: Mapping[str, str]
    ports: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """How much of the cluster the objects show.

    `complete` holds for everything, `namespaces` (globs) for single ones; with neither, what is
    not in view may still exist. `name` is what messages call the objects. `live`: pods come and
    go, so that a policy may select some that aren't there yet.
    """

    complete: bool = False
    namespaces: tuple[str, ...] = ()
    name: str = "the files given"
    live: bool = False

    def covers(self, namespace: str) -> bool:
        """Whether nothing of `namespace` can exist outside the view."""
        return self.complete or any(fnmatchcase(namespace, glob) for glob in self.namespaces)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which codes run and what they count as. Keys are codes, prefixes, names, rules or groups."""

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    min_severity: Severity = Severity.WARNING
    min_confidence: Confidence = Confidence.MEDIUM


@dataclass(frozen=True, slots=True)
class Expected:
    """What the user says of traffic, as `questions.expectation` reads it, and where they say it.

    `number` counts from 0. `span` is None where no file says it; `line` is the file's line.
    """

    text: str
    number: int = 0
    file: str = ""
    span: Span | None = None
    line: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that a run depends on besides the objects.

    `strict` raises what is required of a namespace (default-deny in both directions).
    `options` holds settings of single rules by `rule.option`, such as `default-deny.exempt`.
    `facts` holds rows that add to or override the built-in facts, by table. `expect` is what the
    policies must let through and what they must not.
    """

    selection: Selection = Selection()
    cluster: ClusterFacts = ClusterFacts()
    view: View = View()
    strict: bool = False
    external_workloads: tuple[ExternalWorkload, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    facts: Mapping[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)
    expect: tuple[Expected, ...] = ()
