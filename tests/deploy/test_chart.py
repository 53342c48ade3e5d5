"""The Helm chart: the same objects as the kustomizations, and no nonsense accepted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from netlint_rules.version import __version__
from netlint_webhook.__main__ import main
from tests.conftest import RunNetlint
from tests.deploy import rendering
from tests.deploy.rendering import CHART, Body, Objects, configuration, of_kind, one

HELM_LABELS = {
    "app.kubernetes.io/instance",
    "app.kubernetes.io/managed-by",
    "app.kubernetes.io/version",
    "helm.sh/chart",
}
CERT_MANAGER = {"certificates": {"mode": "cert-manager"}}
PROVIDED = {
    "certificates": {
        "mode": "provided",
        "provided": {"secretName": "netlint-webhook-tls", "caBundle": "Q0E="},
    }
}
SAME: dict[str, dict[str, Any]] = {
    "overlays/cert-manager": CERT_MANAGER,
    "overlays/self-managed-certs": {},
    "overlays/strict": {"preset": "strict"},
    "overlays/audit-only": {"preset": "audit-only"},
    "overlays/fail-closed": {"failurePolicy": "Fail"},
    "advise": {"advise": {"enabled": True}},
    "autoscaling": {"autoscaling": {"enabled": True}},
    "monitoring": CERT_MANAGER | {"monitoring": {"enabled": True}},
    "host-network": {"hostNetwork": True},
    "openshift": {"userId": None},
    "client-certificate": {"clientCertificate": {"configMap": "netlint-webhook-client-ca"}},
    "everything": CERT_MANAGER
    | {
        "preset": "strict",
        "failurePolicy": "Fail",
        "monitoring": {"enabled": True},
        "autoscaling": {"enabled": True},
        "advise": {"enabled": True},
    },
}
OTHER: dict[str, dict[str, Any]] = {
    "provided": PROVIDED,
    "own issuer": {
        "certificates": {
            "mode": "cert-manager",
            "certManager": {"issuerRef": {"kind": "ClusterIssuer", "name": "corporate"}},
        }
    },
    "other names": {"name": "policies", "monitoring": {"enabled": True}, "excludedNamespaces": []}
    | {"advise": {"enabled": True}},
    "other ports": {"ports": {"https": 10250, "metrics": 9090}},
    "narrow": {
        "networkPolicy": {
            "apiServerCIDRs": ["192.0.2.10/32"],
            "monitoringNamespace": "observability",
            "dns": {"podLabels": {"k8s-app": None, "app.kubernetes.io/name": "coredns"}},
        }
    },
    "no policies": {"networkPolicy": {"enabled": False}},
    "placed": {
        "imagePullSecrets": [{"name": "registry"}],
        "nodeSelector": {"kubernetes.io/os": "linux"},
        "tolerations": [{"operator": "Exists"}],
        "affinity": {"nodeAffinity": {}},
        "podLabels": {"team": "platform"},
        "podAnnotations": {"note": "x"},
        "priorityClassName": "",
        "image": {"repository": "mirror.example/netlint", "digest": "sha256:" + "0" * 64},
        "drainSeconds": 40,
        "autoscaling": {"enabled": True, "maxReplicas": 40},
    },
    "configured": {
        "preset": "strict",
        "config": {"modes": {"default-deny": "warn"}, "cluster": {"cni": "cilium"}},
    },
}


def chart(values: dict[str, Any], namespace: str = "netlint") -> Objects:
    return rendering.parsed(rendering.rendered({"createNamespace": True} | values, namespace))


def plain(objects: Objects) -> Objects:
    """Without helm's labels, and with the configuration parsed."""
    for body in objects.values():
        labels: Body = body["metadata"].get("labels", {})
        for name in HELM_LABELS:
            labels.pop(name, None)
        if body["kind"] == "ConfigMap":
            data = body["data"]
            body["data"] = {name: yaml.safe_load(text) for name, text in data.items()}
    return objects


@pytest.mark.parametrize("variant", SAME)
def test_the_chart_renders_the_same_objects(variant: str) -> None:
    ours = plain(chart(SAME[variant]))
    theirs = plain(rendering.parsed(rendering.kustomized(variant)))
    assert sorted(ours) == sorted(theirs)
    for key, body in theirs.items():
        assert ours[key] == body


def test_every_overlay_is_compared() -> None:
    assert {*SAME} == {*rendering.VARIANTS} - {"base"}


def test_provided_certificates_only_add_the_ca_to_the_base() -> None:
    ours = plain(chart(PROVIDED))
    for entry in one(ours, "ValidatingWebhookConfiguration")["webhooks"]:
        assert entry["clientConfig"].pop("caBundle") == "Q0E="
    assert ours == plain(rendering.parsed(rendering.kustomized("base")))


def test_helms_labels_are_on_every_object_but_no_pod() -> None:
    objects = chart({})
    for key, body in objects.items():
        assert {*body["metadata"]["labels"]} >= HELM_LABELS or key.kind == "Namespace"
    for _, template in rendering.pod_templates(objects):
        assert not HELM_LABELS & {*template["metadata"]["labels"]}


