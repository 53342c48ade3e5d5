"""Fixed NetworkPolicies with what a real API server said of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from tests.integration.serververdict import Verdict

FILE = Path(__file__).with_name("validation_cases.yaml")

Case = dict[str, Any]
"""`why`, the text of a `policy`, and where the server said anything, what `server` said."""


def load() -> list[Case]:
    """Every case, in order."""
    cases: list[Case] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return cases


def save(cases: Iterable[Case]) -> None:
    """Write the cases anew."""
    text = yaml.dump(
        list(cases), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1 << 20
    )
    FILE.write_text(text, encoding="utf-8")


class _Dumper(yaml.SafeDumper):
    """Writes longer texts as blocks."""


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else "")


_Dumper.add_representer(str, _block)


def recorded(verdict: Verdict) -> dict[str, Any]:
    """A verdict as the file keeps it."""
    told = {
        "causes": sorted(f"{field}: {text}" if field else text for field, text in verdict.causes),
        "repeated": dict(sorted(verdict.repeated.items())),
        "warnings": sorted(verdict.warnings),
    }
    return {key: value for key, value in told.items() if value}


def updated(case: Case, verdict: Verdict) -> Case:
    """A case with a server's verdict on it."""
    said = recorded(verdict)
    kept = {key: case[key] for key in ("why", "policy")}
    return {**kept, "server": said} if said else kept
