"""What the operator decided, as the service uses it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from fnmatch import translate
from functools import cached_property, lru_cache

from netlint_rules.apivalidation import STRICT_CIDRS
from netlint_rules.config import Config, View
from netlint_rules.facts import Facts
from netlint_rules.finding import Severity
from netlint_rules.record import dataclass, field, replace
from netlint_rules.settings.body import Body, config
from netlint_webhook.modes import PRESETS, Bar, Mode, Modes, Override, Words


class ConfigurationError(ValueError):
    """A configuration with mistakes; the message has a line for each, with its place."""


class Honour(StrEnum):
    """How far the annotation `netlint.dev/ignore`, which any author can set, is heard."""

    ALL = "all"
    WARNINGS = "warnings"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Exemptions:
    """Whose requests are admitted unread: globs of namespaces, user names and groups."""

    namespaces: tuple[str, ...] = ("kube-system", "kube-public", "kube-node-lease")
    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    def reason(self, namespace: str, user: str, groups: tuple[str, ...]) -> str:
        """Why a request is exempt, empty where it isn't."""
        if _matches(namespace, self.namespaces):
            return f"namespace {namespace}"
        if _matches(user, self.users):
            return f"user {user}"
        named = (group for group in groups if _matches(group, self.groups))
        return next((f"group {group}" for group in named), "")


def _matches(text: str, globs: tuple[str, ...]) -> bool:
    return bool(globs) and _pattern(globs).match(text) is not None


@lru_cache(maxsize=64)
def _pattern(globs: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for all globs, as every request is matched."""
    return re.compile("|".join(map(translate, globs)))


VIEW = View(name="view")
"""What a request shows of the cluster, and what messages call it."""


@dataclass(frozen=True)
class Settings:
    """Everything that a verdict depends on besides the request and the cluster.

    `deny_from` is the least severity that denies, None for the preset's. `unproven` is the most
    that a claim may do that hangs on objects out of view. `lowered` is what becomes of a change
    that opens pods: it never denies. `max_findings` bounds a response.
    """

    preset: str = "default"
    config: Config = field(default_factory=lambda: _admitted(Config()))
    words: Words = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    exempt: Exemptions = field(default_factory=Exemptions)
    deny_from: Severity | None = None
    ratchet: bool = True
    suppressions: Honour = Honour.WARNINGS
    unproven: Mode = Mode.AUDIT
    lowered: Mode = Mode.WARN
    max_findings: int = 20

    @cached_property
    def modes(self) -> Modes:
        """The mode of every code in every namespace."""
        return Modes(PRESETS[self.preset], self.words, self.overrides, self.config.selection)

    @cached_property
    def bar(self) -> Bar:
        """What a finding must reach to be shown, and to deny."""
        preset = PRESETS[self.preset]
        severity = self.deny_from or preset.severity
        return Bar(self.config.selection, severity, preset.confidence, self.unproven)

    @cached_property
    def facts(self) -> Facts:
        """The built-in facts with the operator's rows. Raises FactsError for bad rows."""
        return Facts(self.config.facts)

    def warm(self) -> None:
        """Make what is made once, rather than in the first request."""
        _ = self.bar, self.facts, self.modes.of("")


def _admitted(config: Config) -> Config:
    """A configuration for objects that the API server has validated already.

    What a strict server refuses never gets here, so a version that isn't configured is the last
    one that isn't strict about CIDRs.
    """
    version = config.cluster.kube_version or f"1.{STRICT_CIDRS - 1}"
    return replace(config, cluster=replace(config.cluster, kube_version=version), view=VIEW)


def from_body(body: Body) -> Settings:
    """The settings that a checked configuration describes."""
    deny_from, exempt = body.get("deny-from"), body.get("exempt", {})
    return Settings(
        preset=body.get("preset", "default"),
        config=_admitted(config(body)),
        words=_words(body.get("modes", {})),
        overrides=tuple(
            Override(tuple(entry["names"]), _words(entry["modes"]))
            for entry in body.get("namespaces", ())
        ),
        exempt=Exemptions(**{name: tuple(globs) for name, globs in exempt.items()}),
        deny_from=Severity(deny_from) if deny_from else None,
        ratchet=body.get("ratchet", True),
        suppressions=Honour(body.get("suppressions", "warnings")),
        unproven=Mode(body.get("unproven", "audit")),
        lowered=Mode(body.get("lowered-isolation", "warn")),
        max_findings=body.get("max-findings", 20),
    )


def _words(body: Mapping[str, str]) -> Words:
    return {word: Mode(mode) for word, mode in body.items()}
