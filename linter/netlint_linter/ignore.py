"""What .gitignore files and excludes leave out. Paths are absolute, with forward slashes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from netlint_linter.paths import and_above, exists, join, read_bytes
from netlint_rules.record import dataclass
from netlint_rules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

Rules = tuple[int, "GitIgnoreSpec"]
"""The length of what comes before the paths that rules are about, and the rules."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """What is left out in a folder. Rules from further down come later, and win over others.

    Nothing takes an exclude back.
    """

    rules: tuple[Rules, ...] = ()
    excludes: tuple[Rules, ...] = ()

    def __call__(self, path: str, *, folder: bool = False) -> bool:
        """Whether a path is left out."""
        asked = f"{path}/" if folder else path
        return _decide(self.excludes, asked) or _decide(self.rules, asked)

    def below(self, folder: str, file: str = ".gitignore") -> Ignored:
        """With the rules that a file of this folder adds, if it is there."""
        try:
            text = read_bytes(join(folder, file)).decode(errors="replace")
        except OSError:
            return self
        return Ignored((*self.rules, _rules(folder, text.splitlines())), self.excludes)


def _decide(rules: Sequence[Rules], path: str) -> bool:
    for start, spec in reversed(rules):
        decision = spec.check_file(path[start:]).include
        if decision is not None:
            return decision
    return False


def _rules(folder: str, lines: Sequence[str]) -> Rules:
    from pathspec import GitIgnoreSpec

    try:
        spec = GitIgnoreSpec.from_lines(lines)
    except (ValueError, re.error):
        spec = GitIgnoreSpec.from_lines(filter(_means_something, lines))
    return len(folder.rstrip("/")) + 1, spec


def _means_something(line: str) -> bool:
    """Whether git takes a line for a pattern: a lone `!` or a trailing backslash is none."""
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True


def excluding(patterns: Sequence[str], folder: str) -> Ignored:
    """What the user excludes, written as in a .gitignore of a folder."""
    return Ignored((), (_rules(folder, patterns),) if patterns else ())


def from_above(folder: str, excludes: Ignored) -> Ignored:
    """What the folders above add, up to the top of the repository, if there is one.

    A folder that they leave out was named on purpose: what is in it counts.
    """
    above = and_above(folder)
    top = next((at for at, path in enumerate(above) if exists(join(path, ".git"))), 0)
    ignored = excludes.below(above[top], ".git/info/exclude")
    for path, inner in zip(above[top:0:-1], above[top - 1 :: -1], strict=False):
        ignored = ignored.below(path)
        if ignored(inner, folder=True):
            return excludes
    return ignored
