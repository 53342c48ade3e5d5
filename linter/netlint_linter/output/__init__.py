"""Output formats: a report as text, and as the files that other tools read."""

from __future__ import annotations

from collections.abc import Sequence

from netlint_rules.config import Config
from netlint_rules.record import dataclass
from netlint_rules.report import Report
from netlint_rules.rule import Rule

FORMATS: tuple[str, ...] = ("text", "concise", "json", "sarif", "github", "gitlab", "junit")


@dataclass(frozen=True, slots=True)
class Style:
    """How the formats for people look; the formats for machines have no choices.

    `width` counts terminal columns. `seconds` is how long the run took, None to leave it out.
    `unicode` says whether the stream can print the frame's characters.
    """

    colour: bool = False
    width: int = 100
    seconds: float | None = None
    statistics: bool = False
    verbose: int = 0
    unicode: bool = True


def render(report: Report, fmt: str, rules: Sequence[Rule], style: Style, config: Config) -> str:
    """`report` in one of `FORMATS`, ready to write as it is; the same for the same input.

    `rules` are all rules of the run, found something or not.

    Raises:
        ValueError: `fmt` is none of `FORMATS`.
    """
    match fmt:
        case "text":
            from netlint_linter.output import text

            return text.render(report, style, config)
        case "concise":
            from netlint_linter.output import concise

            return concise.render(report, style)
        case "json":
            from netlint_linter.output import json

            return json.render(report)
        case "sarif":
            from netlint_linter.output import sarif

            return sarif.render(report, rules)
    return _render_for_ci(report, fmt)


def _render_for_ci(report: Report, fmt: str) -> str:
    match fmt:
        case "github":
            from netlint_linter.output import github

            return github.render(report)
        case "gitlab":
            from netlint_linter.output import gitlab

            return gitlab.render(report)
        case "junit":
            from netlint_linter.output import junit

            return junit.render(report)
    raise ValueError(f"unknown output format {fmt!r}")
