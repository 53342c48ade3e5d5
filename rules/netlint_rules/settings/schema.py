"""JSON Schema of what the configurations of all front ends share, and the pieces to write more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from netlint_rules.finding import Confidence, Severity
from netlint_rules.settings import values

Schema = dict[str, Any]


def configuration(title: str, description: str, properties: Schema) -> Schema:
    """The schema (draft 2020-12) of a configuration with these keys."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": description,
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "$defs": {"selector": _selector()},
    }


def severities(description: str, words: Iterable[str] = Severity) -> Schema:
    """Severities by the words that name rules."""
    return by_selector(description, {"enum": [str(word) for word in words]})


def min_severity(effect: str) -> Schema:
    """The least severity that has an effect."""
    return enum(f"The least severity that {effect}. Default: warning.", Severity)


def min_confidence(effect: str) -> Schema:
    """The least confidence that has an effect."""
    return enum(f"The least confidence that {effect}. Default: medium.", Confidence)


def strict() -> Schema:
    """Whether more is required of a namespace."""
    return boolean("Ask for default-deny in both directions of every namespace.")


def cluster(description: str) -> Schema:
    """What is known of a cluster: the fields of ClusterFacts."""
    cidr = {"type": "string", "format": "netlint-cidr"}
    address = {"type": "string", "format": "netlint-address"}
    return mapping(
        description,
        {
            "cluster-cidrs": array("Ranges of pod addresses.", cidr),
            "service-cidrs": array("Ranges of Service addresses.", cidr),
            "node-cidrs": array("Ranges of node addresses.", cidr),
            "external-ranges": array(
                "Ranges that look like the cluster's but belong to something else.", cidr
            ),
            "api-server": array("Addresses or CIDRs that the API server connects from.", address),
            "cni": text("The network plugin, such as cilium or calico."),
            "dns-profile": text("How pods resolve names, such as coredns or nodelocal."),
            "platform": text("The platform, such as eks or gke."),
            "kube-version": {
                **text('The Kubernetes version, in quotes: "1.31".'),
                "format": "netlint-version",
            },
        },
    )


def external_workloads(description: str) -> Schema:
    """Pods that the user declares."""
    port = mapping(
        "A container port.",
        {
            "name": text("Its name, as policies may use it."),
            "protocol": enum("Default: TCP.", ("TCP", "UDP", "SCTP")),
            "port": number("Its number.", 1, 65535),
        },
        ("port",),
    )
    labels = {"description": "Their labels.", "type": "object"}
    pods = mapping(
        "Pods of one kind.",
        {
            "namespace": text("Their namespace, or a glob."),
            "labels": {**labels, "additionalProperties": {"type": "string"}},
            "ports": array("Their container ports.", port),
        },
        ("namespace", "labels"),
    )
    return array(description, pods)


def expect(description: str) -> Schema:
    """What must pass, and what must not."""
    return array(
        description,
        {
            "type": "string",
            "format": "netlint-expectation",
            "examples": [
                "shop/api -> shop/db:5432 allow",
                "any -> shop/db deny except shop/api",
                "internet -> any deny except shop/web",
            ],
        },
    )


def options() -> Schema:
    """The settings of every rule."""
    from netlint_rules.registry import all_rules

    known = {
        f"{rule.name}.{name}": {"description": sentence, "default": default, **_kind(default)}
        for rule in all_rules()
        for name, (default, sentence) in rule.options.items()
    }
    return mapping("Settings of single rules, by rule.option.", known)


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


def facts() -> Schema:
    """Rows that add to or override the tables of facts."""
    from netlint_rules.facts import schema

    return {key: value for key, value in schema().items() if not key.startswith("$")}


def _selector() -> Schema:
    return {
        "description": "A code, a prefix of one, or the name of a code, a rule or a group.",
        "type": "string",
        "format": "netlint-selector",
        "examples": values.selectors(),
    }


def selectors(description: str) -> Schema:
    """A list of words that name rules."""
    text = f"{description} By code, prefix, name, rule or group."
    return array(text, {"$ref": "#/$defs/selector"})


def by_selector(description: str, value: Schema) -> Schema:
    """Values by the words that name rules."""
    return {
        "description": description,
        "type": "object",
        "propertyNames": {"$ref": "#/$defs/selector"},
        "additionalProperties": value,
    }


def mapping(description: str, properties: Schema, required: Sequence[str] = ()) -> Schema:
    """A mapping with these keys and no others."""
    return {
        "description": description,
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        **({"required": list(required)} if required else {}),
    }


def array(description: str, items: Schema) -> Schema:
    """A list."""
    return {"description": description, "type": "array", "items": items}


def texts(description: str) -> Schema:
    """A list of texts, such as globs."""
    return array(description, {"type": "string", "minLength": 1})


def enum(description: str, words: Iterable[str]) -> Schema:
    """One of some words."""
    return {"description": description, "enum": [str(word) for word in words]}


def text(description: str) -> Schema:
    """A text that isn't empty."""
    return {"description": description, "type": "string", "minLength": 1}


def number(description: str, least: int, most: int) -> Schema:
    """A whole number."""
    return {"description": description, "type": "integer", "minimum": least, "maximum": most}


def boolean(description: str) -> Schema:
    """True or false."""
    return {"description": description, "type": "boolean"}
