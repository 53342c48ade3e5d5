"""What Flux and Argo CD deploy, and where to."""

from __future__ import annotations

import pytest

from netlint_rules.bundle import cut
from tests.rules.bundle_view import (
    deployment,
    documents,
    files,
    manifest,
    named,
    placed,
    policy,
    together,
)

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


def test_a_cluster_changes_nothing_of_what_it_deploys() -> None:
    tree = {
        "hub/kustomization.yaml": """
resources: [flux.yaml, web.yaml]
namespace: hub
commonLabels: {from: hub}
patches: [{target: {kind: Deployment}, patch: "- {op: add, path: /spec, value: {}}"}]
""",
        "hub/web.yaml": deployment("web"),
        "hub/flux.yaml": together(
            manifest("Flux", "one", "hub", spec={"path": "app"}),
            manifest("Flux", "two", "hub", spec={"path": "far", "kubeConfig": {}}),
        ),
        "app/kustomization.yaml": "resources: [app.yaml]",
        "app/app.yaml": deployment("app", "own"),
        "far/far.yaml": deployment("far"),
    }
    hub, far = cut(documents(tree)).bundles
    assert [text for text in placed(hub) if "Deployment" in text] == [
        "own/Deployment app",
        "hub/Deployment web",
    ]
    app, web = (named(hub.placed, name).document for name in ("app", "web"))
    assert (app.metadata.get("labels"), app.patched) == (None, frozenset())
    assert (web.metadata.get("labels"), bool(web.patched)) == ({"from": "hub"}, True)
    assert files(cut(documents(tree)))[far.name] == ["far/far.yaml"]


def test_a_folder_without_a_kustomization_is_deployed_as_flux_does() -> None:
    tree = {
        "hub/kustomization.yaml": "resources: [flux.yaml]",
        "hub/flux.yaml": manifest("Flux", "one", "hub", spec={"path": "app"}),
        "app/plain.yaml": deployment("plain"),
        "app/part/kustomization.yaml": "resources: [x.yaml]\npatches: [{path: patch.yaml}]",
        "app/part/x.yaml": deployment("x"),
        "app/part/patch.yaml": manifest("Deployment", "x", spec={"paused": True}),
        "app/part/inner/kustomization.yaml": "resources: [y.yaml]",
        "app/part/inner/y.yaml": deployment("y"),
    }
    assert files(cut(documents(tree))) == {
        "app/part/inner": ["app/part/inner/y.yaml"],
        "hub": ["app/part/x.yaml", "app/plain.yaml", "hub/flux.yaml"],
    }


def test_two_that_deploy_each_other_are_one() -> None:
    tree = {
        f"{one}/{file}": text
        for one, other in (("a", "b"), ("b", "a"))
        for file, text in {
            "kustomization.yaml": "resources: [flux.yaml, web.yaml]",
            "flux.yaml": manifest("Flux", f"to-{other}", "hub", spec={"path": other}),
            "web.yaml": deployment(one, one),
        }.items()
    }
    (bundle,) = cut(documents(tree)).bundles
    assert bundle.name == "a"
    assert "b/web.yaml" in files(cut(documents(tree)))["a"]
