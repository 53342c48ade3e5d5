"""JSON Schema of `netlint reach --format json`, a versioned contract."""

from __future__ import annotations

from typing import Any

from netlint_rules.netset import LAST_PORT, PROTOCOLS

Schema = dict[str, Any]


def schema() -> Schema:
    """The schema (draft 2020-12)."""
    connections = {"type": "array", "items": {"$ref": "#/$defs/connection"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "netlint reach",
        "description": "Who reaches whom in one bundle: what netlint reach --format json prints.",
        **_object(
            {
                "version": {"const": 1},
                "connections": {**connections, "description": "What passes for sure."},
                "possible": {
                    **connections,
                    "description": "What may pass beside that: what is in view doesn't tell.",
                },
            },
            ("version", "connections"),
        ),
        "$defs": {
            "connection": _connection(),
            "workload": _workload(),
            "addresses": _addresses(),
            "ports": _ports(),
        },
    }


def _connection() -> Schema:
    end = {"oneOf": [{"$ref": "#/$defs/workload"}, {"$ref": "#/$defs/addresses"}]}
    text = "One for each pair of workloads, none of a workload with itself, or with one CIDR."
    properties = {
        "source": end,
        "destination": end,
        "ports": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/ports"}},
    }
    return {"description": text, **_object(properties, tuple(properties))}


def _workload() -> Schema:
    properties: Schema = {
        "namespace": {
            "type": "string",
            "description": "Empty where no manifest gives the namespace.",
        },
        "kind": {"type": "string", "minLength": 1},
        "name": {"type": "string", "minLength": 1},
    }
    text = "What owns the pods: a Deployment, not its ReplicaSets and Pods."
    return {"description": text, **_object(properties, tuple(properties))}


def _addresses() -> Schema:
    cidr = {"type": "string", "pattern": "^[0-9a-f.:]+/[0-9]+$"}
    return {"description": "Addresses of no pod in view.", **_object({"cidr": cidr}, ("cidr",))}


def _ports() -> Schema:
    number = {"type": "integer", "minimum": 1, "maximum": LAST_PORT}
    properties: Schema = {"protocol": {"enum": list(PROTOCOLS)}, "from": number, "to": number}
    return {"description": "Ports, both ends included.", **_object(properties, tuple(properties))}


def _object(properties: Schema, required: tuple[str, ...]) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": list(required),
    }
