"""The JSON Schema of the webhook's configuration: keys of netlint.yaml, and some of its own."""

from __future__ import annotations

from netlint_rules.finding import Severity
from netlint_rules.settings import schema as parts
from netlint_rules.settings.schema import Schema
from netlint_webhook.modes import PRESETS, Mode
from netlint_webhook.settings import Honour

_MILD = (Mode.OFF, Mode.AUDIT, Mode.WARN)


def schema() -> Schema:
    """The schema of the file, with the settings of every rule."""
    return parts.configuration(
        "netlint webhook configuration",
        "The file that netlint-webhook --config names.",
        {**_modes(), **_requests(), **_rules()},
    )


def _modes() -> Schema:
    words = {"enum": [str(mode) for mode in Mode]}
    override = parts.mapping(
        "Modes for the namespaces that match names.",
        {
            "names": parts.texts("Globs of namespaces."),
            "modes": parts.by_selector("Modes by code, prefix, name, rule or group.", words),
        },
        ("names", "modes"),
    )
    return {
        "preset": parts.enum("Modes to begin with. Default: default.", PRESETS),
        "modes": parts.by_selector(
            "Modes by code, prefix, name, rule or group; all is every rule.", words
        ),
        "namespaces": parts.array(
            "Other modes in some namespaces; the last entry that names one counts.", override
        ),
        "unproven": parts.enum(
            "What to do with what may be wrong, for all that is in view. Default: audit.", _MILD
        ),
        "lowered-isolation": parts.enum(
            "What to do when a change or removal opens pods. Default: warn.", _MILD
        ),
    }


def _requests() -> Schema:
    exempt = parts.mapping(
        "Whose requests are admitted unread.",
        {
            "namespaces": parts.texts("Globs of namespaces. Default: those of Kubernetes itself."),
            "users": parts.texts("Globs of user names."),
            "groups": parts.texts("Globs of groups of users."),
        },
    )
    return {
        "exempt": exempt,
        "deny-from": parts.enum("The least severity that denies. Default: the preset's.", Severity),
        "ratchet": parts.boolean(
            "Let updates keep the mistakes that the object had. Default: true."
        ),
        "suppressions": parts.enum(
            "What the annotation netlint.dev/ignore silences. Default: warnings, never denials.",
            Honour,
        ),
        "max-findings": parts.number("The most findings of a response. Default: 20.", 1, 100),
    }


def _rules() -> Schema:
    return {
        "severity": parts.severities("Severities of single rules; modes switches them off."),
        "min-severity": parts.min_severity("warns"),
        "min-confidence": parts.min_confidence("warns"),
        "strict": parts.strict(),
        "options": parts.options(),
        "cluster": parts.cluster("What is known of the cluster."),
        "external-workloads": parts.external_workloads("Pods that the webhook can't see."),
        "facts": parts.facts(),
    }
