"""The configuration's choices for single files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from netlint_linter.discover import matches
from netlint_rules.finding import Finding
from netlint_rules.record import replace
from netlint_rules.registry import find

if TYPE_CHECKING:
    from netlint_linter.settings import PerPath


def apply(findings: Iterable[Finding], choices: Sequence[PerPath], root: str) -> Iterator[Finding]:
    """Drop the findings that a file's choices ignore, and give the others their severities.

    Globs are relative to `root`, the folder of the configuration file.
    """
    for finding in findings:
        result: Finding | None = finding
        for choice in choices:
            if result is not None and matches(result.primary.file, choice.paths, root):
                result = _chosen(result, choice)
        if result is not None:
            yield result


def _chosen(finding: Finding, choice: PerPath) -> Finding | None:
    if any(_means(word, finding) for word in choice.ignore):
        return None
    for word, severity in choice.severities.items():
        if _means(word, finding):
            return replace(finding, severity=severity)
    return finding


def _means(word: str, finding: Finding) -> bool:
    return any(code.code == finding.code for _, code in find(word))
