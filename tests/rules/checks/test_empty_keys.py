"""Rules about keys without a value: severities, wording, fixes, and that each says it alone."""

from __future__ import annotations

import pytest

from netlint_rules.finding import Applicability, Confidence, Finding, Severity
from netlint_rules.registry import all_rules
from netlint_rules.rule import Example
from netlint_rules.source.commented import is_commented_out
from netlint_rules.source.document import Document, Origin
from tests.rules.builders import lint, repaired

RULES = ("peers-null-or-empty", "allow-all-rule", "null-selector-in-peer", "missing-podselector")
CASES = [
    pytest.param(rule.name, example, id=f"{rule.name}: {example.title}")
    for rule in all_rules()
    if rule.name in RULES
    for example in rule.bad
]
HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
"""
DENY = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
"""
FROM_NULL = HEAD + "  ingress:\n  - from:\n    ports: [{port: 80}, {port: 81, protocol: UDP}]\n"


def only(text: str, *rules: str) -> Finding:
    (finding,) = lint(text, *(rules or RULES))
    return finding


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_no_other_rule_says_it_of_the_same_line(rule: str, example: Example) -> None:
    marked = [at for at, line in enumerate(example.text.splitlines(), 1) if "# <-" in line]
    findings = [finding for finding in lint(example.text) if finding.rule != "ipblock-cluster-cidr"]
    places = [(finding.primary.span, finding.rule) for finding in findings]
    assert [name for span, name in places if span and span.line in marked] == [rule]
    assert not [finding for finding in findings if finding.code == "NP403"]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_nothing_is_said_of_what_a_patch_changes(rule: str, example: Example) -> None:
    assert lint(example.text, rule, patched=("spec",)) == []


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_nothing_is_said_of_a_policy_that_the_server_refuses(rule: str, example: Example) -> None:
    assert lint(example.text + "\nstatsu: {}\n", rule) == []


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_a_fix_clears_the_finding(rule: str, example: Example) -> None:
    finding = only(example.text, rule)
    if finding.fix is not None:
        assert lint(repaired(example.text, finding), rule) == []


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("peers-null-or-empty", ["error", "warning", "error", "warning", "info", "info"]),
        ("allow-all-rule", ["warning", "error", "error", *["info"] * 5]),
        ("null-selector-in-peer", ["warning", "warning", "info", "warning", "info"]),
        ("missing-podselector", ["warning", "warning", *["info"] * 3]),
    ],
)
def test_severities(rule: str, expected: list[str]) -> None:
    (found,) = (each for each in all_rules() if each.name == rule)
    assert [only(example.text, rule).severity for example in found.bad] == expected


def test_how_sure_the_findings_on_selectors_are() -> None:
    (found,) = (each for each in all_rules() if each.name == "null-selector-in-peer")
    high, medium = Confidence.HIGH, Confidence.MEDIUM
    grades = [only(example.text).confidence for example in found.bad]
    assert grades == [high, high, medium, high, medium]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (
            "ingress: [{from: null, ports: [{port: 80}]}]",
            "can be reached on TCP 80 from any source: from has no value",
        ),
        (
            "ingress: [{from: [{podSelector: {}}], ports: null}]",
            "can be reached on all ports from these sources: ports has no value",
        ),
        (
            "egress: [{to: [], ports: [{port: 80}]}]",
            "can connect to any destination on TCP 80: to is an empty list",
        ),
        (
            "egress: [{to: [{podSelector: {}}], ports: []}]",
            "can connect to these destinations on all ports: ports is an empty list",
        ),
        (
            "ingress: [null]",
            "can be reached by everybody: an empty list item allows everything",
        ),
        (
            "ingress: [{}, {ports: [{port: 80}]}]",
            "can be reached by everybody: 1 rule beside it has no effect",
        ),
        (
            "egress: [{}, {ports: [{port: 80}]}, {ports: [{port: 81}]}]",
            "can connect to everything: 2 rules beside it have no effect",
        ),
        ("egress: [{}]", "can connect to everything"),
    ],
)
def test_messages_about_rules(rules: str, message: str) -> None:
    assert only(with_rules(rules)).message == f"pods app=web in shop {message}"


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (
            "ingress: [{from: [{namespaceSelector: null, podSelector: {matchLabels: {a: b}}}]}]",
            "only pods a=b of shop are allowed, no other namespace: namespaceSelector has no value",
        ),
        (
            "ingress: [{from: [{namespaceSelector: null, podSelector: {}}]}]",
            "only pods of shop are allowed, no other namespace: namespaceSelector has no value",
        ),
        (
            "egress: [{to: [{namespaceSelector: {matchLabels: null}}]}]",
            "web allows every namespace as destinations: matchLabels has no value",
        ),
        (
            "ingress: [{from: [{podSelector: {matchLabels: null, matchExpressions: null}}]}]",
            "web allows all pods as sources: matchLabels has no value",
        ),
    ],
)
def test_messages_about_peers(rules: str, message: str) -> None:
    assert only(with_rules(rules)).message == message


