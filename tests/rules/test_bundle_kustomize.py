"""What kustomizations make of the objects they include, compared with kustomize itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from netlint_rules.bundle import BundleSpec, cut
from netlint_rules.bundle.model import is_cluster_scoped
from netlint_rules.bundle.transform import Entry
from netlint_rules.bundle.view import View
from tests.rules.bundle_view import (
    clashes,
    deployment,
    documents,
    files,
    manifest,
    named,
    placed,
    policy,
    together,
)

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
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cilium}
spec: {endpointSelector: {matchLabels: {app: web}}}
"""

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
- target: {kind: Deployment, labelSelector: "team=other"}
  patch: |-
    - {op: replace, path: /spec/paused, value: true}
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


@pytest.fixture(scope="session")
def kubectl() -> str:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    found = shutil.which("kubectl", path=path)
    if found is None:
        pytest.skip("no kubectl to compare kustomizations with")
    return found


def render(kubectl: str, folder: Path, tree: Mapping[str, str], top: str) -> list[Entry]:
    """What kustomize makes of a tree, as entries in which nothing is marked as patched."""
    for path, text in tree.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    command = [kubectl, "kustomize", str(folder / top)]
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


@pytest.mark.parametrize(
    "text", [pytest.param(*item[1:], id=item[0]) for item in TRANSFORMATIONS.items()]
)
def test_transformations(kubectl: str, tmp_path: Path, text: str) -> None:
    tree = {
        "base/all.yaml": OBJECTS,
        "base/kustomization.yaml": "resources: [all.yaml]",
        "top/kustomization.yaml": f"resources: [../base]\n{text}",
    }
    ours = expand(tree, "top")
    compare(ours, render(kubectl, tmp_path, tree, "top"))
    assert not any(entry.patched for entry in ours)


@pytest.mark.parametrize("text", [pytest.param(*item[1:], id=item[0]) for item in PATCHES.items()])
def test_patches(kubectl: str, tmp_path: Path, text: str) -> None:
    tree = {
        "base/all.yaml": OBJECTS,
        "base/kustomization.yaml": "resources: [all.yaml]",
        "top/kustomization.yaml": f"resources: [../base]\n{text}",
    }
    ours = expand(tree, "top")
    theirs = render(kubectl, tmp_path, tree, "top")
    compare(ours, theirs)
    changed = {key(entry) for entry in ours if entry.patched}
    assert changed == {
        key(entry)
        for entry in ours
        for other in theirs
        if key(entry) == key(other) and [*differences(comparable(entry), comparable(other))]
    }


def test_an_outer_kustomization_has_the_last_word(kubectl: str, tmp_path: Path) -> None:
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
    compare(ours, render(kubectl, tmp_path, tree, "top"))
    assert {entry.name for entry in ours if entry.patched} == {"a-web-b"}


def test_a_component_changes_what_was_included_before_it(kubectl: str, tmp_path: Path) -> None:
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
    compare(ours, render(kubectl, tmp_path, tree, "top"))
    assert "pod" not in {entry.name for entry in ours}


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


def test_what_only_kustomizations_read_is_no_object_anywhere() -> None:
    tree = {
        "kustomization.yaml": """
resources: [web.yaml, both.yaml]
configMapGenerator: [{name: c, files: [x=generated.yaml, both.yaml], envs: [env.yaml]}]
helmCharts: [{name: h, valuesFile: values.yaml, additionalValuesFiles: [more.yaml]}]
transformers: [shared]
generators: ["kind: Inline\\nname: x"]
crds: [crd.yaml]
openapi: {path: openapi.yaml}
replacements: [{path: replacement.yaml}]
""",
        "shared/kustomization.yaml": "resources: [labels.yaml]",
        "shared/labels.yaml": deployment("labels"),
    }
    objects = ("web", "both", "generated", "env", "values", "more", "crd", "openapi", "replacement")
    view = documents(tree | {f"{name}.yaml": deployment(name) for name in objects})
    assert files(cut(view)) == {".": ["both.yaml", "web.yaml"]}


