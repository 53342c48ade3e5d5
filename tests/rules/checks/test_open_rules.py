"""except-is-not-deny, split-from-ports and exfil-any: grades, wording, fixes, what is unsure."""

from __future__ import annotations

import pytest

from netlint_rules.engine import examine
from netlint_rules.finding import Confidence, Finding, Severity
from netlint_rules.registry import all_rules
from netlint_rules.rule import Example
from tests.rules.builders import lint, repaired, workspace

RULES = ("except-is-not-deny", "split-from-ports", "exfil-any")
CASES = [
    pytest.param(rule.name, example, id=f"{rule.name}: {example.title}")
    for rule in all_rules()
    if rule.name in RULES
    for example in rule.bad
]
HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
"""
HOLE = "{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}"
API = "{podSelector: {matchLabels: {app: api}}}"


def only(text: str, rule: str) -> Finding:
    (finding,) = lint(text, rule)
    return finding


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_nothing_is_said_of_what_is_not_sure_to_apply(rule: str, example: Example) -> None:
    first, *others = example.text.split("---\n")
    rest = "".join(f"---\n{other}" for other in others)
    assert lint(example.text, rule, patched=("spec",)) == []
    assert lint(f"{first}statsu: {{}}\n{rest}", rule) == []


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("except-is-not-deny", ["warning high"] * 4 + ["info high"]),
        ("split-from-ports", ["warning medium"] * 2 + ["info low"] * 4),
        ("exfil-any", ["info certain"] * 4),
    ],
)
def test_grades(rule: str, expected: list[str]) -> None:
    (found,) = (each for each in all_rules() if each.name == rule)
    findings = [only(example.text, rule) for example in found.bad]
    assert [f"{each.severity} {each.confidence}" for each in findings] == expected


def test_what_undoes_an_except_is_shown() -> None:
    blocks = "{ipBlock: {cidr: 10.0.0.0/7}}, {ipBlock: {cidr: 192.0.2.0/24}}"
    text = HEAD + f"  ingress: [{{from: [{HOLE}]}}, {{from: [{blocks}]}}]\n"
    finding = only(text, "except-is-not-deny")
    assert finding.message == (
        "pods app=web in shop can still be reached from 10.0.0.0/8: except only narrows its own "
        "block, and another rule allows these addresses"
    )
    assert [(place.api_path, place.note) for place in finding.related] == [
        ("spec.ingress[1].from[0]", "allows what is excepted")
    ]
    egress = text.replace("ingress", "policyTypes: [Egress]\n  egress").replace("from", "to")
    assert "can still connect to 10.0.0.0/8" in only(egress, "except-is-not-deny").message


def test_several_excepts_that_are_undone_are_one_finding() -> None:
    hole = HOLE.replace("10.0.0.0/8", "10.0.0.0/8, 192.0.2.0/24, 198.51.100.0/24")
    text = HEAD + f"  ingress: [{{from: [{hole}]}}, {{from: [{{ipBlock: {{cidr: BLOCK}}}}]}}]\n"
    everything = only(text.replace("BLOCK", "0.0.0.0/0"), "except-is-not-deny")
    assert everything.primary.api_path == "spec.ingress[0].from[0].ipBlock.except"
    assert "from 10.0.0.0/8 and 192.0.2.0/24 and 198.51.100.0/24: " in everything.message
    more = text.replace("10.0.0.0/8", "10.0.0.0/8, 172.16.0.0/12").replace("BLOCK", "0.0.0.0/0")
    assert "from 4 excepted blocks: " in only(more, "except-is-not-deny").message
    halves = "192.0.2.0/24}}, {ipBlock: {cidr: 10.0.0.0/8}}, {ipBlock: {cidr: 198.51.100.0/25"
    finding = only(text.replace("BLOCK", halves), "except-is-not-deny")
    assert [place.api_path[-7:] for place in finding.related] == ["from[0]", "from[1]"]
    second = only(text.replace("BLOCK", "192.0.0.0/8"), "except-is-not-deny")
    assert second.primary.api_path == "spec.ingress[0].from[0].ipBlock.except[1]"


def test_documents_show_alternatives() -> None:
    (rule,) = (each for each in all_rules() if each.name == "except-is-not-deny")
    (example,) = (each for each in rule.bad if each.title.startswith("A policy for every pod"))
    guide = f"# Guide\n\n```yaml\n{example.text}```\n"
    assert examine(workspace(guide, file="guide.md"), [rule]).findings == ()


def test_a_broken_policy_undoes_nothing() -> None:
    text = HEAD + f"  ingress: [{{from: [{HOLE}]}}]\n"
    other = text.replace(HOLE, "{ipBlock: {cidr: 0.0.0.0/0}}").replace("allow-api", "other")
    assert lint(f"{text}---\n{other}", "except-is-not-deny")
    assert lint(f"{text}---\n{other}statsu: {{}}\n", "except-is-not-deny") == []


def test_the_wording_of_a_split_rule() -> None:
    text = HEAD + f"  ingress: [{{from: [{API}]}}, {{ports: [{{port: 80}}]}}]\n"
    assert only(text, "split-from-ports").message == (
        "pods app=web in shop can be reached on TCP 80 from any source, and on all ports from "
        "these peers: two rules, where one may be meant"
    )
    egress = text.replace("ingress", "policyTypes: [Egress]\n  egress").replace("from", "to")
    assert only(egress, "split-from-ports").message == (
        "pods app=web in shop can connect to any destination on TCP 80, and to these peers on all "
        "ports: two rules, where one may be meant"
    )


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_fix_joins_the_rules(order: tuple[int, int]) -> None:
    rules = [f"{{from: [{API}]}}", "{ports: [{port: 80}]}"]
    text = HEAD + f"  ingress: [{rules[order[0]]}, {rules[order[1]]}]\n"
    better = repaired(text, only(text, "split-from-ports"))
    assert lint(better, "split-from-ports") == []
    (policy,) = workspace(better).index.policies["shop"]
    (rule,) = [rule for rules in policy.rules.values() for rule in rules]
    assert (len(rule.peers or ()), str(rule.ports)) == (1, "TCP 80")


@pytest.mark.parametrize(
    ("peer", "named"),
    [
        ("{podSelector: {matchLabels: {app: api}}}", True),
        ("{podSelector: {matchLabels: {app: al}}}", False),
        ("{podSelector: {matchLabels: {app: db}}}", False),
        ("{namespaceSelector: {matchLabels: {app: api}}}", True),
        ("{ipBlock: {cidr: 203.0.113.0/24}}", False),
    ],
)
def test_a_policy_that_is_named_after_its_peer(peer: str, named: bool) -> None:
    text = HEAD + f"  ingress: [{{from: [{peer}]}}, {{ports: [{{port: 80}}]}}]\n"
    is_warning = only(text, "split-from-ports").severity is Severity.WARNING
    assert is_warning is named
    assert only(text, "split-from-ports").confidence is (
        Confidence.MEDIUM if named else Confidence.LOW
    )


@pytest.mark.parametrize("port", ["53", "5353", "50, endPort: 60"])
def test_dns_for_everybody_is_a_common_form(port: str) -> None:
    ports = f"{{port: {port}, protocol: UDP}}"
    text = HEAD + f"  ingress: [{{from: [{API}]}}, {{ports: [{ports}]}}]\n"
    assert lint(text, "split-from-ports") == []
