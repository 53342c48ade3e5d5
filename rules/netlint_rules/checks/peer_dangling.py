"""A peer that nothing matches

A `podSelector` or `namespaceSelector` in `from` or `to` matches no pod, or no namespace, so the
entry allows nothing. Without `namespaceSelector` only pods of the policy's own namespace count.

netlint says so where everything that the peer could mean is in view (`--complete`, or a live
cluster, where it is a hint: pods come and go). A namespace that is meant by its name is reported in
files too: the selector has its name under a key such as `name`, and its manifest lacks that label.
Labels that operators set on running pods, and platforms on namespaces, are left alone.

## Why it matters

The connection that the rule was written for is refused. Nothing complains: the rule is valid.

## How to fix

Compare with `kubectl get pods --show-labels` and `kubectl get namespaces --show-labels`. For a
single namespace use the label that every namespace has, and that nobody else can set:

```yaml
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: ingress-nginx}
```
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netlint_rules.context import Context
from netlint_rules.dangling import Dangling, Part, peers
from netlint_rules.finding import Applicability, Confidence, Finding, Fix, Location, Severity
from netlint_rules.policy import Direction
from netlint_rules.resources import NAMESPACE_NAME
from netlint_rules.rule import Code, ExamplesOf, Rule
from netlint_rules.source.document import json_pointer
from netlint_rules.traits import Trait

DANGLING = Code(
    "NP222",
    "peer-dangling",
    Severity.WARNING,
    "a peer matches no pod or no namespace",
    needs_view=True,
)
UNLABELLED = Code(
    "NP223",
    "namespace-unlabelled",
    Severity.WARNING,
    "a namespace is selected by a label that it doesn't have",
    fixable=True,
    needs_view=True,
)
_NAME_KEYS = frozenset({"name", "namespace", "ns", "kubernetes.io/name", "k8s.io/name"})
"""Keys that say that a name is meant."""


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report peers that match nothing, once for each selector of a policy."""
    groups: dict[tuple[object, ...], list[Dangling]] = {}
    for found in context.shared(peers, namespace):
        is_sure = found.is_sure and not found.is_explained
        if found.unlabelled or is_sure:
            key = (id(found.policy), found.direction, found.selector, found.namespaces)
            groups.setdefault(key, []).append(found)
    for group in groups.values():
        yield _unlabelled(context, group) if group[0].unlabelled else _dangling(context, group)


def _dangling(context: Context, group: list[Dangling]) -> Finding:
    first = group[0]
    if first.part is Part.NAMESPACES:
        nothing = f"no namespace has {first.selector}"
    else:
        nothing = f"no pod {_places(context, first.namespaces)} has {first.selector}"
    return context.finding(
        DANGLING,
        f"{_effect(first)}: {nothing}",
        Location(first.policy.document, first.path, "matches nothing"),
        severity=Severity.INFO if context.index.view.live else _severity(first),
        confidence=Confidence.HIGH,
        related=_others(group),
    )


def _unlabelled(context: Context, group: list[Dangling]) -> Finding:
    first = group[0]
    ((key, name),) = first.selector.equalities().items()
    manifest = context.index.namespaces[name].document
    return context.finding(
        UNLABELLED,
        f"{_effect(first)}: namespace {name} has no label {key}={name}",
        Location(first.policy.document, first.path, "matches no namespace"),
        severity=_severity(first),
        confidence=Confidence.HIGH if key in _NAME_KEYS else Confidence.MEDIUM,
        related=[*_others(group), Location(manifest, ("metadata",), f"lacks the label {key}")],
        fix=Fix(
            f"select namespace {name} by its name",
            Applicability.UNSAFE,
            tuple(
                {
                    "op": "replace",
                    "path": json_pointer(each.path),
                    "value": {"matchLabels": {NAMESPACE_NAME: name}},
                }
                for each in group
            ),
        ),
    )


def _effect(found: Dangling) -> str:
    verb = "lets nobody in" if found.direction is Direction.INGRESS else "leads nowhere"
    return f"a peer of {found.policy.name} {verb}"


def _severity(found: Dangling) -> Severity:
    return Severity.INFO if found.policy.document.origin.is_excerpt else Severity.WARNING


def _others(group: list[Dangling]) -> Iterable[Location]:
    return (Location(each.policy.document, each.path, "is the same") for each in group[1:])


def _places(context: Context, namespaces: tuple[str, ...]) -> str:
    if len(namespaces) == 1:
        return f"in {context.index.describe(namespaces[0])}"
    return f"in the {len(namespaces)} namespaces selected"


RULE = Rule(
    name="peer-dangling",
    title="a peer that nothing matches",
    codes=(DANGLING, UNLABELLED),
    groups=("correctness",),
    since="0.1.0",
    doc=__doc__,
    bad=ExamplesOf("peer_dangling", "BAD"),
    good=ExamplesOf("peer_dangling", "GOOD"),
    check=check,
    alone=True,
    needs=frozenset({Trait.COMPARABLE, Trait.LABELS}),
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name",
    ),
)