def test_kustomizations_that_nothing_includes_are_bundles_and_the_rest_is_another() -> None:
    tree = {
        "base/kustomization.yaml": "resources: [web.yaml, ../lib]",
        "base/web.yaml": deployment("web"),
        "base/forgotten.yaml": deployment("forgotten"),
        "lib/kustomization.yaml": "resources: [deny.yaml, https://example.com/x.yaml, ../gone]",
        "lib/deny.yaml": policy("deny"),
        "prod/kustomization.yaml": "bases: [../base]\nhelmCharts: [{name: x}, {name: y}]",
        "dev/kustomization.yaml": "resources: [../base/]\nnamespace: dev",
        "extra.yaml": deployment("extra"),
    }
    result = cut(documents(tree), namespace="")
    assert files(result) == {
        "dev": ["base/web.yaml", "lib/deny.yaml"],
        "prod": ["base/web.yaml", "lib/deny.yaml"],
        ".": ["base/forgotten.yaml", "extra.yaml"],
    }
    assert placed(result.bundles[1]) == ["?prod/Deployment web", "?prod/NetworkPolicy deny"]
    assert result.missing == ("gone",)
    assert [note.partition(",")[0] for note in result.notes] == [
        "the kustomization in lib includes 1 remote source",
        "the kustomization in prod includes 2 Helm charts",
    ]


def test_the_flag_gives_a_namespace_where_no_kustomization_does() -> None:
    tree = {
        "a/kustomization.yaml": "resources: [x.yaml]\nnamespace: own",
        "a/x.yaml": deployment("x"),
        "b/kustomization.yaml": "resources: [y.yaml]",
        "b/y.yaml": deployment("y"),
    }
    result = cut(documents(tree), namespace="flag")
    assert [placed(bundle) for bundle in result.bundles] == [
        ["own/Deployment x"],
        ["flag/Deployment y"],
    ]


def test_files_outside_the_working_folder() -> None:
    tree = {
        "overlay/kustomization.yaml": "resources: [../../base]",
        "../base/kustomization.yaml": "resources: [./x/../web.yaml]",
        "../base/web.yaml": deployment("web"),
    }
    assert files(cut(documents(tree))) == {"overlay": ["../base/web.yaml"]}


def test_circles_end() -> None:
    tree = {
        "a/kustomization.yaml": "resources: [../b, a.yaml]",
        "a/a.yaml": deployment("a"),
        "b/kustomization.yaml": "resources: [../a, ../b, b.yaml]",
        "b/b.yaml": deployment("b"),
        "c/kustomization.yaml": "kind: Component\ncomponents: [../c]\nresources: [c.yaml]",
        "c/c.yaml": deployment("c"),
    }
    assert files(cut(documents(tree))) == {
        "c": ["c/c.yaml"],
        "a": ["a/a.yaml", "b/b.yaml"],
    }


def test_two_ways_to_an_object_give_it_once() -> None:
    tree = {
        "kustomization.yaml": "resources: [a, b]",
        "a/kustomization.yaml": "resources: [../base]",
        "b/kustomization.yaml": "resources: [../base]",
        "base/kustomization.yaml": "resources: [x.yaml]",
        "base/x.yaml": deployment("x"),
    }
    (bundle,) = cut(documents(tree)).bundles
    assert placed(bundle) == ["?./Deployment x"]


def test_kustomizations_that_double_at_each_step_end() -> None:
    tree = {
        f"c{at}/kustomization.yaml": f"kind: Component\ncomponents: [../c{at + 1}, ../c{at + 1}]"
        for at in range(60)
    } | {"c60/kustomization.yaml": "resources: [x.yaml]", "c60/x.yaml": deployment("x")}
    assert files(cut(documents(tree))) == {"c0": ["c60/x.yaml"]}


def test_an_object_that_one_folder_includes_twice_is_a_mistake() -> None:
    tree = {
        "kustomization.yaml": "resources: [a.yaml, b.yaml]\ncommonLabels: {x: z}",
        "a.yaml": deployment("x"),
        "b.yaml": deployment("x"),
    }
    assert clashes(cut(documents(tree))) == [["a.yaml#0", "b.yaml#0"]]


def test_a_configured_bundle_follows_its_kustomizations() -> None:
    tree = {
        "base/kustomization.yaml": "resources: [web.yaml]",
        "base/web.yaml": deployment("web"),
        "prod/kustomization.yaml": "resources: [../base]\npatches: [{path: patch.yaml}]",
        "prod/patch.yaml": manifest("Deployment", "web", spec={"paused": True}),
        "dev/kustomization.yaml": "resources: [../base]\nnamespace: dev",
        "net/deny.yaml": policy("deny", "prod"),
    }
    spec = BundleSpec("production", ("prod", "net/*"))
    result = cut(documents(tree), specs=[spec])
    assert files(result) == {
        "production": ["base/web.yaml", "net/deny.yaml"],
        "dev": ["base/web.yaml"],
    }
    assert named(result.bundles[0].placed, "web").document.patched == {("spec", "paused")}


