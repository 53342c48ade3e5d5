"""`netlint config`: the settings in effect, written as a configuration file."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from os.path import relpath
from typing import Any

from netlint_linter import flags, screen
from netlint_linter.commands import linting
from netlint_linter.settings import Settings
from netlint_rules.bundle.model import BundleSpec
from netlint_rules.choices import StrEnum
from netlint_rules.config import ExternalWorkload

_PORT = ("name", "protocol", "port")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="what would be linted")
    flags.add(parser)


def run(args: argparse.Namespace) -> int:
    """Print the settings as YAML."""
    import yaml

    settings = linting.settings_of(args, tuple(args.paths) or (".",))
    screen.write(f"# {settings.file or 'no configuration file'}\n")
    screen.write(yaml.safe_dump(as_body(settings), sort_keys=False, allow_unicode=True))
    return 0


def as_body(settings: Settings) -> dict[str, Any]:
    """The settings with the keys of netlint.yaml, without what is empty."""
    config, selection = settings.config, settings.config.selection
    body = {
        "select": selection.select,
        "extend-select": selection.extend_select,
        "ignore": selection.ignore,
        "severity": selection.severities,
        "min-severity": selection.min_severity,
        "min-confidence": selection.min_confidence,
        "strict": config.strict,
        "options": config.options,
        "per-path": settings.per_path,
        "complete": config.view.complete,
        "complete-namespaces": config.view.namespaces,
        "namespace": settings.namespace,
        "cluster": config.cluster,
        "bundles": settings.bundles,
        "external-workloads": config.external_workloads,
        "exclude": settings.exclude,
        "format": settings.format,
        "fail-on": settings.fail_on or "never",
        "baseline": settings.baseline and relpath(settings.baseline, settings.root),
        "expect": [expected.text for expected in config.expect],
        "facts": config.facts,
    }
    return _without_empty(body)


def _without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    plain = {key: _plain(value) for key, value in values.items()}
    return {key: value for key, value in plain.items() if value not in ("", False, [], {})}


def _plain(value: Any) -> Any:
    """The value as YAML writes it."""
    match value:
        case StrEnum():
            return value.value
        case ExternalWorkload():
            ports = [dict(zip(_PORT, port, strict=True)) for port in value.ports]
            return {"namespace": value.namespace, "labels": dict(value.labels), "ports": ports}
        case BundleSpec():
            cluster = {_key(name): _plain(item) for name, item in value.cluster.items()}
            return {"name": value.name, "paths": list(value.paths), "cluster": cluster}
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
    if is_dataclass(value):
        return _without_empty(
            {_key(item.name): getattr(value, item.name) for item in fields(value)}
        )
    return value


def _key(field: str) -> str:
    return {"severities": "severity"}.get(field, field.replace("_", "-"))
