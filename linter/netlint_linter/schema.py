"""The JSON Schema of the configuration file, for editors and for checking what users write.

The formats `netlint-…` are this project's own: editors pass over them, netlint checks them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from netlint_linter import values

Schema = dict[str, Any]

FORMATS: Mapping[str, Callable[[str], str]] = {
    "netlint-selector": values.selector,
    "netlint-cidr": values.cidr,
    "netlint-address": values.address,
    "netlint-version": values.kube_version,
}
"""Checks of the formats; each raises ValueError with a message for the user."""

LEVELS = ("error", "warning", "info")
CONFIDENCES = ("certain", "high", "medium", "low")


def schema() -> Schema:
    """The schema (draft 2020-12) of netlint.yaml, with the settings of every rule."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "netlint configuration",
        "description": "netlint.yaml, .netlint.yaml, or [tool.netlint] in pyproject.toml.",
        "type": "object",
        "additionalProperties": False,
        "properties": {**_findings(), **_view(), **_run(), **_tables()},
        "$defs": {"selector": _selector()},
    }


def _findings() -> Schema:
    return {
        "select": _selectors("Rules to run instead of all."),
        "extend-select": _selectors("Rules to run besides the selected ones."),
        "ignore": _selectors("Rules not to run."),
        "severity": _severities("Severities of single rules; off switches one off."),
        "min-severity": _enum("The least severity that is shown. Default: warning.", LEVELS),
        "min-confidence": _enum(
            "The least confidence that is shown. Default: medium.", CONFIDENCES
        ),
        "strict": _boolean("Ask for default-deny in both directions of every namespace."),
        "options": _object("Settings of single rules, by rule.option.", _options()),
        "per-path": _array(
            "Other choices for the findings in some files.",
            _object(
                "Choices for the files that match paths.",
                {
                    "paths": _globs("Globs of files, relative to this file's folder."),
                    "ignore": _selectors("Rules not to report in these files."),
                    "severity": _severities("Severities of single rules in these files."),
                },
                ("paths",),
            ),
        ),
    }


def _view() -> Schema:
    return {
        "complete": _boolean("The files show the whole cluster: what they don't hold is missing."),
        "complete-namespaces": _globs("Namespaces (globs) that the files show completely."),
        "namespace": _string("Namespace of objects that name none, as in kubectl --namespace."),
        "cluster": _cluster("What is known of the cluster that the files are meant for."),
        "bundles": _array(
            "Sets of files that are applied together, such as one a cluster or an environment.",
            _object(
                "One set of files.",
                {
                    "name": _string("Its name in messages."),
                    "paths": _globs("Globs of its files, relative to this file's folder."),
                    "cluster": _cluster("What is different in its cluster."),
                },
                ("name", "paths"),
            ),
        ),
        "external-workloads": _array("Pods that no file shows.", _external_workload()),
    }


def _cluster(description: str) -> Schema:
    cidr = {"type": "string", "format": "netlint-cidr"}
    address = {"type": "string", "format": "netlint-address"}
    return _object(
        description,
        {
            "cluster-cidrs": _array("Ranges of pod addresses.", cidr),
            "service-cidrs": _array("Ranges of Service addresses.", cidr),
            "node-cidrs": _array("Ranges of node addresses.", cidr),
            "external-ranges": _array(
                "Ranges that look like the cluster's but belong to something else.", cidr
            ),
            "api-server": _array("Addresses or CIDRs that the API server connects from.", address),
            "cni": _string("The network plugin, such as cilium or calico."),
            "dns-profile": _string("How pods resolve names, such as coredns or nodelocal."),
            "platform": _string("The platform, such as eks or gke."),
            "kube-version": {
                **_string('The Kubernetes version, in quotes: "1.31".'),
                "format": "netlint-version",
            },
        },
    )


def _external_workload() -> Schema:
    port = _object(
        "A container port.",
        {
            "name": _string("Its name, as policies may use it."),
            "protocol": _enum("Default: TCP.", ("TCP", "UDP", "SCTP")),
            "port": {
                "description": "Its number.",
                "type": "integer",
                "minimum": 1,
                "maximum": 65535,
            },
        },
        ("port",),
    )
    labels = {"description": "Their labels.", "type": "object"}
    return _object(
        "Pods of one kind.",
        {
            "namespace": _string("Their namespace, or a glob."),
            "labels": {**labels, "additionalProperties": {"type": "string"}},
            "ports": _array("Their container ports.", port),
        },
        ("namespace", "labels"),
    )


def _run() -> Schema:
    from netlint_linter.output import FORMATS as OUTPUT_FORMATS

    return {
        "exclude": _globs("Files and folders to leave out, written as in .gitignore."),
        "format": _enum("The output format. Default: text.", OUTPUT_FORMATS),
        "fail-on": _enum(
            "The least severity that fails a run. Default: warning.", (*LEVELS, "never")
        ),
        "baseline": _string("File with findings that are known; --write-baseline writes it."),
    }


def _tables() -> Schema:
    from netlint_rules.facts import schema as facts_schema

    tables = {key: value for key, value in facts_schema().items() if not key.startswith("$")}
    return {"facts": tables}


def _options() -> Schema:
    from netlint_rules.registry import all_rules

    return {
        f"{rule.name}.{name}": {"description": sentence, "default": default, **_kind(default)}
        for rule in all_rules()
        for name, (default, sentence) in rule.options.items()
    }


def _kind(default: object) -> Schema:
    """What fits where the rule has this default."""
    match default:
        case bool():
            return {"type": "boolean"}
        case int():
            return {"type": "integer"}
        case str():
            return {"type": "string"}
        case list() | tuple():
            return {"type": "array", "items": {"type": "string"}}
    return {"type": "object"}


def _selector() -> Schema:
    return {
        "description": "A code, a prefix of one, or the name of a code, a rule or a group.",
        "type": "string",
        "format": "netlint-selector",
        "examples": values.selectors(),
    }


def _selectors(description: str) -> Schema:
    text = f"{description} By code, prefix, name, rule or group."
    return _array(text, {"$ref": "#/$defs/selector"})


def _severities(description: str) -> Schema:
    return {
        "description": description,
        "type": "object",
        "propertyNames": {"$ref": "#/$defs/selector"},
        "additionalProperties": {"enum": [*LEVELS, "off"]},
    }


def _object(description: str, properties: Schema, required: Sequence[str] = ()) -> Schema:
    return {
        "description": description,
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        **({"required": list(required)} if required else {}),
    }


def _array(description: str, items: Schema) -> Schema:
    return {"description": description, "type": "array", "items": items}


def _globs(description: str) -> Schema:
    return _array(description, {"type": "string", "minLength": 1})


def _enum(description: str, words: Sequence[str]) -> Schema:
    return {"description": description, "enum": list(words)}


def _string(description: str) -> Schema:
    return {"description": description, "type": "string", "minLength": 1}


def _boolean(description: str) -> Schema:
    return {"description": description, "type": "boolean"}
