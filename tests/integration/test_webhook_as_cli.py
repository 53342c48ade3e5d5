"""The same objects have the same findings from the command line and from the webhook.

Every example is taken for a live cluster: `netlint --complete` reads its objects from a file, and
the webhook reviews each of its policies with all the other objects in view: once as they are, and
once through the cache, which keeps little of them, and sees pods where a file has a Deployment.

- Findings at a policy are equal in code, path and message to those of its review.
- What a namespace lacks as a whole is told by every review there, for any policy could mend it.
- Of other objects, a review tells what its policy brings: the findings that the command line
  reports with the policy and not without it. One that only changes its words may be left out:
  with some pods let out by the policy, it is about the others.

What never reaches a webhook is left out: texts that can't be read, objects that a text has twice
or in alternatives, policies that the API server refuses, and rules about texts and comments. So are
policies of a whole cluster, all of other APIs: a review judges the namespace of its policy. The
cache doesn't hold every kind that files may tell something by (such as the settings of installers).
Files that are complete hold all pods there will be; those of a live cluster come and go, and where
the cache is compared, the command line is told so too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import yaml

from netlint_linter.request import Request
from netlint_linter.run import lint
from netlint_linter.settings import Settings as LinterSettings
from netlint_rules.bundle import Placed, cut
from netlint_rules.config import Config, View
from netlint_rules.facts import Facts
from netlint_rules.finding import Confidence, Finding, Severity
from netlint_rules.index import ResourceIndex, is_policy, wanted_kinds
from netlint_rules.registry import all_rules
from netlint_rules.rule import Scope
from netlint_rules.settings.body import config as config_of
from netlint_rules.source.document import Document, Origin
from netlint_rules.source.reader import read
from netlint_webhook.cluster import ClusterView
from netlint_webhook.modes import Mode
from netlint_webhook.protocol import AdmissionRequest, Operation
from netlint_webhook.ratchet import NAMESPACE_WIDE
from netlint_webhook.review import review
from netlint_webhook.settings import Exemptions, Honour, Settings
from tests.conftest import ROOT
from tests.webhook.cache.stored import holding, is_held
from tests.webhook.reviews import Body, MemoryCluster

FOLDERS = sorted({path.parent for path in (ROOT / "docs" / "examples").rglob("*.yaml")})
COMMENT = re.compile(r"#\s*netlint:.*")
"""Suppressions that no object in a cluster has."""

ABOUT_OBJECTS = {rule.name for rule in all_rules() if rule.scope is Scope.NAMESPACE}

Key = tuple[str, ...]
"""Kind, namespace and name of the object, then code, path and message."""


@dataclass(frozen=True)
class Case:
    """A text and the settings that go with it."""

    name: str
    text: str
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def config(self) -> Config:
        """The settings with everything shown."""
        found = config_of(self.settings)
        selection = replace(
            found.selection, min_severity=Severity.INFO, min_confidence=Confidence.LOW
        )
        return replace(found, selection=selection)

    def bodies(self) -> list[Body]:
        """The objects as a cluster holds them; empty where it would not."""
        parsed = read(COMMENT.sub("", self.text).encode(), "a.yaml", wanted=wanted_kinds(Facts()))
        bundles = cut(parsed.documents, namespace="current").bundles
        placed = [each for bundle in bundles for each in bundle.placed]
        index = ResourceIndex.build(placed, Config(), Facts())
        broken = any(policy.broken for found in index.policies.values() for policy in found)
        names = [identity(each) for each in placed]
        if parsed.troubles or len(bundles) > 1 or broken or len({*names}) < len(names):
            return []
        return in_order(map(stored, placed))


def identity(placed: Placed) -> Key:
    """What no two objects of a cluster share."""
    document = placed.document
    return document.group, document.kind, placed.namespace, document.name


def stored(placed: Placed) -> Body:
    """An object with its name and namespace, as the API server stores it."""
    metadata = dict(placed.document.metadata)
    if placed.namespace:
        metadata["namespace"] = placed.namespace
    if "generateName" in metadata:
        metadata.setdefault("name", f"{metadata['generateName']}x2v4k")
    return {**placed.document.body, "metadata": metadata}


def in_order(bodies: Iterable[Body]) -> list[Body]:
    """As `kubectl get` lists them: what comes first is a finding's place where several would do."""

    def names(body: Body) -> tuple[str, ...]:
        metadata = body["metadata"]
        return body["kind"], metadata.get("namespace", ""), metadata.get("name", "")

    return sorted(bodies, key=names)


