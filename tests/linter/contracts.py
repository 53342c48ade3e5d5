"""JSON output against the schemas that docs/ publishes."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from tests.conftest import ROOT


@cache
def _validator(command: str) -> Draft202012Validator:
    schema = json.loads((ROOT / "docs" / f"{command}.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def as_promised(command: str, text: str) -> dict[str, Any]:
    """What a command printed, once it is as its schema says."""
    body: dict[str, Any] = json.loads(text)
    _validator(command).validate(body)
    return body
