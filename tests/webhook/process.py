"""The real webhook as a process, and clients that call it over TLS."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.webhook.reviews import Body, admission_review

WAIT = 30.0
_MODULE = ("-m", "netlint_webhook")
JSON = {"content-type": "application/json"}

# Limits aren't options of the command: nobody should have to find better ones.
_LIMITED = """
import json, sys
from netlint_webhook import __main__, cli, server
from netlint_webhook.listening import Limits
limits = Limits(**json.loads(sys.argv.pop(1)))
usual = cli.listening
def listening(options):
    from dataclasses import replace
    return replace(usual(options), limits=limits)
cli.listening = listening
sys.exit(__main__.main())
"""


@dataclass
class Webhook:
    """A running webhook. `entries` are its log so far."""

    process: subprocess.Popen[str]
    entries: list[dict[str, Any]] = field(default_factory=list)

    def entry(self, message: str, count: int = 1) -> dict[str, Any]:
        """The entry of the log with this message, the `count`th; waits for it."""
        found: list[dict[str, Any]] = []

        def has_come() -> bool:
            found[:] = [each for each in list(self.entries) if each["message"] == message]
            return len(found) >= count or self.process.poll() is not None

        wait_for(has_come)
        assert len(found) >= count, f"no entry {message!r} in {self.entries}"
        return found[count - 1]

    @property
    def port(self) -> int:
        return int(self.entry("serving")["port"])

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}/validate?timeout=10s"

    def operations(self, path: str) -> httpx.Response:
        """What the plain port answers."""
        port = self.entry("serving")["operations_port"]
        return httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False, timeout=WAIT)

    def metric(self, name: str, **labels: str) -> float:
        """The value of one series, 0 where there is none."""
        listed = ",".join(f'{key}="{labels[key]}"' for key in sorted(labels))
        series = f"{name}{{{listed}}}" if labels else name
        for line in self.operations("/metrics").text.splitlines():
            if line.startswith(series + " "):
                return float(line.rpartition(" ")[2])
        return 0.0


def wait_for(holds: Callable[[], bool]) -> None:
    """Wait until something holds; fails where it doesn't in time."""
    end = time.monotonic() + WAIT
    while not holds():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


@contextmanager
def running(
    tls: Path,
    *arguments: str | Path,
    limits: Body | None = None,
    kubeconfig: Path | None = None,
    driver: Sequence[str] = (),
) -> Iterator[Webhook]:
    """A webhook on free ports, until the block ends; with a kubeconfig it sees that cluster.

    `driver` is another way for Python to start it, which chooses a cluster itself.
    """
    usual = ["--kubeconfig", str(kubeconfig)] if kubeconfig else ["--no-cluster"] * (not driver)
    driver = ["-c", _LIMITED, json.dumps(limits)] if limits else driver or _MODULE
    usual += ["--host", "127.0.0.1", "--port", "0", "--metrics-port", "0"]
    usual += ["--tls-dir", str(tls), "--reload-seconds", "0.1", "--drain-seconds", "0"]
    with started([sys.executable, *driver, *usual, *map(str, arguments)]) as webhook:
        yield webhook


@contextmanager
def started(command: Sequence[str], env: Mapping[str, str] | None = None) -> Iterator[Webhook]:
    """A webhook that this command starts, from when it serves until the block ends."""
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    webhook = Webhook(process)
    reader = threading.Thread(target=_read, args=(webhook,))
    reader.start()
    try:
        webhook.entry("serving")
        yield webhook
    finally:
        process.terminate()
        process.wait(WAIT)
        reader.join()
        assert process.stdout is not None
        process.stdout.close()


def _read(webhook: Webhook) -> None:
    assert webhook.process.stdout is not None
    for line in webhook.process.stdout:
        try:
            webhook.entries.append(json.loads(line))
        except json.JSONDecodeError:
            webhook.entries.append({"message": line.rstrip()})


def trusting(*certificates: Path) -> ssl.SSLContext:
    """A client context that trusts these certificates and no others."""
    context = ssl.create_default_context(cafile=certificates[0])
    for certificate in certificates[1:]:
        context.load_verify_locations(certificate)
    return context


def client(*certificates: Path, **options: Any) -> httpx.Client:
    """A client that keeps its connections."""
    verify = trusting(*certificates)
    return httpx.Client(verify=verify, trust_env=False, timeout=WAIT, **options)


def post(
    webhook: Webhook, calls: httpx.Client, new: Body | None, old: Body | None = None
) -> dict[str, Any]:
    """The response to a review."""
    answer = calls.post(webhook.url, json=admission_review(new, old))
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["response"])


def connect(webhook: Webhook, certificate: Path) -> ssl.SSLSocket:
    """A bare TLS connection."""
    plain = socket.create_connection(("127.0.0.1", webhook.port), WAIT)
    return trusting(certificate).wrap_socket(plain, server_hostname="localhost")


def received(connection: ssl.SSLSocket) -> bytes:
    """Everything until the server closes."""
    chunks = []
    try:
        while chunk := connection.recv(65536):
            chunks.append(chunk)
    except (ConnectionError, ssl.SSLEOFError):
        pass
    return b"".join(chunks)
