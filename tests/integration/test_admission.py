"""What people see who apply policies to a cluster where netlint stands at the door."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.integration.admission import (
    LABEL,
    SPLIT,
    Admission,
    Body,
    admitting,
    audit,
    example,
    give_address,
    namespace_object,
    pod,
    policy,
    wait_seen,
)
from tests.integration.controlplane import ControlPlane

MISTAKES = [
    ("dns-cut-off", "api", "NP101"),
    ("split-peer", "api", "NP201"),
    ("ipblock-on-pods", "api", "NP301"),
    ("no-default-deny", "api", "NP401"),
    ("webhook-port", "order-operator", "NP502"),
]
ALLOW_DNS = """
podSelector: {}
policyTypes: [Egress]
egress: [{ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]}]
"""
API_OUT = """
podSelector: {matchLabels: {app: api}}
policyTypes: [Egress]
egress: [{to: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}]}]
"""
ORDER = ["allow-dns", "order-operator", "default-deny", "api", "db"]
"""Strict clusters need DNS and webhooks open before a default-deny, and that before the rest."""

mistakes = pytest.mark.parametrize(("folder", "culprit", "code"), MISTAKES)


@pytest.fixture(scope="module")
def strict(control_plane: ControlPlane, tls: Path) -> Iterator[Admission]:
    with admitting(control_plane, tls, "--preset", "strict", name="strict") as made:
        yield made


@pytest.fixture(scope="module")
def usual(control_plane: ControlPlane, tls: Path) -> Iterator[Admission]:
    with admitting(control_plane, tls, name="usual") as made:
        yield made


@pytest.fixture(scope="module")
def auditing(control_plane: ControlPlane, tls: Path) -> Iterator[Admission]:
    with admitting(control_plane, tls, "--preset", "audit-only", name="auditing") as made:
        yield made


def apply_example(admission: Admission, folder: Path, address: str = "") -> dict[str, str]:
    """What kubectl says to each policy of an example, by its name; the webhook knows the rest.

    `address` is what the database pod has, if there is one.
    """
    where = admission.namespace()
    around, policies = example(folder, where)
    admission.plane.apply(*around)
    if address:
        give_address(admission.plane, where, "db-0", address)
    wait_seen(admission)
    said = {}
    for name in filter(policies.__contains__, ORDER):
        ended = admission.apply(policies[name])
        said[name] = f"exit {ended.returncode}\n{ended.stderr}"
        wait_seen(admission)
    # Others may use the address, and what isn't in a namespace.
    admission.plane.kubectl("delete", "pods", "--all", "--force", "-n", where)
    admission.plane.kubectl("delete", "validatingwebhookconfigurations", "orders")
    return said


def touched(body: Body) -> Body:
    """The same policy with another label: an update that means nothing."""
    return {**body, "metadata": {**body["metadata"], "labels": {"touched": "yes"}}}


class TestFiveMistakes:
    @mistakes
    def test_strict_denies_them(
        self, strict: Admission, root: Path, folder: str, culprit: str, code: str
    ) -> None:
        said = apply_example(strict, root / "docs/examples/bad" / folder, "10.244.1.17")
        assert said[culprit].startswith("exit 1\n")
        assert "admission webhook" in said[culprit]
        assert re.search(rf"\b{code} .* Fix: ", said[culprit]), said
        denied = {name for name, text in said.items() if not text.startswith("exit 0")}
        assert culprit == next(name for name in ORDER if name in denied), said

    @mistakes
    def test_by_default_they_warn(
        self, usual: Admission, root: Path, folder: str, culprit: str, code: str
    ) -> None:
        said = apply_example(usual, root / "docs/examples/bad" / folder)
        assert {text.partition("\n")[0] for text in said.values()} == {"exit 0"}
        assert re.search(rf"^Warning: {code}\b", said[culprit], re.MULTILINE), said

    def test_by_default_an_address_of_a_known_pod_is_certain(
        self, usual: Admission, root: Path
    ) -> None:
        folder = root / "docs/examples/bad/ipblock-on-pods"
        said = apply_example(usual, folder, "10.244.1.17")["api"]
        assert said.startswith("exit 1\n")
        assert re.search("NP301 .* 10.244.1.17 is pod db-0 .* Fix: select pods app=db", said), said

    @mistakes
    def test_audit_is_silent(
        self, auditing: Admission, root: Path, folder: str, culprit: str, code: str
    ) -> None:
        where = f"{auditing.name}-{auditing._namespaces + 1}"
        said = apply_example(auditing, root / "docs/examples/bad" / folder)
        assert set(said.values()) == {"exit 0\n"}
        noted = [
            event["annotations"][f"{auditing.name}.netlint.dev/findings"]
            for event in audit(auditing.plane, where)
            if event["objectRef"]["name"] == culprit and event["verb"] != "get"
        ]
        assert f"{code}=audit" in noted[-1]


GOOD = """
podSelector: {}
policyTypes: [Ingress]
ingress: [{from: [{podSelector: {}}]}]
"""
DENY = "{podSelector: {}, policyTypes: [Ingress]}"


def test_a_certain_mistake_is_denied_by_default(usual: Admission) -> None:
    where = usual.namespace()
    said = usual.apply(policy("api", where, SPLIT)).stderr
    assert re.search(r"NP201 .* at spec\.ingress\[0\]\.from\[1\]: .* Fix: ", said), said
    good = usual.apply(policy("api", where, GOOD))
    assert (good.returncode, good.stderr) == (0, "")


def test_a_server_side_dry_run_is_judged_alike(usual: Admission) -> None:
    where = usual.namespace()
    tried = usual.apply(policy("api", where, SPLIT), options=["--dry-run=server"])
    assert "NP201" in tried.stderr
    good = usual.apply(policy("api", where, GOOD), options=["--dry-run=server"])
    assert (good.returncode, good.stderr) == (0, "")
    found = usual.plane.kubectl("get", "networkpolicies", "-n", where, "-o", "name")
    assert found.stdout == ""


def test_server_side_apply_and_other_ways_to_write(usual: Admission) -> None:
    where = usual.namespace()
    first = usual.apply(policy("api", where, GOOD), options=["--server-side"])
    assert (first.returncode, first.stderr) == (0, "")
    peers = '[{"namespaceSelector": {}}, {"podSelector": {"matchLabels": {"app": "web"}}}]'
    change = f'[{{"op": "replace", "path": "/spec/ingress/0/from", "value": {peers}}}]'
    arguments = ["patch", "networkpolicy", "api", "-n", where, "--type=json", "-p", change]
    assert "NP201" in usual.plane.kubectl(*arguments).stderr


def test_nobody_is_stuck_with_an_old_mistake(usual: Admission) -> None:
    where = f"{usual.name}-old"
    usual.plane.apply(namespace_object(where), policy("api", where, SPLIT))
    usual.plane.kubectl("label", "namespace", where, f"{LABEL}={usual.name}")
    annotate = ["annotate", "networkpolicy", "api", "-n", where]
    usual.wait_called()
    kept = usual.plane.kubectl(*annotate, "owner=shop")
    assert kept.returncode == 0
    assert "Warning: NP201" in kept.stderr
    worse = policy("api", where, SPLIT)
    worse["spec"]["ingress"] *= 2
    assert usual.apply(worse).returncode == 1


def test_taking_the_last_default_deny_away_is_told(usual: Admission) -> None:
    where = usual.namespace()
    usual.plane.apply(pod("api-0", where, {"app": "api"}), policy("default-deny", where, DENY))
    wait_seen(usual)
    gone = usual.plane.kubectl("delete", "networkpolicy", "default-deny", "-n", where)
    assert gone.returncode == 0
    assert f"Warning: netlint: {where} loses its default-deny for ingress" in gone.stderr
    assert "Pod api-0" in gone.stderr


def test_a_folder_whose_dns_policy_comes_second(usual: Admission, tmp_path: Path) -> None:
    where = usual.namespace()
    usual.plane.apply(pod("api-0", where, {"app": "api"}))
    first = policy("api", where, API_OUT)
    second = policy("allow-dns", where, ALLOW_DNS)
    for number, body in enumerate([first, second]):
        (tmp_path / f"{number}.yaml").write_text(yaml.safe_dump(body))
    wait_seen(usual)
    applied = usual.plane.kubectl("apply", "-f", tmp_path)
    assert applied.returncode == 0
    assert re.findall(r"^Warning: (NP10\d)", applied.stderr, re.MULTILINE) == ["NP101"]
    wait_seen(usual)
    again = usual.apply(*map(touched, [first, second]))
    assert again.returncode == 0
    assert "NP10" not in again.stderr


def test_kube_system_is_exempt(strict: Admission) -> None:
    name = f"exempt-{strict.name}"
    strict.plane.kubectl("label", "namespace", "kube-system", f"{LABEL}={strict.name}")
    strict.wait_called()
    try:
        applied = strict.apply(policy(name, "kube-system", SPLIT))
    finally:
        strict.plane.kubectl("label", "namespace", "kube-system", f"{LABEL}-")
        strict.plane.kubectl("delete", "networkpolicy", name, "-n", "kube-system")
    assert (applied.returncode, applied.stderr) == (0, "")
    created = [each for each in audit(strict.plane, "kube-system") if each["verb"] == "create"]
    noted = created[-1]["annotations"]
    assert noted[f"{strict.name}.netlint.dev/waived"] == "namespace kube-system"
