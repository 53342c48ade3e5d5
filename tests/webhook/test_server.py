"""The real process over real TLS: answers, and refusals."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from netlint_rules.version import __version__
from tests.webhook.process import JSON, WAIT, Webhook, connect, post, received, running, wait_for
from tests.webhook.reviews import GOOD_POLICY, SPLIT_POLICY, admission_review

ROOT = Path(__file__).parent.parent.parent
MEBIBYTE = 1024 * 1024


def test_a_good_policy_is_admitted(webhook: Webhook, calls: httpx.Client) -> None:
    response = post(webhook, calls, GOOD_POLICY)
    assert response["allowed"] is True
    assert response["uid"] == admission_review(GOOD_POLICY)["request"]["uid"]


def test_a_bad_policy_is_denied(webhook: Webhook, calls: httpx.Client) -> None:
    response = post(webhook, calls, SPLIT_POLICY)
    assert (response["allowed"], response["status"]["code"]) == (False, 403)
    assert response["status"]["message"].startswith("NP201 or-split-peers at spec.ingress[0]")


def test_an_old_mistake_warns(webhook: Webhook, calls: httpx.Client) -> None:
    response = post(webhook, calls, SPLIT_POLICY, SPLIT_POLICY)
    assert response["allowed"] is True
    assert response["warnings"][0].startswith("NP201")


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"{", JSON, 400),
        (b"[]", JSON, 400),
        (b'{"a":' * 2000, JSON, 400),
        (b"", JSON, 400),
        (b"{}", {"content-type": "text/plain"}, 415),
        (b"{}", {}, 415),
    ],
)
def test_what_is_no_review_is_refused(
    webhook: Webhook, calls: httpx.Client, content: bytes, headers: Any, status: int
) -> None:
    answer = calls.post(webhook.url, content=content, headers=headers)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}


def test_the_media_type_may_have_parameters(webhook: Webhook, calls: httpx.Client) -> None:
    content = json.dumps(admission_review(GOOD_POLICY))
    headers = {"content-type": "application/json; charset=utf-8"}
    assert calls.post(webhook.url, content=content, headers=headers).status_code == 200


def test_other_methods_and_paths(webhook: Webhook, calls: httpx.Client) -> None:
    assert calls.get(webhook.url).status_code == 405
    assert calls.post(webhook.url.replace("validate", "mutate")).status_code == 404


def test_a_large_body_is_judged(webhook: Webhook, calls: httpx.Client) -> None:
    notes = {f"note-{number}": "x" * 1000 for number in range(3000)}
    metadata = {**SPLIT_POLICY["metadata"], "annotations": notes}
    assert post(webhook, calls, {**SPLIT_POLICY, "metadata": metadata})["allowed"] is False


def test_a_large_body_that_takes_too_long_is_left_to_the_failure_policy(
    webhook: Webhook, calls: httpx.Client
) -> None:
    notes = {f"note-{number}": "x" * 1000 for number in range(3000)}
    review = admission_review({**GOOD_POLICY, "metadata": {"name": "a", "annotations": notes}})
    answer = calls.post(webhook.url.replace("timeout=10s", "timeout=0.001s"), json=review)
    assert (answer.status_code, answer.json()) == (503, {"error": "the review took too long"})
    assert post(webhook, calls, GOOD_POLICY)["allowed"] is True


def test_rules_are_skipped_when_the_time_is_over(webhook: Webhook, calls: httpx.Client) -> None:
    review = admission_review(SPLIT_POLICY)
    answer = calls.post(webhook.url.replace("timeout=10s", "timeout=0.000001s"), json=review)
    response = answer.json()["response"]
    assert response["allowed"] is True
    assert "for want of time" in response["warnings"][0]


def test_a_body_beyond_the_limit_is_refused(webhook: Webhook, calls: httpx.Client) -> None:
    answer = calls.post(webhook.url, content=b" " * (8 * MEBIBYTE), headers=JSON)
    assert answer.status_code == 413
    assert calls.post(webhook.url, content=b"{", headers=JSON).status_code == 400


def test_a_body_of_unknown_length_beyond_the_limit(webhook: Webhook, calls: httpx.Client) -> None:
    chunks = (b" " * MEBIBYTE for _ in range(8))
    assert calls.post(webhook.url, content=chunks, headers=JSON).status_code == 413


def test_a_body_of_unknown_length(webhook: Webhook, calls: httpx.Client) -> None:
    text = json.dumps(admission_review(GOOD_POLICY)).encode()
    chunks = iter([text[:100], text[100:]])
    assert calls.post(webhook.url, content=chunks, headers=JSON).status_code == 200


def test_a_length_beyond_the_limit_is_refused_before_the_body(webhook: Webhook, tls: Path) -> None:
    with connect(webhook, tls / "tls.crt") as connection:
        connection.sendall(head(length=100 * MEBIBYTE, extra="connection: close"))
        assert received(connection).startswith(b"HTTP/1.1 413 ")


def test_a_body_that_ends_early(webhook: Webhook, tls: Path, calls: httpx.Client) -> None:
    before = webhook.metric("netlint_admission_rejected_total", reason="truncated")
    with connect(webhook, tls / "tls.crt") as connection:
        connection.sendall(head(length=1000) + b"{")
    name = "netlint_admission_rejected_total"
    wait_for(lambda: webhook.metric(name, reason="truncated") == before + 1)
    assert post(webhook, calls, GOOD_POLICY)["allowed"] is True


@pytest.mark.parametrize(
    "data", [b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"POST /validate HTTP/9.9\r\n\r\n"]
)
def test_what_is_no_http_is_refused(webhook: Webhook, tls: Path, data: bytes) -> None:
    with connect(webhook, tls / "tls.crt") as connection:
        connection.sendall(data)
        assert received(connection).startswith(b"HTTP/1.1 400 ")


def test_an_endless_head_is_cut(webhook: Webhook, tls: Path) -> None:
    with connect(webhook, tls / "tls.crt") as connection:
        connection.sendall(b"POST /validate HTTP/1.1\r\n")
        try:
            for number in range(3000):
                connection.sendall(f"x-{number}: {'x' * 100}\r\n".encode())
        except (ConnectionError, ssl.SSLError):
            return
        assert received(connection) == b""


def test_health_readiness_and_metrics(webhook: Webhook, calls: httpx.Client) -> None:
    assert webhook.operations("/healthz").status_code == 200
    ready = webhook.operations("/readyz")
    assert ready.status_code == 200
    assert ready.json()["ready"] is True
    name, labels = "netlint_admission_requests_total", {"decision": "deny", "dry_run": "false"}
    labels["endpoint"] = "validate"
    before = webhook.metric(name, operation="CREATE", **labels)
    findings = webhook.metric("netlint_findings_total", action="deny", rule="or-split-peers")
    post(webhook, calls, SPLIT_POLICY)
    assert webhook.metric(name, operation="CREATE", **labels) == before + 1
    assert (
        webhook.metric("netlint_findings_total", action="deny", rule="or-split-peers")
        == findings + 1
    )
    assert webhook.metric("netlint_certificate_not_after_seconds") > 1.7e9
    assert webhook.metric("netlint_config_generation") == 1
    assert webhook.metric("netlint_admission_duration_seconds_count") > 0


def test_the_log_has_codes_but_no_policy(webhook: Webhook, calls: httpx.Client) -> None:
    content = json.dumps(admission_review(SPLIT_POLICY, uid="find-me", dryRun=True))
    assert calls.post(webhook.url, content=content, headers=JSON).status_code == 200
    wait_for(lambda: any(each.get("uid") == "find-me" for each in webhook.entries))
    entry = next(each for each in reversed(webhook.entries) if each.get("uid") == "find-me")
    assert entry["decision"] == "deny"
    assert entry["findings"] == ["NP201=deny"]
    assert entry["dry_run"] is True
    assert {"operation", "namespace", "name", "duration_ms", "time", "level"} <= set(entry)
    assert "web" not in json.dumps(entry)


def test_a_signal_ends_it_well(tls: Path) -> None:
    with running(tls) as webhook:
        webhook.process.send_signal(signal.SIGTERM)
        assert webhook.process.wait(WAIT) == 0
        assert webhook.entry("stopped")


def test_self_signed_needs_no_files(tmp_path: Path) -> None:
    with running(tmp_path / "none", "--self-signed") as webhook:
        calls = httpx.Client(verify=False, trust_env=False)
        with calls:
            assert post(webhook, calls, SPLIT_POLICY)["allowed"] is False


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--no-cluster", "--tls-dir", "/nowhere"], "/nowhere/tls.crt: No such file"),
        (["--no-cluster", "--config", "/nowhere.yaml"], "/nowhere.yaml: No such file"),
        (["--client-name", "x"], "--client-name needs --client-ca"),
        (["--no-such-option"], "unrecognized arguments"),
    ],
)
def test_mistakes_of_use(arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.returncode == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_version() -> None:
    assert run("--version").stdout == f"netlint-webhook {__version__}\n"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "netlint_webhook", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=WAIT, check=False, env=dict(os.environ)
    )


def head(length: int, extra: str = "x: y") -> bytes:
    lines = ["POST /validate HTTP/1.1", "host: x", "content-type: application/json"]
    return "\r\n".join([*lines, f"content-length: {length}", extra, "", ""]).encode()
