"""Namespaces, names and labels that kustomizations give, compared with kustomize itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.bundle_view import manifest, policy
from tests.rules.kustomize_build import OBJECTS, build, compare, expand

TRANSFORMATIONS = {
    "namespace": "namespace: shop",
    "names": "namespace: shop\nnamePrefix: a-\nnameSuffix: -b",
    "common-labels": "commonLabels: {team: x, app: z}",
    "labels": "labels: [{pairs: {team: x}}]",
    "labels-in-selectors": "labels: [{pairs: {team: x}, includeSelectors: true}]",
    "labels-in-templates": "labels: [{pairs: {team: x}, includeTemplates: true}]",
    "labels-in-fields": (
        "labels: [{pairs: {team: x}, fields: [{path: spec/endpointSelector/matchLabels,"
        " kind: CiliumNetworkPolicy, create: true}, {path: spec/nothing, create: false}]}]"
    ),
    "both-labels": "labels: [{pairs: {team: x}}]\ncommonLabels: {team: z}",
}


@pytest.mark.parametrize(
    "text", [pytest.param(*item[1:], id=item[0]) for item in TRANSFORMATIONS.items()]
)
def test_transformations(tmp_path: Path, text: str) -> None:
    tree = {
        "base/all.yaml": OBJECTS,
        "base/kustomization.yaml": "resources: [all.yaml]",
        "top/kustomization.yaml": f"resources: [../base]\n{text}",
    }
    ours = expand(tree, "top")
    compare(ours, build(tmp_path, tree, "top"))
    assert not any(entry.patched for entry in ours)


def test_an_outer_kustomization_has_the_last_word(tmp_path: Path) -> None:
    tree = {
        "base/all.yaml": OBJECTS,
        "base/kustomization.yaml": "resources: [all.yaml]\nnamespace: inner\nnamePrefix: a-",
        "middle/kustomization.yaml": (
            "resources: [../base]\nlabels: [{pairs: {team: m, k: v}, includeSelectors: true}]"
        ),
        "top/kustomization.yaml": (
            "resources: [../middle]\nnamespace: outer\nnameSuffix: -b\ncommonLabels: {team: t}\n"
            "patches:\n- target: {kind: Deployment, name: a-web}\n"
            '  patch: \'[{"op": "add", "path": "/spec/paused", "value": true}]\''
        ),
    }
    ours = expand(tree, "top")
    compare(ours, build(tmp_path, tree, "top"))
    assert {entry.name for entry in ours if entry.patched} == {"a-web-b"}


def test_a_component_changes_what_was_included_before_it(tmp_path: Path) -> None:
    tree = {
        "base/all.yaml": OBJECTS,
        "base/kustomization.yaml": "resources: [all.yaml]",
        "part/kustomization.yaml": (
            "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
            "resources: [deny.yaml]\npatches: [{path: off.yaml}]\nlabels: [{pairs: {part: x}}]"
        ),
        "part/deny.yaml": policy("deny"),
        "part/off.yaml": manifest("Pod", "pod") + "$patch: delete\n",
        "top/kustomization.yaml": "resources: [../base]\ncomponents: [../part]\nnamespace: shop",
    }
    ours = expand(tree, "top")
    compare(ours, build(tmp_path, tree, "top"))
    assert "pod" not in {entry.name for entry in ours}
