"""What patches touch, compared with what they change when kustomize applies them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from netlint_rules.bundle import cut
from tests.rules.bundle_view import deployment, documents, files, manifest, named, placed, together
from tests.rules.kustomize_build import (
    OBJECTS,
    build,
    comparable,
    compare,
    differences,
    expand,
    key,
)

PATCHES = {
    "merge": """
patches:
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, labels: {team: new}, annotations: {note: x}}
    spec:
      replicas: 3
      template:
        metadata: {labels: {tier: front}}
        spec:
          containers:
          - {name: side, ports: [{containerPort: 9090}]}
          - {name: new, image: new}
- patch: |-
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web}
    spec: {ingress: [{from: [{podSelector: {}}]}]}
""",
    "merge-order": """
patches:
- target: {kind: Service, name: hook}
  patch: |-
    apiVersion: v1
    kind: Service
    metadata: {name: hook}
    spec:
      $setElementOrder/ports: [{port: 80}, {port: 443}]
      ports: [{name: http, port: 80}]
""",
    "merge-replace": """
patches:
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        metadata: {labels: {$patch: replace, only: this}}
        spec: {containers: [{$patch: replace}, {name: one, image: one}]}
""",
    "merge-remove": """
patches:
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, labels: null}
    spec: {template: {spec: {containers: [{name: side, $patch: delete}]}}}
""",
    "operations": """
patches:
- target: {kind: NetworkPolicy, name: all}
  patch: |-
    - {op: replace, path: /spec/ingress/0/from/1/podSelector, value: {matchLabels: {x: y}}}
    - {op: add, path: /spec/egress/-, value: {to: []}}
    - {op: add, path: /metadata/labels, value: {a~b: c}}
- target: {kind: Deployment}
  patch: |-
    - {op: test, path: /spec/selector/matchLabels/app, value: web}
    - {op: remove, path: /spec/template/spec/containers/0}
    - {op: copy, from: /metadata/name, path: /spec/template/metadata/labels/name}
- target: {kind: Service, name: hook}
  patch: |-
    - {op: move, from: /spec/selector, path: /spec/moved}
""",
    "json-6902": """
patchesJson6902:
- target: {version: v1, kind: Service, name: hook}
  patch: '[{"op": "replace", "path": "/spec/ports/0/port", "value": 8443}]'
""",
    "selected-by-pattern": """
patches:
- target: {group: networking.k8s.io, kind: "Network.*", name: "a.*|b"}
  patch: |-
    - {op: replace, path: /spec/podSelector, value: {matchLabels: {x: y}}}
""",
    "selected-by-label": """
patches:
- target: {kind: Deployment, labelSelector: "team=old,team!=new"}
  patch: |-
    - {op: replace, path: /metadata/labels/team, value: new}
- target: {kind: Service, labelSelector: "team=old"}
  patch: |-
    - {op: add, path: /spec/type, value: NodePort}
""",
    "many-objects-in-a-patch": """
