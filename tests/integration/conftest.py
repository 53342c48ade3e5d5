from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from netlint_webhook.selfsigned import make_pair
from tests.integration.controlplane import ControlPlane
from tests.integration.tools.build import MissingError, find


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a serving pair for this machine."""
    folder = tmp_path_factory.mktemp("tls")
    make_pair(folder)
    return folder


def program(name: str) -> Path:
    """A built tool; skips the test where it isn't there."""
    try:
        return find(name)
    except MissingError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A running API server, one for each test process."""
    folder = tmp_path_factory.mktemp("control-plane")
    made = ControlPlane.at(folder, program("kube-apiserver"), program("etcd"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def namespace(control_plane: ControlPlane) -> str:
    """The name of a new namespace."""
    name = f"test-{uuid.uuid4().hex[:8]}"
    control_plane.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    return name
