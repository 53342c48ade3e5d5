"""Pods that webhook-ingress suspects where nothing in view calls them."""

from __future__ import annotations

import pytest

from netlint_rules.finding import Confidence, Severity
from tests.rules.checks.hookpods import (
    DENY,
    SERVICE,
    WEBHOOK,
    containers,
    examined,
    grades,
    pod,
    policy,
    report,
)


def suspect(labels: str, port: str = "{containerPort: 9443}", more: str = "") -> str:
    return DENY + pod("suspect", labels, containers(f"ports: [{port}]{more}"))


HINT = ("NP505", Severity.INFO, Confidence.MEDIUM)
WEAK = ("NP505", Severity.INFO, Confidence.LOW)
SURE = ("NP505", Severity.WARNING, Confidence.HIGH)
KNOWN = "{app.kubernetes.io/name: cloudnative-pg}"


@pytest.mark.parametrize(
    ("labels", "port", "more", "expected"),
    [
        (KNOWN, "{containerPort: 9443}", "", [SURE]),
        (KNOWN, "{name: webhook-server, containerPort: 1234}", "", [SURE]),
        (KNOWN, "{containerPort: 8080}", "", []),
        (KNOWN, "{name: metrics, containerPort: 8080}", "", []),
        ("{app: keda-admission-webhooks}", "{containerPort: 8080}", "", []),
        ("{app.kubernetes.io/name: metrics-server}", "{containerPort: 10250}", "", [SURE]),
        ("{app.kubernetes.io/name: argocd-x, app: istiod}", "{containerPort: 15017}", "", []),
        (
            (
                "{app.kubernetes.io/part-of: kyvern, "
                "app.kubernetes.io/component: admission-controller}"
            ),
            "{containerPort: 9443}",
            "",
            [WEAK],
        ),
        (
            "{a: b}",
            "{name: webhook, containerPort: 1}, {name: https, containerPort: 8443}",
            "",
            [HINT],
        ),
        (KNOWN, "{containerPort: 9443, protocol: UDP}", "", []),
        ("{kubewarden/policy-server: any}", "{containerPort: 8443}", "", [SURE]),
        ("{app.kubernetes.io/part-of: kyverno-x}", "{containerPort: 9443}", "", [WEAK]),
        (
            (
                "{app.kubernetes.io/part-of: kyverno-x, "
                "app.kubernetes.io/component: admission-controller}"
            ),
            "{containerPort: 9443}",
            "",
            [SURE],
        ),
        ("{control-plane: controller-manager}", "{containerPort: 9443}", "", [WEAK]),
        (
            "{control-plane: controller-manager}",
            "{name: webhook-server, containerPort: 9443}",
            "",
            [HINT],
        ),
        (
            "{a: b}",
            "{name: webhook, containerPort: 1}, {name: admission, containerPort: 2}",
            "",
            [HINT, HINT],
        ),
        ("{a: b}", "{name: webhook, containerPort: 1, protocol: UDP}", "", []),
        ("{a: b}", "{containerPort: 8443}", "", [WEAK]),
        ("{a: b}", "{containerPort: 8443, protocol: UDP}", "", []),
        ("{a: b}", "{containerPort: 8080}", "", []),
        ("{a: b}", "{containerPort: 8080}", ", args: [--webhook-port=8080]", [HINT]),
        ("{a: b}", "{containerPort: 8080}", ", args: [--webhook-port=0]", []),
        ("{a: b}", "{containerPort: 8080}", ", command: [run, --enable-webhooks=false]", []),
        ("{a: b}", "{containerPort: 8080}", ", env: [{name: WEBHOOK_PORT, value: '8080'}]", [HINT]),
        ("{a: b}", "{containerPort: 8080}", ", env: [{name: PORT, value: '8080'}]", []),
        (
            "{a: b}",
            "{containerPort: 8080}",
            ", volumeMounts: [{mountPath: /tmp/k8s-webhook-server/serving-certs}]",
            [HINT],
        ),
        ("{app.kubernetes.io/name: argocd-x}", "{name: webhook, containerPort: 7000}", "", []),
        ("{component: antrea-controller}", "{containerPort: 8443}", "", []),
    ],
)
def test_signs(
    labels: str, port: str, more: str, expected: list[tuple[str, Severity, Confidence]]
) -> None:
    assert grades(suspect(labels, port, more)) == expected


