"""The result of a run, as both front ends show it."""

from __future__ import annotations

from netlint_rules.finding import Finding, Severity
from netlint_rules.record import dataclass, field


@dataclass(frozen=True, slots=True)
class BundleInfo:
    """A bundle as `-v` prints it: its name, why it is one, and the files in it."""

    name: str
    reason: str
    files: tuple[str, ...]
    policies: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of one run. `documents` counts every document, skipped kinds included.

    `hidden` counts findings below the thresholds; `suppressed` those that a comment, an
    annotation or the baseline silenced; `templates` files that only a renderer can read.
    `settled`: the fixes that were wanted are made, and what is left was left for a reason.
    """

    files: int = 0
    documents: int = 0
    policies: int = 0
    namespaces: int = 0
    hidden: int = 0
    suppressed: int = 0
    templates: int = 0
    settled: bool = False


@dataclass(frozen=True, slots=True)
class InternalError:
    """A rule that crashed: the rest of the run is valid, the exit code is 2."""

    rule: str
    namespace: str
    files: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """Findings in order of file, line and code, and what was looked at.

    `notes` are sentences about what the bundles can't show, such as remote kustomizations.
    """

    findings: tuple[Finding, ...]
    summary: Summary = field(default_factory=Summary)
    bundles: tuple[BundleInfo, ...] = ()
    errors: tuple[InternalError, ...] = ()
    notes: tuple[str, ...] = ()

    def count(self, severity: Severity) -> int:
        """How many findings have exactly this severity."""
        return sum(finding.severity is severity for finding in self.findings)
