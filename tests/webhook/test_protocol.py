from __future__ import annotations

from typing import Any

import orjson
import pytest

from netlint_webhook.protocol import MalformedError, Operation, read, seconds
from tests.webhook.reviews import GOOD_POLICY, SPLIT_POLICY, admission_review


def without(key: str, *, inside: str = "request") -> dict[str, Any]:
    review = admission_review(GOOD_POLICY)
    del (review[inside] if inside else review)[key]
    return review


def changed(**fields: Any) -> dict[str, Any]:
    return admission_review(GOOD_POLICY, **fields)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b'\xef\xbb\xbf{"kind": "AdmissionReview"}', "no JSON"),
        (b'{"kind": NaN}', "no JSON"),
        (b"[" * 5000 + b"]" * 5000, "no JSON"),
        (b"[]", "no AdmissionReview"),
        (b"null", "no AdmissionReview"),
        (b'{"kind": "Pod"}', "no AdmissionReview"),
        (without("apiVersion", inside=""), "apiVersion"),
        ({**changed(), "apiVersion": "admission.k8s.io/v1beta1"}, "v1beta1"),
        (without("request", inside=""), "request must be an object"),
        ({**changed(), "request": []}, "request must be an object"),
        (without("uid"), "uid is missing"),
        (changed(uid=""), "uid is missing"),
        (changed(uid=7), "uid must be text"),
        (without("operation"), "operation"),
        ({**changed(), "request": {**changed()["request"], "operation": ["CREATE"]}}, "operation"),
        (changed(operation="PATCH"), "PATCH"),
        (changed(object=None), "object must be an object"),
        (changed(object=[]), "object must be an object"),
        (changed(oldObject="x"), "oldObject must be an object"),
        (changed(namespace={}), "namespace must be text"),
        (changed(name="x" * 5000), "name has more than 1024 characters"),
        (changed(userInfo="x"), "userInfo must be an object"),
        (changed(userInfo={"username": 1}), "username must be text"),
    ],
)
def test_what_is_no_review_is_refused(body: Any, words: str) -> None:
    data = body if isinstance(body, bytes) else orjson.dumps(body)
    with pytest.raises(MalformedError, match=words):
        read(data)


def test_refusals_repeat_little_of_what_was_sent() -> None:
    with pytest.raises(MalformedError) as caught:
        read(orjson.dumps({**changed(), "apiVersion": "x" * 100_000}))
    assert len(str(caught.value)) < 200


def test_a_request() -> None:
    review = admission_review(GOOD_POLICY, SPLIT_POLICY, dryRun=True)
    request = read(orjson.dumps(review))
    assert request.uid == review["request"]["uid"]
    assert request.operation is Operation.UPDATE
    assert (request.namespace, request.name, request.dry_run) == ("shop", "api", True)
    assert (request.new, request.old) == (GOOD_POLICY, SPLIT_POLICY)
    assert (request.user, request.groups) == ("jane", ("system:authenticated",))


def test_a_removal_has_no_new_object() -> None:
    request = read(orjson.dumps(admission_review(None, GOOD_POLICY)))
    assert (request.operation, request.new, request.old) == (Operation.DELETE, None, GOOD_POLICY)


def test_what_may_be_missing() -> None:
    review = admission_review(GOOD_POLICY)
    kept = {key: review["request"][key] for key in ("uid", "operation", "object")}
    request = read(orjson.dumps({**review, "request": kept}))
    assert (request.user, request.groups, request.name, request.old) == ("", (), "", None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3s", 3),
        ("10s", 10),
        ("1m0s", 60),
        ("1.5s", 1.5),
        ("500ms", 0.5),
        ("", None),
        ("3", None),
        ("s", None),
        ("-3s", None),
        ("3s;", None),
    ],
)
def test_durations(text: str, expected: float | None) -> None:
    assert seconds(text) == expected
