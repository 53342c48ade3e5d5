"""Work that is shared out among processes which begin as copies of this one.

Each begins with pieces of its own, and takes over others' once these are done. A worker sends what
it made of a piece at once, so that nothing is left to do when the last piece is done. What workers
say is only of use as a whole: one that dies ends the run.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise

from netlint_linter.processes import DIED, MOST_PIECES, WorkerError
from netlint_rules.record import dataclass
from netlint_rules.typed import Generic, NoReturn, TypeVar

T = TypeVar("T")

_SIZE = 4
_HEAD = _SIZE + 1
_ROOM = 1 << 20
"""Bytes that a worker can send before anybody reads them, where the system allows it."""
_MOST_PARTS = 1000
"""Parts of a message that systems take at once."""
_INTERRUPTS = (signal.SIGINT,)
_DONE, _FAILED = 255, 254
"""What messages say instead of the number of a piece, of which none is as high."""


@dataclass(frozen=True, slots=True)
class Wire(Generic[T]):
    """How results are sent: as parts of a text, and from it and the number of their piece."""

    pack: Callable[[T], Sequence[bytes]]
    unpack: Callable[[int, memoryview], T]


_LEAVING: list[int] = []
"""Processes that have said all: to give back their memory takes them some time."""


def shared_out(
    work: Callable[[int], T],
    pieces: int,
    jobs: int,
    wire: Wire[T],
    ahead: Callable[[], object] | None = None,
    told: Callable[[int], object] | None = None,
) -> list[T]:
    """The results of `work` for each piece from 0, in order, made in `jobs` processes.

    This process does what is needed later (`ahead`) before its share, and all where no more
    processes can be had. `told` learns how many pieces are done. Raises WorkerError.
    """
    assert pieces <= MOST_PIECES
    see_off()
    jobs = max(min(jobs, pieces), 1)
    tickets = [_tickets(share) for share in _shares(pieces, jobs)]
    workers: list[_Worker[T]] = []
    try:
        with suppress(OSError), _uninterrupted():
            for number in range(1, jobs):
                own_first = tickets[number:] + tickets[:number]
                workers.append(_started(work, own_first, wire))
        if workers and ahead is not None:
            ahead()
        done = _together(work, tickets, workers, told)
    finally:
        for worker in workers:
            worker.end()
        for pipe in tickets:
            os.close(pipe)
    return [done[piece] for piece in range(pieces)]


def _together(
    work: Callable[[int], T],
    tickets: Iterable[int],
    workers: Sequence[_Worker[T]],
    told: Callable[[int], object] | None,
) -> dict[int, T]:
    """All results by piece: what this process makes, and what the workers send meanwhile."""
    done: dict[int, T] = {}
    for piece in _taken(tickets):
        done[piece] = work(piece)
        for worker in workers:
            worker.take_sent(done)
        if told is not None:
            told(len(done))
    for worker in workers:
        worker.take_all(done)
    return done


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """No interrupt comes before a process that is started is known to be there."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _shares(pieces: int, jobs: int) -> Iterator[range]:
    """The pieces that each process begins with: neighbours have the most in common."""
    ends = [pieces * job // jobs for job in range(jobs + 1)]
    return (range(*each) for each in pairwise(ends))


def _tickets(pieces: range) -> int:
    """A pipe with the numbers of some pieces; whoever reads one has it."""
    tickets, source = os.pipe()
    os.write(source, bytes(pieces))
    os.close(source)
    return tickets


def _taken(tickets: Iterable[int], parent: int = 0) -> Iterator[int]:
    """The pieces that this process gets, until none is left, or its parent has gone.

    When its own are done, it takes those that others haven't begun.
    """
    for pipe in tickets:
        while (not parent or os.getppid() == parent) and (ticket := os.read(pipe, 1)):
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
            import pickle

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
        if self._is_done:
            _LEAVING.append(self._process)
        else:
            os.waitpid(self._process, 0)


def _started(work: Callable[[int], T], tickets: Iterable[int], wire: Wire[T]) -> _Worker[T]:
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


def _share(
    work: Callable[[int], T], tickets: Iterable[int], wire: Wire[T], parent: int, target: int
) -> None:
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
            import pickle

            _send(target, _FAILED, (pickle.dumps(error),))
        code = 0
    finally:
        os._exit(code)


def _send(target: int, piece: int, parts: Sequence[bytes] = ()) -> None:
    size = sum(map(len, parts))
    message = (size.to_bytes(_SIZE, "big"), bytes((piece,)), *parts)
    sent = os.writev(target, message) if len(message) <= _MOST_PARTS else 0
    if sent < _HEAD + size:
        rest = memoryview(b"".join(message))[sent:]
        while rest:
            rest = rest[os.write(target, rest) :]


def see_off() -> None:
    """Wait until all workers have gone, so that what they took counts as this process's."""
    while _LEAVING:
        os.waitpid(_LEAVING.pop(), 0)
