"""Folders and files that define the same objects."""

from __future__ import annotations

import random
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from netlint_rules.bundle import cut
from tests.rules.bundle_view import (
    clashes,
    deployment,
    documents,
    files,
    manifest,
    placed,
    policy,
    together,
)


def test_folders_that_define_the_same_object_are_alternatives() -> None:
    view = documents(
        {
            "k8s/namespace.yaml": manifest("Namespace", "shop"),
            "k8s/prod/deny.yaml": policy("deny", "shop"),
            "k8s/staging/deny.yaml": policy("deny", "shop"),
            "k8s/staging/dns.yaml": policy("allow-dns", "shop"),
            "other/deploy.yaml": deployment("web", "shop"),
        }
    )
    result = cut(view)
    assert files(result) == {
        "k8s/prod": ["k8s/namespace.yaml", "k8s/prod/deny.yaml", "other/deploy.yaml"],
        "k8s/staging": [
            "k8s/namespace.yaml",
            "k8s/staging/deny.yaml",
            "k8s/staging/dns.yaml",
            "other/deploy.yaml",
        ],
    }
    assert result.clashes == ()
    assert "NetworkPolicy deny" in result.bundles[0].reason


def test_a_folder_can_clash_with_what_is_above_it() -> None:
    view = documents(
        {
            "install.yaml": deployment("web", "shop"),
            "ha/install.yaml": deployment("web", "shop"),
            "crds/x.yaml": manifest("CustomResourceDefinition", "x"),
        }
    )
    assert files(cut(view)) == {
        ".": ["crds/x.yaml", "install.yaml"],
        "ha": ["crds/x.yaml", "ha/install.yaml"],
    }


def test_environments_of_several_components_belong_together_by_name() -> None:
    view = documents(
        {
            f"{part}/{stage}/app.yaml": deployment(part, "shop")
            for part in ("api", "db")
            for stage in ("dev", "prod")
        }
    )
    assert files(cut(view)) == {
        "*/dev": ["api/dev/app.yaml", "db/dev/app.yaml"],
        "*/prod": ["api/prod/app.yaml", "db/prod/app.yaml"],
    }


def test_alternatives_within_an_alternative() -> None:
    view = documents(
        {
            "prod/ns.yaml": manifest("Namespace", "shop", metadata={"name": "shop", "labels": {}}),
            "prod/eu/app.yaml": deployment("web", "shop"),
            "prod/us/app.yaml": deployment("web", "shop"),
            "dev/app.yaml": deployment("web", "shop"),
        }
    )
    assert files(cut(view)) == {
        "dev": ["dev/app.yaml"],
        "prod/eu": ["prod/eu/app.yaml", "prod/ns.yaml"],
        "prod/us": ["prod/ns.yaml", "prod/us/app.yaml"],
    }


def test_files_of_a_folder_that_share_most_objects_are_alternatives() -> None:
    view = documents(
        {
            "install.yaml": together(*(deployment(name, "x") for name in "abcd")),
            "install-small.yaml": together(*(deployment(name, "x") for name in "abe")),
            "README.yaml": deployment("readme", "x"),
        }
    )
    result = cut(view)
    assert files(result) == {
        "install-small.yaml": ["README.yaml", "install-small.yaml"],
        "install.yaml": ["README.yaml", "install.yaml"],
    }
    assert result.clashes == ()


def test_half_of_the_objects_is_enough() -> None:
    view = documents(
        {
            "one.yaml": together(*(deployment(name, "x") for name in "abcd")),
            "two.yaml": together(*(deployment(name, "x") for name in "abefg")),
        }
    )
    assert list(files(cut(view))) == ["one.yaml", "two.yaml"]


def test_one_object_twice_among_files_that_differ_is_a_mistake() -> None:
    view = documents(
        {
            "a.yaml": policy("allow-dns", "shop"),
            "b.yaml": policy("allow-dns", "shop"),
            "c.yaml": policy("deny", "shop"),
        }
    )
    result = cut(view)
    assert files(result) == {".": ["a.yaml", "b.yaml", "c.yaml"]}
    assert clashes(result) == [["a.yaml#0", "b.yaml#0"]]


def test_files_that_all_hold_the_same_object_are_alternatives() -> None:
    view = documents({f"{name}.yaml": policy("deny", "shop") for name in ("dev", "prod")})
    result = cut(view)
    assert list(files(result)) == ["dev.yaml", "prod.yaml"]
    assert result.clashes == ()


def test_one_object_twice_in_a_file_is_a_mistake() -> None:
    view = documents({"a.yaml": together(policy("deny", "shop"), policy("deny", "shop"))})
    assert clashes(cut(view)) == [["a.yaml#0", "a.yaml#1"]]


def test_a_mistake_in_a_common_file_is_told_once() -> None:
    twice = together(policy("deny", "shop"), policy("deny", "shop"))
    view = documents(
        {
            "common.yaml": twice,
            "dev/app.yaml": deployment("a", "shop"),
            "prod/app.yaml": deployment("a", "shop"),
        }
    )
    assert clashes(cut(view)) == [["common.yaml#0", "common.yaml#1"]]


