"""The bytes that fixes make: files as a whole, diffs, and how they are written."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from netlint_linter.errors import UsageError
from netlint_linter.fixing import command
from netlint_linter.fixing.files import diffs, write
from netlint_linter.fixing.rounds import Fixed
from netlint_linter.fixing.texts import check, edited
from netlint_linter.reading import Inputs
from netlint_rules.edit.editor import EditError
from netlint_rules.edit.plan import Hunk
from netlint_rules.report import Report

TWO = b"apiVersion: v1\nkind: Pod\nx: 1\n---\napiVersion: v1\nkind: Pod\nx: 2\n"


def test_hunks_are_lines() -> None:
    hunks = [Hunk(1, 2, ("A", "B")), Hunk(3, 3, ("C",)), Hunk(4, 5, ())]
    assert edited(b"a\nb\nc\nd\ne", hunks) == b"A\nB\nb\nC\nc\ne"
    assert edited(b"a\r\nb\r\n", [Hunk(2, 3, ("B\r",))]) == b"a\r\nB\r\n"
    assert edited(b"a", [Hunk(2, 2, ("b",))]) == b"a\nb"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Hunk(1, 3, ()), Hunk(3, 4, ()), True),
        (Hunk(1, 3, ()), Hunk(4, 5, ()), False),
        (Hunk(2, 2, ("x",)), Hunk(2, 2, ("y",)), True),
        (Hunk(5, 6, ()), Hunk(1, 2, ()), False),
    ],
)
def test_hunks_that_meet(one: Hunk, other: Hunk, expected: bool) -> None:
    assert one.touches(other) is expected
    assert other.touches(one) is expected


@pytest.mark.parametrize("data", [b"a: 1\rb: 2\n", b"a: \xff\n", b"a: 1\n\xef\xbb\xbfb: 2\n"])
def test_odd_files_are_left_alone(data: bytes) -> None:
    with pytest.raises(EditError):
        edited(data, [Hunk(1, 2, ("c: 3",))])


@pytest.mark.parametrize(
    ("after", "changed", "created"),
    [
        (TWO.replace(b"x: 2", b"x: 3"), {}, []),
        (TWO.replace(b"x: 2", b"x: 3"), {0: {"apiVersion": "v1", "kind": "Pod", "x": 3}}, []),
        (TWO[:31], {}, []),
        (TWO + b"---\n" + TWO[:31], {}, []),
        (TWO, {}, [{"apiVersion": "v1", "kind": "Pod", "x": 4}]),
        (TWO.replace(b"x: 2", b"x: [2"), {}, []),
    ],
)
def test_a_file_that_means_something_else_is_refused(
    after: bytes, changed: dict[int, object], created: list[object]
) -> None:
    with pytest.raises(EditError):
        check(TWO, after, "a.yaml", changed, created)


def test_a_file_that_means_what_it_should_passes() -> None:
    body = {"apiVersion": "v1", "kind": "Pod", "x": 3}
    check(TWO, TWO.replace(b"x: 2", b"x: 3"), "a.yaml", {1: body}, [])
    check(TWO, TWO + b"---\napiVersion: v1\nkind: Pod\nx: 3\n", "a.yaml", {}, [body])


def test_diffs_are_sorted_and_say_where_a_line_end_is_missing() -> None:
    before = {"b.yaml": b"x: 1\r\n", "a.yaml": b"x: 1"}
    after = {"b.yaml": b"x: 2\r\n", "a.yaml": b"x: 2"}
    first, second = diffs(before, after)
    assert first.splitlines()[3:] == [
        "-x: 1",
        "\\ No newline at end of file",
        "+x: 2",
        "\\ No newline at end of file",
    ]
    assert second.endswith("-x: 1\r\n+x: 2\r\n")


def test_a_file_that_changed_in_the_meantime_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"x: 0\n")
    with pytest.raises(OSError, match="changed in the meantime"):
        write(str(file), b"x: 1\n", b"x: 2\n")
    assert file.read_bytes() == b"x: 0\n"


def test_a_file_that_cannot_be_written_keeps_no_other_from_it(tmp_path: Path) -> None:
    names = [str(tmp_path / name) for name in ("a.yaml", "b.yaml", "c.yaml")]
    texts = dict.fromkeys(names, b"x: 2\n")
    fixed = Fixed(Inputs(texts=texts), Report(()), dict.fromkeys(names, b"x: 1\n"))
    Path(names[1]).write_bytes(b"x: 1\n")
    Path(names[2]).write_bytes(b"x: 0\n")
    with pytest.raises(UsageError) as raised:
        command.write_files(fixed)
    assert str(raised.value) == (
        f"can't write {names[0]}: No such file or directory; "
        f"can't write {names[2]}: it has changed in the meantime (1 other file fixed)"
    )
    assert Path(names[1]).read_bytes() == b"x: 2\n"


def test_a_failed_write_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"x: 1\n")

    def fail(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="no space left"):
        write(str(file), b"x: 1\n", b"x: 2\n")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.yaml": b"x: 1\n"}


def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"x: 1\n")
    file.chmod(0o755)
    write(str(file), b"x: 1\n", b"x: 2\n")
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"x: 2\n", 0o755)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to be root")
def test_a_file_keeps_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"x: 1\n")
    os.chown(file, 1234, 4321)
    write(str(file), b"x: 1\n", b"x: 2\n")
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 4321)


@pytest.mark.skipif(os.name != "posix", reason="names that only POSIX systems take")
@pytest.mark.parametrize(
    "name", ["a b.yaml", "a\nb.yaml", 'a"b\\.yaml', "a\x1b[31m.yaml", "é日.yaml", "n\udcff.yaml"]
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_git_takes_the_diffs(name: str, mark: bytes, tmp_path: Path) -> None:
    before, after = (mark + b"x: %d\r\ny: 1" % number for number in (1, 2))
    (tmp_path / name).write_bytes(before)
    text = "".join(diffs({name: before}, {name: after}))
    assert "\x1b" not in text
    patch = text.encode("utf-8", "surrogateescape")
    subprocess.run(["git", "apply", "-p0"], input=patch, cwd=tmp_path, check=True)
    assert (tmp_path / name).read_bytes() == after
