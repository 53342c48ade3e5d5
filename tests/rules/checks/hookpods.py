"""Single objects around a webhook, for the tests of webhook-ingress."""

from __future__ import annotations

from netlint_rules.bundle import cut
from netlint_rules.config import Config
from netlint_rules.context import Workspace
from netlint_rules.engine import examine
from netlint_rules.facts import Facts
from netlint_rules.finding import Confidence, Finding, Severity
from netlint_rules.index import ResourceIndex
from netlint_rules.registry import all_rules
from netlint_rules.source.reader import read
from tests.rules.builders import configuration, lint

DENY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}}
---
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: hook, namespace: shop}
spec: {selector: {app: hook}, ports: [{name: https, port: 443, targetPort: 9443}]}
---
"""
WEBHOOK = """\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: orders}
webhooks:
- name: orders.shop.io
  clientConfig: {service: {name: hook, namespace: shop}}
  rules: [{apiGroups: [shop.io], resources: [orders]}]
---
"""


def pod(name: str = "hook", labels: str = "{app: hook}", spec: str = "{}") -> str:
    return f"""\
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: shop, labels: {labels}}}
spec: {spec}
---
"""


def containers(rest: str) -> str:
    return f"{{containers: [{{name: main, image: main, {rest}}}]}}"


def policy(labels: str, ingress: str = "[]", name: str = "policy") -> str:
    return f"""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}, namespace: shop}}
spec: {{podSelector: {{matchLabels: {labels}}}, ingress: {ingress}}}
---
"""


def report(text: str, **settings: object) -> list[Finding]:
    return lint(text, "webhook-ingress", config=configuration(**settings))


def grades(text: str, **settings: object) -> list[tuple[str, Severity, Confidence]]:
    found = report(text, **settings)
    return [(finding.code, finding.severity, finding.confidence) for finding in found]


def examined(files: dict[str, str]) -> list[Finding]:
    """Findings in several files, cut into bundles as in a real run."""
    documents = [
        document for file, text in files.items() for document in read(text.encode(), file).documents
    ]
    (rule,) = (rule for rule in all_rules() if rule.name == "webhook-ingress")
    found: list[Finding] = []
    for bundle in cut(documents).bundles:
        index = ResourceIndex.build(bundle.placed, Config(), Facts())
        outcome = examine(Workspace(index, Config(), Facts()), [rule])
        assert not outcome.errors
        found.extend(outcome.findings)
    return found
