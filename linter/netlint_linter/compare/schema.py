"""JSON Schema of `netlint diff --format json`, a versioned contract."""

from __future__ import annotations

from netlint_linter.answers import schema_parts as parts
from netlint_linter.compare.report import SECTIONS

_TEXT = {"type": "string"}


def schema() -> parts.Schema:
    """The schema (draft 2020-12)."""
    body: parts.Schema = {
        "version": {"const": 1},
        "bundles": parts.each("bundle", "Those in which something differs."),
    }
    return parts.document(
        "netlint diff",
        "Who reaches whom that didn't before, and the reverse: netlint diff --format json.",
        parts.entry(body),
        {
            "bundle": _bundle(),
            "exposure": _exposure(),
            "connection": parts.connection("Ports that differ between two ends."),
            "line": _line(),
            "workload": parts.workload(),
            "addresses": parts.addresses(),
            "ports": parts.ports(),
        },
    )


def _bundle() -> parts.Schema:
    return parts.entry(
        {
            "name": _TEXT,
            "new_exposure": parts.each("exposure", "What --fail-on new-exposure looks at."),
            "opened": parts.each("connection", "Open, or perhaps open, and wasn't."),
            "closed": parts.each("connection", "Was open, or perhaps open, and isn't."),
            "new_workloads": parts.each("workload"),
            "removed_workloads": parts.each("workload"),
            "summary": parts.each("line", "The same lines as in the text."),
        }
    )


def _exposure() -> parts.Schema:
    properties: parts.Schema = {
        "workload": parts.ref("workload"),
        "by": {"enum": ["internet", "namespace"], "description": "namespace: every one."},
        "ports": parts.each("ports"),
        "certain": {
            "type": "boolean",
            "description": "false: something that can't be read may keep these ports closed.",
        },
    }
    return parts.entry(properties, description="A workload that more can reach.")


def _line() -> parts.Schema:
    cause = {**_TEXT, "description": "The policy or label that did it; may be empty."}
    sections = {"enum": [name.lower() for name in SECTIONS]}
    return parts.entry({"section": sections, "text": _TEXT, "cause": cause})
