"""Wrong arguments, and other things that go wrong: one line that helps, and exit code 2."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from netlint_linter.arguments import Parser
from netlint_linter.cli import divided, parser_of
from netlint_linter.errors import UsageError
from tests.conftest import RunNetlint


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["polices/"], "no such file: polices/ (did you mean policies/?)"),
        (["polices/apy.yaml"], "no such file: polices/apy.yaml (did you mean policies/api.yaml?)"),
        (["zzz"], "no such file: zzz"),
        (["zzz/a.yaml"], "no such file: zzz/a.yaml"),
        (["policies", "helm"], "helm is a command and comes first: netlint helm ..."),
        (["--formt", "json"], "unknown option --formt (did you mean --format?)"),
        (["--format", "jsn"], "--format: unknown value jsn (did you mean json?)"),
        (["--color", "x"], "--color/--colour: unknown value x (known: auto, always, never)"),
        (["--select", "NP999"], "--select: unknown rule NP999 (see netlint rules)"),
        (
            ["--ignore", "NP4,default-deny-partal"],
            "--ignore: unknown rule default-deny-partal (did you mean default-deny-partial?)",
        ),
        (["--severity", "NP401"], "--severity: write RULE=LEVEL, not NP401"),
        (
            ["--severity", "NP401=fatal"],
            "--severity: unknown value fatal (known: error, warning, info, off)",
        ),
        (
            ["--service-cidr", "10.0.0.1/8"],
            "--service-cidr: 10.0.0.1/8 has bits set behind its prefix (did you mean 10.0.0.0/8?)",
        ),
        (["--cni", "calcio"], "--cni: unknown network plugin calcio (did you mean calico?)"),
        (["--platform", "ekx"], "--platform: unknown platform ekx (did you mean eks?)"),
        (["-j", "many"], "-j/--jobs: write a number of processes, not many"),
        (["-n"], "-n/--namespace: expected one argument (see netlint --help)"),
        (["-o", "a", "-o", "b"], "two files for one text output"),
        (
            ["--format", "json", "--format", "text"],
            "standard output takes one format: write --format text:FILE",
        ),
        (["-o", "absent/out.json"], "-o/--output: no such folder: absent"),
        (["--config", "absent.yaml"], "can't read the configuration absent.yaml"),
        (["--baseline", "absent.json"], "no baseline absent.json"),
        (["--config", "a", "--isolated"], "--isolated: not allowed with argument --config"),
        (["explain"], "the following arguments are required: RULE (see netlint explain --help)"),
        (
            ["explain", "default-deny-partal"],
            "unknown rule default-deny-partal (did you mean default-deny-partial?)",
        ),
        (["completion", "bsh"], "SHELL: unknown value bsh (did you mean bash?)"),
        (["helm", "-f", "x.yaml", "chart"], "name what to render before -f"),
    ],
)
def test_errors_of_use(
    arguments: list[str], expected: str, tmp_path: Path, run_netlint: RunNetlint
) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "api.yaml").write_text("")
    result = run_netlint(*arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"netlint: {expected}")
    assert result.stderr.count("\n") == 1


def test_a_mistake_in_the_configuration_starts_with_its_place(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    (tmp_path / "netlint.yaml").write_text("ignore:\n  - NP999\n")
    result = run_netlint()
    assert result.returncode == 2
    assert result.stderr == "netlint.yaml:2:5: unknown rule NP999 (see netlint rules)\n"


@pytest.mark.parametrize("words", ["", "reach", "can a/b a/c", "diff", "suggest -f"])
def test_names_that_no_system_takes(words: str, tmp_path: Path, run_netlint: RunNetlint) -> None:
    result = run_netlint(*words.split(), "x" * 300 + ".yaml")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.endswith(".yaml: File name too long\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", ["--version", "rules", "x.yaml"])
def test_a_full_disk_is_told(words: str, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("a: b\n")
    command = [sys.executable, "-m", "netlint_linter", words]
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path, check=False
        )
    assert result.returncode == 2
    assert result.stderr == "netlint: can't write: No space left on device\n"


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")
@pytest.mark.parametrize(
    ("words", "code", "output", "message"),
    [
        ("- <&-", 2, "", "standard input is closed"),
        ("x.yaml >&-", 2, "", "standard output is closed"),
        ("--version >&-", 2, "", "standard output is closed"),
        ("--format concise x.yaml 2>&-", 1, "x.yaml:1:1: error NP910", ""),
        ("gone 2>&-", 2, "", ""),
    ],
)
def test_closed_streams(words: str, code: int, output: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("kind: NetworkPolicy\n")
    line = f"exec {shlex.quote(sys.executable)} -m netlint_linter {words}"
    result = subprocess.run(
        ["/bin/sh", "-c", line], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert (result.returncode, result.stdout[: len(output)]) == (code, output)
    assert result.stderr == (f"netlint: {message}\n" if message else "")


@pytest.mark.skipif(os.name != "posix", reason="folders in use can't be removed")
@pytest.mark.parametrize("words", [[], ["config"], ["x.yaml"], ["-"]])
def test_a_working_directory_that_is_gone(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    line = f'rmdir ../gone; exec {shlex.quote(sys.executable)} -P -m netlint_linter "$@"'
    result = subprocess.run(
        ["/bin/sh", "-c", line, "sh", *words],
        capture_output=True,
        text=True,
        cwd=tmp_path / "gone",
        check=False,
        input="",
    )
    assert result.returncode == 2
    assert result.stderr == "netlint: the working directory is gone\n"


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("explian", "did you mean netlint explain?"),
        ("rule", "did you mean netlint rules?"),
        ("NP101", "did you mean netlint explain NP101?"),
        ("dns-egress", "did you mean netlint explain dns-egress?"),
    ],
)
def test_a_path_that_looks_like_something_else(
    word: str, hint: str, run_netlint: RunNetlint
) -> None:
    assert run_netlint(word).stderr == f"netlint: no such file: {word} ({hint})\n"


def test_a_baseline_on_standard_output(tmp_path: Path, run_netlint: RunNetlint) -> None:
    result = run_netlint("--write-baseline", "-")
    assert (result.returncode, json.loads(result.stdout)) == (0, {"version": 1, "findings": []})
    assert (result.stderr, list(tmp_path.iterdir())) == ("", [])


def test_an_unexpected_error_is_one_line(tmp_path: Path, run_netlint: RunNetlint) -> None:
    broken = "import netlint_linter.cli\nnetlint_linter.cli.run = lambda arguments: 1 / 0\n"
    (tmp_path / "sitecustomize.py").write_text(broken)
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    result = run_netlint("x", env={"PYTHONPATH": path})
    assert result.returncode == 2
    assert result.stderr.startswith("netlint: internal error: ZeroDivisionError: division by zero")
    assert result.stderr.count("\n") == 1
    debug = run_netlint("x", env={"PYTHONPATH": path, "NETLINT_DEBUG": "1"})
    assert "Traceback" in debug.stderr


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "netlint_linter", *arguments]


@pytest.mark.parametrize(
    "arguments", [["rules"], ["explain", "NP401"], ["completion", "zsh"], ["--version"]]
)
def test_a_reader_that_leaves_is_no_trouble(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    result = subprocess.run(
        command(*arguments), stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (result.returncode, result.stderr) == (141, "")


def test_an_interrupt_is_quiet(tmp_path: Path) -> None:
    process = subprocess.Popen(
        command("-v", "-"),
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell's background jobs, and what they start, are told to ignore interrupts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    with process:
        assert process.stderr is not None
        assert process.stderr.readline() == "netlint: no configuration file\n"
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == ""
    assert process.returncode == 130


@pytest.mark.parametrize(
    ("arguments", "own", "foreign"),
    [
        ("chart", "chart", ""),
        ("chart -f v.yaml --set a=b", "chart", "-f v.yaml --set a=b"),
        ("--format json chart -f v.yaml -q", "--format json chart -q", "-f v.yaml"),
        ("chart --format=json --debug", "chart --format=json", "--debug"),
        ("chart -n shop", "chart -n shop", "-n shop"),
        ("chart --kube-version=1.31", "chart --kube-version=1.31", "--kube-version=1.31"),
        ("chart -nshop --version 1.2", "chart -nshop", "-nshop --version 1.2"),
        ("chart -- --format x", "chart", "--format x"),
        ("chart release -vv", "chart -vv", "release"),
    ],
)
def test_unknown_options_are_the_renderers(arguments: str, own: str, foreign: str) -> None:
    shared = {"-n", "--namespace", "--kube-version"}
    divided_up = divided(parser_of("helm"), arguments.split(), shared)
    assert divided_up == (own.split(), foreign.split())


def test_the_parser_raises_instead_of_leaving() -> None:
    parser = Parser("x", "x", "about")
    parser.add_argument("word")
    with pytest.raises(UsageError, match=r"required: word \(see x --help\)"):
        parser.read([])
