"""Rules about what the API server refuses: what they advise, and whether their fixes help."""

from __future__ import annotations

import json

import pytest

from netlint_rules.finding import Applicability, Finding, Severity
from netlint_rules.registry import all_rules
from tests.rules.builders import configuration, lint, repaired

RULES = [rule.name for rule in all_rules() if "validity" in rule.groups]
SAFE, UNSAFE = Applicability.SAFE, Applicability.UNSAFE


def refusals(spec: object, version: str = "1.36", **metadata: object) -> list[Finding]:
    body = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "api", "namespace": "shop", **metadata},
        "spec": spec,
    }
    return lint(json.dumps(body), *RULES, config=configuration(cluster={"kube-version": version}))


def only(spec: object, version: str = "1.36", **metadata: object) -> Finding:
    (finding,) = refusals(spec, version, **metadata)
    return finding


def of_port(**entry: object) -> object:
    return {"ingress": [{"ports": [entry]}]}


def of_peer(**entry: object) -> object:
    return {"ingress": [{"from": [entry]}]}


def block(cidr: str, *cut: str) -> object:
    return of_peer(ipBlock={"cidr": cidr, **({"except": list(cut)} if cut else {})})


def expression(**fields: object) -> object:
    return {"podSelector": {"matchExpressions": [{"key": "a", **fields}]}}


ADVICE = [
    ({"podselector": {}}, "(did you mean podSelector?)"),
    ({"foo": 1}, "(known here: podSelector, policyTypes, ingress, egress)"),
    ({"labels": {}}, "(it belongs in metadata)"),
    ({"matchLabels": {}}, "(it belongs in spec.podSelector)"),
    (of_peer(podSelector={}, ports=[]), "(it belongs in spec.ingress[0])"),
    (of_peer(cidr="10.0.0.0/8"), "(it belongs in spec.ingress[0].from[0].ipBlock)"),
    ({"ingress": [{"podSelector": {}}]}, "(it belongs in spec.ingress[0].from)"),
    ({"ingress": {"from": []}}, "must be a list, not a mapping; begin it with a hyphen"),
    ({"policyTypes": "Ingress"}, "must be a list, not a string; begin it with a hyphen"),
    ({"ingress": [{"ports": [80]}]}, "must be a mapping, not a number; write port: 80"),
    ({"ingress": [{"from": ["10.0.0.0/8"]}]}, "a string; write ipBlock: {cidr: 10.0.0.0/8}"),
    ({"ingress": [{"from": ["web"]}]}, "spec.ingress[0].from[0] must be a mapping, not a string"),
    ({"policyTypes": 5}, "spec.policyTypes must be a list, not a number"),
    ({"podSelector": {"matchLabels": {"a": 1.1}}}, "not a number; put it in quotes"),
    ({"podSelector": {"matchLabels": {"a": True}}}, "not a boolean; put it in quotes"),
    (of_port(port=80.5), "must be a whole number from 1 to 65535, not 80.5"),
    (of_port(port=1 << 40), "must be a whole number from 1 to 65535, not 1099511627776"),
    (of_port(port=[]), "must be an integer or string, not a list"),
    (of_port(port=0), "leave out `port` to allow every port"),
    (of_port(port=70000), "must be between 1 and 65535, inclusive"),
    (of_port(port="*"), "leave out `port` to allow every port"),
    (of_port(port="8000-8010"), "a range is `port: 8000` with `endPort: 8010`"),
    (of_port(port="80,443"), "give each port an entry of its own"),
    (of_port(port="my_port"), "did you mean my-port?"),
    (of_port(port="Http"), "did you mean http?"),
    (of_port(port="80"), "write the number without quotes"),
    (of_port(port="70000"), "must contain at least one letter (a-z)"),
    (of_port(port=80, endPort=70), "endPort is 70, the server prints the port"),
    (of_port(endPort=70), "a range needs `port`, its first number"),
    (of_port(protocol="tcp"), "did you mean TCP?"),
    (of_port(protocol="ICMPv6"), "a NetworkPolicy can't speak of ICMP"),
    (of_port(protocol="all"), "without `ports` every port and protocol is allowed"),
    (of_port(protocol="HTTP"), 'supported values: "TCP", "UDP", "SCTP"'),
    (of_peer(), "is every pod of shop, and a rule without `from` allows any peer"),
    (of_peer(podSelector=None), "counts as absent: `podSelector: {}` selects all"),
    (of_peer(podSelector={}, ipBlock={"cidr": "::/0"}), "give the ipBlock an entry of its own"),
    (block("10.0.0.1"), "10.0.0.1/32 is the address alone"),
    (block("2001:DB8::1"), "2001:db8::1/128 is the address alone"),
    (block("api.example.com"), "a NetworkPolicy knows addresses, not names"),
    (block("10.0.0.1-10.0.0.9"), "write a range of addresses as the CIDRs that make it up"),
    (block("10.0.0.0/33"), "(e.g. 10.9.8.0/24 or 2001:db8::/64)"),
    (block(""), "spec.ingress[0].from[0].ipBlock.cidr: Required value"),
    (block("10.0.0.5/24"), "did you mean 10.0.0.0/24 or 10.0.0.5/32?"),
    (block("010.0.0.0/24"), "did you mean 10.0.0.0/24?"),
    (block("::ffff:10.0.0.5/120"), "did you mean 10.0.0.0/24 or 10.0.0.5/32?"),
    (block("10.0.0.0/16", "10.1.0.0/24"), "it lies outside, so it takes nothing away"),
    (block("10.0.0.0/16", "::/24"), "it lies outside, so it takes nothing away"),
    (block("10.0.0.0/16", "10.0.0.0/16"), "nothing would be left of the block"),
    (block("10.1.0.0/16", "10.0.0.0/8"), "did you mean cidr 10.0.0.0/8 with except 10.1.0.0/16?"),
    ({"policyTypes": ["ingres"]}, "did you mean Ingress?"),
    ({"policyTypes": ["Both"]}, 'supported values: "Ingress", "Egress"'),
    (expression(operator="in", values=["b"]), "did you mean In?"),
    (expression(operator="!=", values=["b"]), "did you mean NotIn?"),
    (expression(operator="~", values=["b"]), "not a valid selector operator"),
    (expression(operator="In"), "Exists asks for any value"),
    (expression(operator="Exists", values=["b"]), "use In to ask for these values"),
    ({"podSelector": {"matchLabels": {"a": "b*"}}}, "Exists matches every value"),
]


