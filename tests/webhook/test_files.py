"""Files that change, vanish and are swapped at the worst moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from netlint_webhook.files import Watched
from tests.webhook.mount import Mount


class Reader:
    """Loads the files of a mount, and calls `between` first."""

    def __init__(self, mount: Mount) -> None:
        self.loaded: list[bytes] = []
        self.errors: list[Exception] = []
        self.between: Callable[[], None] = lambda: None
        self.watched = Watched([mount.folder / "file"], self._load, self.errors.append)

    def _load(self, paths: Sequence[Path], contents: Sequence[bytes]) -> None:
        between, self.between = self.between, lambda: None
        between()
        assert paths[0].read_bytes() == contents[0]
        if contents[0].startswith(b"bad"):
            raise ValueError(contents[0])
        self.loaded.append(contents[0])


@pytest.fixture
def mount(tmp_path: Path) -> Mount:
    made = Mount(tmp_path / "mount")
    made.put({"file": b"first"})
    return made


@pytest.fixture
def reader(mount: Mount) -> Reader:
    made = Reader(mount)
    made.watched.load()
    return made


def test_what_has_not_changed_is_loaded_once(reader: Reader) -> None:
    assert not reader.watched.check()
    assert reader.loaded == [b"first"]


def test_a_change_is_loaded_and_a_bad_one_told_once(mount: Mount, reader: Reader) -> None:
    mount.put({"file": b"bad"})
    assert [reader.watched.check() for _ in range(2)] == [False, False]
    mount.put({"file": b"second"})
    assert reader.watched.check()
    assert reader.loaded == [b"first", b"second"]
    assert [str(error) for error in reader.errors] == ["b'bad'"]


def test_a_version_that_goes_while_it_is_read_is_no_error(mount: Mount, reader: Reader) -> None:
    mount.put({"file": b"second"})
    reader.between = lambda: mount.put({"file": b"third"})
    assert reader.watched.check()
    assert (reader.loaded, reader.errors) == ([b"first", b"third"], [])


def test_the_same_content_in_a_new_version_is_loaded_still(mount: Mount, reader: Reader) -> None:
    mount.put({"file": b"second"})
    reader.between = lambda: mount.put({"file": b"second"})
    assert reader.watched.check()
    assert (reader.loaded, reader.errors) == ([b"first", b"second"], [])


def test_a_bad_version_after_it_is_told(mount: Mount, reader: Reader) -> None:
    mount.put({"file": b"second"})
    reader.between = lambda: mount.put({"file": b"bad"})
    assert not reader.watched.check()
    assert [str(error) for error in reader.errors] == ["b'bad'"]


def test_a_file_that_is_gone_is_told_once_and_may_come_back(mount: Mount, reader: Reader) -> None:
    mount.put({"other": b""})
    assert [reader.watched.check() for _ in range(2)] == [False, False]
    assert [type(error) for error in reader.errors] == [FileNotFoundError]
    mount.put({"file": b"first"})
    assert reader.watched.check()
    assert reader.loaded == [b"first"] * 2
