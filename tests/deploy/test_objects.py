"""Every variant of the kustomizations, object by object."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from netlint_rules.version import __version__
from netlint_webhook import cli
from netlint_webhook.__main__ import main
from netlint_webhook.advice import KINDS
from netlint_webhook.modes import PRESETS
from tests.conftest import ROOT, RunNetlint
from tests.deploy import rendering
from tests.deploy.rendering import (
    KUSTOMIZE,
    VARIANTS,
    Body,
    Objects,
    configuration,
    kustomized,
    of_kind,
    one,
    parsed,
    pod_templates,
)

_DRAIN_END = 15  # seconds that open requests get after the drain


@pytest.fixture(params=VARIANTS)
def objects(request: pytest.FixtureRequest) -> Objects:
    return parsed(kustomized(request.param))


def container(objects: Objects) -> Body:
    (found,) = one(objects, "Deployment")["spec"]["template"]["spec"]["containers"]
    return dict(found)


def test_every_folder_is_tested() -> None:
    overlays = {path.parent.name for path in KUSTOMIZE.glob("overlays/*/kustomization.yaml")}
    components = {path.parent.name for path in KUSTOMIZE.glob("components/*/kustomization.yaml")}
    assert {f"overlays/{name}" for name in overlays} <= {*VARIANTS}
    assert components == {part for parts in VARIANTS.values() for part in parts}


@pytest.mark.parametrize("variant", VARIANTS)
def test_netlint_has_nothing_to_say(variant: str, run_netlint: RunNetlint) -> None:
    text = kustomized(variant)
    result = run_netlint(*rendering.PEDANTIC, "--format", "json", "-", stdin=text)
    report = json.loads(result.stdout)
    assert (report["findings"], result.returncode, result.stderr) == ([], 0, "")


def test_netlint_has_nothing_to_say_of_the_folder(run_netlint: RunNetlint) -> None:
    result = run_netlint("--complete-namespace", "netlint", "--format", "json", ROOT / "deploy")
    assert (json.loads(result.stdout)["findings"], result.returncode) == ([], 0)


def test_the_image_stands_in_one_place() -> None:
    files = [path for path in (ROOT / "deploy/kustomize").rglob("*.yaml") if path.is_file()]
    naming = [path for path in files if "ghcr.io/" in path.read_text()]
    assert naming == [KUSTOMIZE / "base" / "kustomization.yaml"]


def test_every_pod_runs_the_image_of_this_version(objects: Objects) -> None:
    for _, template in pod_templates(objects):
        for each in template["spec"]["containers"]:
            assert each["image"] == f"ghcr.io/netlint/netlint:{__version__}"
            assert each["command"] == ["netlint-webhook"], "the image's own command is netlint"


def test_the_arguments_are_accepted(objects: Objects) -> None:
    made = container(objects)
    options = cli.parse(made["args"])
    mounts = {mount["name"]: Path(mount["mountPath"]) for mount in made["volumeMounts"]}
    assert options.config.parent == mounts["config"]
    assert options.config.name in one(objects, "ConfigMap")["data"]
    assert options.tls_dir == mounts["tls"]
    assert options.client_ca is None or options.client_ca.parent == mounts["client-ca"]
    assert not any("subPath" in mount for mount in made["volumeMounts"]), "would never change"


def test_the_grace_period_covers_the_drain(objects: Objects) -> None:
    drain = cli.parse(container(objects)["args"]).drain_seconds
    spec = one(objects, "Deployment")["spec"]["template"]["spec"]
    assert spec["terminationGracePeriodSeconds"] > drain + _DRAIN_END
    assert "lifecycle" not in container(objects)


def test_ports_probes_and_service_fit(objects: Objects) -> None:
    made = container(objects)
    ports = {port["name"]: port["containerPort"] for port in made["ports"]}
    options = cli.parse(made["args"])
    assert ports == {"https": options.port, "metrics": options.metrics_port}
    paths = {name: made[f"{name}Probe"]["httpGet"] for name in ("startup", "readiness", "liveness")}
    assert {get["port"] for get in paths.values()} == {"metrics"}
    assert [get["path"] for get in paths.values()] == ["/healthz", "/readyz", "/healthz"]
    service = one(objects, "Service")["spec"]
    assert {port["targetPort"] for port in service["ports"]} == {*ports}
    for hook in one(objects, "ValidatingWebhookConfiguration")["webhooks"]:
        named = hook["clientConfig"]["service"]
        assert (named["namespace"], named["name"]) == ("netlint", "netlint-webhook")
        assert named["port"] in {port["port"] for port in service["ports"]}
        advises = hook["name"].startswith("advice.")
        assert named["path"] == ("/advise" if advises else "/validate")
        assert options.advise or not advises, "nobody would answer"


def test_selectors_select_the_pods_and_only_them(objects: Objects) -> None:
    deployment = one(objects, "Deployment")["spec"]
    labels = deployment["template"]["metadata"]["labels"]
    spread = deployment["template"]["spec"]["topologySpreadConstraints"]
    policies = of_kind(objects, "NetworkPolicy")
    own = [each for each in policies if each["metadata"]["name"] == "netlint-webhook"]
    assert len(own) == ("hostNetwork" not in deployment["template"]["spec"])
    selectors = [
        deployment["selector"]["matchLabels"],
        one(objects, "Service")["spec"]["selector"],
        one(objects, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        *(each["spec"]["podSelector"]["matchLabels"] for each in own),
        *(each["labelSelector"]["matchLabels"] for each in spread),
    ]
    assert all(selector == labels for selector in selectors)
    jobs = [each for name, each in pod_templates(objects) if not name.startswith("Deployment")]
    assert all(each["metadata"]["labels"] != labels for each in jobs)


def test_replicas_survive_nodes_and_rollouts(objects: Objects) -> None:
    spec = one(objects, "Deployment")["spec"]
    assert spec["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    keys = [each["topologyKey"] for each in spec["template"]["spec"]["topologySpreadConstraints"]]
    assert keys == ["kubernetes.io/hostname", "topology.kubernetes.io/zone"]
    autoscalers = of_kind(objects, "HorizontalPodAutoscaler")
    assert spec.get("replicas") == (None if autoscalers else 3), "only one may decide"
    for each in autoscalers:
        assert each["spec"]["minReplicas"] >= 3
        assert each["spec"]["scaleTargetRef"]["name"] == "netlint-webhook"


@pytest.mark.parametrize("variant", VARIANTS)
def test_pods_are_restricted(variant: str) -> None:
    ids = () if variant == "openshift" else (65532,) * 3
    for name, template in pod_templates(parsed(kustomized(variant))):
        spec = template["spec"]
        pod, allowed = spec["securityContext"], spec.get("hostNetwork", False)
        assert pod["runAsNonRoot"] is True
        assert (
            tuple(pod[key] for key in ("runAsUser", "runAsGroup", "fsGroup") if key in pod) == ids
        )
        assert pod["seccompProfile"] == {"type": "RuntimeDefault"}
        assert allowed is ("hostNetwork" in spec) and not {"hostPID", "hostIPC"} & {*spec}
        assert {"configMap", "secret", "name"} >= {key for v in volumes(spec) for key in v}, name
        for each in [*spec["containers"], *spec.get("initContainers", [])]:
            context = each["securityContext"]
            assert context["allowPrivilegeEscalation"] is False
            assert context["privileged"] is False
            assert context["readOnlyRootFilesystem"] is True
            assert context["capabilities"] == {"drop": ["ALL"]}
            assert not any("hostPort" in port for port in each.get("ports", []))


def volumes(spec: Body) -> list[dict[str, Any]]:
    return list(spec.get("volumes", []))


def test_the_namespace_enforces_it(objects: Objects) -> None:
    on_host = "hostNetwork" in one(objects, "Deployment")["spec"]["template"]["spec"]
    labels = one(objects, "Namespace", "netlint")["metadata"]["labels"]
    levels = [labels[f"pod-security.kubernetes.io/{mode}"] for mode in ("enforce", "audit", "warn")]
    assert levels == [("privileged" if on_host else "restricted")] * 3


def test_resources(objects: Objects) -> None:
    for _, template in pod_templates(objects):
        for each in template["spec"]["containers"]:
            resources = each["resources"]
            assert {*resources["requests"]} == {"cpu", "memory"}
            assert {*resources["limits"]} == {"memory"}, "a CPU limit only makes it slow"


def test_tokens_are_mounted_only_where_they_are_used(objects: Objects) -> None:
    for account in of_kind(objects, "ServiceAccount"):
        assert account["automountServiceAccountToken"] is False
    accounts = set()
    for _, template in pod_templates(objects):
        assert template["spec"]["automountServiceAccountToken"] is True
        accounts.add(template["spec"]["serviceAccountName"])
    assert {account["metadata"]["name"] for account in of_kind(objects, "ServiceAccount")} == (
        accounts
    )


def test_the_critical_class_has_its_quota(objects: Objects) -> None:
    spec = one(objects, "Deployment")["spec"]["template"]["spec"]
    quota = one(objects, "ResourceQuota", "netlint-critical-pods")["spec"]
    (scope,) = quota["scopeSelector"]["matchExpressions"]
    assert scope["values"] == [spec["priorityClassName"]] == ["system-cluster-critical"]


def test_the_webhook_configuration(objects: Objects) -> None:
    hooks = one(objects, "ValidatingWebhookConfiguration")["webhooks"]
    operations = [operation for hook in hooks[:2] for operation in hook["rules"][0]["operations"]]
    assert operations == ["CREATE", "UPDATE", "DELETE"]
    for hook in hooks[:2]:
        (rule,) = hook["rules"]
        resources = (rule["apiGroups"], rule["apiVersions"], rule["resources"], rule["scope"])
        assert resources == (["networking.k8s.io"], ["v1"], ["networkpolicies"], "Namespaced")
    for hook in hooks:
        assert (hook["sideEffects"], hook["matchPolicy"]) == ("None", "Equivalent")
        assert (hook["timeoutSeconds"], hook["admissionReviewVersions"]) == (3, ["v1"])
        assert "objectSelector" not in hook, "anybody can label around it"
        (namespaces,) = hook["namespaceSelector"]["matchExpressions"]
        assert namespaces["key"] == "kubernetes.io/metadata.name"
        assert {*namespaces["values"]} == {
            "kube-system",
            "kube-public",
            "kube-node-lease",
            "netlint",
        }
        twice = repr(namespaces["values"]) in hook["matchConditions"][0]["expression"]
        assert twice is (hook in hooks[:2]), "what may be waited for"


@pytest.mark.parametrize("variant", VARIANTS)
def test_only_the_fail_closed_variant_refuses_what_is_unchecked(variant: str) -> None:
    hooks = one(parsed(kustomized(variant)), "ValidatingWebhookConfiguration")["webhooks"]
    policies = [hook["failurePolicy"] for hook in hooks]
    changes = "Fail" if "fail-closed" in VARIANTS[variant] else "Ignore"
    others = ["Ignore"] * (2 if "advise" in VARIANTS[variant] else 1)
    assert policies == [changes, *others], "what is never denied never waits"


def test_advice_is_asked_for_on_every_kind_that_it_knows() -> None:
    *_, hook = one(parsed(kustomized("advise")), "ValidatingWebhookConfiguration")["webhooks"]
    groups = {tuple(rule["apiGroups"]) for rule in hook["rules"]}
    assert groups == {(group,) for group, _ in KINDS}
    plurals = {name for rule in hook["rules"] for name in rule["resources"]}
    assert plurals == {f"{kind.lower()}s" for _, kind in KINDS}


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_configuration_is_right(variant: str, tmp_path: Path) -> None:
    text = configuration(parsed(kustomized(variant)))
    (tmp_path / "webhook.yaml").write_text(text)
    assert main(["--check-config", "--config", str(tmp_path / "webhook.yaml")]) == 0
    preset = next((part for part in VARIANTS[variant] if part in PRESETS), "default")
    assert yaml.safe_load(text) == {"preset": preset}