@pytest.mark.parametrize(("spec", "advice"), ADVICE)
def test_the_message_ends_in_advice(spec: object, advice: str) -> None:
    found = refusals(spec)
    assert found
    assert [each.message for each in found if not each.message.endswith(advice)] == []


@pytest.mark.parametrize(
    ("metadata", "advice"),
    [
        ({"name": "Allow_DNS"}, "did you mean allow-dns?"),
        ({"name": "-"}, "must start and end with an alphanumeric character"),
        ({"namespace": "a.b"}, "must not contain dots; did you mean a-b?"),
        ({"name": "", "generateName": "A-"}, "the characters that the server adds"),
    ],
)
def test_advice_on_metadata(metadata: dict[str, str], advice: str) -> None:
    assert only({}, "1.36", **metadata).message.endswith(advice)


def test_a_sentence_is_no_label() -> None:
    finding = only({}, labels={"a": "for a reader"})
    assert finding.message.endswith("any text may stand in an annotation")
    assert finding.primary.api_path == "metadata.labels.a"


def test_messages_have_no_regular_expressions() -> None:
    found = refusals({"podSelector": {"matchLabels": {"a b/c/d": "e f", "g h": "i"}}}, name="A")
    assert len(found) == 4
    assert not [finding.message for finding in found if "regex" in finding.message]
    assert all("regex" in finding.cause.message for finding in found if finding.cause)


