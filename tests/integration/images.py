"""Building and running the container image, with the engine that `tools/image` found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

UNAVAILABLE = 69
NAME = "localhost/netlint:test"
EXAMPLES = ROOT / "docs" / "examples"

_STORAGE = """\
[storage]
driver = "vfs"
graphroot = "{folder}/images"
runroot = "{folder}/run"
"""


def own_storage(folder: Path) -> dict[str, str]:
    """The environment in which buildah keeps everything in a folder."""
    (folder / "storage.conf").write_text(_STORAGE.format(folder=folder))
    own = {"CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"), "STORAGE_DRIVER": "vfs"}
    return dict(os.environ) | own | {"BUILDAH_ISOLATION": "chroot", "PYTHON": sys.executable}


@dataclass(frozen=True)
class Saved:
    """An image as an archive: what anyone who pulls it would get."""

    folder: Path

    @cached_property
    def manifest(self) -> dict[str, Any]:
        found: list[dict[str, Any]] = json.loads((self.folder / "manifest.json").read_text())
        return found[0]

    @cached_property
    def config(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads((self.folder / self.manifest["Config"]).read_text())
        return read

    @property
    def layers(self) -> list[Path]:
        """The layers as tar files, the base's first."""
        return [self.folder / name for name in self.manifest["Layers"]]

    @cached_property
    def files(self) -> dict[str, tarfile.TarInfo]:
        """Path without a leading slash → its entry."""
        return {member.name: member for layer in self.layers for member in _members(layer)}


def _members(layer: Path) -> Iterator[tarfile.TarInfo]:
    with tarfile.open(layer) as archive:
        yield from archive


@dataclass(frozen=True)
class Image:
    """A built image."""

    engine: str
    environment: Mapping[str, str]
    saved: Saved

    @cached_property
    def size(self) -> int:
        """Bytes of the layers."""
        return sum(layer.stat().st_size for layer in self.saved.layers)

    @cached_property
    def base_is_ours(self) -> bool:
        """Whether it stands on Debian packages, for want of a registry."""
        found = self.run_engine("images", "--format", "{{.Name}}", check=False).stdout
        return self.engine == "buildah" and "localhost/netlint-base" in found

    @cached_property
    def container(self) -> str:
        """What buildah runs programs in: one for all, since each is a copy of the image."""
        return self.run_engine("from", NAME).stdout.strip()

    def run_engine(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return _run([self.engine, *arguments], self.environment, check=check)

    def command(self, program: str, *arguments: str) -> list[str]:
        """The command that runs a program of the image, with the examples at /work."""
        mount = f"{EXAMPLES}:/work:ro"
        if self.engine == "buildah":
            return ["buildah", "run", "--volume", mount, self.container, "--", program, *arguments]
        usual = ["--rm", "--read-only", "--tmpfs", "/tmp", "--network", "host", "--volume", mount]
        return [self.engine, "run", *usual, "--entrypoint", program, NAME, *arguments]

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return _run(self.command(program, *arguments), self.environment, check=False)


def build(source: Path, work: Path, environment: Mapping[str, str]) -> Image:
    """Build from the sources in a folder; skips where this machine can't."""
    result = _run(
        ["bash", str(source / "tools" / "image"), "--no-cache"],
        {**environment, "IMAGE": NAME},
        check=False,
    )
    if result.returncode == UNAVAILABLE:
        pytest.skip(result.stderr.strip().splitlines()[-1])
    assert result.returncode == 0, result.stderr[-4000:]
    engine = result.stdout.split()[-1]
    return Image(engine, environment, _save(engine, work, environment))


def _save(engine: str, work: Path, environment: Mapping[str, str]) -> Saved:
    work.mkdir()
    archive = work / "image.tar"
    commands = {
        "buildah": ["push", "--quiet", NAME, f"docker-archive:{archive}"],
        "docker": ["save", "--output", str(archive), NAME],
        "podman": ["save", "--format", "docker-archive", "--output", str(archive), NAME],
    }
    _run([engine, *commands[engine]], environment)
    with tarfile.open(archive) as opened:
        opened.extractall(work, filter="data")
    archive.unlink()
    return Saved(work)


def _run(
    command: list[str], environment: Mapping[str, str], *, check: bool = True
) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(
        command, env=dict(environment), capture_output=True, text=True, timeout=600, check=False
    )
    assert not check or result.returncode == 0, result.stderr[-4000:]
    return result
