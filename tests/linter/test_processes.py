"""Several processes: the same output, clear words when one dies, and a quick end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from netlint_linter import processes
from netlint_rules.registry import all_rules
from tests.bench import corpus as synthetic
from tests.conftest import RunNetlint

pytestmark = pytest.mark.skipif(not processes.CAN_FORK, reason="processes can't be copied here")

EVERYTHING = ("--no-cache", "--pedantic", "-v", "--statistics", "--format", "text")


def assert_equal(run_netlint: RunNetlint, folder: Path, *arguments: str) -> None:
    one, *more = (
        run_netlint(*EVERYTHING, *arguments, "-j", jobs, cwd=folder) for jobs in ("1", "2", "7")
    )
    assert one.returncode == 1
    for other in more:
        assert other.stdout == one.stdout
        assert (other.stderr, other.returncode) == (one.stderr, one.returncode)


def test_output_is_the_same_on_real_repositories(corpus: Path, run_netlint: RunNetlint) -> None:
    assert_equal(run_netlint, corpus)


@pytest.mark.parametrize("alone", [True, False], ids=["a bundle each", "one bundle"])
def test_output_is_the_same_on_every_example(
    alone: bool, tmp_path: Path, run_netlint: RunNetlint
) -> None:
    """As alternatives in folders, and all as one cluster."""
    for rule in all_rules():
        for number, example in enumerate((*rule.bad, *rule.good)):
            folder = tmp_path / "examples" / f"{rule.name}-{number}"
            folder.mkdir(parents=True)
            (folder / "example.yaml").write_text(example.text)
    if not alone:
        (tmp_path / "netlint.yaml").write_text("bundles: [{name: all, paths: [examples]}]\n")
    assert_equal(run_netlint, tmp_path)


def test_output_is_the_same_on_many_namespaces(tmp_path: Path, run_netlint: RunNetlint) -> None:
    synthetic.write_files(tmp_path / "files", 12, 1)
    assert_equal(run_netlint, tmp_path)


def test_output_is_the_same_on_a_file_of_many_documents(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    policy = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        "metadata: {name: NAME, namespace: shop}\nspec:\n"
        "  podSelector: {}\n  ingress: [{from: [{ipBlock: {cidr: 10.0.0.1/8}}]}]\n"
    )
    texts = [policy.replace("NAME", f"policy-{number}") for number in range(1100)]
    (tmp_path / "many.yaml").write_text("---\n".join(texts))
    for number in range(20):
        (tmp_path / f"{number}.yaml").write_text(policy.replace("NAME", f"other-{number}"))
    assert_equal(run_netlint, tmp_path)


SHARED = """\
import os, sys, time
from netlint_linter import cli, workers
from netlint_linter.commands import check
from netlint_linter.wires import pickled

here = os.getpid()

def work(piece):
    if os.getpid() == here:
        time.sleep({pause})
        return os.getpid()
    {there}

def run(args):
    print(len(set(workers.shared_out(work, 4, 3, pickled()))))
    return 0

check.run = run
sys.argv[1:] = []
from netlint_linter.__main__ import main
sys.exit(main())
"""


def shared(there: str, pause: float = 0.3) -> subprocess.CompletedProcess[str]:
    """Pieces of work in three processes, through the command; `there` is what workers do."""
    script = SHARED.format(there=there, pause=pause)
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )


def test_each_piece_is_done_once() -> None:
    result = shared("time.sleep(0.3); return piece")
    assert (result.returncode, result.stderr) == (0, "")
    assert int(result.stdout) >= 3


def test_large_results_arrive_whole() -> None:
    result = shared("time.sleep(0.1 * piece); return bytes((piece,)) * 3_000_001")
    assert (result.returncode, result.stderr) == (0, "")
    assert int(result.stdout) >= 3


def test_a_worker_that_dies_in_the_middle_of_a_message_is_told() -> None:
    result = shared(
        "write = os.write; os.writev = lambda to, said: write(to, said[0][:3]) and os._exit(0)"
    )
    assert result.returncode == 2
    assert "a worker process died" in result.stderr


@pytest.mark.parametrize("death", ["os._exit(0)", "os.kill(os.getpid(), 9)", "os.abort()"])
def test_a_worker_that_dies_is_told(death: str) -> None:
    result = shared(death)
    assert result.returncode == 2
    assert result.stderr == (
        "netlint: a worker process died: perhaps memory ran out; -j 1 does with one process\n"
    )


def test_what_goes_wrong_in_a_worker_goes_wrong_in_the_command() -> None:
    result = shared("raise ValueError('no such piece')")
    assert result.returncode == 2
    assert "internal error: ValueError: no such piece" in result.stderr


SPAWNED = """\
import multiprocessing, sys
from netlint_linter import processes

processes.CAN_FORK = False
if __name__ == "__main__":
    from netlint_linter.__main__ import main

    multiprocessing.set_start_method("spawn")
    sys.exit(main())
"""


def test_where_processes_cannot_be_copied_they_begin_anew(tmp_path: Path) -> None:
    synthetic.write_files(tmp_path / "files", 4, 1)
    (tmp_path / "spawned.py").write_text(SPAWNED)
    said = []
    for jobs in ("1", "2"):
        command = [sys.executable, "spawned.py", *EVERYTHING, "files", "-j", jobs]
        result = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
        )
        said.append((result.stdout, result.stderr, result.returncode))
    assert said[0] == said[1]
    assert said[0][2] != 2, "not trouble"


@pytest.mark.parametrize(
    ("written", "expected"), [("max 100000", 4), ("250000 100000", 2), ("50000 100000", 1)]
)
def test_a_container_takes_the_cores_that_it_is_granted(
    tmp_path: Path, written: str, expected: int
) -> None:
    (tmp_path / "cpu.max").write_text(f"{written}\n")
    assert processes._granted(tmp_path / "cpu.max") == expected


def test_without_more_processes_one_does_all() -> None:
    refuse = "def refuse():\n    raise BlockingIOError\nos.fork = refuse\n"
    script = refuse + SHARED.format(there="", pause=0)
    command = [sys.executable, "-c", "import os\n" + script]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (result.stdout, result.stderr, result.returncode) == ("1\n", "", 0)


def children(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(child) for child in found]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc to find workers in")
@pytest.mark.parametrize("group", [True, False], ids=["at a terminal", "by kill"])
def test_an_interrupt_ends_all_quickly(group: bool) -> None:
    script = SHARED.format(there="time.sleep(60)", pause=60)
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    with process:
        while len(workers := children(process.pid)) < 2:
            assert process.poll() is None
            time.sleep(0.01)
        (os.killpg if group else os.kill)(process.pid, signal.SIGINT)
        assert process.stderr is not None
        assert process.stderr.read() == b"", "it ends when the last worker has gone"
    assert process.returncode == 130
    assert not [worker for worker in workers if Path(f"/proc/{worker}").exists()]