@pytest.mark.parametrize(
    ("more", "port"),
    [
        (", args: [--webhook-port=8080]", "TCP 8080 "),
        (", args: [--webhook-port, '8081']", "TCP 8081 "),
        (", args: [--webhook-bind-port, ':8082']", "TCP 8082 "),
        (", args: [--webhook-port, '8081', run]", "TCP 8081 "),
        (", args: [--webhook-port=8081, --webhook-bind-port=8082]", "TCP 8081 "),
        (", volumeMounts: [{mountPath: /tmp/k8s-webhook-server/serving-certs}]", "TCP 9876 "),
        (", args: [--enable-webhooks, --verbose]", "TCP 9876 "),
        (", args: [--enable-webhooks]", "TCP 9876 "),
        (", env: [{name: WEBHOOK_PORT}]", "TCP 9876 "),
    ],
)
def test_the_port_of_a_setting(more: str, port: str) -> None:
    (finding,) = report(suspect("{a: b}", "{containerPort: 1}, {containerPort: 9876}", more))
    assert port in finding.message
    (finding,) = report(suspect("{a: b}", "{containerPort: 1}", more.replace("9876", "9443")))
    assert port.replace("9876", "9443") in finding.message


def test_words_for_suspects() -> None:
    (known,) = report(suspect(KNOWN))
    assert known.message == (
        "webhook calls to CloudNativePG fail: no policy in the files given lets the API server "
        "reach TCP 9443 on pods app.kubernetes.io/name=cloudnative-pg in shop"
    )
    assert known.fix is not None and known.fix.creates is not None
    assert known.fix.creates["metadata"] == {"name": "allow-suspect-webhook", "namespace": "shop"}
    (hint,) = report(suspect("{a: b}", "{name: webhook, containerPort: 1}"))
    assert hint.message.startswith("this may be a webhook (the container port webhook): no policy")
    assert hint.message.endswith("TCP 1 on pods a=b in shop")
    assert hint.fix is None
    (adapter,) = report(suspect("{k8s-app: metrics-server}", "{containerPort: 10250}"))
    assert adapter.message.startswith("API calls to metrics-server fail:")
    assert adapter.fix is not None and adapter.fix.creates is not None
    assert adapter.fix.creates["metadata"] == {"name": "allow-suspect-api", "namespace": "shop"}
    gatekeeper = "{control-plane: controller-manager, gatekeeper.sh/operation: webhook}"
    (skipped,) = report(suspect(gatekeeper, "{containerPort: 8443}"))
    assert skipped.message.startswith("the checks of Gatekeeper are skipped: no policy")


def test_suspects_in_a_complete_view() -> None:
    """Nothing calls them, or what does is made at run time."""
    assert grades(suspect(KNOWN), complete=True) == [("NP505", Severity.INFO, Confidence.HIGH)]


def test_one_finding_for_equal_pods() -> None:
    labels = "{app: order, control-plane: controller-manager}"
    ports = "ports: [{name: webhook, containerPort: 9443}]"
    text = DENY + pod("a", labels, containers(ports)) + pod("b", labels, containers(ports))
    assert grades(text) == [HINT]


def test_a_weak_sign_that_somebody_may_use_is_no_webhook() -> None:
    opened = policy("{a: b}", "[{ports: [{port: 8443}], from: [{podSelector: {}}]}]")
    assert report(opened + suspect("{a: b}", "{containerPort: 8443}")) == []
    named = "{name: webhook, containerPort: 8443}"
    assert grades(opened + suspect("{a: b}", named)) == [HINT]


def test_pods_that_something_calls_are_not_suspected_besides() -> None:
    open_hook = policy("{app: hook}", "[{ports: [{port: 9443}]}]")
    spec = containers("ports: [{containerPort: 9443}, {name: webhook, containerPort: 8443}]")
    assert report(DENY + open_hook + SERVICE + WEBHOOK + pod(spec=spec)) == []
    assert grades(DENY + open_hook + pod(spec=spec)) == [HINT]


