"""Formats and their files, colours, the rules' pages, and completion."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from pathlib import Path

import pytest

from netlint_linter.errors import UsageError
from netlint_linter.generate import generate, pages
from netlint_linter.manual import page
from netlint_linter.output.terminal import Pen
from netlint_linter.outputs import Target, paired
from netlint_linter.screen import Progress
from netlint_rules.registry import all_codes, all_rules, find
from tests.conftest import RunNetlint
from tests.linter.test_cli import CLEAN, WARNED

COLOUR = "\x1b["


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", "text:-"),
        ("json", "json:-"),
        ("json:a", "json:a"),
        ("json :a", "json:a"),
        (":a json", "json:a"),
        (":a", "text:a"),
        ("text json :a sarif:b", "text:- json:a sarif:b"),
        ("json:a text", "json:a text:-"),
        ("json :-", "json:-"),
    ],
)
def test_formats_and_files_are_paired(given: str, expected: str) -> None:
    targets = [
        Target(*word.split(":")) if ":" in word else Target(word, "") for word in given.split()
    ]
    assert " ".join(":".join(target) for target in paired(targets, "text")) == expected


@pytest.mark.parametrize("given", ["json:a :b", "json text", ":a json:b", "json:- text"])
def test_formats_that_can_not_be_paired(given: str) -> None:
    targets = [
        Target(*word.split(":")) if ":" in word else Target(word, "") for word in given.split()
    ]
    with pytest.raises(UsageError):
        paired(targets, "text")


def test_several_formats_in_one_run(tmp_path: Path, run_netlint: RunNetlint) -> None:
    (tmp_path / "api.yaml").write_text(WARNED)
    result = run_netlint(
        "--format", "concise", "--format", "json", "-o", "out.json", "--format", "sarif:out.sarif"
    )
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.startswith("api.yaml:")
    assert json.loads((tmp_path / "out.json").read_text())["version"] == 1
    assert json.loads((tmp_path / "out.sarif").read_text())["version"] == "2.1.0"


def test_a_file_alone_leaves_standard_output_empty(tmp_path: Path, run_netlint: RunNetlint) -> None:
    (tmp_path / "api.yaml").write_text(WARNED)
    result = run_netlint("--format", "json:out.json", "--color", "always")
    assert (result.returncode, result.stdout, result.stderr) == (1, "", "")
    assert COLOUR not in (tmp_path / "out.json").read_text()


def test_statistics(tmp_path: Path, run_netlint: RunNetlint) -> None:
    (tmp_path / "api.yaml").write_text(WARNED)
    assert "default-deny-ingress-missing" in run_netlint("--statistics").stdout.splitlines()[-4]


@pytest.mark.parametrize(
    ("flags", "env", "coloured"),
    [
        ((), {}, False),
        (("--color", "always"), {}, True),
        (("--colour", "always"), {}, True),
        ((), {"NO_COLOR": "", "FORCE_COLOR": "1"}, True),
        ((), {"NO_COLOR": "", "FORCE_COLOR": "0"}, False),
        ((), {"NO_COLOR": "", "CLICOLOR_FORCE": "1"}, True),
        ((), {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        (("--color", "never"), {"NO_COLOR": "", "FORCE_COLOR": "1"}, False),
    ],
)
def test_colours(
    flags: tuple[str, ...],
    env: Mapping[str, str],
    coloured: bool,
    tmp_path: Path,
    run_netlint: RunNetlint,
) -> None:
    (tmp_path / "api.yaml").write_text(WARNED)
    assert (COLOUR in run_netlint(*flags, env=env).stdout) is coloured
    assert (COLOUR in run_netlint("rules", *flags, env=env).stdout) is coloured
    assert (COLOUR in run_netlint("explain", "NP401", *flags, env=env).stdout) is coloured


def on_terminal(*arguments: str, folder: Path, env: Mapping[str, str]) -> str:
    """Everything that a terminal of 80 by 24 shows."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    unset = {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "PAGER"}
    plain = {name: value for name, value in os.environ.items() if name not in unset}
    process = subprocess.Popen(
        [sys.executable, "-m", "netlint_linter", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env=plain | {"TERM": "xterm"} | dict(env),
    )
    os.close(theirs)
    shown = b""
    with process, os.fdopen(ours, "rb", buffering=0) as screen:
        try:
            while part := screen.read(4096):
                shown += part
        except OSError:  # how Linux tells that the other end is closed
            pass
    return shown.decode().replace("\r\n", "\n")


def test_a_terminal_gets_colours_and_the_time_it_took(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(WARNED)
    shown = on_terminal(folder=tmp_path, env={})
    assert shown.startswith(COLOUR)
    assert " s\n" in shown
    assert COLOUR not in on_terminal(folder=tmp_path, env={"NO_COLOR": "1"})
    assert COLOUR not in on_terminal(folder=tmp_path, env={"TERM": "dumb"})
    assert COLOUR not in on_terminal(folder=tmp_path, env={"CLICOLOR": "0"})


def test_long_pages_go_through_the_pager(tmp_path: Path) -> None:
    env = {"PAGER": "sed s/^/paged:/"}
    assert on_terminal("explain", "NP401", folder=tmp_path, env=env).startswith("paged:")
    assert "paged:" not in on_terminal("version", folder=tmp_path, env=env)
    plain = on_terminal("explain", "NP401", folder=tmp_path, env={"PAGER": "no-such-pager"})
    assert "How to fix" in plain


def test_progress_is_shown_for_long_runs_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    progress = Progress(patience=0)
    progress(12, 5000)
    assert capsys.readouterr().err == "\rnetlint: 12 of 5,000 files"
    progress.clear()
    assert capsys.readouterr().err == "\r\x1b[K"
    short = Progress(patience=3600)
    short(12, 5000)
    short.clear()
    assert capsys.readouterr().err == ""
    (tmp_path / "deny.yaml").write_text(CLEAN)
    assert " of 1 files" not in on_terminal(folder=tmp_path, env={})


def test_the_table_of_rules(run_netlint: RunNetlint) -> None:
    result = run_netlint("rules")
    assert (result.returncode, result.stderr) == (0, "")
    for _, code in all_codes():
        (row,) = [line for line in result.stdout.splitlines() if f" {code.code} " in line]
        assert row.split()[1:3] == [code.name, code.severity]
        assert row.endswith(code.title)


def test_rules_as_json(run_netlint: RunNetlint) -> None:
    body = json.loads(run_netlint("rules", "--format", "json").stdout)
    assert body["version"] == 1
    listed = [code["code"] for rule in body["rules"] for code in rule["codes"]]
    assert sorted(listed) == [code.code for _, code in all_codes()]


@pytest.mark.parametrize("code", [code.code for _, code in all_codes()])
def test_every_code_is_explained(code: str) -> None:
    ((rule, found),) = find(code)
    shown = page(rule.rule, found, Pen(colour=False, width=80)).splitlines()
    assert next(line for line in shown if line.startswith(">")).startswith(f"> {code} ")
    assert {"Why it matters", "Example", "How to fix"} <= set(shown)
    prose = [line for line in shown if not line.startswith(("    ", "http"))]
    assert max(map(len, prose)) <= 80


def test_an_explanation_by_another_name(run_netlint: RunNetlint) -> None:
    one = run_netlint("explain", "default-deny")
    assert (one.returncode, one.stderr) == (0, "")
    assert one.stdout.startswith("default-deny: ")
    assert "\n> " not in one.stdout
    assert "\n> NP403 " in run_netlint("explain", "default-deny-cancelled").stdout
    table = run_netlint("explain", "NP")
    assert "default-deny-ingress-missing" in table.stdout
    assert "Why it matters" not in table.stdout


def test_generated_files_are_the_same_every_time(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "gone.md").write_text("a rule that was removed")
    generate(tmp_path)
    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    assert found == set(pages())
    assert {f"rules/{rule.name}.md" for rule in all_rules()} <= found


def complete(script: str, words: list[str]) -> set[str]:
    """What bash offers for the last of the words."""
    line = f"COMP_WORDS=({' '.join(words)}) COMP_CWORD={len(words) - 1}"
    code = f'{script}\n{line}\n_shtab_netlint\nprintf "%s\\n" "${{COMPREPLY[@]}}"'
    result = subprocess.run(
        ["bash", "--norc", "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stderr == ""
    return set(result.stdout.split())


def test_completion_in_bash(run_netlint: RunNetlint) -> None:
    script = run_netlint("completion", "bash").stdout
    assert {"rules", "explain", "kustomize"} <= complete(script, ["netlint", '""'])
    assert complete(script, ["netlint", "--form"]) == {"--format"}
    assert {"json", "sarif"} <= complete(script, ["netlint", "--format", '""'])
    assert complete(script, ["netlint", "--color", "al"]) == {"always"}
    assert complete(script, ["netlint", "explain", "NP40"]) >= {"NP401", "NP402"}
    assert complete(script, ["netlint", "helm", "--statis"]) == {"--statistics"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_valid(shell: str, run_netlint: RunNetlint) -> None:
    script = run_netlint("completion", shell).stdout
    assert "kustomize" in script
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script, text=True, check=True)
