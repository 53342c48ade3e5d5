"""netlint and a real API server give the same verdict on any NetworkPolicy.

`make fuzz` compares many more, and with an older server too. `NETLINT_UPDATE=1 pytest
tests/integration/test_api_validation.py` writes anew what the server says of the fixed cases: read
the diff.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, assume, given, settings

from netlint_rules.source.placeholders import is_placeholder
from tests.integration.conftest import program
from tests.integration.controlplane import ControlPlane
from tests.integration.policytexts import policies
from tests.integration.serververdict import Verdict, namespace_of, netlints, returns, servers
from tests.integration.validationcases import load, save, updated

FUZZ = int(os.environ.get("NETLINT_FUZZ", "0"))
NEWEST = "kube-apiserver"
OLDER = {"kube-apiserver-1.33": "1.33"} if FUZZ else {}
"""Kubernetes 1.33 is the first that warns of CIDRs, and still takes loose ones."""
COMPARE = settings(max_examples=FUZZ or 5000, suppress_health_check=list(HealthCheck))
LONG_ANNOTATION = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: a, annotations: {a: LONG}}
"""
REPEATED_KEYS = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: a}
spec:
  <<: {podSelector: {matchLabels: {app: a}}}
  podSelector: {}
  policyTypes: [Egress]
  policyTypes: [Ingress]
"""


@contextmanager
def running(folder: Path, api_server: str) -> Iterator[ControlPlane]:
    """A server that takes objects of namespaces that don't exist, and so sees invalid names."""
    flag = "--disable-admission-plugins=NamespaceLifecycle"
    made = ControlPlane.at(folder, program(api_server), program("etcd"), flag)
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with running(tmp_path_factory.mktemp("validation"), NEWEST) as made:
        yield made


@pytest.fixture(scope="module")
def api(server: ControlPlane) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


Compare = Callable[[str, str], tuple[Verdict, Verdict]]
"""The verdicts of netlint and of a server on a text that is sent to a namespace."""


@pytest.fixture(scope="module", params=[NEWEST, *OLDER])
def compare(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Compare]:
    newest: httpx.Client = request.getfixturevalue("api")
    if request.param == NEWEST:
        yield lambda text, namespace: verdicts(newest, text, namespace)
        return
    with (
        running(tmp_path_factory.mktemp("older"), request.param) as made,
        made.client() as older,
    ):

        def but_for_words(text: str, namespace: str) -> tuple[Verdict, Verdict]:
            ours, said = verdicts(older, text, namespace, OLDER[request.param])
            return ours.without_words(), said.without_words()

        yield but_for_words


def verdicts(
    api: httpx.Client, text: str, namespace: str, version: str = ""
) -> tuple[Verdict, Verdict]:
    said = servers(api, text, namespace)
    return netlints(text, version).as_far_as(said), said


def sent_to(text: str) -> str:
    """The namespace in an object's URL; names that can't be there and templates are left out."""
    assume(not is_placeholder(text))
    namespace = namespace_of(text)
    assume("/" not in namespace and namespace.strip("."))
    return namespace


@COMPARE
@given(policies())
def test_the_verdicts_agree(compare: Compare, text: str) -> None:
    ours, said = compare(text, sent_to(text))
    assert ours == said


def test_what_the_server_says_of_the_fixed_cases(api: httpx.Client) -> None:
    cases = load()
    told = [
        updated(case, servers(api, case["policy"], namespace_of(case["policy"]))) for case in cases
    ]
    if os.environ.get("NETLINT_UPDATE"):
        save(told)
    assert told == load()


@pytest.mark.parametrize("size", [256 * 1024, 256 * 1024 + 1])
def test_annotations_that_are_just_too_long(api: httpx.Client, size: int) -> None:
    text = LONG_ANNOTATION.replace("LONG", "é" * ((size - 1) // 2) + "x" * ((size - 1) % 2))
    said = servers(api, text, "default")
    assert bool(said.causes) is (size > 256 * 1024)
    assert netlints(text) == said


def test_objects_as_the_server_returns_them_are_valid(api: httpx.Client) -> None:
    """They have managed fields, times and a uid."""
    accepted = [case["policy"] for case in load() if "causes" not in case.get("server", {})]
    returned = [returns(api, text) for text in accepted if netlints(text).repeated == {}]
    assert len(returned) > 5
    assert [text for text in returned if netlints(text).causes] == []


def test_kubectl_drops_repeated_keys(server: ControlPlane) -> None:
    """The server would refuse the YAML; netlint warns of the key that is lost, not of the merge."""
    applied = server.kubectl("apply", "--dry-run=server", "-f", "-", stdin=REPEATED_KEYS)
    assert applied.returncode == 0, applied.stderr
    assert netlints(REPEATED_KEYS).causes == frozenset()
    assert netlints(REPEATED_KEYS).repeated == {"policyTypes": 1}
