"""Which files are read, and which of them are reported on."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from netlint_linter.discover import Found, NotFound, SourceFile, extra, find, matches


def write(folder: Path, *names: str, text: str = "") -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def shown(found: Found) -> list[str]:
    return [file.shown for file in found.files]


def named(found: Found) -> list[str]:
    return [file.shown for file in found.files if file.named]


def look(folder: Path, *paths: str, exclude: Iterable[str] = ()) -> list[str]:
    return shown(find(paths or (".",), exclude=tuple(exclude), cwd=folder))


def test_a_folder_is_searched_for_manifests_and_markdown(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "b.yml", "c.json", "d.md", "e.markdown", "F.YAML", "x/Kustomization")
    write(tmp_path, "g.txt", "h.yaml.bak", "yaml", "x/kustomization.txt", ".hidden/i.yaml")
    assert look(tmp_path) == [
        ".hidden/i.yaml",
        "F.YAML",
        "a.yaml",
        "b.yml",
        "c.json",
        "d.md",
        "e.markdown",
        "x/Kustomization",
    ]


def test_folders_that_hold_other_peoples_files_are_skipped(tmp_path: Path) -> None:
    skipped = [".git", ".hg", ".svn", "node_modules", ".terraform", "__pycache__", "x/..data"]
    write(tmp_path, *(f"{folder}/a.yaml" for folder in skipped))
    write(tmp_path, "env/pyvenv.cfg", "env/lib/a.yaml", "vendor/modules.txt", "vendor/x/a.yaml")
    write(tmp_path, "charts/vendor/a.yaml", "ok.yaml")
    assert look(tmp_path) == ["charts/vendor/a.yaml", "ok.yaml"]
    assert look(tmp_path, "env", "node_modules") == ["env/lib/a.yaml", "node_modules/a.yaml"]


def test_paths_are_shown_as_users_know_them(tmp_path: Path) -> None:
    work = tmp_path / "work"
    write(work, "a.yaml", "sub/b.yaml")
    write(tmp_path, "other/c.yaml")
    assert look(work, "./sub/", str(work / "a.yaml")) == ["a.yaml", "sub/b.yaml"]
    assert look(work, "../other") == ["../other/c.yaml"]
    assert look(work, f"../work/../other/{os.curdir}") == ["../other/c.yaml"]
    assert look(work, str(tmp_path / "other")) == [f"{tmp_path}/other/c.yaml"]
    assert look(work, "..") == ["../other/c.yaml", "a.yaml", "sub/b.yaml"]


def test_arguments_have_no_order_and_no_repetitions(tmp_path: Path) -> None:
    write(tmp_path, "a/x.yaml", "a/y.yaml", "b/z.yaml", "notes.txt")
    paths = ["a", "a/x.yaml", "./a", "b", "notes.txt", "b/*.yaml", "-"]
    expected = find(paths, cwd=tmp_path)
    assert shown(expected) == ["-", "a/x.yaml", "a/y.yaml", "b/z.yaml", "notes.txt"]
    assert [file.shown for file in expected.files if file.explicit] == [
        "-",
        "a/x.yaml",
        "notes.txt",
    ]
    for seed in range(5):
        random.Random(seed).shuffle(paths)
        assert find([*paths, *paths], cwd=tmp_path) == expected


def test_standard_input_brings_no_context(tmp_path: Path) -> None:
    write(tmp_path, "netlint.yaml", "a.yaml")
    assert find(["-"], cwd=tmp_path).files == (SourceFile("-", "-", explicit=True),)


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("policies/*.yaml", ["policies/a.yaml"]),
        ("policies/**/*.yaml", ["policies/a.yaml", "policies/x/b.yaml", "policies/x/y/c.yaml"]),
        ("**/b.yaml", ["policies/x/b.yaml"]),
        ("./policies/?.*", ["policies/a.yaml", "policies/d.txt"]),
        ("policies/*", ["policies/a.yaml", "policies/x/b.yaml", "policies/x/y/c.yaml"]),
        ("pol*", ["policies/a.yaml", "policies/x/b.yaml", "policies/x/y/c.yaml"]),
        ("*/x/[a-c]*", ["policies/x/b.yaml"]),
        ("*/*.d", ["policies/z.d/e.yaml"]),
    ],
)
def test_globs(tmp_path: Path, glob: str, expected: list[str]) -> None:
    write(tmp_path, "policies/a.yaml", "policies/x/b.yaml", "policies/x/y/c.yaml", "policies/d.txt")
    write(tmp_path, "netlint.yaml", "other.yaml", ".gitignore")
    if glob == "*/*.d":
        write(tmp_path, "policies/z.d/e.yaml", "policies/z.d/f.txt")
    assert named(find([glob], cwd=tmp_path)) == expected
    absolute = str(tmp_path / glob)
    assert named(find([absolute], cwd=tmp_path)) == expected


def test_a_file_named_like_a_glob(tmp_path: Path) -> None:
    write(tmp_path, "a[1].yaml", "a1.yaml")
    assert named(find(["a[1].yaml"], cwd=tmp_path)) == ["a[1].yaml"]


def test_a_folder_named_like_a_glob(tmp_path: Path) -> None:
    work = tmp_path / "[x]"
    write(work, "a.yaml", "b.txt")
    assert named(find(["*.yaml"], cwd=work)) == ["a.yaml"]


def test_what_does_not_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "policies/allow.yaml")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotFound, match=r"policies/alow\.yaml \(did you mean policies/allow\.yaml"):
        find(["policies/alow.yaml"], cwd=tmp_path)
    with pytest.raises(NotFound, match=r"no file matches policies/\*\.yml"):
        find(["policies/*.yml"], cwd=tmp_path)


def test_a_named_file_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", text="*.yaml\n")
    write(tmp_path, ".git/HEAD", "a.yaml", "b.txt", "c.yaml")
    found = find(["a.yaml", "b.txt"], exclude=["b.*"], cwd=tmp_path)
    assert [(file.shown, file.named) for file in found.files] == [("a.yaml", True), ("b.txt", True)]


def test_named_files_come_with_their_project(tmp_path: Path) -> None:
    write(tmp_path, "repo/.git/HEAD", "repo/app/web.yaml", "repo/net/deny.yaml", "outside.yaml")
    found = find(["app/web.yaml"], cwd=tmp_path / "repo")
    assert [(file.shown, file.named, file.explicit) for file in found.files] == [
        ("app/web.yaml", True, True),
        ("net/deny.yaml", False, False),
    ]
    assert look(tmp_path / "repo/app", "web.yaml") == ["../net/deny.yaml", "web.yaml"]
    absolute = str(tmp_path / "repo/app/web.yaml")
    assert look(tmp_path / "repo/net", absolute) == [absolute, "deny.yaml"]


@pytest.mark.parametrize(
    ("marker", "text"),
    [("netlint.yaml", ""), (".netlint.yaml", ""), ("pyproject.toml", "[tool.netlint]\n")],
)
def test_a_configuration_marks_a_project(tmp_path: Path, marker: str, text: str) -> None:
    write(tmp_path, ".git/HEAD", "far.yaml", "a/near/b.yaml", "a/c.yaml")
    write(tmp_path / "a", marker, text=text)
    found = look(tmp_path, "a/c.yaml")
    assert [path for path in found if not path.endswith("netlint.yaml")] == [
        "a/c.yaml",
        "a/near/b.yaml",
    ]


def test_a_file_outside_of_every_project_comes_with_its_folder(tmp_path: Path) -> None:
    write(tmp_path, "a/x.yaml", "a/y.yaml", "a/deep/z.yaml", "b.yaml", "pyproject.toml")
    assert look(tmp_path, "a/x.yaml") == ["a/x.yaml", "a/y.yaml"]


def test_a_named_folder_is_the_view(tmp_path: Path) -> None:
    write(tmp_path, ".git/HEAD", "a/x.yaml", "b/y.yaml", "c.yaml")
    found = find(["a", "c.yaml"], cwd=tmp_path)
    assert shown(found) == named(found) == ["a/x.yaml", "c.yaml"]


def test_circles_of_links_end_and_folders_are_read_once(tmp_path: Path) -> None:
    write(tmp_path, "a/real/x.yaml", "outside/y.yaml")
    (tmp_path / "a/circle").symlink_to("..", target_is_directory=True)
    (tmp_path / "a/again").symlink_to("real", target_is_directory=True)
    (tmp_path / "a/elsewhere").symlink_to("../outside", target_is_directory=True)
    found = find(["a"], cwd=tmp_path)
    assert "a/real/x.yaml" in shown(found)
    assert len(found.files) == 2
    assert found.problems == ()


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    write(tmp_path, "ok.yaml")
    (tmp_path / "broken.yaml").symlink_to("nowhere")
    (tmp_path / "self.yaml").symlink_to("self.yaml")
    (tmp_path / "other.txt").symlink_to("nowhere")
    (tmp_path / "long").symlink_to("y" * 300)
    os.mkfifo(tmp_path / "pipe.yaml")
    found = find(["."], cwd=tmp_path)
    assert shown(found) == ["ok.yaml"]
    assert found.problems == (
        ("broken.yaml", "broken link"),
        ("pipe.yaml", "not a regular file"),
        ("self.yaml", "the link leads back to itself"),
    )
    found = find(["broken.yaml", "pipe.yaml"], cwd=tmp_path)
    assert named(found) == []
    assert [shown for shown, _ in found.problems[:2]] == ["broken.yaml", "pipe.yaml"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir(mode=0)
    assert find(["."], cwd=tmp_path).problems == (("secret", "permission denied"),)


def test_a_pipe_of_the_shell_is_read(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    try:
        found = find([f"/dev/fd/{reading}"], cwd=tmp_path)
    finally:
        os.close(reading)
        os.close(writing)
    assert [file.explicit for file in found.files] == [True]
    assert found.problems == ()


def test_what_kustomizations_refer_to(tmp_path: Path) -> None:
    write(tmp_path, "base/kustomization.yml", "base/web.yaml", "patch.yaml", "secret.key")
    write(tmp_path, "work/overlay/kustomization.yaml", "empty/x.yaml", "named.yaml/Kustomization")
    missing = ["../base", "../patch.yaml", "../secret.key", "../empty", "../gone", "../named.yaml"]
    assert extra([*missing, "../base"], cwd=tmp_path / "work") == tuple(
        SourceFile((tmp_path / "work" / path).as_posix(), path, named=False)
        for path in ("../base/kustomization.yml", "../named.yaml/Kustomization", "../patch.yaml")
    )


def test_globs_of_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert matches("k8s/prod/a.yaml", ("prod",), tmp_path / "k8s")
    assert matches("k8s/prod/a.yaml", ("x", "**/*.yaml"), tmp_path / "k8s")
    assert not matches("k8s/production/a.yaml", ("prod",), tmp_path / "k8s")
    assert not matches("prod/a.yaml", ("prod",), tmp_path / "k8s")
    assert matches("prod/a.yaml", ("../prod",), tmp_path / "k8s")
