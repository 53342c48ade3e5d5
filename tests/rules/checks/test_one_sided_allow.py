"""What the examples of one-sided-allow can't show."""

from __future__ import annotations

import pytest

from netlint_rules.config import Config, View
from netlint_rules.engine import examine
from netlint_rules.examples.one_sided_allow import BAD, GOOD
from netlint_rules.finding import Confidence, Finding, Severity
from netlint_rules.registry import all_rules
from tests.rules.builders import configuration, lint, workspace

NAME = "one-sided-allow"
COMPLETE = configuration(complete=True)
LIVE = Config(view=View(complete=True, live=True))
OTHERS_ONLY, NO_RULE, OTHER_PORT, NO_EGRESS, *_ = (
    each.text.replace("  # <- NP420", "") for each in BAD
)
BOTH = GOOD[0].text
TO_DATA = "{matchLabels: {kubernetes.io/metadata.name: data}}"
DENY = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: data}
spec: {podSelector: {}}
"""
PODS = BOTH[BOTH.index("---\napiVersion: apps") :]
JOBS = """\
---
apiVersion: v1
kind: Namespace
metadata: {name: jobs, labels: {team: a}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: jobs}
spec: {template: {metadata: {labels: {app: web}}}}
"""
COPY = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: copy, namespace: shop}
spec: {template: {metadata: {labels: {app: db, role: copy}}}}
"""
SPACES = """\
---
apiVersion: v1
kind: Namespace
metadata: {name: data}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
"""
CILIUM = """\
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: more, namespace: shop}
spec: {endpointSelector: {}}
"""


def found(text: str, config: Config = COMPLETE) -> list[Finding]:
    return lint(text, NAME, config=config)


def apart(text: str) -> str:
    """The same with the receiver in a namespace of its own."""
    return (
        text.replace("name: db-ingress, namespace: shop", "name: db-ingress, namespace: data")
        .replace("name: db, namespace: shop", "name: db, namespace: data")
        .replace(
            "podSelector: {matchLabels: {app: db}}\n    ports",
            "podSelector: {matchLabels: {app: db}}\n"
            f"      namespaceSelector: {TO_DATA}\n    ports",
        )
    ) + SPACES


def test_the_message_names_both_ends() -> None:
    (finding,) = found(OTHERS_ONLY)
    assert finding.message == (
        "Deployment web can't reach Deployment db on TCP 5432: this peer allows it, no ingress "
        "rule at the other end does"
    )
    assert finding.primary.api_path == "spec.egress[0].to[0]"
    assert [(each.document.name, each.note) for each in finding.related] == [
        ("db-ingress", "isolates ingress of the other end")
    ]
    (finding,) = found(NO_EGRESS)
    assert finding.message.startswith("Deployment web can't reach Deployment db on TCP main")
    assert finding.primary.api_path == "spec.ingress[0].from[0]"


@pytest.mark.parametrize("text", [OTHERS_ONLY, NO_RULE, OTHER_PORT, NO_EGRESS])
def test_the_view_decides_how_sure_it_is(text: str) -> None:
    grades = [
        [(each.severity, each.confidence) for each in found(text, config)]
        for config in (COMPLETE, LIVE, Config())
    ]
    hint = [(Severity.INFO, Confidence.MEDIUM)]
    assert grades == [[(Severity.WARNING, Confidence.HIGH)], hint, hint]


def test_a_difference_in_ports_is_told_once() -> None:
    (finding,) = found(OTHER_PORT)
    assert finding.primary.document.name == "web-egress"


def test_other_namespaces_are_looked_at_in_files_only() -> None:
    text = apart(BOTH.partition("---\n")[0] + DENY + PODS)
    assert [each.primary.document.name for each in found(text)] == ["web-egress"]
    assert found(text, LIVE) == []
    assert found(text + CILIUM.replace("shop", "data")) == []
    own_namespace_only = apart(BOTH)
    assert found(own_namespace_only) == [], "peer-dangling says that"
    entry = (
        "- namespaceSelector: {matchLabels: LABELS}\n      podSelector: {matchLabels: {app: web}}"
    )
    name, team = "{kubernetes.io/metadata.name: shop}", "{team: a}"
    for labels, count in ((name, 0), (team, 1)):
        chosen = entry.replace("LABELS", labels)
        other = own_namespace_only.replace("- {podSelector: {matchLabels: {app: web}}}", chosen)
        assert len(found(other)) == 0, "a peer that matches nothing is told by its rule"
        assert len(found(other + JOBS)) == count


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("spec:\n  podSelector: {matchLabels: {app: web}}", "statsu: {}\nspec:\n  podSelector: {}"),
        ("spec: {containers", "spec: {hostNetwork: true, containers"),
        ("ports: [{port: main}]", "ports: [{port: '${PORT}'}]"),
        ("port: 5432}", "port: '${PORT}'}"),
        (
            "from:\n    - {podSelector: {matchLabels: {app: job}}}",
            "from:\n    - {podSelector: {matchLabels: {app: none}}}",
        ),
    ],
)
def test_what_is_not_sure_to_be_so_is_not_judged(old: str, new: str) -> None:
    if "PORT" in new:
        assert found(OTHERS_ONLY.replace("{app: job}", "{app: web}").replace(old, new)) == []
    else:
        assert old in OTHERS_ONLY
        assert found(OTHERS_ONLY.replace(old, new)) == []


def test_patches_and_policies_of_other_apis_decide_too() -> None:
    assert lint(OTHERS_ONLY, NAME, config=COMPLETE, patched=("spec", "egress")) == []
    assert found(OTHERS_ONLY + CILIUM) == []


def test_a_policy_that_the_server_refuses_isolates_nothing_for_sure() -> None:
    receiver = "spec:\n  podSelector: {matchLabels: {app: db}}"
    assert receiver in OTHERS_ONLY
    assert found(OTHERS_ONLY.replace(receiver, "statsu: {}\n" + receiver)) == []


def test_pods_whose_labels_a_patch_changes_may_be_named_too() -> None:
    space = workspace(OTHERS_ONLY + COPY, COMPLETE)
    copy = space.index.workloads["shop"][-1].document
    assert copy is not None
    copy.patched = frozenset({("spec", "template", "metadata", "labels")})
    assert examine(space, [rule for rule in all_rules() if rule.name == NAME]).findings == ()


def test_dns_is_left_to_its_rule() -> None:
    text = OTHERS_ONLY.replace("shop", "kube-system").replace("app: db", "k8s-app: kube-dns")
    assert found(text) == []


def test_all_pods_that_a_peer_names_must_refuse() -> None:
    (finding,) = found(OTHERS_ONLY + COPY)
    assert "can't reach Deployment db and 1 more on" in finding.message
    narrow = OTHERS_ONLY.replace(
        "podSelector: {matchLabels: {app: db}}\n  ingress",
        "podSelector: {matchLabels: {app: db}, matchExpressions: [{key: role, operator: "
        "DoesNotExist}]}\n  ingress",
    )
    assert found(narrow + COPY) == []
