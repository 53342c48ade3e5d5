"""One run: files to documents, documents to bundles, bundles to a report."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from os.path import relpath

from netlint_linter.discover import Found, extra, find
from netlint_linter.examining import Examination, workspace_of
from netlint_linter.overview import Overview
from netlint_linter.paths import here
from netlint_linter.reading import Inputs, Progress, Reader, add_rendered, read_found
from netlint_linter.request import Request
from netlint_rules.bundle import Bundle, Cut, cut
from netlint_rules.context import Workspace
from netlint_rules.engine import Outcome, examine, is_shown, merge, order, settle
from netlint_rules.facts import Facts
from netlint_rules.finding import Finding
from netlint_rules.index import ResourceIndex, wanted_kinds
from netlint_rules.registry import outlines
from netlint_rules.report import InternalError, Report
from netlint_rules.rule import Outline, Scope
from netlint_rules.selection import enabled
from netlint_rules.source.document import Origin
from netlint_rules.source.trouble import TroubleKind
from netlint_rules.suppress import known_words, silenced
from netlint_rules.traits import Trait
from netlint_rules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netlint_linter.settings import Settings

_BUILT: list[object] = []
"""What the latest run built up. It is kept until the next one, or until the process ends without
taking it apart, which costs a thirtieth of a run.
"""

_RARE = frozenset({Trait.REFUSED, Trait.PLUGIN, Trait.OTHER_APIS, Trait.MONITORS})
"""What most runs have nothing of."""


def lint(request: Request, progress: Progress | None = None, found: Found | None = None) -> Report:
    """Everything that the rules say of the files, thresholds and suppressions applied.

    `found` as for gather. Raises discover.NotFound for a path that doesn't exist.
    """
    with uncollected():
        inputs = gather(request, progress, found, ahead=lambda: prepare(request))
        return judge(inputs, request)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector."""
    collecting = gc.isenabled()
    gc.disable()  # trees of millions of small objects make the collector scan for nothing
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def gather(
    request: Request,
    progress: Progress | None = None,
    found: Found | None = None,
    known: Mapping[str, Any] | None = None,
    ahead: Callable[[], object] | None = None,
) -> Inputs:
    """What the files hold. Raises discover.NotFound.

    `found` is what the paths stand for, where that is known. `known` as in Reader. `ahead` is what
    this process does first while others read.
    """
    reader = _reader(request, known)
    inputs = Inputs()
    if request.paths or not request.rendered:
        found = found or find(request.paths, exclude=request.settings.exclude, cwd=here())
        inputs = read_found(found, reader, jobs=request.jobs, progress=progress, ahead=ahead)
    for rendered in request.rendered:
        add_rendered(inputs, rendered, reader.wanted)
    return inputs


def prepare(request: Request) -> None:
    """Import the rules that large runs need, their facts, and what findings go through.

    While other processes read it takes half the time, and those that judge begin with it.
    """
    import netlint_linter.output.text
    import netlint_linter.wires  # noqa: F401
    from netlint_rules.facts.loading import ROW_TYPES, load

    for rule in enabled(outlines(), request.settings.config.selection):
        if rule.scope is Scope.NAMESPACE and rule.needs.isdisjoint(_RARE):
            _ = rule.rule
    for table in ROW_TYPES:
        load(table)


def _reader(request: Request, known: Mapping[str, Any] | None) -> Reader:
    wanted = wanted_kinds(Facts(request.settings.config.facts))
    return Reader(wanted | request.kinds, known)


def judge(inputs: Inputs, request: Request) -> Report:
    """What the rules say of what was read; files that kustomizations refer to are added to it."""
    _BUILT.clear()
    settings = request.settings
    facts = Facts(settings.config.facts)
    parts = parts_of(request, inputs)
    overview = Overview(parts, inputs)
    findings, errors = _examine(parts, inputs, request, facts, overview.prepare)
    return _report(findings, errors, parts, inputs, settings, overview)


def parts_of(request: Request, inputs: Inputs) -> Cut:
    """The bundles; kustomizations may refer to files outside the paths, which are read too."""
    reader = _reader(request, {} if any(inputs.traces.values()) else None)
    while True:
        parts = cut(
            inputs.documents,
            specs=request.settings.bundles,
            namespace=request.namespace,
            root=relpath(request.settings.root),
            read=inputs.files,
        )
        outside = [
            source
            for source in extra(parts.missing, cwd=here())
            if source.shown not in inputs.files
        ]
        inputs.missing.update(parts.missing)
        if not outside:
            return parts
        # Where folders are named, what their kustomizations reach is a part of what is linted.
        named = inputs.files == inputs.named
        for source in outside:
            parsed, inputs.traces[source.shown] = reader(source)
            inputs.add(parsed, source.shown, named=named)


