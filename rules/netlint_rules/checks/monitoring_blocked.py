"""Pods whose metrics Prometheus is told to scrape, and can't reach

A ServiceMonitor or PodMonitor selects pods and a port. Where the pods are isolated and nothing
lets another namespace, an address or a Prometheus in at that port, the target is down. netlint
takes any selector of another namespace for the monitoring, unless it names a namespace that is
known for something else.

## Why it matters

The application works; its metrics and alerts are missing. That is noticed when one of them would
have been needed.

## How to fix

Open the metrics port to the namespace in which Prometheus runs:

```yaml
  ingress:
  - from:
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: monitoring}
    ports: [{port: 9100}]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.backends import Backend, opening
from netlint_rules.callers import Caller, place, runs_in
from netlint_rules.context import Context
from netlint_rules.finding import Applicability, Confidence, Finding, Fix, Severity
from netlint_rules.policy import Policy
from netlint_rules.resources import NAMESPACE_NAME
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.scrapes import Scrape, Scrapes
from netlint_rules.traits import Trait

BLOCKED = Code(
    "NP521",
    "monitoring-blocked",
    Severity.WARNING,
    "pods whose metrics Prometheus is told to scrape, and can't reach",
    fixable=True,
    needs_view=True,
)
_MONITORING = "monitoring"


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look at the monitors of a namespace with policies, each pod and port once."""
    if not context.index.policies.get(namespace) or context.index.unmodelled_in(namespace):
        return
    seen: set[tuple[object, int | str]] = set()
    for scrape in context.workspace.derived(Scrapes()):
        if scrape.namespaces is None or namespace in scrape.namespaces:
            yield from _check_scrape(context, namespace, scrape, seen)


def _check_scrape(
    context: Context, namespace: str, scrape: Scrape, seen: set[tuple[object, int | str]]
) -> Iterator[Finding]:
    isolation, pairs = context.isolation(namespace), context.facts.known_pairs
    for pod in scrape.pods(isolation):
        key = (pod.subject, pod.port)
        if key not in seen:
            seen.add(key)
            is_near = runs_in(context.index, namespace, "monitoring", pairs)
            policies = Caller("monitoring", pairs, is_near).blocking(isolation, pod)
            if policies:
                yield _finding(context, scrape, pod, policies)


def _finding(
    context: Context, scrape: Scrape, pod: Backend, policies: tuple[Policy, ...]
) -> Finding:
    index, subject, monitor = context.index, pod.subject, scrape.place.document
    peer = {"namespaceSelector": {"matchLabels": {NAMESPACE_NAME: _MONITORING}}}
    labels = subject.selector.equalities()
    name = f"allow-{monitor.name}-scraping"
    return context.finding(
        BLOCKED,
        f"{monitor.kind} {monitor.name} gets no metrics of pods {subject.selector}: no policy"
        f"{index.scope(subject.namespace)} lets the monitoring in at {pod.tcp}",
        place(policies, pod),
        confidence=Confidence.HIGH,
        related=[scrape.place],
        fix=Fix(
            f"add a policy that opens {pod.tcp} to the namespace {_MONITORING}",
            Applicability.UNSAFE,
            creates=opening(name, pod, labels, [peer]),
        ),
    )


_PODS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        ports: [{containerPort: 8080}, {name: metrics, containerPort: 9100}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, labels: {scrape: "yes"}}
spec:
  selector: {app: web}
  ports: [{name: http, port: 8080}, {name: metrics, port: 80, targetPort: metrics}]
---
"""
_SERVICES = """\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web, namespace: monitoring}
spec:
  namespaceSelector: {matchNames: [shop]}
  selector: {matchLabels: {scrape: "yes"}}
  endpoints: [{port: metrics}]
---
"""
_POD_MONITOR = """\
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: web, namespace: monitoring}
spec:
  namespaceSelector: {any: true}
  selector: {matchLabels: {app: web}}
  podMetricsEndpoints: [{port: metrics}]
---
"""
_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress:
"""
_MARK = "  policyTypes: [Ingress]  # <- NP521\n"
_MARKED = _POLICY.replace("  policyTypes: [Ingress]\n", _MARK)
_INGRESS = """\
  - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress-nginx}}}]
"""
_WEB = _INGRESS + "    ports: [{port: 8080}]\n"
_OPEN = "  - {ports: [{port: metrics}], from: [{namespaceSelector: {}}]}\n"
_BESIDE = "  - from: [{podSelector: {}}]"

RULE = Rule(
    name="monitoring-blocked",
    title="pods whose metrics can't be scraped",
    codes=(BLOCKED,),
    groups=("correctness",),
    since="0.1.0",
    needs=frozenset({Trait.MONITORS}),
    doc=__doc__,
    bad=(
        Example("Only the port for requests is open", _PODS + _SERVICES + _MARKED + _WEB),
        Example(
            "The metrics port is open to the ingress controller",
            _PODS + _POD_MONITOR + _POLICY + _INGRESS.replace("]\n", "]  # <- NP521\n"),
        ),
        Example(
            "The metrics port is open within the namespace only",
            _PODS
            + _SERVICES.replace("port: metrics", "targetPort: metrics")
            + _POLICY
            + f"{_BESIDE}  # <- NP521\n",
            {"complete": True},
        ),
    ),
    good=(
        Example("The metrics port is open to every namespace", _PODS + _SERVICES + _POLICY + _OPEN),
        Example(
            "Prometheus runs in the namespace",
            _PODS
            + _POD_MONITOR
            + """\
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: main, namespace: shop}
spec: {}
---
"""
            + _POLICY
            + f"{_BESIDE}\n",
        ),
        Example(
            "The monitor looks at another namespace",
            _PODS + _SERVICES.replace("[shop]", "[billing]") + _POLICY + _WEB,
        ),
        Example("Nothing asks for metrics", _PODS + _POLICY + _WEB),
        Example(
            "Another policy opens the port",
            _PODS
            + _POD_MONITOR
            + _POLICY
            + _WEB
            + "---\n"
            + _POLICY.replace("name: web", "name: metrics")
            + "  - ports: [{port: 9100}]\n",
        ),
    ),
    check=check,
    references=("https://prometheus-operator.dev/docs/developer/getting-started/",),
)
