"""The libraries that the web page carries are those that tools/picture names."""

from __future__ import annotations

import json
from pathlib import Path

VENDOR = Path("linter/netlint_linter/picture/assets/vendor")


def test_licences_name_the_pinned_versions(root: Path) -> None:
    package = json.loads((root / "tools" / "picture" / "package.json").read_text())
    licences = (root / VENDOR / "LICENSES.txt").read_text().splitlines()
    for name, version in package["dependencies"].items():
        assert f"{name} {version}" in licences, "run tools/picture/pack"


def test_every_packed_package_has_its_licence(root: Path) -> None:
    text = (root / VENDOR / "LICENSES.txt").read_text()
    for part in filter(str.strip, text.split("-" * 40)):
        assert "permission" in part.lower(), part.splitlines()[0]


def test_the_lock_names_no_registry(root: Path) -> None:
    assert "resolved" not in (root / "tools" / "picture" / "package-lock.json").read_text()
