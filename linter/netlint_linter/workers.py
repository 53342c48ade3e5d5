"""Work that is shared out among processes which begin as copies of this one.

Each takes the next piece as soon as it is done with one, and a worker sends what it made of a piece
at once, so that nothing is left to do when the last piece is done. What workers say is only of use
as a whole: one that dies ends the run.
"""

from __future__ import annotations

import copyreg
import os
import pickle
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import Any, Generic, NoReturn, TypeVar

from netlint_linter.processes import DIED, MOST_PIECES, WorkerError
from netlint_rules.record import dataclass

T = TypeVar("T")

_SIZE = 4
_HEAD = _SIZE + 1
_ROOM = 1 << 20
"""Bytes that a worker can send before anybody reads them, where the system allows it."""
_INTERRUPTS = (signal.SIGINT,)
_DONE, _FAILED = 255, 254
"""What messages say instead of the number of a piece, of which none is as high."""


@dataclass(frozen=True, slots=True)
class Wire(Generic[T]):
    """How results are sent: as bytes, and from them and the number of their piece."""

    pack: Callable[[T], bytes]
    unpack: Callable[[int, memoryview], T]


def shared_out(
    work: Callable[[int], T], pieces: int, jobs: int, wire: Wire[T] | None = None
) -> list[T]:
    """The results of `work` for each piece from 0, in order, made in `jobs` processes.

    Without a `wire`, results are pickled. Where no more processes can be had, this one does all.
    Raises WorkerError.
    """
    assert pieces <= MOST_PIECES
    wire = wire or pickled()
    tickets = _tickets(pieces)
    workers: list[_Worker[T]] = []
    try:
        with suppress(OSError), _uninterrupted():
            for _ in range(min(jobs, pieces) - 1):
                workers.append(_started(work, tickets, wire))  # noqa: PERF401 - some may start
        done: dict[int, T] = {}
        for piece in _taken(tickets):
            done[piece] = work(piece)
            for worker in workers:
                worker.take_sent(done)
        for worker in workers:
            worker.take_all(done)
    finally:
        for worker in workers:
            worker.end()
        os.close(tickets)
    return [done[piece] for piece in range(pieces)]


