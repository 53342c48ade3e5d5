"""What fixes do to traffic, in words; the proofs are tested as properties."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from netlint_rules.apivalidation import NEWEST
from netlint_rules.effect import Effect, effect, graded
from netlint_rules.finding import Applicability, Finding, Fix
from netlint_rules.source.document import Document
from netlint_rules.source.reader import read
from tests.rules.builders import lint

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {}}, {namespaceSelector: {}, podSelector: {matchLabels: {a: b}}}]
    ports: [{port: 80}]
  - from: [{ipBlock: {cidr: 10.0.0.0/8}}, {ipBlock: {cidr: "${RANGE}"}}]
"""


def document(text: str = POLICY) -> Document:
    (found,) = read(text.encode(), "a.yaml").documents
    return found


def done(*patch: dict[str, Any], text: str = POLICY) -> Effect:
    return effect(document(text), Fix("change it", Applicability.SAFE, patch), NEWEST)


def replaced(path: str, value: object) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}


@pytest.mark.parametrize(
    ("path", "value", "cuts", "opens"),
    [
        ("/spec/policyTypes", ["Ingress", "Egress"], "egress of pods app=api in shop that no", ""),
        ("/spec/policyTypes", ["Egress"], "egress of", "all ingress of pods app=api in shop"),
        ("/spec/podSelector", {}, "traffic of every pod in shop", "traffic of pods app=api"),
        ("/spec/ingress/0/ports/0/port", 81, "of its namespace on TCP 80", "on TCP 81"),
        ("/spec/ingress/0/from/0", {"namespaceSelector": {}}, "", "all pods of every namespace"),
        ("/spec/ingress/0/from/1/podSelector", {}, "", "ingress from all pods of every namespace"),
        ("/spec/ingress/0", {}, "", "ingress from anywhere"),
        ("/spec/ingress/1/from/0/ipBlock/cidr", "10.0.0.0/9", "rule that can't be read", ""),
        ("/spec/ingress/0/ports/0/port", "no port!", "more than can be told", "more than"),
        ("/metadata/namespace", "other", "more than can be told here", "more than can be told"),
        ("/apiVersion", "extensions/v1beta1", "more than can be told", "more than can be told"),
        ("/spec", "no mapping", "more than can be told here", "more than can be told here"),
        ("/none", 1, "more than can be told here", "more than can be told here"),
    ],
)
def test_what_a_patch_cuts_and_opens(path: str, value: object, cuts: str, opens: str) -> None:
    found = done(replaced(path, value))
    assert cuts in ", ".join(found.cuts)
    assert opens in ", ".join(found.opens)
    assert bool(found.cuts) is bool(cuts) or "/1/from" in path


def test_a_rule_with_a_placeholder_may_stay_as_it_is() -> None:
    move = {"op": "move", "from": "/spec/ingress/1", "path": "/spec/ingress/0"}
    assert done(move) == Effect()


def test_only_the_first_of_many_are_named() -> None:
    blocks = [{"ipBlock": {"cidr": f"10.0.{number * 2}.0/24"}} for number in range(5)]
    found = done(replaced("/spec/ingress", [{"from": blocks}]))
    assert len(found.opens) == 0
    found = done({"op": "add", "path": "/spec/ingress/-", "value": {"from": peers(5)}})
    assert found.opens[-1] == "2 more"


def peers(count: int) -> list[object]:
    labels = ({"team": f"t{number}"} for number in range(count))
    return [{"namespaceSelector": {"matchLabels": each}} for each in labels]


def test_a_refused_policy_begins_to_isolate() -> None:
    text = POLICY.replace("policyTypes: [Ingress]", "policyTypes: [ingress]")
    found = done(replaced("/spec/policyTypes/0", "Ingress"), text=text)
    assert found.cuts == ("ingress of pods app=api in shop that no policy allows",)
    assert "ingress from all pods of its namespace on TCP 80" in found.opens


def test_other_kinds_prove_nothing() -> None:
    text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
    assert done(replaced("/metadata/name", "x"), text=text) != Effect()
    fix = Fix("add it", Applicability.SAFE, creates={"apiVersion": "v1", "kind": "Pod"})
    assert effect(document(), fix, NEWEST).cuts == ("more than can be told here",)


def test_a_fix_is_only_safe_where_that_is_proven() -> None:
    text = POLICY.replace("${RANGE}", "2001:DB8::/64")
    (finding,) = lint(text, "cidr-noncanonical")
    assert finding.fix is not None
    assert graded(finding, NEWEST) is finding
    assert applicability(finding, replaced("/spec/policyTypes", ["Egress"])) == "unsafe"
    assert (
        applicability(finding, {"op": "test", "path": "/kind", "value": "NetworkPolicy"}) == "safe"
    )


def applicability(finding: Finding, patch: dict[str, Any]) -> str:
    """What a fix that its rule calls safe is found to be."""
    fix = graded(replace(finding, fix=Fix("do it", Applicability.SAFE, (patch,))), NEWEST).fix
    assert fix is not None
    return str(fix.applicability)
