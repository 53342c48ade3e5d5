"""Where a report goes: one format on standard output, others in files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from netlint_linter import screen
from netlint_linter.errors import UsageError
from netlint_linter.flags import Target
from netlint_linter.output import Style, render
from netlint_rules.config import Config
from netlint_rules.record import replace
from netlint_rules.report import Report

STDOUT = "-"


def paired(given: Sequence[Target], default: str) -> list[Target]:
    """The formats, each with its file or `-`.

    An `--output` belongs to the `--format` before it, or to the first one where none is before
    it. Raises UsageError for two files of one format and for two formats on standard output.
    """
    early = next((index for index, target in enumerate(given) if target.format), len(given))
    first = given[early] if early < len(given) else Target(default, "")
    targets = [first]
    for target in [*given[:early], *given[early + 1 :]]:
        if target.format:
            targets.append(target)
        elif targets[-1].file:
            raise UsageError(f"two files for one {targets[-1].format} output")
        else:
            targets[-1] = targets[-1]._replace(file=target.file)
    loud = [target.format for target in targets if target.file in {"", STDOUT}]
    if len(loud) > 1:
        text = f"standard output takes one format: write --format {loud[1]}:FILE"
        raise UsageError(text)
    return [target if target.file else target._replace(file=STDOUT) for target in targets]


def write(targets: Sequence[Target], report: Report, style: Style, config: Config) -> None:
    """Write the report to every target. Raises UsageError where a file can't be written."""
    from netlint_rules.registry import all_rules

    for target in targets:
        if target.file == STDOUT:
            screen.write(render(report, target.format, all_rules(), style, config))
            continue
        plain = replace(style, colour=False, unicode=True)
        text = render(report, target.format, all_rules(), plain, config)
        try:
            Path(target.file).write_text(text, "utf-8", "backslashreplace", "\n")
        except OSError as error:
            raise UsageError(f"can't write {target.file}: {error.strerror}") from None
