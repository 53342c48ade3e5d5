"""Globs of the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from netlint_rules.bundle.paths import glob_expression, join, normal

FILES = """
a.yaml b.yml sub/a.yaml sub/b.yaml sub/x/a.yaml sub/x/y/b.yaml other/a.yaml other/[z].yaml
other/z.yaml deep/er/still/a.yaml .hidden/a.yaml suburb/a.yaml
""".split()  # noqa: SIM905


@pytest.mark.parametrize(
    "glob",
    """
    a.yaml *.yaml sub sub/ ./sub sub/* sub/*.yaml sub/*/*.yaml sub/**/*.yaml **/a.yaml **/x su?
    sub/../other s*/x/** deep/**/still other/[[]z].yaml other/[!y].yaml other/[a-z].yaml *
    """.split(),  # noqa: SIM905
)
def test_globs_mean_what_the_standard_library_says(tmp_path: Path, glob: str) -> None:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    matched = set(tmp_path.glob(normal(glob)))
    expected = {name for name in FILES if {tmp_path / name, *(tmp_path / name).parents} & matched}
    assert expected
    assert {name for name in FILES if glob_expression([glob]).match(name)} == expected


@pytest.mark.parametrize(
    ("globs", "path"),
    [
        (["/etc/*.yaml"], "/etc/a.yaml"),
        (["x", "../base/**"], "../base/a/b.yaml"),
        (["."], "a/b"),
        (["[z-a]"], "[z-a]"),
    ],
)
def test_globs_outside_of_the_folder(globs: list[str], path: str) -> None:
    assert glob_expression(globs).match(path)


@pytest.mark.parametrize(
    ("globs", "path"),
    [([], "a"), (["etc"], "/etc/a"), (["a.yaml"], "axyaml"), (["a(b"], "a"), (["sub"], "suburb")],
)
def test_what_globs_do_not_match(globs: list[str], path: str) -> None:
    assert not glob_expression(globs).match(path)


@pytest.mark.parametrize(
    ("folder", "path", "expected"),
    [
        ("", "a", "a"),
        ("a", "../b/", "b"),
        ("a", "..", ""),
        ("a", "../../b", "../b"),
        ("../a", "../b", "../b"),
        ("a", "/b", "/b"),
    ],
)
def test_paths_are_seen_from_the_top(folder: str, path: str, expected: str) -> None:
    assert join(folder, path) == expected
