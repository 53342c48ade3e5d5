"""The command as a process, without a cluster; and runs that come in each other's way."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from netlint_webhook.certs import store
from netlint_webhook.certs.pki import names_of
from netlint_webhook.certs.plan import Held, Terms
from netlint_webhook.certs.store import ConflictError, renew
from tests.integration.controlplane import environment

USUAL = ["--namespace", "net", "--service", "hook"]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "netlint_webhook", "certs", *map(str, arguments)]
    return subprocess.run(
        command,
        env=environment(KUBECONFIG="/nowhere"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def contents(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_files_are_made_once(tmp_path: Path) -> None:
    first = run(*USUAL, "--out", tmp_path, "--dns-name", "hook.example")
    assert (first.returncode, first.stderr) == (0, "")
    made = contents(tmp_path)
    ca = {"ca/ca.crt", "ca/tls.crt", "ca/tls.key"}
    assert set(made) == {"ca.crt", "tls.crt", "tls.key"} | ca
    names = names_of(x509.load_pem_x509_certificate(made["tls.crt"]))
    assert names == {"hook.net.svc", "hook.net.svc.cluster.local", "hook.example"}
    second = run(*USUAL, "--out", tmp_path)
    assert second.stdout.startswith("nothing to do\n")
    assert contents(tmp_path) == made


def test_keys_are_for_their_owner(tmp_path: Path) -> None:
    run(*USUAL, "--out", tmp_path)
    keys = [tmp_path / "tls.key", tmp_path / "ca" / "tls.key"]
    assert [stat.S_IMODE(key.stat().st_mode) for key in keys] == [0o600, 0o600]


def test_other_lifetimes(tmp_path: Path) -> None:
    run(*USUAL, "--out", tmp_path, "--days", "10", "--ca-days", "20")
    pair, ca = (
        x509.load_pem_x509_certificate((tmp_path / name).read_bytes())
        for name in ("tls.crt", "ca.crt")
    )
    lives = [each.not_valid_after_utc - each.not_valid_before_utc for each in (pair, ca)]
    assert [life.days for life in lives] == [10, 20]
    assert (
        "ends soon" in run(*USUAL, "--out", tmp_path, "--days", "900", "--ca-days", "1800").stdout
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--secret and --webhook are needed"),
        (["--secret", "s"], "--secret and --webhook are needed"),
        (["--out", "o"], "--out needs --namespace"),
        (["--out", "o", "--webhook", "w"], "--out writes files only"),
        (["--secret", "s", "--ca-secret", "s", "--webhook", "w"], "the webhook can read it"),
        ([*USUAL, "--out", "o", "--days", "0"], "invalid number of days value: '0'"),
        ([*USUAL, "--out", "o", "--renew-before", "90"], "must be less than --days"),
        ([*USUAL, "--out", "o", "--ca-days", "179"], "--ca-days must be twice"),
        ([*USUAL, "--out", "o", "--dns-name", "a b"], "invalid DNS name value: 'a b'"),
        ([*USUAL, "--out", "/dev/null"], "/dev/null"),
    ],
)
def test_mistakes_of_use(arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.returncode == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_no_cluster_is_said_in_one_line() -> None:
    result = run("--secret", "s", "--webhook", "w")
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1


TERMS = Terms("hook", ("hook.net.svc",), timedelta(days=90), timedelta(days=365))


@dataclass
class Rivals:
    """A store that others write to just before we do, `conflicts` times."""

    conflicts: int
    serving: dict[str, bytes] = field(default_factory=dict)
    authority: dict[str, bytes] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)

    def read(self) -> Held:
        return Held(self.serving, self.authority)

    def _step(self, name: str) -> str:
        if self.conflicts:
            self.conflicts -= 1
            raise ConflictError(name)
        self.steps.append(name)
        return name

    def write_authority(self, data: Mapping[str, bytes]) -> str:
        done = self._step("CA")
        self.authority = dict(data)
        return done

    def publish(self, _bundle: bytes) -> str:
        return self._step("bundle")

    def write_serving(self, data: Mapping[str, bytes]) -> str:
        done = self._step("pair")
        self.serving = dict(data)
        return done


def clock() -> datetime:
    return datetime(2025, 1, 1, tzinfo=UTC)


def test_the_bundle_comes_before_the_pair() -> None:
    rivals = Rivals(0)
    renew(rivals, TERMS, clock)
    assert rivals.steps == ["CA", "bundle", "pair"]


def test_a_conflict_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_PAUSE", 0.0)
    rivals = Rivals(3)
    assert renew(rivals, TERMS, clock).lines
    assert rivals.steps == ["CA", "bundle", "pair"]


def test_conflicts_without_end_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_PAUSE", 0.0)
    with pytest.raises(ConflictError):
        renew(Rivals(1000), TERMS, clock)


def test_files_that_are_not_due_any_more_go_away(tmp_path: Path) -> None:
    moments = [clock() + timedelta(days=days) for days in (0, 260, 261)]
    kept = []
    for moment in moments:
        renew(store.FolderStore(tmp_path), TERMS, lambda moment=moment: moment)  # type: ignore[misc]
        kept.append((tmp_path / "ca" / "next.key").exists())
    assert kept == [False, True, False]
