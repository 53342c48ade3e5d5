"""What kustomize patches change is unknown to webhook-ingress."""

from __future__ import annotations

import pytest

from netlint_rules.finding import Severity
from tests.rules.checks.hookpods import DENY, SERVICE, WEBHOOK, containers, examined, pod

KUSTOMIZATION = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [all.yaml]
patches:
- target: {kind: KIND}
  patch: |-
    - {op: replace, path: PATH, value: 1}
"""


@pytest.mark.parametrize(
    ("kind", "path", "is_known"),
    [
        ("NetworkPolicy", "/spec/ingress", False),
        ("NetworkPolicy", "/metadata/annotations/a", True),
        ("Service", "/spec/ports/0/targetPort", False),
        ("Service", "/metadata/annotations/a", True),
        ("Pod", "/metadata/labels/app", False),
        ("Pod", "/spec/hostNetwork", False),
        ("Pod", "/spec/containers/0/image", True),
        ("Pod", "/spec/containers/0/ports/0/containerPort", False),
        ("ValidatingWebhookConfiguration", "/webhooks/0/clientConfig/service/name", False),
        ("ValidatingWebhookConfiguration", "/webhooks/0/clientConfig/caBundle", True),
    ],
)
def test_what_patches_decide_is_unknown(kind: str, path: str, is_known: bool) -> None:
    kustomization = KUSTOMIZATION.replace("KIND", kind).replace("PATH", path)
    hook = pod(spec=containers("ports: [{name: x, containerPort: 9443}]"))
    text = DENY + SERVICE.replace("targetPort: 9443", "targetPort: x") + WEBHOOK + hook
    found = examined({"kustomization.yaml": kustomization, "all.yaml": text})
    codes = [finding.code for finding in found if finding.severity is not Severity.INFO]
    assert codes == (["NP501"] if is_known else [])


PATCH = """\
resources: [all.yaml]
patches:
- target: {kind: KIND, name: NAME}
  patch: |-
    - {op: replace, path: PATH, value: 1}
"""


def patched(text: str, kind: str, name: str, path: str) -> list[str]:
    patch = PATCH.replace("KIND", kind).replace("NAME", name).replace("PATH", path)
    found = examined({"kustomization.yaml": patch, "all.yaml": text})
    return [finding.code for finding in found]


def test_one_patched_object_among_others() -> None:
    text = DENY + DENY.replace("name: deny", "name: other") + SERVICE + WEBHOOK + pod() + pod("b")
    assert patched(text, "NetworkPolicy", "other", "/spec/ingress") == []
    assert patched(text, "Pod", "b", "/spec/hostNetwork") == []
    assert patched(text, "Pod", "c", "/spec/hostNetwork") == ["NP501"]


def test_patched_references_and_ports_do_not_dangle() -> None:
    other = SERVICE.replace("443,", "80,")
    assert patched(other + WEBHOOK, "Service", "hook", "/spec/ports/0/port") == []
    assert patched(other + WEBHOOK, "Service", "hook", "/spec/type") == ["NP506"]
    served = """\
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.shop.io}
spec: {service: {name: hook, namespace: shop}}
---
"""
    assert patched(other + served, "APIService", "v1.shop.io", "/spec/service/port") == []
    assert patched(other + served, "APIService", "v1.shop.io", "/spec/caBundle") == ["NP506"]


def test_patched_suspects() -> None:
    labels = "{app.kubernetes.io/name: cloudnative-pg}"
    text = DENY + pod("a", labels, containers("ports: [{containerPort: 9443}]"))
    assert patched(text, "Pod", "a", "/metadata/labels/x") == []
    assert patched(text, "Pod", "a", "/spec/containers/0/ports") == []
    assert patched(text, "Pod", "a", "/spec/containers/0/image") == ["NP505"]
