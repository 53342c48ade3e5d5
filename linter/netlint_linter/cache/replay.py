"""Linting with the cache: the report of an earlier run where nothing has changed since."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress

from netlint_linter.discover import Found, SourceFile, extra, find
from netlint_linter.paths import Where, dirname, here, join, size
from netlint_linter.request import Request
from netlint_rules.report import Report
from netlint_rules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from netlint_linter.cache.states import Look
    from netlint_linter.cache.texts import Plain
    from netlint_linter.reading import Inputs, Progress

_FEW = 64
_LITTLE = 1_000_000
"""Fewer files with fewer bytes are linted about as fast as the cache is asked."""


def lint(request: Request, given: Where | None, progress: Progress | None = None) -> Report:
    """What run.lint says, kept in the cache or taken from there. Raises discover.NotFound.

    `given` is the folder of the cache, as for folder.chosen.
    """
    found = find(request.paths, exclude=request.settings.exclude, cwd=here())
    path = _path(request, given) if _pays(found.files) else None
    if path is None:
        from netlint_linter.run import lint as judged

        return judged(request, progress, found)
    return _replayed(path, found) or _judged(path, request, found, progress)


def _pays(sources: Sequence[SourceFile]) -> bool:
    """Whether there is much to do."""
    if len(sources) >= _FEW:
        return True
    try:
        return sum(size(source.path) for source in sources) >= _LITTLE
    except OSError:
        return False


def _path(request: Request, given: Where | None) -> str | None:
    """The entry of a request; None without a folder, or where netlint's own files can't be read."""
    from netlint_linter.cache.entry import SUFFIX
    from netlint_linter.cache.folder import chosen, runs_of
    from netlint_linter.cache.identity import name_of

    folder = chosen(given)
    if folder is None:
        return None
    try:
        return join(runs_of(folder), f"{name_of(request)}{SUFFIX}")
    except OSError:
        return None


def _replayed(path: str, found: Found) -> Report | None:
    """The kept report; None where there is none, or something has changed."""
    from netlint_linter.cache import entry
    from netlint_linter.cache.rows import restored

    known = entry.read(path)
    try:
        if known is None or known["day"] not in {"", _today()}:
            return None
        return restored(known["report"]) if _is_current(known, path, found) else None
    except (IndexError, KeyError, TypeError, ValueError):
        return None


def _is_current(known: Plain, path: str, found: Found) -> bool:
    """Whether the files are what they were."""
    from netlint_linter.cache.states import Look, current

    before = Look(*known["look"])
    look = current(_with_outside(found, known["missing"]), before)
    if look is None:
        return False
    if look == before:
        with suppress(OSError):
            os.utime(path)  # so that it isn't thrown out
    else:
        _keep(path, lambda: {**known, "look": look})
    return True


def _judged(path: str, request: Request, found: Found, progress: Progress | None) -> Report:
    """The report of a run, which is kept."""
    from netlint_linter.cache import entry, folder, parsed
    from netlint_linter.cache.identity import name_of_parsed
    from netlint_linter.cache.states import now
    from netlint_linter.run import gather, judge, prepare, uncollected

    began, day = now(), _today()
    name = f"{name_of_parsed(request)}{entry.SUFFIX}"
    files = join(folder.files_of(dirname(dirname(path))), name)
    with uncollected():
        known = parsed.read(files)
        inputs = gather(request, progress, found, known, lambda: prepare(request))
        parsed.keep(files, known, inputs)  # as it was read: judging may change it
        report = judge(inputs, request)
        look = _look(inputs, found, began)
        if look is not None and not report.errors:
            _keep(path, lambda: _value(report, inputs, look, day))
    return report


def _look(inputs: Inputs, found: Found, began: int) -> Look | None:
    """The files as they were read; None where one of them can be read only once."""
    from netlint_linter.cache.states import seen

    whole = _with_outside(found, inputs.missing)
    traces = [inputs.traces.get(source.shown) for source in whole.files]
    present = [each for each in traces if each is not None]
    return seen(whole, present, began) if len(present) == len(traces) else None


def _value(report: Report, inputs: Inputs, look: Look, day: str) -> Plain:
    """The report with what it depends on."""
    from netlint_linter.cache.rows import plain

    # A suppression may end on a day.
    is_dated = any(document.has_directives for document in inputs.documents)
    return {
        "look": look,
        "missing": sorted(inputs.missing),
        "day": day if is_dated else "",
        "report": plain(report),
    }


def _keep(path: str, value: Callable[[], Plain]) -> None:
    """Write an entry. No run fails for want of one: no place, or something that JSON hasn't."""
    from netlint_linter.cache import entry, folder

    with suppress(OSError, TypeError):
        folder.prepare(dirname(path))
        entry.write(path, value())
        folder.prune(dirname(path), entry.SUFFIX, entry.UNFINISHED)


def _with_outside(found: Found, missing: Collection[str]) -> Found:
    """The files of a run with those outside of the paths that kustomizations refer to."""
    known = {source.shown for source in found.files} | {file for file, _ in found.problems}
    outside = extra(missing, cwd=here())
    more = (source for source in outside if source.shown not in known)
    return Found((*found.files, *more), found.problems)


def _today() -> str:
    return time.strftime("%Y-%m-%d")
