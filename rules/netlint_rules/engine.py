"""Runs rules over bundles: the one pure function that both front ends call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from netlint_rules.apivalidation import minor_version
from netlint_rules.config import Config, Selection
from netlint_rules.context import Context, Workspace
from netlint_rules.finding import Finding, Severity
from netlint_rules.record import dataclass, replace
from netlint_rules.registry import by_code
from netlint_rules.report import InternalError
from netlint_rules.rule import Outline, Scope
from netlint_rules.selection import selects, severity_of
from netlint_rules.traits import Trait


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules found in one bundle, which of them crashed, and which weren't asked."""

    findings: tuple[Finding, ...] = ()
    errors: tuple[InternalError, ...] = ()
    skipped: tuple[str, ...] = ()


def examine(
    workspace: Workspace,
    rules: Iterable[Outline],
    namespaces: Sequence[str] | None = None,
    expired: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Every finding of the rules in a bundle, whatever its severity.

    `namespaces` limits the work; None means all of them. A rule that crashes is reported and the
    others go on. `expired` says before each rule whether the time is over.
    """
    where = workspace.index.names() if namespaces is None else namespaces
    findings: list[Finding] = []
    errors: list[InternalError] = []
    skipped: dict[str, None] = {}
    contexts: dict[Outline, Context] = {}
    for place, due in _asked(workspace, tuple(rules), where):
        for rule in due:
            if expired():
                skipped[rule.name] = None
                continue
            context = contexts.get(rule)
            if context is None:
                context = contexts[rule] = Context(workspace, rule)
            try:
                findings.extend(rule.check(context, place))
            except Exception as error:  # noqa: BLE001 - one rule must not end the run
                errors.append(_crash(context, place, error))
    return Outcome(tuple(findings), tuple(errors), tuple(skipped))


def _asked(
    workspace: Workspace, rules: tuple[Outline, ...], namespaces: Iterable[str]
) -> Iterator[tuple[str, tuple[Outline, ...]]]:
    """Each namespace with the rules that look for what its policies have; "" is once a run."""
    adds = workspace.adds
    once, everywhere = _by_scope(rules)
    yield "", once
    if everywhere:
        for name in namespaces:
            alone, near = workspace.traits(name, alone=True), workspace.traits(name, alone=False)
            yield name, _due(everywhere, alone, near, adds)


@lru_cache(maxsize=64)
def _by_scope(rules: tuple[Outline, ...]) -> tuple[tuple[Outline, ...], tuple[Outline, ...]]:
    """The rules that are called once a run, and those that are called for each namespace."""
    scopes = [rule.scope is Scope.NAMESPACE for rule in rules]
    once = tuple(rule for rule, everywhere in zip(rules, scopes, strict=True) if not everywhere)
    return once, tuple(rule for rule in rules if rule not in once)


@lru_cache(maxsize=1024)
def _due(
    rules: tuple[Outline, ...], alone: frozenset[Trait], near: frozenset[Trait], adds: bool
) -> tuple[Outline, ...]:
    """The rules that have something to look at in policies with these traits."""
    return tuple(rule for rule in rules if rule.needs <= (alone if rule.spares(adds) else near))


def _crash(context: Context, namespace: str, error: Exception) -> InternalError:
    files = {policy.document.origin.file for policy in context.index.policies.get(namespace, ())}
    message = f"{type(error).__name__}: {error}"
    return InternalError(context.rule.name, namespace, tuple(sorted(files)), message)


def settle(findings: Iterable[Finding], config: Config) -> list[Finding]:
    """Findings of selected codes, with the user's severities, in the order given.

    A fix that isn't proven to leave all traffic as it is counts as unsafe, whatever its rule says.
    """
    minor = minor_version(config.cluster.kube_version)
    known: dict[str, tuple[bool, Severity | None]] = {}
    settled = []
    for finding in findings:
        if finding.code not in known:
            known[finding.code] = _chosen(finding.code, config.selection)
        is_selected, severity = known[finding.code]
        if is_selected:
            leveled = finding if severity is None else replace(finding, severity=severity)
            settled.append(_graded(leveled, minor))
    return settled


def _chosen(number: str, selection: Selection) -> tuple[bool, Severity | None]:
    """Whether a code is selected, and the severity that the user gives it, if any."""
    rule, code = by_code()[number]
    return selects(selection, rule, code), severity_of(selection, rule, code)


def _graded(finding: Finding, minor: int) -> Finding:
    if finding.fix is None:
        return finding
    from netlint_rules.effect import graded

    return graded(finding, minor)


def is_shown(finding: Finding, selection: Selection) -> bool:
    """Whether a finding passes the thresholds."""
    return (
        finding.severity.rank <= selection.min_severity.rank
        and finding.confidence.rank <= selection.min_confidence.rank
    )


def order(finding: Finding) -> tuple[object, ...]:
    """The sort key of reports: file, line, column, code, message."""
    span = finding.primary.span
    place = (span.line, span.column) if span else (0, 0)
    return (finding.primary.file, *place, finding.code, finding.primary.api_path, finding.message)


def merge(
    outcomes: Sequence[tuple[str, Sequence[Finding]]], homes: dict[str, frozenset[str]]
) -> list[Finding]:
    """One finding for the same mistake in several bundles.

    `outcomes` holds each bundle's name and findings, `homes` the names of the bundles that each
    file is in, where there are several bundles. A merged finding names its bundles only where it
    doesn't hold in all of those, and is dropped then if its code asks for that.
    """
    if len({bundle for bundle, _ in outcomes}) < 2:
        return [finding for _, findings in outcomes for finding in findings]
    groups: dict[tuple[object, ...], list[tuple[str, Finding]]] = defaultdict(list)
    for bundle, findings in outcomes:
        seen: dict[tuple[object, ...], int] = defaultdict(int)
        for finding in findings:
            place = _place(finding)
            groups[*place, seen[place]].append((bundle, finding))
            seen[place] += 1
    merged = [_merged(group, homes) for group in groups.values()]
    codes = by_code()
    return [each for each in merged if not (each.bundles and codes[each.code][1].everywhere)]


def _place(finding: Finding) -> tuple[object, ...]:
    document = finding.primary.document
    return (finding.code, document.origin.file, document.index, finding.primary.path)


def _merged(group: list[tuple[str, Finding]], homes: dict[str, frozenset[str]]) -> Finding:
    """The most severe of the findings, with the bundles that it holds in."""
    first = min(
        (finding for _, finding in group), key=lambda f: (f.severity.rank, f.confidence.rank)
    )
    holds = frozenset(bundle for bundle, _ in group)
    everywhere = homes.get(first.primary.file, holds) <= holds
    return first if everywhere else replace(first, bundles=tuple(sorted(holds)))
