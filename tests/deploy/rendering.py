"""What the kustomizations and the chart render to, as parsed objects."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
import yaml

from tests.conftest import ROOT
from tests.integration.tools.build import MissingError, find

KUSTOMIZE = ROOT / "deploy" / "kustomize"
CHART = ROOT / "deploy" / "helm" / "netlint"
NAMESPACE = "netlint"

# Where the API server is, manifests can't know: TCP 443 to any address is what is left.
PEDANTIC = ("--complete-namespace", "netlint", "--pedantic", "--ignore", "exfil-any")

Body = dict[str, Any]


class Key(NamedTuple):
    """Names one object."""

    api_version: str
    kind: str
    namespace: str
    name: str


Objects = dict[Key, Body]

VARIANTS: Mapping[str, tuple[str, ...]] = {
    "base": (),
    "overlays/cert-manager": ("cert-manager",),
    "overlays/self-managed-certs": ("self-managed-certs",),
    "overlays/strict": ("self-managed-certs", "strict"),
    "overlays/audit-only": ("self-managed-certs", "audit-only"),
    "overlays/fail-closed": ("self-managed-certs", "fail-closed"),
    "advise": ("self-managed-certs", "advise"),
    "autoscaling": ("self-managed-certs", "autoscaling"),
    "monitoring": ("cert-manager", "monitoring"),
    "host-network": ("self-managed-certs", "host-network"),
    "openshift": ("self-managed-certs", "openshift"),
    "client-certificate": ("self-managed-certs", "client-certificate"),
    "everything": (
        "cert-manager",
        "monitoring",
        "autoscaling",
        "strict",
        "fail-closed",
        "advise",
    ),
}
"""The folders, and more combinations of components that people may make, with what is in each."""

WITHOUT_CUSTOM_RESOURCES = [
    name for name, parts in VARIANTS.items() if not {"cert-manager", "monitoring"} & {*parts}
]


@cache
def kustomized(variant: str) -> str:
    """The YAML of a variant."""
    if (KUSTOMIZE / variant).is_dir():
        return run(kubectl(), "kustomize", KUSTOMIZE / variant)
    with TemporaryDirectory() as folder:
        copy = shutil.copytree(KUSTOMIZE, Path(folder) / "kustomize")
        own = copy / "overlays" / "own"
        own.mkdir()
        components = [f"../../components/{part}" for part in VARIANTS[variant]]
        content = {"resources": ["../../base"], "components": components}
        (own / "kustomization.yaml").write_text(yaml.safe_dump(content))
        return run(kubectl(), "kustomize", own)


def rendered(values: Mapping[str, Any], namespace: str = NAMESPACE) -> str:
    """The YAML of the chart. Skips the test where helm is not built."""
    ended = helm(values, namespace)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def helm(values: Mapping[str, Any], namespace: str = NAMESPACE) -> subprocess.CompletedProcess[str]:
    """Run `helm template` with values."""
    command = [str(helm_program()), "template", "netlint", str(CHART), "-n", namespace, "-f", "-"]
    with TemporaryDirectory() as home:
        return subprocess.run(
            command,
            input=json.dumps(values),
            env=os.environ | {"HELM_CACHE_HOME": home, "HELM_CONFIG_HOME": home, "HOME": home},
            capture_output=True,
            text=True,
            check=False,
        )


def helm_program() -> Path:
    """The program, or the end of the test."""
    try:
        return find("helm")
    except MissingError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


def kubectl() -> Path:
    """The program of this environment."""
    return Path(sys.executable).with_name("kubectl")


def run(*command: str | Path) -> str:
    """Its standard output; it must succeed and complain of nothing."""
    ended = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stderr
    return ended.stdout


def parsed(text: str) -> Objects:
    """The objects by name; each must be there once."""
    found: Objects = {}
    for body in yaml.safe_load_all(text):
        key = key_of(body)
        assert key not in found, f"{key} is there twice"
        found[key] = body
    return found


def key_of(body: Body) -> Key:
    """The name of an object."""
    metadata = body["metadata"]
    namespace = metadata.get("namespace", "")
    return Key(body["apiVersion"], body["kind"], namespace, metadata["name"])


def of_kind(objects: Objects, kind: str) -> list[Body]:
    """All objects of a kind."""
    return [body for key, body in objects.items() if key.kind == kind]


def one(objects: Objects, kind: str, name: str = "netlint-webhook") -> Body:
    """The object of that kind and name."""
    (found,) = (body for key, body in objects.items() if (key.kind, key.name) == (kind, name))
    return found


def pod_templates(objects: Objects) -> Iterator[tuple[str, Body]]:
    """What pods are made from, with a name for messages."""
    for key, body in objects.items():
        spec = body.get("spec", {})
        if key.kind == "CronJob":
            spec = spec["jobTemplate"]["spec"]
        if key.kind in {"Deployment", "Job", "CronJob"}:
            yield f"{key.kind} {key.name}", spec["template"]


def configuration(objects: Objects) -> str:
    """The webhook's configuration file."""
    return str(one(objects, "ConfigMap")["data"]["webhook.yaml"])
