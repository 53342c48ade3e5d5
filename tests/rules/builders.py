"""Objects for tests, from YAML texts, through the real reader and the real bundling."""

from __future__ import annotations

import json

import jsonpatch
import yaml

from netlint_linter.settings import from_body
from netlint_rules.bundle import cut
from netlint_rules.config import Config
from netlint_rules.context import Workspace
from netlint_rules.engine import examine
from netlint_rules.facts import Facts
from netlint_rules.finding import Finding
from netlint_rules.index import ResourceIndex
from netlint_rules.registry import all_rules
from netlint_rules.source.document import Path
from netlint_rules.source.reader import read


def configuration(**settings: object) -> Config:
    """A configuration from keys of netlint.yaml, with `_` for `-`."""
    return from_body({key.replace("_", "-"): value for key, value in settings.items()}).config


def workspace(text: str, config: Config | None = None, file: str = "test.yaml") -> Workspace:
    """A workspace with everything of one text in one bundle."""
    config = config or Config()
    facts = Facts(config.facts)
    (bundle,) = cut(read(text.encode(), file).documents).bundles
    return Workspace(ResourceIndex.build(bundle.placed, config, facts), config, facts)


def lint(
    text: str, *rules: str, config: Config | None = None, patched: Path | None = None
) -> list[Finding]:
    """What the named rules, or all of them, say of a text, at any severity.

    `patched` is a path that a kustomize patch changes in every policy.
    """
    chosen = [rule for rule in all_rules() if not rules or rule.name in rules]
    space = workspace(text, config)
    for policies in space.index.policies.values() if patched is not None else ():
        for policy in policies:
            policy.document.patched = frozenset({patched or ()})
    outcome = examine(space, chosen)
    assert not outcome.errors
    return list(outcome.findings)


def repaired(text: str, finding: Finding) -> str:
    """The objects of a text, as JSON documents, after the finding's fix."""
    fix = finding.fix
    assert fix is not None
    bodies = [body for body in yaml.safe_load_all(text) if body]
    if fix.creates is not None:
        bodies.append(fix.creates)
    index = finding.primary.document.index
    bodies[index] = jsonpatch.apply_patch(bodies[index], [dict(each) for each in fix.patch])
    return "\n---\n".join(json.dumps(body) for body in bodies)
