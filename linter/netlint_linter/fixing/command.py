"""`--fix` and `--diff`: a run that repairs what it finds."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator

from netlint_linter import baseline, screen
from netlint_linter.errors import UsageError
from netlint_linter.fixing import words
from netlint_linter.fixing.choose import Choice
from netlint_linter.fixing.files import diffs, write
from netlint_linter.fixing.links import Links
from netlint_linter.fixing.overlays import Overlays
from netlint_linter.fixing.rounds import Fixed, settle
from netlint_linter.output.terminal import counted
from netlint_linter.reading import STDIN, Inputs, add_rendered
from netlint_linter.request import Request
from netlint_linter.run import gather, judge, parts_of, uncollected
from netlint_rules.apivalidation import minor_version
from netlint_rules.bundle.kustomization import is_kustomization
from netlint_rules.facts import Facts
from netlint_rules.index import wanted_kinds
from netlint_rules.record import NamedTuple, dataclass, replace
from netlint_rules.report import Report
from netlint_rules.source.reader import read
from netlint_rules.source.trouble import Parsed


class Outcome(NamedTuple):
    """What is left, how many files changed (or would), and what is to be said of it."""

    report: Report
    changed: int
    notes: tuple[str, ...]


def run(args: argparse.Namespace, request: Request, known: Counter[baseline.Known]) -> Outcome:
    """Fix files, or print the diffs. Raises UsageError where a file can't be written."""
    with uncollected():
        linter = Linter(request, known)
        inputs = gather(request)
        start = Fixed(inputs, linter.judge(inputs))
        only, links = tuple(args.fix_only), Links(inputs.files - inputs.texts.keys())
        choice = Choice(args.unsafe_fixes, only, args.diff, links, linter.overlays)
        fixed = settle(start, choice, linter)
    if args.diff:
        for text in diffs(fixed.before, fixed.after):
            screen.write(text)
    else:
        write_files(fixed)
    report = replace(fixed.report, summary=replace(fixed.report.summary, settled=True))
    return Outcome(report, len(fixed.after), tuple(_notes(args, request, fixed, choice)))


@dataclass(frozen=True, slots=True)
class Linter:
    """The run that fixes are made for; `known` is the baseline."""

    request: Request
    known: Counter[baseline.Known]

    def read(self, file: str, data: bytes) -> Parsed:
        """A changed file, or a changed text of a renderer."""
        wanted = wanted_kinds(Facts(self.request.settings.config.facts))
        for rendered in self.request.rendered:
            if rendered.label == file:
                inputs = Inputs()
                add_rendered(inputs, replace(rendered, text=data), wanted)
                return inputs.contents[file]
        return read(data, file, wanted=wanted)

    def overlays(self, inputs: Inputs) -> Overlays:
        """What the kustomizations among the files make of the objects."""
        documents = inputs.documents
        if not any(map(is_kustomization, documents)):
            return Overlays()
        return Overlays(parts_of(self.request, inputs).bundles, documents)

    def judge(self, inputs: Inputs) -> Report:
        """The findings, without those that are known."""
        report = judge(inputs, self.request)
        return baseline.without(report, self.known)[0] if self.known else report


def write_files(fixed: Fixed) -> None:
    """Write the files; standard input's text goes to standard output, changed or not.

    Raises UsageError for files that can't be written, once the others are.
    """
    if STDIN in fixed.inputs.texts:
        sys.stdout.flush()
        sys.stdout.buffer.write(fixed.inputs.texts[STDIN])
        sys.stdout.buffer.flush()
    failed = []
    for file, data in fixed.after.items():
        if file != STDIN:
            try:
                write(file, fixed.before[file], data)
            except OSError as error:
                failed.append(f"can't write {file}: {error.strerror or error}")
    if failed:
        others = len(fixed.after) - len(failed)
        also = f" ({counted(others, 'other file')} fixed)" if others else ""
        raise UsageError(f"{'; '.join(failed)}{also}")


def _notes(
    args: argparse.Namespace, request: Request, fixed: Fixed, choice: Choice
) -> Iterator[str]:
    if args.quiet and not fixed.applied:
        return
    minor = minor_version(request.settings.config.cluster.kube_version)
    for planned in fixed.applied:
        yield from words.applied(planned, minor, verbose=args.verbose > 0)
    yield from words.left(fixed.report, choice.rejected)
    unsafe = args.unsafe_fixes
    files = len({planned.file for planned in fixed.applied})
    yield words.summary(len(fixed.applied), files, fixed.report, diff=args.diff, unsafe=unsafe)
