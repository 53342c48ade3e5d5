"""One reason for which the API server refuses an object."""

from __future__ import annotations

from netlint_rules.apivalidation.gotext import quoted
from netlint_rules.choices import StrEnum
from netlint_rules.record import dataclass
from netlint_rules.source.document import Path
from netlint_rules.source.placeholders import is_placeholder


class Kind(StrEnum):
    """What is wrong, as rules tell mistakes apart."""

    API_VERSION = "api version"
    WRONG_TYPE = "wrong type"
    UNKNOWN_FIELD = "unknown field"
    METADATA = "metadata"
    SELECTOR = "selector"
    PROTOCOL = "protocol"
    PORT = "port"
    QUOTED_PORT = "quoted port"
    PEER = "peer"
    CIDR = "cidr"
    LOOSE_CIDR = "loose cidr"
    EXCEPT = "except"
    POLICY_TYPE = "policy type"


class Reason(StrEnum):
    """The server's `reason` of a cause. `BAD_REQUEST` stands for objects that can't be decoded."""

    REQUIRED = "FieldValueRequired"
    INVALID = "FieldValueInvalid"
    UNSUPPORTED = "FieldValueNotSupported"
    FORBIDDEN = "FieldValueForbidden"
    TOO_LONG = "FieldValueTooLong"
    BAD_REQUEST = "BadRequest"


@dataclass(frozen=True, slots=True)
class Cause:
    """`field` and `message` are the server's words, as in `status.details.causes`.

    `path` is the place; it may lie deeper than `field`, which for a label is that of all labels.
    """

    kind: Kind
    path: Path
    reason: Reason
    field: str
    message: str
    value: object = None


Causes = list[Cause]
"""What a validation adds its findings to: nearly always nothing, so nothing is made for it."""


def field_path(path: Path) -> str:
    """A path as the server prints it: `spec.ingress[0].from[1]`, without brackets around names."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def invalid(
    kind: Kind, path: Path, value: object, detail: str, *, field: Path | None = None
) -> Cause:
    """`Invalid value: "x": detail`, where `value` is a text, or a number."""
    text = quoted(value) if isinstance(value, str) else str(value)
    message = f"Invalid value: {text}: {detail}"
    where = field_path(path if field is None else field)
    return Cause(kind, path, Reason.INVALID, where, message, value)


def required(kind: Kind, path: Path, detail: str = "") -> Cause:
    """`Required value: detail`."""
    message = f"Required value: {detail}" if detail else "Required value"
    return Cause(kind, path, Reason.REQUIRED, field_path(path), message)


def forbidden(kind: Kind, path: Path, detail: str) -> Cause:
    """`Forbidden: detail`."""
    return Cause(kind, path, Reason.FORBIDDEN, field_path(path), f"Forbidden: {detail}")


def unsupported(kind: Kind, path: Path, value: str, known: tuple[str, ...]) -> Cause:
    """`Unsupported value: "x": supported values: "A", "B"`."""
    from netlint_rules.apivalidation.gotext import json_text

    words = ", ".join(map(quoted, known))
    message = f"Unsupported value: {json_text(value)}: supported values: {words}"
    return Cause(kind, path, Reason.UNSUPPORTED, field_path(path), message, value)


def complain(
    causes: Causes,
    kind: Kind,
    path: Path,
    value: str,
    messages: tuple[str, ...],
    field: Path | None = None,
) -> None:
    """Add a cause for each thing that is wrong with a text, unless it is yet to be filled in."""
    if messages and not is_placeholder(value):
        causes.extend(invalid(kind, path, value, text, field=field) for text in messages)


def mapping(value: object) -> dict[str, object]:
    """A mapping, empty where it is null, absent or a placeholder."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[object]:
    """A list, empty where it is null, absent or a placeholder."""
    return value if isinstance(value, list) else []


def text(value: object) -> str:
    """A text, empty where it is null or absent."""
    return value if isinstance(value, str) else ""
