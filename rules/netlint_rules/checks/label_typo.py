"""A selector misses its pods by a slip of the pen

A `podSelector` matches no pod in view, but would match one if a single label were written a little
differently: a letter swapped, `-` for `_`, another case, or another key for the same name, such as
`app` for `app.kubernetes.io/name`. Likewise for the name of a namespace.

Words that differ in their numbers (`db-1` and `db-2`), and labels that some pod in view does have,
are taken as they are.

## Why it matters

Labels are compared letter by letter. A policy whose own selector is wrong protects nothing; a wrong
peer lets nobody in, or leads nowhere. The API server can't know, and accepts both.

## How to fix

Copy the label from the pod template. The fix that netlint shows does that.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from netlint_rules.context import Context
from netlint_rules.dangling import Dangling, Part, peers, subjects
from netlint_rules.finding import Applicability, Confidence, Finding, Fix, Location, Severity
from netlint_rules.nearmiss import Slip
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.source.document import Path, json_pointer
from netlint_rules.traits import Trait

TYPO = Code(
    "NP224",
    "label-typo",
    Severity.WARNING,
    "a label is nearly, but not quite, that of the pods that are meant",
    fixable=True,
    needs_view=True,
)


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report selectors that match nothing in view, and would but for one label."""
    for found in chain(context.shared(subjects, namespace), context.shared(peers, namespace)):
        if found.slip is not None:
            yield _finding(context, found, found.slip)


def _finding(context: Context, found: Dangling, slip: Slip) -> Finding:
    document = found.policy.document
    path: Path = (*found.path, "matchLabels", slip.key)
    is_sure = found.is_sure and not context.index.view.live
    is_written = document.at(path) is not None
    return context.finding(
        TYPO,
        f"{_effect(found)}: {slip.key}={slip.value} is nearly "
        f"{slip.meant_key}={slip.meant_value} of {found.like}",
        Location(document, path if is_written else found.path, "matches nothing"),
        severity=Severity.INFO if document.origin.is_excerpt else Severity.WARNING,
        confidence=Confidence.HIGH if is_sure else Confidence.MEDIUM,
        fix=_fix(path, slip) if is_written else None,
    )


def _effect(found: Dangling) -> str:
    if found.direction is None:
        return f"{found.policy.name} applies to no pod"
    what = "namespace" if found.part is Part.NAMESPACES else "pod"
    return f"an {found.direction.field} peer of {found.policy.name} selects no {what}"


def _fix(path: Path, slip: Slip) -> Fix:
    written = json_pointer(path)
    meant = json_pointer((*path[:-1], slip.meant_key))
    patch: list[dict[str, object]] = []
    if written != meant:
        patch.append({"op": "move", "from": written, "path": meant})
    if slip.value != slip.meant_value:
        patch.append({"op": "replace", "path": meant, "value": slip.meant_value})
    title = f"write {slip.meant_key}: {slip.meant_value}"
    return Fix(title, Applicability.UNSAFE, tuple(patch))


_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
"""
_PODS = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: frontend, namespace: shop}
spec: {template: {metadata: {labels: {app: frontend, version: v1}}}}
"""
_NAMED = _PODS.replace("app: frontend", "app.kubernetes.io/name: frontend")


def _example(title: str, selector: str, pods: str = _PODS) -> Example:
    mark = "" if title.startswith("Silent: ") else "  # <- NP224"
    text = f"{_POLICY}  podSelector:\n    matchLabels: {selector}{mark}\n{pods}"
    return Example(title.removeprefix("Silent: "), text)


_NAMESPACES = """\
---
apiVersion: v1
kind: Namespace
metadata: {name: monitoring}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
"""
_PEER = """\
  podSelector: {}
  ingress:
  - from:
"""

RULE = Rule(
    name="label-typo",
    title="a label that is nearly right",
    codes=(TYPO,),
    groups=("correctness",),
    since="0.1.0",
    needs=frozenset({Trait.COMPARABLE}),
    doc=__doc__,
    bad=(
        _example("Two letters swapped", "{app: frotnend}"),
        _example("Another case", "{app: Frontend}"),
        _example(
            "An underscore for a hyphen",
            "{app: front_end}",
            _PODS.replace("app: frontend", "app: front-end"),
        ),
        _example("Another key for the name", "{app: frontend}", _NAMED),
        _example("A key without its prefix", "{name: frontend}", _NAMED),
        Example(
            "A peer",
            _POLICY
            + _PEER
            + "    - podSelector: {matchLabels: {app: forntend}}  # <- NP224\n"
            + _PODS,
        ),
        Example(
            "The name of a namespace",
            _POLICY
            + _PEER
            + """\
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: monitorng}  # <- NP224
"""
            + _NAMESPACES,
        ),
        Example(
            "A list with one value",
            _POLICY
            + """\
  podSelector:
    matchExpressions: [{key: app, operator: In, values: [fronted]}]  # <- NP224
""".replace("podSelector:\n    ", "podSelector: {").replace("]}]", "]}]}")
            + _PODS,
        ),
    ),
    good=(
        _example("Silent: A label of another pod", "{app: backend}"),
        _example(
            "Silent: Words that differ in a number",
            "{app: database-2}",
            _PODS.replace("frontend", "database-1"),
        ),
        _example("Silent: Two labels differ", "{app: fronted, version: v2}"),
        _example("Silent: A short word", "{app: api}", _PODS.replace("frontend", "app")),
        _example(
            "Silent: A label that other pods have",
            "{app: fronted, version: v1}",
            _PODS + _PODS.replace("frontend", "fronted").replace("v1", "v2"),
        ),
        _example("Silent: A value that is filled in later", "{app: 'frontend${SUFFIX}'}"),
    ),
    check=check,
    alone=True,
)