@pytest.mark.parametrize(
    "spec",
    [
        {"podselector": {"matchLabels": {"a": "b"}}},
        {"ingress": {"from": []}},
        {"ingress": [{"ports": [80]}]},
        {"ingress": [{"from": ["10.0.0.0/8"]}]},
        of_port(port="80"),
        of_port(protocol="tcp"),
        of_port(protocol="TCPP"),
        {"policyTypes": ["ingress"]},
        {"policyTypes": ["Ingres"]},
        expression(operator="notin", values=["b"]),
        expression(operator="==", values=["b"]),
        of_peer(podSelector={}, ipBlock={"cidr": "::/0"}),
        block("10.0.0.1"),
        block("10.0.0.5/24"),
        block("10.0.0.0/16", "10.1.0.0/24"),
        block("10.0.0.0/16", "10.0.1.0/24", "10.1.0.0/24"),
        block("10.0.0.0/24", "10.0.0.0/16"),
    ],
)
def test_a_fix_makes_the_policy_valid(spec: object) -> None:
    finding = only(spec)
    assert finding.fix is not None
    assert finding.fix.applicability is UNSAFE, "it begins to isolate"
    text = repaired(json.dumps(finding.primary.document.body), finding)
    assert lint(text, *RULES) == []


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("{a: b, version: 1.10}", "1.10"),
        ("{version: yes, a: b}", "yes"),
        ("\n      version: 0x10   # the tenth\n      a: b", "0x10"),
        ("{version: !!int 5}", "5"),
    ],
)
def test_quotes_around_what_is_written(written: str, text: str) -> None:
    policy = f"""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: api, namespace: shop}}
spec:
  podSelector:
    matchLabels: {written}
"""
    (finding,) = lint(policy, *RULES)
    assert finding.fix is not None
    (operation,) = finding.fix.patch
    assert (operation["path"], operation["value"]) == (
        "/spec/podSelector/matchLabels/version",
        text,
    )
    assert finding.fix.applicability is SAFE


def test_no_quotes_where_the_text_is_elsewhere() -> None:
    policy = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop, annotations: {a: &five 5}}
spec: {podSelector: {}}
"""
    (finding,) = lint(policy, *RULES)
    assert finding.fix is not None
    (other,) = lint(policy.replace("a: &five 5", "a: [5]"), *RULES)
    assert other.fix is None


@pytest.mark.parametrize(
    "spec",
    [
        {"podselector": {}, "podSelector": {}},
        of_port(port="70000"),
        of_port(port="9" * 5000),
        of_port(protocol="ICMP"),
        block("x"),
        {"policyTypes": 5},
    ],
)
def test_no_fix_where_none_is_meant(spec: object) -> None:
    assert {finding.fix for finding in refusals(spec)} == {None}


def test_bits_beyond_the_prefix_are_refused_from_1_36_and_warned_of_before() -> None:
    spec = block("10.0.0.5/24")
    (old, new) = (only(spec, version) for version in ("1.35.9", "1.36"))
    assert (old.severity, new.severity) == (Severity.WARNING, Severity.ERROR)
    assert old.cause is None
    assert old.fix is not None
    assert old.fix.applicability is SAFE
    assert repaired(json.dumps(old.primary.document.body), old).count('"10.0.0.0/24"') == 1


def test_leading_zeros_are_octal_for_some() -> None:
    old = only(block("010.0.0.0/8"), "1.30")
    assert old.fix is not None
    assert old.fix.applicability is UNSAFE


def test_swapped_prefix_lengths() -> None:
    """As in a vendor's guide."""
    finding = only(block("128.12.0.0/24", "128.12.46.0/16"), "1.35")
    assert finding.message.endswith("did you mean cidr 128.12.0.0/16 with except 128.12.46.0/24?")


def test_what_a_patch_changes_is_not_judged() -> None:
    text = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec: {podSelector: {}, ingress: [{ports: [{port: "80"}]}]}
"""
    path = ("spec", "ingress", 0, "ports", 0, "port")
    assert lint(text, *RULES, patched=path) == []
    assert [found.code for found in lint(text, *RULES, patched=("metadata",))] == ["NP709"]
