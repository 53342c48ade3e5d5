"""Where the configuration file is."""

from __future__ import annotations

from pathlib import Path

_NAMES = ("netlint.yaml", ".netlint.yaml", "netlint.yml", ".netlint.yml", "pyproject.toml")


def locate(start: Path) -> Path | None:
    """The nearest configuration file in a folder or above it."""
    folder = start.absolute()
    for parent in (folder, *folder.parents):
        for name in _NAMES:
            path = parent / name
            if path.is_file() and (path.suffix != ".toml" or _concerns_us(path)):
                return path
    return None


def _concerns_us(path: Path) -> bool:
    try:
        data = path.read_bytes()
    except OSError:
        return False
    if b"netlint" not in data:
        return False
    import tomllib

    try:
        return "netlint" in tomllib.loads(data.decode(errors="replace")).get("tool", {})
    except tomllib.TOMLDecodeError:
        return b"[tool.netlint" in data
