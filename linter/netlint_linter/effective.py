"""What flags change in the settings of the configuration file."""

from __future__ import annotations

from netlint_linter.errors import UsageError
from netlint_linter.settings import Settings
from netlint_rules.config import ClusterFacts, Config, Selection, View
from netlint_rules.finding import Confidence, Severity
from netlint_rules.record import replace
from netlint_rules.settings.body import level, levels
from netlint_rules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

_LISTS = {
    "cluster_cidr": "cluster_cidrs",
    "service_cidr": "service_cidrs",
    "node_cidr": "node_cidrs",
    "api_server": "api_server",
}
_NAMES = ("cni", "dns_profile", "platform", "kube_version")


def with_flags(settings: Settings, args: argparse.Namespace) -> Settings:
    """The settings with the flags on top.

    What a flag gives replaces what the file gives: --select all of the file's choice of rules,
    --severity the file's `off` too. --extend-select, --ignore, --exclude and
    --complete-namespace add to it. Raises UsageError for unknown names.
    """
    config = settings.config
    changed = replace(
        config,
        cluster=_cluster(config, args),
        view=_view(config.view, args),
        selection=_selection(config.selection, args),
        strict=config.strict or args.strict,
    )
    return replace(
        settings,
        config=changed,
        exclude=(*settings.exclude, *args.exclude),
        namespace=args.namespace or settings.namespace,
        fail_on=level(args.fail_on) if args.fail_on else settings.fail_on,
        baseline=args.baseline or settings.baseline,
    )


def _cluster(config: Config, args: argparse.Namespace) -> ClusterFacts:
    names = {field: getattr(args, field) for field in _NAMES}
    lists = {field: tuple(getattr(args, flag)) for flag, field in _LISTS.items()}
    given = {field: value for field, value in (names | lists).items() if value}
    if given:
        _check_names(given, config)
    return replace(config.cluster, **given)


def _view(view: View, args: argparse.Namespace) -> View:
    return View(
        view.complete or args.complete,
        (*view.namespaces, *args.complete_namespace),
    )


def _selection(selection: Selection, args: argparse.Namespace) -> Selection:
    off, severities = levels(dict(args.severity))
    base = Selection() if args.select else selection
    ignore = [word for word in base.ignore if word not in severities]
    chosen = Selection(
        select=tuple(args.select) or base.select,
        extend_select=(*base.extend_select, *args.extend_select),
        ignore=(*ignore, *args.ignore, *off),
        severities={**selection.severities, **severities},
        min_severity=Severity(args.min_severity or selection.min_severity),
        min_confidence=Confidence(args.min_confidence or selection.min_confidence),
    )
    return _widened(chosen, args)


def _widened(selection: Selection, args: argparse.Namespace) -> Selection:
    """The thresholds that other flags imply, unless a threshold is given itself."""
    severity, confidence = selection.min_severity, selection.min_confidence
    if (args.pedantic or args.fail_on == "info") and not args.min_severity:
        severity = Severity.INFO
    if args.pedantic and not args.min_confidence:
        confidence = Confidence.LOW
    return replace(selection, min_severity=severity, min_confidence=confidence)


def _check_names(given: dict[str, Any], config: Config) -> None:
    from netlint_rules.facts import Facts
    from netlint_rules.settings.examine import unknown_names

    for field, message in unknown_names(Facts(config.facts), given):
        raise UsageError(f"--{field.replace('_', '-')}: {message}")
