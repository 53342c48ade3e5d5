"""The settings of a run: the configuration file's, with the flags on top."""

from __future__ import annotations

from collections.abc import Mapping

from netlint_linter.configfile import locate
from netlint_linter.paths import Where, here
from netlint_rules.bundle.model import BundleSpec
from netlint_rules.config import Config
from netlint_rules.finding import Severity
from netlint_rules.record import dataclass, field
from netlint_rules.settings.body import Body, cluster, config, level, levels

PRESETS: Mapping[str, Body] = {
    "default": {},
    "strict": {"strict": True},
    "pedantic": {"min-severity": "info", "min-confidence": "low"},
}
"""The values of `preset`, with the keys that each stands for."""


@dataclass(frozen=True, slots=True)
class PerPath:
    """Other choices for the findings in some files (globs, relative to the configuration file)."""

    paths: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that the user decided.

    `file` is the configuration file as shown to users, empty where there is none; `root` is its
    folder, or the working directory. `fail_on` is the least severity that fails a run, None
    never. `baseline` is the path of a baseline file or empty.
    """

    config: Config = field(default_factory=Config)
    bundles: tuple[BundleSpec, ...] = ()
    per_path: tuple[PerPath, ...] = ()
    exclude: tuple[str, ...] = ()
    namespace: str = ""
    format: str = "text"
    fail_on: Severity | None = Severity.WARNING
    baseline: str = ""
    file: str = ""
    root: str = "."


def load(start: Where, explicit: str | None) -> Settings:
    """The settings of the nearest configuration file at or above `start`.

    Where there is none, the working directory and its parents are searched: what is linted may
    lie elsewhere, as a renderer's output does. `explicit` names the file instead.
    Raises ConfigError for a mistake in it, UsageError where it can't be read.
    """
    path = explicit or locate(start) or locate(here())
    if path is None:
        return Settings()
    from pathlib import Path

    from netlint_linter.configtext import read

    return read(Path(path))


def from_body(body: Body) -> Settings:
    """The settings that a checked configuration describes; other keys count before the preset's."""
    body = {**PRESETS[body.get("preset", "default")], **body}
    return Settings(
        config=config(body),
        bundles=tuple(_bundle(entry) for entry in body.get("bundles", ())),
        per_path=tuple(_per_path(entry) for entry in body.get("per-path", ())),
        exclude=tuple(body.get("exclude", ())),
        namespace=body.get("namespace", ""),
        format=body.get("format", "text"),
        fail_on=level(body.get("fail-on", "warning")),
        baseline=body.get("baseline", ""),
    )


def _bundle(entry: Body) -> BundleSpec:
    return BundleSpec(entry["name"], tuple(entry["paths"]), cluster(entry.get("cluster", {})))


def _per_path(entry: Body) -> PerPath:
    off, severities = levels(entry.get("severity", {}))
    return PerPath(tuple(entry["paths"]), (*entry.get("ignore", ()), *off), severities)
