"""Requests that nobody should send: each has its answer, and the service goes on."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import httpx

from tests.webhook.process import Webhook, client, connect, post, received, running
from tests.webhook.reviews import GOOD_POLICY, SPLIT_POLICY, admission_review
from tests.webhook.test_server import head

COUNT = 20_000
GROWTH = 8_000  # kB
REVIEW = json.dumps(admission_review(SPLIT_POLICY)).encode()
VALUES: list[object] = [None, True, -1, 1e400, 2**70, "", "\x00", "é\u2028", [], {}, [[]], [{}]]


def broken(chance: random.Random) -> bytes:
    """A review with bytes changed, cut or doubled, or with values of other types."""
    if chance.random() < 0.5:
        return json.dumps(mangled(json.loads(REVIEW), chance)).encode()
    data = bytearray(REVIEW)
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data[: chance.randint(1, len(data))] if chance.random() < 0.3 else data)


def mangled(value: object, chance: random.Random) -> object:
    if chance.random() < 0.05:
        return chance.choice(VALUES)
    if isinstance(value, dict):
        return {key: mangled(item, chance) for key, item in value.items()}
    if isinstance(value, list):
        return [mangled(item, chance) for item in value] * chance.randint(1, 2)
    return value


@dataclass(frozen=True)
class Attack:
    """A request and the statuses that are right for it."""

    content: bytes
    statuses: frozenset[int]
    method: str = "POST"
    path: str = "/validate"
    media: str = "application/json"


def deep(depth: int) -> bytes:
    """A review whose object is nested so deeply."""
    return REVIEW.replace(b'"podSelector": {}', b'"x": ' + b"[" * depth + b"]" * depth)


def attacks(chance: random.Random) -> Iterator[Attack]:
    """Requests of every bad kind without end, good ones among them."""
    refused, judged = frozenset({400}), frozenset({200})
    kinds: list[Callable[[], Attack]] = [
        lambda: Attack(broken(chance), frozenset({200, 400})),
        lambda: Attack(broken(chance), frozenset({200, 400})),
        lambda: Attack(REVIEW[: chance.randrange(len(REVIEW))], refused),
        lambda: Attack(chance.randbytes(chance.randrange(1, 400)), refused),
        lambda: Attack(deep(chance.randrange(2_000, 20_000)), refused),
        lambda: Attack(deep(chance.randrange(10, 900)), judged),
        lambda: Attack(
            REVIEW.replace(b"admission.k8s.io/v1", b"admission.k8s.io/v1beta1"), refused
        ),
        lambda: Attack(REVIEW, frozenset({415}), media="text/plain"),
        lambda: Attack(REVIEW, frozenset({404}), path=f"/{chance.randrange(10**9)}"),
        lambda: Attack(b"", frozenset({405}), method="GET"),
        lambda: Attack(REVIEW, judged),
    ]
    while True:
        yield chance.choice(kinds)()


def test_twenty_thousand_bad_requests(tls: Path) -> None:
    chance = random.Random(7)
    with running(tls) as webhook, client(tls / "tls.crt") as calls:
        base, resident = webhook.url.partition("/validate")[0], 0
        for number, attack in enumerate(islice(attacks(chance), COUNT)):
            if number == COUNT // 2:  # garbage is collected seldom: it takes a while to be level
                resident = resident_kilobytes(webhook)
            answer = calls.request(
                attack.method,
                base + attack.path,
                content=attack.content,
                headers={"content-type": attack.media},
            )
            assert answer.status_code in attack.statuses, attack
            assert attack.path != "/validate" or answer.json(), attack
        assert resident_kilobytes(webhook) - resident < GROWTH
        assert webhook.metric("netlint_admission_inflight") == 0
        assert failures(webhook) == []
        assert post(webhook, calls, GOOD_POLICY)["allowed"] is True


def test_oversized_and_slow_requests_at_once(tls: Path) -> None:
    """Half of the clients send far too much, half of them nearly nothing."""
    limits = {"body_seconds": 1.0, "head_seconds": 1.0}
    with running(tls, limits=limits) as webhook, client(tls / "tls.crt") as calls:
        for _ in range(10):
            with ExitStack() as stack:
                senders = [
                    stack.enter_context(connect(webhook, tls / "tls.crt")) for _ in range(20)
                ]
                for sender in senders[::2]:
                    sender.sendall(head(length=8 * 1024 * 1024) + b"{" * 1000)
                for sender in senders[1::2]:
                    sender.sendall(head(length=1000) + b"{")
                assert post(webhook, calls, GOOD_POLICY)["allowed"] is True
                answers = [received(sender)[:12] for sender in senders]
            assert answers == [b"HTTP/1.1 413", b"HTTP/1.1 408"] * 10
        assert webhook.metric("netlint_admission_inflight") == 0


def resident_kilobytes(webhook: Webhook) -> int:
    """The memory that the process holds now."""
    status = Path(f"/proc/{webhook.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def failures(webhook: Webhook) -> list[str]:
    """Series that count rules that crashed."""
    lines = webhook.operations("/metrics").text.splitlines()
    return [line for line in lines if line.startswith("netlint_rule_failures_total{")]


def test_broken_http(webhook: Webhook, tls: Path, calls: httpx.Client) -> None:
    chance = random.Random(11)
    head = b"POST /validate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    whole = head + b"content-length: %d\r\nconnection: close\r\n\r\n" % len(REVIEW) + REVIEW
    for _ in range(40):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 5)):
            data[chance.randrange(150)] = chance.randrange(256)
        with connect(webhook, tls / "tls.crt") as connection:
            connection.settimeout(0.3)
            connection.sendall(data)
            try:
                answer = received(connection)
            except TimeoutError:
                continue
            assert answer[:9] in {b"HTTP/1.1 ", b""}
            assert not answer.startswith(b"HTTP/1.1 5")
    assert post(webhook, calls, GOOD_POLICY)["allowed"] is True
