"""Admission reviews of `admission.k8s.io/v1`: what the API server sends."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

import orjson

from netlint_rules.record import dataclass

API_VERSION = "admission.k8s.io/v1"
KIND = "AdmissionReview"

Body = dict[str, Any]
"""A decoded JSON object."""

_LONGEST = 1024  # of names, which end up in logs
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class MalformedError(ValueError):
    """What was sent is no admission review; the message says why."""


class Operation(StrEnum):
    """What is to be done with an object."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    CONNECT = "CONNECT"


@dataclass(frozen=True, slots=True)
class AdmissionRequest:
    """One request. `new` is the object as it will be, `old` as it is; None where there is none.

    `name` is empty where the API server makes one up; `namespace` is empty for cluster-wide kinds.
    """

    uid: str
    operation: Operation
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    new: Body | None = None
    old: Body | None = None
    dry_run: bool = False
    user: str = ""
    groups: tuple[str, ...] = ()


def read(data: bytes) -> AdmissionRequest:
    """The request in a body. Raises MalformedError."""
    try:
        review = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise MalformedError(f"the body is no JSON that can be read: {error}") from None
    if not isinstance(review, dict) or review.get("kind") != KIND:
        raise MalformedError(f"the body is no {KIND}")
    version = review.get("apiVersion")
    if version != API_VERSION:
        raise MalformedError(f"apiVersion must be {API_VERSION}, not {_shown(version)}")
    return _request(_object(review, "request", required=True))


def _request(body: Body) -> AdmissionRequest:
    operation = _operation(body)
    uid = _text(body, "uid")
    if not uid:
        raise MalformedError("request.uid is missing")
    user = _object(body, "userInfo") or {}
    changes = operation in {Operation.CREATE, Operation.UPDATE}
    return AdmissionRequest(
        uid=uid,
        operation=operation,
        namespace=_text(body, "namespace"),
        name=_text(body, "name"),
        subresource=_text(body, "subResource"),
        new=_object(body, "object", required=changes) if changes else None,
        old=_object(body, "oldObject") or None,
        dry_run=body.get("dryRun") is True,
        user=_text(user, "username"),
        groups=_texts(user, "groups"),
    )


def _operation(body: Body) -> Operation:
    word = body.get("operation")
    if not isinstance(word, str) or word not in Operation.__members__:
        raise MalformedError(
            f"request.operation must be CREATE, UPDATE or DELETE, not {_shown(word)}"
        )
    return Operation(word)


def _object(body: Body, key: str, *, required: bool = False) -> Body:
    """A field that holds an object; empty where it is null or missing, unless it is required."""
    value = body.get(key)
    if isinstance(value, dict):
        return value
    if value is not None or required:
        raise MalformedError(f"{key} must be an object, not {type(value).__name__}")
    return {}


def _text(body: Body, key: str) -> str:
    value = body.get(key)
    if value is not None and not isinstance(value, str):
        raise MalformedError(f"request.{key} must be text, not {type(value).__name__}")
    if value and len(value) > _LONGEST:
        raise MalformedError(f"request.{key} has more than {_LONGEST} characters")
    return value or ""


def _shown(value: object) -> str:
    return repr(value)[:60]


def _texts(body: Body, key: str) -> tuple[str, ...]:
    value = body.get(key)
    listed = value if isinstance(value, list) else []
    return tuple(item for item in listed if isinstance(item, str))


def seconds(duration: str) -> float | None:
    """A duration as Go writes it, such as `3s` or `1m0s`, in seconds; None for anything else."""
    parts = _DURATION.findall(duration)
    if not parts or "".join(map("".join, parts)) != duration:
        return None
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)
