"""Compares what netlint makes of kustomizations with what kustomize makes of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from netlint_rules.bundle.model import is_cluster_scoped
from netlint_rules.bundle.transform import Entry
from netlint_rules.bundle.view import View
from tests.rules.bundle_view import documents

FieldPath = tuple[str | int, ...]

OBJECTS = """
apiVersion: v1
kind: Namespace
metadata: {name: system, labels: {a: b}}
---
apiVersion: v1
kind: Service
metadata: {name: hook, namespace: system}
spec: {selector: {app: web}, ports: [{name: https, port: 443}]}
---
apiVersion: v1
kind: Service
metadata: {name: bare}
spec: {ports: [{port: 443}]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hooks}
webhooks:
- {name: a.example.com, clientConfig: {service: {name: hook, namespace: system}}}
- {name: b.example.com, clientConfig: {service: {name: bare, namespace: default}}}
- {name: c.example.com, clientConfig: {service: {name: hook, namespace: elsewhere}}}
- {name: d.example.com, clientConfig: {url: "https://example.com"}}
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.example.com}
spec: {group: example.com, version: v1, service: {name: other, namespace: kube-system}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: foos.example.com}
spec:
  group: example.com
  conversion: {webhook: {clientConfig: {service: {name: other, namespace: kube-system}}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all, namespace: written}
spec:
  podSelector: {}
  ingress:
  - from:
    - podSelector: {matchLabels: {app: web}}
      namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: system}}
    - podSelector: {}
  egress:
  - to: [{podSelector: {matchExpressions: [{key: app, operator: Exists}]}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {matchLabels: {app: web}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {team: old}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: web, ports: [{name: http, containerPort: 80}]}
      - {name: side, image: side}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 0 * * *"
  jobTemplate: {spec: {template: {spec: {containers: [{name: c, image: c}]}}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {template: {spec: {containers: [{name: c, image: c}]}}}
---
apiVersion: v1
kind: Pod
metadata: {name: pod}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: crd.projectcalico.org/v1
kind: NetworkPolicy
metadata: {name: calico}
spec: {podSelector: {matchLabels: {app: web}}, selector: app == 'web'}
---
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: knative}
spec: {template: {metadata: {labels: {app: web}}}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: empty}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cilium}
spec: {endpointSelector: {matchLabels: {app: web}}}
"""


def _kubectl() -> str:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    found = shutil.which("kubectl", path=path)
    if found is None:
        pytest.skip("no kubectl to compare kustomizations with")
    return found


def build(folder: Path, tree: Mapping[str, str], top: str) -> list[Entry]:
    """What kustomize makes of a tree, as entries in which nothing is marked as patched."""
    for path, text in tree.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    command = [_kubectl(), "kustomize", str(folder / top)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rendered = documents({"-": done.stdout})
    return [Entry(each, each.body, each.name, each.namespace) for each in rendered]


def expand(tree: Mapping[str, str], top: str) -> list[Entry]:
    graph = View(documents(tree), "").graph()
    assert graph is not None
    return graph.expand(top)


def compare(ours: list[Entry], theirs: list[Entry]) -> None:
    """The same objects; where a field differs, it is marked as patched."""
    assert sorted(map(key, ours)) == sorted(map(key, theirs))
    rendered = {key(entry): entry for entry in theirs}
    for entry in ours:
        for path in differences(comparable(entry), comparable(rendered[key(entry)])):
            assert any(path[: len(patched)] == patched for patched in entry.patched), path


def key(entry: Entry) -> tuple[str, str, str]:
    scoped = "" if is_cluster_scoped(entry.kind) else entry.namespace
    return entry.kind, scoped, entry.name


def comparable(entry: Entry) -> dict[str, object]:
    """The object without its own name and namespace, and without what follows a renaming."""
    metadata = entry.body["metadata"]
    assert isinstance(metadata, dict)
    kept = {name: value for name, value in metadata.items() if name not in {"name", "namespace"}}
    text = yaml.safe_dump({**entry.body, "metadata": kept})
    result = yaml.safe_load(
        text.replace("name: a-hook-b", "name: hook").replace("a-bare-b", "bare")
    )
    assert isinstance(result, dict)
    return result


def differences(ours: object, theirs: object, path: FieldPath = ()) -> Iterator[FieldPath]:
    if isinstance(ours, dict | None) and isinstance(theirs, dict | None):
        ours, theirs = ours or {}, theirs or {}
        for name in ours.keys() | theirs.keys():
            yield from differences(ours.get(name), theirs.get(name), (*path, name))
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for at, item in enumerate(ours):
            yield from differences(item, theirs[at], (*path, at))
    elif ours != theirs:
        yield path
