"""What a checked configuration means: its keys as the values that rules depend on."""

from __future__ import annotations

from collections.abc import Mapping

from netlint_rules.config import ClusterFacts, Config, Expected, ExternalWorkload, Selection, View
from netlint_rules.finding import Confidence, Severity
from netlint_rules.typed import Any

Body = Mapping[str, Any]
"""A configuration as its schema describes it."""


def config(body: Body) -> Config:
    """The part that rules depend on. What a front end has no key for keeps its default."""
    return Config(
        selection=_selection(body),
        cluster=ClusterFacts(**cluster(body.get("cluster", {}))),
        view=View(body.get("complete", False), tuple(body.get("complete-namespaces", ()))),
        strict=body.get("strict", False),
        external_workloads=tuple(map(_workload, body.get("external-workloads", ()))),
        options=dict(body.get("options", {})),
        facts=dict(body.get("facts", {})),
        expect=tuple(Expected(text, at) for at, text in enumerate(body.get("expect", ()))),
    )


def level(word: str) -> Severity | None:
    """A level of fail-on or of severity; None for never and off."""
    return None if word in {"never", "off"} else Severity(word)


def levels(words: Mapping[str, str]) -> tuple[tuple[str, ...], dict[str, Severity]]:
    """What `severity` switches off, and the severities that it gives."""
    off = tuple(word for word, name in words.items() if level(name) is None)
    return off, {word: Severity(name) for word, name in words.items() if word not in off}


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


def _workload(entry: Body) -> ExternalWorkload:
    ports = tuple(
        (port.get("name", ""), port.get("protocol", "TCP"), port["port"])
        for port in entry.get("ports", ())
    )
    return ExternalWorkload(entry["namespace"], dict(entry["labels"]), ports)
