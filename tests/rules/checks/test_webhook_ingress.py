"""What the examples of webhook-ingress can't show: certainty, wording, places."""

from __future__ import annotations

import pytest

from netlint_rules.finding import Confidence, Severity
from netlint_rules.registry import all_rules
from tests.rules.checks.hook import (
    COMPLETE,
    CONVERSION,
    DENY,
    HOOK,
    IGNORED,
    KUBE_SYSTEM,
    KUBEADM,
    SERVICE,
    WEBHOOK,
    WORKLOAD,
    api,
    grade,
    notes,
    only,
    opening,
    report,
)


@pytest.mark.parametrize(
    ("text", "settings", "expected"),
    [
        (DENY + HOOK, COMPLETE, ("NP501", Severity.ERROR, Confidence.CERTAIN)),
        (DENY + HOOK, {}, ("NP501", Severity.WARNING, Confidence.HIGH)),
        (
            DENY + HOOK,
            {"complete_namespaces": ["shop"]},
            ("NP501", Severity.ERROR, Confidence.CERTAIN),
        ),
        (DENY + SERVICE + WEBHOOK, {}, ("NP501", Severity.WARNING, Confidence.MEDIUM)),
        (
            DENY + WORKLOAD + SERVICE + IGNORED,
            COMPLETE,
            ("NP501", Severity.WARNING, Confidence.CERTAIN),
        ),
        (
            opening("{port: 443}") + HOOK,
            COMPLETE,
            ("NP502", Severity.ERROR, Confidence.CERTAIN),
        ),
        (
            opening(peers=f"{{{KUBE_SYSTEM}}}") + HOOK,
            COMPLETE,
            ("NP503", Severity.WARNING, Confidence.HIGH),
        ),
        (
            opening(peers=f"{{{KUBE_SYSTEM}}}") + HOOK,
            {**COMPLETE, "cluster": KUBEADM},
            ("NP503", Severity.ERROR, Confidence.HIGH),
        ),
        (
            opening(peers=f"{{{KUBE_SYSTEM}}}") + HOOK,
            {**COMPLETE, "cluster": {"platform": "aks-vnet"}},
            ("NP503", Severity.WARNING, Confidence.HIGH),  # an unverified fact
        ),
        (
            opening(peers=f"{{{KUBE_SYSTEM}}}") + HOOK,
            {**COMPLETE, "cluster": {"platform": "aks-vnet", "cni": "calico"}},
            ("NP503", Severity.WARNING, Confidence.HIGH),
        ),
        (
            opening(peers="{ipBlock: {cidr: 10.0.0.1/32}}") + HOOK,
            {**COMPLETE, "cluster": {**KUBEADM, "api-server": ["10.0.0.1", "10.0.0.2"]}},
            ("NP504", Severity.WARNING, Confidence.HIGH),
        ),
        (
            opening(peers="{ipBlock: {cidr: 10.0.0.1/32}}") + HOOK,
            COMPLETE,
            ("NP504", Severity.INFO, Confidence.LOW),
        ),
    ],
)
def test_certainty(
    text: str, settings: dict[str, object], expected: tuple[str, Severity, Confidence]
) -> None:
    assert grade(only(text, **settings)) == expected


def test_message_and_related_places() -> None:
    finding = only(opening("{port: 8080}") + "---\n" + DENY + HOOK)
    assert finding.message == (
        "writes to orders are rejected: the API server needs TCP 9443 on pods app=hook in shop, "
        "but hook opens TCP 8080"
    )
    assert (finding.primary.api_path, finding.primary.note) == (
        "spec.ingress[0].ports[0].port",
        "opens TCP 8080, a port of no container",
    )
    assert notes(finding) == [
        (
            "webhooks[0].clientConfig.service",
            (
                'calls Service hook on port 443; else requests fail: "failed calling webhook'
                ' orders.shop.io"'
            ),
        ),
        ("spec.ports[0]", "forwards port 443 to 9443 of the pods"),
        ("spec.template.spec.containers[0].ports[0]", "listens on TCP 9443"),
        ("spec.policyTypes", "isolates ingress of every pod"),
    ]


def test_the_most_specific_policy_is_named() -> None:
    """The one to extend: not the default-deny beside it."""
    specific = opening("{port: 9090}").replace("ports: [{port: 9090}]", "from: [{podSelector: {}}]")
    text = DENY + "---\n" + specific.replace("from:", "ports: [{port: 1000, endPort: 2000}], from:")
    finding = only(text + HOOK)
    assert finding.primary.document.name == "hook"
    assert finding.primary.note == "isolates ingress of these pods and opens no TCP 9443"
    assert finding.message == (
        "writes to orders are rejected: no policy in the files given lets the API server reach "
        "TCP 9443 on pods app=hook in shop"
    )
    assert "in the files given" not in only(text + HOOK, complete=True).message


def test_the_place_without_policy_types() -> None:
    text = DENY.replace("  policyTypes: [Ingress]\n", "")
    assert only(text + HOOK).primary.api_path == "spec.podSelector"


NARROWED = WEBHOOK + "  objectSelector: {matchLabels: {a: b}}\n"


