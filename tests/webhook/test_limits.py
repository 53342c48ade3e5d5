"""Requests that take too long, or come too many at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.webhook.process import (
    JSON,
    Webhook,
    connect,
    post,
    received,
    running,
    wait_for,
)
from tests.webhook.reviews import GOOD_POLICY
from tests.webhook.test_server import head

REJECTED = "netlint_admission_rejected_total"
CONNECTIONS = 12
TIGHT = {
    "head_seconds": 0.4,
    "body_seconds": 0.4,
    "idle_seconds": 1,
    "requests": 2,
    "large": 1,
    "connections": CONNECTIONS,
}


@pytest.fixture(scope="module")
def tight(tls: Path) -> Iterator[Webhook]:
    """A webhook that has little patience."""
    with running(tls, limits=TIGHT) as started:
        yield started


@pytest.fixture(scope="module")
def patient(tls: Path) -> Iterator[Webhook]:
    """A webhook that takes few requests at once."""
    with running(tls, limits={**TIGHT, "body_seconds": 20}) as started:
        yield started


def test_half_a_body(tight: Webhook, tls: Path, calls: httpx.Client) -> None:
    with connect(tight, tls / "tls.crt") as connection:
        connection.sendall(head(length=1000) + b"{")
        answer = received(connection)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in answer
    assert tight.metric(REJECTED, reason="slow") >= 1
    assert post(tight, calls, GOOD_POLICY)["allowed"] is True


@pytest.mark.parametrize(
    "sent", [b"", b"POST /validate HT", b"POST /validate HTTP/1.1\r\nhost: x\r\n"]
)
def test_half_a_head_or_none(tight: Webhook, tls: Path, sent: bytes) -> None:
    with connect(tight, tls / "tls.crt") as connection:
        connection.sendall(sent)
        assert received(connection) == b""


def test_blank_lines_do_not_keep_a_connection(tight: Webhook, tls: Path) -> None:
    with connect(tight, tls / "tls.crt") as connection:
        connection.sendall(head(length=1) + b"{" + b"\r\n")
        assert received(connection).startswith(b"HTTP/1.1 400 ")


def test_a_body_that_goes_on_after_its_refusal(tight: Webhook, tls: Path) -> None:
    with connect(tight, tls / "tls.crt") as connection:
        connection.sendall(head(length=100_000_000) + b"{")
        assert received(connection).startswith(b"HTTP/1.1 413 ")


def test_too_many_at_once(patient: Webhook, tls: Path, calls: httpx.Client) -> None:
    certificate = tls / "tls.crt"
    with connect(patient, certificate) as first, connect(patient, certificate) as second:
        for connection in (first, second):
            connection.sendall(head(length=1000) + b"{")
        wait_for(lambda: patient.metric("netlint_admission_inflight") == 2)
        answer = calls.post(patient.url, content=b"{}", headers=JSON)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    wait_for(lambda: patient.metric("netlint_admission_inflight") == 0)
    assert post(patient, calls, GOOD_POLICY)["allowed"] is True


def test_too_many_large_bodies_at_once(patient: Webhook, tls: Path, calls: httpx.Client) -> None:
    with connect(patient, tls / "tls.crt") as connection:
        connection.sendall(head(length=1_000_000) + b"{")
        wait_for(lambda: patient.metric("netlint_admission_inflight") == 1)
        large = calls.post(patient.url, content=b" " * 1_000_000, headers=JSON)
        assert large.status_code == 429
        assert post(patient, calls, GOOD_POLICY)["allowed"] is True
    wait_for(lambda: patient.metric("netlint_admission_inflight") == 0)


def test_too_many_connections(patient: Webhook, tls: Path, calls: httpx.Client) -> None:
    held = [connect(patient, tls / "tls.crt") for _ in range(CONNECTIONS)]
    try:
        answer = calls.post(patient.url, content=b"{}", headers=JSON)
        assert answer.status_code == 503
    finally:
        for connection in held:
            connection.close()
