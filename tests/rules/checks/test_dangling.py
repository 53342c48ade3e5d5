"""What the examples of the rules about selectors that match nothing can't show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netlint_rules.config import Config, View
from netlint_rules.context import Workspace
from netlint_rules.engine import examine
from netlint_rules.finding import Applicability, Confidence, Finding, Severity
from netlint_rules.nearmiss import distance, is_near, nearest
from netlint_rules.registry import all_rules
from netlint_rules.source.document import Path
from tests.rules.builders import configuration, lint, repaired, workspace

RULES = ("selector-dangling", "peer-dangling", "label-typo", "service-as-peer")
COMPLETE = configuration(complete=True)
LIVE = replace(Config(), view=View(complete=True, live=True))


def policy(spec: str) -> str:
    return f"""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: web, namespace: shop}}
spec: {spec}
"""


def pods(labels: str, namespace: str = "shop", name: str = "web") -> str:
    return f"""\
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {namespace}}}
spec: {{template: {{metadata: {{labels: {labels}}}}}}}
"""


def namespace(name: str, labels: str = "{}") -> str:
    return f"---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {labels}}}\n"


def service(spec: str, labels: str = "{}") -> str:
    return f"""\
---
apiVersion: v1
kind: Service
metadata: {{name: db, namespace: shop, labels: {labels}}}
spec: {spec}
"""


def subject(labels: str) -> str:
    return policy(f"{{podSelector: {{matchLabels: {labels}}}}}")


def peer(entry: str) -> str:
    return policy(f"{{podSelector: {{}}, ingress: [{{from: [{entry}]}}]}}")


def found(text: str, config: Config | None = None) -> list[Finding]:
    return lint(text, *RULES, config=config)


def graded(text: str, config: Config | None = None) -> list[tuple[str, Severity, Confidence]]:
    return [(each.code, each.severity, each.confidence) for each in found(text, config)]


WEB = pods("{app: web, tier: front}")


def test_each_cause_has_its_message_and_place() -> None:
    (finding,) = found(subject("{app: checkout}") + WEB, COMPLETE)
    assert finding.message == "web applies to no pod: none in shop has app=checkout"
    assert finding.primary.api_path == "spec.podSelector"
    (finding,) = found(subject("{teir: front}") + WEB)
    assert finding.message == (
        "web applies to no pod: teir=front is nearly tier=front of Deployment web"
    )
    assert finding.primary.api_path == "spec.podSelector.matchLabels.teir"
    (finding,) = found(peer("{podSelector: {matchLabels: {app: checkout}}}") + WEB, COMPLETE)
    assert finding.message == "a peer of web lets nobody in: no pod in shop has app=checkout"
    assert finding.primary.api_path == "spec.ingress[0].from[0].podSelector"


def test_egress_peers_lead_nowhere() -> None:
    entry = "{to: [{podSelector: {matchLabels: {app: checkout}}}]}"
    text = policy(f"{{podSelector: {{}}, policyTypes: [Egress], egress: [{entry}]}}")
    (finding,) = found(text + WEB, COMPLETE)
    assert finding.message == "a peer of web leads nowhere: no pod in shop has app=checkout"


def test_several_namespaces_are_counted() -> None:
    chosen = "{namespaceSelector: {matchLabels: {team: a}}, podSelector: {matchLabels: {app: x}}}"
    spaces = "".join(namespace(name, "{team: a}") for name in ("one", "two"))
    spaces += namespace("shop", "{}")
    (finding,) = found(peer(chosen) + spaces + pods("{app: web}", "two"), COMPLETE)
    assert finding.message.endswith("no pod in the 2 namespaces selected has app=x")


def test_the_view_decides_how_sure_it_is() -> None:
    nothing, typo = subject("{app: checkout}") + WEB, subject("{tier: frnot}") + WEB
    assert graded(nothing) == []
    assert graded(nothing, COMPLETE) == [("NP221", Severity.WARNING, Confidence.CERTAIN)]
    assert graded(nothing, LIVE) == [("NP221", Severity.INFO, Confidence.MEDIUM)]
    assert graded(typo) == [("NP224", Severity.WARNING, Confidence.MEDIUM)]
    assert graded(typo, COMPLETE) == [("NP224", Severity.WARNING, Confidence.HIGH)]
    assert graded(typo, LIVE) == [("NP224", Severity.WARNING, Confidence.MEDIUM)]
    lost = peer("{podSelector: {matchLabels: {app: checkout}}}") + WEB
    assert graded(lost, COMPLETE) == [("NP222", Severity.WARNING, Confidence.HIGH)]
    assert graded(lost, LIVE) == [("NP222", Severity.INFO, Confidence.HIGH)]


def test_a_namespace_without_the_label_has_a_fix() -> None:
    text = peer("{namespaceSelector: {matchLabels: {name: ops}}}") + namespace("ops")
    (finding,) = found(text)
    assert finding.message == "a peer of web lets nobody in: namespace ops has no label name=ops"
    assert finding.confidence is Confidence.HIGH
    assert [each.note for each in finding.related] == ["lacks the label name"]
    assert finding.fix is not None
    assert finding.fix.applicability is Applicability.UNSAFE
    assert found(repaired(text, finding)) == []
    (finding,) = found(text.replace("{name: ops}}}", "{team: ops}}}"))
    assert finding.confidence is Confidence.MEDIUM


@pytest.mark.parametrize(
    "text",
    [
        subject("{app.kubernetes.io/name: web}") + WEB,
        subject("{tier: Front}") + WEB,
        peer("{podSelector: {matchLabels: {tier: frnot}}}") + WEB,
        subject("{service: db}") + service("{selector: {app: web}}", "{service: db}") + WEB,
    ],
)
def test_fixes_make_the_selector_match(text: str) -> None:
    (finding,) = found(text)
    assert found(repaired(text, finding)) == []


def test_what_comes_together_in_one_policy_is_one_finding() -> None:
    entry = "{podSelector: {matchLabels: {app: checkout}}}"
    (finding,) = found(peer(f"{entry}, {entry}") + WEB, COMPLETE)
    assert [each.api_path for each in finding.related] == ["spec.ingress[0].from[1].podSelector"]


@pytest.mark.parametrize(
    ("config", "rule"), [(None, "label-typo"), (COMPLETE, "selector-dangling")]
)
def test_what_a_patch_changes_is_not_judged(config: Config | None, rule: str) -> None:
    labels = "{tier: frnot}" if rule == "label-typo" else "{app: checkout}"
    text = subject(labels) + WEB
    assert lint(text, rule, config=config) != []
    assert lint(text, rule, config=config, patched=("spec", "podSelector")) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (subject("{tier: frnot}") + WEB, "Deployment"),
        (peer("{podSelector: {matchLabels: {tier: frnot}}}") + WEB, "Deployment"),
        (peer("{namespaceSelector: {matchLabels: {name: ops}}}") + namespace("ops"), "Namespace"),
        (peer("{namespaceSelector: {matchLabels: {team: a}}}") + namespace("ops"), "Namespace"),
    ],
)
def test_labels_that_a_patch_changes_may_match(text: str, kind: str) -> None:
    chosen = [rule for rule in all_rules() if rule.name in RULES]
    space = workspace(text, COMPLETE)
    assert examine(space, chosen).findings != ()
    for placed in space.index.documents[kind]:
        labels: Path = ("metadata", "labels")
        template: Path = ("spec", "template", *labels)
        placed.document.patched = frozenset({labels if kind == "Namespace" else template})
    space = Workspace(space.index, space.config, space.facts)
    assert examine(space, chosen).findings == ()


def test_a_refused_policy_or_an_impossible_selector_is_not_judged() -> None:
    assert found(subject("{app: checkout}") + "statsu: {}\n" + WEB, COMPLETE) == []
    impossible = "matchLabels: {app: a}, matchExpressions: [{key: app, operator: DoesNotExist}]"
    assert found(policy(f"{{podSelector: {{{impossible}}}}}") + WEB, COMPLETE) == []


def test_other_operators_can_dangle_too_but_are_no_slips() -> None:
    chosen = "matchExpressions: [{key: app, operator: In, values: [wep, wbe]}]"
    text = policy(f"{{podSelector: {{{chosen}}}}}") + WEB
    assert [each.code for each in found(text, COMPLETE)] == ["NP221"]


def test_an_entry_that_belongs_to_the_one_beside_it_is_left_to_that_rule() -> None:
    entries = (
        "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ops}}}, "
        "{podSelector: {matchLabels: {app: prometheus}}}"
    )
    text = peer(entries) + WEB + pods("{app: prometheus}", "ops")
    codes = [each.code for each in lint(text, *RULES, "or-split-peers", config=COMPLETE)]
    assert codes == ["NP201"]


def test_dns_is_left_to_its_rule() -> None:
    entry = "{to: [{namespaceSelector: {matchLabels: {name: kube-system}}}], ports: [{port: 53}]}"
    text = policy(f"{{podSelector: {{}}, policyTypes: [Egress], egress: [{entry}]}}")
    text += namespace("kube-system")
    assert found(text) == []
    assert lint(text, "dns-egress") != []
    for others in ("[{port: 53}, {port: 443}]", "[]"):
        (finding,) = found(text.replace("[{port: 53}]", others))
        assert finding.code == "NP223"


def test_pods_of_the_host_network_count() -> None:
    node = pods("{app: exporter}").replace("}}}}\n", "}}, spec: {hostNetwork: true}}}\n")
    assert found(subject("{app: exporter}") + node, COMPLETE) == []


def test_finished_pods_do_not_count() -> None:
    done = """\
