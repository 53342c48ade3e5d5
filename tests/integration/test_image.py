"""The container image, really built and run, with what this machine has: see tools/image."""

from __future__ import annotations

import json
import mmap
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from netlint_rules.version import __version__
from tests.conftest import ROOT, RunNetlint
from tests.integration.images import EXAMPLES, Image, Saved, build, own_storage
from tests.webhook.process import started

SHELLS = {"ash", "bash", "busybox", "dash", "ksh", "sh", "zsh"}
CANARY = "netlint-leak.invalid"


def settings() -> dict[str, str]:
    """What the build must use and the image must not show."""
    direct = [os.environ.get("no_proxy") or os.environ.get("NO_PROXY"), CANARY]
    names = ",".join(name for name in direct if name)
    return {"PIP_TRUSTED_HOST": CANARY, "NO_PROXY": names, "no_proxy": names}


def ours(saved: Saved) -> list[str]:
    return [name for name in saved.files if name.startswith(("opt/netlint", "work"))]


def check_what_the_image_says_about_itself(image: Image) -> None:
    saved = image.saved
    config = saved.config["config"]
    assert config["User"] == "65532:65532"
    assert config["Entrypoint"] == ["netlint"]
    assert config.get("Cmd") in (None, [])
    assert config["WorkingDir"] == "/work"
    assert config.get("Healthcheck") in (None, {"Test": ["NONE"]})
    labels = {name.rpartition(".")[2]: text for name, text in config["Labels"].items()}
    assert labels["title"] == "netlint"
    assert labels["version"] == __version__
    assert labels["licenses"] == "Apache-2.0"


def check_only_root_may_change_the_image(image: Image) -> None:
    saved = image.saved
    checked = saved.files if image.base_is_ours else ours(saved)
    special, writable = [], []
    for name in checked:
        entry = saved.files[name]
        if entry.mode & stat.S_ISUID or (entry.isfile() and entry.mode & stat.S_ISGID):
            special.append(name)
        if not entry.issym() and (entry.mode & stat.S_IWOTH or entry.uid):
            writable.append(name)
    assert special == []
    assert set(writable) <= {"tmp", "var/lock", "var/tmp"}


def check_there_is_no_pip_and_no_shell_is_needed(image: Image) -> None:
    saved = image.saved
    packages = {Path(name).name for name in ours(saved) if name.endswith(".dist-info")}
    assert f"kube_netlint-{__version__}.dist-info" in packages
    assert [name for name in packages if name.startswith(("pip-", "hatchling-"))] == []
    programs = {
        name for name, entry in saved.files.items() if entry.mode & 0o111 and not entry.isdir()
    }
    if image.base_is_ours:
        assert [name for name in programs if Path(name).name in SHELLS] == []
    assert {"opt/netlint/bin/netlint", "opt/netlint/bin/netlint-webhook"} <= programs


def private_words() -> set[str]:
    """Names of this machine's registries, folders and settings."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    values = [line.partition("=")[2].strip("'\"") for line in listed.stdout.splitlines()]
    hosts = {urlsplit(word).hostname for value in values for word in value.split()}
    return {CANARY, str(ROOT), *(host for host in hosts if host and host != "pypi.org")}


def check_nothing_of_the_building_machine_is_in_the_image(image: Image) -> None:
    saved = image.saved
    words = [word.encode() for word in private_words()]
    found = []
    for path in [*saved.layers, saved.folder / saved.manifest["Config"]]:
        with (
            path.open("rb") as opened,
            mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as all_,
        ):
            found += [path.name for word in words if all_.find(word) >= 0]
    assert found == []
    machine = {"etc/hostname", "etc/resolv.conf", "etc/apt", "etc/pip.conf", "run/secrets"}
    assert not image.base_is_ours or not machine & set(saved.files)


def check_its_environment_holds_paths_and_nothing_else(image: Image) -> None:
    saved = image.saved
    names = {line.partition("=")[0] for line in saved.config["config"]["Env"]}
    python_images = {"GPG_KEY", "LANG", "PYTHON_SHA256", "PYTHON_VERSION"}
    expected = {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"}
    assert names - python_images == expected


def check_it_lints_as_on_this_machine(image: Image, run_netlint: RunNetlint) -> None:
    result = image.run("netlint", "--format", "json", "bad")
    here = run_netlint("--format", "json", "bad", cwd=EXAMPLES)
    assert (result.returncode, result.stdout) == (1, here.stdout), result.stderr


def check_its_user_owns_nothing(image: Image) -> None:
    program = "import os; print(os.getuid(), os.getgid(), os.access('/opt/netlint', os.W_OK))"
    result = image.run("python3", "-c", program)
    assert result.stdout == "65532 65532 False\n", result.stderr


def check_its_programs_and_python_start_compiled(image: Image) -> None:
    program = "import json, netlint_linter.run as run; print(json.__cached__, run.__cached__)"
    for path in image.run("python3", "-c", program).stdout.split():
        assert path.startswith("/opt/netlint/pycache/")
        assert path.removeprefix("/") in image.saved.files


def check_its_webhook_answers(image: Image) -> None:
    ports = ["--port", "0", "--metrics-port", "0", "--host", "127.0.0.1"]
    usual = ["--self-signed", "--no-cluster", "--drain-seconds", "0"]
    command = image.command("netlint-webhook", *usual, *ports)
    review = json.loads((EXAMPLES / "admission" / "review.json").read_text())
    with started(command, image.environment) as webhook:
        answer = httpx.post(webhook.url, json=review, verify=False, trust_env=False)
        assert webhook.operations("/readyz").status_code == 200
    response = answer.json()["response"]
    assert response["allowed"] is False
    assert "NP201" in response["status"]["message"]


def check_another_build_gives_the_same_bytes(image: Image, work: Path) -> None:
    unused = shutil.ignore_patterns(".*cache*", ".git", ".hypothesis", ".venv", "__pycache__")
    copy = work / "elsewhere"
    shutil.copytree(ROOT, copy, ignore=unused, copy_function=shutil.copyfile)
    epoch = str(image.saved.files["opt/netlint/pyvenv.cfg"].mtime)
    environment = dict(image.environment) | {"SOURCE_DATE_EPOCH": epoch}
    if image.base_is_ours:
        base = "localhost/netlint-base"
        environment |= {"BASE_IMAGE": base, "BUILD_IMAGE": f"{base}-build"}
    again = build(copy, work / "second", environment)
    assert again.saved.config["rootfs"] == image.saved.config["rootfs"]


CHECKS = [
    check_what_the_image_says_about_itself,
    check_its_environment_holds_paths_and_nothing_else,
    check_only_root_may_change_the_image,
    check_there_is_no_pip_and_no_shell_is_needed,
    check_nothing_of_the_building_machine_is_in_the_image,
    check_its_user_owns_nothing,
    check_its_programs_and_python_start_compiled,
    check_its_webhook_answers,
]


def test_the_image(
    tmp_path: Path, run_netlint: RunNetlint, capsys: pytest.CaptureFixture[str]
) -> None:
    """One test, so that parallel test processes don't build it twice."""
    image = build(ROOT, tmp_path / "first", own_storage(tmp_path) | settings())
    with capsys.disabled():
        print(f"\ncontainer image: {image.size / 1e6:.0f} MB, built with {image.engine}")
    try:
        for check in CHECKS:
            check(image)
        check_it_lints_as_on_this_machine(image, run_netlint)
        check_another_build_gives_the_same_bytes(image, tmp_path)
    finally:
        shutil.rmtree(tmp_path)
