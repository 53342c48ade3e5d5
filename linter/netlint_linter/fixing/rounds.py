"""Fixes in rounds: each is checked by another run of the rules, and kept only if it helps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Protocol

from netlint_linter.baseline import fingerprint
from netlint_linter.fixing.choose import Choice, Planned, chosen, current
from netlint_linter.fixing.links import Links
from netlint_linter.fixing.texts import check, edited
from netlint_linter.reading import Inputs
from netlint_rules.edit.editor import EditError
from netlint_rules.finding import Finding, Severity
from netlint_rules.record import dataclass, field, replace
from netlint_rules.report import Report
from netlint_rules.source.trouble import Parsed

_MOST_FIXES = 1_000_000
"""Fixes in one round; only findings limit it."""

MOST_RUNS = 500
"""Runs of the rules beside two for each finding: far more than any text that settles needs."""


class Linter(Protocol):
    """What a round needs of a run."""

    def read(self, file: str, data: bytes) -> Parsed:
        """What a file holds that was changed."""

    def judge(self, inputs: Inputs) -> Report:
        """The findings."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """What some rounds made: `before` holds the old texts of files, `inputs.texts` the new ones."""

    inputs: Inputs
    report: Report
    before: Mapping[str, bytes] = field(default_factory=dict)
    applied: tuple[Planned, ...] = ()

    @property
    def after(self) -> dict[str, bytes]:
        """The files that differ from what they were."""
        texts = self.inputs.texts
        return {file: texts[file] for file, data in self.before.items() if texts[file] != data}


def settle(start: Fixed, choice: Choice, linter: Linter) -> Fixed:
    """Apply fixes until none is left that can be applied.

    All that fit together are tried at once; where the result isn't better, ever fewer of them.
    What didn't help is tried again once others are made: another run would do the same.
    """
    state, limit, known = start, max(len(start.report.findings), 1), 0
    for _ in range(MOST_RUNS + 2 * limit):
        batch = list(islice(chosen(state.report.findings, state.inputs, choice), limit))
        if not batch:
            if len(state.applied) == known or not choice.rejected:
                break
            known = len(state.applied)
            choice.rejected.clear()
            continue
        try:
            state = _tried(state, batch, linter, choice.links)
            limit = min(2 * limit, _MOST_FIXES)
        except EditError as error:
            if len(batch) == 1:
                choice.reject(batch[0].finding, str(error))
            limit = max(len(batch) // 2, 1)
    return state


def _tried(state: Fixed, batch: Sequence[Planned], linter: Linter, links: Links) -> Fixed:
    """The state after some fixes. Raises EditError where one of them doesn't help, or harms."""
    before, texts = dict(state.before), dict(state.inputs.texts)
    contents = dict(state.inputs.contents)
    for file in dict.fromkeys(planned.file for planned in batch):
        data = current(file, state.inputs)
        before.setdefault(file, data)
        text = _edited(data, file, [each for each in batch if each.file == file])
        for name in links.names(file):
            texts[name] = text
            contents[name] = linter.read(name, text)
    inputs = replace(state.inputs, contents=contents, texts=texts)
    report = linter.judge(inputs)
    _check_better(state.report, report, batch)
    return Fixed(inputs, report, before, (*state.applied, *batch))


def _edited(data: bytes, file: str, batch: Sequence[Planned]) -> bytes:
    result = edited(data, [hunk for planned in batch for hunk in planned.hunks])
    changed = {planned.document.index: planned.body for planned in batch}
    created = [planned.created for planned in batch if planned.created is not None]
    check(data, result, file, changed, created)
    return result


def _check_better(old: Report, new: Report, batch: Sequence[Planned]) -> None:
    """Raise EditError unless the findings of a batch are gone and none is new.

    A policy that the API server refused hid what is wrong with it: that is no new mistake. A
    remark (info) in the place of something worse is none either.
    """
    if len(new.errors) > len(old.errors):
        raise EditError("a check crashes on the result")
    before, after = (Counter(map(fingerprint, each.findings)) for each in (old, new))
    cleared = Counter(fingerprint(planned.finding) for planned in batch)
    if any(after[known] > before[known] - count for known, count in cleared.items()):
        raise EditError("it wouldn't clear the finding")
    unveiled = {_namespace(each.finding) for each in batch if each.finding.cause is not None}
    least = max((each.finding.severity for each in batch), key=lambda severity: severity.rank)
    for level in dict.fromkeys((Severity.WARNING, least.capped(Severity.WARNING))):
        kinds = [_kinds(each.findings, unveiled, level) for each in (old, new)]
        for code, name, _ in kinds[1] - kinds[0]:
            raise EditError(f"it would cause {code} {name}")


def _kinds(
    findings: Iterable[Finding], unveiled: set[str], least: Severity
) -> Counter[tuple[str, str, str]]:
    """How many findings of each code there are in each namespace as written, from a level on."""
    return Counter(
        (each.code, each.name, _namespace(each))
        for each in findings
        if each.severity.rank <= least.rank and _namespace(each) not in unveiled
    )


def _namespace(finding: Finding) -> str:
    document = finding.primary.document
    return document.name if document.kind == "Namespace" else document.namespace
