"""Requests that nobody should send: each has its answer, and the service goes on."""

from __future__ import annotations

import json
import random
from pathlib import Path

import httpx

from tests.webhook.process import JSON, Webhook, client, connect, post, received, running
from tests.webhook.reviews import GOOD_POLICY, SPLIT_POLICY, admission_review

COUNT = 600
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


def test_broken_reviews(tls: Path) -> None:
    chance = random.Random(7)
    with running(tls) as webhook, client(tls / "tls.crt") as calls:
        for _ in range(COUNT):
            content = broken(chance)
            answer = calls.post(webhook.url, content=content, headers=JSON)
            assert answer.status_code in {200, 400}, content
            if answer.status_code == 200:
                assert isinstance(answer.json()["response"]["allowed"], bool)
        assert webhook.metric("netlint_admission_inflight") == 0
        assert failures(webhook) == []


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
