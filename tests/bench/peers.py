"""Linters of PyPI to compare netlint with, in a virtual environment of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 900
"""Seconds for an installation: checkov comes with a hundred packages."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A linter: its distribution at PyPI, and the arguments with which it lints `files`."""

    name: str
    version: str
    arguments: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Its virtual environment."""
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        return _cache() / f"{self.name}-{self.version}-python{python}"

    @property
    def mark(self) -> Path:
        """What is there once it is installed wholly."""
        return self.folder / "installed"

    @property
    def command(self) -> tuple[str, ...]:
        """What lints `files`."""
        return (str(self.folder / "bin" / self.name), *self.arguments)


PEERS = (
    Peer("kube-netpol", "1.0.0", ("scan", "files")),
    Peer("yamllint", "1.38.0", ("--format", "parsable", "files")),
    Peer(
        "checkov",
        "3.3.30",
        ("--directory=files", "--framework=kubernetes", "--quiet", "--compact", "--skip-download"),
    ),
)
"""They read YAML in Python, as netlint does; only kube-netpol is about NetworkPolicies alone."""


def installed() -> Iterator[tuple[Peer, str]]:
    """Every peer, installed where it wasn't, with why it isn't there, or nothing."""
    for peer in PEERS:
        yield peer, "" if peer.mark.exists() else _install(peer)


def _install(peer: Peer) -> str:
    """Install a peer; why that isn't possible, or nothing."""
    print(f"  (installing {peer.name} {peer.version})", flush=True)
    shutil.rmtree(peer.folder, ignore_errors=True)
    try:
        venv.create(peer.folder, with_pip=True, symlinks=True)
        pip = (peer.folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check")
        command = (*pip, "install", "--quiet", f"{peer.name}=={peer.version}")
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_PATIENCE)
        peer.mark.touch()
    except (OSError, subprocess.SubprocessError) as error:
        said = str(getattr(error, "stderr", "") or error).strip().splitlines()
        return said[-1] if said else type(error).__name__
    return ""


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(home) / "netlint" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