---
apiVersion: v1
kind: Pod
metadata: {name: job, namespace: shop, labels: {app: job}}
status: {phase: Succeeded}
"""
    codes = [each.code for each in found(subject("{app: job}") + done + WEB, COMPLETE)]
    assert codes == ["NP221"]


def test_documents_show_parts() -> None:
    text = subject("{tier: frnot}") + WEB
    chosen = [rule for rule in all_rules() if rule.name in RULES]
    guide = "# Guide\n\n```yaml\n" + text + "```\n"
    (finding,) = examine(workspace(guide, file="guide.md"), chosen).findings
    assert finding.severity is Severity.INFO
    (finding,) = examine(
        workspace(guide.replace("tier: frnot", "app: x"), COMPLETE, "guide.md"), chosen
    ).findings
    assert (finding.code, finding.severity) == ("NP221", Severity.INFO)


def test_slips_that_explain_nothing() -> None:
    two = pods("{app: frontend}") + pods("{app: fronteng}", name="other")
    assert found(subject("{app: frontent}") + two) == []
    ends = namespace("monitoring") + namespace("monitorino")
    name = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitorinx}}}"
    assert found(peer(name) + ends) == []


@pytest.mark.parametrize(
    ("written", "meant", "near"),
    [
        ("frontend", "frotnend", True),
        ("frontend", "frontends", True),
        ("front-end", "front_end", True),
        ("Web", "web", True),
        ("web", "wep", False),
        ("main", "mail", True),
        ("main", "mall", False),
        ("db-1", "db-2", False),
        ("backend", "frontend", False),
        ("app1", "1app", False),
        ("shop1", "1shops", False),
    ],
)
def test_near_words(written: str, meant: str, near: bool) -> None:
    assert is_near(written, meant) is near


def test_distances() -> None:
    assert [distance("ab", other) for other in ("ab", "ba", "a", "abc", "xy", "")] == [
        0,
        1,
        1,
        1,
        2,
        2,
    ]
    assert nearest("orders", ["order", "ordres"]) is None
    assert nearest("orders", ["order", "billing"]) == "order"


def test_a_namespace_that_is_missing_and_has_no_policy_is_no_matter() -> None:
    service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: other}\n"
    assert lint(WEB + namespace("shop") + service, *RULES, config=COMPLETE) == []