def _examine(
    parts: Cut, inputs: Inputs, request: Request, facts: Facts, ahead: Callable[[], object]
) -> tuple[list[Finding], list[InternalError]]:
    """Run the input rules once, the others in each bundle, and merge what they say.

    `ahead` is what this process does first while others judge.
    """
    settings = request.settings
    rules = enabled(outlines(), settings.config.selection)
    about_input = [rule for rule in rules if rule.scope is Scope.INPUT]
    about_objects = [rule for rule in rules if rule.scope is Scope.NAMESPACE]
    whole = Workspace(ResourceIndex(), settings.config, facts, tuple(inputs.troubles), parts)
    result = examine(whole, about_input)
    files = None if inputs.named == inputs.files else inputs.named
    examination = Examination(parts.bundles, about_objects, settings, facts, files)
    _BUILT.extend((inputs, examination))
    outcomes = examination.outcomes(request.jobs, ahead)
    named = [
        (bundle.name, outcome.findings)
        for bundle, outcome in zip(parts.bundles, outcomes, strict=True)
    ]
    wholes = _examine_wholes(parts.bundles, rules, settings, facts)
    named += [
        (bundle.name, outcome.findings)
        for bundle, outcome in zip(parts.bundles, wholes, strict=False)
    ]
    errors = [error for outcome in (result, *outcomes, *wholes) for error in outcome.errors]
    homes = _homes(parts.bundles, settings) if len(parts.bundles) > 1 else {}
    return [*result.findings, *merge(named, homes)], errors


def _examine_wholes(
    bundles: Sequence[Bundle], rules: Sequence[Outline], settings: Settings, facts: Facts
) -> list[Outcome]:
    """What the rules say that look at a whole bundle; they only have work where users expect."""
    about_bundles = [rule for rule in rules if rule.scope is Scope.BUNDLE]
    if not settings.config.expect:
        return []
    config = settings.config
    return [examine(workspace_of(bundle, config, facts), about_bundles) for bundle in bundles]


def _homes(bundles: Sequence[Bundle], settings: Settings) -> dict[str, frozenset[str]]:
    """The bundles that each file is in; the configuration is in all that are no mere examples."""
    homes: dict[str, set[str]] = {}
    for bundle in bundles:
        for placed in bundle.placed:
            homes.setdefault(placed.document.origin.file, set()).add(bundle.name)
    real = [names for file, names in homes.items() if not Origin(file).is_excerpt]
    homes[settings.file] = set().union(*real)
    return {file: frozenset(names) for file, names in homes.items()}


def _report(
    findings: Sequence[Finding],
    errors: Sequence[InternalError],
    parts: Cut,
    inputs: Inputs,
    settings: Settings,
    overview: Overview,
) -> Report:
    """Silence, select, grade and sort the findings of the named files, and count the rest."""
    rules = outlines()
    reported = {*inputs.named, settings.file}
    named = [finding for finding in findings if finding.primary.file in reported]
    told = silenced(named, overview.suppressions)
    about_silence = [
        rule for rule in rules if rule.scope is Scope.SUPPRESSIONS and told.suppressions
    ]
    selection = settings.config.selection
    workspace = Workspace(
        ResourceIndex(),
        settings.config,
        Facts(),
        suppressions=told.suppressions,
        words=known_words(told.suppressions, selection),
    )
    outcome = examine(workspace, enabled(about_silence, selection))
    settled = settle([*told.findings, *outcome.findings], settings.config)
    graded = list(_per_path(_sure(settled, inputs), settings))
    shown = [finding for finding in graded if is_shown(finding, selection)]
    return Report(
        findings=tuple(sorted(shown, key=order)),
        summary=overview.summary(len(graded) - len(shown), told.count),
        bundles=overview.bundles,
        errors=(*errors, *outcome.errors),
        notes=parts.notes,
    )


def _sure(findings: Sequence[Finding], inputs: Inputs) -> Iterable[Finding]:
    """Lower the confidence of what templates may refute."""
    troubled = [(file, parsed) for file, parsed in inputs.contents.items() if parsed.troubles]
    templates = [
        file
        for file, parsed in troubled
        if any(trouble.kind is TroubleKind.TEMPLATE for trouble in parsed.troubles)
    ]
    if not templates:
        return findings
    from netlint_linter.templated import lowered

    return lowered(findings, templates)


def _per_path(findings: Iterable[Finding], settings: Settings) -> Iterator[Finding]:
    """Apply the configuration's choices for single files."""
    if not settings.per_path:
        yield from findings
        return
    from netlint_linter.perpath import apply

    yield from apply(findings, settings.per_path, settings.root)
