"""What a rule is: its codes, its documentation, its examples and its check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module

from netlint_rules.choices import StrEnum
from netlint_rules.finding import Finding, Severity
from netlint_rules.record import dataclass, field
from netlint_rules.traits import Trait
from netlint_rules.typed import TYPE_CHECKING, cast, overload

if TYPE_CHECKING:
    from netlint_rules.context import Context

Check = Callable[["Context", str], Iterable[Finding]]
"""Finds mistakes in one namespace of one bundle; `""` for the other scopes, called once a run.

A finding is about an object of that namespace, or about one that is in none: where only some files
are of interest, the namespaces of other files aren't asked about.
"""


class Scope(StrEnum):
    """What one call of a check looks at: a namespace, a whole bundle, or what reading or silencing
    left over.
    """

    NAMESPACE = "namespace"
    BUNDLE = "bundle"
    INPUT = "input"
    SUPPRESSIONS = "suppressions"


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of mistake. `severity` is the usual one; a finding may lower it.

    `title` is one sentence that says what the mistake does, for tables and help texts.
    `needs_view`: it says that something is missing, which is true only where everything is in view.
    `everywhere`: it is reported only where it holds in every bundle that has the file.
    """

    code: str
    name: str
    severity: Severity
    title: str
    fixable: bool = False
    needs_view: bool = False
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """Manifests with the findings they must give: marked lines end in `# <- CODE[ CODE…]`.

    `settings` holds configuration keys as in netlint.yaml, such as `{"complete": True}`.
    """

    title: str
    text: str
    settings: Mapping[str, object] = field(default_factory=dict)


class ExamplesOf(Sequence[Example]):
    """The examples called `name` in a module of `netlint_rules.examples`.

    It is imported when they are looked at: linting needs none.
    """

    def __init__(self, module: str, name: str) -> None:
        self._place = module, name

    @property
    def _all(self) -> tuple[Example, ...]:
        module, name = self._place
        found = getattr(import_module(f"netlint_rules.examples.{module}"), name)
        return cast("tuple[Example, ...]", found)

    def __len__(self) -> int:
        return len(self._all)

    @overload
    def __getitem__(self, at: int) -> Example: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Example, ...]: ...
    def __getitem__(self, at: int | slice) -> Example | tuple[Example, ...]:
        return self._all[at]


@cache
def _rule(name: str) -> Rule:
    module = import_module(f"netlint_rules.checks.{name.replace('-', '_')}")
    return cast("Rule", module.RULE)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Outline:
    """What is known of a rule before its file is imported; only rules that have work are.

    `options` documents the rule's settings: name to (default, sentence). `alone`: what it says of
    a policy depends on no other policy. Its check goes through `Context.policies`, and a review
    of one policy doesn't ask it about the others. `eased`: another policy may make it say
    less of one, never more, so that a review of a new policy doesn't ask it about the others
    either. `needs`: it says nothing where the view and the policies that it is to judge lack one
    of these traits. The checks of all these go through `Context.policies`; those that need no more
    than traits of the view needn't.
    """

    name: str
    title: str
    codes: tuple[Code, ...]
    groups: tuple[str, ...]
    since: str
    scope: Scope = Scope.NAMESPACE
    alone: bool = False
    eased: bool = False
    needs: frozenset[Trait] = frozenset()
    options: Mapping[str, tuple[object, str]] = field(default_factory=dict)

    @property
    def rule(self) -> Rule:
        """The whole rule, whose file is imported for it."""
        return _rule(self.name)

    @property
    def check(self) -> Check:
        """What finds its mistakes."""
        return self.rule.check

    def spares(self, adds: bool) -> bool:
        """Whether it has nothing new to say of the policies beside those in focus.

        `adds`: the request in focus adds policies, and takes none away.
        """
        return self.alone or (self.eased and adds)

    def code(self, code: str) -> Code:
        """The rule's code of that number."""
        return next(known for known in self.codes if known.code == code)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Rule(Outline):
    """A rule: `doc` is the module's docstring in Markdown, with `## Why it matters` and
    `## How to fix`; it is the documentation page, the `explain` text and the SARIF help.
    """

    doc: str
    bad: Sequence[Example]
    good: Sequence[Example]
    check: Check
    references: tuple[str, ...] = ()

    @property
    def rule(self) -> Rule:
        """This one."""
        return self