def test_suspects_by_a_policy_alone() -> None:
    known = ("NP505", Severity.WARNING, Confidence.MEDIUM)
    assert grades(policy(KNOWN)) == [known]
    assert grades(policy(KNOWN, "[{ports: [{port: 9443}]}]")) == []
    assert grades(policy(KNOWN, "[{ports: [{port: webhook-server}]}]")) == []  # may be 9443
    assert grades(policy(KNOWN, "[{from: [{podSelector: {}}]}]")) == [known]
    kube_system = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}"
    assert grades(policy(KNOWN, f"[{{from: [{{{kube_system}}}]}}]")) == [known]
    block = policy(KNOWN, "[{from: [{ipBlock: {cidr: 10.0.0.1/32}}]}]")
    assert grades(block) == [("NP504", Severity.INFO, Confidence.LOW)]
    assert grades(block.replace("/32", "/24")) == []
    partly = ("NP504", Severity.WARNING, Confidence.MEDIUM)
    assert grades(block, cluster={"api-server": ["10.0.0.1", "10.0.0.2"]}) == [partly]
    assert grades(block, cluster={"api-server": ["10.0.0.1"]}) == []
    assert grades(policy("{app.kubernetes.io/name: argocd-x, app: istiod}")) == []
    assert grades(policy(KNOWN) + pod("other", "{app: other}")) == [known]
    assert grades(policy("{app.kubernetes.io/name: argocd-server}")) == []
    assert grades(policy("{control-plane: controller-manager}")) == []
    assert grades(policy("{component: antrea-controller}")) == []
    (finding,) = report(policy(KNOWN))
    assert finding.fix is not None and finding.fix.creates is not None
    assert finding.fix.creates["metadata"] == {"name": "allow-policy-webhook", "namespace": "shop"}


def test_a_policy_for_pods_in_view_says_nothing_more() -> None:
    outside = pod("x", KNOWN, "{hostNetwork: true}")
    assert report(policy(KNOWN) + outside) == []


def test_a_policy_for_pods_that_something_calls() -> None:
    selected = SERVICE.replace("{app: hook}", KNOWN)
    assert [each.code for each in report(policy(KNOWN) + selected + WEBHOOK)] == ["NP501"]


def test_ports_that_differ_by_release() -> None:
    """One of them is enough."""
    old = policy("{k8s-app: metrics-server}", "[{ports: [{port: 4443}]}]")
    assert report(old) == []
    assert len(report(old.replace("4443", "8080"))) == 1


def test_policies_of_other_components_do_not_count() -> None:
    other = policy("{app: keda-admission-webhooks}", "[{ports: [{port: 9443}]}]", "other")
    assert [each.code for each in report(policy(KNOWN) + other)] == ["NP505"]
    generic = other.replace("app: keda-admission-webhooks", "control-plane: controller-manager")
    assert report(policy(KNOWN) + generic) == []
    longhorn = "{longhorn.io/admission-webhook: longhorn-admission-webhook}"
    manager = policy("{app: longhorn-manager}", "[{ports: [{port: 9502}]}]", "other")
    assert report(policy(longhorn) + manager) == []
    unknown = policy("{app: anything}", "[{ports: [{port: 9443}]}]", "other")
    assert report(policy(KNOWN) + unknown) == []  # the pods may carry both labels


def test_documentation_gives_hints_only() -> None:
    text = "# Policies\n\n```yaml\nTEXT```\n"
    blocked = (DENY + SERVICE + WEBHOOK + pod()).replace("---\n", "```\n\n```yaml\n")
    (finding,) = examined({"doc.md": text.replace("TEXT", blocked)})
    assert (finding.code, finding.severity) == ("NP501", Severity.INFO)
    assert finding.confidence is Confidence.MEDIUM
    (finding,) = examined({"doc.md": text.replace("TEXT", policy(KNOWN).replace("---\n", ""))})
    assert (finding.code, finding.severity) == ("NP505", Severity.INFO)


def test_each_port_is_one_finding() -> None:
    ports = "{name: webhook, containerPort: 1}, {name: admission, containerPort: 2}"
    first, second = report(suspect("{a: b}", ports))
    assert "TCP 1 " in first.message and "TCP 2 " in second.message
