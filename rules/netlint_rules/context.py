"""What a check is given: the objects, the configuration, the facts, and a way to report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

from netlint_rules.config import Config
from netlint_rules.directives import Suppression
from netlint_rules.facts import Facts
from netlint_rules.finding import Confidence, Finding, Fix, Location, Severity
from netlint_rules.index import ResourceIndex
from netlint_rules.isolation import Isolation
from netlint_rules.rule import Code, Rule
from netlint_rules.source.trouble import Trouble

T = TypeVar("T")


@dataclass(slots=True)
class Workspace:
    """One bundle under examination; what several rules derive is derived once.

    `troubles` is what reading the files came across, for input rules. `suppressions` are the
    directives of the files, and `words` says of each known word in them whether a rule that it
    names ran: for the rule about suppressions.
    """

    index: ResourceIndex
    config: Config
    facts: Facts
    troubles: tuple[Trouble, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    words: Mapping[str, bool] = field(default_factory=dict)
    _isolations: dict[str, Isolation] = field(default_factory=dict)
    _derived: dict[object, object] = field(default_factory=dict)

    def isolation(self, namespace: str) -> Isolation:
        """Subjects and selecting policies of a namespace."""
        if namespace not in self._isolations:
            self._isolations[namespace] = Isolation(self.index, namespace)
        return self._isolations[namespace]

    def derived(self, derive: Callable[[ResourceIndex], T]) -> T:
        """What a function makes of the objects in view; made once."""
        if derive not in self._derived:
            self._derived[derive] = derive(self.index)
        return cast(T, self._derived[derive])


@dataclass(frozen=True, slots=True)
class Context:
    """A workspace as one rule sees it."""

    workspace: Workspace
    rule: Rule

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
