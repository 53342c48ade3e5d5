"""Which objects are judged together."""

from __future__ import annotations

import pytest

from netlint_rules.bundle import BundleSpec, cut, describe_namespace, group_key
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


def test_nothing_is_no_bundle() -> None:
    assert cut([]).bundles == ()


def test_everything_is_one_bundle_until_something_clashes() -> None:
    view = documents(
        {"app/web.yaml": deployment("web", "shop"), "net/deny.yaml": policy("deny", "shop")}
    )
    (bundle,) = cut(view).bundles
    assert (bundle.name, bundle.reason) == (".", "everything in view")
    assert placed(bundle) == ["shop/Deployment web", "shop/NetworkPolicy deny"]


def test_each_markdown_file_is_a_bundle_of_its_own() -> None:
    view = documents(
        {
            "docs/a.md": together(policy("deny", "shop"), policy("deny", "shop")),
            "docs/b.md": policy("deny", "shop"),
            "k8s/web.yaml": deployment("web", "shop"),
        }
    )
    result = cut(view)
    assert files(result) == {
        "docs/a.md": ["docs/a.md"],
        "docs/b.md": ["docs/b.md"],
        "k8s": ["k8s/web.yaml"],
    }
    assert clashes(result) == [["docs/a.md#0", "docs/a.md#1"]]


def test_a_rendered_source_is_one_bundle_and_one_namespace() -> None:
    chart = documents({"chart/a.yaml": policy("a"), "chart/sub/b.yaml": deployment("b")}, "chart")
    stdin = documents({"-": together(policy("a"), deployment("b", "shop"))})
    result = cut([*chart, *stdin])
    assert [(bundle.name, placed(bundle)) for bundle in result.bundles] == [
        ("-", ["?./NetworkPolicy a", "shop/Deployment b"]),
        ("chart", ["?chart/NetworkPolicy a", "?chart/Deployment b"]),
    ]


def test_a_rendered_source_that_says_an_object_twice() -> None:
    view = documents({"c/a.yaml": policy("a"), "c/sub/b.yaml": policy("a")}, "c")
    assert clashes(cut(view)) == [["c/a.yaml#0", "c/sub/b.yaml#0"]]


def test_the_configuration_comes_first() -> None:
    view = documents(
        {
            "k8s/common/ns.yaml": manifest("Namespace", "shop"),
            "k8s/prod/web.yaml": deployment("web", "shop"),
            "k8s/dev/web.yaml": deployment("web", "shop"),
            "k8s/dev/skip/x.yaml": deployment("x", "shop"),
        }
    )
    specs = [
        BundleSpec("production", ("common", "prod/*.yaml"), {"cni": "cilium"}),
        BundleSpec("development", ("common/**", "dev/*.yaml")),
    ]
    result = cut(view, specs=specs, root="k8s")
    assert files(result) == {
        "production": ["k8s/common/ns.yaml", "k8s/prod/web.yaml"],
        "development": ["k8s/common/ns.yaml", "k8s/dev/web.yaml"],
        "k8s/dev/skip": ["k8s/dev/skip/x.yaml"],
    }
    assert result.bundles[0].spec is specs[0]
    assert result.bundles[2].spec is None


def test_a_rendered_source_has_the_facts_of_the_bundle_that_it_belongs_to() -> None:
    spec = BundleSpec("production", ("overlays/prod",))
    view = documents({"overlays/prod": policy("a")}, "overlays/prod")
    (bundle,) = cut(view, specs=[spec]).bundles
    assert bundle.spec is spec


def test_two_bundles_never_have_the_same_name() -> None:
    view = documents({"prod/a.yaml": deployment("a"), "x/b.yaml": deployment("b")})
    result = cut(view, specs=[BundleSpec(".", ("x",)), BundleSpec(".", ("prod",))])
    assert [bundle.name for bundle in result.bundles] == [".", ". (2)"]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("shop", "shop"),
        (group_key("policies/app"), "the namespace of policies/app"),
        (group_key(""), "the current namespace"),
        (group_key("."), "the current namespace"),
    ],
)
def test_describe_namespace(key: str, words: str) -> None:
    assert describe_namespace(key) == words


def test_namespaces() -> None:
    view = documents(
        {
            "web.yaml": together(deployment("top"), deployment("named", "shop")),
            "sub/x.yaml": together(deployment("low"), manifest("Namespace", "n", "ignored")),
        }
    )
    (bundle,) = cut(view).bundles
    assert placed(bundle) == [
        "?sub/Deployment low",
        "/Namespace n",
        "?./Deployment top",
        "shop/Deployment named",
    ]
    (bundle,) = cut(view, namespace="given").bundles
    assert named(bundle.placed, "low").namespace == "given"
    assert named(bundle.placed, "named").namespace == "shop"
