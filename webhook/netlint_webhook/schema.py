"""The JSON Schema of the webhook's configuration: keys of netlint.yaml, and those about requests.

Formats `netlint-…` are this project's own: editors pass over them, the webhook checks them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from netlint_rules.addresses import AddressSet
from netlint_rules.facts import schema as facts_schema
from netlint_rules.finding import Confidence, Severity
from netlint_rules.registry import all_rules, find
from netlint_webhook.modes import PRESETS, Mode
from netlint_webhook.settings import Honour

Schema = dict[str, Any]

_MILD = (Mode.OFF, Mode.AUDIT, Mode.WARN)


def schema() -> Schema:
    """The schema (draft 2020-12), with the settings of every rule."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "netlint webhook configuration",
        "description": "The file that netlint-webhook --config names.",
        **_object("", {**_requests(), **_rules(), **_cluster()}),
    }


def _requests() -> Schema:
    modes = _modes("Modes by code, prefix, name, rule or group; all is every rule.")
    override = _object(
        "Modes for the namespaces that match names.",
        {"names": _texts("Globs of namespaces."), "modes": modes},
        ("names", "modes"),
    )
    return {
        "preset": _enum("Modes to begin with. Default: default.", PRESETS),
        "modes": modes,
        "namespaces": _array(
            "Other modes in some namespaces; the last entry that names one counts.", override
        ),
        "exempt": _exempt(),
        "deny-from": _enum("The least severity that denies. Default: the preset's.", Severity),
        "ratchet": _boolean("Let updates keep the mistakes that the object had. Default: true."),
        "suppressions": _enum(
            "What the annotation netlint.dev/ignore silences. Default: warnings, never denials.",
            Honour,
        ),
        "unproven": _enum(
            "What to do with what may be wrong, for all that is in view. Default: audit.", _MILD
        ),
        "lowered-isolation": _enum(
            "What to do when a change or removal opens pods. Default: warn.", _MILD
        ),
        "max-findings": {
            "description": "The most findings of a response. Default: 20.",
            "type": "integer",
            "minimum": 1,
            "maximum": 100,
        },
    }


def _exempt() -> Schema:
    return _object(
        "Whose requests are admitted unread.",
        {
            "namespaces": _texts("Globs of namespaces. Default: those of Kubernetes itself."),
            "users": _texts("Globs of user names."),
            "groups": _texts("Globs of groups of users."),
        },
    )


def _rules() -> Schema:
    severities = {
        **_object("Severities of single rules, by code, prefix, name, rule or group."),
        "propertyNames": {"type": "string", "format": "netlint-selector"},
        "additionalProperties": _enum("", Severity),
    }
    return {
        "severity": severities,
        "min-severity": _enum("The least severity that warns. Default: warning.", Severity),
        "min-confidence": _enum("The least confidence that warns. Default: medium.", Confidence),
        "strict": _boolean("Ask for default-deny in both directions of every namespace."),
        "options": _object("Settings of single rules, by rule.option.", _options()),
        "facts": {key: value for key, value in facts_schema().items() if not key.startswith("$")},
    }


def _cluster() -> Schema:
    cidrs = {"type": "string", "format": "netlint-cidr"}
    names = {
        "cluster-cidrs": _array("Ranges of pod addresses.", cidrs),
        "service-cidrs": _array("Ranges of Service addresses.", cidrs),
        "node-cidrs": _array("Ranges of node addresses.", cidrs),
        "external-ranges": _array("Ranges that only look like the cluster's.", cidrs),
        "api-server": _texts("Addresses or CIDRs that the API server connects from."),
        "cni": _text("The network plugin, such as cilium or calico."),
        "dns-profile": _text("How pods resolve names, such as coredns or nodelocal."),
        "platform": _text("The platform, such as eks or gke."),
        "kube-version": _text('The Kubernetes version, in quotes: "1.31".'),
    }
    number = {"type": "integer", "minimum": 1, "maximum": 65535}
    protocol = _enum("Default: TCP.", ("TCP", "UDP", "SCTP"))
    port = _object("A port.", {"name": _text(""), "protocol": protocol, "port": number}, ("port",))
    pods = {
        "namespace": _text("Their namespace, or a glob."),
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "ports": _array("Their container ports.", port),
    }
    workload = _object("Pods of one kind.", pods, ("namespace", "labels"))
    return {
        "cluster": _object("What is known of the cluster.", names),
        "external-workloads": _array("Pods that the webhook can't see.", workload),
    }


def _options() -> Schema:
    return {
        f"{rule.name}.{name}": {"description": sentence, "default": default, **_kind(default)}
        for rule in all_rules()
        for name, (default, sentence) in rule.options.items()
    }


def _kind(default: object) -> Schema:
    """What fits where the rule has this default."""
    if isinstance(default, list | tuple):
        return _array("", {"type": "string"})
    names = {bool: "boolean", int: "integer", str: "string"}
    return {"type": names.get(type(default), "object")}


def _modes(description: str) -> Schema:
    return {
        **_object(description),
        "propertyNames": {"type": "string", "format": "netlint-selector"},
        "additionalProperties": _enum("", Mode),
    }


def _object(description: str, fields: Schema | None = None, required: Any = ()) -> Schema:
    return {
        "description": description,
        "type": "object",
        "additionalProperties": False,
        "properties": fields or {},
        "required": list(required),
    }


def _array(description: str, items: Schema) -> Schema:
    return {"description": description, "type": "array", "items": items}


def _texts(description: str) -> Schema:
    return _array(description, {"type": "string", "minLength": 1})


def _text(description: str) -> Schema:
    return {"description": description, "type": "string", "minLength": 1}


def _enum(description: str, words: Any) -> Schema:
    return {"description": description, "enum": [str(word) for word in words]}


def _boolean(description: str) -> Schema:
    return {"description": description, "type": "boolean"}


def _is_selector(word: str) -> bool:
    if not find(word):
        raise ValueError(f"unknown rule {word} (see netlint rules)")
    return True


def _is_cidr(text: str) -> bool:
    try:
        AddressSet.parse(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a CIDR such as 10.244.0.0/16") from None
    return True


FORMATS: Mapping[str, Callable[[str], bool]] = {
    "netlint-selector": _is_selector,
    "netlint-cidr": _is_cidr,
}
"""Checks of the formats; each raises ValueError with a message for the operator."""
