"""The texts of `netlint suggest`: a base set, what pods need, and what the rules then miss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count
from pathlib import PurePosixPath

from netlint_linter.fixing.choose import Choice
from netlint_linter.fixing.rounds import Fixed, settle
from netlint_linter.output.terminal import printable
from netlint_linter.reading import Inputs
from netlint_linter.views import View
from netlint_rules.baseset import Proposed, base_set
from netlint_rules.bundle import Placed
from netlint_rules.context import Workspace
from netlint_rules.dns.servers import ServersOf
from netlint_rules.edit import emit
from netlint_rules.edit.style import Style
from netlint_rules.engine import examine, order
from netlint_rules.engine import settle as graded
from netlint_rules.index import ResourceIndex, is_policy
from netlint_rules.leastset import Pair, least_set
from netlint_rules.record import dataclass, field
from netlint_rules.registry import all_rules
from netlint_rules.report import Report
from netlint_rules.rule import Scope
from netlint_rules.source.reader import read
from netlint_rules.source.trouble import Parsed

_OPENINGS = ("webhook-ingress", "ingress-controller-blocked", "monitoring-blocked")
"""Rules whose fixes let in what calls the pods from outside of their namespace."""


def proposed(view: View, pairs: Sequence[Pair], namespaces: Iterable[str]) -> dict[str, str]:
    """The text of each namespace's policies, as if there were none yet.

    The rules are then asked what callers from outside of the namespace the policies cut off.
    """
    judge = _Judge(view, tuple(_without_policies(view)))
    servers = ServersOf(view.config.cluster, view.facts)(view.index)
    inputs = Inputs()
    for namespace in namespaces:
        base = base_set(_name(namespace), servers, same_namespace=False)
        text = policies_text([*base, *least_set(view.index, pairs, namespace)])
        file = _file(namespace)
        judge.homes[file] = namespace
        inputs.texts[file] = text.encode()
        inputs.add(judge.read(file, inputs.texts[file]), file, named=True)
    start = Fixed(inputs, judge.judge(inputs))
    fixed = settle(start, Choice(unsafe=True, only=_OPENINGS), judge)
    return {home: fixed.inputs.texts[file].decode() for file, home in judge.homes.items()}


def file_names(namespaces: Iterable[str]) -> dict[str, str]:
    """The name of each namespace's file: of its folder's, where nobody gave the namespace."""
    found: dict[str, str] = {}
    for namespace in sorted(namespaces, key=lambda each: each.startswith("?")):
        stem = namespace
        if namespace.startswith("?"):
            stem = PurePosixPath(namespace[1:]).name.strip(".") or "policies"
        names = chain([f"{stem}.yaml"], (f"{stem}-{at}.yaml" for at in count(2)))
        taken = set(found.values())
        found[namespace] = next(name for name in names if name not in taken)
    return found


def _name(namespace: str) -> str:
    return "" if namespace.startswith("?") else namespace


def _without_policies(view: View) -> Iterator[Placed]:
    for placed in view.index.documents.values():
        yield from (each for each in placed if not is_policy(each.document))


def _file(namespace: str) -> str:
    """The name of a file that is never written."""
    return f"netlint-suggest/{namespace}.yaml"


def policies_text(policies: Iterable[Proposed]) -> str:
    """Policies as YAML, each below its comments."""
    documents = [
        "\n".join(
            [
                *(f"# {printable(text)}" for text in each.remarks),
                *emit.block(each.body, Style()),
                "",
            ]
        )
        for each in policies
    ]
    return "---\n".join(documents)


@dataclass(frozen=True, slots=True)
class _Judge:
    """The rules on a bundle with proposed policies; `homes` are the namespaces of their files."""

    view: View
    placed: tuple[Placed, ...]
    homes: dict[str, str] = field(default_factory=dict)

    def read(self, file: str, data: bytes) -> Parsed:
        """Proposed policies."""
        return read(data, file)

    def judge(self, inputs: Inputs) -> Report:
        """What the rules say of the proposed policies."""
        config, facts = self.view.config, self.view.facts
        policies = (
            Placed(document, self.homes[document.origin.file]) for document in inputs.documents
        )
        index = ResourceIndex.build([*self.placed, *policies], config, facts)
        rules = [rule for rule in all_rules() if rule.scope is Scope.NAMESPACE]
        outcome = examine(Workspace(index, config, facts), rules)
        own = [each for each in outcome.findings if each.primary.file in self.homes]
        return Report(tuple(sorted(graded(own, config), key=order)), errors=outcome.errors)
