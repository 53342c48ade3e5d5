"""How many findings the flags for fixes would repair."""

from __future__ import annotations

from collections.abc import Iterable

from netlint_rules.finding import Applicability, Finding


def unsafe_fixes(findings: Iterable[Finding]) -> int:
    """How many findings have a fix that changes traffic."""
    return len([each for each in _applicabilities(findings) if each is Applicability.UNSAFE])


def fixable(findings: Iterable[Finding]) -> list[str]:
    """Remarks on what could be fixed, as far as the objects tell."""
    kinds = _applicabilities(findings)
    unsafe = kinds.count(Applicability.UNSAFE)
    safe = len(kinds) - unsafe
    remarks = [f"{safe} can be fixed with --fix"] if safe else []
    if unsafe:
        more = " more" if safe else ""
        remarks.append(f"{unsafe}{more} can be fixed with --fix --unsafe-fixes (--diff shows how)")
    return remarks


def _applicabilities(findings: Iterable[Finding]) -> list[Applicability]:
    """Those of the fixes; what was rendered can't be fixed where it is read."""
    return [
        each.fix.applicability
        for each in findings
        if each.fix and not each.primary.document.origin.rendered_from
    ]
