"""From manifests to a picture."""

from __future__ import annotations

import pytest

from netlint_linter.picture.model import Flow, Picture, Reason
from netlint_rules.netset import PortSet
from netlint_rules.policy import Direction
from tests.linter.picture.samples import POLICIES, SHOP, deployment, shop

API, DB, MAILER = "shop/Deployment/api", "shop/Deployment/db", "shop/Deployment/mailer"
GATEWAY, DEBUG = "edge/Deployment/gateway", "tools/Deployment/debug"
FIRST_POLICY = SHOP.count("\n") - POLICIES.count("\n") + 1


@pytest.fixture(scope="module")
def picture() -> Picture:
    return shop()


def between(picture: Picture, source: str, destination: str) -> list[Flow]:
    return [
        flow
        for flow in picture.flows
        if source in flow.sources and destination in flow.destinations
    ]


def test_workloads_with_their_place_and_what_restricts_them(picture: Picture) -> None:
    nodes = picture.by_id
    assert len(nodes) == 6
    api = nodes[API]
    assert (api.namespace, api.kind, api.name, api.replicas) == ("shop", "Deployment", "api", 2)
    assert api.labels == (("app", "api"),)
    assert str(api.place) == "test.yaml:1"
    assert api.isolated == frozenset(Direction) and api.open == frozenset()
    assert nodes[GATEWAY].isolated == frozenset() and nodes[GATEWAY].open == frozenset(Direction)


def test_a_connection_has_the_rules_of_both_ends_with_their_lines(picture: Picture) -> None:
    (flow,) = between(picture, API, DB)
    assert flow.ports == PortSet.of("TCP", 5432) and flow.certain
    out, into = flow.reasons
    texts = {policy.id: policy for policy in picture.policies}
    assert (out.direction, texts[out.policy].name) == (Direction.EGRESS, "api")
    assert (into.direction, texts[into.policy].name) == (Direction.INGRESS, "db")
    assert out.words == "spec.egress[0]: TCP 5432"
    for reason in (out, into):
        assert "- to:" in line(picture, reason) or "- from:" in line(picture, reason)


def line(picture: Picture, reason: Reason) -> str:
    """The line that a reason names, in the text of its policy."""
    (policy,) = [each for each in picture.policies if each.id == reason.policy]
    assert reason.place is not None
    return policy.text.splitlines()[reason.place.line - policy.place.line]


def test_what_no_policy_allows_has_no_flow(picture: Picture) -> None:
    assert not between(picture, API, MAILER) and not between(picture, DEBUG, DB)


def test_open_traffic_is_one_flow_and_unrestricted(picture: Picture) -> None:
    (flow,) = between(picture, DEBUG, GATEWAY)
    assert flow.ports.is_all and flow.reasons == () and picture.is_unrestricted(flow)
    assert not picture.is_unrestricted(*between(picture, GATEWAY, API))


def test_addresses_and_the_internet_are_externals(picture: Picture) -> None:
    assert [outside.label for outside in picture.externals] == [
        "pods of any namespace",
        "internet",
        "203.0.113.0/24",
    ]
    (to_range,) = between(picture, DB, "addresses 203.0.113.0/24")
    assert to_range.ports == PortSet.of("TCP", 443)
    assert between(picture, DEBUG, "internet") and not between(picture, DB, "internet")
    assert between(picture, "any-namespace", GATEWAY)
    assert not between(picture, "any-namespace", API)


def test_a_policy_knows_whom_it_selects_and_where_it_stands(picture: Picture) -> None:
    policies = {policy.name: policy for policy in picture.policies}
    assert policies["deny"].selects == {API, DB, MAILER}
    assert policies["db"].selects == {DB}
    assert policies["deny"].place == ("test.yaml", FIRST_POLICY)
    assert policies["deny"].text.startswith("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy")
    assert "name: api" not in policies["deny"].text


def test_findings_are_at_the_workloads_that_their_policy_selects(picture: Picture) -> None:
    codes = {
        node.name: [picture.problems[number].code for number in node.problems]
        for node in picture.nodes
    }
    assert "NP101" in codes["api"], "nothing allows it to resolve names"
    assert "NP101" not in codes["gateway"] + codes["debug"]
    (found,) = (problem for problem in picture.problems if problem.code == "NP101")
    assert found.place.line >= FIRST_POLICY and "shop" in found.message


def test_ways_in_from_outside_and_whether_policies_let_them_in(picture: Picture) -> None:
    (gateway,) = picture.by_id[GATEWAY].ways
    assert gateway.words.startswith("Service gateway, TCP 80") and gateway.passes == "yes"
    assert "type: LoadBalancer" in SHOP.splitlines()[gateway.place.line - 1]
    (db,) = picture.by_id[DB].ways
    assert db.passes == "no"
    assert picture.by_id[DEBUG].ways == ()


def test_pods_alike_share_their_flows() -> None:
    twins = [deployment("edge", f"gateway-{number}") for number in range(30)]
    whole = shop("---\n".join([SHOP, *twins]))
    assert len(whole.nodes) == 36
    assert len(whole.flows) < 30, "n² flows"


def test_a_policy_that_allows_everything_restricts_nothing() -> None:
    wide = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all, namespace: edge}
spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{}]}
"""
    gateway = shop(f"{SHOP}---\n{wide}").by_id[GATEWAY]
    assert gateway.isolated == {Direction.INGRESS} and gateway.open == frozenset(Direction)


def test_pods_in_their_nodes_network_say_so() -> None:
    text = deployment("edge", "agent").replace(
        "spec: {containers", "spec: {hostNetwork: true, containers"
    )
    agent = shop(f"{SHOP}---\n{text}").by_id["edge/Deployment/agent"]
    assert agent.host_network and agent.open == frozenset(Direction)


def test_policies_that_netlint_cannot_read_leave_doubt() -> None:
    cilium = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: other, namespace: tools}
spec: {endpointSelector: {}, ingress: [{}]}
"""
    whole = shop(f"{SHOP}---\n{cilium}")
    (flow,) = between(whole, GATEWAY, DEBUG)
    assert not flow.certain
    assert "netlint can't read CiliumNetworkPolicy other" in [
        reason.words for reason in flow.reasons
    ]
    assert DEBUG not in whole.receivers


def test_nothing_in_view_gives_an_empty_picture() -> None:
    picture = shop(POLICIES)
    assert (picture.nodes, picture.externals, picture.flows) == ((), (), ())