def policies(bodies: Iterable[Body]) -> list[Body]:
    documents = [Document(Origin("cluster"), body) for body in bodies]
    return [each.body for each in documents if each.namespace and is_policy(each)]


CASES = [
    *(
        Case(f"{rule.name}: {example.title}", example.text, example.settings)
        for rule in all_rules()
        for example in (*rule.bad, *rule.good)
    ),
    *(
        Case(path.name, "\n---\n".join(each.read_text() for each in sorted(path.glob("*.yaml"))))
        for path in FOLDERS
    ),
]
LIVE = [(case, bodies) for case in CASES if policies(bodies := case.bodies())]


@dataclass(frozen=True)
class Told:
    """Findings as a policy's review sees them: at it, of its whole namespace, at other objects."""

    here: Counter[Key]
    wide: Counter[Key]
    elsewhere: Counter[Key]


def told(findings: Iterable[Finding], policy: Body) -> Told:
    about = Told(Counter(), Counter(), Counter())
    name = (policy["kind"], policy["metadata"]["namespace"], policy["metadata"].get("name", ""))
    for finding in findings:
        document = finding.primary.document
        place = (document.kind, document.namespace, document.name)
        if finding.name in NAMESPACE_WIDE:
            about.wide[(finding.code, finding.message)] += name[1] in {place[1], place[2]}
        else:
            kept = about.here if place == name else about.elsewhere
            kept[(*place, finding.code, finding.primary.api_path, finding.message)] += 1
    return about


def unworded(findings: Iterable[Key]) -> set[Key]:
    """Findings without their messages."""
    return {finding[:-1] for finding in findings}


def by_cli(bodies: Iterable[Body], config: Config, file: Path) -> list[Finding]:
    """What `netlint --complete` says of a file with these objects."""
    file.write_text(yaml.safe_dump_all(bodies), encoding="utf-8")
    report = lint(Request((str(file),), LinterSettings(config=config)))
    assert report.errors == ()
    return [finding for finding in report.findings if finding.rule in ABOUT_OBJECTS]


def by_webhook(new: Body, old: Body | None, cluster: ClusterView, config: Config) -> list[Finding]:
    """What the review of a request says, silenced findings left out."""
    settings = Settings(
        config=config,
        words={"all": Mode.WARN},
        exempt=Exemptions(namespaces=()),
        unproven=Mode.WARN,
        suppressions=Honour.ALL,
    )
    operation, metadata = Operation.UPDATE if old else Operation.CREATE, new["metadata"]
    request = AdmissionRequest(
        "", operation, metadata["namespace"], metadata.get("name", ""), new=new, old=old
    )
    verdict = review(request, cluster, settings, lambda: False)
    assert not (verdict.crashed or verdict.waived)
    return [each.finding for each in verdict.judged if each.action is Mode.WARN]


def in_memory(bodies: Iterable[Body]) -> ClusterView:
    return MemoryCluster(*bodies)


@pytest.mark.parametrize("view", [in_memory, holding])
@pytest.mark.parametrize(("case", "bodies"), LIVE, ids=[case.name for case, _ in LIVE])
def test_the_webhook_says_what_the_command_line_says(
    case: Case, bodies: list[Body], view: Callable[[Iterable[Body]], ClusterView], tmp_path: Path
) -> None:
    if view is holding and not all(map(is_held, bodies)):
        return
    config = replace(case.config, view=View(complete=True, live=view is holding))
    whole = by_cli(bodies, config, tmp_path / "whole.yaml")
    for policy in policies(bodies):
        others = [each for each in bodies if each is not policy]
        without = told(by_cli(others, config, tmp_path / "without.yaml"), policy)
        expected = told(whole, policy)
        created = told(by_webhook(policy, None, view(others[::-1]), config), policy)
        assert (created.here, created.wide) == (expected.here, expected.wide)
        fresh = expected.elsewhere - without.elsewhere
        assert not created.elsewhere - fresh
        assert unworded(fresh - created.elsewhere) <= unworded(without.elsewhere)
        updated = told(by_webhook(policy, policy, view(bodies), config), policy)
        assert (updated.here, updated.wide) == (expected.here, expected.wide)
        assert not updated.elsewhere


def test_most_examples_are_compared() -> None:
    """More may come; of those that a cluster can hold none may go unnoticed."""
    assert len(LIVE) >= 199
    assert len([policy for _, bodies in LIVE for policy in policies(bodies)]) >= 230
    assert len([case for case, bodies in LIVE if all(map(is_held, bodies))]) >= 194