patches:
- patch: |-
    apiVersion: v1
    kind: Service
    metadata: {name: bare}
    spec: {selector: {app: web}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec: {paused: true}
""",
    "delete": """
patches:
- patch: |-
    apiVersion: v1
    kind: Service
    metadata: {name: bare}
    $patch: delete
- target: {kind: Job}
  patch: |-
    apiVersion: batch/v1
    kind: Job
    metadata: {name: any}
    $patch: delete
""",
    "replacements": """
replacements:
- source: {kind: Service, name: hook, fieldPath: metadata.name}
  targets:
  - select: {kind: Deployment, name: web}
    fieldPaths:
    - spec.template.metadata.labels.app
    - spec.template.spec.containers.[name=web].image
""",
}


@pytest.mark.parametrize("text", [pytest.param(*item[1:], id=item[0]) for item in PATCHES.items()])
def test_patches(tmp_path: Path, text: str) -> None:
    tree = {
        "base/all.yaml": OBJECTS,
        "base/kustomization.yaml": "resources: [all.yaml]",
        "top/kustomization.yaml": f"resources: [../base]\n{text}",
    }
    ours = expand(tree, "top")
    theirs = build(tmp_path, tree, "top")
    compare(ours, theirs)
    changed = {key(entry) for entry in ours if entry.patched}
    assert changed == {
        key(entry)
        for entry in ours
        for other in theirs
        if key(entry) == key(other) and [*differences(comparable(entry), comparable(other))]
    }


def test_a_patch_file_marks_and_is_no_object() -> None:
    tree = {
        "base/web.yaml": deployment("web"),
        "base/kustomization.yaml": "resources: [web.yaml]",
        "prod/kustomization.yaml": (
            "resources: [../base]\nnamespace: prod\n"
            "patchesStrategicMerge: [more.yaml]\npatches: [{path: ports.yaml}]"
        ),
        "prod/more.yaml": manifest("Deployment", "web", spec={"replicas": 2}),
        "prod/ports.yaml": manifest(
            "Deployment", "web", metadata={"name": "web", "labels": {"a": "b"}}
        ),
        "dev/kustomization.yaml": "resources: [../base]\nnamespace: dev",
    }
    result = cut(documents(tree))
    assert files(result) == {"dev": ["base/web.yaml"], "prod": ["base/web.yaml"]}
    dev, prod = result.bundles
    assert (placed(dev), placed(prod)) == (["dev/Deployment web"], ["prod/Deployment web"])
    assert dev.placed[0].document.patched == frozenset()
    assert prod.placed[0].document.patched == {("spec", "replicas"), ("metadata", "labels", "a")}


def test_a_patch_that_is_not_in_view_may_touch_anything() -> None:
    tree = {
        "web.yaml": together(deployment("web"), deployment("db")),
        "kustomization.yaml": (
            "resources: [web.yaml]\npatches: [{path: ops.yaml, target: {name: web}}]"
        ),
    }
    result = cut(documents(tree))
    (bundle,) = result.bundles
    assert named(bundle.placed, "web").document.patched == {("spec",), ("metadata", "labels")}
    assert named(bundle.placed, "db").document.patched == frozenset()
    assert result.missing == ("ops.yaml",)
    assert cut(documents(tree), read=["./ops.yaml", "web.yaml"]).missing == ()


@pytest.mark.parametrize(
    "text",
    ["{", "&a [*a]", "- &a x\n- *a", "1: 2\n3", "[" * 5000, "x: !!python/object:os.system {}"],
)
def test_an_unreadable_patch_may_touch_anything(text: str) -> None:
    patch = yaml.safe_dump({"patches": [{"patch": text, "target": {"kind": "Deployment"}}]})
    tree = {"web.yaml": deployment("web"), "kustomization.yaml": f"resources: [web.yaml]\n{patch}"}
    (bundle,) = cut(documents(tree)).bundles
    assert bundle.placed[0].document.patched == {("spec",), ("metadata", "labels")}


def test_a_pattern_that_takes_for_ever_counts_as_a_match() -> None:
    tree = {
        "web.yaml": deployment("a" * 60),
        "kustomization.yaml": (
            "resources: [web.yaml]\npatches: [{path: x, target: {name: '(a*)*(a*)*b'}}]"
        ),
    }
    (bundle,) = cut(documents(tree)).bundles
    assert bundle.placed[0].document.patched


def test_what_is_deleted_by_a_label_that_may_not_match_stays_and_is_unknown() -> None:
    delete = manifest("Deployment", "any") + "$patch: delete\n"
    patch = {"patch": delete, "target": {"kind": "Deployment", "labelSelector": "a notin (b)"}}
    tree = {
        "web.yaml": deployment("web"),
        "kustomization.yaml": yaml.safe_dump({"resources": ["web.yaml"], "patches": [patch]}),
    }
    (bundle,) = cut(documents(tree)).bundles
    assert bundle.placed[0].document.patched == {()}
