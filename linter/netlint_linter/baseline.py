"""Findings that are known already: a file of them, which later runs don't report again.

Findings are recognised by code, object, field and message, without positions, numbers and list
indexes: a finding that moves within its object stays known. They are counted: one more of the
same is reported.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from netlint_linter.errors import UsageError
from netlint_rules.finding import Finding
from netlint_rules.record import NamedTuple, replace
from netlint_rules.report import Report

VERSION = 1
_POSITION = re.compile(r"(?<=[^\s:]):\d+(:\d+)?")
_NUMBER = re.compile(r"\d+")
_INDEX = re.compile(r"\[\d+\]")


class Known(NamedTuple):
    """What findings have in common that count as the same."""

    code: str
    object: str
    path: str
    message: str


def fingerprint(finding: Finding) -> Known:
    """What identifies a finding wherever it stands; its file only where it has no object."""
    document = finding.primary.document
    name = "/".join(part for part in (document.namespace, document.name) if part)
    kind = f"{document.api_version} {document.kind}".strip()
    message = _NUMBER.sub("#", _POSITION.sub("", finding.message))
    return Known(
        finding.code,
        f"{kind} {name}".strip() or finding.primary.file,
        _INDEX.sub("[]", finding.primary.api_path),
        message,
    )


def text_of(findings: Sequence[Finding]) -> str:
    """What a baseline file holds: one entry a line, sorted."""
    import json

    counts = Counter(map(fingerprint, findings))
    rows = [json.dumps({**known._asdict(), "count": n}) for known, n in sorted(counts.items())]
    body = ",\n".join(f"    {row}" for row in rows)
    return f'{{\n  "version": {VERSION},\n  "findings": [\n{body}\n  ]\n}}\n'


def write(findings: Sequence[Finding], path: Path) -> None:
    """Write the findings to a file. Raises UsageError."""
    try:
        path.write_text(text_of(findings), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"can't write the baseline {path}: {error.strerror}") from None


def read(path: Path) -> Counter[Known]:
    """The findings of a baseline file with their counts. Raises UsageError."""
    import json

    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        version, rows = data["version"], data["findings"]
        counts = {
            Known(*(str(row[key]) for key in Known._fields)): int(row["count"]) for row in rows
        }
    except FileNotFoundError:
        text = f"no baseline {path} (netlint --write-baseline {path} writes it)"
        raise UsageError(text) from None
    except OSError as error:
        raise UsageError(f"can't read the baseline {path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"{path} is no baseline: --write-baseline writes one") from None
    if version != VERSION:
        text = f"the baseline {path} is of version {version}, this netlint reads {VERSION}"
        raise UsageError(f"{text}: write it anew with --write-baseline")
    return Counter(counts)


def without(report: Report, known: Counter[Known]) -> tuple[Report, Counter[Known]]:
    """The report without known findings, and what of the baseline wasn't found any more."""
    left = known.copy()
    new: list[Finding] = []
    for finding in report.findings:
        mark = fingerprint(finding)
        if left[mark] > 0:
            left[mark] -= 1
        else:
            new.append(finding)
    hidden = report.summary.suppressed + len(report.findings) - len(new)
    summary = replace(report.summary, suppressed=hidden)
    return replace(report, findings=tuple(new), summary=summary), +left
