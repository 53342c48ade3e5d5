from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from netlint_webhook.selfsigned import make_pair
from tests.webhook.process import Webhook, client, running


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a serving pair."""
    folder = tmp_path_factory.mktemp("tls")
    make_pair(folder)
    return folder


@pytest.fixture(scope="module")
def webhook(tls: Path) -> Iterator[Webhook]:
    """A running webhook with the default settings."""
    with running(tls) as started:
        yield started


@pytest.fixture
def calls(tls: Path) -> Iterator[httpx.Client]:
    """A client that trusts the pair."""
    with client(tls / "tls.crt") as made:
        yield made
