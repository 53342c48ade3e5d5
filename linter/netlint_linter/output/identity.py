"""Identities of findings that outlive edits elsewhere in the file."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

from netlint_rules.finding import Finding

# `policies/api.yaml:8:3`, `-:8` and `line 8`, but not `10.0.0.1:443`, which says something else.
_POSITIONS = re.compile(r"(\.(?:ya?ml|json|md|markdown)|(?<!\S)-)(?::\d+)+|\blines? \d+")


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """32 hexadecimal digits for each finding, in order, no two the same.

    They depend on the code, the object, the field and the message without its line numbers.
    Findings that agree in all of these are told apart by their number.
    """
    seen: Counter[str] = Counter()
    result = []
    for finding in findings:
        identity = "\0".join(_identity(finding))
        seen[identity] += 1
        result.append(_digest(f"{identity}\0{seen[identity]}"))
    return result


def _identity(finding: Finding) -> tuple[str, ...]:
    document = finding.primary.document
    # A text that names no object can only be told by its file.
    where = (document.group, document.kind, document.namespace, document.name)
    return (
        finding.code,
        *(where if document.name else (finding.primary.file,)),
        finding.primary.api_path,
        _POSITIONS.sub(r"\1", finding.message),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
