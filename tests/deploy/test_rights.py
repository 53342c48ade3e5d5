"""What the webhook and the certificates' Job may do: what they use, and nothing else."""

from __future__ import annotations

import pytest

from netlint_webhook import cli
from netlint_webhook.cache.kinds import EVERY, Kind
from tests.deploy.rendering import VARIANTS, Body, Objects, kustomized, of_kind, one, parsed

Right = tuple[str, str, str, str]
"""Namespace (empty for all), group, resource, verb."""

FOREIGN = {
    "CiliumNetworkPolicy": "ciliumnetworkpolicies",
    "CiliumClusterwideNetworkPolicy": "ciliumclusterwidenetworkpolicies",
    "NetworkPolicy": "networkpolicies",
    "GlobalNetworkPolicy": "globalnetworkpolicies",
    "AdminNetworkPolicy": "adminnetworkpolicies",
    "BaselineAdminNetworkPolicy": "baselineadminnetworkpolicies",
    "ClusterNetworkPolicy": "clusternetworkpolicies",
}
"""Collections of policies of other APIs, whose names the webhook asks the API server for."""


def watched(kind: Kind) -> tuple[str, str, str]:
    """Namespace, group and resource of a kind that the webhook follows."""
    collection = kind.collection or FOREIGN[kind.kind]
    *within, resource = collection.split("/")
    return within[1] if within else "", kind.group, resource


@pytest.fixture(params=VARIANTS)
def objects(request: pytest.FixtureRequest) -> Objects:
    return parsed(kustomized(request.param))


def roles(objects: Objects, account: str) -> list[Body]:
    """The roles that are bound to an account."""
    found = []
    for kind in ("Role", "ClusterRole"):
        for binding in of_kind(objects, f"{kind}Binding"):
            (subject,) = binding["subjects"]
            if subject == {"kind": "ServiceAccount", "name": account, "namespace": "netlint"}:
                assert binding["roleRef"]["kind"] == kind
                found.append(one(objects, kind, binding["roleRef"]["name"]))
    return found


def rights(objects: Objects, account: str) -> set[Right]:
    found = set()
    for role in roles(objects, account):
        where = role["metadata"].get("namespace", "")
        for rule in role["rules"]:
            for group in rule["apiGroups"]:
                for resource in rule["resources"]:
                    found |= {(where, group, resource, verb) for verb in rule["verbs"]}
    return found


def test_the_webhook_reads_what_it_watches_and_writes_nothing(objects: Objects) -> None:
    wanted = {(*watched(kind), verb) for kind in EVERY for verb in ("list", "watch")}
    assert rights(objects, "netlint-webhook") == wanted


def test_no_role_is_left_unbound_and_no_wildcard_granted(objects: Objects) -> None:
    every = [*of_kind(objects, "Role"), *of_kind(objects, "ClusterRole")]
    bound = [
        role
        for account in ("netlint-webhook", "netlint-webhook-certs")
        for role in roles(objects, account)
    ]
    assert len(bound) == len(every)
    assert "*" not in str([role["rules"] for role in every])


def test_the_certificates_job_writes_only_its_own_objects() -> None:
    objects = parsed(kustomized("overlays/self-managed-certs"))
    assert rights(objects, "netlint-webhook-certs") == {
        ("netlint", "", "secrets", "get"),
        ("netlint", "", "secrets", "update"),
        ("", "admissionregistration.k8s.io", "validatingwebhookconfigurations", "get"),
        ("", "admissionregistration.k8s.io", "validatingwebhookconfigurations", "patch"),
    }
    named = [
        rule["resourceNames"]
        for role in roles(objects, "netlint-webhook-certs")
        for rule in role["rules"]
    ]
    assert sorted(named) == [["netlint-webhook"], ["netlint-webhook-tls", "netlint-webhook-ca"]]
    assert {secret["metadata"]["name"] for secret in of_kind(objects, "Secret")} == {*named[0]}


def test_the_webhook_never_sees_the_key_of_the_ca(objects: Objects) -> None:
    spec = one(objects, "Deployment")["spec"]["template"]["spec"]
    (secret,) = (volume["secret"] for volume in spec["volumes"] if "secret" in volume)
    assert secret["secretName"] == "netlint-webhook-tls"
    assert [item["key"] for item in secret["items"]] == ["tls.crt", "tls.key"]
    assert "optional" not in secret


def test_the_jobs_arguments_name_what_is_there() -> None:
    objects = parsed(kustomized("overlays/self-managed-certs"))
    job = one(objects, "Job", "netlint-webhook-certs")["spec"]["template"]
    cron = one(objects, "CronJob", "netlint-webhook-certs")["spec"]["jobTemplate"]["spec"][
        "template"
    ]
    assert job == cron
    options = cli.parse(job["spec"]["containers"][0]["args"])
    secrets = {secret["metadata"]["name"] for secret in of_kind(objects, "Secret")}
    assert {options.secret, options.ca_secret} == secrets
    assert one(objects, "Service", options.service)["metadata"]["namespace"] == options.namespace
    assert one(objects, "ValidatingWebhookConfiguration", options.webhook)


def test_cert_manager_gets_the_same_names() -> None:
    objects = parsed(kustomized("overlays/cert-manager"))
    serving = one(objects, "Certificate")["spec"]
    assert serving["secretName"] == "netlint-webhook-tls"
    assert serving["dnsNames"][0] == "netlint-webhook.netlint.svc"
    authority = one(objects, "Certificate", "netlint-webhook-ca")["spec"]
    assert (
        one(objects, "Issuer", "netlint-webhook-ca")["spec"]["ca"]["secretName"]
        == (authority["secretName"])
    )
    hook = one(objects, "ValidatingWebhookConfiguration")["metadata"]
    assert hook["annotations"]["cert-manager.io/inject-ca-from"] == "netlint/netlint-webhook"
