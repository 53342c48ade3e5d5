"""netlint says of the fixed cases what a real API server said of them."""

from __future__ import annotations

import pytest

from tests.integration.serververdict import netlints
from tests.integration.validationcases import Case, load, recorded


@pytest.mark.parametrize("case", load(), ids=lambda case: str(case["why"]))
def test_netlint_says_what_the_server_said(case: Case) -> None:
    said = case.get("server", {})
    ours = recorded(netlints(case["policy"]))
    if "repeated" in said:  # kubectl drops such keys, so netlint goes on
        assert said["repeated"] == ours["repeated"]
        assert set(said.get("causes", ())) <= set(ours["causes"])
    else:
        assert ours == said