def test_the_namespace_is_not_rendered_by_default() -> None:
    assert of_kind(rendering.parsed(rendering.rendered({})), "Namespace") == []


@pytest.mark.parametrize("name", OTHER)
def test_other_values_render_and_netlint_has_nothing_to_say(
    name: str, run_netlint: RunNetlint
) -> None:
    text = rendering.rendered({"createNamespace": True} | OTHER[name])
    assert rendering.parsed(text)
    result = run_netlint(*rendering.PEDANTIC, "--format", "json", "-", stdin=text)
    expected = ["default-deny"] if name == "no policies" else []
    assert [each["rule"] for each in json.loads(result.stdout)["findings"]] == expected


def test_another_namespace_and_name_are_used_throughout() -> None:
    values = OTHER["other names"] | {"certificates": {"mode": "cert-manager"}}
    assert "netlint-webhook" not in stripped(rendering.rendered(values, "watch"))
    values = OTHER["other names"]
    objects = chart(values, "watch")
    assert {key.namespace for key in objects} == {"watch", "default", ""}
    hooks = one(objects, "ValidatingWebhookConfiguration", "policies")["webhooks"]
    for hook in hooks:
        assert hook["clientConfig"]["service"]["namespace"] == "watch"
        assert hook["namespaceSelector"]["matchExpressions"][0]["values"] == ["watch"]
    for hook in hooks[:2]:
        assert hook["matchConditions"][0]["expression"] == "!(request.namespace in ['watch'])"
    rules = json.dumps(one(objects, "PrometheusRule", "policies"))
    assert 'namespace=\\"watch\\"' in rules
    assert 'namespace=\\"netlint\\"' not in rules


def stripped(text: str) -> str:
    """Without the command, whose name stays."""
    return text.replace("command: [netlint-webhook]", "").replace("name: netlint-webhook\n", "")


def test_placement_reaches_every_pod() -> None:
    for _, template in rendering.pod_templates(chart(OTHER["placed"])):
        spec = template["spec"]
        assert spec["tolerations"] and spec["nodeSelector"] and spec["imagePullSecrets"]
        (container,) = spec["containers"]
        assert container["image"] == "mirror.example/netlint@sha256:" + "0" * 64


def test_the_quota_leaves_room_for_a_rollout() -> None:
    objects = chart({"autoscaling": {"enabled": True, "maxReplicas": 40}})
    assert int(one(objects, "ResourceQuota", "netlint-critical-pods")["spec"]["hard"]["pods"]) > 80


def test_the_configuration_holds_what_the_values_say(tmp_path: Path) -> None:
    text = configuration(chart(OTHER["configured"]))
    assert yaml.safe_load(text) == {"preset": "strict", **OTHER["configured"]["config"]}
    file = tmp_path / "webhook.yaml"
    file.write_text(text)
    assert main(["--check-config", "--config", str(file)]) == 0


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"presets": "strict"}, "presets"),
        ({"preset": "lax"}, "preset"),
        ({"config": {"preset": "strict"}}, "preset"),
        ({"failurePolicy": "fail"}, "failurePolicy"),
        ({"timeoutSeconds": 31}, "timeoutSeconds"),
        ({"replicas": "3"}, "replicas"),
        ({"name": "Netlint"}, "name"),
        ({"name": "n" * 41}, "name"),
        ({"certificates": {"mode": "none"}}, "mode"),
        ({"certificates": {"mode": "provided"}}, "provided"),
        ({"certificates": {"certManager": {"issuerRef": {"name": "x"}}}}, "issuerRef"),
        ({"image": {"tag": "a b"}}, "tag"),
        ({"image": {"digest": "latest"}}, "digest"),
        ({"ports": {"https": 443}}, "https"),
        ({"excludedNamespaces": ["it's"]}, "excludedNamespaces"),
        ({"resources": {"limit": {}}}, "limit"),
        ({"podLabels": {"a": 1}}, "podLabels"),
        ({"networkPolicy": {"apiServerCIDRs": ["10.0.0.1"]}}, "apiServerCIDRs"),
        ({"networkPolicy": {"dns": {"podLabels": {"k8s-app": None}}}}, "podLabels"),
        ({"monitoring": {"interval": "often"}}, "interval"),
        ({"logLevel": "trace"}, "logLevel"),
        ({"userId": 0}, "userId"),
        ({"clientCertificate": {"names": []}}, "names"),
    ],
)
def test_bad_values_are_refused(values: dict[str, Any], named: str) -> None:
    ended = rendering.helm(values)
    assert ended.returncode != 0
    assert "schema" in ended.stderr
    assert named in ended.stderr


def test_the_schema_knows_every_value() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    schema = json.loads((CHART / "values.schema.json").read_text())
    assert {*values} == {*schema["properties"]} - {"global"}


def test_helm_lint() -> None:
    rendering.run(rendering.helm_program(), "lint", "--strict", "--quiet", CHART)


def test_the_chart_has_the_version_of_netlint() -> None:
    about = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert (about["version"], about["appVersion"]) == (__version__, __version__)