def test_the_same_namespace_written_again_is_no_clash() -> None:
    shop = manifest("Namespace", "shop")
    view = documents(
        {
            "a/ns.yaml": shop,
            "b/ns.yaml": shop,
            "b/more.yaml": shop,
            "a/app.yaml": deployment("web", "shop"),
        }
    )
    result = cut(view)
    assert list(files(result)) == ["."]
    assert result.clashes == ()


def test_namespaces_that_differ_are_alternatives() -> None:
    labelled = {"name": "shop", "labels": {"stage": "dev"}}
    view = documents(
        {
            "prod/ns.yaml": manifest("Namespace", "shop"),
            "dev/ns.yaml": manifest("Namespace", "shop", metadata=labelled),
        }
    )
    assert list(files(cut(view))) == ["dev", "prod"]


def test_a_name_that_is_filled_in_later_clashes_with_none() -> None:
    view = documents({"a/x.yaml": deployment("${APP}", "x"), "b/x.yaml": deployment("${APP}", "x")})
    assert list(files(cut(view))) == ["."]


def test_objects_without_a_namespace_do_not_clash_across_folders() -> None:
    view = documents({"a/deny.yaml": policy("deny"), "b/deny.yaml": policy("deny")})
    (bundle,) = cut(view).bundles
    assert placed(bundle) == ["?a/NetworkPolicy deny", "?b/NetworkPolicy deny"]


def test_folders_that_share_most_workloads_are_alternatives_in_unknown_namespaces_too() -> None:
    both = together(deployment("web"), deployment("db"))
    view = documents({"a/app.yaml": both, "b/app.yaml": both, "c/web.yaml": deployment("other")})
    assert files(cut(view)) == {
        "a": ["a/app.yaml", "c/web.yaml"],
        "b": ["b/app.yaml", "c/web.yaml"],
    }


def test_a_given_namespace_makes_clashes_certain() -> None:
    view = documents({"a/deny.yaml": policy("deny"), "b/deny.yaml": policy("deny")})
    assert list(files(cut(view, namespace="shop"))) == ["a", "b"]


def test_a_few_alternatives_each_get_all_the_rest() -> None:
    view = documents(
        {f"{stage}/x.yaml": deployment("x", "x") for stage in ("dev", "prod", "test")}
        | {f"app/{at}.yaml": deployment(f"app-{at}", "x") for at in range(30)}
    )
    assert [len(bundle.placed) for bundle in cut(view).bundles] == [31, 31, 31]


def test_many_alternatives_do_not_each_get_all_the_rest() -> None:
    view = documents(
        {f"fixtures/{at}/x.yaml": deployment("foo", "x") for at in range(30)}
        | {f"app/{at}.yaml": deployment(f"app-{at}", "x") for at in range(300)}
    )
    bundles = cut(view).bundles
    assert sum(len(bundle.placed) for bundle in bundles) == len(view)
    assert len(bundles) == 31


FOLDERS = st.sampled_from(["", "a/", "b/", "a/x/", "a/y/", "b/x/", "../c/"])
FILES = st.builds("{}{}.yaml".format, FOLDERS, st.sampled_from("fgh"))
OBJECTS = st.tuples(
    st.sampled_from(["Deployment", "NetworkPolicy", "Namespace"]),
    st.sampled_from(["one", "two", "three"]),
    st.sampled_from(["", "shop", "bank"]),
)
VIEWS = st.dictionaries(FILES, st.lists(OBJECTS, min_size=1, max_size=4), max_size=8)


@given(VIEWS, st.randoms(use_true_random=False))
def test_a_cut_loses_nothing_and_does_not_depend_on_order(
    contents: Mapping[str, list[tuple[str, str, str]]], shuffle: random.Random
) -> None:
    view = documents(
        {path: together(*(manifest(*item) for item in items)) for path, items in contents.items()}
    )
    result = cut(view)
    assert {id(item.document) for bundle in result.bundles for item in bundle.placed} == {
        id(document) for document in view
    }
    shuffled = list(view)
    shuffle.shuffle(shuffled)
    assert cut(shuffled) == result


@given(VIEWS)
def test_no_bundle_holds_the_same_object_of_two_folders(
    contents: Mapping[str, list[tuple[str, str, str]]],
) -> None:
    view = documents(
        {path: together(*(manifest(*item) for item in items)) for path, items in contents.items()}
    )
    for bundle in cut(view, namespace="given").bundles:
        homes: dict[str, str] = {}
        for item, text in zip(bundle.placed, placed(bundle), strict=True):
            if item.document.kind != "Namespace":
                folder = item.document.origin.file.rpartition("/")[0]
                assert homes.setdefault(text, folder) == folder


def test_folders_within_folders_without_end() -> None:
    view = documents({f"{'a/' * depth}x.yaml": deployment("x", "shop") for depth in (10, 900, 901)})
    assert [len(bundle.placed) for bundle in cut(view).bundles] == [1, 1, 1]
