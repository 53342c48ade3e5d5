"""Clients that call all the time, as API servers do, and what went wrong."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from tests.webhook.process import JSON, client, wait_for
from tests.webhook.reviews import SPLIT_POLICY, admission_review

_BODY = json.dumps(admission_review(SPLIT_POLICY)).encode()


class Load:
    """`keep` clients with a connection that each keeps, `fresh` ones with a new one every call.

    They trust the certificates in files, and begin anew when those change. `pause`: seconds
    between two calls of a client.
    """

    def __init__(
        self, url: str, trusted: Sequence[Path], keep: int = 2, fresh: int = 1, pause: float = 0.0
    ) -> None:
        self.failures: list[str] = []
        self.answers: list[httpx.Headers] = []
        self._url, self._trusted, self._pause = url, trusted, pause
        self._over = threading.Event()
        kinds = [True] * keep + [False] * fresh
        self._threads = [threading.Thread(target=self._call, args=(kept,)) for kept in kinds]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        self.go_on(20)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def go_on(self, calls: int) -> None:
        """Wait for so many more answers."""
        enough = len(self.answers) + calls
        wait_for(lambda: len(self.answers) >= enough or bool(self.failures))

    def _call(self, keep: bool) -> None:
        while not self._over.is_set():
            seen = self._bundles()
            limits = httpx.Limits(max_keepalive_connections=1 if keep else 0)
            with client(*self._trusted, limits=limits) as calls:
                while not self._over.is_set() and seen == self._bundles():
                    self._once(calls)
                    time.sleep(self._pause)

    def _bundles(self) -> list[bytes]:
        return [path.read_bytes() for path in self._trusted]

    def _once(self, calls: httpx.Client) -> None:
        try:
            answer = calls.post(self._url, content=_BODY, headers=JSON)
            assert answer.json()["response"]["allowed"] is False
            self.answers.append(answer.headers)
        except Exception as error:  # noqa: BLE001 - whatever a user would see
            self.failures.append(f"{type(error).__name__}: {error}")