def test_labels_that_are_commented_out() -> None:
    labels = "    - podSelector:\n        matchLabels:\n          # app: api\n"
    assert only(f"{HEAD}  ingress:\n  - from:\n{labels}").message == (
        "web allows all pods as sources: matchLabels has only comments below it"
    )


def test_a_policy_without_a_spec_has_no_place_for_the_fix() -> None:
    bare = HEAD[: HEAD.index("spec:")]
    assert only(bare + "spec:\n").fix is None
    assert only(bare + "spec: {policyTypes: [Ingress]}\n").fix is not None


def with_rules(rules: str) -> str:
    types = "policyTypes: [Egress]" if rules.startswith("egress") else "policyTypes: [Ingress]"
    return f"{HEAD}  {types}\n  {rules}\n"


def test_messages_about_the_pods_of_the_policy() -> None:
    everybody = HEAD.replace("{matchLabels: {app: web}}", "null")
    assert only(everybody).message == ("web applies to every pod in shop: podSelector has no value")
    commented = HEAD.replace("{app: web}}", "").replace("{matchLabels: ", "\n    matchLabels:")
    assert only(commented + "      # app: web\n").message == (
        "web applies to every pod in shop: matchLabels has only comments below it"
    )


@pytest.mark.parametrize(
    ("below", "severity"),
    [
        ("    # - podSelector: {}\n", Severity.ERROR),
        ("      # -\n", Severity.ERROR),
        ("    # anyone may\n    # podSelector: {}\n", Severity.ERROR),
        ("    ## podSelector: {}\n", Severity.ERROR),
        ("    # anyone, as it is public\n", Severity.WARNING),
        ("  # - podSelector: {}\n", Severity.WARNING),
        ("\n    # - podSelector: {}\n", Severity.WARNING),
        ("", Severity.WARNING),
    ],
)
def test_what_counts_as_commented_out(below: str, severity: Severity) -> None:
    assert only(FROM_NULL.replace("from:\n", f"from:\n{below}")).severity is severity


def test_a_comment_beside_the_key_or_before_it_is_a_remark() -> None:
    beside = FROM_NULL.replace("from:", "from: # - podSelector: {}")
    assert only(beside).severity is Severity.WARNING
    before = FROM_NULL.replace("  - from:", "    # - podSelector: {}\n  - from:")
    assert only(before).severity is Severity.WARNING


def test_only_a_key_that_was_probably_meant_to_be_empty_is_removed_unread() -> None:
    null, listed = only(FROM_NULL).fix, only(FROM_NULL.replace("from:", "from: []")).fix
    assert null is not None and listed is not None
    assert null.applicability is Applicability.UNSAFE
    assert listed.applicability is Applicability.SAFE
    assert listed.patch == ({"op": "remove", "path": "/spec/ingress/0/from"},)
    assert listed.title == "remove from, if any source is meant"
    ports = only(HEAD + "  ingress: [{from: [{podSelector: {}}], ports: []}]\n").fix
    assert ports is not None
    assert ports.title == "remove ports, if any port is meant"


def test_rules_without_effect_are_shown() -> None:
    rules = ", ".join(f"{{ports: [{{port: {port}}}]}}" for port in range(80, 84))
    finding = only(HEAD + f"  ingress: [{{}}, {rules}]\n")
    assert [place.api_path for place in finding.related] == [
        f"spec.ingress[{at}]" for at in (1, 2, 3)
    ]
    assert finding.fix is not None


def test_a_lone_rule_for_everything_needs_no_fix() -> None:
    assert only(HEAD + "  ingress: [{}]\n").fix is None


@pytest.mark.parametrize("rule", ["-", "- from:"])
def test_an_unfinished_rule_cancels_no_default_deny(rule: str) -> None:
    everybody = HEAD.replace("{matchLabels: {app: web}}", "{}") + f"  ingress:\n  {rule}\n"
    assert [each.severity for each in lint(everybody + DENY, *RULES)] == [Severity.ERROR]
    assert lint(everybody + DENY, "default-deny") == []


def test_dns_to_an_unfinished_list_of_destinations() -> None:
    text = HEAD + (
        "  policyTypes: [Egress]\n  egress:\n"
        "  - to:\n    ports: [{port: 53, protocol: UDP}, {port: 53}]\n"
    )
    assert only(text).severity is Severity.WARNING
    assert lint(text, "dns-egress") == []
    (finding,) = lint(text.replace("to:", "to: []"), "dns-egress", *RULES)
    assert finding.name == "dns-to-everywhere"


def test_objects_without_a_text_have_no_comments() -> None:
    body: dict[str, object] = {"spec": {"ingress": [{"from": None}]}}
    assert not is_commented_out(Document(Origin("request"), body), ("spec", "ingress", 0, "from"))
