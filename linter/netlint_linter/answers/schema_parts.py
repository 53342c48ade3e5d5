"""What the JSON Schemas of `reach`, `can` and `diff` have in common."""

from __future__ import annotations

from typing import Any

from netlint_rules.netset import LAST_PORT, PROTOCOLS

Schema = dict[str, Any]

_PORT = {"type": "integer", "minimum": 1, "maximum": LAST_PORT}
_CIDR = {"type": "string", "pattern": "^[0-9a-f.:]+/[0-9]+$"}
CIDRS: Schema = {"type": "array", "minItems": 1, "items": _CIDR}


def document(title: str, description: str, body: Schema, parts: Schema) -> Schema:
    """A whole schema (draft 2020-12); `parts` are what `body` refers to by name."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": description,
        **body,
        "$defs": parts,
    }


def entry(properties: Schema, *optional: str, description: str = "") -> Schema:
    """An object that has these properties and no others; all but the `optional` ones always."""
    return {
        **({"description": description} if description else {}),
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }


def each(name: str, description: str = "") -> Schema:
    """A list of what `$defs` has under this name."""
    words = {"description": description} if description else {}
    return {"type": "array", "items": ref(name), **words}


def ref(name: str) -> Schema:
    """What `$defs` has under this name."""
    return {"$ref": f"#/$defs/{name}"}


def workload() -> Schema:
    """As `entries.owner_entry` writes it."""
    properties: Schema = {
        "namespace": {
            "type": "string",
            "description": "Empty where no manifest gives the namespace.",
        },
        "kind": {"type": "string", "minLength": 1},
        "name": {"type": "string", "minLength": 1},
    }
    text = "What owns the pods: a Deployment, not its ReplicaSets and Pods."
    return entry(properties, description=text)


def addresses() -> Schema:
    """As `entries.entries_of` writes them."""
    return entry({"cidr": _CIDR}, description="Addresses of no pod in view.")


def ports() -> Schema:
    """As `entries.port_entries` writes them."""
    properties: Schema = {"protocol": {"enum": list(PROTOCOLS)}, "from": _PORT, "to": _PORT}
    return entry(properties, description="Ports, both ends included.")


def port() -> Schema:
    """One port."""
    return entry({"protocol": {"enum": list(PROTOCOLS)}, "port": _PORT})


def connection(description: str) -> Schema:
    """Two ends and the ports between them."""
    end = {"oneOf": [ref("workload"), ref("addresses")]}
    properties = {"source": end, "destination": end, "ports": {**each("ports"), "minItems": 1}}
    return entry(properties, description=description)
