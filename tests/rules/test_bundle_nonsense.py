"""Files that say things in places where they mean nothing: no crash, nothing lost by them."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from netlint_rules.bundle import cut
from netlint_rules.source.document import Document, Origin

WORDS = st.sampled_from(
    ["a.yaml", "../b", "c", "", ".", "Deployment", "web", "shop", "patch: [", "a: {b: c}", "a=b"]
)
SCALARS = st.one_of(WORDS, st.none(), st.booleans(), st.integers(-1, 2))
KEYS = st.sampled_from(
    """name namespace labels path patch target kind group version op from value select fieldPaths
    targets pairs fields includeSelectors create spec metadata template containers service
    clientConfig destination source sources files envs valuesFile $patch""".split()  # noqa: SIM905
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4)
)
FIELDS = st.sampled_from(
    """resources bases components patches patchesStrategicMerge patchesJson6902 generators labels
    commonLabels namespace namePrefix nameSuffix replacements configMapGenerator helmCharts crds
    openapi transformers""".split()  # noqa: SIM905
)
LISTS = st.lists(VALUES, max_size=3)
KUSTOMIZATIONS = st.dictionaries(FIELDS, LISTS | VALUES, max_size=6)
OBJECTS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(
            """Deployment Service Namespace ValidatingWebhookConfiguration APIService
            Kustomization Application CronJob NetworkPolicy""".split()  # noqa: SIM905
        ),
        "apiVersion": st.sampled_from(["v1", "kustomize.toolkit.fluxcd.io/v1", "argoproj.io/v1"]),
    },
    optional={"metadata": VALUES, "spec": VALUES, "webhooks": VALUES},
)
FOLDERS = st.sampled_from(["", "c/", "b/"])


@given(
    st.dictionaries(FOLDERS, KUSTOMIZATIONS, max_size=3),
    st.lists(st.tuples(FOLDERS, st.sampled_from(["a.yaml", "x.md"]), OBJECTS), max_size=5),
)
def test_no_content_makes_cutting_fail(
    kustomizations: Mapping[str, dict[str, object]],
    objects: list[tuple[str, str, dict[str, object]]],
) -> None:
    view = [
        Document(Origin(f"{folder}kustomization.yaml"), body)
        for folder, body in kustomizations.items()
    ]
    view += [
        Document(Origin(folder + name), body, index)
        for index, (folder, name, body) in enumerate(objects)
    ]
    for bundle in cut(view).bundles:
        assert bundle.placed
        assert all(item.document in view or item.document.body for item in bundle.placed)
