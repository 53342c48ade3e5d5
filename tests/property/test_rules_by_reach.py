"""What rules say of traffic, and what their fixes leave of it, by the reachability engine."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from netlint_rules.bundle import Placed
from netlint_rules.config import Config
from netlint_rules.context import Workspace
from netlint_rules.edit.patch import patched
from netlint_rules.engine import examine, settle
from netlint_rules.facts import Facts
from netlint_rules.finding import Applicability, Finding
from netlint_rules.index import ResourceIndex
from netlint_rules.reach import Connection, Network
from netlint_rules.record import replace
from netlint_rules.registry import all_rules
from tests.property.worldly import PORTS, worlds
from tests.property.worlds import Pod, Rules, Space, World, manifests

EXAMPLES = int(os.environ.get("NETLINT_WORLDS", "80"))


def indexed(placed: Sequence[Placed]) -> ResourceIndex:
    return ResourceIndex.build(placed, Config(), Facts())


def findings(placed: Sequence[Placed], *names: str) -> list[Finding]:
    chosen = [rule for rule in all_rules() if not names or rule.name in names]
    outcome = examine(Workspace(indexed(placed), Config(), Facts()), chosen)
    assert not outcome.errors
    return settle(outcome.findings, Config())


def connections(placed: Sequence[Placed]) -> set[Connection]:
    return set(Network(indexed(placed), Config().cluster, Facts()).map().connections())


def mended(placed: Sequence[Placed], finding: Finding) -> list[Placed]:
    """The objects after a finding's fix."""
    document, fix = finding.primary.document, finding.fix
    assert fix is not None and fix.creates is None
    body = patched(document.body, fix.patch)
    assert isinstance(body, dict)
    changed = replace(document, body=body)
    return [
        replace(each, document=changed) if each.document is document else each for each in placed
    ]


@settings(max_examples=EXAMPLES)
@given(worlds(hidden=True))
def test_safe_fixes_leave_all_connections_as_they_are(world: World) -> None:
    placed = list(manifests(world))
    before = connections(placed)
    for finding in findings(placed):
        if finding.fix is not None and finding.fix.applicability is Applicability.SAFE:
            assert connections(mended(placed, finding)) == before, finding.message


APPS = ("x", "y", "z")
BY_APP = st.sampled_from(APPS).map(lambda app: {"matchLabels": {"app": app}})


def one_way(word: str, field: str) -> st.SearchStrategy[Rules]:
    """A policy of one direction with peers of its own namespace."""
    rules = st.builds(
        lambda peer, ports: {field: [{"podSelector": peer}], "ports": ports},
        BY_APP,
        st.lists(PORTS, min_size=1, max_size=2),
    )
    specs = st.builds(
        lambda subject, listed: {
            "podSelector": subject,
            "policyTypes": [word],
            word.lower(): listed,
        },
        BY_APP,
        st.lists(rules, max_size=2),
    )
    return specs.map(lambda spec: Rules("a", spec, spec))


POLICIES = st.lists(
    st.one_of(one_way("Ingress", "from"), one_way("Egress", "to")), min_size=2, max_size=5
)


@settings(max_examples=EXAMPLES)
@given(POLICIES)
def test_a_one_sided_connection_passes_on_none_of_its_ports(rules: list[Rules]) -> None:
    ports = [("http", "TCP", 1), ("dns", "UDP", 2)]
    pods = [Pod("a", app, {"app": app}, [f"10.244.1.{at}"], ports) for at, app in enumerate(APPS)]
    placed = list(manifests(World({"a": Space("a", {})}, pods, {}, rules)))
    index = indexed(placed)
    net = Network(index, Config().cluster, Facts())
    for finding in findings(placed, "one-sided-allow"):
        document, path = finding.primary.document, finding.primary.path
        (number,) = (at for at, each in enumerate(placed) if each.document is document)
        policy = index.policies["a"][number - (len(placed) - len(rules))]
        (chosen,) = (each for each in policy.selections if each.peer.path == path)
        for one, two in permutations(net.workloads.values(), 2):
            for trace in net.traces(*one, *two):
                for step in (*trace.egress.rules(), *trace.ingress.rules()):
                    if step.rule.path == chosen.rule.path and step.policy.name == policy.name:
                        assert step.open.both(trace.open).is_nothing
