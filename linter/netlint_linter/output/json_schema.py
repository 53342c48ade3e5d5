"""The JSON Schema of the JSON output, published in the documentation."""

from __future__ import annotations

from collections.abc import Mapping

from netlint_linter.output.json import VERSION
from netlint_rules.apivalidation.cause import Reason
from netlint_rules.finding import Applicability, Confidence, Severity

Schema = dict[str, object]


def schema() -> Schema:
    """JSON Schema 2020-12 of `netlint --format json`.

    It allows unknown keys: later releases may add some without a new `version`.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "netlint findings",
        "description": "What `netlint --format json` prints.",
        **_object(
            {
                "version": {"const": VERSION, "description": "The version of this format."},
                "findings": _list(_finding(), "In order of file, line and code."),
                "summary": _summary(),
            }
        ),
    }


def _finding() -> Schema:
    return _object(
        {
            "code": _text("The stable code of the mistake.", pattern="^[A-Z]+[0-9]+$"),
            "name": _text("The code's name, such as `dns-missing`."),
            "rule": _text("The rule that found it, such as `dns-egress`."),
            "severity": _enum(Severity, "How bad it is; `info` never fails a run."),
            "confidence": _enum(Confidence, "How sure it is, given what was in view."),
            "message": _text("What the mistake does to the cluster, in one sentence."),
            "file": _text("The file as it was named or found; `-` is standard input."),
            "line": _position("The first line, counted from 1."),
            "column": _position("The first character of the range, counted from 1."),
            "end_line": _position("The last line."),
            "end_column": _position("One past the last character of the range."),
            "path": _text("The field as the API server prints it, `spec.egress[0].ports[0]`."),
            "object": _kubernetes_object(),
            "related": _list(_related(), "Other places that explain the finding."),
            "fix": {"anyOf": [_fix(), {"type": "null"}]},
            "bundles": _list(
                {"type": "string"},
                "The bundles it holds in; empty where it holds in every one that has the file.",
            ),
            "cause": {"anyOf": [_cause(), {"type": "null"}]},
        }
    )


def _cause() -> Schema:
    fields = {
        "field": _text("The field that the API server names; `path` may lie deeper."),
        "reason": _enum(Reason, "Why, as in its answer; `BadRequest` where it can't decode."),
        "message": _text("What the newest API server says of the field."),
    }
    text = "The API server's own words, as in `status.details.causes`, where it refuses the object."
    return {**_object(fields), "description": text}


def _kubernetes_object() -> Schema:
    fields = {
        "apiVersion": _text("As written."),
        "kind": _text("As written."),
        "namespace": _text("As written; empty where the manifest names none."),
        "name": _text("The name, or `generateName`."),
    }
    return {**_object(fields), "description": "The object; texts are empty where it has none."}


def _related() -> Schema:
    return _object(
        {
            "file": _text("The file."),
            "line": _position("The first line, counted from 1."),
            "column": _position("The first character, counted from 1."),
            "path": _text("The field as the API server prints it."),
            "message": _text("What this place has to do with the finding; may be empty."),
        }
    )


def _fix() -> Schema:
    operation = {
        "type": "object",
        "properties": {
            "op": {"enum": ["add", "remove", "replace", "move", "copy", "test"]},
            "path": _text("An RFC 6901 pointer into the object."),
        },
        "required": ["op", "path"],
    }
    fields: Schema = {
        "title": _text("What to do, in one line."),
        "applicability": _enum(
            Applicability, "`unsafe` fixes change what traffic passes: read them first."
        ),
        "patch": _list(operation, "RFC 6902 operations on the object."),
    }
    created: Schema = {"type": "object", "description": "A whole object to create instead."}
    fix = _object(fields)
    return {**fix, "properties": {**fields, "creates": created}}


def _summary() -> Schema:
    return _object(
        {
            "files": _count("Files that were read."),
            "documents": _count("Documents in them, other kinds included."),
            "policies": _count("Policies among them."),
            "namespaces": _count("Namespaces that the policies are in."),
            "findings": _count("Findings in this output."),
            "errors": _count("Findings with severity `error`."),
            "warnings": _count("Findings with severity `warning`."),
            "infos": _count("Findings with severity `info`."),
            "hidden": _count("Findings below the thresholds, left out."),
            "suppressed": _count("Findings silenced by a comment, an annotation or a baseline."),
        }
    )


def _object(properties: Mapping[str, object]) -> Schema:
    """An object that must have every one of `properties`."""
    return {"type": "object", "properties": dict(properties), "required": list(properties)}


def _list(items: Mapping[str, object], description: str) -> Schema:
    return {"type": "array", "items": items, "description": description}


def _text(description: str, **limits: str) -> Schema:
    return {"type": "string", "description": description, **limits}


def _enum(values: type[Severity | Confidence | Applicability | Reason], description: str) -> Schema:
    return {"enum": [str(value) for value in values], "description": description}


def _position(description: str) -> Schema:
    text = f"{description} Null where no line of the file is known."
    return {"type": ["integer", "null"], "minimum": 1, "description": text}


def _count(description: str) -> Schema:
    return {"type": "integer", "minimum": 0, "description": description}
