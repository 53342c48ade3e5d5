"""JSON Schema of `netlint reach --format json`, a versioned contract."""

from __future__ import annotations

from netlint_linter.answers import schema_parts as parts


def schema() -> parts.Schema:
    """The schema (draft 2020-12)."""
    possible = "What may pass beside that: what is in view doesn't tell."
    body: parts.Schema = {
        "version": {"const": 1},
        "connections": parts.each("connection", "What passes for sure."),
        "possible": parts.each("connection", possible),
    }
    pairs = "One for each pair of workloads, none of a workload with itself, or with one CIDR."
    return parts.document(
        "netlint reach",
        "Who reaches whom in one bundle: what netlint reach --format json prints.",
        parts.entry(body, "possible"),
        {
            "connection": parts.connection(pairs),
            "workload": parts.workload(),
            "addresses": parts.addresses(),
            "ports": parts.ports(),
        },
    )
