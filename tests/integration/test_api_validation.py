"""netlint and a real API server give the same verdict on any NetworkPolicy.

`NETLINT_UPDATE=1 pytest tests/integration/test_api_validation.py` writes anew what the server
says of the fixed cases: read the diff.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, assume, given, settings

from tests.integration.conftest import programs
from tests.integration.controlplane import ControlPlane
from tests.integration.policytexts import policies
from tests.integration.serververdict import namespace_of, netlints, servers
from tests.integration.validationcases import load, save, updated

OBJECTS = int(os.environ.get("NETLINT_FUZZ", "5000"))


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server that takes objects of namespaces that don't exist, and so sees invalid names."""
    control_plane = ControlPlane.at(
        tmp_path_factory.mktemp("validation"),
        *programs(),
        "--disable-admission-plugins=NamespaceLifecycle",
    )
    try:
        control_plane.start()
        with control_plane.client() as client:
            yield client
    finally:
        control_plane.stop()


@settings(max_examples=OBJECTS, suppress_health_check=list(HealthCheck))
@given(policies())
def test_the_verdicts_agree(api: httpx.Client, text: str) -> None:
    namespace = namespace_of(text)
    assume("/" not in namespace and namespace.strip("."))  # no part of a URL's path
    said = servers(api, text, namespace)
    assert netlints(text).as_far_as(said) == said


def test_what_the_server_says_of_the_fixed_cases(api: httpx.Client) -> None:
    cases = load()
    told = [
        updated(case, servers(api, case["policy"], namespace_of(case["policy"]))) for case in cases
    ]
    if os.environ.get("NETLINT_UPDATE"):
        save(told)
    assert told == load()
