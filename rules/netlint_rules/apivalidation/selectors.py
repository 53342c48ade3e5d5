"""Label selectors."""

from __future__ import annotations

from collections.abc import Mapping

from netlint_rules.apivalidation import names
from netlint_rules.apivalidation.cause import (
    Cause,
    Causes,
    Kind,
    Reason,
    complain,
    field_path,
    forbidden,
    items,
    mapping,
    required,
    text,
)
from netlint_rules.apivalidation.metadata import validate_labels
from netlint_rules.source.document import Path
from netlint_rules.source.placeholders import is_placeholder

OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")
_KIND = Kind.SELECTOR


def validate_selector(value: object, path: Path, causes: Causes) -> None:
    """Add what is wrong with a selector."""
    selector = mapping(value)
    if labels := selector.get("matchLabels"):
        validate_labels(labels, (*path, "matchLabels"), _KIND, causes)
    if expressions := selector.get("matchExpressions"):
        for at, expression in enumerate(items(expressions)):
            if not is_placeholder(expression):
                place = (*path, "matchExpressions", at)
                _validate_expression(mapping(expression), place, causes)


def _validate_expression(expression: Mapping[str, object], path: Path, causes: Causes) -> None:
    key, operator = text(expression.get("key")), text(expression.get("operator"))
    given = expression.get("values")
    values = [text(value) for value in items(given)]
    if operator in ("In", "NotIn"):
        if not values and not is_placeholder(given):
            detail = "must be specified when `operator` is 'In' or 'NotIn'"
            causes.append(required(_KIND, (*path, "values"), detail))
    elif operator in OPERATORS:
        if values:
            detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            causes.append(forbidden(_KIND, (*path, "values"), detail))
    elif not is_placeholder(operator):
        causes.append(_unknown_operator(operator, (*path, "operator")))
    complain(causes, _KIND, (*path, "key"), key, names.label_key(key))
    for at, value in enumerate(values):
        complain(causes, _KIND, (*path, "values", at), value, names.label_value(value))


def _unknown_operator(operator: str, path: Path) -> Cause:
    from netlint_rules.apivalidation.gotext import json_text

    message = f"Invalid value: {json_text(operator)}: not a valid selector operator"
    return Cause(_KIND, path, Reason.INVALID, field_path(path), message, operator)
