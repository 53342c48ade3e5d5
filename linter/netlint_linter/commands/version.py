"""`netlint version`."""

from __future__ import annotations

import argparse

from netlint_linter import screen


def configure(_: argparse.ArgumentParser) -> None:
    """Nothing to add."""


def run(_: argparse.Namespace) -> int:
    """Print the version."""
    from netlint_rules.version import __version__

    screen.write(f"netlint {__version__}\n")
    return 0
