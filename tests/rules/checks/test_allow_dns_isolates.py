"""What the examples of allow-dns-isolates can't show: grades, wording, evidence."""

from __future__ import annotations

import pytest

from netlint_rules.examples.allow_dns_isolates import BAD, GOOD
from netlint_rules.finding import Confidence, Finding, Severity
from tests.rules.builders import configuration, lint

CASES = {example.title: example for example in (*BAD, *GOOD)}
PARTIAL = CASES["Other policies may be elsewhere: only a hint"].text
DATABASE = CASES["A database expects connections from the pods"].text
SOME = CASES["Some pods may do more, the others may need no more: only a hint"].text
SETTING = CASES["The pods are told the address of a Service"].text
NARROW = CASES["The database names the pods that the policy selects, and none is in view"].text


def found(text: str, *, complete: bool = False) -> list[Finding]:
    return lint(text, "allow-dns-isolates", config=configuration(complete=complete))


def only(text: str, *, complete: bool = False) -> Finding:
    (finding,) = found(text, complete=complete)
    return finding


def test_grades() -> None:
    grades = [only(example.text, complete=bool(example.settings)).severity.value for example in BAD]
    assert grades == ["warning"] * 6 + ["info"] * 2
    assert only(PARTIAL).confidence is Confidence.MEDIUM
    assert only(DATABASE).confidence is Confidence.HIGH


def test_messages() -> None:
    assert only(PARTIAL).message == (
        "every pod in shop can do nothing but DNS: allow-dns isolates their egress, and no policy "
        "in the files given allows more"
    )
    assert only(SOME, complete=True).message == (
        "every pod in shop that no other policy isolates can do nothing but DNS: allow-dns "
        "isolates their egress, and no policy allows more"
    )


def test_who_expects_connections_is_shown() -> None:
    (place,) = only(DATABASE).related
    assert (place.document.name, place.api_path) == ("db", "spec.ingress[0].from[0]")


def test_the_setting_that_names_a_service_is_shown() -> None:
    (place,) = only(SETTING).related
    assert place.api_path == "spec.containers[0].env[0].value"
    assert place.note == "names Service db, which these pods can't reach"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("app: db", "app: api"),
        ("postgres://db:5432", "postgres://other:5432"),
        ("name: db, namespace: shop", "name: db, namespace: kube-system"),
    ],
)
def test_services_that_say_nothing(old: str, new: str) -> None:
    text = SETTING.replace(old, new)
    if "kube-system" in new:
        text = text.replace("//db:", "//db.kube-system:")
    assert only(text).severity is Severity.INFO


def test_a_service_of_another_namespace() -> None:
    text = SETTING.replace("name: db, namespace: shop", "name: db, namespace: data")
    assert only(text).severity is Severity.INFO
    assert only(text.replace("//db:", "//db.data:")).severity is Severity.WARNING


WHERE = "- namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}"
WHO = "podSelector: {matchLabels: {app: api}}"


@pytest.mark.parametrize(
    "peer",
    [
        f"{WHERE.replace('shop', 'other')}\n      {WHO}",
        f"- namespaceSelector: {{matchLabels: {{team: shop}}}}\n      {WHO}",
        f"{WHERE}\n      {WHO.replace('api', 'other')}",
        f"{WHERE}\n      podSelector: {{}}",
        f"- {WHO}\n    - ipBlock: {{cidr: 10.0.0.0/8}}",
    ],
)
def test_peers_that_name_other_pods_or_all(peer: str) -> None:
    named = f"{WHERE}\n      {WHO}"
    assert named in DATABASE
    assert only(DATABASE.replace(named, peer)).severity is Severity.INFO


def test_a_peer_in_the_same_namespace() -> None:
    near = DATABASE.replace("namespace: data", "namespace: shop")
    near = near.replace(f"{WHERE}\n      {WHO}", f"- {WHO}")
    assert only(near).severity is Severity.WARNING


def test_pods_that_are_known_by_their_selector() -> None:
    assert only(NARROW).severity is Severity.WARNING
    other = NARROW.replace(WHO, "podSelector: {}", 1)
    assert only(other).severity is Severity.INFO


def test_a_policy_for_certain_pods_may_be_right() -> None:
    narrow = NARROW[: NARROW.index("---")]
    assert only(narrow, complete=True).severity is Severity.WARNING
    renamed = narrow.replace("allow-dns", "frontend")
    assert only(renamed, complete=True).severity is Severity.INFO
    everybody = PARTIAL.replace("allow-dns", "dns")
    assert only(everybody, complete=True).severity is Severity.WARNING


def test_others_that_may_select_the_pods_leave_it_open() -> None:
    other = SOME[SOME.rindex("---") :].replace("app: api", "tier: api")
    assert found(NARROW[: NARROW.index("---")] + other) == []


def test_nothing_is_said_of_what_is_not_sure_to_apply() -> None:
    assert lint(PARTIAL, "allow-dns-isolates", patched=("spec", "egress")) == []
    assert found(PARTIAL + "statsu: {}\n") == []
    port = PARTIAL.replace("port: 53}]", 'port: 53}]\n  - ports: [{port: 53}, {port: "${PORT}"}]')
    assert found(port) == []


def test_one_rule_for_more_is_enough() -> None:
    more = PARTIAL.replace("port: 53}]", "port: 53}]\n  - ports: [{port: 443}]")
    assert found(more) == []
    assert found(PARTIAL.replace("{namespaceSelector", '"${PEER}", {namespaceSelector')) != []


@pytest.mark.parametrize(
    "name", ["default-deny", "dns-only", "restrict-egress", "isolate", "block"]
)
def test_names_that_say_it(name: str) -> None:
    assert found(PARTIAL.replace("name: allow-dns", f"name: {name}")) == []
