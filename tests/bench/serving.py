"""Servers under measurement: started on one core, called from another."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench.load import Outcome, Plan
from tests.bench.measure import PYTHON, FailedError

_ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 60.0
_SERVING, _SYNCED = "serving", "cluster view synced"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, and the folder with its certificate."""

    pid: int
    port: int
    tls: Path

    @property
    def cpu(self) -> float:
        """The seconds that its threads have used."""
        threads = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9

    @property
    def peak(self) -> int:
        """The most memory that it ever had, in bytes."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024


@contextmanager
def running(
    command: Sequence[str], tls: Path, port: int = 0, *, found: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """A server until the block ends; `port` 0: the one that it logs.

    `found` is what it finds of a cluster in its environment; it is waited for until it has read it.
    """
    log = tls.parent / f"{time.monotonic_ns()}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*_on_core(0), *command],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=_ROOT,
            env={**os.environ, **(found or {})},
        )
    try:
        ready = _wait(process, log, lambda: _accepts(port) if port else _logged(log, _SERVING))
        if found:
            _wait(process, log, lambda: _logged(log, _SYNCED))
        number = port or int(json.loads(ready)["port"])
        yield Server(process.pid, number, tls)
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _on_core(core: int) -> list[str]:
    return ["taskset", "-c", str(core)] if (os.cpu_count() or 1) > 1 else []


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], log: Path, ready: Callable[[], str]) -> str:
    """What `ready` says, once it says something. Raises FailedError where it never does."""
    end = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < end:
        found = ready()
        if found:
            return found
        time.sleep(0.05)
    raise FailedError(f"a server isn't ready: {log.read_text(errors='replace')[-500:]}")


def _accepts(port: int) -> str:
    with socket.socket() as tried:
        return "" if tried.connect_ex(("127.0.0.1", port)) else "yes"


def _logged(log: Path, message: str) -> str:
    """The entry with this message."""
    lines = log.read_text(errors="replace").splitlines()
    return next((line for line in lines if f'"{message}"' in line), "")


def call(server: Server, plan: Plan) -> Outcome:
    """Carry out a plan from another core. Raises FailedError where an answer wasn't 200."""
    command = [*_on_core(1), PYTHON, "-m", "tests.bench.load", json.dumps(asdict(plan))]
    done = subprocess.run(
        [*command, str(server.tls / "tls.crt")],
        capture_output=True,
        text=True,
        check=False,
        cwd=_ROOT,
    )
    if done.returncode:
        raise FailedError(f"the load ended with {done.returncode}: {done.stderr[-500:]}")
    outcome = Outcome(**json.loads(done.stdout))
    if outcome.failed:
        raise FailedError(f"{outcome.failed} of {plan.requests} requests failed")
    return outcome


LISTENING = ("--host", "127.0.0.1", "--port", "0", "--metrics-port", "0")
"""The webhook's arguments for free ports."""