def pickled(common: Iterable[object] = ()) -> Wire[Any]:
    """Results as pickles.

    `common` are objects that exist before: results refer to them, and don't bring copies.
    """
    known = {id(each): each for each in common}
    classes = {each.__class__ for each in known.values()}
    table = {**copyreg.dispatch_table, **dict.fromkeys(classes, _reducer(known))}
    return Wire(lambda value: _dumped(value, table), lambda _, data: _Unpickler(data, known).load())


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """No interrupt comes before a process that is started is known to be there."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _tickets(pieces: int) -> int:
    """A pipe with the numbers of all pieces; whoever reads one has it."""
    tickets, source = os.pipe()
    os.write(source, bytes(range(pieces)))
    os.close(source)
    return tickets


def _taken(tickets: int, parent: int = 0) -> Iterator[int]:
    """The pieces that this process gets, until none is left, or its parent has gone."""
    while (not parent or os.getppid() == parent) and (ticket := os.read(tickets, 1)):
        yield ticket[0]


class _Worker(Generic[T]):
    """A process, and the pipe on which it sends what it does."""

    def __init__(self, process: int, pipe: int, wire: Wire[T]) -> None:
        self._process = process
        self._pipe = pipe
        self._wire = wire
        self._buffer = bytearray(_ROOM)
        self._filled = 0
        self._is_done = False

    def take_sent(self, done: dict[int, T]) -> None:
        """Take what has come, without waiting for more. Raises WorkerError."""
        os.set_blocking(self._pipe, False)
        with suppress(BlockingIOError):
            while not self._is_done:
                self._take(done)

    def take_all(self, done: dict[int, T]) -> None:
        """Take all that is still to come. Raises WorkerError."""
        os.set_blocking(self._pipe, True)
        while not self._is_done:
            self._take(done)

    def _take(self, done: dict[int, T]) -> None:
        """Read once. Raises BlockingIOError where nothing has come, and WorkerError."""
        view = memoryview(self._buffer)
        count = os.readv(self._pipe, [view[self._filled :]])
        if not count:
            raise WorkerError(DIED)
        self._filled += count
        at = 0
        while self._filled - at >= _HEAD:
            size = int.from_bytes(view[at : at + _SIZE], "big")
            if self._filled - at - _HEAD < size:
                break
            self._heed(view[at + _SIZE], view[at + _HEAD : at + _HEAD + size], done)
            at += _HEAD + size
        self._keep(at)

    def _heed(self, piece: int, data: memoryview, done: dict[int, T]) -> None:
        if piece == _DONE:
            self._is_done = True
        elif piece == _FAILED:
            raise pickle.loads(data)
        else:
            done[piece] = self._wire.unpack(piece, data)

    def _keep(self, start: int) -> None:
        """Move what has come of the next message to the start, and make room for all of it."""
        rest = memoryview(self._buffer)[start : self._filled]
        size = int.from_bytes(rest[:_SIZE], "big") + _HEAD
        if size > len(self._buffer):
            self._buffer = bytearray(size)
        elif not start:
            return
        self._buffer[: len(rest)] = rest
        self._filled = len(rest)

    def end(self) -> None:
        """Make sure that it has gone, or goes."""
        os.close(self._pipe)
        with suppress(ProcessLookupError):
            os.kill(self._process, signal.SIGKILL)
        # One that has said all is on its way out, and to give back its memory takes it some time.
        os.waitpid(self._process, os.WNOHANG if self._is_done else 0)


def _started(work: Callable[[int], T], tickets: int, wire: Wire[T]) -> _Worker[T]:
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
        _serve(lambda: _share(work, tickets, wire, parent, target), target)
    os.close(target)
    return _Worker(process, source, wire)


def _share(work: Callable[[int], T], tickets: int, wire: Wire[T], parent: int, target: int) -> None:
    """What a worker does."""
    _widen(target)
    for piece in _taken(tickets, parent):
        _send(target, piece, wire.pack(work(piece)))


def _widen(pipe: int) -> None:
    """Let more be sent before it is read: else a worker waits for the others."""
    import fcntl

    with suppress(AttributeError, OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _ROOM)


def _serve(share: Callable[[], object], target: int) -> NoReturn:
    """Do a share, and leave without what a program does at its end."""
    code = 1
    try:
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTS)
        try:
            share()
            _send(target, _DONE)
        except Exception as error:  # noqa: BLE001 - the parent raises it
            _send(target, _FAILED, _dumped(error))
        code = 0
    finally:
        os._exit(code)


def _send(target: int, piece: int, data: bytes = b"") -> None:
    head = len(data).to_bytes(_SIZE, "big") + bytes((piece,))
    for part in (head, data):
        rest = memoryview(part)
        while rest:
            rest = rest[os.write(target, rest) :]


def _dumped(value: object, table: Mapping[type, Any] = copyreg.dispatch_table) -> bytes:
    stream = BytesIO()
    pickler = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = table  # asked about some classes only, not about every object
    pickler.dump(value)
    return stream.getvalue()


def _reducer(known: Mapping[int, object]) -> Callable[[object], object]:
    """Has known objects written as their identity, which a copied process shares."""

    def reduced(value: object) -> object:
        if id(value) in known:
            return _referred, (id(value),)
        return value.__reduce_ex__(pickle.HIGHEST_PROTOCOL)

    return reduced


def _referred(identity: int) -> object:
    """What is written for known objects; _Unpickler knows them."""
    raise LookupError(identity)


class _Unpickler(pickle.Unpickler):
    """Reads what refers to known objects."""

    def __init__(self, data: memoryview, known: Mapping[int, object]) -> None:
        super().__init__(BytesIO(data))
        self._known = known

    def find_class(self, module: str, name: str) -> Any:
        if name == _referred.__name__:
            return self._known.__getitem__
        return super().find_class(module, name)
