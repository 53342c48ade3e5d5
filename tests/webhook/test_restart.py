"""A rolling restart of two replicas behind a Service, under constant load."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import httpx

from tests.webhook.balancer import Balancer
from tests.webhook.load import Load
from tests.webhook.process import WAIT, Webhook, running, wait_for

DRAIN = "4"
"""Seconds: longer than the cluster takes to notice, and to ask once more."""


class Replica:
    """One place of a Deployment: a webhook that is replaced by a new one."""

    def __init__(self, tls: Path, balancer: Balancer, drain: str = DRAIN) -> None:
        self._tls, self._balancer, self._drain = tls, balancer, drain
        self._start()

    def _start(self) -> None:
        self._context: AbstractContextManager[Webhook] = running(
            self._tls, "--drain-seconds", self._drain
        )
        self.webhook = webhook = self._context.__enter__()
        self._balancer.add(webhook.port, lambda: is_ready(webhook))
        wait_for(lambda: webhook.port in self._balancer.shown)

    def restart(self) -> int:
        """The exit code of the old process, once the new one gets calls."""
        ending = self.webhook.process
        ending.send_signal(signal.SIGTERM)
        code = ending.wait(WAIT)
        self.stop()
        self._start()
        return code

    def stop(self) -> None:
        self._context.__exit__(None, None, None)


def is_ready(webhook: Webhook) -> bool:
    try:
        return webhook.operations("/readyz").status_code == 200
    except httpx.HTTPError:
        return False


@contextmanager
def deployed(tls: Path, drain: str = DRAIN) -> Iterator[tuple[Balancer, list[Replica]]]:
    with ExitStack() as stack:
        balancer = stack.enter_context(Balancer())
        replicas = [Replica(tls, balancer, drain) for _ in range(2)]
        for replica in replicas:
            stack.callback(replica.stop)
        yield balancer, replicas


def load(balancer: Balancer, tls: Path) -> Load:
    url = f"https://localhost:{balancer.port}/validate?timeout=10s"
    return Load(url, [tls / "tls.crt"], keep=4, fresh=2, pause=0.005)


def test_a_rolling_restart_fails_no_call(tls: Path) -> None:
    with deployed(tls) as (balancer, replicas), load(balancer, tls) as calls:
        for replica in replicas:
            assert replica.restart() == 0
            calls.go_on(50)
    assert calls.failures == []
    assert len(balancer.served) == 4


def test_without_draining_calls_would_fail(tls: Path) -> None:
    """The load and the lag are such that a replica that ends at once is noticed."""
    with deployed(tls, "0") as (balancer, replicas), load(balancer, tls) as calls:
        replicas[0].restart()
    assert calls.failures
