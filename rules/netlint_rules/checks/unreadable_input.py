"""A file, or a part of one, that netlint can't read

netlint goes on after every trouble: the other documents of a file and the other files are
linted. What couldn't be read is never passed over in silence.

## Why it matters

A policy that isn't read isn't judged. And what `kubectl apply` can't read either is missing from
the cluster: without a `---` between two objects, the last one silently wins and the first
is never created.

## How to fix

- A YAML error: mend the place that the message names; often it is an indentation or a quote.
- A Helm template: lint what it renders, `helm template CHART | netlint -` or
  `netlint helm CHART`. Beside a template nothing is called missing: it may render to just that.
- A missing separator: put `---` on a line of its own between the two objects.
- A policy without `apiVersion`: add `apiVersion: networking.k8s.io/v1`.
- An unreadable file: check its permissions and its encoding (UTF-8 or UTF-16).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netlint_rules.context import Context
from netlint_rules.finding import Finding, Location, Severity
from netlint_rules.rule import Code, Example, Rule, Scope
from netlint_rules.source.trouble import Trouble, TroubleKind

YAML_ERROR = Code(
    "NP901", "yaml-error", Severity.ERROR, "a document that is no valid YAML was not linted"
)
TEMPLATE = Code(
    "NP902", "helm-template", Severity.INFO, "a template can be linted only when it is rendered"
)
MISSING_SEPARATOR = Code(
    "NP903", "missing-separator", Severity.ERROR, "a missing --- makes one object replace another"
)
UNREADABLE = Code("NP904", "unreadable-file", Severity.ERROR, "a file could not be read")
NO_OBJECTS = Code(
    "NP905", "no-objects", Severity.INFO, "a file that was named holds no Kubernetes object"
)
NO_API_VERSION = Code(
    "NP910", "no-api-version", Severity.ERROR, "a policy without apiVersion is taken by no cluster"
)
_CODES: Mapping[TroubleKind, Code] = {
    TroubleKind.YAML_ERROR: YAML_ERROR,
    TroubleKind.TEMPLATE: TEMPLATE,
    TroubleKind.MISSING_SEPARATOR: MISSING_SEPARATOR,
    TroubleKind.UNREADABLE: UNREADABLE,
    TroubleKind.NO_OBJECTS: NO_OBJECTS,
    TroubleKind.NO_API_VERSION: NO_API_VERSION,
}
_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
"""


def check(context: Context, _: str) -> Iterator[Finding]:
    """Report what reading the files came across."""
    for trouble in context.workspace.troubles:
        code = _CODES.get(trouble.kind)
        if code is not None:
            yield _finding(context, code, trouble)


def _finding(context: Context, code: Code, trouble: Trouble) -> Finding:
    related = []
    if trouble.other is not None:
        related.append(Location(trouble.document, trouble.path, "begins here", trouble.other))
    place = Location(trouble.document, trouble.path, exact=trouble.span)
    return context.finding(code, trouble.message, place, related=related)


RULE = Rule(
    name="unreadable-input",
    title="a file that netlint can't read fully",
    codes=(YAML_ERROR, TEMPLATE, MISSING_SEPARATOR, UNREADABLE, NO_OBJECTS, NO_API_VERSION),
    groups=("input",),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example(
            "A line with one space too many; the document after it is linted all the same",
            """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: default-deny
   namespace: shop  # <- NP901
---
"""
            + _POLICY,
        ),
        Example(
            "A Helm template",
            """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ .Release.Name }}-deny  # <- NP902
spec: {podSelector: {}}
""",
        ),
        Example(
            "A policy without apiVersion",
            """\
kind: NetworkPolicy  # <- NP910
metadata: {name: default-deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
""",
        ),
        Example(
            "No --- between two objects: the first is lost",
            """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}

apiVersion: networking.k8s.io/v1  # <- NP903
kind: NetworkPolicy
metadata: {name: allow-web, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, ingress: [{}]}
""",
        ),
    ),
    good=(
        Example("Two objects with a --- between them", _POLICY + "---\n" + _POLICY),
        Example(
            "Braces inside a text are no template",
            """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: alerts, namespace: shop}
spec:
  template:
    metadata: {labels: {app: alerts}}
    spec:
      containers:
      - {name: alerts, image: alerts, args: ["--text={{ $labels.pod }} is down"]}
""",
        ),
    ),
    check=check,
    scope=Scope.INPUT,
)
