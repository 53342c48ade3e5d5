"""Where the configuration file is."""

from __future__ import annotations

from netlint_linter.paths import Where, abspath, and_above, isfile, join, read_bytes

_NAMES = ("netlint.yaml", ".netlint.yaml", "netlint.yml", ".netlint.yml", "pyproject.toml")


def locate(start: Where) -> str | None:
    """The nearest configuration file in a folder or above it."""
    for folder in and_above(abspath(start)):
        for name in _NAMES:
            path = join(folder, name)
            if isfile(path) and (not name.endswith(".toml") or _concerns_us(path)):
                return path
    return None


def _concerns_us(path: str) -> bool:
    try:
        data = read_bytes(path)
    except OSError:
        return False
    if b"netlint" not in data:
        return False
    import tomllib

    try:
        return "netlint" in tomllib.loads(data.decode(errors="replace")).get("tool", {})
    except tomllib.TOMLDecodeError:
        return b"[tool.netlint" in data
