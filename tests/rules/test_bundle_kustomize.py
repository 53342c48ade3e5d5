"""Kustomizations as a graph: what is reached from where, and what is no object."""

from __future__ import annotations

from netlint_rules.bundle import BundleSpec, cut
from netlint_rules.bundle.origins import origins, unread
from tests.rules.bundle_view import (
    clashes,
    deployment,
    documents,
    files,
    manifest,
    named,
    placed,
    policy,
)


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


def test_where_rendered_objects_come_from() -> None:
    tree = {
        "base/kustomization.yaml": "resources: [web.yaml, gone.yaml]\nnamePrefix: a-",
        "base/web.yaml": deployment("web", "old"),
        "top/kustomization.yaml": "resources: [../base, ns.yaml]\nnamespace: shop",
        "top/ns.yaml": manifest("Namespace", "x"),
    }
    assert origins(documents(tree), "./top") == {
        ("Deployment", "shop", "a-web"): "base/web.yaml",
        ("Namespace", "", "shop"): "top/ns.yaml",
    }
    assert origins(documents(tree), "elsewhere") == {}
    assert origins(documents({"a.yaml": deployment("a")}), "") == {}
    assert unread(documents(tree), ["base/web.yaml"]) == {"base/gone.yaml"}
    assert unread(documents({"a.yaml": deployment("a")}), []) == set()
