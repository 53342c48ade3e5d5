"""What the examples of redundant-rule can't show: wording, places, fixes, order."""

from __future__ import annotations

from netlint_rules.engine import examine
from netlint_rules.finding import Applicability, Finding, Severity
from netlint_rules.registry import all_rules
from tests.rules.builders import lint, repaired, workspace

POLICY = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}, namespace: shop}}
spec:
  podSelector: {subject}
  {spec}
"""
WEB = "{matchLabels: {app: web}}"
API = "{from: [{podSelector: {matchLabels: {app: api}}}]}"
ALL = "{from: [{podSelector: {}}]}"


def policy(name: str, spec: str, subject: str = "{}") -> str:
    return POLICY.format(name=name, subject=subject, spec=spec)


def found(text: str) -> list[Finding]:
    return lint(text, "redundant-rule")


def said(text: str) -> list[tuple[str, str, str]]:
    return [(each.code, each.primary.document.name, each.primary.api_path) for each in found(text)]


def test_messages_and_places() -> None:
    (finding,) = found(policy("web", f"ingress: [{API}, {ALL}]", WEB))
    assert finding.severity is Severity.INFO
    assert finding.message == (
        "this ingress rule of web adds nothing: another rule of it allows all of it"
    )
    assert [place.api_path for place in finding.related] == ["spec.ingress[1]"]
    everybody = policy("all", f"ingress: [{ALL}]")
    rules = f"ingress: [{API}, {{ports: [{{port: 80}}]}}]"
    (finding,) = found(policy("web", rules, WEB) + everybody)
    assert finding.message.endswith("adds nothing: policy all allows all of it")
    assert [place.document.name for place in finding.related] == ["all"]
    (finding,) = found(policy("web", f"ingress: [{API}]", WEB) + everybody)
    assert finding.message == "web adds nothing for pods app=web in shop: all does all of it"
    assert (finding.primary.api_path, finding.fix) == ("metadata.name", None)


def test_several_policies_make_one_redundant_together() -> None:
    web = policy("web", f"policyTypes: [Ingress, Egress]\n  ingress: [{API}, {API}]", WEB)
    text = web + policy("in", f"ingress: [{ALL}]") + policy("out", "policyTypes: [Egress]")
    assert said(text) == [("NP208", "web", "metadata.name")]
    (finding,) = found(text)
    assert [place.document.name for place in finding.related] == ["in"]


def test_a_policy_that_alone_isolates_a_direction_is_not_redundant() -> None:
    web = policy("web", f"policyTypes: [Ingress, Egress]\n  ingress: [{API}]", WEB)
    text = web + policy("in", f"ingress: [{ALL}]")
    assert said(text) == [("NP207", "web", "spec.ingress[0]")]


def test_a_policy_with_a_redundant_rule_of_its_own_is_not_redundant() -> None:
    text = policy("web", f"ingress: [{API}, {API}]", WEB) + policy("deny", "ingress: []")
    assert said(text) == [("NP207", "web", "spec.ingress[1]")]


def test_one_of_two_equal_policies_is_redundant_in_any_order() -> None:
    one, two = (policy(name, f"ingress: [{API}]", WEB) for name in ("one", "two"))
    assert said(one + two) == said(two + one) == [("NP208", "two", "metadata.name")]


def test_the_names_of_several_policies_are_listed() -> None:
    block = "{from: [{ipBlock: {cidr: 203.0.113.0/24}}]}"
    text = (
        policy("web", f"ingress: [{API}, {block}]", WEB)
        + policy("all", f"ingress: [{ALL}]")
        + policy("block", f"ingress: [{block}]")
    )
    (finding,) = found(text)
    assert finding.message.endswith("all and block do all of it")


def test_the_fix_changes_no_traffic() -> None:
    text = policy("web", f"ingress: [{API}, {ALL}]", WEB)
    (finding,) = found(text)
    assert finding.fix is not None
    assert finding.fix.applicability is Applicability.SAFE
    assert found(repaired(text.removeprefix("---\n"), finding)) == []


def test_nothing_is_said_of_what_is_not_sure_to_apply() -> None:
    text = policy("web", f"ingress: [{API}, {ALL}]", WEB)
    assert lint(text, "redundant-rule", patched=("spec", "ingress")) == []
    assert found(text + "statsu: {}\n") == []
    broad = policy("all", f"ingress: [{ALL}]") + "statsu: {}\n"
    assert found(policy("web", f"ingress: [{API}]", WEB) + broad) == []


def test_documents_show_alternatives() -> None:
    text = policy("web", f"ingress: [{API}]", WEB) + policy("all", f"ingress: [{ALL}]")
    rules = [rule for rule in all_rules() if rule.name == "redundant-rule"]
    guide = "# Guide\n\n```yaml\n" + text.removeprefix("---\n") + "```\n"
    assert examine(workspace(guide, file="guide.md"), rules).findings == ()
    assert examine(workspace(text, file="guide.yaml"), rules).findings != ()


def test_few_of_many_equal_policies_are_compared() -> None:
    many = "".join(policy(f"p{at}", f"ingress: [{ALL}]") for at in range(40))
    assert len(found(many)) == 39
