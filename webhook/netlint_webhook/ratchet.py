"""Which findings an object had already: yesterday's mistakes must not block today's change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from netlint_rules.finding import Finding

NAMESPACE_WIDE = frozenset({"default-deny-ingress-missing", "default-deny-egress-missing"})
"""Codes about a whole namespace: which of its policies they are shown at says nothing."""

_POSITION = re.compile(r"\[\d+\]")

Key = tuple[str, str, str, str]


def known(findings: Sequence[Finding], before: Iterable[Finding]) -> list[bool]:
    """For each finding, whether it was there before: same code, path and message.

    A rule of the policy that moves to another position keeps its findings, and as many findings
    are known as there were; of equal ones those at their old path come first.
    """
    left = Counter(_exact(finding) for finding in before)
    found = [_take(left, _exact(finding)) for finding in findings]
    loose: Counter[Key] = Counter()
    for key, count in left.items():
        loose[_loosened(key)] += count
    return [
        was or _take(loose, _loosened(_exact(finding)))
        for was, finding in zip(found, findings, strict=True)
    ]


def _take(left: Counter[Key], key: Key) -> bool:
    if left[key] <= 0:
        return False
    left[key] -= 1
    return True


def _exact(finding: Finding) -> Key:
    if finding.name in NAMESPACE_WIDE:
        return (finding.code, "", "", "")
    place = finding.primary
    name = f"{place.document.kind} {place.document.name}"
    return (finding.code, name, place.api_path, finding.message)


def _loosened(key: Key) -> Key:
    code, name, path, message = key
    return (code, name, _POSITION.sub("[]", path), _POSITION.sub("[]", message))
