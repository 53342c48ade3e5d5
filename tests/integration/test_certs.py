"""`netlint-webhook certs` against a real API server, with no more rights than it documents."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from netlint_webhook.certs.pki import names_of, read_bundle
from netlint_webhook.certs.plan import Held, Terms, plan
from tests.integration.certset import (
    CA,
    PAIR,
    SERVICE,
    Set,
    account,
    configuration,
    empty,
    granted,
    rule,
)
from tests.integration.controlplane import ControlPlane, environment


@pytest.fixture
def cluster(control_plane: ControlPlane, namespace: str) -> Iterator[Set]:
    secrets = [empty(namespace, PAIR), empty(namespace, CA)]
    control_plane.apply(*account(namespace), *secrets, configuration(namespace))
    config = control_plane.kubeconfig(control_plane.token(namespace, "certs"))
    yield Set(control_plane, namespace, config)
    control_plane.kubectl("delete", "validatingwebhookconfiguration", namespace)


def test_the_first_run_makes_everything(cluster: Set) -> None:
    said = cluster.renewed()
    for place in (f"Secret {cluster.namespace}/{PAIR}", "caBundle of", "new CA"):
        assert place in said
    pair, authority = cluster.data(PAIR), cluster.data(CA)
    host = f"{SERVICE}.{cluster.namespace}.svc"
    names = names_of(x509.load_pem_x509_certificate(pair["tls.crt"]))
    assert names == {host, f"{host}.cluster.local"}
    assert cluster.bundles() == [pair["ca.crt"], pair["ca.crt"], b"", b""]
    assert cluster.is_trusted()
    assert authority["tls.key"] not in pair.values()


def test_the_second_run_changes_nothing(cluster: Set) -> None:
    cluster.renewed()
    before = cluster.versions()
    assert cluster.renewed().startswith("nothing to do\n")
    assert cluster.versions() == before


def test_applying_the_manifests_again_changes_nothing(cluster: Set) -> None:
    cluster.renewed()
    before = cluster.versions()
    namespace = cluster.namespace
    cluster.plane.apply(empty(namespace, PAIR), empty(namespace, CA), configuration(namespace))
    assert cluster.versions() == before


def test_a_lost_bundle_comes_back(cluster: Set) -> None:
    cluster.renewed()
    pair, bundles = cluster.data(PAIR), cluster.bundles()
    cluster.plane.kubectl("delete", "validatingwebhookconfiguration", cluster.namespace)
    cluster.plane.apply(configuration(cluster.namespace))
    assert cluster.bundles()[0] == b""
    assert "caBundle of" in cluster.renewed()
    assert (cluster.data(PAIR), cluster.bundles()) == (pair, bundles)


def test_a_new_ca_comes_beside_the_old_one(cluster: Set) -> None:
    """A cluster whose CA was made 300 days ago, and whose last run was 20 days ago."""
    host = f"{SERVICE}.{cluster.namespace}.svc"
    day = timedelta(days=1)
    terms = Terms(SERVICE, (host, f"{host}.cluster.local"), 90 * day, 365 * day)
    begin = datetime.now(UTC) - 300 * day
    first = plan(Held({}, {}), terms, begin)
    later = plan(Held(first.serving, first.authority), terms, begin + 240 * day)
    cluster.put(Held(later.serving, later.authority))
    assert "new CA: the old one ends soon" in cluster.renewed()
    old, new = read_bundle(later.bundle)[0], read_bundle(cluster.data(CA)["next.crt"])[0]
    bundles = [read_bundle(bundle) for bundle in cluster.bundles()[:2]]
    assert bundles == [[old, new]] * 2
    assert cluster.is_trusted()
    assert "next.crt" not in cluster.data(PAIR)
    assert cluster.renewed().startswith("nothing to do\n")


def test_two_at_once(cluster: Set) -> None:
    """However they meet, one CA and one pair come of it."""
    started = [
        subprocess.Popen(
            cluster.command(),
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(4)
    ]
    said = [process.communicate(timeout=120)[0] for process in started]
    assert [process.returncode for process in started] == [0] * 4, said
    assert cluster.is_trusted()
    assert len(read_bundle(cluster.bundles()[0])) == 1
    assert cluster.data(CA)["tls.crt"] == cluster.data(PAIR)["ca.crt"]
    assert cluster.renewed().startswith("nothing to do\n")


def test_missing_secrets_need_one_more_right(cluster: Set) -> None:
    cluster.plane.kubectl("delete", "secret", PAIR, CA, "-n", cluster.namespace)
    refused = cluster.run()
    assert refused.returncode == 3
    assert f"may not create Secret {cluster.namespace}/{CA}, which is missing" in refused.stderr
    subject = {"kind": "ServiceAccount", "name": "certs", "namespace": cluster.namespace}
    right = rule("", "secrets", [], ["create"])
    metadata = {"name": "create", "namespace": cluster.namespace}
    cluster.plane.apply(*granted("Role", metadata, right, subject))
    cluster.renewed()
    types = [cluster.secret(name)["type"] for name in (PAIR, CA)]
    assert types == ["kubernetes.io/tls"] * 2
    assert cluster.is_trusted()


def test_a_missing_configuration_is_told(cluster: Set) -> None:
    cluster.plane.kubectl("delete", "validatingwebhookconfiguration", cluster.namespace)
    ended = cluster.run()
    assert ended.returncode == 4
    assert f"ValidatingWebhookConfiguration {cluster.namespace} is missing" in ended.stderr
    assert set(cluster.data(PAIR)) == {"tls.crt", "tls.key", "ca.crt"}
    cluster.plane.apply(configuration(cluster.namespace))
    cluster.renewed()
    assert cluster.is_trusted()


def test_a_configuration_of_others_is_told(cluster: Set) -> None:
    ended = cluster.run("--service", "unknown")
    assert ended.returncode == 4
    assert f"calls the Service {cluster.namespace}/unknown" in ended.stderr
    assert cluster.bundles() == [b""] * 4


@pytest.mark.parametrize(
    ("kind", "annotation"),
    [
        ("secret", "cert-manager.io/certificate-name"),
        ("validatingwebhookconfiguration", "cert-manager.io/inject-ca-from"),
    ],
)
def test_what_is_cert_managers_is_left_alone(cluster: Set, kind: str, annotation: str) -> None:
    name = PAIR if kind == "secret" else cluster.namespace
    place = ["-n", cluster.namespace, f"{annotation}=somebody"]
    done = cluster.plane.kubectl("annotate", kind, name, *place)
    assert done.returncode == 0, done.stderr
    before = cluster.versions()
    ended = cluster.run()
    assert ended.returncode == 4
    assert "cert-manager's" in ended.stderr
    assert cluster.versions() == before


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("rolebinding/certs", f"/{PAIR}: "),
        ("clusterrolebinding/", "may not get ValidatingWebhookConfiguration"),
    ],
)
def test_a_missing_right_is_named(cluster: Set, kind: str, words: str) -> None:
    named = kind if kind.startswith("role") else kind + cluster.namespace
    cluster.plane.kubectl("delete", named, "-n", cluster.namespace)
    ended = cluster.run()
    assert ended.returncode == 3
    assert words in ended.stderr
    assert 'cannot get resource "' in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_bad_credentials_and_a_dead_server(cluster: Set) -> None:
    cluster.config = cluster.plane.kubeconfig("no-such-token")
    assert cluster.run().returncode == 3
    cluster.config = cluster.plane.kubeconfig(server="https://127.0.0.1:1")
    ended = cluster.run()
    assert ended.returncode == 1
    assert "refused" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
