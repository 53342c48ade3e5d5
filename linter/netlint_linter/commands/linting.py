"""What every command that lints does: settings, run, report, exit code."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import redirect_stdout
from os.path import commonpath

from netlint_linter import outputs, screen
from netlint_linter.discover import STDIN
from netlint_linter.effective import with_flags
from netlint_linter.errors import UsageError
from netlint_linter.output.terminal import counted
from netlint_linter.outputs import Target
from netlint_linter.paths import and_above, here, isdir, realpath
from netlint_linter.request import Request
from netlint_linter.settings import Settings, load
from netlint_rules.record import replace
from netlint_rules.report import InternalError, Report
from netlint_rules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from netlint_linter.baseline import Known
    from netlint_linter.render import Rendered

CLEAN, FINDINGS, TROUBLE = 0, 1, 2
_SHOWN = 3


def run(args: argparse.Namespace, paths: Sequence[str], rendered: tuple[Rendered, ...] = ()) -> int:
    """Lint, print, and return the exit code. Raises UsageError."""
    started = time.perf_counter()
    _check_usage(args, rendered=bool(rendered))
    settings = settings_of(args, paths or [each.label for each in rendered])
    targets = outputs.paired(args.targets, settings.format)
    known = _known(settings, args)
    request = Request(tuple(paths), settings, settings.namespace, args.jobs, rendered)
    if args.fix or args.diff:
        return _fix(args, request, known, targets)
    report = _judged(args, request)
    if args.write_baseline:
        return _write_baseline(report, args)
    if known:
        report = _without(known, report, args)
    return _finish(args, report, settings, targets, started)


def _check_usage(args: argparse.Namespace, *, rendered: bool) -> None:
    """Raise UsageError for flags that don't go together."""
    fixing = args.fix or args.diff
    for given, flag in ((args.fix_only, "--fix-only"), (args.unsafe_fixes, "--unsafe-fixes")):
        if given and not fixing:
            raise UsageError(f"{flag} goes with --fix or --diff")
    if fixing and args.write_baseline:
        raise UsageError("--write-baseline doesn't go with --fix or --diff")
    if rendered and args.fix and not args.diff:
        raise UsageError("what a renderer printed is no file: --diff shows what would be fixed")


def _fix(
    args: argparse.Namespace,
    request: Request,
    known: Counter[Known],
    targets: Sequence[Target],
) -> int:
    """Fix files and report what is left, or print diffs alone."""
    from netlint_linter.fixing.command import run as run_fixes

    outcome = run_fixes(args, request, known)
    report = outcome.report
    if args.diff:
        changed = CLEAN if args.exit_zero or not outcome.changed else FINDINGS
        code = TROUBLE if report.errors else changed
        complain(report.errors)
    else:
        # Standard output takes the fixed text where standard input was linted.
        with redirect_stdout(sys.stderr if STDIN in request.paths else sys.stdout):
            code = _finish(args, report, request.settings, targets)
    for note in outcome.notes:
        screen.note(note)
    return code


def _finish(
    args: argparse.Namespace,
    report: Report,
    settings: Settings,
    targets: Sequence[Target],
    started: float = 0.0,
) -> int:
    """Print a report, and return the exit code."""
    style = screen.style(args.color, statistics=args.statistics, verbose=args.verbose)
    if started and sys.stdout.isatty():
        style = replace(style, seconds=time.perf_counter() - started)
    if args.quiet and not report.findings:
        targets = [target for target in targets if target.format != "text"]
    outputs.write(targets, report, style, settings.config)
    for note in report.notes if args.verbose else ():
        screen.note(note)
    complain(report.errors)
    return exit_code(report, settings, exit_zero=args.exit_zero)


def settings_of(args: argparse.Namespace, paths: Sequence[str]) -> Settings:
    """The configuration file's settings, unless it is to be ignored, with the flags on top."""
    file = Settings() if args.isolated else load(_start(paths), args.config)
    if args.verbose:
        screen.note(f"settings from {file.file}" if file.file else "no configuration file")
    return with_flags(file, args)


def _start(paths: Sequence[str]) -> str:
    """The folder that all paths lie in."""
    top = commonpath([realpath(path) for path in paths if path != "-"] or [here()])
    return next(filter(isdir, and_above(top)), top)


def _judged(args: argparse.Namespace, request: Request) -> Report:
    if args.quiet or not sys.stderr.isatty():
        return _linted(args, request, None)
    progress = screen.Progress()
    try:
        return _linted(args, request, progress)
    finally:
        progress.clear()


def _linted(args: argparse.Namespace, request: Request, progress: screen.Progress | None) -> Report:
    # Imported here so that --help and errors of use come at once.
    if args.no_cache or request.rendered or STDIN in request.paths:
        from netlint_linter.run import lint

        return lint(request, progress)
    from netlint_linter.cache import replay

    return replay.lint(request, args.cache_dir, progress)


def _write_baseline(report: Report, args: argparse.Namespace) -> int:
    from pathlib import Path

    from netlint_linter import baseline

    file = args.write_baseline
    if file == outputs.STDOUT:
        screen.write(baseline.text_of(report.findings))
    else:
        baseline.write(report.findings, Path(file))
        if not args.quiet:
            screen.note(f"wrote {counted(len(report.findings), 'finding')} to {file}")
    if report.errors:
        complain(report.errors)
    return TROUBLE if report.errors else CLEAN


def _known(settings: Settings, args: argparse.Namespace) -> Counter[Known]:
    """The findings of the baseline; none where it is about to be written anew."""
    if args.write_baseline or not settings.baseline:
        return Counter()
    from pathlib import Path

    from netlint_linter import baseline

    return baseline.read(Path(settings.baseline))


def _without(known: Counter[Known], report: Report, args: argparse.Namespace) -> Report:
    from netlint_linter import baseline

    report, fixed = baseline.without(report, known)
    if args.verbose:
        for entry, count in sorted(fixed.items()):
            times = f" ({count} times)" if count > 1 else ""
            screen.note(f"no longer found: {entry.code} in {entry.object}{times}: {entry.message}")
    return report


def complain(errors: Sequence[InternalError]) -> None:
    """Tell of crashed rules, each in a line with what to report."""
    if not errors:
        return
    import shlex

    command = shlex.join(["netlint", *sys.argv[1:]])
    for error in errors:
        files = ", ".join(error.files[:_SHOWN]) or "no file"
        more = f" and {len(error.files) - _SHOWN} more" if len(error.files) > _SHOWN else ""
        screen.note(
            f"internal error in rule {error.rule} ({files}{more}): {error.message}; "
            f"please report it with these files and the command: {command}"
        )


def exit_code(report: Report, settings: Settings, *, exit_zero: bool) -> int:
    """2 for trouble, 1 for findings that fail the run, 0 otherwise."""
    if report.errors:
        return TROUBLE
    if exit_zero or settings.fail_on is None:
        return CLEAN
    failing = settings.fail_on.rank
    return FINDINGS if any(each.severity.rank <= failing for each in report.findings) else CLEAN