FLUX = {
    "clusters/prod/flux-system/kustomization.yaml": "resources: [sync.yaml]",
    "clusters/prod/flux-system/sync.yaml": manifest(
        "Flux", "flux-system", "flux-system", spec={"path": "./clusters/prod"}
    ),
    "clusters/prod/apps.yaml": manifest(
        "Flux",
        "apps",
        "flux-system",
        spec={
            "path": "./apps/prod",
            "targetNamespace": "shop",
            "patches": [{"patch": manifest("Deployment", "web", spec={"paused": True})}],
        },
    ),
    "clusters/prod/net.yaml": manifest("Flux", "net", "flux-system", spec={"path": "net"}),
    "apps/base/kustomization.yaml": "resources: [web.yaml]",
    "apps/base/web.yaml": deployment("web", "ignored"),
    "apps/prod/kustomization.yaml": "resources: [../base]",
    "net/deny.yaml": policy("deny", "shop"),
    "net/open.yaml": policy("open"),
    "unrelated/x.yaml": deployment("x"),
}


def test_flux_deploys_one_cluster_as_one_bundle() -> None:
    result = cut(documents(FLUX))
    (cluster, rest) = result.bundles
    assert (cluster.name, rest.name) == ("clusters/prod/flux-system", "unrelated")
    assert [text for text in placed(cluster) if "Kustomization" not in text] == [
        "shop/Deployment web",
        "shop/NetworkPolicy deny",
        "?net/NetworkPolicy open",
    ]
    assert named(cluster.placed, "web").document.patched == {("spec", "paused")}
    assert result.missing == ()


@pytest.mark.parametrize(
    ("kind", "spec", "web", "named_one"),
    [
        ("Flux", {"path": "app", "targetNamespace": "shop"}, "shop", "shop"),
        ("Flux", {"path": "${DIR}", "targetNamespace": "shop"}, "?app", "own"),
        (
            "Application",
            {"source": {"path": "app"}, "destination": {"namespace": "shop", "name": "far"}},
            "shop",
            "own",
        ),
        (
            "Application",
            {"sources": [{"path": "app"}, {"chart": "x"}], "destination": {"namespace": "shop"}},
            "shop",
            "own",
        ),
        (
            "Application",
            {"source": {"path": "other"}, "destination": {"namespace": "x"}},
            "?app",
            "own",
        ),
    ],
)
@pytest.mark.parametrize("kustomized", [False, True])
def test_where_flux_and_argo_deploy_to(
    kind: str, spec: dict[str, object], web: str, named_one: str, kustomized: bool
) -> None:
    tree = {
        "ops/argo/app.yaml": manifest(kind, "app", "ops", spec=spec),
        "app/web.yaml": together(deployment("web"), deployment("db", "own")),
    }
    if kustomized:
        tree["app/kustomization.yaml"] = "resources: [web.yaml]"
    items = [item for bundle in cut(documents(tree)).bundles for item in bundle.placed]
    assert named(items, "web").namespace == web
    assert named(items, "db").namespace == named_one


def test_a_folder_deployed_to_two_namespaces_has_none_of_them() -> None:
    tree = {
        f"{to}.yaml": manifest("Flux", to, "ops", spec={"path": "app", "targetNamespace": to})
        for to in ("one", "two")
    } | {"app/web.yaml": deployment("web")}
    (bundle,) = cut(documents(tree)).bundles
    assert named(bundle.placed, "web").namespace == "?app"


def test_what_goes_to_another_cluster_stays_apart() -> None:
    tree = {
        "hub/kustomization.yaml": "resources: [apps.yaml, web.yaml]",
        "hub/web.yaml": deployment("hub"),
        "hub/apps.yaml": together(
            *(
                manifest(
                    "Application",
                    to,
                    "argocd",
                    spec={"source": {"path": to}, "destination": {"server": server}},
                )
                for to, server in (("near", "https://kubernetes.default.svc"), ("far", "https://x"))
            )
        ),
        "near/kustomization.yaml": "resources: [x.yaml]",
        "near/x.yaml": deployment("near"),
        "far/kustomization.yaml": "resources: [x.yaml]",
        "far/x.yaml": deployment("far"),
    }
    assert files(cut(documents(tree))) == {
        "far": ["far/x.yaml"],
        "hub": ["hub/apps.yaml", "hub/web.yaml", "near/x.yaml"],
    }
