"""JSON Schema of `netlint can --format json`, a versioned contract."""

from __future__ import annotations

from netlint_linter.answers import schema_parts as parts
from netlint_linter.answers.verdicts import WORDS
from netlint_rules.policy import Direction
from netlint_rules.truth import Truth

_TEXT = {"type": "string"}
_CERTAIN = {"enum": [WORDS[truth] for truth in Truth]}
_UNITED = {
    "enum": list(WORDS.values()),
    "description": "in part: yes for some pairs or bundles, no for others.",
}
_REASON = {"type": "string", "description": "The same words as in the text."}


def schema() -> parts.Schema:
    """The schema (draft 2020-12)."""
    asked = {"oneOf": [{"type": "null"}, parts.each("ports")]}
    body: parts.Schema = {
        "version": {"const": 1},
        "answer": _UNITED,
        "source": {**_TEXT, "description": "As asked."},
        "destination": {**_TEXT, "description": "As asked."},
        "ports": {**asked, "description": "null where no port was asked for."},
        "bundles": parts.each("bundle"),
    }
    return parts.document(
        "netlint can",
        "Whether one reaches the other, and why: what netlint can --format json prints.",
        parts.entry(body),
        {
            "bundle": _bundle(),
            "connection": _connection(),
            "half": _half(),
            "policy": _policy(),
            "rule": _rule(),
            "workload": parts.workload(),
            "addresses": _addresses(),
            "unseen": parts.entry({"pods": {"const": "out of view"}}),
            "ports": parts.ports(),
        },
    )


def _bundle() -> parts.Schema:
    text = "One cluster's worth of what was given; name says which."
    properties = {"name": _TEXT, "answer": _UNITED, "connections": parts.each("connection")}
    return parts.entry(properties, description=text)


def _connection() -> parts.Schema:
    end = {"oneOf": [parts.ref(name) for name in ("workload", "addresses", "unseen")]}
    properties: parts.Schema = {
        "source": end,
        "destination": end,
        "answer": _UNITED,
        "ports": parts.each("ports", "The ports that are open for sure."),
        "possible": parts.each("ports", "Those, and the ports that may be open."),
        "reasons": parts.each("half", "Empty for a pod and itself: nothing can keep it away."),
    }
    return parts.entry(properties, description="One pair of ends.")


def _half() -> parts.Schema:
    properties: parts.Schema = {
        "direction": {"enum": [direction.field for direction in Direction]},
        "port": {**parts.port(), "description": "The port that the reasons speak of."},
        "answer": _CERTAIN,
        "reason": {**_REASON, "description": "Why no policy decides; else empty."},
        "policies": parts.each("policy", "Those that select the pods."),
    }
    text = "What one end's policies say: egress of the source, or ingress of the destination."
    return parts.entry(properties, description=text)


def _policy() -> parts.Schema:
    return parts.entry({"name": _TEXT, **_place(), "reason": _REASON, "rules": parts.each("rule")})


def _rule() -> parts.Schema:
    return parts.entry({**_place(), "answer": _CERTAIN, "reason": _REASON})


def _place() -> parts.Schema:
    line = {"type": ["integer", "null"], "minimum": 1}
    return {
        "file": _TEXT,
        "line": {**line, "description": "null where the text has no such line."},
        "field": {**_TEXT, "description": "As the API server writes it: spec.ingress[0]."},
    }


def _addresses() -> parts.Schema:
    node = {**_TEXT, "description": "The node that has these addresses."}
    text = "Addresses of no pod in view."
    return parts.entry({"node": node, "cidrs": parts.CIDRS}, "node", description=text)
