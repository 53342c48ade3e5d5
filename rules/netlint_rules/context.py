"""What a check is given: the objects, the configuration, the facts, and a way to report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import is_

from netlint_rules.bundle import Cut
from netlint_rules.config import Config
from netlint_rules.directives import Suppression
from netlint_rules.facts import Facts
from netlint_rules.finding import Confidence, Finding, Fix, Location, Severity
from netlint_rules.focus import Focus
from netlint_rules.index import ResourceIndex
from netlint_rules.isolation import Isolation, PodSubjects
from netlint_rules.policy import Direction, Policy
from netlint_rules.record import dataclass, field, replace
from netlint_rules.rule import Code, Outline
from netlint_rules.source.trouble import Trouble
from netlint_rules.traits import OF_LIVE_VIEWS, Trait, together
from netlint_rules.typed import Protocol, TypeVar, cast

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Derivation(Protocol[T_co]):
    """Makes something of the objects in view. Equal ones make equal things of the same inputs."""

    def inputs(self, index: ResourceIndex, /) -> tuple[object, ...]:
        """The parts of the index that it reads: while they are the same objects, so is the result.

        Never the policies, which differ from one admission request to the next.
        """

    def __call__(self, index: ResourceIndex, /) -> T_co:
        """Make it."""


Derived = dict[object, tuple[tuple[object, ...], object]]
"""What was derived, with its inputs, by its derivation."""


_MOST_DERIVED = 10_000
_NOTHING = Cut(())


@dataclass(slots=True)
class Workspace:
    """One bundle under examination; what several rules derive is derived once.

    `troubles` is what reading the files came across and `parts` how they were cut into bundles,
    for input rules. `suppressions` are the directives of the files, and `words` says of each known
    word in them whether a rule that it names ran: for the rule about suppressions. `focus`: what
    rules are to look at, None for everything. `kept` is what rules share, see `Context.shared`.
    """

    index: ResourceIndex
    config: Config
    facts: Facts
    troubles: tuple[Trouble, ...] = ()
    parts: Cut = _NOTHING
    suppressions: tuple[Suppression, ...] = ()
    words: Mapping[str, bool] = field(default_factory=dict)
    focus: Focus | None = None
    kept: dict[object, object] = field(default_factory=dict)
    _isolations: dict[str, Isolation] = field(default_factory=dict)
    _judged: dict[tuple[str, bool], Sequence[Policy]] = field(default_factory=dict)
    _traits: dict[tuple[str, bool], frozenset[Trait]] = field(default_factory=dict)
    _of_view: frozenset[Trait] | None = None
    _derived: Derived = field(default_factory=dict)

    def isolation(self, namespace: str) -> Isolation:
        """Subjects and selecting policies of a namespace."""
        if namespace not in self._isolations:
            pods = self.derived(PodSubjects(namespace))
            self._isolations[namespace] = Isolation(self.index, namespace, pods, self.focus)
        return self._isolations[namespace]

    @property
    def adds(self) -> bool:
        """Whether the request in focus adds policies, and takes none away."""
        return self.focus is not None and self.focus.adds

    def policies(self, namespace: str, *, alone: bool) -> Sequence[Policy]:
        """The policies of a namespace that rules are to judge.

        Those in focus; unless these `alone`, also those for some of the same pods.
        """
        focus = self.focus
        if focus is None:
            return self.index.policies.get(namespace, ())
        known = self._judged.get((namespace, alone))
        if known is None:
            chosen = focus.is_on if alone else focus.is_near
            known = [each for each in self.index.policies.get(namespace, ()) if chosen(each)]
            self._judged[namespace, alone] = known
        return known

    def traits(self, namespace: str, *, alone: bool) -> frozenset[Trait]:
        """The traits of the view, and what the policies that rules judge have between them."""
        key = (namespace, alone and self.focus is not None)
        known = self._traits.get(key)
        if known is None:
            judged = self.policies(namespace, alone=alone)
            known = self._traits[key] = together(self._held(), judged)
        return known

    def _held(self) -> frozenset[Trait]:
        """The traits of the view. A live one may come to have all of them."""
        if self._of_view is None:
            if self.index.view.live:
                self._of_view = OF_LIVE_VIEWS
            else:
                plugin = frozenset({Trait.PLUGIN} if self.config.cluster.cni else ())
                self._of_view = self.index.traits() | plugin
        return self._of_view

    def on_all_pods(self) -> Workspace:
        """The same objects and policies to be judged, with all pods to be looked at."""
        focus = self.focus and self.focus.on_all_pods()
        return replace(self, focus=focus, kept={}, _isolations={}, _judged={}, _traits={})

    def derived(self, derive: Derivation[T]) -> T:
        """What a derivation makes of the objects in view; made once for the same inputs."""
        inputs = derive.inputs(self.index)
        known = self._derived.get(derive)
        if known is None or not all(map(is_, known[0], inputs)):
            if len(self._derived) > _MOST_DERIVED:
                self._derived.clear()  # namespaces come and go
            known = self._derived[derive] = (inputs, derive(self.index))
        return cast(T, known[1])


@dataclass(frozen=True, slots=True)
class Context:
    """A workspace as one rule sees it."""

    workspace: Workspace
    rule: Outline

    @property
    def index(self) -> ResourceIndex:
        """The objects in view."""
        return self.workspace.index

    @property
    def config(self) -> Config:
        """What the user decided."""
        return self.workspace.config

    @property
    def facts(self) -> Facts:
        """The built-in facts with the user's rows."""
        return self.workspace.facts

    def policies(self, namespace: str) -> Sequence[Policy]:
        """The policies of a namespace that the rule is to judge."""
        space = self.workspace
        if space.focus is None:
            return space.index.policies.get(namespace, ())
        return space.policies(namespace, alone=self.rule.spares(space.adds))

    def is_about(self, direction: Direction) -> bool:
        """Whether anything in this direction may be other than before the request in focus."""
        focus = self.workspace.focus
        return focus is None or direction in focus.directions

    def shared(self, find: Callable[[Context, str], Iterable[T]], namespace: str) -> Sequence[T]:
        """What several rules look for alike in a namespace; found once for all of them."""
        kept = self.workspace.kept
        key = (find, namespace, self.rule.alone)
        if key not in kept:
            kept[key] = tuple(find(self, namespace))
        return cast(Sequence[T], kept[key])

    def isolation(self, namespace: str) -> Isolation:
        """Subjects and selecting policies of a namespace."""
        return self.workspace.isolation(namespace)

    def option(self, name: str) -> object:
        """A setting of this rule, its default where the user set none."""
        default, _ = self.rule.options[name]
        return self.config.options.get(f"{self.rule.name}.{name}", default)

    def finding(
        self,
        code: Code,
        message: str,
        primary: Location,
        *,
        severity: Severity | None = None,
        confidence: Confidence = Confidence.CERTAIN,
        related: Iterable[Location] = (),
        fix: Fix | None = None,
    ) -> Finding:
        """A finding of this rule, with the code's usual severity unless another is given."""
        return Finding(
            code=code.code,
            name=code.name,
            rule=self.rule.name,
            severity=code.severity if severity is None else severity,
            confidence=confidence,
            message=message,
            primary=primary,
            related=tuple(related),
            fix=fix,
        )
