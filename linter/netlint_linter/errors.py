"""Trouble that the user can mend: shown as plain lines, never as a traceback."""

from __future__ import annotations


class UsageError(Exception):
    """A wrong flag, path or file. The text is one line without the program's name."""

    def lines(self) -> tuple[str, ...]:
        """What standard error shows."""
        return (f"netlint: {self}",)


class ConfigError(UsageError):
    """Mistakes in a configuration file, each as `file:line:column: message`."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems

    def lines(self) -> tuple[str, ...]:
        """What standard error shows: a place first, so that editors and terminals link it."""
        return self.problems
