"""Where a report goes: one format on standard output, others in files."""

from __future__ import annotations

from collections.abc import Sequence

from netlint_linter import screen
from netlint_linter.errors import UsageError
from netlint_linter.output import Style, render
from netlint_rules.config import Config
from netlint_rules.record import NamedTuple, replace
from netlint_rules.report import Report
from netlint_rules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from netlint_rules.rule import Rule

STDOUT = "-"


class Target(NamedTuple):
    """A `--format` or an `--output`: an empty format or file is for the other one to name."""

    format: str
    file: str


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
    for target in targets:
        if target.file == STDOUT:
            screen.write(_rendered(report, target, style, config))
            continue
        from pathlib import Path

        text = _rendered(report, target, replace(style, colour=False, unicode=True), config)
        try:
            Path(target.file).write_text(text, "utf-8", "backslashreplace", "\n")
        except OSError as error:
            raise UsageError(f"can't write {target.file}: {error.strerror}") from None


def _rendered(report: Report, target: Target, style: Style, config: Config) -> str:
    rules: Sequence[Rule] = ()
    if target.format == "sarif":  # the only one that describes them; importing them takes long
        from netlint_rules.registry import all_rules

        rules = all_rules()
    return render(report, target.format, rules, style, config)
