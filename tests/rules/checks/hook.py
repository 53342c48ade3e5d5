"""A webhook with everything around it, for the tests of webhook-ingress."""

from __future__ import annotations

from netlint_rules.finding import Confidence, Finding, Severity
from tests.rules.builders import configuration, lint

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: NAME, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
"""
DENY = POLICY.replace("NAME", "deny")
WORKLOAD = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: hook, namespace: shop}
spec:
  template:
    metadata: {labels: {app: hook}}
    spec:
      containers:
      - {name: hook, image: hook, ports: [{name: webhook, containerPort: 9443}]}
"""
SERVICE = """\
---
apiVersion: v1
kind: Service
metadata: {name: hook, namespace: shop}
spec:
  selector: {app: hook}
  ports: [{name: https, port: 443, targetPort: 9443}]
"""
WEBHOOK = """\
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: orders}
webhooks:
- name: orders.shop.io
  clientConfig: {service: {name: hook, namespace: shop}}
  rules: [{apiGroups: [shop.io], resources: [orders]}]
"""
IGNORED = WEBHOOK + "  failurePolicy: Ignore\n  timeoutSeconds: 3\n"
HOOK = WORKLOAD + SERVICE + WEBHOOK
KUBE_SYSTEM = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}"
COMPLETE = {"complete": True}
KUBEADM = {"platform": "kubeadm"}


def opening(ports: str = "", peers: str = "", name: str = "hook") -> str:
    """A policy of the pods with one rule."""
    selector = POLICY.replace("NAME", name).replace("{}", "{matchLabels: {app: hook}}")
    rule = [f"from: [{peers}]"] if peers else []
    rule += [f"ports: [{ports}]"] if ports else []
    return f"{selector}  ingress: [{{{', '.join(rule)}}}]\n"


def report(text: str, **settings: object) -> list[Finding]:
    return lint(text, "webhook-ingress", config=configuration(**settings))


def only(text: str, **settings: object) -> Finding:
    (finding,) = report(text, **settings)
    return finding


def grade(finding: Finding) -> tuple[str, Severity, Confidence]:
    return finding.code, finding.severity, finding.confidence


def notes(finding: Finding) -> list[tuple[str, str]]:
    return [(each.api_path, each.note) for each in finding.related]


def api(name: str) -> str:
    group = name.partition(".")[2]
    return f"""\
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {{name: {name}}}
spec: {{group: {group}, service: {{name: hook, namespace: shop}}}}
"""


CONVERSION = """\
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: orders.shop.io}
spec:
  conversion:
    strategy: Webhook
    webhook: {clientConfig: {service: {name: hook, namespace: shop}}}
"""
