"""What becomes of a finding: nothing, an audit annotation, a warning or a denial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from fnmatch import fnmatchcase

from netlint_rules.config import Selection
from netlint_rules.engine import is_shown
from netlint_rules.finding import Confidence, Finding, Severity
from netlint_rules.record import dataclass, field
from netlint_rules.registry import all_codes, all_rules, by_code
from netlint_rules.rule import Code, Outline, Rule, Scope
from netlint_rules.selection import nearest, severity_of
from netlint_webhook.cluster import Sight


class Mode(StrEnum):
    """What a rule may do with a request, from nothing to the most."""

    OFF = "off"
    AUDIT = "audit"
    WARN = "warn"
    DENY = "deny"

    @property
    def rank(self) -> int:
        """0 for off."""
        return _ORDER[self]


_ORDER = {mode: rank for rank, mode in enumerate(Mode)}

Words = Mapping[str, Mode]
"""Modes by the words that name rules: codes, prefixes, names, rules, groups, `all`."""


@dataclass(frozen=True, slots=True)
class Preset:
    """Modes to begin with, and the least severity and confidence that a denial needs."""

    modes: Words
    severity: Severity = Severity.ERROR
    confidence: Confidence = Confidence.HIGH


PRESETS: Mapping[str, Preset] = {
    "default": Preset(
        {
            "all": Mode.DENY,
            # `kubectl apply -f dir/` sends objects one at a time: the policy that allows DNS
            # may come second.
            "apiserver-egress": Mode.WARN,
            "dns-egress": Mode.WARN,
            "gke-neg-healthcheck": Mode.WARN,
            "ingress-controller-blocked": Mode.WARN,
            "mesh-ports": Mode.WARN,
            "monitoring-blocked": Mode.WARN,
            "default-deny": Mode.WARN,
            "webhook-ingress": Mode.WARN,
            # Denying would mend nothing: what is stored already has no effect either.
            "cni-no-enforcement": Mode.WARN,
            "one-sided-allow": Mode.OFF,
        },
    ),
    "strict": Preset(
        {
            "all": Mode.DENY,
            # A policy should come before the pods that it is for, and the peers after it.
            "selector-dangling": Mode.WARN,
            "peer-dangling": Mode.WARN,
            "label-typo": Mode.WARN,
            "service-as-peer": Mode.WARN,
            "cni-no-enforcement": Mode.WARN,
            "named-port-unresolved": Mode.WARN,
            # With a default-deny still to come, DNS has to be allowed first.
            "allow-dns-isolates": Mode.WARN,
            # The other side's policy may be the next one, and mostly is.
            "one-sided-allow": Mode.OFF,
        },
        Severity.WARNING,
        Confidence.MEDIUM,
    ),
    "audit-only": Preset({"all": Mode.AUDIT}),
}
"""The values of `preset`. `strict` denies whatever makes the command line fail, once proven."""


@dataclass(frozen=True, slots=True)
class Override:
    """Other modes in the namespaces that match a glob."""

    namespaces: tuple[str, ...]
    modes: Words

    def covers(self, namespace: str) -> bool:
        """Whether it is about this namespace."""
        return any(fnmatchcase(namespace, glob) for glob in self.namespaces)


@dataclass(frozen=True, slots=True)
class Table:
    """The mode of each code in a namespace, and the rules of which at least one code isn't off."""

    modes: Mapping[str, Mode]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Modes:
    """The mode of every code in every namespace.

    A later layer counts before an earlier one: preset, `modes`, overrides in their order. Within
    a layer the most specific word counts. Codes below the least severity of the `selection` are
    never shown: rules that have no others aren't run.
    """

    preset: Preset = PRESETS["default"]
    words: Words = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    selection: Selection = field(default_factory=Selection)
    _tables: dict[tuple[int, ...], Table] = field(default_factory=dict, repr=False, compare=False)

    def of(self, namespace: str) -> Table:
        """What holds in a namespace."""
        chosen = tuple(at for at, each in enumerate(self.overrides) if each.covers(namespace))
        if chosen not in self._tables:
            self._tables[chosen] = _table(
                [self.preset.modes, self.words, *(self.overrides[at].modes for at in chosen)],
                self.selection,
            )
        return self._tables[chosen]


def _table(layers: Sequence[Words], selection: Selection) -> Table:
    modes: dict[str, Mode] = {}
    for rule, code in all_codes():
        for words in layers:
            word = nearest(words, rule, code)
            if word is not None:
                modes[code.code] = words[word]
    rules = (
        rule
        for rule in all_rules()
        if rule.scope is Scope.NAMESPACE
        and any(
            modes[code.code] is not Mode.OFF and _may_show(selection, rule, code)
            for code in rule.codes
        )
    )
    return Table(modes, tuple(rules))


def _may_show(selection: Selection, rule: Outline, code: Code) -> bool:
    """Whether findings of a code reach the least severity: they may lower its own, not raise it."""
    severity = severity_of(selection, rule, code) or code.severity
    return severity is not Severity.INFO or selection.min_severity is Severity.INFO


@dataclass(frozen=True, slots=True)
class Bar:
    """What a finding must reach: to be shown at all, and to deny.

    `unproven` is the most that a claim may do that hangs on objects out of view.
    """

    selection: Selection
    severity: Severity
    confidence: Confidence
    unproven: Mode

    def limit(self, finding: Finding, mode: Mode, sight: Sight) -> Mode:
        """The most that a finding may do in a mode."""
        if mode.rank <= Mode.AUDIT.rank:
            return mode
        if not is_shown(finding, self.selection):
            return Mode.AUDIT
        hangs = by_code()[finding.code][1].needs_view
        if hangs and sight is Sight.PARTIAL:
            return min(mode, self.unproven, key=lambda each: each.rank)
        can_deny = not hangs or sight is Sight.WHOLE
        return Mode.DENY if mode is Mode.DENY and can_deny and self._denies(finding) else Mode.WARN

    def _denies(self, finding: Finding) -> bool:
        is_sure = finding.confidence.rank <= self.confidence.rank
        return is_sure and finding.severity.rank <= self.severity.rank
