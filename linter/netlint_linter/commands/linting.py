"""What every command that lints does: settings, run, report, exit code."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from os.path import commonpath
from pathlib import Path
from typing import TYPE_CHECKING

from netlint_linter import outputs, screen
from netlint_linter.effective import with_flags
from netlint_linter.run import Request, lint
from netlint_linter.settings import Settings, load
from netlint_rules.report import InternalError, Report

if TYPE_CHECKING:
    from netlint_linter.render import Rendered

CLEAN, FINDINGS, TROUBLE = 0, 1, 2


def run(
    args: argparse.Namespace, paths: Sequence[str], rendered: tuple[Rendered, ...] = ()
) -> int:
    """Lint, print, and return the exit code. Raises UsageError."""
    started = time.perf_counter()
    settings = settings_of(args, paths)
    targets = outputs.paired(args.targets, settings.format)
    request = Request(tuple(paths), settings, settings.namespace, args.jobs, rendered)
    report = _judged(request, args)
    if args.write_baseline:
        return _write_baseline(report, args)
    if settings.baseline:
        report = _without_known(report, settings, args)
    style = screen.style(args.color, statistics=args.statistics, verbose=args.verbose)
    if sys.stdout.isatty():
        style = replace(style, seconds=time.perf_counter() - started)
    if report.findings or not args.quiet:
        outputs.write(targets, report, style, settings.config)
    _complain(report.errors)
    return exit_code(report, settings, exit_zero=args.exit_zero)


def settings_of(args: argparse.Namespace, paths: Sequence[str]) -> Settings:
    """The configuration file's settings, unless it is to be ignored, with the flags on top."""
    file = Settings() if args.isolated else load(_start(paths), args.config)
    if args.verbose:
        screen.note(f"settings from {file.file}" if file.file else "no configuration file")
    return with_flags(file, args)


def _start(paths: Sequence[str]) -> Path:
    """The folder that all paths lie in."""
    places = [Path(path).resolve() for path in paths if path != "-"] or [Path.cwd()]
    top = Path(commonpath(places))
    return top if top.is_dir() else top.parent


def _judged(request: Request, args: argparse.Namespace) -> Report:
    if args.quiet or not sys.stderr.isatty():
        return lint(request)
    progress = screen.Progress()
    try:
        return lint(request, progress)
    finally:
        progress.clear()


def _write_baseline(report: Report, args: argparse.Namespace) -> int:
    from netlint_linter import baseline

    baseline.write(report.findings, Path(args.write_baseline))
    if not args.quiet:
        screen.note(f"wrote {len(report.findings)} findings to {args.write_baseline}")
    _complain(report.errors)
    return TROUBLE if report.errors else CLEAN


def _without_known(report: Report, settings: Settings, args: argparse.Namespace) -> Report:
    from netlint_linter import baseline

    report, fixed = baseline.without(report, baseline.read(Path(settings.baseline)))
    if args.verbose:
        for known, count in sorted(fixed.items()):
            times = f" ({count} times)" if count > 1 else ""
            screen.note(f"no longer found: {known.code} in {known.object}{times}: {known.message}")
    return report


def _complain(errors: Sequence[InternalError]) -> None:
    for error in errors:
        files = " ".join(error.files)
        where = f" in {files}" if files else ""
        screen.note(
            f"internal error in rule {error.rule}{where}: {error.message}; please report it "
            f"with the output of: netlint --select {error.rule} {files}".rstrip()
        )


def exit_code(report: Report, settings: Settings, *, exit_zero: bool) -> int:
    """2 for trouble, 1 for findings that fail the run, 0 otherwise."""
    if report.errors:
        return TROUBLE
    if exit_zero or settings.fail_on is None:
        return CLEAN
    failing = settings.fail_on.rank
    return FINDINGS if any(each.severity.rank <= failing for each in report.findings) else CLEAN
