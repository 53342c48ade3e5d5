"""Objects for tests, from YAML texts, through the real reader and the real bundling."""

from __future__ import annotations

import json
from typing import Any

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
    for operation in fix.patch:
        _apply(bodies[finding.primary.document.index], dict(operation))
    return "\n---\n".join(json.dumps(body) for body in bodies)


def _apply(body: Any, operation: dict[str, Any]) -> None:
    """One operation of RFC 6902."""
    if operation["op"] == "move":
        source, key = _target(body, operation["from"])
        moved = source[key]
        del source[key]
        operation = {"op": "add", "path": operation["path"], "value": moved}
    body, last = _target(body, operation["path"])
    match operation["op"]:
        case "test":
            assert body[last] == operation["value"]
        case "remove":
            del body[last]
        case "replace":
            assert last in body if isinstance(body, dict) else last < len(body)
            body[last] = operation["value"]
        case "add" if isinstance(body, list):
            body.insert(last, operation["value"])
        case "add":
            body[last] = operation["value"]


def _target(body: Any, pointer: str) -> tuple[Any, Any]:
    """The mapping or list that holds what a JSON pointer points to, and its key there."""
    *parents, last = (s.replace("~1", "/").replace("~0", "~") for s in pointer.split("/")[1:])
    for step in parents:
        body = body[int(step)] if isinstance(body, list) else body[step]
    if isinstance(body, list):
        return body, len(body) if last == "-" else int(last)
    return body, last
