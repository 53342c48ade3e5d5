"""Work that is shared out among processes which begin as copies of this one.

Each takes the next piece as soon as it is done with one. What a worker says is only of use as a
whole: one that dies ends the run.
"""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from io import BytesIO
from typing import Any, NoReturn, TypeVar

from netlint_linter.processes import DIED, MOST_PIECES, WorkerError
from netlint_rules.record import NamedTuple

T = TypeVar("T")

_HEAD = 8


def shared_out(
    work: Callable[[int], T], pieces: int, jobs: int, common: Iterable[object] = ()
) -> list[T]:
    """The results of `work` for each piece from 0, in order, made in `jobs` processes.

    `common` are objects that exist before: results refer to them, and don't bring copies. Where
    no more processes can be had, this one does all. Raises WorkerError.
    """
    assert pieces <= MOST_PIECES
    known = {id(each): each for each in common}
    tickets = _tickets(pieces)
    workers: list[_Worker] = []
    try:
        with suppress(OSError):
            for _ in range(min(jobs, pieces) - 1):
                workers.append(_started(work, tickets, known))  # noqa: PERF401 - some may start
        done = _share(work, tickets)
        for worker in workers:
            done |= worker.results(known)
    finally:
        for worker in workers:
            worker.end()
        os.close(tickets)
    return [done[piece] for piece in range(pieces)]


def _tickets(pieces: int) -> int:
    """A pipe with the numbers of all pieces; whoever reads one has it."""
    tickets, source = os.pipe()
    os.write(source, bytes(range(pieces)))
    os.close(source)
    return tickets


def _share(work: Callable[[int], T], tickets: int, parent: int = 0) -> dict[int, T]:
    """What this process does, until nothing is left to do, or its parent has gone."""
    done: dict[int, T] = {}
    while (not parent or os.getppid() == parent) and (ticket := os.read(tickets, 1)):
        done[ticket[0]] = work(ticket[0])
    return done


class _Worker(NamedTuple):
    """A process, and the pipe on which it sends what it did."""

    process: int
    pipe: int

    def results(self, known: Mapping[int, object]) -> dict[int, Any]:
        """What it did. Raises WorkerError."""
        with os.fdopen(os.dup(self.pipe), "rb") as stream:
            data = stream.read()
        if len(data) < _HEAD or len(data) - _HEAD != int.from_bytes(data[:_HEAD], "big"):
            raise WorkerError(DIED)
        done = _Unpickler(data[_HEAD:], known).load()
        if isinstance(done, BaseException):
            raise done
        results: dict[int, Any] = done
        return results

    def end(self) -> None:
        """Make sure that it has gone."""
        os.close(self.pipe)
        with suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)


def _started(work: Callable[[int], Any], tickets: int, known: Mapping[int, object]) -> _Worker:
    """A copy of this process that does its share. Raises OSError where there can be none."""
    parent = os.getpid()
    source, target = os.pipe()
    try:
        process = os.fork()
    except OSError:
        os.close(source)
        os.close(target)
        raise
    if process == 0:
        _serve(lambda: _share(work, tickets, parent), target, known)
    os.close(target)
    return _Worker(process, source)


def _serve(share: Callable[[], object], target: int, known: Mapping[int, object]) -> NoReturn:
    """Do a share, send the results, and leave without what a program does at its end."""
    code = 1
    try:
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        data = _pickled(_outcome(share), known)
        with os.fdopen(target, "wb") as stream:
            stream.write(len(data).to_bytes(_HEAD, "big") + data)
        code = 0
    finally:
        os._exit(code)


def _outcome(share: Callable[[], object]) -> object:
    try:
        return share()
    except Exception as error:  # noqa: BLE001 - the parent raises it
        return error


def _pickled(value: object, known: Mapping[int, object]) -> bytes:
    if not known:
        return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)  # asked about no object: twice as fast
    stream = BytesIO()
    _Pickler(stream, known).dump(value)
    return stream.getvalue()


class _Pickler(pickle.Pickler):
    """Writes known objects as their identity, which a copied process shares."""

    def __init__(self, stream: BytesIO, known: Mapping[int, object]) -> None:
        super().__init__(stream, pickle.HIGHEST_PROTOCOL)
        self._known = known

    def persistent_id(self, obj: object) -> int | None:
        return id(obj) if id(obj) in self._known else None


class _Unpickler(pickle.Unpickler):
    """Reads what _Pickler wrote."""

    def __init__(self, data: bytes, known: Mapping[int, object]) -> None:
        super().__init__(BytesIO(data))
        self._known = known

    def persistent_load(self, pid: Any) -> object:
        return self._known[pid]
