"""The settings of a run: the configuration file's, with the flags on top."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from netlint_linter.configfile import locate
from netlint_rules.bundle.model import BundleSpec
from netlint_rules.config import ClusterFacts, Config, ExternalWorkload, Selection, View
from netlint_rules.finding import Confidence, Severity

Body = Mapping[str, Any]
"""A configuration as its schema describes it: the keys of netlint.yaml."""


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
    root: Path = Path()


def load(start: Path, explicit: str | None) -> Settings:
    """The settings of the nearest configuration file at or above `start`.

    Where there is none, the working directory and its parents are searched: what is linted may
    lie elsewhere, as a renderer's output does. `explicit` names the file instead.
    Raises ConfigError for a mistake in it, UsageError where it can't be read.
    """
    path = Path(explicit) if explicit else locate(start) or locate(Path.cwd())
    if path is None:
        return Settings()
    from netlint_linter.configtext import read

    return read(path)


def from_body(body: Body) -> Settings:
    """The settings that a checked configuration describes."""
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


def config(body: Body) -> Config:
    """The part of a checked configuration that rules depend on."""
    return Config(
        selection=_selection(body),
        cluster=ClusterFacts(**cluster(body.get("cluster", {}))),
        view=View(body.get("complete", False), tuple(body.get("complete-namespaces", ()))),
        strict=body.get("strict", False),
        external_workloads=tuple(_workload(entry) for entry in body.get("external-workloads", ())),
        options=dict(body.get("options", {})),
        facts=dict(body.get("facts", {})),
    )


def level(word: str) -> Severity | None:
    """A level of fail-on or of severity; None for never and off."""
    return None if word in {"never", "off"} else Severity(word)


def cluster(body: Body) -> dict[str, Any]:
    """The fields of ClusterFacts that a configuration's `cluster` gives."""
    return {
        key.replace("-", "_"): tuple(value) if isinstance(value, list) else value
        for key, value in body.items()
    }


def _selection(body: Body) -> Selection:
    off, severities = levels(body.get("severity", {}))
    return Selection(
        select=tuple(body.get("select", ())),
        extend_select=tuple(body.get("extend-select", ())),
        ignore=(*body.get("ignore", ()), *off),
        severities=severities,
        min_severity=Severity(body.get("min-severity", "warning")),
        min_confidence=Confidence(body.get("min-confidence", "medium")),
    )


def levels(words: Mapping[str, str]) -> tuple[tuple[str, ...], dict[str, Severity]]:
    """What `severity` switches off, and the severities that it gives."""
    off = tuple(word for word, name in words.items() if level(name) is None)
    return off, {word: Severity(name) for word, name in words.items() if word not in off}


def _workload(entry: Body) -> ExternalWorkload:
    ports = tuple(
        (port.get("name", ""), port.get("protocol", "TCP"), port["port"])
        for port in entry.get("ports", ())
    )
    return ExternalWorkload(entry["namespace"], dict(entry["labels"]), ports)


def _bundle(entry: Body) -> BundleSpec:
    return BundleSpec(entry["name"], tuple(entry["paths"]), cluster(entry.get("cluster", {})))


def _per_path(entry: Body) -> PerPath:
    off, severities = levels(entry.get("severity", {}))
    return PerPath(tuple(entry["paths"]), (*entry.get("ignore", ()), *off), severities)
