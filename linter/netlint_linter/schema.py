"""The JSON Schema of the configuration file, for editors and for checking what users write."""

from __future__ import annotations

from netlint_linter.settings import PRESETS
from netlint_rules.finding import Severity
from netlint_rules.settings import schema as parts
from netlint_rules.settings.schema import Schema


def schema() -> Schema:
    """The schema of netlint.yaml, with the settings of every rule."""
    return parts.configuration(
        "netlint configuration",
        "netlint.yaml, .netlint.yaml, or [tool.netlint] in pyproject.toml.",
        {**_findings(), **_view(), **_run(), "facts": parts.facts()},
    )


def _findings() -> Schema:
    levels = (*Severity, "off")
    in_files = parts.mapping(
        "Choices for the files that match paths.",
        {
            "paths": parts.texts("Globs of files, relative to this file's folder."),
            "ignore": parts.selectors("Rules not to report in these files."),
            "severity": parts.severities("Severities of single rules in these files.", levels),
        },
        ("paths",),
    )
    return {
        "preset": parts.enum(
            "What to begin with: strict asks for default-deny in both directions, pedantic shows "
            "every finding. Default: default.",
            tuple(PRESETS),
        ),
        "select": parts.selectors("Rules to run instead of all."),
        "extend-select": parts.selectors("Rules to run besides the selected ones."),
        "ignore": parts.selectors("Rules not to run."),
        "severity": parts.severities("Severities of single rules; off switches one off.", levels),
        "min-severity": parts.min_severity("is shown"),
        "min-confidence": parts.min_confidence("is shown"),
        "strict": parts.strict(),
        "options": parts.options(),
        "expect": parts.expect(
            "Who must reach whom, and who must not:"
            " SOURCE -> DESTINATION[:PORT] allow or deny [except ENDPOINT, ...]."
        ),
        "per-path": parts.array("Other choices for the findings in some files.", in_files),
    }


def _view() -> Schema:
    bundle = parts.mapping(
        "One set of files.",
        {
            "name": parts.text("Its name in messages."),
            "paths": parts.texts("Globs of its files, relative to this file's folder."),
            "cluster": parts.cluster("What is different in its cluster."),
        },
        ("name", "paths"),
    )
    return {
        "complete": parts.boolean(
            "The files show the whole cluster: what they don't hold is missing."
        ),
        "complete-namespaces": parts.texts("Namespaces (globs) that the files show completely."),
        "namespace": parts.text("Namespace of objects that name none, as in kubectl --namespace."),
        "cluster": parts.cluster("What is known of the cluster that the files are meant for."),
        "bundles": parts.array(
            "Sets of files that are applied together, such as one a cluster or an environment.",
            bundle,
        ),
        "external-workloads": parts.external_workloads("Pods that no file shows."),
    }


def _run() -> Schema:
    from netlint_linter.output import FORMATS

    return {
        "exclude": parts.texts("Files and folders to leave out, written as in .gitignore."),
        "format": parts.enum("The output format. Default: text.", FORMATS),
        "fail-on": parts.enum(
            "The least severity that fails a run. Default: warning.", (*Severity, "never")
        ),
        "baseline": parts.text("File with findings that are known; --write-baseline writes it."),
    }
