"""Reading what is to be linted: files, standard input, and what a renderer printed."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from itertools import chain

from netlint_linter.discover import Found, SourceFile
from netlint_linter.errors import UsageError
from netlint_linter.paths import read_bytes
from netlint_linter.processes import CAN_FORK, DIED, MOST_PIECES, WorkerError, count
from netlint_rules.record import dataclass, field, replace
from netlint_rules.source.document import Document
from netlint_rules.source.reader import read, unreadable
from netlint_rules.source.trouble import Parsed, Trouble
from netlint_rules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netlint_linter.cache.states import Trace
    from netlint_linter.render import Rendered

Progress = Callable[[int, int], None]
"""Told the number of files read and the number of all files."""

_Read = tuple[Parsed, "Trace | None"]

STDIN = "-"
_PAYS = 250
_PAYS_ANEW = 2_000
"""Files from which on more processes pay: copies of this one, and such as begin anew."""
_FEW, _CHUNK = 8, 64
"""Files that a process takes at a time: at least, if it is a copy, and if it began anew."""
_SHARES = 28
"""Pieces for each process: with more, less is equal in each, and to send them takes longer."""


@dataclass(slots=True)
class Inputs:
    """Everything that was read, by file. `named` holds the files whose findings are reported.

    `texts` holds what is no file: standard input as `-`, and what renderers printed, by label.
    `missing` names what kustomizations refer to outside of the paths, there or not. `traces` tells
    whether a file has changed since, where that was asked for.
    """

    contents: dict[str, Parsed] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    texts: dict[str, bytes] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    traces: dict[str, Trace | None] = field(default_factory=dict)

    @property
    def files(self) -> Set[str]:
        """Every file, and every label."""
        return self.contents.keys()

    @property
    def documents(self) -> list[Document]:
        """The decoded documents, in the order of reading."""
        return [each for parsed in self.contents.values() for each in parsed.documents]

    @property
    def troubles(self) -> list[Trouble]:
        """What is wrong with the named files."""
        named = (parsed for file, parsed in self.contents.items() if file in self.named)
        return [trouble for parsed in named for trouble in parsed.troubles]

    @property
    def total(self) -> int:
        """How many documents the files hold."""
        return sum(parsed.total for parsed in self.contents.values())

    def add(self, parsed: Parsed, file: str, *, named: bool) -> None:
        """Take over what one file holds."""
        self.contents[file] = parsed
        if named:
            self.named.add(file)


@dataclass(frozen=True, slots=True)
class Reader:
    """How files are read: the kinds that are wanted, and what is known of files already.

    `known` has a row of cache.parsed by file; None where no traces are wanted either.
    """

    wanted: Container[str]
    known: Mapping[str, Any] | None = None
    stdin: bytes = b""

    def __call__(self, source: SourceFile) -> tuple[Parsed, Trace | None]:
        """What a file holds, or standard input."""
        if source.path == STDIN:
            return self._parsed(self.stdin, source), None
        if self.known is not None:
            return self._traced(source, self.known)
        try:
            data = read_bytes(source.path)
        except OSError as error:
            return _unreadable(source, error), None
        return self._parsed(data, source), None

    def _parsed(self, data: bytes, source: SourceFile) -> Parsed:
        return read(data, source.shown, wanted=self.wanted, explicit=source.explicit)

    def _traced(self, source: SourceFile, known: Mapping[str, Any]) -> tuple[Parsed, Trace | None]:
        from netlint_linter.cache import parsed, states

        data, trace = states.read(source)
        if isinstance(data, OSError):
            return _unreadable(source, data), trace
        # Of a file that is named, more is read and said.
        if trace is None or source.explicit:
            return self._parsed(data, source), trace
        found = None
        if source.shown in known:
            with suppress(IndexError, KeyError, TypeError, ValueError):
                found = parsed.restored(known[source.shown], source.shown, trace.content, data)
        found = found or self._parsed(data, source)
        return found, trace._replace(places=parsed.places(found, data))


def _unreadable(source: SourceFile, error: OSError) -> Parsed:
    return unreadable(source.shown, error.strerror or str(error))


def read_found(
    found: Found,
    reader: Reader,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
    ahead: Callable[[], object] | None = None,
) -> Inputs:
    """Read files, in `jobs` processes; 0: as many as pay. `ahead` as for workers.shared_out."""
    inputs = Inputs()
    for file, reason in found.problems:
        inputs.add(unreadable(file, reason), file, named=True)
    if any(source.path == STDIN for source in found.files):
        import sys

        if sys.stdin is None:
            raise UsageError("standard input is closed")
        inputs.texts[STDIN] = sys.stdin.buffer.read()
        reader = replace(reader, stdin=inputs.texts[STDIN])
    results = _read_all(found.files, reader, jobs, progress or _silent, ahead)
    for source, (parsed, trace) in zip(found.files, results, strict=True):
        inputs.add(parsed, source.shown, named=source.named)
        inputs.traces[source.shown] = trace
    return inputs


def _silent(done: int, total: int) -> None:
    """No progress to be seen."""


def _read_all(
    sources: Sequence[SourceFile],
    reader: Reader,
    jobs: int,
    progress: Progress,
    ahead: Callable[[], object] | None,
) -> Iterable[_Read]:
    """The contents in the order of the files, whatever the number of processes."""
    known = reader.known or {}
    work = sum(source.shown not in known for source in sources)
    jobs = count(jobs, work, _PAYS if CAN_FORK else _PAYS_ANEW)
    if jobs < 2 or len(sources) < 2:
        return _read_here(sources, reader, progress)
    if CAN_FORK:
        return _read_in_copies(sources, reader, jobs, progress, ahead)
    return _read_in_processes(sources, reader, jobs, progress)


def _read_here(
    sources: Sequence[SourceFile], reader: Reader, progress: Progress
) -> Iterator[_Read]:
    for number, source in enumerate(sources):
        yield reader(source)
        progress(number + 1, len(sources))


def _read_in_copies(
    sources: Sequence[SourceFile],
    reader: Reader,
    jobs: int,
    progress: Progress,
    ahead: Callable[[], object] | None,
) -> Iterator[_Read]:
    from netlint_linter import shipping
    from netlint_linter.workers import Wire, shared_out

    size = max(len(sources) // min(jobs * _SHARES, MOST_PIECES) + 1, _FEW)

    def chunk(number: int) -> Sequence[SourceFile]:
        return sources[number * size : (number + 1) * size]

    def work(number: int) -> list[_Read]:
        return [reader(source) for source in chunk(number)]

    def told(done: int) -> None:
        progress(min(done * size, len(sources)), len(sources))

    wire = Wire(shipping.packed, lambda number, data: shipping.unpacked(data, chunk(number)))
    found = shared_out(work, -(-len(sources) // size), jobs, wire, ahead, told)
    return chain.from_iterable(found)


def _read_in_processes(
    sources: Sequence[SourceFile], reader: Reader, jobs: int, progress: Progress
) -> Iterator[_Read]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    try:
        with ProcessPoolExecutor(jobs) as pool:
            for number, found in enumerate(pool.map(reader, sources, chunksize=_CHUNK), 1):
                yield found
                progress(number, len(sources))
    except BrokenProcessPool:
        raise WorkerError(DIED) from None


def add_rendered(inputs: Inputs, rendered: Rendered, wanted: Container[str]) -> None:
    """Read a renderer's output; its findings name the source files where those are known."""
    inputs.texts[rendered.label] = rendered.text
    parsed = read(rendered.text, rendered.label, wanted=wanted, rendered_from=rendered.label)
    for document in parsed.documents:
        source = rendered.sources.get((document.kind, document.namespace, document.name))
        if source:
            document.origin = replace(document.origin, file=source)
            inputs.named.add(source)
    inputs.add(parsed, rendered.label, named=True)
