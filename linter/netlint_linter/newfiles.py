"""Files that netlint makes, and never replaces."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from netlint_linter import screen
from netlint_linter.errors import UsageError


def write(files: Mapping[Path, str]) -> None:
    """Write files that aren't there yet. Raises UsageError, before anything is written."""
    for target in files:
        if target.exists():
            raise UsageError(f"{target} is there already: move it away first")
    for target, text in files.items():
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise UsageError(f"can't write {target}: {error.strerror}") from None
        screen.note(f"wrote {target}")
