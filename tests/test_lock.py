"""The lock files, from which the container image is installed, agree with pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = DECLARED["project"]
INSTALLED = [
    *PROJECT["dependencies"],
    *PROJECT["optional-dependencies"]["webhook"],
    *PROJECT["optional-dependencies"]["cluster"],
]
REMEDY = "run make lock"


def entries(path: Path) -> Iterator[str]:
    """Every requirement with its hashes, on one line."""
    text = re.sub(r"^\s*#.*\n", "", path.read_text(), flags=re.MULTILINE)
    yield from text.replace("\\\n", "").splitlines()


def pins(path: Path) -> dict[str, str]:
    """Name → the one version that is installed."""
    found = [Requirement(entry.partition("--hash")[0]) for entry in entries(path)]
    return {
        canonicalize_name(pinned.name): str(pinned.specifier).removeprefix("==") for pinned in found
    }


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", INSTALLED),
        ("requirements-build.lock", DECLARED["build-system"]["requires"]),
    ],
)
def test_every_declared_dependency_is_locked_to_a_version_that_fits(
    lock: str, wanted: list[str]
) -> None:
    pinned = pins(ROOT / lock)
    for requirement in map(Requirement, wanted):
        version = pinned.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not in {lock}: {REMEDY}"
        assert requirement.specifier.contains(version), f"{requirement}, not {version}: {REMEDY}"


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-build.lock"])
def test_a_lock_file_pins_by_hash_and_names_no_place(lock: str) -> None:
    loose = [
        entry for entry in entries(ROOT / lock) if not re.search(r"==\S+ .*--hash=sha256:", entry)
    ]
    assert loose == []
    assert "://" not in (ROOT / lock).read_text()
