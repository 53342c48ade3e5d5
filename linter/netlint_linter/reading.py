"""Reading what is to be linted: files, standard input, and what a renderer printed."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from netlint_linter.discover import SourceFile, find
from netlint_rules.source.document import Document
from netlint_rules.source.reader import read, unreadable
from netlint_rules.source.trouble import Parsed, Trouble

if TYPE_CHECKING:
    from netlint_linter.render import Rendered

Progress = Callable[[int, int], None]
"""Told the number of files read and the number of all files."""

STDIN = "-"
_CHUNK = 64
"""Files a worker reads at a time: enough that handing them over costs little."""


@dataclass(slots=True)
class Inputs:
    """Everything that was read. `named` holds the files whose findings are reported."""

    documents: list[Document] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    total: int = 0

    def add(self, parsed: Parsed, file: str, *, named: bool) -> None:
        """Take over what one file holds; of a file that isn't named troubles are left out."""
        self.documents.extend(parsed.documents)
        self.total += parsed.total
        self.files.add(file)
        if named:
            self.named.add(file)
            self.troubles.extend(parsed.troubles)


def read_paths(
    paths: Sequence[str],
    wanted: Container[str],
    *,
    exclude: Sequence[str] = (),
    jobs: int = 1,
    progress: Progress | None = None,
) -> Inputs:
    """Read the files that paths stand for, in `jobs` processes. Raises discover.NotFound."""
    inputs = Inputs()
    found = find(paths, exclude=exclude, cwd=Path.cwd())
    for file, reason in found.problems:
        inputs.add(unreadable(file, reason), file, named=True)
    results = _read_all(found.files, partial(read_source, wanted=wanted), jobs)
    for count, (source, parsed) in enumerate(zip(found.files, results, strict=True), 1):
        inputs.add(parsed, source.shown, named=source.named)
        if progress is not None:
            progress(count, len(found.files))
    return inputs


def _read_all(
    sources: Sequence[SourceFile], reader: Callable[[SourceFile], Parsed], jobs: int
) -> Iterable[Parsed]:
    """The contents in the order of the files, whatever the number of processes."""
    is_stdin = any(str(source.path) == STDIN for source in sources)
    if jobs < 2 or is_stdin or len(sources) <= _CHUNK:
        return map(reader, sources)
    return _read_in_processes(sources, reader, jobs)


def _read_in_processes(
    sources: Sequence[SourceFile], reader: Callable[[SourceFile], Parsed], jobs: int
) -> Iterator[Parsed]:
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(reader, sources, chunksize=_CHUNK)


def read_source(source: SourceFile, wanted: Container[str]) -> Parsed:
    """Read one file, or standard input."""
    try:
        data = _bytes(source.path)
    except OSError as error:
        return unreadable(source.shown, error.strerror or str(error))
    return read(data, source.shown, wanted=wanted, explicit=source.explicit)


def _bytes(path: Path) -> bytes:
    if str(path) == STDIN:
        import sys

        return sys.stdin.buffer.read()
    return path.read_bytes()


def add_rendered(inputs: Inputs, rendered: Rendered, wanted: Container[str]) -> None:
    """Read a renderer's output; its findings name the source files where those are known."""
    parsed = read(rendered.text, rendered.label, wanted=wanted, rendered_from=rendered.label)
    for document in parsed.documents:
        source = rendered.sources.get((document.kind, document.namespace, document.name))
        if source:
            document.origin = replace(document.origin, file=source)
            inputs.named.add(source)
    inputs.add(parsed, rendered.label, named=True)