@pytest.mark.parametrize(
    ("webhook", "words"),
    [
        (WEBHOOK, "writes to orders are rejected"),
        (WEBHOOK.replace("[orders]", "[a, b]"), "writes to a and b are rejected"),
        (WEBHOOK.replace("[orders]", "[a, b, a, c]"), "writes to a and 2 more resources are"),
        (WEBHOOK.replace("[orders]", "['*']"), "writes to all of shop.io are rejected"),
        (WEBHOOK.replace("[orders]", "['*/*']").replace("[shop.io]", "['*']"), "all writes are"),
        (WEBHOOK.replace("[orders]", "['*']").replace("[shop.io]", "['']"), "of the core group"),
        (NARROWED, "some writes to orders are"),
        (
            WEBHOOK.replace("[orders]", "['*']").replace("[shop.io]", "['*']")
            + "  namespaceSelector: {matchLabels: {a: b}}\n",
            "some writes are rejected",
        ),
        (IGNORED, "the checks of webhook orders.shop.io are skipped"),
        (IGNORED.replace("Validating", "Mutating"), "the changes of webhook orders.shop.io are"),
        (
            IGNORED + WEBHOOK.replace("orders", "items"),
            "writes to items are rejected (2 webhooks)",
        ),
        (WEBHOOK + WEBHOOK.replace("orders", "items"), "writes to orders and items are rejected"),
        (WEBHOOK + NARROWED.replace("orders", "items"), "writes to orders and items are rejected"),
        (NARROWED + CONVERSION, "some writes to orders are rejected (2 webhooks)"),
    ],
)
def test_harm_of_admission_webhooks(webhook: str, words: str) -> None:
    assert words in only(DENY + WORKLOAD + SERVICE + webhook).message


def test_one_webhook_for_all_requests_is_enough() -> None:
    narrowed = NARROWED.replace("orders", "items")
    message = only(DENY + WORKLOAD + SERVICE + WEBHOOK + narrowed).message
    assert message.startswith("writes to orders and items are rejected (2 webhooks): ")


@pytest.mark.parametrize(
    ("caller", "code", "harm", "note"),
    [
        (api("v1beta1.metrics.k8s.io"), "NP507", "kubectl top and autoscaling fail", "discovery"),
        (api("v1.custom.metrics.k8s.io"), "NP507", "autoscaling fails", "discovery fails"),
        (api("v1.shop.io"), "NP507", "requests to v1.shop.io fail", "namespaces can't be deleted"),
        (CONVERSION, "NP501", "orders.shop.io can't be listed", "lists, reads and garbage"),
        (CONVERSION + api("v1.shop.io"), "NP501", "(2 webhooks)", "lists, reads"),
        (IGNORED, "NP501", "are skipped", "waits 3 s and passes (failurePolicy Ignore)"),
        (WEBHOOK + "  failurePolicy: Ignore\n", "NP501", "are skipped", "waits 10 s and passes"),
    ],
)
def test_other_callers(caller: str, code: str, harm: str, note: str) -> None:
    finding = only(DENY + WORKLOAD + SERVICE + caller)
    assert finding.code == code
    assert harm in finding.message
    assert note in finding.related[0].note


@pytest.mark.parametrize(
    "caller",
    [
        CONVERSION.replace("Webhook\n", "None\n"),
        api("v1.shop.io").replace(", service: {name: hook, namespace: shop}", ""),
        WEBHOOK.replace("  rules: [{apiGroups: [shop.io], resources: [orders]}]\n", ""),
        WEBHOOK.replace("admissionregistration.k8s.io/v1", "example.com/v1"),
        WEBHOOK.replace("{name: hook,", "{name: '${HOOK}',"),
        WEBHOOK.replace("{name: hook,", "{"),
        WEBHOOK.replace(
            "- name: orders.shop.io\n  clientConfig:", "- null\n- clientConfig: null #"
        ),
    ],
)
def test_nothing_is_called(caller: str) -> None:
    """What remains is the port's name, a hint."""
    (finding,) = report(DENY + WORKLOAD + SERVICE + caller)
    assert grade(finding) == ("NP505", Severity.INFO, Confidence.MEDIUM)


def test_each_service_port_is_one_finding() -> None:
    service = SERVICE.replace("}]", "}, {name: other, port: 8443, targetPort: 8443}]")
    other = WEBHOOK.replace("namespace: shop}", "namespace: shop, port: 8443}")
    found = report(DENY + WORKLOAD + service + WEBHOOK + other + WEBHOOK)
    assert [finding.message.partition(":")[0] for finding in found] == [
        "writes to orders are rejected (2 webhooks)",
        "writes to orders are rejected",
    ]


def test_long_label_sets_are_not_spelt_out() -> None:
    labels = "{app.kubernetes.io/name: order-operator, app.kubernetes.io/component: webhook}"
    text = DENY + HOOK.replace("{app: hook}", labels)
    assert "on pods of Service hook in shop" in only(text).message


def test_related_places_are_few() -> None:
    policies = [DENY.replace("name: deny", f"name: deny-{number}") + "---\n" for number in range(5)]
    finding = only("".join(policies) + DENY + WORKLOAD + SERVICE + WEBHOOK * 5)
    kinds = [each.document.kind for each in finding.related]
    assert kinds.count("ValidatingWebhookConfiguration") == 3
    assert kinds.count("NetworkPolicy") == 3
    assert "(5 webhooks)" in finding.message


def test_codes() -> None:
    (rule,) = (rule for rule in all_rules() if rule.name == "webhook-ingress")
    assert [(code.code, str(code.severity), code.fixable) for code in rule.codes] == [
        ("NP501", "error", True),
        ("NP502", "error", True),
        ("NP503", "error", True),
        ("NP504", "warning", True),
        ("NP505", "warning", True),
        ("NP506", "warning", False),
        ("NP507", "error", True),
    ]
