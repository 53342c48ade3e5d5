"""The same object twice, or a policy that goes to no certain namespace

Two documents with the same kind, namespace and name are one object in the cluster: whichever is
applied last replaces the other. netlint looks within a folder (of one environment) and within
what a renderer printed; overlays and rendered variants in other folders are alternatives.

A policy that names no namespace goes to the one that `kubectl` happens to be set to. Where the
other objects of its file name several, that is reported, too.

## Why it matters

The API server doesn't complain: the first policy's rules are gone without a word. Which of the
two survives hangs on the order of documents, and, across files, on their names. A policy in the
wrong namespace selects other pods or none.

## How to fix

Give each object a name of its own, or merge their rules into one. Name the namespace in
`metadata.namespace`, in a kustomization (`namespace:`), or for the run (`netlint -n shop`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netlint_rules.context import Context
from netlint_rules.finding import Confidence, Finding, Location, Severity
from netlint_rules.index import is_policy
from netlint_rules.resources import mapping_at
from netlint_rules.rule import Code, Example, Rule, Scope
from netlint_rules.source.document import Document

DUPLICATE = Code(
    "NP911",
    "duplicate-object",
    Severity.ERROR,
    "an object that is defined twice: one definition is lost",
)
NAMESPACE = Code(
    "NP912",
    "missing-namespace",
    Severity.WARNING,
    "a policy without a namespace among objects of several namespaces",
)
_HOOK = "helm.sh/hook"
_SHOWN = 3


def check(context: Context, _: str) -> Iterator[Finding]:
    """Report what the cutting of bundles came across."""
    parts = context.workspace.parts
    for same in parts.clashes:
        if not all(_is_hook(document) for document in same):
            yield _duplicate(context, same)
    for document in parts.strays:
        if is_policy(document) and not document.origin.is_excerpt:
            yield context.finding(
                NAMESPACE,
                f"{document.kind} {document.name} names no namespace and goes to whichever is "
                "current, while others in its file name theirs",
                Location(document, ("metadata",), "has no namespace"),
                confidence=Confidence.HIGH,
            )


def _is_hook(document: Document) -> bool:
    """Whether Helm applies the object at its own time, and removes it in between."""
    return _HOOK in mapping_at(document.metadata, ("annotations",))


def _duplicate(context: Context, same: Sequence[Document]) -> Finding:
    """Several versions in a text are usually steps of it, and equal ones do no harm yet."""
    *others, last = same
    what = f"{last.kind} {last.name}" + (f" in {last.namespace}" if last.namespace else "")
    count = "twice" if len(same) == 2 else f"{len(same)} times"
    is_equal = all(document.body == last.body for document in others)
    lost = "in the same words" if is_equal else "and only the one applied last takes effect"
    is_sure = len({document.origin.file for document in same}) == 1 and is_policy(last)
    severity = Severity.ERROR if is_sure else Severity.WARNING
    if is_equal or last.origin.is_excerpt:
        severity = Severity.INFO
    return context.finding(
        DUPLICATE,
        f"{what} is defined {count}, {lost}",
        Location(last, ("metadata", "name"), "takes the place of the others"),
        severity=severity,
        confidence=Confidence.HIGH,
        related=[
            Location(document, ("metadata", "name"), "defines the same object")
            for document in others[:_SHOWN]
        ],
    )


_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: allow-web
  namespace: shop
spec:
  podSelector: {matchLabels: {app: web}}
  ingress: [{ports: [{port: 80}]}]
"""
_OTHER = _POLICY.replace("80", "443")
_NAMED_OTHERWISE = "  name: allow-web-tls\n"
_MARKED = "  name: allow-web  # <- NP911\n"
_NAME = "  name: allow-web\n"
_DEFAULT = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny%s}
spec: {podSelector: {}}
"""

RULE = Rule(
    name="duplicate-object",
    title="the same object twice, or in no certain namespace",
    codes=(DUPLICATE, NAMESPACE),
    groups=("input", "correctness"),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example(
            "Two policies with one name: the first is lost",
            _POLICY + "---\n" + _OTHER.replace(_NAME, _MARKED),
        ),
        Example(
            "The same policy copied: only a hint",
            _POLICY + "---\n" + _POLICY.replace(_NAME, _MARKED),
        ),
        Example(
            "A Service defined twice",
            """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}  # <- NP911
spec: {selector: {app: web}, ports: [{port: 443}]}
""",
        ),
        Example(
            "A policy without a namespace among those of two namespaces",
            _POLICY
            + _DEFAULT % ", namespace: billing"
            + (_DEFAULT % "").replace("deny}", "deny}  # <- NP912"),
        ),
    ),
    good=(
        Example("Two names", _POLICY + "---\n" + _OTHER.replace(_NAME, _NAMED_OTHERWISE)),
        Example("Two namespaces", _POLICY + "---\n" + _OTHER.replace("shop", "billing")),
        Example(
            "A Namespace that every file brings along",
            """\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
""",
        ),
        Example("A policy without a namespace beside those of one", _POLICY + _DEFAULT % ""),
        Example(
            "Hooks that Helm applies one after the other",
            """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: hook, namespace: shop, annotations: {helm.sh/hook: pre-install}}
spec: {podSelector: {matchLabels: {job: a}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: hook, namespace: shop, annotations: {helm.sh/hook: pre-upgrade}}
spec: {podSelector: {matchLabels: {job: b}}}
""",
        ),
    ),
    check=check,
    scope=Scope.INPUT,
)
